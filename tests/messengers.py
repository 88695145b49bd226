"""Homeward between two servers that speak as Telegram and Twilio do, all in this process on free ports."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from aiohttp import web as aiohttp_web
from pydantic import HttpUrl, SecretStr

from bot import run
from bot.house import House
from bot.settings import Settings
from tests.contract import telegram_server, twilio_server

TOKEN = "4242:test-token"


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Messengers:
    """The two servers' controls, and ours."""

    house: House | None
    base: str
    telegram: httpx.AsyncClient
    twilio: httpx.AsyncClient
    us: httpx.AsyncClient

    async def telegram_says(self, chat: int, text: str, **more: Any) -> dict[str, Any]:
        return (await self.telegram.post("/control/say", json={"chat": chat, "text": text, **more})).json()

    async def telegram_chat(self, chat: int) -> list[dict[str, Any]]:
        messages = (await self.telegram.get(f"/control/chat/{chat}")).json()["messages"]
        return [message for message in messages if message["from"]["is_bot"]]

    async def whatsapp_says(self, number: str, text: str) -> dict[str, Any]:
        return (await self.twilio.post("/control/say", json={"from": number, "text": text})).json()

    async def whatsapp_chat(self, number: str) -> list[dict[str, Any]]:
        messages = (await self.twilio.get(f"/control/chat/{number}")).json()["messages"]
        return [message for message in messages if message["direction"] == "out"]

    async def refused(self) -> list[dict[str, Any]]:
        calls = [*(await self.telegram.get("/control/calls")).json(), *(await self.twilio.get("/control/calls")).json()]
        return [call for call in calls if "error" in call]


async def until(what: Callable[[], Any], seconds: float = 10.0) -> Any:
    """The first true answer of `what`, asked again and again; fails the test after `seconds`."""
    end = asyncio.get_running_loop().time() + seconds
    while asyncio.get_running_loop().time() < end:
        if found := await what():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"nothing happened within {seconds} s")


async def served(stack: AsyncExitStack, app: aiohttp_web.Application, port: int) -> None:
    runner = aiohttp_web.AppRunner(app, shutdown_timeout=0.5)
    await runner.setup()
    stack.push_async_callback(runner.cleanup)
    await aiohttp_web.TCPSite(runner, "127.0.0.1", port).start()


@asynccontextmanager
async def between(house: House, *, polling: bool = False, limits: bool = False) -> AsyncIterator[Messengers]:
    """The house with web, worker and Telegram running, and both servers around it."""
    ours, theirs, twilios = free_port(), free_port(), free_port()
    base = f"http://127.0.0.1:{ours}"
    house.settings = Settings(
        data_dir=house.settings.data_dir,
        port=ours,
        public_url=None if polling else HttpUrl(base),
        telegram_token=SecretStr(TOKEN),
        telegram_api_url=f"http://127.0.0.1:{theirs}",
        twilio_account_sid=twilio_server.ACCOUNT,
        twilio_auth_token=SecretStr(twilio_server.TOKEN),
        whatsapp_from=twilio_server.SENDER,
        twilio_api_url=f"http://127.0.0.1:{twilios}",
    )
    async with AsyncExitStack() as stack:
        await served(stack, telegram_server.application(limits), theirs)
        await served(stack, twilio_server.application(f"{base}/whatsapp", None), twilios)
        house.channels |= run.channels(house.settings)
        for channel in house.channels.values():
            stack.push_async_callback(channel.close)
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=url, timeout=20))
            for url in (f"http://127.0.0.1:{theirs}", f"http://127.0.0.1:{twilios}", base)
        ]
        for part in (run.worker, run.web, run.telegram):
            await stack.enter_async_context(part(house))
        yield Messengers(house, base, *clients)
