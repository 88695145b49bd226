"""The canary: what a person writes, and where from, stands in no log, no job, no figure, no file, and nowhere readable in the store."""

import asyncio
import base64
import contextlib
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
import structlog
from psycopg import sql

from bot import log
from bot.channels import Kind
from bot.errors import Refused, Throttled, Unreachable
from bot.house import House
from tests.messengers import Messengers, between, until
from tests.world import World

WORDS = ("Zwetschgenkuchen", "هندوانه‌فروشی")
CHAT, NUMBER = 4915799999999, "+4915788888888"
SECRETS = [*WORDS, str(CHAT), NUMBER.removeprefix("+")]
SAID = f"help, they want to kill me. {' '.join(WORDS)}"


class Output:
    """Everything this process has printed and logged."""

    def __init__(self, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
        self.log, self._caplog, self._capfd, self._printed = io.StringIO(), caplog, capfd, ""

    def __str__(self) -> str:
        printed = self._capfd.readouterr()
        self._printed += printed.out + printed.err
        return self._printed + self.log.getvalue() + self._caplog.text


@pytest.fixture
def output(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> Iterator[Output]:
    """Logging as in production, but down to DEBUG and listened to; put back afterwards."""
    root, found = logging.getLogger(), Output(caplog, capfd)
    before, levels = (root.handlers[:], root.level), {name: logging.getLogger(name).level for name in log.QUIET}
    with contextlib.redirect_stderr(found.log):
        log.configure(level=logging.DEBUG)
    root.addHandler(caplog.handler)
    root.setLevel(logging.DEBUG)
    caplog.handler.setLevel(logging.DEBUG)
    yield found
    root.handlers[:], root.level = before[0], before[1]
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    structlog.reset_defaults()


def shown(where: str, secrets: list[str]) -> list[str]:
    """The secrets that stand there, also as JSON, in quotes, or in base64."""
    forms = {secret: _written(secret) for secret in secrets}
    return [secret for secret, written in forms.items() if any(form in where for form in written)]


def _written(secret: str) -> tuple[str, ...]:
    return secret, json.dumps(secret)[1:-1], repr(secret)[1:-1], base64.b64encode(secret.encode()).decode()[:12]


def readable_in_the_store(url: str, secrets: list[str]) -> list[tuple[str, str]]:
    """(table, secret) wherever a row, written out as text, shows one: as it is, or as bytes."""
    query = sql.SQL("select 1 from {} as row where row::text like any (%s) limit 1")
    with psycopg.connect(url) as connection:
        tables = [name for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
        assert {"message", "address", "procrastinate_jobs", "every_job"} <= set(tables)
        return [
            (table, secret)
            for table in tables
            for secret in secrets
            if connection.execute(query.format(sql.Identifier(table)), [[f"%{secret}%", f"%{secret.encode().hex()}%"]]).fetchone()
        ]


def keep_every_job(url: str) -> None:
    """Finished jobs are deleted; a trigger keeps a copy of each as it was posted."""
    with psycopg.connect(url) as connection:
        connection.execute("create table every_job as select * from procrastinate_jobs")
        connection.execute(
            "create function keep() returns trigger language plpgsql as $$ begin insert into every_job values (new.*); return new; end $$"
        )
        connection.execute("create trigger keep after insert on procrastinate_jobs for each row execute function keep()")


@asynccontextmanager
async def broken(url: str, table: str) -> AsyncIterator[None]:
    """While the block runs, whatever touches the table fails."""
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        names = {"one": sql.Identifier(table), "other": sql.Identifier(f"{table}_is_gone")}
        await connection.execute(sql.SQL("alter table {one} rename to {other}").format(**names))
        yield
        await connection.execute(sql.SQL("alter table {other} rename to {one}").format(**names))


def kept_in_files(folder: Path, secrets: list[str]) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file() and shown(path.read_bytes().decode("utf-8", "replace"), secrets)]


async def test_messengers_in_trouble_leave_no_word_anywhere(house: House, output: Output, tmp_path: Path) -> None:
    keep_every_job(house.url)
    async with between(house) as them:
        await _trouble(them)
        await them.telegram_says(CHAT, SAID, language_code="en")
        await them.whatsapp_says(NUMBER, SAID)
        await them.us.get("/chat")
        await them.us.post("/chat", data={"text": SAID})
        secrets = [*SECRETS, them.us.cookies["homeward_chat"]]
        await until(lambda: _heard(them.telegram_chat(CHAT)), seconds=30)
        await until(lambda: _heard(them.whatsapp_chat(NUMBER)), seconds=30)
        await _posts_what_fails(them, house)
        await them.telegram.post("/control/block", json={"chat": CHAT})
        await them.telegram_says(CHAT, SAID, language_code="en")
        await until(lambda: _stands("PersonGone", output), seconds=30)
        figures = (await them.us.get("/metrics")).text
        page = (await them.us.get("/chat")).text
        assert kept_in_files(tmp_path, secrets) == []
    logged = str(output)
    assert WORDS[0] in page  # the words went all the way
    assert "answered" in logged
    assert "Exception in ASGI application" in logged
    assert shown(logged, secrets) == []
    assert shown(figures, secrets) == []
    assert readable_in_the_store(house.url, secrets) == []


async def _trouble(them: Messengers) -> None:
    """Too fast, out of order, and a reply that is refused for good."""
    for fault in ({"status": 429, "retry_after": 1}, {"status": 502}, {"status": 400, "description": f"Bad Request: {WORDS[0]}"}):
        await them.telegram.post("/control/faults", json={"count": 1, "method": "sendMessage", **fault})
    for fault in ({"status": 500}, {"status": 429, "code": 20429}, {"status": 400, "code": 21211}):
        await them.twilio.post("/control/faults", json={"count": 1, **fault})


async def _posts_what_fails(them: Messengers, house: House) -> None:
    """Half an update, an unsigned one, and one that comes while the store is broken."""
    secret = {"x-telegram-bot-api-secret-token": house.settings.telegram_webhook_secret}
    update = {"update_id": 1, "message": {"message_id": 9, "date": 1, "chat": {"id": CHAT, "type": "private"}, "text": SAID}}
    assert (await them.us.post("/telegram", content=json.dumps(update)[:-3], headers=secret)).status_code == 400
    assert (await them.us.post("/telegram", json=update)).status_code == 403
    async with broken(house.url, "message"):
        assert (await them.us.post("/telegram", json=update, headers=secret)).status_code == 500


async def test_jobs_that_fail_leave_no_word_anywhere(world: World, output: Output, tmp_path: Path) -> None:
    keep_every_job(world.house.url)
    world.terminal.trouble = [Unreachable(), Throttled(timedelta(seconds=0)), Refused("no-such-number")]
    person = world.person(name=str(CHAT))
    await person.writes(SAID)
    async with broken(world.house.url, "case_file"):
        working = asyncio.create_task(world.falls_quiet())
        await until(lambda: _stands("answer_failed", output), seconds=30)
    await working
    await person.asks(WORDS[0], kind=Kind.DOCUMENT)
    [case] = await world.cases()
    counsellor = await world.counsellor()
    assert await world.takes(counsellor, case)
    world.terminal.trouble = [Unreachable(), Refused("no-such-number")]
    await world.replies(counsellor, case, WORDS[1])
    await world.falls_quiet()
    logged = str(output)
    assert person.heard
    assert "ProgrammingError" in logged
    assert "not_delivered" in logged
    assert shown(logged, SECRETS) == []
    assert readable_in_the_store(world.house.url, SECRETS) == []
    assert kept_in_files(tmp_path, SECRETS) == []


def test_what_libraries_say_of_a_failure_is_its_class_and_place(output: Output) -> None:
    for words in ("Exception in ASGI application\n", "", f"first line\n{WORDS[0]}"):
        try:
            raise ValueError(WORDS[0])  # noqa: TRY301
        except ValueError as error:
            logging.getLogger("uvicorn.error").exception(words)
            log.logger().error("went_wrong", error=error, exc_info=True)
    logged = str(output)
    assert "ValueError at test_log" in logged
    assert shown(logged, SECRETS) == []


async def test_the_canary_sings(house: House) -> None:
    """The search itself finds what is there to be found."""
    keep_every_job(house.url)
    with psycopg.connect(house.url) as connection:
        connection.execute("update answer_version set title = %s where id = (select min(id) from answer_version)", [WORDS[1]])
        connection.execute("insert into person (id, created_at) values (gen_random_uuid(), now())")
        connection.execute(
            "insert into address (id, person_id, channel, fingerprint, name) select gen_random_uuid(), id, 'x', %s, 'x' from person",
            [WORDS[0].encode()],
        )
    assert sorted(readable_in_the_store(house.url, SECRETS)) == [("address", WORDS[0]), ("answer_version", WORDS[1])]
    assert shown(json.dumps({"a": WORDS[1]}), SECRETS) == shown(repr([WORDS[1]]), SECRETS) == [WORDS[1]]
    assert shown(base64.b64encode(WORDS[0].encode()).decode(), SECRETS) == [WORDS[0]]


async def _heard(messages: object) -> object:
    found = await messages  # type: ignore[misc]
    return found if len(found) >= 2 else None


async def _stands(what: str, output: Output) -> bool:
    return what in str(output)
