"""Hearing: keep a message and post the job that answers it. Commit, then 200: the answer to the messenger is a receipt."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ARRAY, Select, Text, bindparam, case, cast, func, literal, select, text, true, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.answer import answer
from bot.channels import Inbound
from bot.conversation.models import Address, Conversation, Message, Person
from bot.db import now
from bot.jobs import HEARD, lane_of, post
from bot.metrics import heard
from bot.sealing import keyring

LONGEST = 20_000  #: characters kept of one message; no messenger of ours carries more


def _hearing() -> Select[Any]:
    """One statement that keeps a message of a known person, and gives the conversation and the id of the message; none where it was heard before.

    Built once: it runs for every message, and building it costs more than running it. Its parameters carry other names than
    columns, which SQLAlchemy would set in every table of the statement.
    """
    channel = bindparam("its_channel", type_=Message.channel.type)
    known = (
        select(Conversation.id, Conversation.address_id)
        .join(Address, Address.id == Conversation.address_id)
        .where(Address.channel == channel, Address.fingerprint == bindparam("its_fingerprint"))
        .cte("known")
    )
    here_again = update(Address).where(Address.id == known.c.address_id, Address.gone_at.is_not(None)).values(gone_at=None)
    given = ("external_id", "kind", "text", "button", "media", "callback", "sent_at")
    kept = {
        "conversation_id": known.c.id,
        "channel": channel,
        "direction": literal("in"),
        "author": literal("person"),
        "choices": literal([], ARRAY(Text)),
        "created_at": bindparam("now", type_=Message.created_at.type),
        "attempts": literal(0),
        **{name: bindparam(f"its_{name}", type_=Message.__table__.c[name].type) for name in given},
    }
    # A literal as condition: with a parameter a prepared statement does not find the partial index.
    fresh = (
        insert(Message)
        .from_select(list(kept), select(*kept.values()), include_defaults=False)
        .on_conflict_do_nothing(index_elements=["channel", "external_id"], index_where=text("direction = 'in'"))
        .returning(Message.id, Message.conversation_id)
        .cte("fresh")
    )
    wrote = update(Conversation).where(Conversation.id == fresh.c.conversation_id).values(last_inbound_at=bindparam("at"))
    # The person's other tabs, and the counsellor who has the case, hear of it at commit.
    told = case((fresh.c.id.is_not(None), func.pg_notify("said", cast(known.c.id, Text))))
    return (
        select(known.c.id, fresh.c.id, told).select_from(known).join(fresh, true(), isouter=True).add_cte(here_again.cte("back"), wrote.cte("wrote"))
    )


_HEAR = _hearing()


async def receive(session: AsyncSession, inbound: Inbound) -> bool:
    """Whether this message was new. Hearing it twice changes nothing."""
    inbound = _storable(inbound)
    fingerprint = keyring().fingerprint(inbound.channel, inbound.person)
    message = {
        "its_channel": inbound.channel,
        "its_fingerprint": fingerprint,
        "its_external_id": inbound.external_id,
        "its_kind": inbound.kind.value,
        "its_text": inbound.text[:LONGEST],
        "its_button": inbound.button or None,
        "its_media": inbound.media or None,
        "its_callback": inbound.callback or None,
        "its_sent_at": inbound.sent_at,
        "now": now(),
        "at": _latest(inbound.sent_at),
    }
    row = (await session.execute(_HEAR, message)).one_or_none()
    if row is None:
        await _meet(session, inbound, fingerprint)
        row = (await session.execute(_HEAR, message)).one()
    conversation_id, fresh, _ = row
    if fresh is None:
        return False
    lane = lane_of(inbound.channel, conversation_id)
    await post(session, answer, lane=lane, lock=f"hear-{conversation_id}", priority=HEARD, message_id=fresh)
    heard.labels(channel=inbound.channel, kind=inbound.kind.value).inc()
    return True


async def _meet(session: AsyncSession, inbound: Inbound, fingerprint: bytes) -> None:
    """The first contact at this address: a person, the address and their conversation."""
    person = Person()
    session.add(person)
    await session.flush()
    values = {"person_id": person.id, "channel": inbound.channel, "fingerprint": fingerprint, "name": inbound.person}
    address_id = await session.scalar(insert(Address).values(**values).on_conflict_do_nothing().returning(Address.id))
    if address_id is None:  # two first messages at once: the other transaction was quicker, and has committed by now
        await session.delete(person)
        await session.flush()
        return
    session.add(Conversation(person_id=person.id, address_id=address_id, channel=inbound.channel, hint=inbound.hint[:16] or None))
    await session.flush()


def _storable(inbound: Inbound) -> Inbound:
    """PostgreSQL takes every character but NUL; half of a surrogate pair cannot be encoded."""
    words = {field.name: value for field in fields(inbound) if type(value := getattr(inbound, field.name)) is str}
    return replace(inbound, **{name: value.replace("\x00", "").encode("utf-8", "replace").decode("utf-8") for name, value in words.items()})  # type: ignore[arg-type]


def _latest(sent_at: datetime) -> datetime:
    """The messenger's time, unless its clock runs ahead of ours."""
    return min(sent_at, now())
