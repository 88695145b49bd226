"""The queue and the case as counsellors use them: alerts, keyboard, drafts, notes, numbers, filters, colleagues."""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import select, update

from bot.cases.models import Case
from bot.conversation.models import Conversation, Message
from bot.db import now
from bot.figures import today
from bot.staff.audit import Audit
from bot.staff.models import Member, Role, StaffSession
from tests.console.home import Home, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def sara(home: Home) -> AsyncIterator[Visitor]:
    async with home.member(name="sara-desk") as member:
        yield member


async def _takes(member: Visitor, person: Visitor) -> str:
    address = f"/staff/cases/{(await person.case()).id}"
    await member.page.goto(address)
    await member.page.get_by_role("button", name="Take this case").click()
    await expect(member.page.get_by_role("button", name="Send", exact=True)).to_be_visible()
    return address


async def test_somebody_in_danger_rings_on_every_page_and_says_nothing_of_what_it_is_about(home: Home, person: Visitor) -> None:
    async with home.member(name="rings", permissions=["notifications"]) as sara:
        await sara.page.add_init_script("""window.notices = []; const real = window.Notification;
            window.Notification = class extends real { constructor(title, about) { super(title, about); window.notices.push([title, about.body]); } };""")
        await sara.page.goto("/staff")
        await sara.page.get_by_role("button", name="Turn on alerts").click()
        await expect(sara.page.get_by_role("button", name="Alerts are on")).to_be_visible()
        await person.asks("/person", replies=2)
        await expect(sara.page.locator(f"#case-{(await person.case()).id}")).to_be_visible()
        await expect(sara.page.locator("html")).to_have_attribute("data-rang", "1")  # her own press; somebody who asks calmly does not ring
        await person.writes("help they want to kill me")
        await expect(sara.page.locator("html")).to_have_attribute("data-rang", "2")
        assert await sara.page.evaluate("window.notices") == [["Homeward", "Somebody waits for you."]]
        await _takes(sara, person)
        async with home.visitor() as another:
            await another.opens_chat()
            await another.asks("help they want to kill me", replies=2)
            await expect(sara.page.locator("html")).to_have_attribute("data-rang", "1")  # on the page of a case too
            assert await sara.page.evaluate("window.notices.length") == 1


async def test_the_keyboard_alone_is_enough(home: Home, person: Visitor) -> None:
    """From the queue to the answer to the end of the case, without a mouse."""
    async with home.visitor() as other:
        await other.opens_chat()
    await person.asks("help they want to kill me", replies=2)
    case = (await person.case()).id
    async with home.member(name="keys") as sara:
        await sara.page.keyboard.press("Tab")
        await expect(sara.page.locator(".skip")).to_be_focused()
        await _tabs_to(sara, f"#case-{case}")
        await sara.page.keyboard.press("Enter")
        await expect(sara.page.get_by_role("button", name="Take this case")).to_be_focused()
        await sara.page.keyboard.press("Enter")
        await expect(sara.page.get_by_label("Your reply")).to_be_focused()
        await sara.page.keyboard.type("by keys alone")
        await sara.page.keyboard.press("Control+Enter")
        await expect(person.heard.last).to_contain_text("by keys alone")
        await expect(sara.page.locator("article").last).to_contain_text("by keys alone")
        await _tabs_to(sara, "#outcome")
        await sara.page.keyboard.type("Ref")
        await sara.page.keyboard.press("Tab")
        await sara.page.keyboard.press("Enter")
        await expect(sara.page.get_by_role("heading", name="Cases")).to_be_visible()
    async with home.house.sessions() as session:
        assert (await session.get_one(Case, case)).outcome == "referred"


async def _tabs_to(member: Visitor, place: str) -> None:
    """Presses Tab until something has the focus; everything on the way is seen."""
    for _ in range(400):
        await member.page.keyboard.press("Tab")
        if await member.page.evaluate("(place) => document.activeElement.matches(place)", place):
            return
        seen = "[getComputedStyle(document.activeElement), getComputedStyle(document.activeElement, '::after')].map((one) => one.outlineStyle)"
        assert await member.page.evaluate(f"document.activeElement === document.body || {seen}") != ["none", "none"]
    raise AssertionError(f"{place} was not reached")


