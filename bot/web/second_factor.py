"""The pages of the second factor: setting it up, and giving a code of it, or a recovery code, after the password."""

from __future__ import annotations

from typing import Any

import segno
from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.staff import passwords
from bot.staff import second_factor as factor
from bot.staff.audit import note_act
from bot.staff.lockout import knock, of_address, of_codes, opened
from bot.staff.signin import Standing, renew, standing_of
from bot.web.account import SECOND_FACTOR, SIGN_IN, Asking, StaffCookie, network, remember
from bot.web.pages import house_of, page
from bot.web.signing_in import Field, closed

router = APIRouter()

SET_UP = f"{SECOND_FACTOR}/new"


def _elsewhere(asking: Standing | None, *, setting_up: bool) -> str:
    """Where somebody must go who cannot be here; empty where they can."""
    if asking is None:
        return SIGN_IN
    known = asking.member.totp_confirmed_at is not None
    if setting_up:
        return "" if asking.whole or not known else SECOND_FACTOR  # the password alone replaces no second factor
    if asking.whole:
        return "/staff"
    return "" if known else SET_UP


@router.get("/staff/second-factor")
async def ask(request: Request, asking: Asking) -> Response:
    if asking is None or (to := _elsewhere(asking, setting_up=False)):
        return RedirectResponse(to if asking else SIGN_IN, 303)
    return _own(request, asking, "second_factor.html")


def _own(request: Request, asking: Standing, name: str, *, status: int = 200, **values: Any) -> Response:
    return page(request, name, language=asking.member.console_language, status=status, **values)


@router.post("/staff/second-factor")
async def give(request: Request, asking: Asking, code: Field = "", recovery: Field = "", cookie: StaffCookie = None) -> Response:
    """The second step: counted, checked, and the session becomes a whole one."""
    if asking is None or (to := _elsewhere(asking, setting_up=False)):
        return RedirectResponse(to if asking else SIGN_IN, 303)
    house, doors = house_of(request), (of_address(network(request)), of_codes(asking.member.id))
    async with house.sessions.begin() as session:
        if until := await knock(session, *doors):
            return closed(request, until)
    async with house.sessions.begin() as session:
        good, how = await _checked(session, asking, code, recovery)
        await note_act(session, asking.member.id, "signin.done" if good else "signin.failed", asking.member.id, how)
        if good and cookie:
            await opened(session, *doors)
            fresh = await renew(session, cookie, asking, second_factor=True)
            return remember(RedirectResponse("/staff", 303), request, fresh)
    return _own(request, asking, "second_factor.html", status=403, problem="wrong", by_recovery=how == "recovery code")


async def _checked(session: AsyncSession, asking: Standing, code: str, recovery: str) -> tuple[bool, str]:
    if recovery.strip():
        return await factor.use_recovery_code(session, asking.member, recovery), "recovery code"
    return await factor.code_is_good(session, asking.member, code), "code"


@router.get("/staff/second-factor/new")
async def show_secret(request: Request, asking: Asking, cookie: StaffCookie = None) -> Response:
    if asking is None or (to := _elsewhere(asking, setting_up=True)):
        return RedirectResponse(to if asking else SIGN_IN, 303)
    return _secret(request, asking, cookie or "")


def _secret(request: Request, asking: Standing, cookie: str, *, problem: str = "") -> Response:
    """The secret as a picture and in letters; the same each time the page is opened, so that an app set up from it keeps working."""
    secret = factor.secret_for(cookie)
    address = factor.address_of(secret, asking.member.email)
    values = {
        "picture": segno.make(address, error="m").svg_data_uri(scale=5, light="#fff"),
        "address": address,
        "secret": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "email": asking.member.email,
        "asks_password": _asks_password(asking),
        "first": not asking.whole,
        "problem": problem,
    }
    return _own(request, asking, "second_factor_new.html", status=422 if problem else 200, **values)


def _asks_password(asking: Standing) -> bool:
    """Who finds a desk unattended must not make it theirs. At the first time the password was given a moment ago."""
    return asking.whole and asking.member.password_hash is not None


@router.post("/staff/second-factor/new")
async def set_up(request: Request, asking: Asking, code: Field = "", password: Field = "", cookie: StaffCookie = None) -> Response:
    """A code of the secret shown: from now on it is asked at each sign-in. The recovery codes are on this one page and never again."""
    if asking is None or cookie is None or (to := _elsewhere(asking, setting_up=True)):
        return RedirectResponse(to if asking and cookie else SIGN_IN, 303)
    house, door = house_of(request), of_codes(asking.member.id)
    if _asks_password(asking):
        async with house.sessions.begin() as session:
            if until := await knock(session, door):
                return closed(request, until)
        if not await passwords.is_right(asking.member.password_hash, password):
            return _secret(request, asking, cookie, problem="password")
    async with house.sessions.begin() as session:
        still = await standing_of(session, cookie)  # a second press of the button comes with a cookie that has just ended
        if still is None or not (codes := await factor.set_up(session, still.member, factor.secret_for(cookie), code)):
            return _secret(request, asking, cookie, problem="code")
        await opened(session, door)
        await note_act(session, asking.member.id, "account.factor", asking.member.id)
        fresh = await renew(session, cookie, still, second_factor=True)
    return remember(_own(request, asking, "second_factor_codes.html", codes=codes), request, fresh)
