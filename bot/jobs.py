"""The queue: jobs are posted inside the caller's transaction, and those of a process that died are taken up again."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import procrastinate
import psycopg
import psycopg_pool
from procrastinate.tasks import Task
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import raw
from bot.log import logger

queue = procrastinate.App(connector=procrastinate.PsycopgConnector())

#: Job priorities. Urgent replies go first, within their lock and before everybody's; what is ready to be said goes before
#: the next message is thought about, else many messages at once would delay every reply to the end of them all.
HEARD, NORMAL, URGENT = -10, 0, 10

LANE = "default"  #: the queue of the workers
HEARTBEAT = 2.0  #: seconds between two signs of life of a worker
DEAD_AFTER = 10.0  #: seconds without one, after which its jobs are taken up by others


async def post(
    session: AsyncSession,
    task: Task[Any, Any, Any],
    *,
    lane: str = LANE,
    lock: str | None = None,
    priority: int = NORMAL,
    at: datetime | None = None,
    **arguments: Any,
) -> None:
    """Post a job inside the caller's transaction: kept together with its rows, or not at all. `at`: not to be begun before.

    A job's arguments are stored and shown to operators: ids only, never words, names or numbers.
    """
    await task.configure(connection=await raw(session), queue=lane, lock=lock, priority=priority, schedule_at=at).defer_async(**arguments)


def lane_of(channel: str, conversation: uuid.UUID) -> str:
    """A talk in a terminal is worked on by the command that holds it, and by nobody else; all others by the workers."""
    return f"talk-{conversation.hex}" if channel == "terminal" else LANE  # short: it becomes a part of the name of a NOTIFY channel


async def _configure(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)  # the queue's own statements stand alone: no begin and commit around each


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[None]:
    """The queue over this database, as long as the block."""
    pool = psycopg_pool.AsyncConnectionPool(url, min_size=2, max_size=10, open=False, configure=_configure)
    await pool.open()
    connector = procrastinate.PsycopgConnector()
    try:
        with queue.replace_connector(connector):
            await connector.open_async(pool)
            yield
    finally:
        await pool.close()


async def rescue() -> int:
    """Put the jobs of dead workers back into the queue; how many there were."""
    await queue.job_manager.prune_stalled_workers(DEAD_AFTER)
    stalled = list(await queue.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER))
    rescued = 0
    for job in stalled:
        with contextlib.suppress(procrastinate.exceptions.ConnectorException):  # another worker was quicker
            await queue.job_manager.retry_job(job)
            rescued += 1
    if rescued:
        logger().warning("jobs_rescued", count=rescued)
    return rescued


async def work(context: dict[str, Any], *, concurrency: int = 20, before_rescue: Any = None) -> None:
    """Run a worker until cancelled; running jobs are finished first. `before_rescue` is awaited before each look for dead workers."""

    async def keep_rescuing() -> None:
        while True:
            if before_rescue is not None:
                await before_rescue()
            await rescue()
            await asyncio.sleep(DEAD_AFTER / 2)

    rescuer = asyncio.create_task(keep_rescuing(), name="rescue")
    try:
        while True:
            try:
                await queue.run_worker_async(
                    queues=[LANE],
                    concurrency=concurrency,
                    delete_jobs="successful",
                    install_signal_handlers=False,
                    additional_context=context,
                    update_heartbeat_interval=HEARTBEAT,
                    stalled_worker_timeout=DEAD_AFTER,
                    shutdown_graceful_timeout=10,
                    fetch_job_polling_interval=0.25,  # a job that waited for a lock is not announced when the lock is free
                )
            except procrastinate.exceptions.ConnectorException as error:
                # A machine that slept, or a process held up for long, was taken for dead and struck off the list of workers, or the
                # database went away: the worker signs on again. What it had in hand was put back into the queue by whoever noticed.
                logger().error("worker_starts_again", error=error)
                await asyncio.sleep(1)
            else:
                return
    finally:
        rescuer.cancel()
        await asyncio.gather(rescuer, return_exceptions=True)


async def drain(context: dict[str, Any], lane: str | None = None) -> None:
    """Work until nothing is left to do, retries included, in one lane or in all: for a command that ends, and for tests."""
    lanes: Any = [lane] if lane else None  # None is all of them, which the library says in its documentation alone
    with _nothing_periodic():
        while await queue.job_manager.list_jobs_async(status="todo", queue=lane):
            await queue.run_worker_async(
                queues=lanes, wait=False, concurrency=4, install_signal_handlers=False, delete_jobs="successful", additional_context=context
            )
            await asyncio.sleep(0.01)


@contextlib.contextmanager
def _nothing_periodic() -> Iterator[None]:
    """What comes round by the clock is posted by the workers that stay, not by a command that ends."""
    before = queue.periodic_defaults
    queue.periodic_defaults = {"max_delay": 0.0}
    try:
        yield
    finally:
        queue.periodic_defaults = before
