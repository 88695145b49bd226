"""Who looks after which facts and contacts, what of it is due, and when somebody is reminded: a month and a week before, and on the day."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import Contact, ContactName, Fact
from bot.answers.review import SOON
from bot.figures import today
from bot.i18n import SOURCE
from bot.staff.models import Member, Role

BEFORE = (SOON, timedelta(days=7), timedelta(0))  #: a review date: when its owner is reminded
KEEPERS = (Role.EDITOR, Role.APPROVER, Role.ADMIN)  #: who may own a fact or contact


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """One thing that somebody is to look at again."""

    kind: str  #: fact · contact
    id: str
    title: str  #: for the page alone: what it says, or its name
    review_by: date
    withheld: bool  #: past its date: people are no longer told

    @property
    def address(self) -> str:
        return f"/staff/{self.kind}s/{self.id}"


async def keepers(session: AsyncSession) -> list[Member]:
    """Everybody who may own a fact or contact."""
    query = select(Member).where(Member.role.in_(KEEPERS), Member.disabled_at.is_(None)).order_by(Member.email)
    return list(await session.scalars(query))


def in_charge(owner_id: uuid.UUID | None, those: Collection[Member]) -> list[Member]:
    """The owner; where there is none (any more) all approvers; where there are none of those either, the admins."""
    owner = [member for member in those if member.id == owner_id]
    approvers = [member for member in those if member.role is Role.APPROVER]
    return owner or approvers or [member for member in those if member.role is Role.ADMIN]


async def due(session: AsyncSession, member: Member) -> list[Due]:
    """What this member is to look at within the next month, the earliest first."""
    those = await keepers(session)
    rows = await _soon(session)
    names = await _names(session, [row.id for row in rows if isinstance(row, Contact)])
    found = [_due(row, names) for row in rows if any(one.id == member.id for one in in_charge(row.owner_id, those))]
    return sorted(found, key=lambda one: (one.review_by, one.kind, one.id))


async def take_reminders(session: AsyncSession) -> dict[uuid.UUID, list[Fact | Contact]]:
    """Who is to be reminded of what today. It is noted, so that nobody is reminded twice of the same threshold."""
    those = await keepers(session)
    found: dict[uuid.UUID, list[Fact | Contact]] = {}
    for row in await _soon(session, lock=True):
        passed = threshold(row.review_by, today())
        if passed is None or row.reminded_for == passed:
            continue
        row.reminded_for = passed
        for member in in_charge(row.owner_id, those):
            found.setdefault(member.id, []).append(row)
    await session.flush()
    return found


def threshold(review_by: date | None, day: date) -> date | None:
    """The last day up to `day` on which the owner was to be reminded; None where it is too early."""
    if review_by is None:
        return None
    return max((review_by - before for before in BEFORE if review_by - before <= day), default=None)


async def _soon(session: AsyncSession, *, lock: bool = False) -> list[Fact | Contact]:
    """Facts, and contacts that people are shown, that are due within the next month or were before."""
    until = today() + SOON
    facts = select(Fact).where(Fact.review_by <= until).order_by(Fact.id)
    contacts = select(Contact).where(Contact.review_by <= until, Contact.show == "live").order_by(Contact.id)
    if lock:
        facts, contacts = facts.with_for_update(), contacts.with_for_update()
    return [*await session.scalars(facts), *await session.scalars(contacts)]


async def _names(session: AsyncSession, ids: Iterable[str]) -> dict[str, str]:
    query = select(ContactName.contact_id, ContactName.name).where(ContactName.language == SOURCE, ContactName.contact_id.in_(list(ids)))
    return {row.contact_id: row.name for row in await session.execute(query)}


def _due(row: Fact | Contact, names: dict[str, str]) -> Due:
    assert row.review_by
    past = row.review_by < today()
    if isinstance(row, Fact):
        return Due(kind="fact", id=row.id, title=row.says, review_by=row.review_by, withheld=past)
    return Due(kind="contact", id=row.id, title=names.get(row.id, row.id), review_by=row.review_by, withheld=past and row.kind != "emergency")
