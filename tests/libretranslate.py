"""A small translation engine that speaks as LibreTranslate does: it «translates» by naming the language, and can fall ill."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.messengers import free_port

KEY = "a key of the tests"


@dataclass
class Libre:
    """The engine's state, for the tests to see and change."""

    url: str = ""
    codes: tuple[str, ...] = ("en", "de", "fa", "ru", "ar", "tr")
    asked: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200  #: with what it answers
    answer: Any = None  #: instead of the right one
    silent: float = 0.0  #: seconds before it answers

    async def languages(self, _request: web.Request) -> web.Response:
        return web.json_response([{"code": code, "name": code, "targets": list(self.codes)} for code in self.codes])

    async def translate(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.asked.append(body)
        await asyncio.sleep(self.silent)
        if body.get("api_key") != KEY:
            return web.json_response({"error": "Invalid API key"}, status=403)
        for code in (body["source"], body["target"]):
            if code not in self.codes:
                return web.json_response({"error": f"{code} is not supported"}, status=400)
        if self.status != 200:
            return web.json_response({"error": body["q"]}, status=self.status)
        return web.json_response({"translatedText": f"[{body['target']}] {body['q']}"} if self.answer is None else self.answer)


@asynccontextmanager
async def running() -> AsyncIterator[Libre]:
    libre = Libre()
    app = web.Application()
    app.add_routes([web.get("/languages", libre.languages), web.post("/translate", libre.translate)])
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    libre.url = f"http://127.0.0.1:{port}"
    try:
        yield libre
    finally:
        await runner.cleanup()
