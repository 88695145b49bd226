"""The working hours of all teams in memory, as one snapshot that is replaced whole when a lead changes them."""

from __future__ import annotations

import uuid
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.hours import Calendar, Stretch
from bot.staff.models import Holiday, Team, TeamHours

CHANGED = "hours"  #: NOTIFY: every process reads them again


async def load_calendars(session: AsyncSession) -> tuple[Calendar, ...]:
    """One for each team, by name."""
    weeks: dict[uuid.UUID, list[Stretch]] = {}
    for row in await session.scalars(select(TeamHours)):
        weeks.setdefault(row.team_id, []).append(Stretch(row.weekday, row.opens, row.closes))
    days: dict[uuid.UUID, set[date]] = {}
    for holiday in await session.scalars(select(Holiday)):
        days.setdefault(holiday.team_id, set()).add(holiday.day)
    return tuple(
        Calendar(
            team_id=team.id,
            name=team.name,
            zone=ZoneInfo(team.time_zone),
            week=tuple(sorted(weeks.get(team.id, ()))),
            holidays=frozenset(days.get(team.id, ())),
        )
        for team in await session.scalars(select(Team).order_by(Team.name))
    )