async def test_a_draft_survives_a_reload_and_another_browser(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    address = await _takes(sara, person)
    await sara.page.get_by_label("Your reply").fill("I had begun\nto write")
    await expect(sara.page.locator("form[data-draft]")).to_have_attribute("data-kept", "I had begun\nto write")
    await sara.page.reload()
    await expect(sara.page.get_by_label("Your reply")).to_have_value("I had begun\nto write")
    async with home.member(name="sara-desk") as at_home:
        await at_home.page.goto(address)
        await expect(at_home.page.get_by_label("Your reply")).to_have_value("I had begun\nto write")
        await at_home.page.get_by_role("button", name="Send", exact=True).click()
        await expect(at_home.page.get_by_label("Your reply")).to_have_value("")
    await expect(person.heard.last).to_contain_text("I had begun")


async def test_colleagues_see_who_is_there_and_who_writes(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    address = await _takes(sara, person)
    async with home.member(name="tom-desk") as tom:
        await tom.page.goto(address)
        await expect(sara.page.locator("#facts")).to_contain_text("tom-desk")  # without reload
        await sara.page.get_by_label("Your reply").fill("I am writing")
        await expect(sara.page.locator("form[data-draft]")).to_have_attribute("data-kept", "I am writing")
        await tom.page.reload()
        await expect(tom.page.locator("#facts")).to_contain_text("sara-desk, writes")


async def test_notes_tags_and_dates_are_for_colleagues(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    address = await _takes(sara, person)
    case = (await person.case()).id
    await sara.page.get_by_label("New note").fill("She is afraid of her brother")
    await sara.page.get_by_role("button", name="Keep the note").click()
    await expect(sara.page.locator(".note")).to_contain_text("She is afraid of her brother")
    await sara.page.get_by_label("Tags, with commas between").fill("housing, سكن, housing")
    await sara.page.get_by_label("Look at it again on").fill(today().isoformat())
    await sara.page.get_by_role("button", name="Keep", exact=True).click()
    await sara.page.get_by_role("button", name="Close the case").click()
    async with home.member(name="tom-desk") as tom:
        await tom.page.get_by_role("link", name=re.compile("to look at again")).click()
        row = tom.page.locator("li").filter(has=tom.page.locator(f"#case-{case}"))
        assert await row.locator(".tag").all_inner_texts() == ["housing", "سكن"]
        await row.get_by_role("link").click()
        await expect(tom.page.locator(".note")).to_contain_text("She is afraid of her brother")
        await tom.page.get_by_role("button", name="Open it again and take it").click()
        await expect(tom.page.get_by_label("Your reply")).to_be_visible()
        await expect(tom.page.locator(".note")).to_contain_text("She is afraid of her brother")
        assert tom.page.url != f"{home.base}{address}"
    await expect(person.page.get_by_text("afraid of her brother")).to_have_count(0)


async def test_numbers_are_hidden_until_somebody_asks_and_asking_is_written_down(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    await person.writes("call me on +49 151 2345 6789 or mail amina@example.org, it costs 1000 euro")
    address = await _takes(sara, person)
    case = (await person.case()).id
    thread = sara.page.locator("#live")
    await expect(thread).to_contain_text("call me on +49•••89 or mail •••@•••, it costs 1000 euro")
    await sara.page.get_by_role("button", name="Show numbers").click()
    await expect(thread).to_contain_text("+49 151 2345 6789 or mail amina@example.org")
    await person.writes("another word")
    await expect(thread).to_contain_text("another word")
    await expect(thread).to_contain_text("+49 151 2345 6789")  # they stay while she reads on
    seen = sara.page.url
    await sara.page.goto(address)
    await expect(thread).to_contain_text("+49•••89")
    async with home.member(name="tom-desk") as tom:
        await tom.page.goto(seen)  # her address is good for her alone
        await expect(tom.page.locator("#live")).to_contain_text("+49•••89")
    async with home.house.sessions() as session:
        assert len(list(await session.scalars(select(Audit).where(Audit.action == "case.numbers", Audit.subject_id == str(case))))) == 1


async def test_filters(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("پول چقدر میتن", replies=2)
    await person.asks("/person")
    row = sara.page.locator(f"#case-{(await person.case()).id}")
    for choice, shown in (
        (("Language", "Persian"), True),
        (("Language", "Turkish"), False),
        (("Messenger", "web page"), True),
        (("Messenger", "WhatsApp"), False),
    ):
        await sara.page.goto("/staff")
        await sara.page.get_by_label(choice[0]).select_option(label=choice[1])
        await sara.page.get_by_role("button", name="Show", exact=True).click()
        await expect(row).to_have_count(1 if shown else 0)
        assert "page=" not in sara.page.url
    await sara.page.goto("/staff?mine=yes")
    await expect(row).to_have_count(0)
    await _takes(sara, person)
    await sara.page.goto("/staff?mine=yes")
    await expect(row).to_have_count(1)


async def test_off_duty_one_is_not_given_cases_and_full_one_is_not_either(home: Home, person: Visitor) -> None:
    await person.asks("help they want to kill me", replies=2)
    async with home.member(name="full") as sara:
        await sara.page.get_by_role("button", name="Take the next case").click()
        await expect(sara.page.get_by_role("alert")).to_contain_text("You are off duty")
        await sara.page.get_by_role("button", name="Go on duty").click()
        async with home.house.sessions.begin() as session:
            await session.execute(update(Member).where(Member.email == "full@example.org").values(most_cases=0))
        await sara.page.get_by_role("button", name="Take the next case").click()
        await expect(sara.page.get_by_role("alert")).to_contain_text("as many cases as you set")
        await sara.page.get_by_role("button", name="Go off duty").click()
        await expect(sara.page.get_by_role("button", name="Go on duty")).to_be_visible()


async def test_pages_are_small_however_long_the_talk(home: Home, sara: Visitor, person: Visitor) -> None:
    """With forty cases, and a talk of two hundred long messages in a script that takes two bytes a letter."""
    await person.asks("/person", replies=2)
    address = await _takes(sara, person)
    conversation = await person.conversation()
    async with home.house.sessions.begin() as session:
        for number in range(200):
            heard = {
                "direction": "in",
                "external_id": uuid.uuid4().hex,
                "answered_at": now(),
                "intent": "return_cost",
                "confidence": 0.9,
                "language": "fa",
            }
            session.add(Message(conversation_id=conversation.id, channel="webchat", text=f"{number} " + "می‌خواهم بدانم چه می‌شود " * 20, **heard))
    for page in (address, "/staff", "/staff/account", "/staff/replies"):
        answer = await sara.page.goto(page)
        assert answer is not None
        assert len(await answer.body()) < 50_000, page
    await sara.page.goto(address)
    await expect(sara.page.locator("article").last).to_contain_text("199 ")
    seen = set(await sara.page.locator("article").evaluate_all("(all) => all.map((one) => one.id)"))
    while await sara.page.get_by_role("link", name="Earlier messages").count():
        async with sara.page.expect_navigation():  # until the page is whole
            await sara.page.get_by_role("link", name="Earlier messages").click()
        fresh = set(await sara.page.locator("article").evaluate_all("(all) => all.map((one) => one.id)"))
        assert not fresh & seen
        seen |= fresh
    async with home.house.sessions() as session:
        kept = set(await session.scalars(select(Message.id).where(Message.conversation_id == conversation.id)))
    assert seen == {f"m{number}" for number in kept}  # the whole talk


async def test_a_lead_may_move_a_case_of_somebody_who_went_home(home: Home, sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    address = await _takes(sara, person)
    async with home.member(name="tom-desk") as tom:
        await tom.page.goto(address)
        await expect(tom.page.get_by_role("button", name="Close the case")).to_have_count(0)
    async with home.member(Role.LEAD, "lead-desk") as lead:
        await lead.page.goto(address)
        await lead.page.get_by_label("Hand over to").select_option(label="tom-desk")
        await lead.page.get_by_label("A note for them").fill("Sara is ill")
        await lead.page.get_by_role("button", name="Hand over", exact=True).click()
        await expect(lead.page.get_by_role("heading", name="Cases")).to_be_visible()
    await expect(sara.page.get_by_role("button", name="Take this case")).to_be_visible()  # without reload
    await sara.page.get_by_role("button", name="Take this case").click()
    await expect(sara.page.get_by_role("alert")).to_contain_text("kept for a colleague")
    async with home.house.sessions.begin() as session:
        assert (await session.get_one(Conversation, (await person.case()).conversation_id)).state == "waiting"
        await session.execute(update(Case).where(Case.reserved_until.is_not(None)).values(reserved_until=now() - timedelta(seconds=1)))
    await sara.page.get_by_role("button", name="Take this case").click()
    await expect(sara.page.get_by_label("Your reply")).to_be_visible()


@pytest.mark.parametrize("on_duty", [True, False])
async def test_in_a_quiet_night_the_page_of_somebody_on_duty_still_rings(home: Home, *, on_duty: bool) -> None:
    """A page that renews itself is no act of the member, so that a console left alone signs itself out; but not of who is on duty.

    Either way they can be counted on as long as it is open.
    """
    long_ago = now() - timedelta(minutes=50)
    async with home.client(await home.cookie(Role.COUNSELLOR, "night")) as client:
        async with home.house.sessions.begin() as session:
            member = (await session.scalars(select(Member).where(Member.email == "night@example.org"))).one()
            member.seen_at, member.on_duty_since = long_ago, long_ago if on_duty else None
            mine = StaffSession.member_id == member.id
            await session.execute(update(StaffSession).where(mine).values(seen_at=long_ago))
        assert (await client.get("/staff", headers={"sec-fetch-dest": "empty"})).status_code == 200
        async with home.house.sessions.begin() as session:
            assert (await session.get_one(Member, member.id)).seen_at > long_ago
            await session.execute(update(StaffSession).where(mine).values(seen_at=StaffSession.seen_at - timedelta(minutes=20)))
        found = await client.get("/staff", headers={"sec-fetch-dest": "empty"})
        assert found.status_code == (200 if on_duty else 404)
