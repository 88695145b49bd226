"""Teams: who works when. Hours and holidays are edited here, and hold for the next message on every machine."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.speak import told
from bot.cases.calendars import CHANGED, load_calendars
from bot.cases.hours import Calendar, closes, opening, opens
from bot.cases.models import Case, CaseState
from bot.db import notify, now, one_at_a_time
from bot.errors import NotAllowed
from bot.house import House
from bot.staff.audit import note_act
from bot.staff.models import Holiday, Member, Team, TeamHours
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page
from bot.web.week import Row, checked, like_monday, sent, shown
from bot.web.zones import is_zone, zones
from nlu import LANGUAGES

router = APIRouter()

LONGEST = 60  #: characters of a name
MOST_DAYS = 60  #: of one holiday
SHOWN = 100  #: holidays on the page, the next ones
DONE = frozenset({"team", "hours", "holiday"})
Text = Annotated[str, Form()]


def stands(calendar: Calendar) -> dict[str, datetime | str | None]:
    """Whether a team is at work, and until or from when."""
    later = opens(calendar, now())
    if later is not None:
        return {"state": "closed", "when": later}
    until = closes(calendar, now()) if calendar.week else None
    return {"state": "open" if until else "always", "when": until}


@router.get("/staff/teams")
async def teams(request: Request, member: Signed) -> Response:
    return await _list(request, member)


async def _list(request: Request, member: Member, problem: str = "", **typed: str) -> Response:
    async with house_of(request).sessions() as session:
        calendars = await load_calendars(session)
        counted = select(Member.team_id, func.count()).where(Member.disabled_at.is_(None)).group_by(Member.team_id)
        members = {row[0]: row[1] for row in await session.execute(counted)}
    rows = [(calendar, stands(calendar), members.get(calendar.team_id, 0)) for calendar in calendars]
    return staff_page(request, member, "teams.html", rows=rows, zones=zones, problem=problem, typed={"name": "", "time_zone": "UTC", **typed})


@router.post("/staff/teams")
async def add_team(request: Request, member: Signed, name: Text = "", time_zone: Text = "") -> Response:
    """A new team is always at work until its hours are set."""
    name = name.strip()
    async with house_of(request).sessions.begin() as session:
        problem = await _problem(session, name, time_zone)
        if not problem:
            team = Team(name=name, time_zone=time_zone)
            session.add(team)
            await session.flush()
            await _changed(session, member, team.id, "added")
    if problem:
        return await _list(request, member, problem, name=name, time_zone=time_zone)
    return RedirectResponse(f"/staff/teams/{team.id}?done=team", 303)


async def _problem(session: AsyncSession, name: str, time_zone: str, team_id: uuid.UUID | None = None) -> str:
    """Why a team cannot be called so."""
    if not name or len(name) > LONGEST:
        return "name"
    if not is_zone(time_zone):
        return "zone"
    await one_at_a_time(session, "teams")
    same = select(Team.id).where(func.lower(Team.name) == func.lower(name), Team.id != (team_id or uuid.UUID(int=0)))
    return "taken" if await session.scalar(same) else ""


async def _changed(session: AsyncSession, member: Member, team_id: uuid.UUID, what: str) -> None:
    await note_act(session, member.id, "team.changed", team_id, what)
    await notify(session, CHANGED)


async def _team(session: AsyncSession, team_id: uuid.UUID, *, lock: bool = False) -> Team:
    found = await session.get(Team, team_id, with_for_update=lock)
    if found is None:
        raise NotAllowed
    return found


@router.get("/staff/teams/{team_id}")
async def team(request: Request, member: Signed, team_id: uuid.UUID, done: str = "") -> Response:
    return await _page(request, member, team_id, done=done if done in DONE else "")


async def _page(request: Request, member: Member, team_id: uuid.UUID, *, rows: Sequence[Row] | None = None, **more: Any) -> Response:
    """The page of a team; `rows` and `typed` give back what could not be kept."""
    house = house_of(request)
    async with house.sessions() as session:
        found = await _team(session, team_id)
        calendar = next(one for one in await load_calendars(session) if one.team_id == team_id)
        today = now().astimezone(calendar.zone).date()
        coming = select(Holiday).where(Holiday.team_id == team_id, Holiday.day >= today).order_by(Holiday.day).limit(SHOWN)
        holidays = list(await session.scalars(coming))
    values: dict[str, Any] = {
        "team": found,
        "stands": stands(calendar),
        "rows": rows or shown(calendar.week),
        "holidays": holidays,
        "today": today,
        "zones": zones,
        "preview": _preview(house, calendar),
        "problem": "",
        "done": "",
        "copied": False,
        "typed": {},
    }
    return staff_page(request, member, "team.html", **{**values, **more})


def _preview(house: House, calendar: Calendar) -> list[tuple[str, str]]:
    """What a person whose case is with this team would be told now, in each language."""
    later = opening([calendar], now())
    return [(language, told(house, "handed_over", language, None, later)) for language in LANGUAGES]


@router.post("/staff/teams/{team_id}")
async def change_team(request: Request, member: Signed, team_id: uuid.UUID, name: Text = "", time_zone: Text = "") -> Response:
    name = name.strip()
    async with house_of(request).sessions.begin() as session:
        found = await _team(session, team_id, lock=True)
        problem = await _problem(session, name, time_zone, team_id)
        if not problem:
            changes = {"name": found.name != name, f"zone {time_zone}": found.time_zone != time_zone}
            found.name, found.time_zone = name, time_zone
            await _changed(session, member, team_id, ", ".join(what for what, changed in changes.items() if changed))
    if problem:
        return await _page(request, member, team_id, problem=problem, typed={"name": name, "time_zone": time_zone})
    return _back(team_id, "team")


@router.post("/staff/teams/{team_id}/hours")
async def change_hours(request: Request, member: Signed, team_id: uuid.UUID) -> Response:
    """The whole week at once; or, before that, Monday copied to the other days, which keeps nothing yet."""
    async with request.form() as form:
        rows, copy = sent(form), form.get("do") == "copy"
    rows, week = checked(like_monday(rows) if copy else rows)
    if copy or any(row.problem for row in rows):
        return await _page(request, member, team_id, rows=rows, copied=copy)
    async with house_of(request).sessions.begin() as session:
        await _team(session, team_id, lock=True)
        await session.execute(delete(TeamHours).where(TeamHours.team_id == team_id))
        session.add_all(TeamHours(team_id=team_id, weekday=one.weekday, opens=one.opens, closes=one.closes) for one in week)
        await _changed(session, member, team_id, "hours")
    return _back(team_id, "hours")


@router.post("/staff/teams/{team_id}/holidays")
async def add_holiday(request: Request, member: Signed, team_id: uuid.UUID, day: Text = "", until: Text = "", name: Text = "") -> Response:
    """One day, or all from the first to the last."""
    days = _days(day, until)
    if not days:
        typed = {"day": day, "until": until, "holiday": name}
        return await _page(request, member, team_id, problem="days", typed=typed)
    rows = [{"team_id": team_id, "day": one, "name": name.strip()[:LONGEST]} for one in days]
    async with house_of(request).sessions.begin() as session:
        await _team(session, team_id, lock=True)
        adding = insert(Holiday).values(rows)
        await session.execute(adding.on_conflict_do_update(index_elements=["team_id", "day"], set_={"name": adding.excluded.name}))
        await _changed(session, member, team_id, f"holiday {days[0]} … {days[-1]}" if len(days) > 1 else f"holiday {days[0]}")
    return _back(team_id, "holiday")


def _days(first: str, last: str) -> list[date]:
    """All days from the first to the last, both included; none where that cannot be meant."""
    try:
        begins = date.fromisoformat(first)
        ends = date.fromisoformat(last) if last else begins
    except ValueError:
        return []
    count = (ends - begins).days + 1
    return [begins + timedelta(number) for number in range(count)] if 0 < count <= MOST_DAYS else []


@router.post("/staff/teams/{team_id}/holidays/remove")
async def remove_holiday(request: Request, member: Signed, team_id: uuid.UUID, day: Text = "") -> Response:
    async with house_of(request).sessions.begin() as session:
        await _team(session, team_id, lock=True)
        for one in _days(day, ""):
            await session.execute(delete(Holiday).where(Holiday.team_id == team_id, Holiday.day == one))
            await _changed(session, member, team_id, f"no holiday {one}")
    return _back(team_id, "holiday")


@router.get("/staff/teams/{team_id}/delete")
async def ask_before(request: Request, member: Signed, team_id: uuid.UUID) -> Response:
    """Who and what loses its team."""
    async with house_of(request).sessions() as session:
        found = await _team(session, team_id)
        members = await session.scalar(select(func.count()).where(Member.team_id == team_id, Member.disabled_at.is_(None)))
        cases = await session.scalar(select(func.count()).where(Case.team_id == team_id, Case.state != CaseState.CLOSED))
    return staff_page(request, member, "team_delete.html", team=found, members=members, cases=cases)


@router.post("/staff/teams/{team_id}/delete")
async def delete_team(request: Request, member: Signed, team_id: uuid.UUID) -> Response:
    """Its hours go with it; members and cases stay, without a team."""
    async with house_of(request).sessions.begin() as session:
        await session.delete(await _team(session, team_id, lock=True))
        await _changed(session, member, team_id, "deleted")
        await notify(session, "cases")
    return RedirectResponse("/staff/teams", 303)


def _back(team_id: uuid.UUID, done: str) -> Response:
    return RedirectResponse(f"/staff/teams/{team_id}?done={done}", 303)
