"""Who gets which case: order, languages and topics, load, teams, and the counsellor a person already knows."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import pytest

from bot.cases.actions import close, hand_to_colleague, hand_to_team, open_case, pass_on, take
from bot.cases.models import Case, CaseState, Outcome
from bot.cases.queue import Filters, alarms, counts, rows
from bot.cases.routing import load, next_case
from bot.conversation.models import Address, Conversation, Person, State
from bot.db import now
from bot.staff.models import Member, Role, Team
from nlu import Risk
from tests.world import World


@pytest.fixture
async def desk(world: World) -> Desk:
    return Desk(world)


class Desk:
    """Cases and members, made quickly."""

    def __init__(self, world: World) -> None:
        self.sessions = world.house.sessions

    async def member(self, **about: Any) -> Member:
        values = {"on_duty_since": now(), "seen_at": now()} | about
        async with self.sessions.begin() as session:
            member = Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.COUNSELLOR, **values)
            session.add(member)
        return member

    async def case(
        self,
        channel: str = "telegram",
        *,
        risk: Risk = Risk.NORMAL,
        language: str = "en",
        waited: float = 0,
        wrote: float = 0,
        intent: str = "return_cost",
    ) -> Case:
        """A case that has waited so many hours, of a person who last wrote so many hours ago."""
        async with self.sessions.begin() as session:
            person = Person()
            session.add(person)
            await session.flush()
            address = Address(person_id=person.id, channel=channel, fingerprint=uuid.uuid4().bytes * 2, name="…")
            session.add(address)
            await session.flush()
            wrote_at = now() - timedelta(hours=wrote)
            conversation = Conversation(person_id=person.id, address_id=address.id, channel=channel, language=language, last_inbound_at=wrote_at)
            session.add(conversation)
            await session.flush()
            case = await open_case(session, conversation, risk, intent)
            case.opened_at = case.waiting_since = now() - timedelta(hours=waited)
        return case

    async def takes_next(self, member: Member, intents: list[str] | None = None) -> uuid.UUID | None:
        async with self.sessions.begin() as session:
            found = await next_case(session, member, intents)
            if found is not None:
                assert await take(session, found.id, member.id)
            return found.id if found else None


async def test_the_order_is_danger_then_the_window_then_waiting(desk: Desk) -> None:
    fresh_telegram = await desk.case(waited=0.1)
    long_on_telegram = await desk.case(waited=5)
    window_open_long = await desk.case("whatsapp", waited=1, wrote=1)
    window_closes_soon = await desk.case("whatsapp", waited=23.5, wrote=23.5)
    urgent_new = await desk.case(risk=Risk.URGENT)
    urgent_closing = await desk.case("whatsapp", risk=Risk.URGENT, waited=23, wrote=23)
    member = await desk.member()
    expected = [one.id for one in (urgent_closing, urgent_new, window_closes_soon, long_on_telegram, window_open_long, fresh_telegram)]
    async with desk.sessions() as session:
        assert [row.case.id for row in await rows(session, Filters(), member)] == expected
        assert [row.raised for row in await rows(session, Filters(), member)] == [True, False, True, False, False, False]
    assert [await desk.takes_next(member) for _ in expected] == expected


async def test_nobody_on_telegram_is_forgotten_behind_windows(desk: Desk) -> None:
    """Somebody who has waited nearly a day comes before windows that are open for many hours."""
    waits = await desk.case(waited=22)
    for _ in range(3):
        await desk.case("whatsapp", waited=1, wrote=1)
    assert await desk.takes_next(await desk.member()) == waits.id


async def test_languages_and_topics(desk: Desk) -> None:
    persian = await desk.case(language="fa", waited=3)
    work = await desk.case(language="en", intent="wages_withheld", waited=2)
    cost = await desk.case(language="en", waited=1)
    reads_english = await desk.member(languages=["en", "de"])
    assert await desk.takes_next(reads_english, ["return_cost"]) == cost.id
    assert await desk.takes_next(reads_english, ["return_cost"]) is None
    async with desk.sessions() as session:
        assert (await counts(session, reads_english, None)).for_me == 1
        assert (await counts(session, reads_english, None)).waiting == 2
    assert await desk.takes_next(reads_english) == work.id
    assert await desk.takes_next(await desk.member(languages=["fa"])) == persian.id


async def test_danger_in_a_language_that_nobody_on_duty_reads_is_everybodys(desk: Desk) -> None:
    urgent = await desk.case(language="ps", risk=Risk.URGENT)
    german = await desk.member(languages=["de"])
    reads = await desk.member(languages=["ps"])
    assert await desk.takes_next(german) is None
    async with desk.sessions.begin() as session:
        (await session.get_one(Member, reads.id)).on_duty_since = None
    assert await desk.takes_next(german) == urgent.id


async def test_a_case_passed_on_is_not_offered_again_and_keeps_its_place(desk: Desk) -> None:
    first, second = await desk.case(waited=5), await desk.case(waited=4)
    member, other = await desk.member(), await desk.member()
    assert await desk.takes_next(member) == first.id
    async with desk.sessions.begin() as session:
        await pass_on(session, await session.get_one(Case, first.id), member.id)
    assert await desk.takes_next(member) == second.id
    assert await desk.takes_next(member) is None
    assert await desk.takes_next(other) == first.id


async def test_handing_on_to_a_team_and_to_a_colleague(desk: Desk) -> None:
    async with desk.sessions.begin() as session:
        team = Team(name="Athens")
        session.add(team)
    sara, athenian, tom = await desk.member(), await desk.member(team_id=team.id), await desk.member()
    case = await desk.case()
    assert await desk.takes_next(sara) == case.id
    async with desk.sessions.begin() as session:
        await hand_to_team(session, await session.get_one(Case, case.id), team.id)
    assert await desk.takes_next(tom) is None
    assert await desk.takes_next(athenian) == case.id
    async with desk.sessions.begin() as session:
        await hand_to_colleague(session, await session.get_one(Case, case.id), tom.id)
        assert (await session.get_one(Conversation, case.conversation_id)).state is State.WAITING
    async with desk.sessions.begin() as session:
        assert await alarms(session, tom, leads=False) == [f"{case.id}*"]
        assert await alarms(session, sara, leads=False) == []
        assert not await take(session, case.id, sara.id)  # kept for him
    async with desk.sessions.begin() as session:
        (await session.get_one(Case, case.id)).reserved_until = now() - timedelta(seconds=1)
    async with desk.sessions.begin() as session:
        assert await take(session, case.id, sara.id)  # he did not come


async def test_a_returning_person_is_kept_for_the_counsellor_they_know(desk: Desk) -> None:
    sara, tom = await desk.member(name="Sara"), await desk.member()
    case = await desk.case()
    await desk.takes_next(sara)
    async with desk.sessions.begin() as session:
        await close(session, await session.get_one(Case, case.id), Outcome.ANSWERED)
    async with desk.sessions.begin() as session:
        again = await open_case(session, await session.get_one(Conversation, case.conversation_id), Risk.NORMAL, "return_cost")
    assert again.id != case.id
    assert again.reserved_for == sara.id
    async with desk.sessions() as session:
        assert [row.kept_for for row in await rows(session, Filters(), tom)] == ["Sara"]
    assert await desk.takes_next(tom) is None
    assert await desk.takes_next(sara) == again.id


@pytest.mark.parametrize("why", ["off duty", "away", "full", "disabled"])
async def test_a_returning_person_does_not_wait_for_somebody_who_cannot(desk: Desk, why: str) -> None:
    sara = await desk.member(most_cases=1)
    case = await desk.case()
    await desk.takes_next(sara)
    async with desk.sessions.begin() as session:
        await close(session, await session.get_one(Case, case.id), Outcome.ANSWERED)
        row = await session.get_one(Member, sara.id)
        if why == "off duty":
            row.on_duty_since = None
        elif why == "away":
            row.seen_at = now() - timedelta(hours=1)
        elif why == "disabled":
            row.disabled_at = now()
    if why == "full":
        await desk.case(waited=1)
        assert await desk.takes_next(sara) is not None
    async with desk.sessions.begin() as session:
        again = await open_case(session, await session.get_one(Conversation, case.conversation_id), Risk.NORMAL, None)
        assert again.reserved_for is None
        assert await load(session, sara.id) == (1 if why == "full" else 0)


async def test_who_asked_not_to_be_written_to_stays_so_when_a_case_is_taken(desk: Desk) -> None:
    case = await desk.case()
    member = await desk.member()
    async with desk.sessions.begin() as session:
        (await session.get_one(Conversation, case.conversation_id)).state = State.STOPPED
    await desk.takes_next(member)
    async with desk.sessions.begin() as session:
        assert (await session.get_one(Conversation, case.conversation_id)).state is State.STOPPED
        await close(session, await session.get_one(Case, case.id), Outcome.NO_REPLY)
        assert (await session.get_one(Conversation, case.conversation_id)).state is State.STOPPED
        assert (await session.get_one(Case, case.id)).state is CaseState.CLOSED
