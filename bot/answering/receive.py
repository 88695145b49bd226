"""Hearing: keep a message and post the job that answers it. Commit, then 200: the answer to the messenger is a receipt."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime

from sqlalchemy import bindparam, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.answer import answer
from bot.channels import Inbound
from bot.conversation.models import Address, Conversation, Message, Person
from bot.db import notify, now
from bot.jobs import HEARD, post
from bot.metrics import heard
from bot.sealing import keyring

_IS_HEARD = text("direction = 'in'")  #: a literal: with a parameter a prepared statement does not find the partial index
LONGEST = 20_000  #: characters kept of one message; no messenger of ours carries more

# Built once: these run for every message, and building them costs more than running them.
_KEEP = insert(Message).on_conflict_do_nothing(index_elements=["channel", "external_id"], index_where=_IS_HEARD).returning(Message.id)
_WROTE = (
    update(Conversation)
    .where(Conversation.id == bindparam("conversation"))
    .values(last_inbound_at=bindparam("at"))
    .execution_options(synchronize_session=False)
)
_KNOWN = (
    select(Conversation.id, Address.id, Address.gone_at)
    .join(Address, Address.id == Conversation.address_id)
    .where(Address.channel == bindparam("channel"), Address.fingerprint == bindparam("fingerprint"))
)


async def receive(session: AsyncSession, inbound: Inbound) -> bool:
    """Whether this message was new. Hearing it twice changes nothing."""
    inbound = _storable(inbound)
    conversation_id = await _conversation_with(session, inbound)
    message = {
        "conversation_id": conversation_id,
        "channel": inbound.channel,
        "direction": "in",
        "external_id": inbound.external_id,
        "kind": inbound.kind.value,
        "text": inbound.text[:LONGEST],
        "button": inbound.button or None,
        "media": inbound.media or None,
        "callback": inbound.callback or None,
        "sent_at": inbound.sent_at,
    }
    fresh = (await session.execute(_KEEP, message)).scalar_one_or_none()
    if fresh is None:
        return False
    await session.execute(_WROTE, {"conversation": conversation_id, "at": _latest(inbound.sent_at)})
    await post(session, answer, lock=f"hear-{conversation_id}", priority=HEARD, message_id=fresh)
    await notify(session, "said", str(conversation_id))  # the person's other tabs, and the counsellor who has the case
    heard.labels(channel=inbound.channel, kind=inbound.kind.value).inc()
    return True


async def _conversation_with(session: AsyncSession, inbound: Inbound) -> object:
    """The id of the conversation at this address; made, with its person, at first contact."""
    fingerprint = keyring().fingerprint(inbound.channel, inbound.person)
    at = {"channel": inbound.channel, "fingerprint": fingerprint}
    if known := (await session.execute(_KNOWN, at)).one_or_none():
        if known.gone_at is not None:  # whoever writes can be reached again
            await session.execute(update(Address).where(Address.id == known[1]).values(gone_at=None))
        return known[0]
    person = Person()
    session.add(person)
    await session.flush()
    values = {"person_id": person.id, "channel": inbound.channel, "fingerprint": fingerprint, "name": inbound.person}
    address_id = await session.scalar(insert(Address).values(**values).on_conflict_do_nothing().returning(Address.id))
    if address_id is None:  # two first messages at once: the other transaction was quicker, and has committed by now
        await session.delete(person)
        return (await session.execute(_KNOWN, at)).one()[0]
    conversation = Conversation(person_id=person.id, address_id=address_id, channel=inbound.channel, hint=inbound.hint[:16] or None)
    session.add(conversation)
    await session.flush()
    return conversation.id


def _storable(inbound: Inbound) -> Inbound:
    """PostgreSQL takes every character but NUL; half of a surrogate pair cannot be encoded."""
    words = {field.name: value for field in fields(inbound) if type(value := getattr(inbound, field.name)) is str}
    return replace(inbound, **{name: value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8") for name, value in words.items()})  # type: ignore[arg-type]


def _latest(sent_at: datetime) -> datetime:
    """The messenger's time, unless its clock runs ahead of ours."""
    return min(sent_at, now())
