"""The job that hands replies to their channel, and what follows from the channel's answer."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import procrastinate
from procrastinate.jobs import Job
from sqlalchemy import bindparam, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession, async_sessionmaker

from bot.cases.actions import open_case
from bot.channels import Channel, Choice, Kind, Outbound, OutFile, Receipt, on_the_wire
from bot.conversation.attached import content_of
from bot.conversation.journal import of_the_dead
from bot.conversation.labels import label
from bot.conversation.models import Address, Attachment, Conversation, Delivery, Message, State
from bot.conversation.reopen import REOPENING
from bot.conversation.say import window_open
from bot.conversation.share import token_of
from bot.db import notify, now
from bot.errors import PersonGone, Refused, SendError
from bot.house import House
from bot.jobs import queue
from bot.log import logger
from bot.metrics import delivered, delivery_seconds
from nlu import Risk

MAX_ATTEMPTS = 100  #: with the waits below about eight hours: longer than an outage, shorter than the 24-hour window
LONGEST_WAIT = timedelta(minutes=5)
FILES = frozenset({Kind.VOICE, Kind.PICTURE, Kind.DOCUMENT})  #: kinds of replies that carry a file
FAREWELL = "farewell"  #: kind of the one reply that is still sent to somebody who asked not to be written to


class RetryWhenItHelps(procrastinate.BaseRetryStrategy):
    """The error decides whether and when to try again."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> procrastinate.RetryDecision | None:
        if not isinstance(exception, SendError):
            # A fault of ours (the database went away): the reply is still queued, so it is tried again a few times.
            return procrastinate.RetryDecision(retry_in={"seconds": 5}) if job.attempts < 20 and isinstance(exception, Exception) else None
        wait = max(exception.wait, min(timedelta(seconds=0.5 * 2 ** min(job.attempts, 12)), LONGEST_WAIT))
        return procrastinate.RetryDecision(retry_in={"milliseconds": int(wait.total_seconds() * 1000)})


_READY = (
    select(Message, Conversation, Address)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .join(Address, Address.id == Conversation.address_id)
    .where(Message.id == bindparam("reply_id"), Message.delivery == Delivery.QUEUED)
)


#: The messenger has it, and open pages hear of it: one statement, as it runs for every reply.
_SETTLED = text("""
    with settled as (
        update message set delivery = 'sent', external_id = :external_id, attempts = attempts + 1, sent_at = clock_timestamp()
        where id = :reply and delivery = 'queued' returning conversation_id
    )
    select pg_notify('said', conversation_id::text) from settled
""")


@queue.task(name="deliver", pass_context=True, retry=RetryWhenItHelps())
async def deliver(context: procrastinate.JobContext, reply_ids: list[int]) -> None:
    """Hand replies to their channel, in order. Running it twice sends once: only a queued reply leaves."""
    house: House = context.additional_context["house"]
    last_attempt = context.job.attempts >= MAX_ATTEMPTS
    for reply_id in reply_ids:  # read one by one: while the first was sent, the person may have said stop, or forget me
        async with house.alone() as session:
            row = (await session.execute(_READY, {"reply_id": reply_id})).one_or_none()
        if row is not None:  # else it was sent already, or forgotten since
            await _deliver_one(house, *row, last_attempt=last_attempt)


async def _deliver_one(house: House, reply: Message, conversation: Conversation, address: Address, *, last_attempt: bool) -> None:
    """One reply; a SendError that is worth another attempt goes on to the queue, with the replies after it waiting."""
    try:
        _may_leave(reply, conversation, address)
        external_id = await _send(house, reply, address.name)
    except SendError as error:
        last = last_attempt or not error.retry
        await _not_taken(house, reply.id, error, last=last)
        if not last:
            raise
    else:
        await _taken(house, reply, external_id)


def _may_leave(reply: Message, conversation: Conversation, address: Address) -> None:
    if conversation.state is State.STOPPED and reply.kind != FAREWELL:
        raise Refused("stopped")
    if address.gone_at is not None:
        raise PersonGone
    if reply.kind != REOPENING and not window_open(conversation):
        raise Refused("63016")


async def _send(house: House, reply: Message, address: str) -> str:
    """Through the channel, with a note on the local disk before and after."""
    channel: Channel | None = house.channels.get(reply.channel)
    if channel is None:
        raise Refused("channel-not-set-up")
    outbound = _outbound(house, reply, address, await _file(house, reply))
    if house.journal is None:
        return await channel.send(outbound)
    on_the_wire.set(partial(house.journal.leaves, reply.id))  # for this job alone: each runs in a context of its own
    try:
        external_id = await channel.send(outbound)
    except SendError:
        house.journal.came_back(reply.id)
        raise
    house.journal.arrived(reply.id, external_id)
    return external_id


