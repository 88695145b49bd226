"""Contacts on the real database: two people for what people see, two editors at once, the way back, and nothing unconfirmed."""

import uuid
from dataclasses import asdict

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import contact_files
from bot.answers.contact_history import ChangeState, ContactChange, Value, history, present, wanted
from bot.answers.contacts import begin, drop, outcome, proposals, propose, publish, roll_back, stands
from bot.answers.library import load
from bot.answers.models import Contact
from bot.answers.publishing import NotNow
from bot.staff.models import Member, Role
from tests.conftest import CONTENT

OLD, NEW, OTHER = ("+383 38 233 002 100",), ("+383 38 111 111",), ("+383 38 222 222",)


async def people(session: AsyncSession, count: int = 3) -> list[uuid.UUID]:
    rows = [Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.APPROVER) for _ in range(count)]
    session.add_all(rows)
    await session.flush()
    return [row.id for row in rows]


async def changed(session: AsyncSession, contact: Contact, **values: Value) -> dict[str, Value]:
    return {**await present(session, contact), **values}


async def published(session: AsyncSession, contact: Contact, change: ContactChange, by: uuid.UUID) -> None:
    await publish(session, contact, change, by, (await outcome(session, contact, change)).seen)


async def phones(session: AsyncSession, name: str) -> tuple[str, ...] | None:
    """As the chat would say them."""
    return next((contact.phones for contact in (await load(session)).contacts if contact.id == name), None)


async def refused(what: object) -> str:
    with pytest.raises(NotNow) as caught:
        await what  # type: ignore[misc]
    return caught.value.code


async def test_one_proposes_and_somebody_else_publishes(session: AsyncSession) -> None:
    first, second, _ = await people(session)
    contact = await session.get_one(Contact, "xk_ura")
    change = await propose(session, contact, await changed(session, contact, phones=NEW, **{"name:de": "Rückkehrzentrum"}), first)
    assert await phones(session, "xk_ura") == OLD
    assert await refused(published(session, contact, change, first)) == "own-work"
    await published(session, contact, change, second)
    assert await phones(session, "xk_ura") == NEW
    [known] = [one for one in (await load(session)).contacts if one.id == "xk_ura"]
    assert known.name("de") == "Rückkehrzentrum"
    assert contact.origin == "desk"
    assert [row.state for row in await history(session, contact)] == [ChangeState.PUBLISHED] * 2  # how it stood, and how it stands
    assert await refused(published(session, contact, change, second)) == "changed"


async def test_two_who_change_different_fields_are_both_heard(session: AsyncSession) -> None:
    first, second, third = await people(session)
    contact = await session.get_one(Contact, "xk_ura")
    base = (await stands(session, contact)).id
    one = await propose(session, contact, await changed(session, contact, phones=NEW), first, base_id=base)
    two = await propose(session, contact, await changed(session, contact, hours="Mon-Fri 09:00-16:00"), second, base_id=base)
    assert [change.id for change in await proposals(session, "xk_ura")] == [one.id, two.id]
    await published(session, contact, one, third)
    await published(session, contact, two, third)
    assert (contact.phones, contact.hours) == (list(NEW), "Mon-Fri 09:00-16:00")
    assert (await wanted(session, two))["phones"] == NEW  # the history says what was published, not what one of them wrote


async def test_of_two_who_change_the_same_field_both_are_kept_and_the_difference_is_shown(session: AsyncSession) -> None:
    first, second, third = await people(session)
    contact = await session.get_one(Contact, "xk_ura")
    base = (await stands(session, contact)).id
    one = await propose(session, contact, await changed(session, contact, phones=NEW), first, base_id=base)
    two = await propose(session, contact, await changed(session, contact, phones=OTHER), second, base_id=base)
    seen = (await outcome(session, contact, two)).seen
    await published(session, contact, one, third)
    assert await refused(publish(session, contact, two, third, seen)) == "changed"  # what was looked at is not what would happen
    found = await outcome(session, contact, two)
    assert [asdict(one) for one in found.differences] == [{"field": "phones", "before": NEW, "after": OTHER, "contested": True}]
    await publish(session, contact, two, third, found.seen)
    assert await phones(session, "xk_ura") == OTHER


