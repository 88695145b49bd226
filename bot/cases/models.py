"""A case: a conversation that a counsellor must look at, and what is kept while one does."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, ForeignKey, Index, String, Text, Uuid, func
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now, words
from bot.sealing import Sealed


class CaseState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


class Outcome(StrEnum):
    """How a case ended."""

    ANSWERED = "answered"
    REFERRED = "referred"  #: to an office or another service
    NO_REPLY = "no_reply"  #: the person did not write again
    UNREACHABLE = "unreachable"  #: blocked us, or no reply arrives
    NOT_FOR_US = "not_for_us"
    BOT = "bot"  #: given back without a talk


class Case(Base):
    """One hand-over; at most one is open for a conversation."""

    __tablename__ = "case_file"
    __table_args__ = (
        Index("case_file_one_open", "conversation_id", unique=True, postgresql_where="state <> 'closed'"),
        Index("case_file_open", "state", "opened_at", postgresql_where="state <> 'closed'"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    state: Mapped[CaseState] = mapped_column(words(CaseState), default=CaseState.WAITING)
    risk: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    taken_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id"), index=True)
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[Outcome | None] = mapped_column(words(Outcome))
    helped: Mapped[bool | None]  #: what the person said to "did this help?"

    waiting_since: Mapped[datetime] = mapped_column(default=now, server_default=func.now())  #: opened, or handed on
    greeted_at: Mapped[datetime | None]  #: the person was told that a counsellor is there: once, however often the case is handed on
    replied_at: Mapped[datetime | None]  #: first reply of a counsellor
    answered_at: Mapped[datetime | None]  #: last reply of a counsellor
    escalated_at: Mapped[datetime | None]  #: urgent and unanswered for too long: the leads were called
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))  #: handed to
    reserved_for: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id"))  #: whom it is kept for, until the time beside
    reserved_until: Mapped[datetime | None]
    passed_by: Mapped[list[uuid.UUID]] = mapped_column(ARRAY(Uuid), default=list, server_default="{}")  #: not offered to them again


class Draft(Base):
    """What a counsellor has begun to write and not sent."""

    __tablename__ = "draft"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    text: Mapped[str] = mapped_column(Sealed)
    updated_at: Mapped[datetime] = mapped_column(default=now)


class Presence(Base):
    """Who has a case open on a page now."""

    __tablename__ = "presence"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    writing_at: Mapped[datetime | None]


class SavedReply(Base):
    """A text that counsellors send often, in one language; the same name in other languages is the same reply."""

    __tablename__ = "saved_reply"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(3), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    updated_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(default=now)
