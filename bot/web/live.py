"""Open pages wait here; a NOTIFY from any process wakes those it concerns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEARTBEAT = 15.0  #: seconds after which a silent stream says that it lives


class Live:
    """Subjects (a conversation, the queue) and the pages that watch them."""

    def __init__(self) -> None:
        self._watching: dict[str, set[asyncio.Event]] = {}
        self.closing = asyncio.Event()

    def said(self, conversation: str) -> None:
        """Something was said in a conversation; an empty name (after a reconnection) wakes everybody."""
        for subject in [f"said-{conversation}"] if conversation else list(self._watching):
            self._wake(subject)

    def cases(self, _risk: str) -> None:
        self._wake("cases")

    def _wake(self, subject: str) -> None:
        for event in self._watching.get(subject, ()):
            event.set()

    @contextmanager
    def watching(self, *subjects: str) -> Iterator[asyncio.Event]:
        event = asyncio.Event()
        for subject in subjects:
            self._watching.setdefault(subject, set()).add(event)
        try:
            yield event
        finally:
            for subject in subjects:
                self._watching[subject].discard(event)
                if not self._watching[subject]:
                    del self._watching[subject]

    async def changes(self, *subjects: str) -> AsyncGenerator[bool]:
        """True at once and after each change; False when nothing happened for a while. Ends when the process closes."""
        with self.watching(*subjects) as event:
            event.set()
            while not self.closing.is_set():
                try:
                    await asyncio.wait_for(event.wait(), HEARTBEAT)
                    event.clear()
                    yield not self.closing.is_set()
                except TimeoutError:
                    yield False

    def close(self) -> None:
        """Let every open stream end, so that the process can."""
        self.closing.set()
        for subject in list(self._watching):
            self._wake(subject)
