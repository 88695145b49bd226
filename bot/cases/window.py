"""The 24-hour window of WhatsApp: how much of it is left, and one question near its end that can keep it open."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import procrastinate
from sqlalchemy import ColumnElement, or_, select

from bot.cases.models import Case, CaseState
from bot.conversation.models import Conversation, State
from bot.conversation.reopen import GO_ON
from bot.conversation.say import WINDOW, Spoken, say
from bot.db import now
from bot.house import House
from bot.jobs import queue
from bot.log import logger

QUESTION = "go_on_question"
ASKED_AFTER = timedelta(hours=22)
TOO_LATE = WINDOW - timedelta(minutes=5)  #: what is said later may reach WhatsApp after the end


def closes_at(conversation: Conversation) -> datetime | None:
    """When WhatsApp stops taking free text; None where there is no window."""
    if conversation.channel != "whatsapp":
        return None
    return (conversation.last_inbound_at or conversation.created_at - WINDOW) + WINDOW


def _ending(at: datetime) -> tuple[ColumnElement[bool], ...]:
    """Conversations that a counsellor still owes something, whose window ends soon, and who were not asked since they last wrote."""
    return (
        Conversation.channel == "whatsapp",
        Conversation.state != State.STOPPED,
        Conversation.safe_to_write.is_not(False),
        Conversation.last_inbound_at <= at - ASKED_AFTER,
        Conversation.last_inbound_at > at - TOO_LATE,
        or_(Conversation.asked_on_at.is_(None), Conversation.asked_on_at < Conversation.last_inbound_at),
        select(Case.id).where(Case.conversation_id == Conversation.id, Case.state != CaseState.CLOSED).exists(),
    )


@queue.periodic(cron="*/5 * * * *", periodic_id="keep_open")
@queue.task(name="keep_open", pass_context=True, queueing_lock="keep_open")
async def keep_open(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001  (procrastinate hands it to every periodic job)
    """Ask everybody whose window ends within two hours."""
    house: House = context.additional_context["house"]
    if asked := await ask_all(house):
        logger().info("asked_to_go_on", count=asked)


async def ask_all(house: House) -> int:
    """Each in a transaction of its own; how many were asked."""
    async with house.sessions() as session:
        ending = list(await session.scalars(select(Conversation.id).where(*_ending(now())).order_by(Conversation.last_inbound_at)))
    return sum([await _ask(house, conversation_id) for conversation_id in ending])


async def _ask(house: House, conversation_id: uuid.UUID) -> bool:
    """Whether it was us who asked: another worker may be quicker, or the person has written in between."""
    query: Any = select(Conversation).where(Conversation.id == conversation_id, *_ending(now())).with_for_update(skip_locked=True, of=Conversation)
    async with house.sessions.begin() as session:
        conversation = await session.scalar(query)
        if conversation is None:
            return False
        conversation.asked_on_at = now()
        text = house.library.phrase(QUESTION, conversation.language or "en")
        await say(session, conversation, Spoken(text, (GO_ON,)))
    return True
