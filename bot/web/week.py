"""The form of a week: what a lead types as working hours, what is wrong with it, and the stretches that it means."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import time

from bot.cases.hours import MIDNIGHT, Stretch

FIELDS = ("opens1", "closes1", "opens2", "closes2")
NOTHING = ("",) * len(FIELDS)
WORKDAYS = range(1, 5)  #: Tuesday to Friday, which mostly are like Monday
_DAY = 24 * 60
_CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::00)?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One weekday of the form, as it was typed."""

    weekday: int
    typed: tuple[str, ...] = NOTHING
    problem: str = ""  #: half · unreadable · reversed · overlap

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Names and values of its four fields."""
        return [(f"day{self.weekday}_{name}", value) for name, value in zip(FIELDS, self.typed, strict=True)]


def shown(week: Sequence[Stretch]) -> list[Row]:
    """The form of hours as they are kept."""
    kept: dict[int, list[str]] = {weekday: [] for weekday in range(7)}
    for stretch in sorted(week):
        kept[stretch.weekday] += [clock.strftime("%H:%M") for clock in (stretch.opens, stretch.closes)]
    return [Row(weekday=weekday, typed=tuple([*clocks, *NOTHING][: len(FIELDS)])) for weekday, clocks in kept.items()]


def sent(form: Mapping[str, object]) -> list[Row]:
    """The form as it came back."""
    rows = [Row(weekday=weekday) for weekday in range(7)]
    return [replace(row, typed=tuple(str(form.get(name, "")).strip()[:8] for name, _ in row.fields)) for row in rows]


def like_monday(rows: Sequence[Row]) -> list[Row]:
    """Monday's hours on the other days from Monday to Friday."""
    return [replace(row, typed=rows[0].typed) if row.weekday in WORKDAYS else row for row in rows]


def checked(rows: Sequence[Row]) -> tuple[list[Row], list[Stretch]]:
    """Each row with what is wrong with it, and the stretches of those that are right."""
    found, week = [], []
    for row in rows:
        problem, stretches = _meant(row)
        found.append(replace(row, problem=problem))
        week += stretches
    return found, week


def _meant(row: Row) -> tuple[str, list[Stretch]]:
    stretches = []
    for begins, ends in (row.typed[:2], row.typed[2:]):
        if not begins and not ends:
            continue
        if not begins or not ends:
            return "half", []
        if not _CLOCK.match(begins) or not _CLOCK.match(ends):
            return "unreadable", []
        stretches.append(Stretch(row.weekday, time.fromisoformat(begins[:5]), time.fromisoformat(ends[:5])))
    stretches.sort()
    if any(_minutes(stretch.opens) >= _last(stretch) for stretch in stretches):
        return "reversed", []
    if len(stretches) > 1 and _minutes(stretches[1].opens) < _last(stretches[0]):
        return "overlap", []
    return "", stretches


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _last(stretch: Stretch) -> int:
    return _DAY if stretch.closes == MIDNIGHT else _minutes(stretch.closes)
