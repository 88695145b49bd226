"""The curated texts in the store: every version is kept and one of each is published; drafts; facts with their age; contacts."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now, words


class AnswerVersion(Base):
    """One version of one text in one language; its words are never changed once written."""

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
    made_from: Mapped[str | None] = mapped_column(String(64))  #: meaning of the source version that a translation was made from
    reviewed: Mapped[bool] = mapped_column(default=False)  #: by a native speaker
    content_hash: Mapped[str] = mapped_column(String(64))
    meaning: Mapped[str] = mapped_column(String(64), default="", server_default="")  #: what translations are compared with; often the hash
    created_at: Mapped[datetime] = mapped_column(default=now)  #: which is when it was published
    author_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    approver_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    note: Mapped[str] = mapped_column(
        Text, default="", server_default=""
    )  #: why a difference between languages was let through; what it goes back to


class AnswerVariant(Base):
    """What an answer adds for people who are in, or go back to, one country."""

    __tablename__ = "answer_variant"

    version_id: Mapped[int] = mapped_column(ForeignKey("answer_version.id", ondelete="CASCADE"), primary_key=True)
    country: Mapped[str] = mapped_column(String(5), primary_key=True)  #: «DE»: of stay; «to IQ»: of return
    text: Mapped[str] = mapped_column(Text)


class DraftState(StrEnum):
    """How far a draft is."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    SCHEDULED = "scheduled"


class TextDraft(Base):
    """What is being written for one text in one language; it ends as a version, or is thrown away. Every save of it is kept."""

    __tablename__ = "text_draft"
    __table_args__ = (UniqueConstraint("kind", "name", "language"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(3))
    state: Mapped[DraftState] = mapped_column(words(DraftState), default=DraftState.DRAFT)
    revision: Mapped[int]  #: of the save that it holds
    document: Mapped[str] = mapped_column(Text)  #: the portable form
    base_number: Mapped[int] = mapped_column(default=0)  #: the published version it was begun from
    made_from: Mapped[str | None] = mapped_column(String(64))
    same_meaning: Mapped[bool] = mapped_column(default=False)  #: only the wording is mended: translations stay valid
    reviewed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(Text, default="")  #: why a difference between languages is right
    problem: Mapped[str] = mapped_column(String(32), default="")  #: what stopped it at the time it was to be published
    created_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    updated_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    updated_at: Mapped[datetime] = mapped_column(default=now)
    submitted_at: Mapped[datetime | None]
    approved_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    publish_at: Mapped[datetime | None] = mapped_column(index=True)


class TextSave(Base):
    """One save of a draft: so that nobody's work is lost, whoever saved after them."""

    __tablename__ = "text_save"
    __table_args__ = (UniqueConstraint("kind", "name", "language", "revision"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(3))
    revision: Mapped[int]
    document: Mapped[str] = mapped_column(Text)
    set_aside: Mapped[bool] = mapped_column(default=False)  #: not taken into the draft, because somebody else had changed the same lines
    base_number: Mapped[int] = mapped_column(default=0)  #: the published version whose lines it holds: who wrote since then may not approve
    member_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)


class TextComment(Base):
    """What an editor remarks on a text, until it is settled."""

    __tablename__ = "text_comment"
    __table_args__ = (Index("text_comment_text", "kind", "name", "language"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(3))
    member_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    at: Mapped[datetime] = mapped_column(default=now)
    remark: Mapped[str] = mapped_column(Text)
    settled_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    settled_at: Mapped[datetime | None]


class TextPresence(Base):
    """Who has a text open on a page now."""

    __tablename__ = "text_presence"

    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    language: Mapped[str] = mapped_column(String(3), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class Fact(Base):
    """A figure, rule or address that texts carry. Past its review date every sentence that carries it is withheld, in all languages."""

    __tablename__ = "fact"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    says: Mapped[str] = mapped_column(Text)  #: in English, for editors
    sources: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    as_of: Mapped[str] = mapped_column(Text, default="")  #: date of the source, as far as known
    review_by: Mapped[date]
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))  #: None: all approvers
    origin: Mapped[str] = mapped_column(String(8), default="file", server_default="file")  #: file · desk
    checked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    checked_at: Mapped[datetime | None]
    reminded_for: Mapped[date | None]  #: the review date that its owner was last reminded of


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
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")  #: spoken there
    confidence: Mapped[str] = mapped_column(Text, default="", server_default="")  #: verified-from-source · from-seed · general-knowledge-unverified
    secondary: Mapped[bool] = mapped_column(default=False, server_default="false")  #: the source is a list or a report, not the place itself
    remark: Mapped[str] = mapped_column(Text, default="", server_default="")  #: for editors
    review_by: Mapped[date | None]
    owner_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))  #: None: all approvers
    origin: Mapped[str] = mapped_column(String(8), default="file", server_default="file")  #: file · desk
    checked_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    checked_at: Mapped[datetime | None]
    reminded_for: Mapped[date | None]


class ContactName(Base):
    """A contact's name in one language."""

    __tablename__ = "contact_name"

    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
