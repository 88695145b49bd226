"""A member's own account: name, languages and topics, password, second factor, and where they are signed in."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel, Field
from sqlalchemy import select, update

from bot.answering.menu import THEMES
from bot.answers.library import Library
from bot.conversation.labels import label
from bot.i18n import CONSOLE
from bot.staff import passwords
from bot.staff import second_factor as factor
from bot.staff.audit import note_act
from bot.staff.lockout import knock, of_codes, opened
from bot.staff.models import Member, StaffSession, Team
from bot.staff.signin import end_sessions, renew, sessions_of, standing_of
from bot.web.account import Signed, StaffCookie, remember
from bot.web.pages import house_of, page, staff_page
from bot.web.signing_in import Field as Text
from bot.web.signing_in import closed
from nlu import LANGUAGES

router = APIRouter()

ACCOUNT = "/staff/account"
MOST = 50  #: open cases that anybody may be given
PROBLEMS = frozenset({"differ", "short", "long", "email", "common", "password"})
DONE = frozenset({"changed", "password", "factor", "sessions"})


class Work(BaseModel):
    """What somebody answers; the same boxes on the member's own page and on the admin's."""

    languages: list[str] = Field(default_factory=list)
    topics: list[str] = Field(default_factory=list)
    most_cases: str = ""

    def values(self) -> dict[str, Any]:
        """What of it there is: a form can name anything."""
        found: dict[str, Any] = {
            "languages": [code for code in LANGUAGES if code in self.languages],
            "topics": [theme for theme in THEMES if theme in self.topics],
        }
        if self.most_cases.isascii() and self.most_cases.isdigit() and len(self.most_cases) < 4:
            found["most_cases"] = min(int(self.most_cases), MOST)
        return found


class Own(Work):
    """The form of the account page."""

    name: str = Field(default="", max_length=1_000)
    console_language: str = ""


def choices(library: Library, language: str) -> dict[str, Any]:
    """The boxes to tick, in words of the reader's language."""
    return {"known_languages": LANGUAGES, "known_topics": [(theme, label(f"theme:{theme}", language, library)) for theme in THEMES], "most": MOST}


@router.get("/staff/account")
async def show(request: Request, member: Signed, cookie: StaffCookie = None, problem: str = "", done: str = "") -> Response:
    house = house_of(request)
    async with house.sessions() as session:
        here = await standing_of(session, cookie)
        places = [(place, here is not None and place.token_hash == here.session.token_hash) for place in await sessions_of(session, member.id)]
        left = await factor.codes_left(session, member)
        team = await session.scalar(select(Team.name).where(Team.id == member.team_id)) if member.team_id else None
    values: dict[str, Any] = {
        "places": places,
        "left": left,
        "team": team,
        "factor_needed": member.role in factor.NEEDED,
        "console_languages": CONSOLE,
        "shortest": passwords.SHORTEST,
        "problem": problem if problem in PROBLEMS else "",
        "done": done if done in DONE else "",
        **choices(house.library, member.console_language),
    }
    return staff_page(request, member, "account.html", **values)


@router.post("/staff/account")
async def change(request: Request, member: Signed, form: Annotated[Own, Form()]) -> Response:
    values = form.values() | {"name": " ".join(form.name.split())[:80]}
    if form.console_language in CONSOLE:
        values["console_language"] = form.console_language
    async with house_of(request).sessions.begin() as session:
        await session.execute(update(Member).where(Member.id == member.id).values(**values))
        await note_act(session, member.id, "account.changed", member.id)
    return _again("done=changed")


def _again(what: str) -> Response:
    return RedirectResponse(f"{ACCOUNT}?{what}", 303)


async def _refused(request: Request, member: Member, password: str) -> Response | None:
    """What somebody gets who does not know the member's password: an open console on an empty desk is not enough for these acts."""
    if member.password_hash is None:
        return None  # signs in elsewhere, and has none
    house, door = house_of(request), of_codes(member.id)
    async with house.sessions.begin() as session:
        if until := await knock(session, door):
            return closed(request, until)
    if not await passwords.is_right(member.password_hash, password):
        return _again("problem=password")
    async with house.sessions.begin() as session:
        await opened(session, door)
    return None


@router.post("/staff/account/password")
async def change_password(
    request: Request, member: Signed, old: Text = "", password: Text = "", again: Text = "", cookie: StaffCookie = None
) -> Response:
    """Ends every other session: whoever knew the old one is out."""
    if member.password_hash is None:
        return _again("problem=password")
    if refused := await _refused(request, member, old):
        return refused
    if problem := passwords.problem(password, again, member.email):
        return _again(f"problem={problem}")
    password_hash = await passwords.hashed(password)
    async with house_of(request).sessions.begin() as session:
        here = await standing_of(session, cookie)
        if here is None or cookie is None:
            return _again("problem=password")
        await session.execute(update(Member).where(Member.id == member.id).values(password_hash=password_hash))
        await end_sessions(session, member.id, besides=here.session)
        fresh = await renew(session, cookie, here, second_factor=False)
        await note_act(session, member.id, "account.password", member.id)
    return remember(_again("done=password"), request, fresh)


@router.post("/staff/account/recovery-codes")
async def codes_anew(request: Request, member: Signed, password: Text = "") -> Response:
    """Ten new ones, on this one page and never again."""
    if refused := await _refused(request, member, password):
        return refused
    if member.totp_confirmed_at is None:
        return _again("problem=password")
    async with house_of(request).sessions.begin() as session:
        codes = await factor.new_codes(session, member)
        await note_act(session, member.id, "account.codes", member.id)
    return page(request, "second_factor_codes.html", language=member.console_language, codes=codes)


@router.post("/staff/account/no-second-factor")
async def without_factor(request: Request, member: Signed, password: Text = "") -> Response:
    """For those who need none: they may do without again."""
    if refused := await _refused(request, member, password):
        return refused
    if member.role not in factor.NEEDED:
        async with house_of(request).sessions.begin() as session:
            await factor.take_away(session, member)
            await note_act(session, member.id, "account.no_factor", member.id)
    return _again("done=factor")


@router.post("/staff/account/end-sessions")
async def end_others(request: Request, member: Signed, cookie: StaffCookie = None) -> Response:
    async with house_of(request).sessions.begin() as session:
        here: StaffSession | None = found.session if (found := await standing_of(session, cookie)) else None
        ended = await end_sessions(session, member.id, besides=here)
        await note_act(session, member.id, "account.sessions_ended", member.id, str(ended))
    return _again("done=sessions")
