"""The open cases as all pages of this process show them: read and rendered once after each change, not once for each page."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.queue import Row, due_today, open_rows
from bot.house import House
from bot.web.live import Live
from bot.web.pages import fragment

AGE = 10.0  #: seconds after which the queue is read anew even where nothing changed
LAG = 1.0  #: seconds by which a page that renews itself may lag behind
SAID = 30.0  #: seconds after which the waiting time in a row is said anew
MOST = 5_000  #: rows kept as HTML


@dataclass(slots=True)
class Board:
    """One look at the queue."""

    rows: list[Row]
    due: int  #: cases to be looked at again today
    version: int
    made_at: float
    html: Rendered  #: its rows as pages show them


class Rendered:
    """Rows as pages show them; one that has not changed is not rendered again."""

    def __init__(self) -> None:
        self._kept: dict[tuple[object, ...], tuple[float, str]] = {}

    def __call__(self, row: Row, language: str, house: House) -> str:
        key = (language, *_shown(row))
        made_at, html = self._kept.get(key, (0.0, ""))
        if time.monotonic() - made_at > SAID:
            if len(self._kept) > MOST:
                self._kept.clear()
            html = fragment("_row.html", language=language, row=row, title=house.library.title)
            self._kept[key] = time.monotonic(), html
        return html


def _shown(row: Row) -> tuple[object, ...]:
    """All that a row says, but for the time that goes by."""
    case = row.case
    about = (case.id, case.state, case.risk, case.intent, case.outcome, case.waiting_since, case.closed_at, case.escalated_at is None)
    return (*about, row.language, row.stopped, row.taker, row.kept_for, row.tags, row.follow_up_on, row.closes_at, row.raised, row.unanswered)


class Boards:
    """The last look, kept until something changes."""

    def __init__(self) -> None:
        self._last: Board | None = None
        self._looking = asyncio.Lock()
        self._html = Rendered()

    async def look(self, session: AsyncSession, live: Live, *, may_lag: bool = False) -> Board:
        """The queue as it is. Whoever asks while somebody looks waits for that look, if it began after the last change.

        `may_lag`: a look of the last second will do. A page that renews itself asks a second after it heard of a change (desk.js),
        so it misses none, and many changes in a second are one look.
        """
        async with self._looking:
            last, version = self._last, live.version
            age = time.monotonic() - last.made_at if last else AGE
            if last is None or age >= AGE or (last.version != version and not (may_lag and age < LAG)):
                last = Board(await open_rows(session), await due_today(session), version, time.monotonic(), self._html)
                self._last = last
            return last
