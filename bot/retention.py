"""What is forgotten when: at once on a person's word, and by itself after the days set. One function per kind of data."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import procrastinate
from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case
from bot.cases.notes import Note
from bot.conversation.deliver import FAREWELL, MAX_ATTEMPTS, RetryWhenItHelps
from bot.conversation.models import Address, Attachment, Conversation, Delivery, Message, Person, State
from bot.conversation.say import Spoken, say
from bot.db import notify, now
from bot.errors import SendError
from bot.figures import Closing, FirstReply, Helped, Question, today
from bot.house import House
from bot.jobs import post, queue
from bot.log import logger
from bot.staff.lockout import forget_failures
from bot.staff.models import SignInLink, StaffSession
from bot.staff.signin import IDLE

ERASABLE = timedelta(hours=48)  #: a Telegram bot may delete messages younger than this (Bot API, deleteMessages)
FIGURES_KEPT = timedelta(days=3 * 365)
WIPED: dict[str, Any] = {"text": "", "media": None, "button": None, "callback": None, "intent": None, "confidence": None, "risk": None, "choices": []}
WIPED |= {"action": None, "wrong": False, "sorted_at": None}


async def forget_and_say(session: AsyncSession, house: House, conversation: Conversation) -> None:
    """Forget at once and say honestly what stays on the phone. The emptied rows go when the goodbye has left."""
    last = await session.scalar(select(func.max(Message.id)).where(Message.conversation_id == conversation.id))
    await forget_words(session, conversation.id)
    await forget_case(session, conversation.id)
    forget_circumstances(conversation)
    person = await session.get_one(Person, conversation.person_id)
    person.country_of_stay = person.country_of_return = None
    text = house.library.phrase(f"forgotten_{conversation.channel}", conversation.language or "en")
    await say(session, conversation, Spoken(text), kind=FAREWELL)
    await post(session, remove, lock=f"say-{conversation.id}", conversation_id=str(conversation.id), until=last or 0)
    await notify(session, "said", str(conversation.id))


async def forget_words(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """What was said in a conversation, by anybody; a reply still waiting to be sent is not sent any more."""
    mine = Message.conversation_id == conversation_id
    await session.execute(update(Message).where(mine, Message.delivery == Delivery.QUEUED).values(delivery=Delivery.FAILED, reason="forgotten"))
    await session.execute(update(Message).where(mine).values(**WIPED))
    said = select(Message.id).where(mine)
    await session.execute(delete(Attachment).where(Attachment.message_id.in_(said)))


async def forget_case(session: AsyncSession, conversation_id: uuid.UUID) -> None:
    """The case with its drafts, tags and dates, and what counsellors noted about the conversation."""
    await session.execute(delete(Case).where(Case.conversation_id == conversation_id))
    await session.execute(delete(Note).where(Note.conversation_id == conversation_id))
    await notify(session, "cases")


def forget_circumstances(conversation: Conversation) -> None:
    """What a conversation had learnt; its language stays for the goodbye and goes with the row."""
    conversation.state, conversation.unsure, conversation.offered, conversation.pending = State.BOT, 0, [], None
    conversation.safe_to_write, conversation.noticed_at, conversation.hint = None, None, None


@queue.task(name="remove", pass_context=True, retry=RetryWhenItHelps())
async def remove(context: procrastinate.JobContext, conversation_id: str, until: int) -> None:
    """Erase what can be erased on the phone, then the emptied rows, and the person if nothing was said since."""
    house: House = context.additional_context["house"]
    mine = (Message.conversation_id == uuid.UUID(conversation_id), Message.id <= until)
    async with house.sessions() as session:
        conversation = await session.get(Conversation, uuid.UUID(conversation_id))
        if conversation is None:
            return
        address = await session.get_one(Address, conversation.address_id)
        young = select(Message.external_id).where(*mine, Message.external_id.is_not(None), Message.created_at > now() - ERASABLE)
        external_ids = [name for name in await session.scalars(young) if name]
    if external_ids and conversation.channel in house.channels:
        try:
            await house.channels[conversation.channel].erase(address.name, external_ids)
        except SendError as error:
            if error.retry and context.job.attempts < MAX_ATTEMPTS:
                raise
            logger().warning("not_erased", conversation=conversation_id, error=error)  # it stays on the phone, but not with us
    async with house.sessions.begin() as session:
        await session.execute(delete(Message).where(*mine))
        heard_since = select(Message.id).where(Message.conversation_id == conversation.id, Message.direction == "in").limit(1)
        if await session.scalar(heard_since) is None:
            await forget_person(session, conversation.person_id)
    logger().info("forgotten", conversation=conversation_id)


async def forget_person(session: AsyncSession, person_id: uuid.UUID) -> None:
    """A person with all addresses, conversations, messages and cases."""
    await session.execute(delete(Person).where(Person.id == person_id))


async def forget_sign_ins(session: AsyncSession) -> None:
    """Sign-in links and sessions that have run out or were left lying, and failures that no longer count."""
    await session.execute(delete(SignInLink).where(SignInLink.expires_at < now()))
    await session.execute(delete(StaffSession).where(or_(StaffSession.expires_at < now(), StaffSession.seen_at < now() - IDLE)))
    await forget_failures(session)


async def forget_figures(session: AsyncSession) -> None:
    """Figures older than three years: nobody compares with them any more."""
    for table in (Question, FirstReply, Closing, Helped):
        await session.execute(delete(table).where(table.day < today() - FIGURES_KEPT))


@queue.periodic(cron="17 3 * * *", periodic_id="retention")
@queue.task(name="retention", pass_context=True, queueing_lock="retention")
async def retention(context: procrastinate.JobContext, timestamp: int) -> None:  # noqa: ARG001  (procrastinate hands it to every periodic job)
    """The nightly round: whoever has been silent for the days set is forgotten, and so are finished jobs, old sign-ins and old figures."""
    house: House = context.additional_context["house"]
    forgotten = await forget_silent(house)
    async with house.sessions.begin() as session:
        await forget_sign_ins(session)
        await forget_figures(session)
    await queue.job_manager.delete_old_jobs(nb_hours=7 * 24, include_failed=True, include_cancelled=True, include_aborted=True)
    logger().info("retention", forgotten=forgotten)


async def forget_silent(house: House) -> int:
    """Forget whoever last wrote before the days set; how many there were."""
    before = now() - timedelta(days=house.settings.keep_days)
    active = select(Conversation.person_id).where(func.coalesce(Conversation.last_inbound_at, Conversation.created_at) >= before)
    async with house.sessions.begin() as session:
        gone = list(await session.scalars(delete(Person).where(Person.created_at < before, Person.id.not_in(active)).returning(Person.id)))
    return len(gone)
