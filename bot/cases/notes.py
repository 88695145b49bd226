"""What counsellors tell each other about a case. No module that sends anything can reach this one; a test holds that."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, Date, ForeignKey, Identity, Text, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now
from bot.sealing import Sealed


class Note(Base):
    """One internal note about a conversation."""

    __tablename__ = "note"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"), index=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id"))
    text: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[datetime] = mapped_column(default=now)


class Filing(Base):
    """Tags of a case, and the day on which somebody must look at it again."""

    __tablename__ = "filing"

    case_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("case_file.id", ondelete="CASCADE"), primary_key=True)
    tags: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    follow_up_on: Mapped[date | None] = mapped_column(Date, index=True)


async def notes(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[Note]:
    """All notes about a conversation, oldest first."""
    return list(await session.scalars(select(Note).where(Note.conversation_id == conversation_id).order_by(Note.id)))
