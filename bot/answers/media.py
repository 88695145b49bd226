"""Recordings and pictures of answers: each belongs to the very words it was made for, and is not sent with any others."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.channels import Kind
from bot.db import Base, notify, now, one_at_a_time

#: What can be made for an answer, in the order in which it follows its text.
KINDS = (Kind.PICTURE, Kind.VOICE)
LONGEST_ALT = 300  #: characters of the words that stand for a picture


class AnswerMedia(Base):
    """A recording or a picture of one answer in one language, as somebody reads it who is in, and goes back to, these countries."""

    __tablename__ = "answer_media"
    __table_args__ = (
        Index("answer_media_used", "kind", "name", "language", "country", "home", unique=True, postgresql_where="withdrawn_at is null"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[str] = mapped_column(String(8))  #: picture · voice
    name: Mapped[str] = mapped_column(String(64))  #: the intent
    language: Mapped[str] = mapped_column(String(3))
    country: Mapped[str] = mapped_column(String(2), default="")  #: of stay; empty: not said
    home: Mapped[str] = mapped_column(String(2), default="")  #: of return; empty: not said
    text_hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)  #: public, so not sealed; read alone, when it is sent
    content_type: Mapped[str] = mapped_column(Text)
    seconds: Mapped[int | None]
    alt: Mapped[str] = mapped_column(Text, default="")  #: what the picture shows
    member_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(default=now)  #: or when somebody last said that the picture is still right
    withdrawn_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Something to look at or to listen to that follows a text: kept by an editor, or drawn by the program."""

    kind: Kind
    content_type: str
    caption: str = ""
    media_id: uuid.UUID | None = None
    drawn: str = ""  #: name of the drawing


#: By intent, language and hash of the words: the pieces that may follow them, in order.
Pieces = Mapping[tuple[str, str, str], tuple[Piece, ...]]


def spoken_hash(text: str) -> str:
    """Of the words that a person reads, contacts and all: when any of them changes, so does this."""
    return hashlib.sha256(text.encode()).hexdigest()


async def load_media(session: AsyncSession) -> Pieces:
    """What is in use, without its bytes; of two made for the same words the newer."""
    found: dict[tuple[str, str, str], dict[Kind, Piece]] = {}
    for row in await session.scalars(select(AnswerMedia).where(AnswerMedia.withdrawn_at.is_(None)).order_by(AnswerMedia.created_at)):
        piece = Piece(kind=Kind(row.kind), content_type=row.content_type, caption=row.alt, media_id=row.id)
        found.setdefault((row.name, row.language, row.text_hash), {})[piece.kind] = piece
    return {words: tuple(pieces[kind] for kind in KINDS if kind in pieces) for words, pieces in found.items()}


async def kept(session: AsyncSession, name: str, language: str | None = None) -> list[AnswerMedia]:
    """What is kept for an answer, in one language or in all; whether it is in use depends on today's words."""
    query = select(AnswerMedia).where(AnswerMedia.name == name, AnswerMedia.withdrawn_at.is_(None))
    if language is not None:
        query = query.where(AnswerMedia.language == language)
    return list(await session.scalars(query.order_by(AnswerMedia.language, AnswerMedia.country, AnswerMedia.home, AnswerMedia.kind)))


async def keep(session: AsyncSession, media: AnswerMedia) -> None:
    """Keep a new one in the place of the one before."""
    await one_at_a_time(session, "answer media")
    place = {"kind": media.kind, "name": media.name, "language": media.language, "country": media.country or "", "home": media.home or ""}
    before = update(AnswerMedia).filter_by(**place).where(AnswerMedia.withdrawn_at.is_(None))
    await session.execute(before.values(withdrawn_at=now()))
    session.add(media)
    await session.flush()
    await notify(session, "answers")


async def withdraw(session: AsyncSession, media: AnswerMedia) -> None:
    """Take it out of use; what was sent before can still be seen in its conversations."""
    media.withdrawn_at = now()
    await notify(session, "answers")


async def still_right(session: AsyncSession, media: AnswerMedia, text: str, member_id: uuid.UUID) -> None:
    """Somebody has looked: the picture fits the changed words too. A recording never does; it is made again."""
    media.text_hash, media.member_id, media.created_at = spoken_hash(text), member_id, now()
    await notify(session, "answers")


class Use(StrEnum):
    """What becomes of a recording or a picture for somebody who reads certain words."""

    USED = "used"
    CHANGED = "changed"  #: withheld: the words are no longer those it was made for
    NONE = "none"


def use_of(rows: Iterable[AnswerMedia], kind: Kind, text: str, country: str, home: str) -> tuple[Use, AnswerMedia | None]:
    """For these words the newest that was made for them, whatever country it was made for; else the one made here for other words."""
    rows = [row for row in rows if row.kind == kind.value]
    fits = [row for row in rows if row.text_hash == spoken_hash(text)]
    if fits:
        return Use.USED, max(fits, key=lambda row: row.created_at)
    here = next((row for row in rows if (row.country, row.home) == (country, home)), None)
    return (Use.CHANGED, here) if here else (Use.NONE, None)
