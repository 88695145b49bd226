"""Figures on the real database: what is counted of a message, what is asked of it, and when it is forgotten."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.receive import receive
from bot.channels import Inbound, Kind
from bot.db import now
from bot.figures import Closing, FirstReply, Helped, Question, today
from bot.reports import measures
from bot.reports.measures import Scope
from bot.reports.report import report, table
from bot.retention import FIGURES_KEPT, forget_figures
from tests.world import World


@pytest.fixture
def week() -> Scope:
    return Scope(start=today() - timedelta(days=6), end=today())


def question(language: str = "fr", intent: str = "return_money", action: str = "answer", channel: str = "telegram", ago: int = 0) -> Question:
    return Question(day=today() - timedelta(days=ago), channel=channel, language=language, intent=intent, action=action)


async def writes(world: World, person: str, text: str = "", button: str = "", channel: str = "webchat") -> None:
    async with world.house.sessions.begin() as session:
        kind = Kind.BUTTON if button else Kind.TEXT
        external_id = uuid.uuid4().hex
        await receive(session, Inbound(channel=channel, person=person, external_id=external_id, kind=kind, text=text, button=button, sent_at=now()))
    await world.falls_quiet()


async def counted(world: World) -> list[tuple[str, str, str, str]]:
    async with world.house.sessions() as session:
        rows = await session.scalars(select(Question).order_by(Question.id))
        return [(row.channel, row.language, row.intent, row.action) for row in rows]


async def test_each_question_is_counted_once_in_its_language(world: World) -> None:
    await writes(world, "p", "How much money do I get if I go back to my country?")
    await writes(world, "p", button="country:DE")
    await writes(world, "p", button="answer:return_cost")
    await writes(world, "q", "они хотят меня убить, помогите")
    assert await counted(world) == [
        ("webchat", "en", "return_money", "answer"),
        ("webchat", "en", "return_cost", "answer"),
        ("webchat", "ru", "immediate_danger", "urgent"),
    ]


async def test_a_talk_in_a_terminal_is_not_counted(world: World) -> None:
    await world.person().asks("How much money do I get if I go back to my country?")
    assert await counted(world) == []


async def test_who_is_forgotten_stays_counted_as_nobody(world: World) -> None:
    await writes(world, "p", "How much money do I get if I go back to my country?")
    await writes(world, "p", "/forget")
    assert await counted(world) == [("webchat", "en", "return_money", "answer")]


# --- what is asked ----------------------------------------------------------------------------------------------------------


async def test_the_days_of_the_scope_are_counted_with_both_ends_and_the_empty_ones(session: AsyncSession, week: Scope) -> None:
    session.add_all([question(), question(), question(ago=6), question(ago=7)])
    await session.flush()
    found = await measures.questions_over_time(session, week)
    assert list(found) == [today() - timedelta(days=ago) for ago in range(6, -1, -1)]
    assert list(found.values()) == [1, 0, 0, 0, 0, 0, 2]


@pytest.mark.parametrize(
    ("start", "end", "first", "second", "steps"),
    [
        (date(2026, 1, 7), date(2026, 6, 30), date(2026, 1, 7), date(2026, 1, 12), 26),  # weeks; a Wednesday to a Tuesday
        (date(2024, 11, 15), date(2026, 2, 3), date(2024, 11, 15), date(2024, 12, 1), 16),  # months, over two ends of a year
    ],
)
async def test_long_times_are_put_together(start: date, end: date, first: date, second: date, steps: int, session: AsyncSession) -> None:
    days = [start + timedelta(days=number) for number in range((end - start).days + 1)]
    session.add_all([Question(day=day, channel="telegram", language="fr", intent="x", action="answer") for day in days])
    await session.flush()
    found = await measures.questions_over_time(session, Scope(start=start, end=end))
    assert list(found)[:2] == [first, second]
    assert len(found) == steps
    assert sum(found.values()) == len(days)


async def test_a_language_and_a_channel_narrow_it(session: AsyncSession, week: Scope) -> None:
    session.add_all([question("fr"), question("fr", channel="whatsapp"), question("de"), question("de", intent="reentry", action="urgent")])
    await session.flush()
    by_both = await measures.questions_by_language_and_action(session, week)
    assert by_both == {("fr", "answer"): 2, ("de", "answer"): 1, ("de", "urgent"): 1}
    whatsapp = Scope(start=week.start, end=week.end, channel="whatsapp")
    assert await measures.questions_by_topic(session, whatsapp) == {"return_money": 1}
    german = Scope(start=week.start, end=week.end, language="de")
    assert await measures.questions_by_topic(session, german) == {"return_money": 1, "reentry": 1}


async def test_waits_by_language_and_by_urgency(session: AsyncSession, week: Scope) -> None:
    session.add_all([FirstReply(language="fr", risk="urgent", seconds=seconds) for seconds in (60, 120, 180, 240, 1000)])
    session.add_all(
        [FirstReply(language="de", risk="urgent", seconds=7), FirstReply(day=today() - timedelta(days=9), language="fr", risk="normal", seconds=1)]
    )
    await session.flush()
    by_language = await measures.first_replies_by_language(session, week)
    assert (by_language["fr"].count, by_language["fr"].median, by_language["fr"].ninetieth) == (5, 180, pytest.approx(696))
    assert by_language["de"].count == 1
    by_risk = await measures.first_replies_by_risk(session, week)
    assert set(by_risk) == {"urgent"}
    assert by_risk["urgent"].median == 150


async def test_the_report_veils_and_the_table_holds_the_same(session: AsyncSession, week: Scope) -> None:
    session.add_all([question("fr") for _ in range(12)] + [question("de", action="clarify") for _ in range(3)] + [question("ru") for _ in range(30)])
    session.add_all([Closing(language="fr", intent="x", outcome="answered") for _ in range(6)])
    session.add_all([Helped(language="fr", intent="x", helped=said) for said in [True] * 8 + [False] * 9])
    session.add_all([FirstReply(language="fr", risk="normal", seconds=30) for _ in range(5)])
    await session.flush()
    found = await report(session, week)
    rows = list(table(found))
    for row in (
        ("questions_by_day", today().isoformat(), "45"),
        ("questions_by_language", "ru", "30"),
        ("questions_by_language", "fr", "hidden"),
        ("questions_by_language", "de", "<5"),
        ("questions_by_topic", "return_money", "45"),
        ("questions_by_action", "clarify", "<5"),
        ("questions_by_action", "answer", "hidden"),
        ("questions_clarify_by_language", "de", "<5"),
        ("first_replies_by_language", "fr", "5"),
        ("first_reply_median_seconds_by_risk", "normal", "30"),
        ("cases_closed_by_outcome", "answered", "6"),
        ("helped_yes_by_language", "fr", "8"),
        ("helped_no_by_language", "fr", "9"),
    ):
        assert row in rows
    assert not {value for _, _, value in rows} & {"1", "2", "3", "4"}
    assert len(set(rows)) == len(rows)


async def test_without_figures_the_report_is_empty(session: AsyncSession, week: Scope) -> None:
    found = await report(session, week)
    assert found.empty
    assert {value for _, _, value in table(found)} == {"0"}


async def test_old_figures_are_forgotten(session: AsyncSession) -> None:
    kept, gone = today() - FIGURES_KEPT, today() - FIGURES_KEPT - timedelta(days=1)
    for day in (kept, gone):
        session.add(Question(day=day, channel="telegram", language="fr", intent="x", action="answer"))
        session.add(FirstReply(day=day, language="fr", risk="normal", seconds=1))
        session.add(Closing(day=day, language="fr", intent="x", outcome="answered"))
        session.add(Helped(day=day, language="fr", intent="x", helped=True))
    await session.flush()
    await forget_figures(session)
    for figures in (Question, FirstReply, Closing, Helped):
        assert list(await session.scalars(select(figures.day))) == [kept]
