"""`kill -9` of any process at any moment: every message is answered, none twice."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.conversation.models import Delivery, Message
from bot.db import connect
from tests.conftest import MODEL_HOME
from tests.messengers import Messengers, free_port
from tests.processes import Running, processes

PEOPLE, MESSAGES, KILLS = 60, 4, 3
#: Each is answered by one text that no other is answered by (after the notice, which comes once).
WORDS = ("/menu", "/language", "hello", "thank you")


@pytest.mark.parametrize("apart", [False, True], ids=["serve", "web and worker apart"])
async def test_killed_three_times_while_sixty_people_write(*, apart: bool, database: str, understanding: object, tmp_path: Path) -> None:
    shutil.copytree(MODEL_HOME / "model", tmp_path / "model")
    async with processes(tmp_path, database) as (running, them):
        await _start(running, apart=apart)
        writing = asyncio.gather(*(_writes(them, number) for number in range(PEOPLE)))
        for kill in range(KILLS):
            await asyncio.sleep(2 + random.random() * 2)
            await _kill_and_start_again(running, kill, apart=apart)
        await writing
        await _everybody_is_answered(database)
        assert await them.refused() == []
        await _what_was_said_was_heard_once(them, database)


async def _start(running: Running, *, apart: bool) -> None:
    if not apart:
        await running.start("serve", "serve")
        return
    await running.start("web", "web")
    await running.start("web2", "web", HOMEWARD_PORT=str(free_port()))
    await running.start("worker", "worker")
    await running.start("worker2", "worker")


async def _kill_and_start_again(running: Running, kill: int, *, apart: bool) -> None:
    name, command = ("serve", "serve") if not apart else (("worker", "worker"), ("web", "web"), ("worker2", "worker"))[kill]
    await running.kill(name)
    await running.start(name, command)


async def _writes(them: Messengers, number: int) -> None:
    """One person: half of them on Telegram, half on WhatsApp, whose server posts again until it gets its receipt."""
    for words in WORDS[:MESSAGES]:
        await asyncio.sleep(random.random() * 4)
        if number % 2:
            await them.telegram_says(1000 + number, words, language_code="en")
            continue
        said = await them.whatsapp_says(f"+49151000{number:05}", words)
        while said["answer"] != 200:
            await asyncio.sleep(0.5)
            said["answer"] = (await them.twilio.post("/control/redeliver", json={"sid": said["sid"]})).json()["answer"]


async def _everybody_is_answered(database: str) -> None:
    engine, sessions = connect(database)
    end = asyncio.get_running_loop().time() + 60
    while True:
        async with sessions() as session:
            messages = list(await session.scalars(select(Message)))
        heard = [message for message in messages if message.direction == "in"]
        unanswered = [message for message in heard if message.answered_at is None]
        unsent = [message for message in messages if message.direction == "out" and message.delivery is Delivery.QUEUED]
        if len(heard) == PEOPLE * MESSAGES and not unanswered and not unsent:
            break
        assert asyncio.get_running_loop().time() < end, f"{len(heard)} heard, {len(unanswered)} unanswered, {len(unsent)} unsent"
        await asyncio.sleep(0.5)
    await engine.dispose()
    failed = [message.reason for message in messages if message.delivery is Delivery.FAILED]
    assert failed == []


async def _what_was_said_was_heard_once(them: Messengers, database: str) -> None:
    """What each phone shows is what we said there, each once, and one reply to each message besides the notice."""
    for number in range(PEOPLE):
        if number % 2:
            shown = [message["text"] for message in await them.telegram_chat(1000 + number)]
        else:
            shown = [message["body"] for message in await them.whatsapp_chat(f"+49151000{number:05}")]
        twice = {text[:30]: count for text, count in Counter(shown).items() if count > 1}
        assert not twice, (number, twice)
        assert len(shown) == MESSAGES + 1, (number, [text[:30] for text in shown])
