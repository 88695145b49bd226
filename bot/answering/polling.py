"""Telegram without a public address: ask for updates, keep each in a transaction, only then ask for the next."""

from __future__ import annotations

import asyncio

from sqlalchemy.exc import SQLAlchemyError

from bot.answering.receive import receive
from bot.channels.telegram import Telegram
from bot.errors import SendError, Throttled
from bot.house import House
from bot.log import logger


async def poll(house: House, channel: Telegram) -> None:
    """Until cancelled. An update is confirmed to Telegram by asking for the one after it, so a crash loses none."""
    offset, wait = 0, 1.0
    hooked = True
    while True:
        try:
            if hooked:
                await channel.delete_webhook()
                hooked = False
            offset = await _one_round(house, channel, offset)
            wait = 1.0
        except (SendError, SQLAlchemyError, OSError) as error:
            logger().warning("polling_waits", error=error)
            await asyncio.sleep(error.wait.total_seconds() if isinstance(error, Throttled) else wait)
            wait = min(wait * 2, 30)


async def _one_round(house: House, channel: Telegram, offset: int) -> int:
    for update in await channel.updates(offset):
        try:
            inbound = channel.read(update)
        except ValueError:
            inbound = None
            logger().warning("unreadable_update", channel="telegram")
        if inbound is not None:
            async with house.sessions.begin() as session:
                await receive(session, inbound)
        offset = update["update_id"] + 1
    return offset
