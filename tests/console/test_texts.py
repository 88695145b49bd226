"""Help with language on the page of a case: found as one types, inserted where one writes, blanks filled before anything is sent."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from sqlalchemy import select

from bot.cases.models import Draft
from bot.cases.saved import reply
from bot.staff.audit import Audit
from bot.staff.models import Role
from nlu import LANGUAGES
from tests.console.home import Home, Visitor
from tests.console.test_accessibility import is_good

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def sara(home: Home) -> AsyncIterator[Visitor]:
    async with home.member(name="texts-sara") as member:
        yield member


async def saved(home: Home, name: str, language: str) -> str:
    async with home.house.sessions() as session:
        return (await reply(session, name))[language].text


async def draft(home: Home, person: Visitor) -> str | None:
    case = await person.case()
    async with home.house.sessions() as session:
        return await session.scalar(select(Draft.text).where(Draft.case_id == case.id))


async def takes(member: Visitor, person: Visitor) -> str:
    """The case, taken; its address."""
    address = f"/staff/cases/{(await person.case()).id}"
    await member.page.goto(address)
    await member.page.get_by_role("button", name="Take this case").click()
    await expect(member.page.get_by_label("Your reply")).to_be_visible()
    return address


async def opens_texts(member: Visitor) -> Locator:
    await member.page.locator("#texts summary").first.click()
    return member.page.locator("#texts-found > ul > li")


async def finds(member: Visitor, words: str) -> None:
    await member.page.get_by_role("searchbox").press_sequentially(words, delay=5)
    await expect(member.page.locator("#texts-found [role=status]")).to_have_text(re.compile(r"^\d+ texts?$"))


async def selected(member: Visitor) -> str:
    return str(await member.page.locator("#text").evaluate("(box) => box.value.slice(box.selectionStart, box.selectionEnd)"))


async def test_what_fits_the_case_is_there_at_once(sara: Visitor, person: Visitor) -> None:
    await person.asks("پول چقدر میتن", replies=3)
    await person.asks("/person")
    await takes(sara, person)
    texts = await opens_texts(sara)
    await expect(texts.first).to_be_visible()
    await expect(sara.page.locator("#texts-found")).to_contain_text("Hello. I am a counsellor")


async def test_a_text_is_found_in_one_language_and_inserted_in_the_other(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("پول چقدر میتن", replies=3)
    await person.asks("/person")
    await takes(sara, person)
    texts = await opens_texts(sara)
    await finds(sara, "colleague")
    first = texts.first
    await expect(first.locator("h3")).to_contain_text("I ask a colleague")
    mine, theirs = first.locator(".side").nth(0), first.locator(".side").nth(1)
    await expect(mine).to_have_attribute("lang", "en")
    await expect(mine).to_have_attribute("dir", "ltr")
    await expect(theirs).to_have_attribute("lang", "fa")
    await expect(theirs).to_have_attribute("dir", "rtl")
    await expect(theirs).to_contain_text((await saved(home, "passed_on", "fa")).split("{")[0].strip())
    await first.get_by_role("button", name="Insert I ask a colleague").click()
    await expect(sara.page.locator("#text")).to_have_value(await saved(home, "passed_on", "fa"))


async def test_inserting_keeps_what_was_written(home: Home, sara: Visitor, person: Visitor) -> None:
    """It goes to the cursor, between what stands before and behind it, whatever is selected."""
    await person.asks("/person", replies=2)
    await takes(sara, person)
    box = sara.page.get_by_label("Your reply")
    await box.fill("before\nbehind")
    await box.evaluate("(box) => { box.setSelectionRange(0, 6); window.told = 0; box.addEventListener('input', () => { window.told += 1; }); }")
    texts = await opens_texts(sara)
    await finds(sara, "thanks")
    await texts.first.get_by_role("button", name="Insert").click()
    thanks = await saved(home, "thanks", "en")
    await expect(box).to_have_value(f"before\n\n{thanks}\n\nbehind")
    await expect(box).to_be_focused()
    assert await sara.page.evaluate("window.told") == 1  # who keeps the draft hears of it
    await sara.page.keyboard.press("!")
    await expect(box).to_have_value(f"before\n\n{thanks}!\n\nbehind")
    await expect(sara.page.locator("form[data-draft]")).to_have_attribute("data-kept", f"before\n\n{thanks}!\n\nbehind")  # and as a draft


async def test_inserting_without_script_keeps_what_was_written(home: Home, person: Visitor) -> None:
    await person.asks("پول چقدر میتن", replies=3)
    await person.asks("/person")
    async with home.member(name="texts-plain", java_script_enabled=False) as plain:
        address = await takes(plain, person)
        await opens_texts(plain)
        await plain.page.get_by_role("searchbox").fill("Termin")
        await plain.page.get_by_role("button", name="Search").click()
        await expect(plain.page.get_by_role("heading", level=1)).to_have_text("Saved replies and answers")
        for words, name in (("thanks", "thanks"), ("appointment", "appointment")):
            await plain.page.goto(f"{address}/texts?q={words}")
            await plain.page.locator(".found li").first.get_by_role("button", name="Insert").click()
            await expect(plain.page).to_have_url(re.compile(f"{address}#text$"))
            assert (await draft(home, person) or "").endswith(await saved(home, name, "fa"))
    assert await draft(home, person) == f"{await saved(home, 'thanks', 'fa')}\n\n{await saved(home, 'appointment', 'fa')}"


async def test_a_saved_reply_with_an_unfilled_blank_is_not_sent(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    await takes(sara, person)
    sara.expected = ("409",)
    box, said = sara.page.get_by_label("Your reply"), await person.heard.count()
    texts = await opens_texts(sara)
    await finds(sara, "appointment")
    await texts.first.get_by_role("button", name="Insert Appointment").click()
    await expect(box).to_be_focused()
    assert await selected(sara) == "{day}"  # typing fills it
    await sara.page.keyboard.type("Monday")
    await sara.page.get_by_role("button", name="Send").click()
    await expect(sara.page.get_by_role("alert").first).to_contain_text("There is a blank in braces")
    await expect(box).to_have_value("Your appointment: Monday, {time}, {place}.")  # nothing is lost
    await expect(sara.page.locator("#blanks")).to_be_visible()
    await sara.page.get_by_role("button", name="Next blank").click()
    assert await selected(sara) == "{time}"
    await sara.page.keyboard.type("10:30")
    await sara.page.keyboard.press("Tab")
    assert await selected(sara) == "{place}"
    await sara.page.keyboard.type("room 3")
    await expect(sara.page.locator("#blanks")).to_be_hidden()
    assert await person.heard.count() == said
    await sara.page.keyboard.press("Tab")  # no blank is left: it goes where it always goes
    await expect(sara.page.get_by_role("button", name="Send")).to_be_focused()
    await sara.page.keyboard.press("Enter")
    await expect(person.heard.last).to_contain_text("Your appointment: Monday, 10:30, room 3.")


async def test_the_server_itself_refuses_an_unfilled_blank(home: Home, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    case = await person.case()
    async with home.client(await home.cookie(Role.COUNSELLOR, "texts-http")) as client:
        await client.post(f"/staff/cases/{case.id}/take")
        answer = await client.post(f"/staff/cases/{case.id}/reply", data={"text": "I write to you {when}."})
        assert answer.status_code == 409
        assert "{when}" in answer.text
    await person.page.wait_for_timeout(300)
    await expect(person.heard).to_have_count(3)  # told that she is called, and that she is there


async def test_a_text_that_is_gone_is_said_to_be_gone(home: Home, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    case = await person.case()
    async with home.client(await home.cookie(Role.COUNSELLOR, "texts-gone")) as client:
        answer = await client.post(f"/staff/cases/{case.id}/texts", data={"key": "reply:gone"}, follow_redirects=True)
        assert "no longer there" in answer.text
        assert (await client.post(f"/staff/cases/{case.id}/texts", data={"key": "reply:gone", "part": "1"})).status_code == 410
        await client.post(f"/staff/cases/{case.id}/take")
        await client.post(f"/staff/cases/{case.id}/close")
        for ask in (client.get, client.post):
            assert (await ask(f"/staff/cases/{case.id}/texts")).status_code == 404  # closed
    assert await draft_rows(home, str(case.id)) == 0


async def draft_rows(home: Home, case: str) -> int:
    async with home.house.sessions() as session:
        return len([one for one in await session.scalars(select(Draft.case_id)) if str(one) == case])


async def test_what_was_inserted_is_in_the_audit_without_words(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    await takes(sara, person)
    texts = await opens_texts(sara)
    await finds(sara, "greeting")
    await texts.first.get_by_role("button", name="Insert Greeting").click()
    await expect(sara.page.locator("#text")).not_to_have_value("")
    async with home.house.sessions() as session:
        acts = list(await session.scalars(select(Audit).where(Audit.subject_id == str((await person.case()).id), Audit.action == "text.inserted")))
    assert [act.detail for act in acts] == ["reply:greeting"]


async def test_no_page_of_texts_is_heavy(home: Home, person: Visitor) -> None:
    """Whatever is asked, in the languages that weigh most, page after page."""
    await person.asks("/person", replies=2)
    case = await person.case()
    async with home.client(await home.cookie(Role.COUNSELLOR, "texts-size")) as client:
        for language in LANGUAGES:
            async with home.house.sessions.begin() as session:
                conversation = await session.get_one(type(await person.conversation()), case.conversation_id)
                conversation.language = language
            address: str | None = f"/staff/cases/{case.id}/texts?q=a"
            pages = 0
            while address and pages < 8:
                answer = await client.get(address)
                assert len(answer.content) < 50_000, (language, address)
                more = re.search(r'class="more" href="([^"]+)"', answer.text)
                address, pages = (more[1].replace("&amp;", "&") if more else None), pages + 1
            assert pages > 1


@pytest.mark.parametrize("role", [Role.COUNSELLOR])
async def test_everybody_can_use_it(home: Home, person: Visitor, role: Role) -> None:
    await person.asks("کمک، می‌خواهند مرا بکشند", replies=3)
    async with home.member(role, name="texts-axe") as member:
        address = await takes(member, person)
        await expect(await opens_texts(member)).not_to_have_count(0)
        await is_good(member, "case, with texts")
        await member.page.goto(f"{address}/texts?q=danger")
        await is_good(member, "texts")
        await member.page.goto(f"{address}/texts?q=qqqqqqq&problem=gone")
        await is_good(member, "texts, none")
