"""A case: a conversation that a counsellor must look at."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now, words


class CaseState(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    TAKEN = "taken"
    CLOSED = "closed"


class Case(Base):
    """One hand-over; at most one is open for a conversation."""

    __tablename__ = "case_file"
    __table_args__ = (Index("case_file_one_open", "conversation_id", unique=True, postgresql_where="state <> 'closed'"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    state: Mapped[CaseState] = mapped_column(words(CaseState), default=CaseState.WAITING)
    risk: Mapped[str] = mapped_column(String(16))
    intent: Mapped[str | None] = mapped_column(String(64))
    opened_at: Mapped[datetime] = mapped_column(default=now)
    taken_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id"))
    taken_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
