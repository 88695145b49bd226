"""Facts in the desk: what may be written of one, changed, looked at again, and taken away."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import Fact
from bot.answers.review import review_problem
from bot.db import notify, now
from bot.figures import today

LONGEST = 1_000  #: characters of what a fact says
MOST_SOURCES = 20
ID = re.compile(r"[a-z][a-z0-9_]{2,63}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What an editor wrote of a fact."""

    says: str
    sources: tuple[str, ...]
    as_of: str
    review_by: date | None
    owner_id: uuid.UUID | None


def wanted_of(fact: Fact) -> Wanted:
    """A fact as it stands."""
    return Wanted(says=fact.says, sources=tuple(fact.sources), as_of=fact.as_of, review_by=fact.review_by, owner_id=fact.owner_id)


def mark(wanted: Wanted) -> str:
    """Differs where anything differs: by it a form knows that somebody else was quicker."""
    return hashlib.sha256(repr(wanted).encode()).hexdigest()[:16]


def problems(wanted: Wanted, kept_day: date | None = None) -> Iterator[str]:
    """Codes of what must be mended. A review date that was there before may stay, even past."""
    if not 1 <= len(wanted.says) <= LONGEST:
        yield "says"
    if len(wanted.sources) > MOST_SOURCES or any(len(source) > 500 for source in wanted.sources):
        yield "sources"
    if wanted.review_by is None or wanted.review_by != kept_day:
        yield from filter(None, [review_problem(wanted.review_by, today())])


def changed(before: Wanted, after: Wanted) -> list[str]:
    """The names of what differs."""
    return [name for name in Wanted.__dataclass_fields__ if getattr(before, name) != getattr(after, name)]


async def write(session: AsyncSession, fact: Fact, wanted: Wanted) -> None:
    """Take over what an editor wrote; the chat follows at once."""
    assert wanted.review_by
    if (fact.review_by, fact.owner_id) != (wanted.review_by, wanted.owner_id):
        fact.reminded_for = None
    fact.says, fact.sources, fact.as_of = wanted.says, list(wanted.sources), wanted.as_of
    fact.review_by, fact.owner_id, fact.origin = wanted.review_by, wanted.owner_id, "desk"
    session.add(fact)
    await session.flush()
    await notify(session, "answers")


async def still_right(session: AsyncSession, fact: Fact, by: uuid.UUID, review_by: date) -> None:
    """Somebody has looked at the sources again: its sentences are said until the next review date."""
    fact.checked_by, fact.checked_at, fact.review_by, fact.reminded_for, fact.origin = by, now(), review_by, None, "desk"
    await session.flush()
    await notify(session, "answers")


async def remove(session: AsyncSession, fact: Fact) -> None:
    """Only what no text carries may go, which the caller has asked."""
    await session.delete(fact)
    await session.flush()
    await notify(session, "answers")
