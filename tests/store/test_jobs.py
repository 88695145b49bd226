"""A job and the rows it is about are born together, or not at all."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.receive import receive
from bot.channels import Inbound, Kind
from bot.db import connect, now
from bot.jobs import post, queue


@queue.task(name="tests.nothing")
async def nothing(number: int) -> None:
    """Does nothing."""


async def _jobs(session: AsyncSession) -> int:
    return await session.scalar(text("select count(*) from procrastinate_jobs where task_name = 'tests.nothing'")) or 0


async def test_a_job_posted_in_a_transaction_exists_after_commit(database: str) -> None:
    engine, sessions = connect(database)
    async with sessions.begin() as session:
        await post(session, nothing, number=1)
    async with sessions() as session:
        assert await _jobs(session) == 1
    await engine.dispose()


async def test_a_job_posted_in_a_transaction_does_not_exist_after_rollback(database: str) -> None:
    engine, sessions = connect(database)

    class Stop(Exception):
        """Ends the transaction."""

    with pytest.raises(Stop):
        async with sessions.begin() as session:
            await post(session, nothing, number=1)
            assert await _jobs(session) == 1
            raise Stop
    async with sessions() as session:
        assert await _jobs(session) == 0
    await engine.dispose()


async def test_hearing_works_on_a_connection_that_has_heard_much(database: str) -> None:
    """From the tenth time on, PostgreSQL plans the statement without looking at its parameters."""
    engine, sessions = connect(database, pool_size=1)
    for number in range(25):
        inbound = Inbound(channel="terminal", person="one", external_id=str(number // 2), kind=Kind.TEXT, text="hello", sent_at=now())
        async with sessions.begin() as session:
            assert await receive(session, inbound) is (number % 2 == 0)
    await engine.dispose()
