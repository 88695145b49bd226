"""Facts on the real database: what carries them, and that the chat follows a review date."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import files
from bot.answers.drafts import Marks, save, working_text
from bot.answers.facts import Wanted, mark, problems, remove, still_right, wanted_of, write
from bot.answers.fill import answer_text
from bot.answers.library import load
from bot.answers.models import Fact
from bot.answers.review import next_review, review_problem
from bot.answers.text import Key, Text
from bot.answers.uses import uses
from bot.figures import today
from bot.staff.models import Member, Role

FEE = "It costs 30 euros."


def answer(language: str, text: str, **variants: str) -> Text:
    return Text(kind="answer", name="return_cost", language=language, title="Is it free?", text=text, variants=variants)


async def a_fee(session: AsyncSession) -> Fact:
    """One fact in two languages, for everybody and for people in Germany."""
    fact = Fact(id="a_fee", says=FEE, review_by=today() + timedelta(days=10), sources=["https://example.org"])
    session.add(fact)
    english = answer("en", f"Hello. [[a_fee|{FEE}]]", DE="[[a_fee|In Germany 30 euros.]]")
    await files.publish(session, english, 1000, origin="desk")
    german = Text(**{**vars_of(english), "language": "de", "text": "Guten Tag. [[a_fee|Es kostet 30 Euro.]]", "made_from": english.meaning})
    await files.publish(session, german, 1000, origin="desk")
    return fact


def vars_of(text: Text) -> dict[str, object]:
    return {name: getattr(text, name) for name in Text.__dataclass_fields__}


async def said(session: AsyncSession, language: str) -> str:
    library = await load(session)
    found = library.answer("return_cost", language)
    assert found is not None
    return answer_text(found, "DE", library, language=language)


async def test_past_its_date_it_is_withheld_in_all_languages_and_still_right_brings_it_back(session: AsyncSession) -> None:
    fact, member = await a_fee(session), Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.EDITOR)
    session.add(member)
    await session.flush()
    assert "30" in await said(session, "en")
    assert "30 Euro" in await said(session, "de")
    await write(session, fact, Wanted(says=FEE, sources=(), as_of="2026", review_by=today() - timedelta(days=1), owner_id=None))
    assert ["30" in await said(session, language) for language in ("en", "de")] == [False, False]
    assert "Guten Tag." in await said(session, "de")
    await still_right(session, fact, member.id, next_review(today()))
    assert ["30" in await said(session, language) for language in ("en", "de")] == [True, True]
    assert (fact.checked_by, fact.origin) == (member.id, "desk")


async def test_where_a_fact_is_used(session: AsyncSession) -> None:
    await a_fee(session)
    [use] = (await uses(session))["fact:a_fee"]
    assert (use.name, use.sections, use.languages, use.published) == ("return_cost", {"", "DE"}, {"en", "de"}, True)


async def test_a_draft_counts_as_use(session: AsyncSession) -> None:
    member = Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.EDITOR)
    session.add_all([member, Fact(id="b_fee", says=FEE, review_by=today())])
    await session.flush()
    key = Key(kind="answer", name="return_cost", language="ru")
    _, opened, _ = await working_text(session, key)
    await save(session, key, Text(kind="answer", name="return_cost", language="ru", title="x", text="[[b_fee|30]]"), opened, Marks(), member.id)
    assert [(use.languages, use.published) for use in (await uses(session)).get("fact:b_fee", [])] == [({"ru"}, False)]


async def test_contacts_are_found_by_their_texts(session: AsyncSession) -> None:
    found = await uses(session)
    assert found["contacts:emergency"]


async def test_what_may_be_written(session: AsyncSession) -> None:
    fact = await a_fee(session)
    right = wanted_of(fact)
    assert list(problems(right)) == []
    for name, value, code in (
        ("says", "", "says"),
        ("says", "x" * 1001, "says"),
        ("sources", ("x",) * 21, "sources"),
        ("review_by", None, "no-day"),
        ("review_by", today(), "past"),
        ("review_by", today() + timedelta(days=800), "far"),
    ):
        wrong = Wanted(**{**{key: getattr(right, key) for key in Wanted.__dataclass_fields__}, name: value})
        assert list(problems(wrong)) == [code]
        assert mark(wrong) != mark(right)
    await remove(session, fact)
    assert "a_fee" not in (await load(session)).review_dates


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2026, 11, 28), date(2027, 5, 28)),
        (date(2026, 8, 31), date(2027, 2, 28)),
        (date(2027, 8, 31), date(2028, 2, 29)),
        (date(2026, 6, 30), date(2026, 12, 30)),
        (date(2026, 7, 1), date(2027, 1, 1)),
    ],
)
def test_half_a_year_later(day: date, later: date) -> None:
    assert next_review(day) == later
    assert review_problem(later, day) == ""
