"""A week of the editors on the real catalogue: an amount changes, translations follow, two are stopped or wait for their hour, one goes back.

The chat shows each step at once. What follows in such a week has tests of its own: recording an answer (test_recording), teaching
the bot, training it, and going live (test_teaching).
"""

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from sqlalchemy import select, update

from bot.answers.drafts import version_of
from bot.answers.models import Fact
from bot.answers.publishing import roll_back
from bot.answers.text import Key
from bot.db import now
from bot.staff.models import Member, Role
from nlu import LANGUAGES
from tests.console.home import Home, Visitor
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

NAME, FACT = "return_money", "de_travel_money"
OLD, NEW, WRONG = "200", "250", "260"
OTHERS = [language for language in LANGUAGES if language != "en"]


def place(language: str, page: str = "") -> str:
    return f"/staff/texts/answer/{NAME}/{language}" + (f"/{page}" if page else "")


@pytest_asyncio.fixture(loop_scope="package")
async def ella(home: Home) -> AsyncIterator[Visitor]:
    """She writes."""
    async with home.member(Role.EDITOR, "week-ella") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="package")
async def omar(home: Home) -> AsyncIterator[Visitor]:
    """He approves."""
    async with home.member(Role.APPROVER, "week-omar") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="package", autouse=True)
async def as_before(home: Home) -> AsyncIterator[None]:
    """The texts of the week are afterwards as they were."""
    keys = [Key(kind="answer", name=NAME, language=language) for language in ("en", "de", "fr")]
    async with home.house.sessions() as session:
        numbers = {key: version.number for key in keys if (version := await version_of(session, key))}
        says = await session.scalar(select(Fact.says).where(Fact.id == FACT))
        member = Member(email="week-nobody@example.org", role=Role.EDITOR)
    yield
    async with home.house.sessions.begin() as session:
        session.add(member)
        await session.flush()
        await session.execute(update(Fact).where(Fact.id == FACT).values(says=says))
        for key, number in numbers.items():
            if (version := await version_of(session, key)) and version.number != number:
                await roll_back(session, key, number, member.id)


def germany(visitor: Visitor) -> Locator:
    return visitor.page.locator("#part-DE")


async def writes(ella: Visitor, language: str, old: str, new: str, *, follows: bool) -> None:
    """Changes the travel money in the part for Germany, and hands it in."""
    await ella.page.goto(place(language))
    part = germany(ella)
    text = await part.input_value()
    assert old in text
    await part.fill(text.replace(old, new))
    if follows:
        await ella.page.get_by_label("It says what the English text says now").check()
    await ella.page.get_by_role("button", name="Save and hand in").click()
    await expect(ella.page.locator("#standing")).to_contain_text("in review")


async def approves(omar: Visitor, language: str) -> None:
    await omar.page.goto(place(language, "review"))
    await omar.page.get_by_role("button", name="Approve").click()


async def asks_for_money(home: Home, language: str, country: str) -> Visitor:
    """Somebody in Germany who has asked how much money there is."""
    visitor = await home._fresh({})
    await visitor.opens_chat()
    questions = {
        "en": "how much money do I get if I go back?",
        "de": "Wie viel Geld bekomme ich bei der Rückkehr?",
        "fr": "Combien d'argent vais-je recevoir pour mon retour ?",
    }
    await visitor.writes(questions[language])
    await visitor.presses(country)
    return visitor


async def hears(visitor: Visitor, amount: str) -> None:
    await expect(visitor.heard.filter(has_text=re.compile(rf"{amount}\sEUR"))).to_have_count(1)


async def test_an_amount_changes(home: Home, ella: Visitor, omar: Visitor) -> None:
    await monday(home, ella, omar)
    await tuesday(home, ella, omar)
    await wednesday(home, ella, omar)
    await thursday(home, ella, omar)
    await friday(home, ella, omar)


