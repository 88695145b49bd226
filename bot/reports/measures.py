"""What can be asked of the figures: one query for each measure, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.figures import Closing, FirstReply, Helped, Question

Asking = TypeVar("Asking", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """The days that are asked about, both included; a language and a channel, or all of them."""

    start: date
    end: date
    language: str = ""
    channel: str = ""  #: of questions: what counsellors did is not counted by channel

    @property
    def step(self) -> str:
        """How days are put together, so that a plot can still be read."""
        days = (self.end - self.start).days
        return "day" if days <= 92 else "week" if days <= 366 else "month"


@dataclass(frozen=True, slots=True)
class Wait:
    """How long people waited for the first reply of a counsellor, in seconds: half of them not longer, nine in ten not longer."""

    count: int
    median: float
    ninetieth: float


async def questions_over_time(session: AsyncSession, scope: Scope) -> dict[date, int]:
    """Questions of each step of time, those with none included."""
    days = await _counted(session, _within(select(Question.day, func.count()), Question, scope).group_by(Question.day))
    found = dict.fromkeys(_steps(scope), 0)
    for day, count in days.items():
        found[_first_of(day, scope.step)] += count
    return {max(day, scope.start): count for day, count in found.items()}


async def questions_by_language_and_action(session: AsyncSession, scope: Scope) -> dict[tuple[str, str], int]:
    query = _within(select(Question.language, Question.action, func.count()), Question, scope)
    rows = await session.execute(query.group_by(Question.language, Question.action))
    return {(language, action): count for language, action, count in rows}


async def questions_by_topic(session: AsyncSession, scope: Scope) -> dict[str, int]:
    return await _counted(session, _within(select(Question.intent, func.count()), Question, scope).group_by(Question.intent))


async def first_replies_by_language(session: AsyncSession, scope: Scope) -> dict[str, Wait]:
    return await _waited(session, scope, FirstReply.language)


async def first_replies_by_risk(session: AsyncSession, scope: Scope) -> dict[str, Wait]:
    return await _waited(session, scope, FirstReply.risk)


async def closings_by_outcome(session: AsyncSession, scope: Scope) -> dict[str, int]:
    return await _counted(session, _within(select(Closing.outcome, func.count()), Closing, scope).group_by(Closing.outcome))


async def helped_by_language(session: AsyncSession, scope: Scope) -> dict[tuple[str, bool], int]:
    query = _within(select(Helped.language, Helped.helped, func.count()), Helped, scope)
    rows = await session.execute(query.group_by(Helped.language, Helped.helped))
    return {(language, helped): count for language, helped, count in rows}


async def _waited(session: AsyncSession, scope: Scope, by: Any) -> dict[str, Wait]:
    half, nine_in_ten = (func.percentile_cont(part).within_group(FirstReply.seconds) for part in (0.5, 0.9))
    rows = await session.execute(_within(select(by, func.count(), half, nine_in_ten), FirstReply, scope).group_by(by))
    return {group: Wait(count, median, ninetieth) for group, count, median, ninetieth in rows}


async def _counted(session: AsyncSession, query: Select[Any, int]) -> dict[Any, int]:
    return {group: count for group, count in await session.execute(query)}  # noqa: C416  (rows are not pairs to the type checker)


def _within(query: Asking, table: Any, scope: Scope) -> Asking:
    query = query.where(table.day.between(scope.start, scope.end))
    if scope.language:
        query = query.where(table.language == scope.language)
    if scope.channel and table is Question:
        query = query.where(Question.channel == scope.channel)
    return query


def _steps(scope: Scope) -> list[date]:
    """The first day of each step, in order."""
    days = (scope.start + timedelta(days=number) for number in range((scope.end - scope.start).days + 1))
    return list(dict.fromkeys(_first_of(day, scope.step) for day in days))


def _first_of(day: date, step: str) -> date:
    """The first day of the step that a day lies in; weeks begin on Monday."""
    if step == "week":
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if step == "month" else day
