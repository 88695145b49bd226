"""The admin's pages about members: who there is, inviting, changing, letting go, helping somebody in again."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.leaving import leave_cases
from bot.cases.models import Case, CaseState
from bot.errors import NotAllowed
from bot.i18n import CONSOLE
from bot.staff import members, second_factor
from bot.staff.audit import note_act
from bot.staff.lockout import of_codes, of_email, opened
from bot.staff.models import Member, Role, Team
from bot.staff.signin import end_sessions, new_link, sessions_of
from bot.web.account import Signed
from bot.web.myself import Work, choices
from bot.web.pages import house_of, staff_page

router = APIRouter()

MEMBERS = "/staff/members"
PROBLEMS = frozenset({"email", "known", "role", "last"})
DONE = frozenset({"changed", "disabled", "enabled", "factor", "sessions", "let_in"})


class Place(Work):
    """The form of an admin about a member: their place here, and what they answer."""

    role: str = ""
    team: str = ""
    email: str = ""  #: of somebody invited


async def _values(session: AsyncSession, form: Place) -> dict[str, Any]:
    """What of the form there is; a role or a team that there is not counts for nothing."""
    found = form.values()
    if form.role in {role.value for role in Role}:
        found["role"] = Role(form.role)
    teams = {str(team.id): team.id for team in await session.scalars(select(Team))}
    return found | {"team_id": teams.get(form.team)}


def _link(request: Request, token: str) -> str:
    ours = str(house_of(request).settings.public_url or request.base_url).rstrip("/")
    return f"{ours}/staff/sign-in/{token}"


@router.get("/staff/members")
async def listed(request: Request, member: Signed, number: int = 1, problem: str = "") -> Response:
    return await _list(request, member, number, problem=problem if problem in PROBLEMS else "")


async def _list(request: Request, member: Member, number: int, *, problem: str = "", invited: Member | None = None, link: str = "") -> Response:
    house = house_of(request)
    number = min(max(1, number), 10_000)
    async with house.sessions() as session:
        rows, pages = await members.listed(session, number)
        teams = list(await session.scalars(select(Team).order_by(Team.name)))
    values: dict[str, Any] = {
        "rows": rows,
        "number": number,
        "pages": pages,
        "teams": teams,
        "team_names": {team.id: team.name for team in teams},
        "blank": Member(id=uuid.UUID(int=0), email="", role=Role.COUNSELLOR, languages=[], topics=[], most_cases=6),
        "problem": problem,
        "invited": invited,
        "link": link,
        **choices(house.library, member.console_language),
    }
    return staff_page(request, member, "members.html", **values)


@router.post("/staff/members")
async def invite(request: Request, member: Signed, form: Annotated[Place, Form()]) -> Response:
    """The link stands on this one page and never again: only its hash is kept."""
    if not members.looks_right(form.email):
        return RedirectResponse(f"{MEMBERS}?problem=email", 303)
    async with house_of(request).sessions.begin() as session:
        values = await _values(session, form)
        if "role" not in values:
            return RedirectResponse(f"{MEMBERS}?problem=role", 303)
        values["console_language"] = member.console_language if member.console_language in CONSOLE else "en"
        made = await members.invite(session, member, form.email, values)
    if made is None:
        return RedirectResponse(f"{MEMBERS}?problem=known", 303)
    return await _list(request, member, 1, invited=made[0], link=_link(request, made[1]))


@router.get("/staff/members/{member_id}")
async def show(request: Request, member: Signed, member_id: uuid.UUID, problem: str = "", done: str = "") -> Response:
    problem, done = problem if problem in PROBLEMS else "", done if done in DONE else ""
    return await _show(request, member, member_id, problem=problem, done=done)


async def _show(request: Request, member: Member, member_id: uuid.UUID, **values: Any) -> Response:
    house = house_of(request)
    async with house.sessions() as session:
        whom = await session.get(Member, member_id)
        if whom is None:
            raise NotAllowed
        values |= {
            "whom": whom,
            "places": len(await sessions_of(session, whom.id)),
            "teams": list(await session.scalars(select(Team).order_by(Team.name))),
            "open_cases": len(list(await session.scalars(select(Case.id).where(Case.taken_by == whom.id, Case.state == CaseState.TAKEN)))),
            "factor_needed": whom.role in second_factor.NEEDED,
            **choices(house.library, member.console_language),
        }
    return staff_page(request, member, "member.html", **values)


Act = Callable[[AsyncSession, Member, Member], Awaitable[str]]


async def _done(request: Request, by: Member, member_id: uuid.UUID, act: Act) -> Response:
    """One act about a member in one transaction; what `act` answers is said on their page."""
    async with house_of(request).sessions.begin() as session:
        whom = await members.found(session, member_id)
        if whom is None:
            raise NotAllowed
        said = await act(session, by, whom)
    return RedirectResponse(f"{MEMBERS}/{member_id}?{said}", 303)


@router.post("/staff/members/{member_id}")
async def change(request: Request, member: Signed, member_id: uuid.UUID, form: Annotated[Place, Form()]) -> Response:
    async def act(session: AsyncSession, by: Member, whom: Member) -> str:
        if not await members.change(session, by, whom, await _values(session, form)):
            return "problem=last"
        if whom.role not in second_factor.NEEDED:
            await leave_cases(session, whom.id)
        return "done=changed"

    return await _done(request, member, member_id, act)


@router.post("/staff/members/{member_id}/disable")
async def disable(request: Request, member: Signed, member_id: uuid.UUID) -> Response:
    async def act(session: AsyncSession, by: Member, whom: Member) -> str:
        if not await members.disable(session, by, whom):
            return "problem=last"
        await leave_cases(session, whom.id)
        return "done=disabled"

    return await _done(request, member, member_id, act)


@router.post("/staff/members/{member_id}/enable")
async def enable(request: Request, member: Signed, member_id: uuid.UUID) -> Response:
    async def act(session: AsyncSession, by: Member, whom: Member) -> str:
        await members.enable(session, by, whom)
        return "done=enabled"

    return await _done(request, member, member_id, act)


@router.post("/staff/members/{member_id}/link")
async def link_anew(request: Request, member: Signed, member_id: uuid.UUID) -> Response:
    """A link to set a new password; the old one goes on working until it is used."""
    async with house_of(request).sessions.begin() as session:
        whom = await members.found(session, member_id)
        if whom is None:
            raise NotAllowed
        token = await new_link(session, whom) if whom.disabled_at is None else ""
        if token:
            await note_act(session, member.id, "member.link", whom.id)
    return await _show(request, member, member_id, link=_link(request, token) if token else "")


@router.post("/staff/members/{member_id}/reset-second-factor")
async def reset_factor(request: Request, member: Signed, member_id: uuid.UUID) -> Response:
    """For who has lost telephone and codes. They are signed out, and set it up anew after the password."""

    async def act(session: AsyncSession, by: Member, whom: Member) -> str:
        await second_factor.take_away(session, whom)
        await end_sessions(session, whom.id)
        await note_act(session, by.id, "member.factor_reset", whom.id)
        return "done=factor"

    return await _done(request, member, member_id, act)


@router.post("/staff/members/{member_id}/end-sessions")
async def end_all(request: Request, member: Signed, member_id: uuid.UUID) -> Response:
    async def act(session: AsyncSession, by: Member, whom: Member) -> str:
        ended = await end_sessions(session, whom.id)
        await note_act(session, by.id, "member.sessions_ended", whom.id, str(ended))
        return "done=sessions"

    return await _done(request, member, member_id, act)


@router.post("/staff/members/{member_id}/let-in")
async def let_in(request: Request, member: Signed, member_id: uuid.UUID) -> Response:
    """Ends a lock-out: they need not wait."""

    async def act(session: AsyncSession, by: Member, whom: Member) -> str:
        await opened(session, of_email(whom.email), of_codes(whom.id))
        await note_act(session, by.id, "member.let_in", whom.id)
        return "done=let_in"

    return await _done(request, member, member_id, act)
