"""When the Rasa server is silent, slow or talks nonsense, the engine inside answers, and the server is left alone for a while."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from nlu import INTENTS, RasaClient, Reader
from tests.messengers import free_port, served


class Server:
    """Speaks as a Rasa server does, or as a broken one."""

    def __init__(self) -> None:
        self.asked = 0
        self.answer: object = {}
        self.wait = 0.0

    async def parse(self, _request: web.Request) -> web.Response:
        self.asked += 1
        await asyncio.sleep(self.wait)
        return web.json_response(self.answer) if self.answer != "broken" else web.Response(text="<html>", status=502)


@pytest.fixture
async def rasa() -> AsyncIterator[tuple[Server, RasaClient]]:
    server, port = Server(), free_port()
    app = web.Application()
    app.router.add_post("/model/parse", server.parse)
    async with AsyncExitStack() as stack:
        await served(stack, app, port)
        client = RasaClient(f"http://127.0.0.1:{port}", within=0.5)
        stack.push_async_callback(client.close)
        yield server, client


async def test_a_rasa_server_is_asked_first(understanding: Reader, rasa: tuple[Server, RasaClient]) -> None:
    server, client = rasa
    server.answer = {"intent_ranking": [{"name": "thanks", "confidence": 0.9}, {"name": "greet", "confidence": 0.1}]}
    reading = await Reader(understanding.engine, client).read("is the return free of charge?")
    assert (reading.intent, reading.engine, reading.language) == ("thanks", "rasa", "en")


@pytest.mark.parametrize("answer", [{}, {"intent_ranking": []}, {"intent_ranking": [{"name": 1}]}, [], None, "broken"], ids=str)
async def test_nonsense_is_not_believed(answer: object, understanding: Reader, rasa: tuple[Server, RasaClient]) -> None:
    server, client = rasa
    server.answer = answer
    reading = await Reader(understanding.engine, client).read("is the return free of charge?")
    assert (reading.intent, reading.engine) == ("return_cost", "embedded")


async def test_a_slow_server_is_waited_for_once_and_then_left_alone(understanding: Reader, rasa: tuple[Server, RasaClient]) -> None:
    server, client = rasa
    server.wait = 30
    reader = Reader(understanding.engine, client)
    start = time.perf_counter()
    for _ in range(5):
        assert (await reader.read("is the return free of charge?")).engine == "embedded"
    assert time.perf_counter() - start < 3
    assert server.asked == 1


async def test_nobody_there(understanding: Reader) -> None:
    client = RasaClient(f"http://127.0.0.1:{free_port()}", within=0.5)
    reading = await Reader(understanding.engine, client).read("they locked me in and took my phone, help")
    assert reading.engine == "embedded"
    assert INTENTS[reading.urgent_intent or "greet"].risk == "urgent"
    await client.close()
