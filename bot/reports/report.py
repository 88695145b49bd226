"""The figures as they are shown: measured, veiled and put in order, once for the page and for the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.reports import measures
from bot.reports.measures import Scope, Wait
from bot.reports.veil import Grid, Key, Shown, Veil, total, veiled, veiled_grid

TOPICS = 15  #: shown by themselves; the rest is put together
OTHERS = "others"
ACTIONS = ("answer", "clarify", "handover", "urgent")
YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Waited:
    """A wait as it may be shown: no times where the count is veiled."""

    count: Shown
    median: int | None
    ninetieth: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of one scope."""

    scope: Scope
    over_time: dict[date, Shown]
    questions: Grid  #: language and action
    topics: dict[str, Shown]
    waited_by_language: dict[str, Waited]
    waited_by_risk: dict[str, Waited]
    closed: dict[str, Shown]
    helped: Grid  #: language and yes or no

    @property
    def asked(self) -> int:
        """How many questions there were, at least."""
        return total(self.over_time.values())

    @property
    def empty(self) -> bool:
        return not (self.questions.rows or self.waited_by_language or self.closed or self.helped.rows)


async def report(session: AsyncSession, scope: Scope) -> Report:
    """What may be shown of the figures of this scope."""
    actions = await measures.questions_by_language_and_action(session, scope)
    helped = await measures.helped_by_language(session, scope)
    return Report(
        scope=scope,
        over_time=veiled(await measures.questions_over_time(session, scope)),
        questions=_grid(actions, ACTIONS),
        topics=_most_first(veiled(grouped(await measures.questions_by_topic(session, scope)))),
        waited_by_language=waited(await measures.first_replies_by_language(session, scope)),
        waited_by_risk=waited(await measures.first_replies_by_risk(session, scope)),
        closed=_most_first(veiled(await measures.closings_by_outcome(session, scope))),
        helped=_grid({(language, YES if said else NO): count for (language, said), count in helped.items()}, (YES, NO)),
    )


def grouped(topics: Mapping[str, int]) -> dict[str, int]:
    """The topics asked about most, and all others together."""
    order = sorted(topics, key=lambda topic: (-topics[topic], topic))
    found = {topic: topics[topic] for topic in order[:TOPICS]}
    if rest := sum(topics[topic] for topic in order[TOPICS:]):
        found[OTHERS] = rest
    return found


def waited(waits: Mapping[str, Wait]) -> dict[str, Waited]:
    """Times stand only beside a count that is shown: of fewer than five, a time is somebody's own."""
    found = {}
    for group, count in _most_first(veiled({group: wait.count for group, wait in waits.items()})).items():
        shown = not isinstance(count, Veil)
        wait = waits[group]
        found[group] = Waited(count, round(wait.median) if shown else None, round(wait.ninetieth) if shown else None)
    return found


def table(found: Report) -> Iterator[tuple[str, str, str]]:
    """All figures as one tidy table: measure, group, value."""
    for measure, counts in (
        (f"questions_by_{found.scope.step}", {day.isoformat(): count for day, count in found.over_time.items()}),
        ("questions_by_language", found.questions.rows),
        ("questions_by_topic", found.topics),
        ("questions_by_action", found.questions.columns),
    ):
        yield from ((measure, group, str(count)) for group, count in counts.items())
    for (language, action), count in found.questions.cells.items():
        yield f"questions_{action}_by_language", language, str(count)
    for by, waits in (("language", found.waited_by_language), ("risk", found.waited_by_risk)):
        for group, wait in waits.items():
            yield f"first_replies_by_{by}", group, str(wait.count)
            if wait.median is not None and wait.ninetieth is not None:
                yield f"first_reply_median_seconds_by_{by}", group, str(wait.median)
                yield f"first_reply_90th_percentile_seconds_by_{by}", group, str(wait.ninetieth)
    yield from (("cases_closed_by_outcome", group, str(count)) for group, count in found.closed.items())
    for (language, said), count in found.helped.cells.items():
        yield f"helped_{said}_by_language", language, str(count)


def _grid(counts: Mapping[tuple[str, str], int], columns: tuple[str, ...]) -> Grid:
    """With a cell for every column of every row, rows with most first."""
    full = {(row, column): counts.get((row, column), 0) for row, _ in counts for column in columns}
    found = veiled_grid(full)
    rows = _most_first(found.rows)
    return Grid(rows, found.columns, {(row, column): found.cells[row, column] for row in rows for column in columns})


def _most_first(shown: Mapping[Key, Shown]) -> dict[Key, Shown]:
    """What is hidden comes last, by name: its place must not tell how much it is. What was put together comes after everything."""
    return dict(
        sorted(shown.items(), key=lambda one: (one[0] == OTHERS, isinstance(one[1], Veil), -one[1] if isinstance(one[1], int) else 0, str(one[0])))
    )