async def _file(house: House, reply: Message) -> OutFile | None:
    """What is attached to the reply, with the address at which a messenger may fetch it."""
    if reply.kind not in FILES:
        return None
    async with house.alone() as session:
        found = await session.scalar(select(Attachment).where(Attachment.message_id == reply.id))
        content = await content_of(session, house.library, found, reply) if found else None
    if found is None or content is None:
        raise Refused("forgotten")
    base = house.settings.public_url
    url = f"{str(base).rstrip('/')}/media/{token_of(found.id)}" if base else ""
    return OutFile(kind=Kind(reply.kind), content=content, content_type=found.content_type, name=found.file_name, url=url)


def _outbound(house: House, reply: Message, address: str, file: OutFile | None) -> Outbound:
    language = reply.language or "en"
    return Outbound(
        person=address,
        text=reply.text,
        choices=tuple(Choice(id=choice, label=label(choice, language, house.library)) for choice in reply.choices),
        list_label=house.library.phrase("list_button", language),
        number_hint=house.library.phrase("number_hint", language),
        reference=str(reply.id),
        file=file,
        template=reply.kind if reply.kind == REOPENING else "",
        language=language,
    )


async def _taken(house: House, reply: Message, external_id: str) -> None:
    async with house.alone() as session:
        await _settle(session, reply.id, external_id)
    if house.journal is not None:
        house.journal.settled(reply.id)
    delivered.labels(channel=reply.channel, outcome="sent").inc()
    delivery_seconds.labels(channel=reply.channel).observe((now() - reply.created_at).total_seconds())


async def _settle(session: AsyncSession, reply_id: int, external_id: str | None) -> None:
    await session.execute(_SETTLED, {"reply": reply_id, "external_id": external_id})


async def _not_taken(house: House, reply_id: int, error: SendError, *, last: bool) -> None:
    """Count the attempt; when it was the last one, say so in the thread and call a counsellor."""
    async with house.sessions.begin() as session:
        reply = await session.get_one(Message, reply_id)
        conversation = await session.get_one(Conversation, reply.conversation_id, with_for_update=True)
        reply.attempts += 1
        if last:
            reply.delivery, reply.reason = Delivery.FAILED, error.code if isinstance(error, Refused) else type(error).__name__
        if isinstance(error, PersonGone):
            await session.execute(update(Address).where(Address.id == conversation.address_id).values(gone_at=now()))
        elif last and reply.reason != "stopped" and not _only_follows(reply):
            await open_case(session, conversation, Risk.NORMAL, None)
        if last and reply.kind == REOPENING:
            conversation.reopened_at = None  # it never arrived: another may be tried
        if last:
            await notify(session, "said", str(conversation.id))
    if last:
        delivered.labels(channel=reply.channel, outcome="failed").inc()
    logger().warning("not_delivered", reply=reply_id, channel=reply.channel, error=error, attempt=reply.attempts, last=last)


def _only_follows(reply: Message) -> bool:
    """Whether this is the bot's own picture or recording of a text that was sent before it: nobody need be called when it is not taken."""
    return reply.author == "bot" and reply.kind in FILES


async def settle_the_dead(sessions: async_sessionmaker[AsyncSession], folder: Path) -> None:
    """What dead processes of this machine had on the wire counts as sent; runs before their jobs are taken up again."""
    for path, fates in of_the_dead(folder).items():
        async with sessions.begin() as session:
            for reply_id, fate in fates.items():
                await _settle(session, reply_id, fate.external_id)
        path.unlink(missing_ok=True)
        if fates:
            logger().warning("settled_after_death", replies=len(fates))


async def note_receipt(session: AsyncSession, channel: str, receipt: Receipt) -> None:
    """What the messenger reports later about a reply; late, doubled or out of order reports never move it back."""
    query = select(Message).where(Message.channel == channel, Message.external_id == receipt.external_id, Message.direction == "out")
    reply = await session.scalar(query.with_for_update())
    later = Delivery(receipt.state) if receipt.state in set(Delivery) else None
    if reply is None or later is None or reply.delivery is None or not Delivery(reply.delivery).may_become(later):
        return
    reply.delivery, reply.reason = later, receipt.reason or reply.reason
    if later is Delivery.FAILED and not _only_follows(reply):
        conversation = await session.get_one(Conversation, reply.conversation_id, with_for_update=True)
        await open_case(session, conversation, Risk.NORMAL, None)
        if reply.kind == REOPENING:
            conversation.reopened_at = None
    await notify(session, "said", str(reply.conversation_id))