async def monday(home: Home, ella: Visitor, omar: Visitor) -> None:
    """The amount is 250 now. The fact behind it is told apart until it says so too; two people are needed; the English text is published at once."""
    await writes(ella, "en", f"{OLD} EUR", f"{NEW} EUR", follows=False)
    await omar.page.goto(place("en", "review"))
    await expect(omar.page.get_by_text(f"{len(OTHERS)} translations will be outdated")).to_be_visible()
    await expect(omar.page.locator("ins")).to_have_text(NEW)
    other = omar.page.get_by_role("region", name="Figures that the fact does not name")
    await expect(other).to_contain_text(f"The text says {NEW}, the fact does not")
    await other.get_by_role("link", name=FACT).click()
    says = omar.page.get_by_label("What it says, in English")
    await says.fill((await says.input_value()).replace(f"{OLD} EUR", f"{NEW} EUR"))
    await omar.page.get_by_role("button", name="Save", exact=True).click()
    await expect(omar.page.locator(".problem")).to_contain_text(OLD)  # what people are told still
    await omar.page.goto(place("en", "review"))
    await expect(other).to_have_count(0)
    await omar.page.get_by_role("button", name="Approve").click()
    await expect(omar.page.get_by_role("status").filter(has_text="Published.")).to_be_visible()
    english = await asks_for_money(home, "en", "Germany")
    await hears(english, NEW)

    # Every translation is outdated. Money is never said from an old one: who writes German is told, and reads English.
    await ella.page.goto("/staff/texts?language=de&state=outdated")
    await expect(ella.page.locator(f'a[href="{place("de")}"]').first).to_be_visible()
    row = ella.page.locator("#counts tr").filter(has_text="outdated").locator("td")
    assert [(await cell.text_content() or "").strip() for cell in await row.all()] == ["0" if language == "en" else "1" for language in LANGUAGES]
    german = await asks_for_money(home, "de", "Deutschland")
    await expect(german.heard.filter(has_text="Hier ist der Text in dieser Sprache").first).to_be_visible()
    await hears(german, NEW)


async def tuesday(home: Home, ella: Visitor, omar: Visitor) -> None:
    """German is mended; the editor sees what changed."""
    await ella.page.goto(place("de"))
    await expect(ella.page.locator(".beside ins")).to_have_text(NEW)
    await writes(ella, "de", f"{OLD} EUR", f"{NEW} EUR", follows=True)
    await approves(omar, "de")
    await expect(omar.page.get_by_role("status").filter(has_text="Published.")).to_be_visible()
    german = await asks_for_money(home, "de", "Deutschland")
    await hears(german, NEW)
    await expect(german.heard.filter(has_text="Some people get money")).to_have_count(0)


async def wednesday(home: Home, ella: Visitor, omar: Visitor) -> None:
    """In French somebody types another amount. It is stopped, given back, mended."""
    await writes(ella, "fr", f"{OLD} EUR", f"{WRONG} EUR", follows=True)
    await omar.page.goto(place("fr", "review"))
    differs = omar.page.get_by_role("region", name="The languages say different things").locator("tbody tr")
    await expect(differs).to_contain_text([re.compile(rf"{NEW}.*{WRONG}")])
    await omar.page.get_by_label("What should be changed").fill(f"It is {NEW}.")
    await omar.page.get_by_role("button", name="Give back").click()
    await ella.page.goto(place("fr"))
    await expect(ella.page.get_by_text(f"It is {NEW}.", exact=True)).to_be_visible()
    await writes(ella, "fr", f"{WRONG} EUR", f"{NEW} EUR", follows=True)


async def thursday(home: Home, ella: Visitor, omar: Visitor) -> None:
    """It is approved for an hour that comes soon; nobody need be there."""
    await omar.page.goto(place("fr", "review"))
    at = now().replace(microsecond=0) + timedelta(seconds=15)
    await omar.page.get_by_label("Publish at a time").check()
    await omar.page.get_by_label("Day and time").fill(at.strftime("%Y-%m-%dT%H:%M:%S"))
    await omar.page.get_by_label("as clocks show it in").select_option("UTC")
    await omar.page.get_by_role("button", name="Approve").click()
    await expect(omar.page.get_by_role("status").filter(has_text="Approved")).to_be_visible()
    assert f"{NEW} EUR" not in home.house.library.answers[NAME, "fr"].variants["DE"]
    await until(lambda: _says(home, "fr", NEW), 40)
    assert timedelta(0) <= now() - at < timedelta(seconds=5)
    await hears(await asks_for_money(home, "fr", "Allemagne"), NEW)


async def friday(home: Home, ella: Visitor, omar: Visitor) -> None:
    """The ministry was wrong. One click, and what was true on Sunday is true again, in the languages that had not been touched too."""
    await omar.page.goto(place("en", "history"))
    await omar.page.locator("summary", has_text="Go back").first.click()
    await omar.page.get_by_label("Publish it again, at once").first.check()
    await omar.page.get_by_role("button", name="Go back").first.click()
    await until(lambda: _says(home, "en", OLD), 20)
    assert not home.house.library.outdated(home.house.library.answers[NAME, "ru"])
    assert home.house.library.outdated(home.house.library.answers[NAME, "de"])
    await hears(await asks_for_money(home, "en", "Germany"), OLD)


async def _says(home: Home, language: str, amount: str) -> bool:
    return re.search(rf"{amount}\sEUR", home.house.library.answers[NAME, language].variants["DE"]) is not None
