"""The open cases as all pages of this process show them: read and rendered once after each change, not once for each page."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.queue import Row, due_today, open_rows
from bot.house import House
from bot.web.live import Live
from bot.web.pages import fragment

AGE = 10.0  #: seconds after which waiting times are counted anew


@dataclass(slots=True)
class Board:
    """One look at the queue."""

    rows: list[Row]
    due: int  #: cases to be looked at again today
    version: int
    made_at: float
    _html: dict[tuple[uuid.UUID, str], str] = field(default_factory=dict)

    def html(self, row: Row, language: str, house: House) -> str:
        """One row as a page in this language shows it."""
        key = (row.case.id, language)
        if key not in self._html:
            self._html[key] = row_html(row, language, house)
        return self._html[key]


def row_html(row: Row, language: str, house: House) -> str:
    return fragment("_row.html", language=language, row=row, title=house.library.title)


class Boards:
    """The last look, kept until something changes."""

    def __init__(self) -> None:
        self._last: Board | None = None
        self._looking = asyncio.Lock()

    async def look(self, session: AsyncSession, live: Live) -> Board:
        """The queue as it is. Whoever asks while somebody looks waits for that look, if it began after the last change."""
        async with self._looking:
            last, version = self._last, live.version
            if last is None or last.version != version or time.monotonic() - last.made_at > AGE:
                last = Board(await open_rows(session), await due_today(session), version, time.monotonic())
                self._last = last
            return last
