"""What of a contact people see, as one set of fields; each change of it is a row that somebody else publishes, and stays."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, String, Text, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.answers.models import Contact, ContactName
from bot.db import Base, now, words

Value = str | tuple[str, ...] | bool | float | None
#: What of a contact people see, and what stands behind it: column → value, and «name:xx» → its name in a language.
Fields = Mapping[str, Value]

LISTS = ("topics", "phones", "languages")
COLUMNS = (
    "kind",
    "country",
    "topics",
    "phones",
    "hours",
    "languages",
    "free",
    "url",
    "postal",
    "latitude",
    "longitude",
    "show",
    "source",
    "as_of",
    "confidence",
    "secondary",
)


class ChangeState(StrEnum):
    """What became of a change."""

    PROPOSED = "proposed"
    PUBLISHED = "published"
    REPLACED = "replaced"  #: by a later one of the same editor
    DROPPED = "dropped"


class ContactChange(Base):
    """A contact as somebody wants it, wanted it, or as it stood before the first change."""

    __tablename__ = "contact_change"
    __table_args__ = (Index("contact_change_state", "state", "contact_id"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    contact_id: Mapped[str] = mapped_column(ForeignKey("contact.id", ondelete="CASCADE"), index=True)
    state: Mapped[ChangeState] = mapped_column(words(ChangeState))
    base_id: Mapped[int | None] = mapped_column(ForeignKey("contact_change.id", ondelete="SET NULL"))  #: what its editor saw
    proposed_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    proposed_at: Mapped[datetime] = mapped_column(default=now)
    decided_by: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("member.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    confirmed_with: Mapped[str] = mapped_column(Text, default="")  #: who or what confirmed it; empty: nobody was asked
    note: Mapped[str] = mapped_column(Text, default="")

    kind: Mapped[str] = mapped_column(String(16))
    country: Mapped[str] = mapped_column(String(3))
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text))
    phones: Mapped[list[str]] = mapped_column(ARRAY(Text))
    hours: Mapped[str] = mapped_column(Text)
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    free: Mapped[bool | None]
    url: Mapped[str] = mapped_column(Text)
    postal: Mapped[str] = mapped_column(Text)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    show: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(Text)
    as_of: Mapped[str] = mapped_column(Text)
    confidence: Mapped[str] = mapped_column(Text)
    secondary: Mapped[bool]


class ContactChangeName(Base):
    """The name of a contact in one language, as a change has it."""

    __tablename__ = "contact_change_name"

    change_id: Mapped[int] = mapped_column(ForeignKey("contact_change.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(3), primary_key=True)
    name: Mapped[str] = mapped_column(Text)


def _fields(row: Contact | ContactChange, names: Mapping[str, str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    for column in COLUMNS:
        value = getattr(row, column)
        found[column] = tuple(value) if column in LISTS else value
    return found | {f"name:{language}": name for language, name in sorted(names.items())}


def names_of(fields: Fields) -> dict[str, str]:
    return {key.removeprefix("name:"): str(value) for key, value in fields.items() if key.startswith("name:") and value}


async def present(session: AsyncSession, contact: Contact) -> dict[str, Value]:
    """A contact as people see it now."""
    query = select(ContactName.language, ContactName.name).where(ContactName.contact_id == contact.id)
    return _fields(contact, {row.language: row.name for row in await session.execute(query)})


async def wanted(session: AsyncSession, change: ContactChange) -> dict[str, Value]:
    """A contact as a change has it."""
    query = select(ContactChangeName.language, ContactChangeName.name).where(ContactChangeName.change_id == change.id)
    return _fields(change, {row.language: row.name for row in await session.execute(query)})


async def keep(session: AsyncSession, contact_id: str, fields: Fields, state: ChangeState, **about: object) -> ContactChange:
    """A new row of the history."""
    change = ContactChange(contact_id=contact_id, state=state, **_columns(fields), **about)
    session.add(change)
    await session.flush()
    await _keep_names(session, change, fields)
    return change


async def rewrite(session: AsyncSession, change: ContactChange, fields: Fields) -> None:
    """A change as it was published: together with what others had published since it was written."""
    for column, value in _columns(fields).items():
        setattr(change, column, value)
    await session.execute(delete(ContactChangeName).where(ContactChangeName.change_id == change.id))
    await _keep_names(session, change, fields)


async def put_in_place(session: AsyncSession, contact: Contact, fields: Fields) -> None:
    """The contact is now as the fields say."""
    for column, value in _columns(fields).items():
        setattr(contact, column, value)
    await session.execute(delete(ContactName).where(ContactName.contact_id == contact.id))
    session.add_all(ContactName(contact_id=contact.id, language=language, name=name) for language, name in names_of(fields).items())
    await session.flush()


async def _keep_names(session: AsyncSession, change: ContactChange, fields: Fields) -> None:
    session.add_all(ContactChangeName(change_id=change.id, language=language, name=name) for language, name in names_of(fields).items())
    await session.flush()


def _columns(fields: Fields) -> dict[str, object]:
    return {column: list(fields[column]) if column in LISTS else fields[column] for column in COLUMNS}  # type: ignore[arg-type]  # LISTS are tuples


def mark(fields: Fields) -> str:
    """Differs where anything that people see differs."""
    whole = sorted((key, value) for key, value in fields.items() if value or not key.startswith("name:"))
    return hashlib.sha256(repr(whole).encode()).hexdigest()[:16]


async def latest(session: AsyncSession, contact: Contact) -> ContactChange | None:
    """The row of the history that was published last."""
    query = select(ContactChange).where(ContactChange.contact_id == contact.id, ContactChange.state == ChangeState.PUBLISHED)
    return await session.scalar(query.order_by(ContactChange.decided_at.desc(), ContactChange.id.desc()).limit(1))


async def history(session: AsyncSession, contact: Contact) -> list[ContactChange]:
    """Every row about a contact, the newest first."""
    query = select(ContactChange).where(ContactChange.contact_id == contact.id)
    return list(await session.scalars(query.order_by(ContactChange.id.desc())))
