"""The canary: what a person writes, and where from, stands in no log, no job, no figure, and nowhere readable in the store."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest
import structlog
from psycopg import sql
from sqlalchemy import text

from bot import log
from bot.channels import Kind
from bot.errors import Refused, Throttled, Unreachable
from bot.house import House
from tests.messengers import between, until
from tests.world import World

WORD, CHAT, NUMBER = "Zwetschgenkuchen", 4915799999999, "+4915788888888"
SECRETS = (WORD, str(CHAT), NUMBER, NUMBER[1:])


@pytest.fixture(autouse=True)
def log_of_its_own() -> Iterator[None]:
    """The log is set up onto the captured streams, which end with the test."""
    yield
    structlog.reset_defaults()
    logging.basicConfig(force=True)


def shown_in(output: str) -> list[str]:
    return [secret for secret in SECRETS if secret in output]


async def test_the_way_of_a_message_leaves_no_word_anywhere(
    house: House, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    log.configure(level=logging.DEBUG)
    async with between(house) as them:
        await them.telegram.post("/control/faults", json={"status": 429, "count": 1, "retry_after": 1, "method": "sendMessage"})
        await them.telegram.post("/control/faults", json={"status": 502, "count": 1, "method": "sendMessage"})
        await them.twilio.post("/control/faults", json={"status": 500, "count": 2})
        await them.telegram_says(CHAT, f"my secret is {WORD}", language_code="en")
        await them.whatsapp_says(NUMBER, f"my secret is {WORD}")
        await until(lambda: _answered(them.telegram_chat(CHAT)), seconds=30)
        await until(lambda: _answered(them.whatsapp_chat(NUMBER)), seconds=30)
        await them.us.post(
            "/telegram", content=f'{{"broken": "{WORD}"', headers={"X-Telegram-Bot-Api-Secret-Token": house.settings.telegram_webhook_secret}
        )
        figures = (await them.us.get("/metrics")).text
    async with house.sessions() as session:
        jobs = str((await session.execute(text("select * from procrastinate_jobs"))).all())
    output = capfd.readouterr()
    ours = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore", "aiohttp", "telegram")))
    assert "answered" in output.err
    assert {name: shown_in(where) for name, where in {"log": output.err + output.out, "records": ours, "jobs": jobs, "figures": figures}.items()} == {
        "log": [],
        "records": [],
        "jobs": [],
        "figures": [],
    }
    assert readable_in_the_store(house.url) == []


async def test_a_failure_is_logged_without_its_words(world: World, capfd: pytest.CaptureFixture[str]) -> None:
    log.configure(level=logging.DEBUG)
    world.terminal.trouble = [Unreachable(), Throttled(timedelta(seconds=0)), Refused("no")]
    person = world.person(name=f"{CHAT}")
    await person.asks(f"my secret is {WORD}")
    await person.asks(kind=Kind.VOICE, text=WORD)
    try:
        raise ValueError(WORD)  # noqa: TRY301
    except ValueError as error:
        log.logger().error("went_wrong", error=error)
        logging.getLogger("uvicorn.error").exception("Exception in ASGI application")
    output = capfd.readouterr()
    assert "ValueError" in output.err
    assert "not_delivered" in output.err
    assert shown_in(output.err + output.out) == []


def readable_in_the_store(url: str) -> list[tuple[str, str]]:
    """(table, secret) wherever a row, written out as text, shows one."""
    found = []
    with psycopg.connect(url) as connection:
        tables = connection.execute("select tablename from pg_tables where schemaname = 'public'").fetchall()
        for (table,) in tables:
            for secret in SECRETS:
                rows = sql.SQL("select 1 from {} as row where row::text like %s or row::text like %s limit 1").format(sql.Identifier(table))
                if connection.execute(rows, [f"%{secret}%", f"%{secret.encode().hex()}%"]).fetchone():
                    found.append((table, secret))
    return found


async def _answered(messages: object) -> object:
    found = await messages  # type: ignore[misc]
    return found if len(found) >= 2 else None
