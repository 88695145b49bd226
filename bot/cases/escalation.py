"""Urgent cases that nobody answers are called out to the leads; members who went away without a word are off duty."""

from __future__ import annotations

from datetime import timedelta

import procrastinate
from sqlalchemy import case as when
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case, CaseState
from bot.cases.routing import HERE
from bot.conversation.models import Message
from bot.db import notify, now
from bot.house import House
from bot.jobs import queue
from bot.log import logger
from bot.staff.models import Member
from nlu import Risk

PATIENCE = timedelta(minutes=5)  #: so long may somebody in danger be without an answer before the leads are called


@queue.periodic(cron="* * * * *", periodic_id="escalate")
@queue.task(name="escalate", pass_context=True, queueing_lock="escalate")
async def escalate(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001  (procrastinate hands it to every periodic job)
    """Once a minute."""
    house: House = context.additional_context["house"]
    async with house.sessions.begin() as session:
        called = await call_leads(session)
        await end_forgotten_shifts(session)
    if called:
        logger().warning("escalated", cases=called)


async def call_leads(session: AsyncSession) -> int:
    """How many urgent cases were without an answer for too long, and are now shown to every lead."""
    unheard = select(func.min(Message.created_at)).where(
        Message.conversation_id == Case.conversation_id, Message.direction == "in", Message.created_at > Case.answered_at
    )
    since = when(
        (Case.answered_at.is_(None), Case.opened_at), else_=unheard.correlate(Case).scalar_subquery()
    )  # each further word must not set the clock back
    overdue = (Case.state != CaseState.CLOSED, Case.risk == Risk.URGENT.value, Case.escalated_at.is_(None), since < now() - PATIENCE)
    called = list(await session.scalars(update(Case).where(*overdue).values(escalated_at=now()).returning(Case.conversation_id)))
    for conversation_id in called:
        await notify(session, "cases", str(conversation_id))
    return len(called)


async def end_forgotten_shifts(session: AsyncSession) -> None:
    """Whoever has had no page open for a while is not counted on."""
    gone = update(Member).where(Member.on_duty_since.is_not(None), func.coalesce(Member.seen_at, Member.on_duty_since) < now() - 4 * HERE)
    if (await session.execute(gone.values(on_duty_since=None).returning(Member.id))).first() is not None:
        await notify(session, "cases")
