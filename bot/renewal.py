"""A newly trained model is taken up without a restart: the next message is read by it, those being read keep the old one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.house import House
from bot.log import logger
from bot.run import MODEL
from nlu import Engine
from nlu.engine import META

EVERY = 5.0


@asynccontextmanager
async def renewal(house: House, every: float = EVERY) -> AsyncIterator[None]:
    """Looks for a new model as long as the block, every so many seconds."""
    task = asyncio.create_task(_look(house, house.settings.data_dir / MODEL, every), name="renewal")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _look(house: House, folder: Path, every: float) -> None:
    have = _made(folder)
    while True:
        await asyncio.sleep(every)
        found = _made(folder)
        if found is None or found == have:
            continue
        try:
            house.reader.engine = await asyncio.to_thread(Engine.load, folder)
        except (OSError, ValueError, KeyError) as error:  # half written, or made by other code: the old one goes on
            logger().warning("model_not_taken_up", error=error)
        else:
            logger().info("model_taken_up")
        have = found


def _made(folder: Path) -> int | None:
    """When the model was made; None while there is none."""
    try:
        return (folder / META).stat().st_mtime_ns
    except FileNotFoundError:
        return None
