"""What was approved for a time is published at that time: by a job posted for the very second, and by one that looks each minute."""

from __future__ import annotations

from datetime import datetime

import procrastinate
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.publishing import publish_due
from bot.answers.text import Key
from bot.house import House
from bot.jobs import post, queue
from bot.log import logger
from bot.staff.audit import note_act
from bot.teaching.questions import failing


@queue.periodic(cron="* * * * *", periodic_id="publish")
@queue.task(name="publish", pass_context=True, queueing_lock="publish")
async def publish(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001  (procrastinate hands it to every periodic job)
    """Once a minute, whatever became of the jobs for the second."""
    await _publish(context.additional_context["house"])


@queue.task(name="publish_now", pass_context=True)
async def publish_now(context: procrastinate.JobContext) -> None:
    """At the second that somebody chose."""
    await _publish(context.additional_context["house"])


async def post_at(session: AsyncSession, at: datetime) -> None:
    """Post the job that publishes what is due at a time."""
    await post(session, publish_now, at=at)


async def _publish(house: House) -> None:
    async with house.sessions.begin() as session:

        async def leads_astray(key: Key) -> bool:
            return bool(await failing(session, house.reader, key))

        done = await publish_due(session, house.settings, leads_astray)
        for version in done:
            await note_act(session, version.approver_id, "text.published", f"{version.name}/{version.language}", version.kind)
    if done:
        logger().info("published", texts=len(done))
