"""The pages by which members come in: e-mail and password, and the link that sets a password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import now
from bot.staff import passwords
from bot.staff.audit import note_act
from bot.staff.lockout import knock, of_address, of_codes, of_email, opened
from bot.staff.models import Member
from bot.staff.second_factor import is_needed
from bot.staff.signin import member_of_link, new_session, sign_out, use_link
from bot.web.account import SECOND_FACTOR, StaffCookie, network, remember
from bot.web.pages import house_of, page, visitor_language

router = APIRouter()

LONG = 1_000  #: characters of a field, at most: longer is nobody's e-mail or password
Field = Annotated[str, Form(max_length=LONG)]


@router.get("/staff/sign-in")
async def ask(request: Request) -> Response:
    return _form(request)


def _form(request: Request, *, email: str = "", problem: str = "", status: int = 200) -> Response:
    settings = house_of(request).settings
    elsewhere = (settings.oidc_name or urlsplit(settings.oidc_issuer or "").hostname) if settings.oidc_is_set else ""
    values = {"email": email, "problem": problem, "elsewhere": elsewhere}
    return page(request, "sign_in.html", language=visitor_language(request), status=status, **values)


def closed(request: Request, until: datetime) -> Response:
    """Too many failures: when one may try again. The same page for everybody, so that it tells nothing of who works here."""
    wait = max(1, int((until - now()).total_seconds()) + 1)
    answer = page(request, "sign_in_closed.html", language=visitor_language(request), status=429, minutes=-(-wait // 60))
    answer.headers["retry-after"] = str(wait)
    return answer


@router.post("/staff/sign-in")
async def sign_in(request: Request, email: Field = "", password: Field = "", cookie: StaffCookie = None) -> Response:
    """The first step. Counted, then checked, then let in; one answer for every way in which it can be wrong."""
    house, doors = house_of(request), (of_address(network(request)), of_email(email))
    async with house.sessions.begin() as session:
        if until := await knock(session, *doors):
            return closed(request, until)
        member = await session.scalar(select(Member).where(Member.email == email.strip().casefold()))
    right = await passwords.is_right(member.password_hash if member else None, password)  # takes long: no transaction is open
    if member is None or not right or member.disabled_at:
        async with house.sessions.begin() as session:
            await note_act(session, member.id if member else None, "signin.failed", member.id if member else None, "password")
        return _form(request, email=email, problem="wrong", status=403)
    renewed = await passwords.hashed(password) if passwords.is_outdated(member.password_hash or "") else None
    async with house.sessions.begin() as session:
        await opened(session, *doors)
        if renewed:
            same = (Member.id == member.id, Member.password_hash == member.password_hash)
            await session.execute(update(Member).where(*same).values(password_hash=renewed))
        fresh = await let_in(session, member, cookie, how="password")
    return onward(request, member, fresh)


async def let_in(session: AsyncSession, member: Member, cookie: str | None, *, how: str, second_factor: bool = False) -> str:
    """A new session; whatever this browser was signed in as before ends."""
    if cookie:
        await sign_out(session, cookie)
    await note_act(session, member.id, "signin.done", member.id, how)
    return await new_session(session, member, second_factor=second_factor)


def onward(request: Request, member: Member, cookie: str) -> Response:
    """To the second factor, or in."""
    return remember(RedirectResponse(SECOND_FACTOR if is_needed(member) else "/staff", 303), request, cookie)


@router.get("/staff/sign-in/{token}")
async def invited(request: Request, token: str) -> Response:
    """A form, not an act: programs that look at links before people do must not use it up."""
    async with house_of(request).sessions() as session:
        member = await member_of_link(session, token)
    return _choose(request, member)


def _choose(request: Request, member: Member | None, *, name: str = "", problem: str = "") -> Response:
    status = 410 if member is None else 422 if problem else 200
    language = member.console_language if member and member.password_hash else visitor_language(request)
    values = {"for_whom": member, "called": name, "problem": problem, "shortest": passwords.SHORTEST}
    return page(request, "sign_in_link.html", language=language, status=status, **values)


@router.post("/staff/sign-in/{token}")
async def choose(request: Request, token: str, name: Field = "", password: Field = "", again: Field = "", cookie: StaffCookie = None) -> Response:
    """A name and a password; only when they are good is the link used up. The second factor is still asked."""
    house, name = house_of(request), " ".join(name.split())[:80]
    async with house.sessions() as session:
        member = await member_of_link(session, token)
    if member is None:
        return _choose(request, None)
    if problem := passwords.problem(password, again, member.email):
        return _choose(request, member, name=name, problem=problem)
    password_hash = await passwords.hashed(password)
    async with house.sessions.begin() as session:
        member = await use_link(session, token, name=name, password_hash=password_hash)
        if member is None:
            return _choose(request, None)
        if not is_needed(member) or member.totp_confirmed_at is None:
            await opened(session, of_codes(member.id))
        await opened(session, of_email(member.email))
        await note_act(session, member.id, "account.password", member.id, "link")
        fresh = await let_in(session, member, cookie, how="link")
    return onward(request, member, fresh)
