"""The pages of the saved replies: read by counsellors, kept by leads, nothing typed is ever lost."""

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select

from bot.cases.models import SavedReply
from bot.cases.saved import LONGEST, reply
from bot.staff.audit import Audit
from bot.staff.models import Role
from nlu import LANGUAGES
from tests.console.home import Home, Visitor
from tests.console.test_accessibility import is_good

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def lea(home: Home) -> AsyncIterator[Visitor]:
    """A lead."""
    async with home.member(Role.LEAD, name="replies-lea") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="package")
async def ours(home: Home) -> AsyncIterator[str]:
    """A saved reply of the test's own, in English and German."""
    name = f"t{uuid.uuid4().hex}"
    async with home.house.sessions.begin() as session:
        session.add(SavedReply(name=name, language="en", title="Zebra crossing", text="Come at {time}."))
        session.add(SavedReply(name=name, language="de", title="Zebrastreifen", text="Kommen Sie um {time}."))
    yield name
    async with home.house.sessions.begin() as session:
        for row in (await reply(session, name)).values():
            await session.delete(row)


async def acts(home: Home, name: str) -> list[tuple[str, str]]:
    async with home.house.sessions() as session:
        return [(act.action, act.detail) for act in await session.scalars(select(Audit).where(Audit.subject_id == name).order_by(Audit.id))]


async def test_a_reply_is_found_in_any_language_and_shown_in_the_one_chosen(lea: Visitor, ours: str) -> None:
    await lea.page.goto("/staff/replies")
    await lea.page.get_by_role("searchbox").fill("Zebrastr")
    await lea.page.get_by_label("Show in").select_option("de")
    await lea.page.get_by_role("button", name="Search").click()
    await expect(lea.page.locator(".found li")).to_have_count(1)
    await expect(lea.page.locator(".found li")).to_contain_text("In 2 of 13 languages")
    await lea.page.get_by_label("Show in").select_option("fa")
    await lea.page.get_by_role("button", name="Search").click()
    await expect(lea.page.locator(".found li")).to_contain_text("Not there in Persian")
    await lea.page.get_by_role("link", name="Zebra crossing").click()
    await expect(lea.page.get_by_role("heading", level=1)).to_have_text("Zebra crossing")
    await expect(lea.page.get_by_text("missing", exact=True)).to_have_count(len(LANGUAGES) - 2)


async def test_blanks_that_differ_are_named_and_nothing_typed_is_lost(home: Home, lea: Visitor, ours: str) -> None:
    await lea.page.goto(f"/staff/replies/{ours}")
    await lea.page.locator("#text-ar").fill("تعال في {وقت}")
    await lea.page.locator("#title-ar").fill("موعد")
    await lea.page.locator("#text-fr").fill("Sans titre {time}")
    await lea.page.get_by_role("button", name="Save").click()
    alert = lea.page.get_by_role("alert")
    await expect(alert).to_contain_text("Arabic: The blanks differ from the English text: {time}, {وقت}")
    await expect(alert).to_contain_text("French: Both a title and a text are needed.")
    await expect(lea.page.locator("#text-ar")).to_have_value("تعال في {وقت}")
    assert await lea.page.locator("#text-ar").evaluate("(box) => getComputedStyle(box).direction") == "rtl"
    await expect(lea.page.locator("#text-fr")).to_have_value("Sans titre {time}")
    await is_good(lea, "reply, with problems")
    async with home.house.sessions() as session:
        assert set(await reply(session, ours)) == {"en", "de"}
    await lea.page.locator("#text-ar").fill("تعال في {time}")
    await lea.page.locator("#text-fr").fill("")
    await lea.page.get_by_role("button", name="Save").click()
    await expect(lea.page.get_by_role("status")).to_have_text("Saved.")
    async with home.house.sessions() as session:
        assert {language: row.text for language, row in (await reply(session, ours)).items()} == {
            "en": "Come at {time}.",
            "de": "Kommen Sie um {time}.",
            "ar": "تعال في {time}",
        }
    assert await acts(home, ours) == [("reply.changed", "ar")]


