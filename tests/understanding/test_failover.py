"""When the Rasa server is silent, slow or talks nonsense, the engine inside answers, and the server is left alone for a while."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from nlu import INTENTS, RasaClient, Reader
from nlu.rasa import REST
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
        if isinstance(self.answer, str):
            return web.Response(text=self.answer, status=502 if self.answer == "broken" else 200, content_type="application/json")
        return web.json_response(self.answer)

    async def dribble(self, request: web.Request) -> web.StreamResponse:
        """An answer that never ends: a letter now and then."""
        self.asked += 1
        response = web.StreamResponse()
        await response.prepare(request)
        with contextlib.suppress(ConnectionError):
            while True:
                await response.write(b" ")
                await asyncio.sleep(0.1)
        return response


@pytest.fixture
async def rasa() -> AsyncIterator[tuple[Server, RasaClient]]:
    server, port = Server(), free_port()
    app = web.Application()
    app.router.add_post("/model/parse", server.parse)
    app.router.add_post("/dribble/model/parse", server.dribble)
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


def _ranking(name: str, confidence: str) -> str:
    return f'{{"intent_ranking": [{{"name": "{name}", "confidence": {confidence}}}]}}'


NONSENSE = {
    "empty": {},
    "no ranking": {"intent_ranking": []},
    "no confidence": {"intent_ranking": [{"name": 1}]},
    "a list": [],
    "null": None,
    "an error": "broken",
    "no JSON": "<html>",
    "nothing of ours": _ranking("order_pizza", "1"),
    "no number": _ranking("thanks", "NaN"),
    "no probability": _ranking("thanks", "1e999"),
    "too large a number": _ranking("thanks", "9" * 400),
    "no chance": _ranking("thanks", "0"),
    "too deep": "[" * 100_000,
}


@pytest.mark.parametrize("answer", NONSENSE.values(), ids=list(NONSENSE))
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


async def test_an_answer_that_never_ends_is_not_waited_for(understanding: Reader, rasa: tuple[Server, RasaClient]) -> None:
    server, client = rasa
    dribbling = RasaClient(f"{client.url}/dribble", within=0.5)
    start = time.perf_counter()
    assert (await Reader(understanding.engine, dribbling).read("is the return free of charge?")).engine == "embedded"
    assert time.perf_counter() - start < 1.5
    assert server.asked == 1
    await dribbling.close()


async def test_no_message_waits_longer_than_promised(understanding: Reader, rasa: tuple[Server, RasaClient]) -> None:
    server, client = rasa
    server.wait = 30
    as_set_up = RasaClient(client.url)
    start = time.perf_counter()
    assert (await Reader(understanding.engine, as_set_up).read("is the return free of charge?")).engine == "embedded"
    assert time.perf_counter() - start < 2.5
    await as_set_up.close()


async def test_after_its_rest_a_server_is_asked_again(understanding: Reader, rasa: tuple[Server, RasaClient]) -> None:
    server, client = rasa
    reader = Reader(understanding.engine, client)
    server.answer = "broken"
    assert (await reader.read("is the return free of charge?")).engine == "embedded"
    server.answer = {"intent_ranking": [{"name": "thanks", "confidence": 1}]}
    assert (await reader.read("is the return free of charge?")).engine == "embedded"
    assert 0 < client._resting_until - time.monotonic() <= REST
    client._resting_until = time.monotonic()  # the rest, slept through
    assert (await reader.read("is the return free of charge?")).engine == "rasa"


async def test_nobody_there(understanding: Reader) -> None:
    client = RasaClient(f"http://127.0.0.1:{free_port()}", within=0.5)
    reading = await Reader(understanding.engine, client).read("they locked me in and took my phone, help")
    assert reading.engine == "embedded"
    assert INTENTS[reading.urgent_intent or "greet"].risk == "urgent"
    await client.close()
