"""`make bench`: the counsellors' pages with 200 open cases and 50 signed-in members whose pages are live; figures of one run."""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import random
import re
import secrets
import shutil
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import aiohttp

from bot import sealing
from bot.answers import files
from bot.cases.models import Case
from bot.conversation.models import Address, Conversation, Delivery, Message, Person, State
from bot.db import Sessions, connect, embedded, now
from bot.migrations import migrate
from bot.staff.models import Member, Role, StaffSession
from bot.web.account import COOKIE
from nlu import INTENTS, LANGUAGES
from tests.messengers import free_port
from tests.processes import Running

HOME = Path(__file__).parents[1]
CASES, MEMBERS, MESSAGES = 200, 50, 12
EVERY = 3.0  #: seconds between two looks of one page (desk.js), and up to one second more
KEY = "a key for the bench"


async def fill(sessions: Sessions) -> list[str]:
    """The cases, their conversations, and members who are signed in; their cookies."""
    chance = random.Random(1)
    cookies = []
    async with sessions.begin() as session:
        await files.load_into(session, HOME / "content")
        for number in range(MEMBERS):
            languages = chance.sample(list(LANGUAGES), 3) if number % 2 else []
            member = Member(
                email=f"{number}@example.org", role=Role.COUNSELLOR, languages=languages, on_duty_since=now(), seen_at=now(), most_cases=99
            )
            session.add(member)
            await session.flush()
            cookies.append(secrets.token_urlsafe(32))
            kept = {"token_hash": hashlib.sha256(cookies[-1].encode()).digest(), "expires_at": now() + timedelta(hours=12), "second_factor_at": now()}
            session.add(StaffSession(member_id=member.id, **kept))
        for number in range(CASES):
            await _case(session, number, chance)
    return cookies


async def _case(session, number: int, chance: random.Random) -> None:
    channel = chance.choice(["telegram", "whatsapp", "webchat"])
    ago = timedelta(minutes=chance.randrange(1400))
    person = Person(country_of_stay="DE")
    session.add(person)
    await session.flush()
    address = Address(person_id=person.id, channel=channel, fingerprint=secrets.token_bytes(32), name=f"whatsapp:+49151{number:07}")
    session.add(address)
    await session.flush()
    about = {"person_id": person.id, "address_id": address.id, "channel": channel, "language": chance.choice(LANGUAGES)}
    conversation = Conversation(state=State.WAITING, last_inbound_at=now() - ago, **about)
    session.add(conversation)
    await session.flush()
    risk = chance.choice(["urgent", "sensitive", "normal", "normal"])
    session.add(
        Case(conversation_id=conversation.id, risk=risk, intent=chance.choice(list(INTENTS)), opened_at=now() - ago, waiting_since=now() - ago)
    )
    for turn in range(MESSAGES):
        heard = (
            {"direction": "in", "intent": "contact_office", "confidence": 0.9}
            if turn % 2 == 0
            else {"direction": "out", "author": "bot", "delivery": Delivery.SENT}
        )
        text = "Where can I ask for help with the papers of my daughter? " * 2
        session.add(Message(conversation_id=conversation.id, channel=channel, text=text, language="en", answered_at=now(), **heard))


@dataclass
class Figures:
    """What all pages together saw."""

    queue: list[float] = field(default_factory=list)  #: seconds
    case: list[float] = field(default_factory=list)
    nudges: int = 0
    size: int = 0  #: bytes of the largest queue page


async def live_page(base: str, cookie: str, figures: Figures, end: float) -> None:
    """One open queue page: a stream, and a look after each nudge, as often as desk.js does."""
    timeout = aiohttp.ClientTimeout(total=None)
    async with aiohttp.ClientSession(base, cookies={COOKIE: cookie}, timeout=timeout) as client, client.get("/staff/events") as stream:
        last, looking = 0.0, None
        while time.monotonic() < end:
            try:
                line = await asyncio.wait_for(stream.content.readline(), max(0.01, end - time.monotonic()))
            except TimeoutError:
                break
            if line.startswith(b"data:"):
                figures.nudges += 1
                if looking is None or looking.done():
                    wait = max(1.0, last + EVERY - time.monotonic()) + random.random()
                    last = time.monotonic() + wait
                    looking = asyncio.create_task(_look(client, wait, figures))
        if looking:
            await looking


async def _look(client: aiohttp.ClientSession, wait: float, figures: Figures) -> None:
    await asyncio.sleep(wait)
    start = time.perf_counter()
    async with client.get("/staff", headers={"sec-fetch-dest": "empty"}) as answer:
        assert answer.status == 200
        figures.size = max(figures.size, len(await answer.read()))
    figures.queue.append(time.perf_counter() - start)


async def busy(base: str, cookie: str, figures: Figures, end: float, every: float) -> None:
    """A counsellor who takes cases and passes them on: each changes everybody's queue."""
    async with aiohttp.ClientSession(base, cookies={COOKIE: cookie}, headers={"origin": base}) as client:
        while time.monotonic() < end:
            await asyncio.sleep(every)
            async with client.get("/staff") as answer:
                found = re.findall(r"/staff/cases/([0-9a-f-]{36})", await answer.text())
            case = random.choice(found)
            start = time.perf_counter()
            async with client.get(f"/staff/cases/{case}") as answer:
                await answer.read()
            figures.case.append(time.perf_counter() - start)
            for what in ("take", "pass"):
                async with client.post(f"/staff/cases/{case}/{what}", allow_redirects=False) as answer:
                    assert answer.status == 303


def _told(what: str, taken: list[float]) -> str:
    marks = statistics.quantiles(taken, n=100)
    return f"{what}: {len(taken)} times, median {marks[49] * 1000:.0f} ms, p95 {marks[94] * 1000:.0f} ms, most {max(taken) * 1000:.0f} ms"


async def desk(seconds: int, every: float) -> None:
    folder = Path(tempfile.mkdtemp(prefix="homeward-desk-"))
    try:
        sealing.use([KEY])
        url = embedded(folder)
        migrate(url)
        engine, sessions = connect(url)
        cookies = await fill(sessions)
        (folder / "model").symlink_to(HOME / "data" / "model")
        port = free_port()
        running = Running(
            {"HOMEWARD_DATA_DIR": str(folder), "HOMEWARD_DATABASE_URL": url, "HOMEWARD_PORT": str(port), "HOMEWARD_SECRET_KEYS": KEY}, port
        )
        await running.start("web", "web")
        base, figures, end = f"http://127.0.0.1:{port}", Figures(), time.monotonic() + seconds
        await asyncio.gather(*(live_page(base, cookie, figures, end) for cookie in cookies), busy(base, cookies[0], figures, end, every))
        print(f"\n{CASES} open cases, {MEMBERS} live pages, one case taken and passed on every {every:g} s, one web process beside PostgreSQL:")
        print(_told("queue page", figures.queue), f"· {figures.size / 1000:.1f} kB · {figures.nudges} nudges")
        print(_told("page of a case", figures.case))
        await running.stop()
        await engine.dispose()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    options = argparse.ArgumentParser(prog="make bench")
    options.add_argument("--desk-seconds", type=int, default=60)
    options.add_argument("--every", type=float, default=2.0, help="seconds between two changes of the queue")
    chosen = options.parse_args()
    asyncio.run(desk(chosen.desk_seconds, chosen.every))


if __name__ == "__main__":
    main()
