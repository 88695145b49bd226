"""The messages that the bot was not sure of or read wrongly, and that no editor has dealt with: without the person, without personal data."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.models import Conversation, Message
from bot.db import now
from bot.teaching.grouping import grouped
from bot.teaching.redaction import redacted
from nlu.text import normalise

MOST = 2_000  #: messages looked at together, the newest
PERIODS = (7, 30, 90)  #: days
KINDS = ("unsure", "wrong")
LONGEST = 600  #: characters shown of a message


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which of them."""

    language: str = ""
    kind: str = ""  #: unsure · wrong · empty: both
    days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A message as an editor sees it."""

    id: int
    text: str
    language: str
    intent: str
    confidence: float
    wrong: bool
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Messages that are alike."""

    members: tuple[Heard, ...]
    people: int

    @property
    def id(self) -> int:
        """By which it is found again while it grows: its oldest message."""
        return min(member.id for member in self.members)

    @property
    def last(self) -> date:
        return max(member.day for member in self.members)


def unsorted() -> Select[Any]:
    """Messages with words that wait for an editor; talks in a terminal are somebody trying things out."""
    waits = or_(Message.wrong, Message.action.in_(("clarify", "handover")))
    heard = and_(Message.direction == "in", Message.kind == "text", Message.button.is_(None), Message.channel != "terminal")
    return select(Message).where(waits, heard, Message.sorted_at.is_(None), Message.intent.is_not(None))


async def groups(session: AsyncSession, filters: Filters) -> list[Group]:
    """All that wait, in groups, the largest first. The person is counted and then let go."""
    query = unsorted().add_columns(Conversation.person_id).join(Conversation, Conversation.id == Message.conversation_id)
    query = query.where(Message.created_at >= now() - timedelta(days=filters.days)).order_by(Message.id.desc()).limit(MOST)
    if filters.language:
        query = query.where(Message.language == filters.language)
    if filters.kind:
        query = query.where(Message.wrong.is_(filters.kind == "wrong"))
    rows = [(message, person) for message, person in await session.execute(query) if normalise(message.text)]
    together = await asyncio.to_thread(grouped, [(message.language or "en", message.text) for message, _ in rows])
    return [Group(members=tuple(_heard(rows[at][0]) for at in places), people=len({rows[at][1] for at in places})) for places in together]


def _heard(message: Message) -> Heard:
    return Heard(
        id=message.id,
        text=message.text,
        language=message.language or "en",
        intent=message.intent or "",
        confidence=message.confidence or 0.0,
        wrong=message.wrong,
        day=message.created_at.date(),
    )


def shown(heard: Heard) -> str:
    """The text as an editor may see it: redacted whole, then cut, so that no cut hides what must go."""
    return redacted(heard.text[: 4 * LONGEST], heard.language)[:LONGEST]


async def these(session: AsyncSession, ids: Sequence[int]) -> list[Message]:
    """Those of the messages that still wait, locked."""
    return list(await session.scalars(unsorted().where(Message.id.in_(ids)).order_by(Message.id).with_for_update()))
