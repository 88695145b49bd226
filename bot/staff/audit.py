"""Who did what: rows that the database lets nobody change or delete. Our own ids and words only, never anything a person wrote."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, Identity, Index, String, Text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now


class Audit(Base):
    """One act of a member of staff."""

    __tablename__ = "audit"
    __table_args__ = (Index("audit_at", "at"), Index("audit_member", "member_id", "at"), Index("audit_subject", "subject_id", "at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    at: Mapped[datetime] = mapped_column(default=now)
    member_id: Mapped[uuid.UUID | None]  #: None: nobody was signed in, as at a failed sign-in; no foreign key, it outlives the member
    action: Mapped[str] = mapped_column(String(32))  #: for example case.read, case.took, member.invited
    subject_id: Mapped[str | None] = mapped_column(String(64))  #: of the case, member, team …
    detail: Mapped[str] = mapped_column(Text, default="")  #: a role, an outcome, a number: words of ours


async def note_act(session: AsyncSession, member_id: uuid.UUID | None, action: str, subject: object = None, detail: str = "") -> None:
    """Write down an act in the caller's transaction: kept together with what was done, or not at all."""
    session.add(Audit(member_id=member_id, action=action, subject_id=None if subject is None else str(subject), detail=detail))
    await session.flush()