async def test_a_new_reply_and_its_end(home: Home, lea: Visitor) -> None:
    name = f"n{uuid.uuid4().hex}"
    await lea.page.goto("/staff/replies/new")
    await lea.page.locator("#name").fill("greeting")
    await lea.page.locator("#title-en").fill("Where to find us")
    await lea.page.locator("#text-en").fill("First line\n\nsecond {place}")
    await lea.page.get_by_role("button", name="Save").click()
    await expect(lea.page.get_by_role("alert")).to_contain_text("There is a reply of this name already.")
    await expect(lea.page.locator("#text-en")).to_have_value("First line\n\nsecond {place}")
    await lea.page.locator("#name").fill(name)
    await lea.page.get_by_role("button", name="Save").click()
    await expect(lea.page.get_by_role("status")).to_have_text("Saved.")
    await lea.page.get_by_text("Delete this reply").click()
    await lea.page.get_by_role("button", name="Delete").click()
    await expect(lea.page.get_by_role("heading", level=1)).to_have_text("Where to find us")  # the box was not ticked
    await lea.page.get_by_label("Delete it in all languages").check()
    await lea.page.get_by_role("button", name="Delete").click()
    await expect(lea.page.get_by_role("status")).to_have_text("Deleted.")
    assert await acts(home, name) == [("reply.made", ""), ("reply.deleted", "")]


async def test_an_empty_form_empties_nothing(home: Home, ours: str) -> None:
    async with home.client(await home.cookie(Role.LEAD, "replies-http")) as client:
        assert "The English text is needed" in (await client.post(f"/staff/replies/{ours}", data={})).text
        assert (await client.post(f"/staff/replies/{ours}/delete", data={})).status_code == 303
        long = await client.post(f"/staff/replies/{ours}", data={"title_en": "A", "text_en": "x" * (LONGEST + 1)})
        assert "Too long" in long.text
        for path in ("/staff/replies/no_such_reply", "/staff/replies/no_such_reply/delete"):
            assert (await client.post(path, data={"title_en": "A", "text_en": "b", "sure": "yes"})).status_code == 404
    async with home.house.sessions() as session:
        assert set(await reply(session, ours)) == {"en", "de"}


async def test_a_counsellor_reads_and_changes_nothing(home: Home, ours: str) -> None:
    async with home.member(name="replies-sara") as member:
        await member.page.goto("/staff/replies")
        await expect(member.page.get_by_role("link", name="New saved reply")).to_have_count(0)
        await is_good(member, "replies")
        await member.page.goto(f"/staff/replies/{ours}")
        await expect(member.page.get_by_role("textbox")).to_have_count(0)
        await expect(member.page.locator("main").get_by_role("button")).to_have_count(0)
        await expect(member.page.get_by_text("Kommen Sie um {time}.")).to_be_visible()
        await is_good(member, "reply of a counsellor")


async def test_the_heaviest_reply_and_the_longest_list_fit(home: Home, lea: Visitor, ours: str) -> None:
    async with home.house.sessions.begin() as session:
        for language in LANGUAGES:
            letter = "a" if language in ("en", "de", "fr", "tr", "sq", "sr", "uz") else "ж"
            await session.merge(SavedReply(name=ours, language=language, title=letter * 60, text=letter * LONGEST))
        for number in range(30):
            session.add(SavedReply(name=f"{ours[:40]}_{number}", language="en", title="x", text="ж" * LONGEST))
    await lea.page.goto(f"/staff/replies/{ours}")
    await is_good(lea, "reply, in all languages")
    for address in (f"/staff/replies/{ours}", "/staff/replies", f"/staff/replies?q={ours[:20]}&start=20"):
        answer = await lea.page.goto(address)
        assert answer is not None
        assert len(await answer.body()) < 50_000, address
    await lea.page.goto(f"/staff/replies?q={ours[:20]}")
    await lea.page.get_by_role("link", name="Later").click()
    await expect(lea.page.locator(".found li")).to_have_count(11)
    async with home.house.sessions.begin() as session:
        for number in range(30):
            for row in (await reply(session, f"{ours[:40]}_{number}")).values():
                await session.delete(row)
