"""Contacts in the desk: somebody proposes, somebody else publishes; of two who write at once neither loses anything; and roll-back."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.contact_checks import is_confirmed, problems, unconfirmed
from bot.answers.contact_history import ChangeState, ContactChange, Fields, Value, keep, latest, mark, present, put_in_place, rewrite, wanted
from bot.answers.models import Contact
from bot.answers.publishing import NotNow
from bot.answers.review import next_review
from bot.db import notify, now
from bot.figures import today


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that is otherwise."""

    field: str
    before: Value
    after: Value
    contested: bool = False  #: somebody else has changed it too since this was written


def differences(before: Fields, after: Fields, contested: Sequence[str] = ()) -> list[Difference]:
    """What is otherwise, field by field."""
    keys = dict.fromkeys((*before, *after))
    return [
        Difference(key, before.get(key), after.get(key), key in contested)
        for key in keys
        if before.get(key) != after.get(key) and (before.get(key) or after.get(key) or not key.startswith("name:"))
    ]


def merged(base: Fields, there: Fields, mine: Fields) -> tuple[dict[str, Value], list[str]]:
    """What I changed, put into what is there now; and the fields that somebody else has changed too, where mine stands."""
    found, contested = dict(there), []
    for key in dict.fromkeys((*base, *there, *mine)):
        if mine.get(key) == base.get(key):
            continue
        if there.get(key) not in (base.get(key), mine.get(key)):
            contested.append(key)
        found[key] = mine.get(key)
    return found, contested


async def contact_of(session: AsyncSession, contact_id: str, *, lock: bool = False) -> Contact | None:
    return await session.get(Contact, contact_id, with_for_update=lock or None, populate_existing=lock)


async def proposals(session: AsyncSession, contact_id: str | None = None) -> list[ContactChange]:
    """What waits for somebody else: of one contact, or of all."""
    query = select(ContactChange).where(ContactChange.state == ChangeState.PROPOSED).order_by(ContactChange.id)
    return list(await session.scalars(query.where(ContactChange.contact_id == contact_id) if contact_id else query))


async def propose(
    session: AsyncSession, contact: Contact, fields: Fields, by: uuid.UUID, *, base_id: int = 0, confirmed_with: str = ""
) -> ContactChange:
    """Keep a change for somebody else to publish. NotNow: nothing-new, problems, unconfirmed. `contact` is locked by the caller.

    `base_id` is the row of the history that the form was filled from; 0: there was none yet.
    """
    there = await stands(session, contact)
    base = await _base(session, contact, base_id) or there
    whole, _ = merged(await wanted(session, base), await wanted(session, there), fields)
    if not differences(await wanted(session, there), whole):
        raise NotNow("nothing-new")
    if next(problems(whole), None):
        raise NotNow("problems")
    if unconfirmed(await wanted(session, there), whole, confirmed_with):
        raise NotNow("unconfirmed")
    for own in await proposals(session, contact.id):
        if own.proposed_by == by:
            own.state, own.decided_by, own.decided_at = ChangeState.REPLACED, by, now()
    about = {"base_id": base.id, "proposed_by": by, "confirmed_with": confirmed_with}
    return await keep(session, contact.id, fields, ChangeState.PROPOSED, **about)


async def stands(session: AsyncSession, contact: Contact) -> ContactChange:
    """The row of the history that says how the contact stands; a new one where an import has changed it, or nobody has before."""
    there, last = await present(session, contact), await latest(session, contact)
    if last and mark(await wanted(session, last)) == mark(there):
        return last
    return await keep(session, contact.id, there, ChangeState.PUBLISHED, decided_at=now())


