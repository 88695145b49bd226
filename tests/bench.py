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
    """Both messengers' sending sides: takes whatever we send, and notes when."""

    taken: dict[int, float] = field(default_factory=dict)  #: when, by the number that we gave it
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
        self._take()
        message = {"message_id": self.number, "date": int(time.time()), "chat": {"id": int(str(form["chat_id"])), "type": "private"}, "text": "…"}
        return web.json_response({"ok": True, "result": message})

    def _take(self) -> None:
        self.number += 1
        self.taken[self.number] = time.perf_counter()

    async def anything(self, _request: web.Request) -> web.Response:
        return web.json_response({"ok": True, "result": True})

    async def twilio(self, request: web.Request) -> web.Response:
        await request.post()
        self._take()
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
    rate: int
    seconds: int
    first: int = 0  #: number of the first message: two runs against one house must not repeat a messenger's ids
    acknowledged: list[float] = field(default_factory=list)
    posted: dict[int, float] = field(default_factory=dict)  #: when, by the number of the message
    refused: int = 0

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
        start = self.posted[number] = time.perf_counter()
        try:
            status = await (self.telegram(client, number, person, text) if person % 2 else self.whatsapp(client, number, person, text))
        except TimeoutError:  # as a messenger sees it: not taken
            self.refused += 1
            return
        self.acknowledged.append(time.perf_counter() - start)
        self.refused += status != 200

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
            for process in running:
                stack.callback(_ended, process)
            load = Load(f"http://127.0.0.1:{ours}", rate, seconds, first=1_000_000)
            await _ready(load.base)
            await Load(load.base, 5, 4).run()  # connections, contents at Twilio, caches
            await load.run()
            first = await _first_replies(environment["HOMEWARD_DATABASE_URL"], sink)
            usage = [_cpu_seconds(process.pid) for process in running]
            for process in running:
                process.send_signal(signal.SIGTERM)
                await process.wait()
        print(f"\n{' and '.join(commands)}: {rate} messages a second for {seconds} s, both channels, on {os.cpu_count()} cores")
        print(f"  webhook acknowledged   {_percentiles(load.acknowledged)}")
        print(f"  first reply at channel {_percentiles([first[number] - posted for number, posted in load.posted.items() if number in first])}")
        lost = load.posted.keys() - first.keys()
        print(f"  refused {load.refused}, lost {len(lost)} of {rate * seconds}; CPU seconds: {', '.join(f'{one:.0f}' for one in usage)}")


def _ended(process: asyncio.subprocess.Process) -> None:
    """Whatever became of the run, nothing of it stays behind."""
    if process.returncode is None:
        process.kill()


async def _first_replies(url: str, sink: Sink) -> dict[int, float]:
    """When the first reply to each message was taken, once nothing is left to answer or to send. The store knows which reply answers which."""
    end = time.perf_counter() + PATIENCE
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        while time.perf_counter() < end:
            left = await connection.execute("select exists (select from procrastinate_jobs where status in ('todo', 'doing'))")
            if not ((await left.fetchone()) or (True,))[0]:
                break
            await asyncio.sleep(0.5)
        query = "select heard.external_id, reply.external_id from message heard join message reply on reply.answers_id = heard.id"
        pairs = await (await connection.execute(query)).fetchall()
    first: dict[int, float] = {}
    for heard, reply in pairs:
        if reply and (taken := sink.taken.get(_number(reply))):
            first[_number(heard)] = min(taken, first.get(_number(heard), taken))
    return first


def _number(external_id: str) -> int:
    """Of an id of Twilio (SM…), or of ours for a message on Telegram (bot:number:time)."""
    return int(external_id.split(":")[1] if ":" in external_id else external_id.removeprefix("SM"))


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
