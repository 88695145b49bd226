"""What is counted: rows without a person, kept when the conversation they came from is forgotten."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sqlalchemy import BigInteger, Date, Identity, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base


def today() -> date:
    return datetime.now(UTC).date()


class Question(Base):
    """One message that was read: its language, topic, and what was done about it."""

    __tablename__ = "figure_question"
    __table_args__ = (Index("figure_question_day", "day"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(Date, default=today)
    channel: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(3))
    intent: Mapped[str] = mapped_column(String(64))
    action: Mapped[str] = mapped_column(String(16))  #: answer · clarify · handover · urgent


class FirstReply(Base):
    """How long one person waited for a counsellor."""

    __tablename__ = "figure_first_reply"
    __table_args__ = (Index("figure_first_reply_day", "day"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(Date, default=today)
    language: Mapped[str] = mapped_column(String(3))
    risk: Mapped[str] = mapped_column(String(16))
    seconds: Mapped[int]


class Closing(Base):
    """How one case ended."""

    __tablename__ = "figure_closing"
    __table_args__ = (Index("figure_closing_day", "day"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(Date, default=today)
    language: Mapped[str] = mapped_column(String(3))
    intent: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(16))


class Useful(Base):
    """What one person said of one version of an answer."""

    __tablename__ = "figure_useful"
    __table_args__ = (Index("figure_useful_answer", "intent", "language", "version"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(Date, default=today)
    language: Mapped[str] = mapped_column(String(3))
    intent: Mapped[str] = mapped_column(String(64))
    version: Mapped[int]  #: number of the version
    useful: Mapped[bool]


class Helped(Base):
    """What one person said to "did this help?"."""

    __tablename__ = "figure_helped"
    __table_args__ = (Index("figure_helped_day", "day"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    day: Mapped[date] = mapped_column(Date, default=today)
    language: Mapped[str] = mapped_column(String(3))
    intent: Mapped[str] = mapped_column(String(64))
    helped: Mapped[bool]