async def _base(session: AsyncSession, contact: Contact, base_id: int) -> ContactChange | None:
    query = select(ContactChange).where(ContactChange.contact_id == contact.id, ContactChange.state == ChangeState.PUBLISHED)
    query = query.where(ContactChange.id == base_id) if base_id else query.order_by(ContactChange.id).limit(1)
    return await session.scalar(query)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What people would see if a change were published now."""

    before: Fields
    after: Fields
    contested: Sequence[str]

    @property
    def differences(self) -> list[Difference]:
        return differences(self.before, self.after, self.contested)

    @property
    def seen(self) -> str:
        """What whoever publishes gives back: that this, and nothing else, was looked at."""
        return f"{mark(self.before)}{mark(self.after)}"


async def outcome(session: AsyncSession, contact: Contact, change: ContactChange) -> Outcome:
    base = await session.get(ContactChange, change.base_id) if change.base_id else None
    there, mine = await present(session, contact), await wanted(session, change)
    after, contested = merged(await wanted(session, base) if base else there, there, mine)
    return Outcome(before=there, after=after, contested=contested)


async def publish(session: AsyncSession, contact: Contact, change: ContactChange, by: uuid.UUID, seen: str) -> None:
    """Put what somebody else proposed in its place. NotNow: changed, own-work, nothing-new, problems, unconfirmed; nothing is changed then."""
    if change.state is not ChangeState.PROPOSED:
        raise NotNow("changed")
    if change.proposed_by in (by, None):
        raise NotNow("own-work")
    found = await outcome(session, contact, change)
    if found.seen != seen:
        raise NotNow("changed")
    if not found.differences:
        raise NotNow("nothing-new")
    if next(problems(found.after), None):
        raise NotNow("problems")
    if unconfirmed(found.before, found.after, change.confirmed_with):
        raise NotNow("unconfirmed")
    await stands(session, contact)
    await rewrite(session, change, found.after)
    change.state, change.decided_by, change.decided_at = ChangeState.PUBLISHED, by, now()
    if change.confirmed_with:
        contact.checked_by, contact.checked_at = change.proposed_by, now()
        contact.review_by = max(contact.review_by or today(), next_review(today()))
    await _in_place(session, contact, found.after)


async def roll_back(session: AsyncSession, contact: Contact, change: ContactChange, by: uuid.UUID) -> ContactChange:
    """The contact as it once was published, at once: two people had looked at it. NotNow: nothing-new, unconfirmed."""
    before, after = await present(session, contact), await wanted(session, change)
    if change.state is not ChangeState.PUBLISHED or not differences(before, after):
        raise NotNow("nothing-new")
    if after["show"] == "live" and not is_confirmed(after):
        raise NotNow("unconfirmed")
    await stands(session, contact)
    about = {"proposed_by": by, "decided_by": by, "decided_at": now(), "note": f"← {change.id}"}
    back = await keep(session, contact.id, after, ChangeState.PUBLISHED, **about)
    await _in_place(session, contact, after)
    return back


async def _in_place(session: AsyncSession, contact: Contact, fields: Fields) -> None:
    contact.origin = "desk"
    if fields["show"] == "live" and contact.review_by is None:
        contact.review_by = next_review(today())
    await put_in_place(session, contact, fields)
    await notify(session, "answers")


async def drop(session: AsyncSession, change: ContactChange, by: uuid.UUID, note: str = "") -> None:
    """A proposal is not taken; it stays in the history. NotNow: changed."""
    if change.state is not ChangeState.PROPOSED:
        raise NotNow("changed")
    change.state, change.decided_by, change.decided_at, change.note = ChangeState.DROPPED, by, now(), note
    await session.flush()


async def keep_up(session: AsyncSession, contact: Contact, *, review_by: date | None, owner_id: uuid.UUID | None, remark: str) -> None:
    """What only colleagues see, and when it is looked at again: changed at once."""
    if (contact.review_by, contact.owner_id) != (review_by, owner_id):
        contact.reminded_for = None
    contact.review_by, contact.owner_id, contact.remark, contact.origin = review_by, owner_id, remark, "desk"
    await session.flush()
    await notify(session, "answers")


async def still_right(session: AsyncSession, contact: Contact, by: uuid.UUID, review_by: date) -> None:
    """Somebody has asked again: it is shown until the next review date."""
    contact.checked_by, contact.checked_at, contact.review_by, contact.reminded_for, contact.origin = by, now(), review_by, None, "desk"
    await session.flush()
    await notify(session, "answers")


async def begin(session: AsyncSession, contact_id: str, kind: str, country: str, name: str) -> Contact:
    """A new contact, which nobody is shown before it is confirmed and published."""
    position = (await session.scalar(select(func.max(Contact.position))) or 0) + 1
    about = {"show": "confirm-first", "confidence": "general-knowledge-unverified", "origin": "desk", "position": position}
    contact = Contact(id=contact_id, kind=kind, country=country, topics=[], phones=[], languages=[], **about)
    session.add(contact)
    await session.flush()
    await put_in_place(session, contact, {**await present(session, contact), "name:en": name})
    return contact
