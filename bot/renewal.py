"""Another model is taken up without a restart, on every machine: the next message is read by it, those being read keep the old one."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from bot.db import listening
from bot.house import House
from bot.log import logger
from bot.teaching.store import CHANGED, MODEL, fetch, folder_of, live_model
from nlu import Engine
from nlu.engine import META
from nlu.training import fingerprint, renew_words

EVERY = 5.0

_Which = tuple[Path, int]  #: the folder of a model, and when it was made


@asynccontextmanager
async def renewal(house: House, every: float = EVERY) -> AsyncIterator[None]:
    """Takes up the live model, and each that goes live as long as the block: when told so, and looked for every so many seconds."""
    looking = _Looking(house, await asyncio.to_thread(fingerprint, house.settings.training_dir))
    await looking.look()
    task = asyncio.create_task(looking.keep_looking(every), name="renewal")
    async with listening(house.url, {CHANGED: looking.told}):
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


async def take_up(house: House) -> None:
    """The live model, once: for a command that reads some messages and ends."""
    await _Looking(house, await asyncio.to_thread(fingerprint, house.settings.training_dir)).look()


@dataclass(slots=True)
class _Looking:
    """What one process reads with, and what it should."""

    house: House
    base: str  #: fingerprint of the code and sentences that run here
    have: _Which | None = None
    change: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.have = _made(folder_of(self.house.settings.data_dir, None))  # the house was opened with it

    def told(self, _payload: str) -> None:
        self.change.set()

    async def keep_looking(self, every: float) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.change.wait(), every)
            self.change.clear()
            await self.look()

    async def look(self) -> None:
        """Take up another model where there is one to be taken up; a broken one is left alone until it changes."""
        try:
            folder = await self._wanted()
            found = _made(folder)
            if found is None or found == self.have:
                return
            self.have = found
            self.house.reader.engine = await asyncio.to_thread(_loaded, folder)
        except DBAPIError:
            return  # the store is away; the next look finds it
        except (OSError, ValueError, KeyError) as error:  # half written, or made by other code: the old one goes on
            logger().warning("model_not_taken_up", error=error)
        else:
            logger().info("model_taken_up", model=folder.name)
            _forget_others(folder)

    async def _wanted(self) -> Path:
        """The live model of the store, where it was made by this code from these sentences; else the one that Homeward came with."""
        data_dir = self.house.settings.data_dir
        async with self.house.alone() as session:
            live = await live_model(session)
        if live is None or live.base != self.base:
            return folder_of(data_dir, None)
        folder = folder_of(data_dir, live.id)
        return folder if await fetch(self.house.sessions, live.id, folder) else folder_of(data_dir, None)


def _loaded(folder: Path) -> Engine:
    """With the newest safety words, which are looked up and not learned; of several processes one brings them."""
    with (folder.parent / "training.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        renew_words(folder)
    return Engine.load(folder)


def _forget_others(folder: Path) -> None:
    """Models that were taken up earlier can be fetched again; the one that Homeward came with stays."""
    for other in folder.parent.glob(f"{MODEL}.[0-9]*"):
        if other != folder and other.suffix.removeprefix(".").isdigit():
            shutil.rmtree(other, ignore_errors=True)


def _made(folder: Path) -> _Which | None:
    """Which model lies there; None while there is none."""
    try:
        return folder, (folder / META).stat().st_mtime_ns
    except FileNotFoundError:
        return None