async def test_a_form_that_was_opened_before_somebody_published_takes_nothing_back(session: AsyncSession) -> None:
    first, second, third = await people(session)
    contact = await session.get_one(Contact, "xk_ura")
    base = (await stands(session, contact)).id
    form = await changed(session, contact, hours="24/7")  # with the old number in it
    await published(session, contact, await propose(session, contact, await changed(session, contact, phones=NEW), first, base_id=base), third)
    late = await propose(session, contact, form, second, base_id=base)
    assert [one.field for one in (await outcome(session, contact, late)).differences] == ["hours"]
    await published(session, contact, late, third)
    assert await phones(session, "xk_ura") == NEW


async def test_my_later_proposal_replaces_mine_alone(session: AsyncSession) -> None:
    first, second, _ = await people(session)
    contact = await session.get_one(Contact, "xk_ura")
    mine = await propose(session, contact, await changed(session, contact, phones=NEW), first)
    theirs = await propose(session, contact, await changed(session, contact, hours="24/7"), second)
    again = await propose(session, contact, await changed(session, contact, phones=OTHER), first)
    assert [change.id for change in await proposals(session, "xk_ura")] == [theirs.id, again.id]
    assert mine.state is ChangeState.REPLACED
    await drop(session, theirs, second)
    assert await refused(drop(session, theirs, second)) == "changed"
    assert [change.id for change in await proposals(session, "xk_ura")] == [again.id]


async def test_the_way_back(session: AsyncSession) -> None:
    first, second, _ = await people(session)
    contact = await session.get_one(Contact, "xk_ura")
    first_state = await stands(session, contact)
    change = await propose(session, contact, await changed(session, contact, phones=NEW, show="never"), first)
    await published(session, contact, change, second)
    assert await phones(session, "xk_ura") is None
    await roll_back(session, contact, first_state, second)
    assert await phones(session, "xk_ura") == OLD
    assert await refused(roll_back(session, contact, first_state, second)) == "nothing-new"


#: contact → what would be shown; all of them wait for somebody to confirm them
UNSURE = ["de_doctor_oncall", "de_kok", "xk_ambulance", "int_alarmphone", "gr_15900"]


@pytest.mark.parametrize("name", UNSURE)
async def test_what_nobody_has_confirmed_is_not_shown(name: str, session: AsyncSession) -> None:
    first, second, _ = await people(session)
    contact = await session.get_one(Contact, name)
    for trick in ({}, {"confidence": "verified-from-source", "secondary": False}):
        assert await refused(propose(session, contact, await changed(session, contact, show="live", **trick), first)) == "unconfirmed"  # type: ignore[arg-type]
    sure = await changed(
        session, contact, show="live", source="https://example.org", as_of="2026-11-01", confidence="verified-from-source", secondary=False
    )
    change = await propose(session, contact, sure, first, confirmed_with="the office itself")
    await published(session, contact, change, second)
    assert await phones(session, name) == tuple(contact.phones)
    assert contact.checked_by == first
    assert contact.review_by


async def test_a_proposal_is_looked_at_again_when_it_is_published(session: AsyncSession) -> None:
    """It was sure when it was written; since then an import has made the contact one that is not."""
    first, second, _ = await people(session)
    contact = await session.get_one(Contact, "xk_ura")
    change = await propose(session, contact, await changed(session, contact, phones=NEW), first)
    contact.secondary = True
    assert await refused(published(session, contact, change, second)) == "unconfirmed"
    assert await phones(session, "xk_ura") == OLD


async def test_what_is_wrong_or_not_new_is_not_kept(session: AsyncSession) -> None:
    [first] = await people(session, 1)
    contact = await session.get_one(Contact, "xk_ura")
    assert await refused(propose(session, contact, await changed(session, contact), first)) == "nothing-new"
    assert await refused(propose(session, contact, await changed(session, contact, phones=("call me",)), first)) == "problems"
    assert await proposals(session, "xk_ura") == []


async def test_a_new_contact_is_shown_to_nobody(session: AsyncSession) -> None:
    contact = await begin(session, "de_new_office", "office", "DE", "A new office")
    assert await phones(session, "de_new_office") is None
    assert (await present(session, contact))["name:en"] == "A new office"


async def test_an_import_overwrites_nothing_of_the_desk(session: AsyncSession) -> None:
    first, second, _ = await people(session)
    contact = await session.get_one(Contact, "xk_ura")
    await published(session, contact, await propose(session, contact, await changed(session, contact, phones=NEW), first), second)
    assert await contact_files.load_into(session, CONTENT) == ["contact xk_ura"]
    assert await phones(session, "xk_ura") == NEW
    assert len((await session.scalars(select(ContactChange))).all()) == 2
