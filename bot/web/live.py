"""Open pages wait here; a NOTIFY from any process wakes those it concerns."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

HEARTBEAT = 15.0  #: seconds after which a silent stream says that it lives


class Watcher(asyncio.Event):
    """An open page; `woken` holds the subjects that changed since it was last told."""

    def __init__(self) -> None:
        super().__init__()
        self.woken: set[str] = set()

    def told(self) -> set[str]:
        """What changed; from now on anew."""
        woken, self.woken = self.woken, set()
        self.clear()
        return woken


class Live:
    """Subjects (a conversation, the queue) and the pages that watch them."""

    def __init__(self) -> None:
        self._watching: dict[str, set[Watcher]] = {}
        self.closing = asyncio.Event()
        self.version = 0  #: of the queue: rises with each change that this process has heard of

    def said(self, conversation: str) -> None:
        """Something was said in a conversation; an empty name (after a reconnection) wakes everybody."""
        for subject in [f"said-{conversation}"] if conversation else list(self._watching):
            self._wake(subject)

    def cases(self, conversation: str) -> None:
        """A case changed: the queue, and the pages that show it. An empty name wakes everybody."""
        self.version += 1
        if not conversation:
            self.said("")
        self._wake("cases")
        self._wake(f"case-{conversation}")

    def texts(self, _text: str) -> None:
        """A text was saved, remarked on, published: the pages of the texts look again."""
        self._wake("texts")

    def model(self, _payload: str = "") -> None:
        """A training went on, or another model is live."""
        self._wake("model")

    def _wake(self, subject: str) -> None:
        for watcher in self._watching.get(subject, ()):
            watcher.woken.add(subject)
            watcher.set()

    @contextmanager
    def watching(self, *subjects: str) -> Iterator[Watcher]:
        watcher = Watcher()
        for subject in subjects:
            self._watching.setdefault(subject, set()).add(watcher)
        try:
            yield watcher
        finally:
            for subject in subjects:
                self._watching[subject].discard(watcher)
                if not self._watching[subject]:
                    del self._watching[subject]

    async def changes(self, *subjects: str) -> AsyncGenerator[set[str]]:
        """Which subjects changed: all at once, then those of each change; none when nothing happened for a while. Ends when the process closes."""
        with self.watching(*subjects) as watcher:
            watcher.woken.update(subjects)
            watcher.set()
            while not self.closing.is_set():
                try:
                    await asyncio.wait_for(watcher.wait(), HEARTBEAT)
                    woken = watcher.told()
                    yield set() if self.closing.is_set() else woken
                except TimeoutError:
                    yield set()

    def close(self) -> None:
        """Let every open stream end, so that the process can."""
        self.closing.set()
        for subject in list(self._watching):
            self._wake(subject)
