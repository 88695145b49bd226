"""One running house and one browser for all of these tests; every person and member of staff has a browser profile of their own."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import psycopg
import pytest
import pytest_asyncio
from sqlalchemy import update

from bot import jobs, run
from bot.answers.library import load
from bot.cases.models import Case, CaseState
from bot.channels.webchat import WebChat
from bot.db import connect, notify, now
from bot.house import House
from bot.settings import Settings
from nlu import Reader
from tests.conftest import CONTENT, _named
from tests.console.home import Home, Visitor, browsing
from tests.console.leads import count_some, forget_figures
from tests.messengers import free_port


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def home(template: str, understanding: Reader, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    name = f"console_{uuid.uuid4().hex}"
    with psycopg.connect(_named(template, "postgres"), autocommit=True) as admin:
        admin.execute(f'create database "{name}" template homeward')  # type: ignore[arg-type]
    url = _named(template, name)
    engine, sessions = connect(url)
    async with sessions() as session:
        library = await load(session)
    settings = Settings(data_dir=tmp_path_factory.mktemp("console"), content_dir=CONTENT, port=free_port())
    house = House(settings=settings, sessions=sessions, url=url, library=library, reader=understanding, channels={"webchat": WebChat()})
    async with jobs.opened(url), run.worker(house), browsing() as browser:
        found = Home(house, browser)
        await found.web_starts()
        yield found
        await found.web_stops()
    await engine.dispose()
    with psycopg.connect(_named(template, "postgres"), autocommit=True) as admin:
        admin.execute(f'drop database "{name}" with (force)')  # type: ignore[arg-type]


@pytest_asyncio.fixture(loop_scope="package")
async def person(home: Home) -> AsyncIterator[Visitor]:
    """Somebody who has just opened the chat page. Nobody of an earlier test waits any more: the queue shows its first page."""
    async with home.house.sessions.begin() as session:
        await session.execute(update(Case).where(Case.state != CaseState.CLOSED).values(state=CaseState.CLOSED, closed_at=now()))
        await notify(session, "cases")
    async with home.visitor() as visitor:
        yield await visitor.opens_chat()


@pytest_asyncio.fixture(loop_scope="package")
async def counted(home: Home) -> AsyncIterator[None]:
    """Figures of this test alone."""
    await forget_figures(home)
    await count_some(home)
    yield
    await forget_figures(home)
