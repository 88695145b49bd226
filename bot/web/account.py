"""The one gate of the staff pages: who asks, whether they may, and the cookie by which they are known."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Cookie, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import update

from bot.db import notify
from bot.errors import NotAllowed
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.staff.rights import BY_THEMSELVES, RIGHTS
from bot.staff.signin import Standing, is_seen, is_stale, sign_out, standing_of, touch
from bot.web.pages import house_of

router = APIRouter()

COOKIE = "homeward_staff"
SIGN_IN, SECOND_FACTOR = "/staff/sign-in", "/staff/second-factor"
StaffCookie = Annotated[str | None, Cookie(alias=COOKIE)]


class SignInFirst(NotAllowed):
    """Somebody is at the front door of the console who has not signed in, or not wholly."""

    def __init__(self, to: str) -> None:
        super().__init__()
        self.to = to


async def sign_in_first(_request: Request, error: Exception) -> Response:
    """The way in. Only from the front door: of every other page nobody learns that it is there."""
    return RedirectResponse(error.to if isinstance(error, SignInFirst) else SIGN_IN, 303)


async def signed_in(request: Request, cookie: StaffCookie = None) -> Member:
    """The member who asks, if the table of rights lets them in here; NotAllowed (not found) for everybody else."""
    line = f"{request.method} {request.scope['route'].path}"
    house = house_of(request)
    async with house.sessions() as session:
        standing = await standing_of(session, cookie)
    if standing is None or not standing.whole:
        if line == "GET /staff" and not _by_itself(request, line):
            raise SignInFirst(SECOND_FACTOR if standing else SIGN_IN)
        raise NotAllowed
    if standing.member.role not in RIGHTS.get(line, frozenset()):
        raise NotAllowed
    async with house.alone() as session:
        await is_seen(session, standing.member)
        if is_stale(standing.session) and (standing.member.on_duty_since or not _by_itself(request, line)):
            await touch(session, standing.session)
    return standing.member


def _by_itself(request: Request, line: str) -> bool:
    """Whether an open page asks, not the member: a console left alone on a desk must sign itself out, however lively its stream is.

    But for who is on duty: in a quiet night their page must still ring.
    """
    return line in BY_THEMSELVES or (request.method == "GET" and request.headers.get("sec-fetch-dest") == "empty")


Signed = Annotated[Member, Depends(signed_in)]


async def standing(request: Request, cookie: StaffCookie = None) -> Standing | None:
    """Who asks, wholly signed in or not: for the pages of signing in themselves, which ask everything else on their own."""
    async with house_of(request).sessions() as session:
        return await standing_of(session, cookie)


Asking = Annotated[Standing | None, Depends(standing)]


def network(request: Request) -> str:
    """The network address that asks; behind a proxy what uvicorn was told to believe (FORWARDED_ALLOW_IPS)."""
    return request.client.host if request.client else ""


def is_secure(request: Request) -> bool:
    return request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"


def remember(answer: Response, request: Request, cookie: str) -> Response:
    """Out of reach of scripts and of other sites, and gone when the browser is closed."""
    answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", secure=is_secure(request), path="/staff")
    return answer


@router.post("/staff/sign-out")
async def leave(request: Request, member: Signed, cookie: StaffCookie = None) -> Response:
    async with house_of(request).sessions.begin() as session:
        await sign_out(session, cookie or "")
        await session.execute(update(Member).where(Member.id == member.id).values(on_duty_since=None))
        await notify(session, "cases")
        await note_act(session, member.id, "signin.ended", member.id)
    answer = RedirectResponse("/chat", 303)
    answer.delete_cookie(COOKIE, path="/staff")
    return answer
