"""The floor on the real database: who is on duty and what they carry, who waits in which language, what must not be overlooked."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.floor import Floor, floor, heavy_cases
from bot.cases.models import Case, CaseState
from bot.conversation.models import Address, Conversation, Person
from bot.db import now
from bot.staff.models import Member, Role, Team


def ago(**some: float) -> datetime:
    return now() - timedelta(**some)


async def member(session: AsyncSession, name: str, *languages: str, **more: object) -> Member:
    found = Member(email=f"{uuid.uuid4().hex}@example.org", name=name, role=Role.COUNSELLOR, languages=list(languages), **more)
    session.add(found)
    await session.flush()
    return found


async def opened(
    session: AsyncSession, language: str | None = "fr", risk: str = "normal", channel: str = "telegram", heard: float = 0, **more: object
) -> Case:
    """A case whose person last wrote so many hours ago."""
    person = Person()
    session.add(person)
    await session.flush()
    address = Address(person_id=person.id, channel=channel, fingerprint=uuid.uuid4().bytes * 2, name="x")
    session.add(address)
    await session.flush()
    conversation = Conversation(person_id=person.id, address_id=address.id, channel=channel, language=language, last_inbound_at=ago(hours=heard))
    session.add(conversation)
    await session.flush()
    case = Case(conversation_id=conversation.id, risk=risk, intent="return_money", **more)
    session.add(case)
    await session.flush()
    return case


async def seen(session: AsyncSession) -> Floor:
    return await floor(session)


async def test_who_is_on_duty_and_what_they_carry(session: AsyncSession) -> None:
    team = Team(name="South")
    session.add(team)
    await session.flush()
    zoe = await member(session, "Zoe", "fr", on_duty_since=ago(hours=3), team_id=team.id)
    await member(session, "adam", on_duty_since=ago(hours=1))
    await member(session, "Off duty")
    await member(session, "Left", on_duty_since=ago(hours=1), disabled_at=now())
    mine = {"taken_by": zoe.id, "state": CaseState.TAKEN}
    await opened(session, risk="urgent", taken_at=ago(hours=2), **mine)
    await opened(session, risk="sensitive", taken_at=ago(hours=4), **mine)  # before this shift
    await opened(session, risk="normal", taken_at=ago(hours=1), **mine)
    await opened(session, risk="sensitive", taken_at=ago(hours=2), taken_by=zoe.id, state=CaseState.CLOSED)  # heavy, though closed
    found = (await seen(session)).members
    assert [(one.member.name, one.team, one.open_cases, one.heavy) for one in found] == [("adam", "", 0, 0), ("Zoe", "South", 3, 2)]
    assert await heavy_cases(session, zoe) == 2
    zoe.on_duty_since = None
    assert await heavy_cases(session, zoe) == 3  # of the last eight hours


async def test_who_waits_by_language_and_who_speaks_it(session: AsyncSession) -> None:
    await member(session, "A", "fr", "ru", on_duty_since=now())
    await member(session, "B", "fr", on_duty_since=now())
    longest = ago(hours=2)
    await opened(session, "fr", waiting_since=longest)
    await opened(session, "fr", "urgent", waiting_since=ago(minutes=3))
    await opened(session, "ckb", waiting_since=ago(minutes=1))
    await opened(session, None, waiting_since=ago(hours=9))
    await opened(session, "de", state=CaseState.CLOSED)
    await opened(session, "sq", state=CaseState.TAKEN)
    found = (await seen(session)).waiting
    assert [(one.language, one.cases, one.urgent, one.speakers) for one in found] == [("ckb", 1, 0, 0), ("", 1, 0, 2), ("fr", 2, 1, 2)]
    assert found[-1].since == longest


async def test_who_names_no_language_answers_in_all(session: AsyncSession) -> None:
    await opened(session, "ckb")
    assert [one.speakers for one in (await seen(session)).waiting] == [0]
    await member(session, "A", on_duty_since=now())
    assert [one.speakers for one in (await seen(session)).waiting] == [1]


async def test_urgent_cases_without_a_reply_the_escalated_first(session: AsyncSession) -> None:
    taker = await member(session, "A")
    old = await opened(session, risk="urgent", opened_at=ago(hours=5))
    taken = await opened(session, risk="urgent", opened_at=ago(hours=4), state=CaseState.TAKEN, taken_by=taker.id)
    escalated = await opened(session, risk="urgent", opened_at=ago(minutes=9), escalated_at=now())
    await opened(session, risk="urgent", replied_at=now())
    await opened(session, risk="urgent", state=CaseState.CLOSED)
    await opened(session, risk="sensitive")
    found = (await seen(session)).urgent
    assert [one.case.id for one in found] == [escalated.id, old.id, taken.id]
    assert [one.taker and one.taker.name for one in found] == [None, None, "A"]


async def test_windows_that_close_within_two_hours(session: AsyncSession) -> None:
    later = await opened(session, channel="whatsapp", heard=22.1)
    sooner = await opened(session, channel="whatsapp", heard=23.9, state=CaseState.TAKEN)
    await opened(session, channel="whatsapp", heard=21.9)
    await opened(session, channel="whatsapp", heard=24.1)
    await opened(session, channel="telegram", heard=23)
    await opened(session, channel="whatsapp", heard=23, state=CaseState.CLOSED)
    found = (await seen(session)).closing
    assert [one.case.id for one in found] == [sooner.id, later.id]
    assert found[0].closes_at is not None
    assert timedelta(0) < found[0].closes_at - now() < timedelta(minutes=7)
