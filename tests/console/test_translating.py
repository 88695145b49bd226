"""Machine translation at the desk: labelled, looked at, changed, and sent by a second press alone; and nowhere where none is set up."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect
from pydantic import HttpUrl, SecretStr
from sqlalchemy import select

from bot.staff.audit import Audit
from bot.staff.models import Role
from tests.console.home import Home, Visitor
from tests.console.test_accessibility import is_good
from tests.console.test_texts import draft, takes
from tests.libretranslate import KEY, Libre, running

pytestmark = pytest.mark.asyncio(loop_scope="package")

ASKED = "پول چقدر میتن"


@pytest_asyncio.fixture(loop_scope="package")
async def libre(home: Home) -> AsyncIterator[Libre]:
    """An engine, set up in the house as long as the test."""
    before = home.house.settings
    async with running() as found:
        home.house.settings = before.model_copy(update={"translate_url": HttpUrl(found.url), "translate_key": SecretStr(KEY)})
        yield found
        home.house.settings = before


@pytest_asyncio.fixture(loop_scope="package")
async def sara(home: Home) -> AsyncIterator[Visitor]:
    async with home.member(name="translating-sara") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="package")
async def amina(person: Visitor) -> Visitor:
    """Somebody who wrote in Dari and asked for a person."""
    await person.asks(ASKED, replies=3)
    await person.asks("/person")
    return person


async def details(home: Home, case: uuid.UUID) -> list[str]:
    async with home.house.sessions() as session:
        query = select(Audit.detail).where(Audit.subject_id == str(case), Audit.action == "case.translated").order_by(Audit.id)
        return list(await session.scalars(query))


async def test_what_the_person_wrote_is_shown_with_the_original_above(home: Home, libre: Libre, sara: Visitor, amina: Visitor) -> None:
    await takes(sara, amina)
    await sara.page.get_by_role("button", name="Translate by machine").first.click()
    shown = sara.page.locator(".translation")
    await expect(shown).to_contain_text("Machine translation, it can be wrong")
    await expect(shown).to_contain_text(f"[en] {ASKED}")
    await expect(sara.page.locator("article.theirs").first).to_contain_text(ASKED)
    assert await sara.page.locator("article.theirs + .translation").count() == 1  # right under it
    await amina.writes("سلام")
    await expect(sara.page.locator("article").last).to_contain_text("سلام")
    await expect(shown).to_contain_text(f"[en] {ASKED}")  # stays when the page refreshes itself
    await is_good(sara, "case, with a translation")
    assert await details(home, (await amina.case()).id) == ["message"]


async def test_a_draft_is_translated_looked_at_and_only_then_sent(home: Home, libre: Libre, sara: Visitor, amina: Visitor) -> None:
    said = await amina.heard.count() + 1
    await takes(sara, amina)
    await expect(amina.heard).to_have_count(said)  # told that she is there
    await sara.page.get_by_label("Your reply").fill("Please come\n\ntomorrow")
    await sara.page.get_by_role("button", name="Translate by machine first").click()
    await expect(sara.page.get_by_text("translated by a machine and can be wrong")).to_be_visible()
    box = sara.page.get_by_label("Machine translation into Persian")
    await expect(box).to_have_value("[fa] Please come\n\ntomorrow")
    await expect(box).to_have_attribute("dir", "rtl")
    await expect(sara.page.locator(".machine")).to_contain_text("[en] [fa] Please come")
    assert await draft(home, amina) == "Please come\n\ntomorrow"  # not lost when she goes back
    await is_good(sara, "translation of a draft")
    await box.fill("فردا بیایید")
    await sara.page.get_by_role("button", name="Translate back again").click()
    await expect(box).to_have_value("فردا بیایید")
    await expect(sara.page.locator(".machine")).to_contain_text("[en] فردا بیایید")
    await sara.page.get_by_role("button", name="Put this into my reply").click()
    await expect(sara.page.get_by_role("button", name="Send")).to_be_visible()
    assert await draft(home, amina) == "فردا بیایید"
    assert await amina.heard.count() == said  # nothing has been sent
    assert await details(home, (await amina.case()).id) == ["draft", "draft", "kept"]


async def test_what_was_written_meanwhile_stays(home: Home, libre: Libre, amina: Visitor) -> None:
    case = await amina.case()
    async with home.client(await home.cookie(Role.COUNSELLOR, "translating-http")) as client:
        address = f"/staff/cases/{case.id}/translate"
        await client.post(address, data={"text": "in another window"})
        answer = await client.post(address, data={"text": "Come tomorrow", "translation": "فردا", "step": "keep"})
        assert answer.status_code == 303
    assert await draft(home, amina) == "in another window\n\nفردا"


async def test_without_script_the_translation_is_a_page(home: Home, libre: Libre, amina: Visitor) -> None:
    async with home.member(name="translating-plain", java_script_enabled=False) as plain:
        await takes(plain, amina)
        await plain.page.get_by_role("button", name="Translate by machine").first.click()
        await expect(plain.page.get_by_role("heading", level=1)).to_have_text("Translation of a message")
        await expect(plain.page.locator("main")).to_contain_text(f"[en] {ASKED}")


@pytest.mark.parametrize(
    ("ill", "says"),
    [({"codes": ("en", "de")}, "does not know this language: Persian"), ({"status": 503}, "does not answer"), ({"status": 400}, "refused this")],
)
async def test_what_goes_wrong_is_said_and_the_draft_stays(
    ill: dict[str, object], says: str, home: Home, libre: Libre, sara: Visitor, amina: Visitor
) -> None:
    for name, value in ill.items():
        setattr(libre, name, value)
    await takes(sara, amina)
    await sara.page.get_by_role("button", name="Translate by machine").first.click()
    await expect(sara.page.locator(".translation")).to_contain_text(says)
    await sara.page.get_by_label("Your reply").fill("Please come tomorrow")
    await sara.page.get_by_role("button", name="Translate by machine first").click()
    await expect(sara.page.get_by_role("alert")).to_contain_text(says)
    await expect(sara.page.get_by_role("button", name="Put this into my reply")).to_have_count(0)
    assert await draft(home, amina) == "Please come tomorrow"


async def test_a_message_of_another_talk_is_not_found(home: Home, libre: Libre, amina: Visitor) -> None:
    async with home.visitor() as other:
        await other.opens_chat()
        await other.asks("/person", replies=2)
        foreign = (await other.kept())[0]
        case = await amina.case()
        async with home.client(await home.cookie(Role.COUNSELLOR, "translating-foreign")) as client:
            for number in (foreign.id, 10**12):
                assert (await client.post(f"/staff/cases/{case.id}/translate", data={"message": str(number)})).status_code == 404
    assert libre.asked == []


async def test_without_an_engine_no_page_speaks_of_it(home: Home, sara: Visitor, amina: Visitor) -> None:
    await takes(sara, amina)
    await expect(sara.page.get_by_text("machine")).to_have_count(0)
    case = await amina.case()
    async with home.client(await home.cookie(Role.COUNSELLOR, "translating-none")) as client:
        answer = await client.post(f"/staff/cases/{case.id}/translate", data={"text": "a", "message": "1"})
        assert answer.headers["location"].endswith(f"/staff/cases/{case.id}#text")
