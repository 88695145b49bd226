"""A job and the rows it is about are born together, or not at all."""

import asyncio

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from bot import jobs
from bot.answering.receive import receive
from bot.channels import Inbound, Kind
from bot.db import Sessions, connect, now
from bot.house import House
from bot.jobs import post, queue
from tests.messengers import until


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


async def test_a_worker_taken_for_dead_goes_on(house: House) -> None:
    """A machine that slept, or a process held up for long, finds itself struck off the list; it signs on again and works."""
    worker = asyncio.create_task(jobs.work({"house": house}))
    try:
        await until(lambda: _count(house.sessions, "procrastinate_workers"))
        async with house.sessions.begin() as session:
            await session.execute(text("delete from procrastinate_workers"))
            await post(session, nothing, number=1)
        await until(lambda: _none_left(house.sessions), 20)
    finally:
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def _count(sessions: Sessions, table: str) -> int:
    async with sessions() as session:
        return await session.scalar(text(f"select count(*) from {table}")) or 0


async def _none_left(sessions: Sessions) -> bool:
    async with sessions() as session:
        return await _jobs(session) == 0
