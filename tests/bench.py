"""`make bench`: 80 messages a second for a minute through both webhooks, and the cost of understanding; figures of one run."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import httpx
import psycopg
from aiohttp import web
from twilio.request_validator import RequestValidator

from bot.answering.commands import command
from bot.db import embedded
from bot.run import TRAINING_DATA, train_if_needed
from bot.settings import Settings
from nlu import Engine, Reader
from nlu.examples import examples
from tests.contract import twilio_server
from tests.messengers import TOKEN, free_port, served

HOME = Path(__file__).parents[1]
SECRET = "bench"
PATIENCE = 300.0  #: seconds after which a message counts as lost: more than it takes to work off what came too fast


@dataclass
class Sink:
    """Both messengers' sending sides: takes whatever we send, notes when and to whom."""

    waiting: dict[str, list[asyncio.Future[float]]] = field(default_factory=lambda: defaultdict(list))
    number: int = 0

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/bot{token}/sendMessage", self.telegram)
        app.router.add_post("/bot{token}/{method}", self.anything)
        app.router.add_post("/2010-04-01/Accounts/{account}/Messages.json", self.twilio)
        app.router.add_route("*", "/v1/Content", self.content)
        return app

    async def telegram(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.number += 1
        self._note(str(form["chat_id"]))
        message = {"message_id": self.number, "date": int(time.time()), "chat": {"id": int(str(form["chat_id"])), "type": "private"}, "text": "…"}
        return web.json_response({"ok": True, "result": message})

    def _note(self, person: str) -> None:
        """Whatever comes first is taken for the reply to what was written first."""
        if self.waiting[person] and not (first := self.waiting[person].pop(0)).done():
            first.set_result(time.perf_counter())

    async def anything(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    async def twilio(self, request: web.Request) -> web.Response:
        form = await request.post()
        self.number += 1
        self._note(str(form["To"]))
        return web.json_response({"sid": f"SM{self.number:032}", "status": "queued"}, status=201)

    async def content(self, request: web.Request) -> web.Response:
        if request.method == "GET":
            return web.json_response({"contents": [], "meta": {}})
        self.number += 1
        return web.json_response({"sid": f"HX{self.number:032}", "friendly_name": (await request.json())["friendly_name"]}, status=201)


@dataclass
class Load:
    """Messages posted to the webhooks at a steady rate, each by somebody who is answered before writing again."""

    base: str
    sink: Sink
    rate: int
    seconds: int
    first: int = 0  #: number of the first message: two runs against one house must not repeat a messenger's ids
    acknowledged: list[float] = field(default_factory=list)
    replied: list[float] = field(default_factory=list)
    refused: int = 0
    lost: int = 0

    async def run(self) -> None:
        words = [
            example.text for example in random.Random(1).sample(examples(TRAINING_DATA), 4000) if command(example.text) is None
        ]  # "stop" ends it
        async with aiohttp.ClientSession(self.base, timeout=aiohttp.ClientTimeout(30), connector=aiohttp.TCPConnector(limit=200)) as client:
            start, tasks = time.perf_counter(), []
            for number in range(self.rate * self.seconds):
                await asyncio.sleep(max(0, start + number / self.rate - time.perf_counter()))
                tasks.append(asyncio.create_task(self.one(client, self.first + number, words[number % len(words)])))
            await asyncio.gather(*tasks)

    async def one(self, client: aiohttp.ClientSession, number: int, text: str) -> None:
        person = number % (self.rate * 20)  # everybody writes again after twenty seconds
        reply = asyncio.get_running_loop().create_future()
        self.sink.waiting[self.name(person)].append(reply)
        posted = time.perf_counter()
        status = await (self.telegram(client, number, person, text) if person % 2 else self.whatsapp(client, number, person, text))
        self.acknowledged.append(time.perf_counter() - posted)
        if status != 200:
            self.refused += 1
            return
        try:
            self.replied.append(await asyncio.wait_for(reply, PATIENCE) - posted)
        except TimeoutError:
            self.lost += 1

    def name(self, person: int) -> str:
        return str(10_000 + person) if person % 2 else f"whatsapp:+49151{person:07}"

    async def telegram(self, client: aiohttp.ClientSession, number: int, person: int, text: str) -> int:
        sender = {"id": 10_000 + person, "is_bot": False, "first_name": "P"}
        chat = {"id": 10_000 + person, "type": "private"}
        update = {"update_id": number, "message": {"message_id": number, "date": int(time.time()), "chat": chat, "from": sender, "text": text}}
        async with client.post("/telegram", json=update, headers={"X-Telegram-Bot-Api-Secret-Token": SECRET}) as answer:
            return answer.status

    async def whatsapp(self, client: aiohttp.ClientSession, number: int, person: int, text: str) -> int:
        form = {
            "MessageSid": f"SM{number:032}",
            "From": self.name(person),
            "To": twilio_server.SENDER,
            "Body": text,
            "NumMedia": "0",
            "MessageType": "text",
        }
        signature = RequestValidator(twilio_server.TOKEN).compute_signature(f"{self.base}/whatsapp", form)
        async with client.post("/whatsapp", data=form, headers={"X-Twilio-Signature": signature}) as answer:
            return answer.status


async def messages(rate: int, seconds: int, *, apart: bool) -> None:
    """One run of Homeward in processes of its own."""
    ours, theirs = free_port(), free_port()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        shutil.copytree(HOME / "data" / "model", data / "model")
        environment = {
            **os.environ,
            "HOMEWARD_DATA_DIR": folder,
            "HOMEWARD_DATABASE_URL": embedded(data),
            "HOMEWARD_PORT": str(ours),
            "HOMEWARD_PUBLIC_URL": f"http://127.0.0.1:{ours}",
            "HOMEWARD_TELEGRAM_TOKEN": TOKEN,
            "HOMEWARD_TELEGRAM_SECRET": SECRET,
            "HOMEWARD_TELEGRAM_API_URL": f"http://127.0.0.1:{theirs}",
            "HOMEWARD_TWILIO_ACCOUNT_SID": twilio_server.ACCOUNT,
            "HOMEWARD_TWILIO_AUTH_TOKEN": twilio_server.TOKEN,
            "HOMEWARD_WHATSAPP_FROM": twilio_server.SENDER,
            "HOMEWARD_TWILIO_API_URL": f"http://127.0.0.1:{theirs}",
        }
        homeward = Path(sys.executable).with_name("homeward")
        commands = ["web", "worker"] if apart else ["serve"]
        sink = Sink()
        async with AsyncExitStack() as stack:
            await served(stack, sink.application(), theirs)
            running = [
                await asyncio.create_subprocess_exec(homeward, command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                for command in commands
            ]
            load = Load(f"http://127.0.0.1:{ours}", sink, rate, seconds, first=1_000_000)
            await _ready(load.base)
            await Load(load.base, sink, 5, 4).run()  # connections, contents at Twilio, caches
            sink.waiting.clear()
            await load.run()
            store = await _store(environment["HOMEWARD_DATABASE_URL"])
            usage = [_cpu_seconds(process.pid) for process in running]
            for process in running:
                process.send_signal(signal.SIGTERM)
                await process.wait()
        print(f"\n{' and '.join(commands)}: {rate} messages a second for {seconds} s, both channels, on {os.cpu_count()} cores")
        print(f"  webhook acknowledged   {_percentiles(load.acknowledged)}")
        print(f"  first reply at channel {_percentiles(load.replied)}")
        print(f"  refused {load.refused}, lost {load.lost} of {rate * seconds}; CPU seconds: {', '.join(f'{one:.0f}' for one in usage)}")
        print(f"  in the store: {store}")


async def _store(url: str) -> str:
    """What became of all messages of the run, as Homeward itself knows it."""
    async with await psycopg.AsyncConnection.connect(url) as connection:
        counts = await connection.execute("""
            select count(*) filter (where direction = 'in'), count(*) filter (where direction = 'in' and answered_at is null),
                count(*) filter (where direction = 'in' and not exists (select from message reply where reply.answers_id = heard.id)),
                count(*) filter (where delivery = 'sent'), count(*) filter (where direction = 'out' and delivery <> 'sent')
            from message heard""")
        heard, open_, silent, sent, not_sent = (await counts.fetchone()) or (0,) * 5
    return f"{heard} heard, {open_} not answered yet, {silent} without a reply; {sent} replies handed over, {not_sent} not"


async def _ready(base: str) -> None:
    async with httpx.AsyncClient() as client:
        for _ in range(600):
            try:
                if (await client.get(f"{base}/readyz")).status_code == 200:
                    return
            except httpx.TransportError:
                await asyncio.sleep(0.2)
    raise SystemExit("Homeward did not start")


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _percentiles(seconds: Sequence[float]) -> str:
    ordered = sorted(seconds)
    at = {name: 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))] for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    return "  ".join(f"{name} {value:7.1f} ms" for name, value in at.items()) if ordered else "none"


async def understanding(*, train: bool) -> None:
    """What the in-process engine costs."""
    start = time.perf_counter()
    folder = train_if_needed(Settings(data_dir=HOME / "data"), force=train)
    print(f"\ntraining: {time.perf_counter() - start:.1f} s (next to nothing where the model was there)")
    print(f"\ncross-validation: {json.loads((folder / 'meta.json').read_text('utf-8'))['cross_validation']}")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.perf_counter()
    reader = Reader(Engine.load(folder))
    print(f"engine loaded in {time.perf_counter() - start:.2f} s, {(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024:.0f} MB")
    texts = [example.text for example in random.Random(2).sample(examples(TRAINING_DATA), 1000)]
    await reader.read("warm up")
    for text in texts[:100]:
        await reader.read(text)
    taken = []
    for text in texts:
        start = time.perf_counter()
        await reader.read(text)
        taken.append(time.perf_counter() - start)
    print(f"a message read in {_percentiles(taken)}")


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--rate", type=int, default=80, help="messages a second")
    options.add_argument("--seconds", type=int, default=60)
    options.add_argument("--train", action="store_true", help="train anew and time it")
    chosen = options.parse_args()
    asyncio.run(understanding(train=chosen.train))
    for apart in (False, True):
        asyncio.run(messages(chosen.rate, chosen.seconds, apart=apart))


if __name__ == "__main__":
    main()
