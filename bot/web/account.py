"""Signing in and out of the staff pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Request
from fastapi.responses import RedirectResponse, Response

from bot.errors import NotAllowed
from bot.staff.models import Member
from bot.staff.rights import RIGHTS
from bot.staff.signin import link_is_good, member_of, sign_in, sign_out
from bot.web.pages import house_of, page

router = APIRouter()

COOKIE = "homeward_staff"
StaffCookie = Annotated[str | None, Cookie(alias=COOKIE)]


async def signed_in(request: Request, cookie: StaffCookie = None) -> Member:
    """The member who asks, if the table of rights lets them in here; NotAllowed (not found) for everybody else."""
    line = f"{request.method} {request.scope['route'].path}"
    async with house_of(request).sessions() as session:
        member = await member_of(session, cookie)
    if member is None or member.role not in RIGHTS.get(line, frozenset()):
        raise NotAllowed
    return member


Signed = Annotated[Member, Depends(signed_in)]


@router.get("/staff/sign-in/{token}")
async def invited(request: Request, token: str) -> Response:
    """A button, not an act: programs that look at links before people do must not use it up."""
    async with house_of(request).sessions() as session:
        good = await link_is_good(session, token)
    return page(request, "sign_in.html", good=good, status=200 if good else 410)


@router.post("/staff/sign-in/{token}")
async def enter(request: Request, token: str) -> Response:
    async with house_of(request).sessions.begin() as session:
        cookie = await sign_in(session, token)
    if cookie is None:
        return page(request, "sign_in.html", good=False, status=410)
    answer = RedirectResponse("/staff", 303)
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", secure=secure, path="/staff")
    return answer


@router.post("/staff/sign-out")
async def leave(request: Request, _member: Signed, cookie: StaffCookie = None) -> Response:
    async with house_of(request).sessions.begin() as session:
        await sign_out(session, cookie or "")
    answer = RedirectResponse("/chat", 303)
    answer.delete_cookie(COOKIE, path="/staff")
    return answer
