"""The curated answers and phrases in the store: every version is kept, one of each is published."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now


class AnswerVersion(Base):
    """One version of one text in one language; never changed once written."""

    __tablename__ = "answer_version"
    __table_args__ = (
        UniqueConstraint("kind", "name", "language", "number"),
        Index("answer_version_published", "kind", "name", "language", unique=True, postgresql_where="published"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))  #: answer · phrase
    name: Mapped[str] = mapped_column(String(64))  #: the intent, or the name of the phrase
    language: Mapped[str] = mapped_column(String(3))
    number: Mapped[int]
    published: Mapped[bool]
    origin: Mapped[str] = mapped_column(String(8))  #: file · desk: who wrote it, so that an import never overwrites an editor
    title: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    followups: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    review_by: Mapped[date | None]
    made_from: Mapped[str | None] = mapped_column(String(64))  #: hash of the source version a translation was made from
    reviewed: Mapped[bool] = mapped_column(default=False)  #: by a native speaker
    content_hash: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(default=now)


class AnswerVariant(Base):
    """What an answer adds for people who are now in one country."""

    __tablename__ = "answer_variant"

    version_id: Mapped[int] = mapped_column(ForeignKey("answer_version.id", ondelete="CASCADE"), primary_key=True)
    country: Mapped[str] = mapped_column(String(2), primary_key=True)
    text: Mapped[str] = mapped_column(Text)


class Contact(Base):
    """An office, hotline or emergency number; texts refer to it by id, so a changed number changes everywhere."""

    __tablename__ = "contact"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))  #: office · hotline · emergency · portal
    country: Mapped[str] = mapped_column(String(3))  #: ISO 3166-1, or EU, INT
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    phones: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    hours: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")
    postal: Mapped[str] = mapped_column(Text, default="")
    free: Mapped[bool | None]
    as_of: Mapped[str] = mapped_column(Text, default="")
    source: Mapped[str] = mapped_column(Text, default="")
    show: Mapped[str] = mapped_column(String(16))  #: live · confirm-first · never
    latitude: Mapped[float | None]  #: degrees; of the city where the street is not known
    longitude: Mapped[float | None]
    position: Mapped[int]  #: order in the file, which is the order shown


class ContactName(Base):
    """A contact's name in one language."""

    __tablename__ = "contact_name"

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
