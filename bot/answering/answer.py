"""The job that answers one message: look, think with no transaction open, act in one transaction."""

from __future__ import annotations

import procrastinate
from sqlalchemy import select

from bot.answering.act import act
from bot.answering.commands import command, typed_choice
from bot.answering.step import Heard, Step
from bot.channels import Kind
from bot.conversation.models import Conversation, Message
from bot.db import now
from bot.house import House
from bot.jobs import queue
from bot.log import logger
from bot.metrics import answer_seconds, answered

READ = 2_000  #: characters of a message that are read for its meaning


class KeepTrying(procrastinate.BaseRetryStrategy):
    """A message is never given up: whatever went wrong was ours, and is tried again with growing waits."""

    def get_retry_decision(self, *, exception: BaseException, job: procrastinate.jobs.Job) -> procrastinate.RetryDecision | None:
        if not isinstance(exception, Exception):
            return None
        logger().error("answer_failed", message=job.task_kwargs.get("message_id"), attempt=job.attempts, error=exception)
        return procrastinate.RetryDecision(retry_in={"seconds": min(300, 2**job.attempts)}) if job.attempts < 30 else None


@queue.task(name="answer", pass_context=True, retry=KeepTrying())
async def answer(context: procrastinate.JobContext, message_id: int) -> None:
    """Answer one message. Running it twice answers once: the second run finds it answered."""
    house: House = context.additional_context["house"]
    looked = await _look(house, message_id)
    if looked is None:
        return
    message, conversation = looked
    step = await _think(house, message, conversation)
    async with house.sessions.begin() as session:
        plan = await act(session, house, message_id, step)
    if message.callback and message.channel in house.channels:
        await house.channels[message.channel].acknowledge(message.callback)
    if plan is None:
        return
    answered.labels(channel=message.channel, action=plan.action.value).inc()
    answer_seconds.labels(channel=message.channel).observe((now() - message.created_at).total_seconds())
    reading = step.reading
    logger().info(
        "answered",
        message=message_id,
        intent=reading.intent if reading else None,
        language=reading.language if reading else None,
        action=plan.action.value,
    )


async def _look(house: House, message_id: int) -> tuple[Message, Conversation] | None:
    async with house.alone() as session:
        query = select(Message, Conversation).join(Conversation, Conversation.id == Message.conversation_id)
        row = (await session.execute(query.where(Message.id == message_id, Message.answered_at.is_(None)))).one_or_none()
    return (row[0], row[1]) if row else None


async def _think(house: House, message: Message, conversation: Conversation) -> Step:
    """What the message is: a pressed or typed choice, a command, a thing we cannot read, or words to be understood."""
    heard = Heard(kind=Kind(message.kind), text=message.text, button=message.button or "")
    if heard.kind is Kind.BUTTON and heard.button:
        return Step(heard=heard, choice=heard.button)
    if heard.kind in (Kind.TEXT, Kind.BUTTON):
        if found := command(heard.text):
            return Step(heard=heard, command=found)
        if choice := typed_choice(heard.text, conversation.offered, conversation.language or "en", house.library):
            return Step(heard=heard, choice=choice)
    if heard.kind in (Kind.LOCATION, Kind.CONTACT) or not heard.text.strip():
        return Step(heard=heard)
    prior = conversation.language
    return Step(heard=heard, reading=await house.reader.read(heard.text[:READ], hint=conversation.hint, prior=prior))
