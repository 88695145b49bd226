"""When counsellors are at work: weekly hours and holidays of teams, each by the clocks of its own time zone. No database, no clock of its own."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

AHEAD = 400  #: days looked through; a team that is closed on all of them opens, as far as we can say, at their end
MIDNIGHT = time(0)


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """One stretch of work on a weekday."""

    weekday: int  #: 0 is Monday
    opens: time
    closes: time  #: 00:00 is the end of the day: who works through the night has one stretch before it and one after


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The working hours of one team. Without any stretch it is always at work."""

    team_id: uuid.UUID
    name: str
    zone: ZoneInfo
    week: tuple[Stretch, ...] = ()
    holidays: frozenset[date] = frozenset()


def opens(calendar: Calendar, at: datetime) -> datetime | None:
    """When the team is at work again, by its own clocks; None: it is at work now, or always."""
    if not calendar.week:
        return None
    for begins, ends in _spans(calendar, at):
        if ends > at:
            return begins.astimezone(calendar.zone) if begins > at else None
    return _moment(calendar, at.astimezone(calendar.zone).date() + timedelta(AHEAD), MIDNIGHT).astimezone(calendar.zone)


def closes(calendar: Calendar, at: datetime) -> datetime | None:
    """Until when a team that is at work now stays so; None: no end of it can be seen."""
    until = None
    for begins, ends in _spans(calendar, at):
        if ends > at and begins > (until or at):
            return until and until.astimezone(calendar.zone)
        until = max(until or ends, ends) if ends > at else until
    return None


def opening(calendars: Sequence[Calendar], at: datetime, team_id: uuid.UUID | None = None) -> datetime | None:
    """When somebody reads again: of this team, or the first of any; None while somebody is at work, and where there are no teams."""
    those = [calendar for calendar in calendars if calendar.team_id == team_id] or calendars
    found = [opens(calendar, at) for calendar in those]
    later = [moment for moment in found if moment is not None]
    return min(later, key=_instant) if later and len(later) == len(found) else None


def _instant(moment: datetime) -> datetime:
    """As UTC: two moments of one time zone are otherwise compared by what the clocks show, also in the hour that comes twice."""
    return moment.astimezone(UTC)


def _spans(calendar: Calendar, at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Every stretch from the day of `at` on, in order, in UTC."""
    today = at.astimezone(calendar.zone).date()
    for day in (today + timedelta(days) for days in range(AHEAD)):
        if day in calendar.holidays:
            continue
        for stretch in sorted(stretch for stretch in calendar.week if stretch.weekday == day.weekday()):
            last = day + timedelta(1) if stretch.closes == MIDNIGHT else day
            begins, ends = _moment(calendar, day, stretch.opens), _moment(calendar, last, stretch.closes, second=True)
            if begins < ends:
                yield begins, ends


def _moment(calendar: Calendar, day: date, clock: time, *, second: bool = False) -> datetime:
    """What the team's clocks show, in UTC. Times that a change to summer skips come an hour later; of one that comes twice, the first or the second."""
    both = [_instant(datetime.combine(day, clock, calendar.zone).replace(fold=fold)) for fold in (0, 1)]
    return max(both) if second else both[0]
