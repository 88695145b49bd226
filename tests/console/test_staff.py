"""The counsellors' pages, and what they do to the chat page of the person."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.staff.models import Role
from tests.console.home import Home, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def sara(home: Home) -> AsyncIterator[Visitor]:
    """A counsellor at her queue."""
    async with home.member(name="sara") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="package")
async def tom(home: Home) -> AsyncIterator[Visitor]:
    async with home.member(name="tom") as member:
        yield member


async def _opens_case_of(member: Visitor, person: Visitor) -> None:
    await member.page.goto(f"/staff/cases/{(await person.case()).id}")


async def _takes_case_of(member: Visitor, person: Visitor) -> None:
    await _opens_case_of(member, person)
    await member.page.get_by_role("button", name="Take this case").click()
    await expect(member.page.get_by_role("button", name="Send")).to_be_visible()


async def _replies(member: Visitor, text: str) -> None:
    await member.page.get_by_label("Your reply").fill(text)
    await member.page.get_by_role("button", name="Send").click()


async def test_signing_out(sara: Visitor) -> None:
    await sara.page.get_by_role("button", name="Sign out").click()
    await expect(sara.page).to_have_url(re.compile("/chat$"))
    await sara.page.goto("/staff")
    await expect(sara.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_case_appears_and_goes_by_itself(sara: Visitor, person: Visitor) -> None:
    await sara.page.evaluate("window.stayed = true")
    await person.asks("help they want to kill me", replies=2)
    row = sara.page.locator(f"#case-{(await person.case()).id}")
    await expect(row).to_have_text("I am in danger now")
    await expect(sara.page.locator("li").filter(has=row)).to_contain_text("urgent")
    await expect(sara.page).to_have_title(re.compile(r"^\d+ waiting, \d+ urgent"))
    await row.focus()
    await person.writes("/forget")
    await expect(row).to_have_count(0)
    assert await sara.page.evaluate("window.stayed") is True


async def test_the_focus_stays_while_the_queue_changes(sara: Visitor, person: Visitor, home: Home) -> None:
    await person.asks("/person", replies=2)
    row = sara.page.locator(f"#case-{(await person.case()).id}")
    await row.focus()
    async with home.visitor() as another:
        await another.opens_chat()
        await another.asks("/person", replies=2)
        await expect(sara.page.locator(f"#case-{(await another.case()).id}")).to_be_visible()
    await expect(row).to_be_focused()
    await sara.page.keyboard.press("Enter")
    await expect(sara.page.get_by_role("button", name="Take this case")).to_be_focused()


async def test_a_talk_between_two_people(sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    await _takes_case_of(sara, person)
    await _replies(sara, "سلام، من سارا هستم.\n\nHow are you?")
    await expect(person.heard.last).to_contain_text("من سارا هستم")
    await expect(person.heard.last.locator(".speaker")).to_have_text("Counsellor")
    assert await person.heard.last.locator("p[dir]").evaluate_all("(all) => all.map((one) => getComputedStyle(one).direction)") == ["rtl", "ltr"]
    await expect(sara.page.locator("article").last).to_contain_text("you · sent")
    await sara.page.get_by_label("Your reply").fill("I am wri")
    await person.writes("Thank you, Sara")
    await expect(sara.page.locator("article").last).to_contain_text("Thank you, Sara")  # without reload
    await expect(sara.page.get_by_label("Your reply")).to_have_value("I am wri")
    await expect(person.page.locator(".sending")).to_have_count(0)
    await expect(person.heard).to_have_count(4)  # told that she is called, that she is there, her reply: the bot keeps quiet
    await sara.page.get_by_role("button", name="Close the case").click()
    await expect(person.heard.filter(has_text=person.home.phrase("bot_again", "en").split("\n")[0])).to_have_count(1)
    await expect(person.heard.last).to_contain_text(person.home.phrase("did_help", "en"))
    await person.presses("Yes")
    await expect(person.heard.last).to_contain_text(person.home.phrase("helped_yes_reply", "en"))
    await person.asks("is it free?")
    await expect(person.heard.last.locator(".speaker")).to_have_text("Assistant")


async def test_a_reply_sent_twice_is_said_once(sara: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    await _takes_case_of(sara, person)
    await sara.page.get_by_label("Your reply").fill("Only once, please")
    await sara.page.get_by_role("button", name="Send").dblclick()
    await expect(sara.page.locator("article").last).to_contain_text("Only once, please")
    await _replies(sara, "and another")
    await expect(person.heard.last).to_contain_text("and another")
    await expect(person.heard.filter(has_text="Only once, please")).to_have_count(1)


async def test_a_second_counsellor_cannot_answer(sara: Visitor, tom: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    await _opens_case_of(tom, person)
    await _takes_case_of(sara, person)
    await expect(tom.page.get_by_text("A colleague has taken this case")).to_be_visible()  # without reload
    await expect(tom.page.get_by_role("button", name="Send")).to_have_count(0)
    tom.expected = ("409",)
    case = (await person.case()).id
    for action, text in (("take", ""), ("reply", "me too"), ("close", "")):
        answer = await tom.context.request.post(f"/staff/cases/{case}/{action}", form={"text": text}, headers={"origin": tom.home.base})
        assert "Another counsellor has this case" in await answer.text()
        assert text in await answer.text()  # the words are given back
    await person.asks("/menu", replies=0)
    await expect(person.page.locator("article", has_text="me too")).to_have_count(0)
    await _replies(sara, "still mine")
    await expect(person.heard.last).to_contain_text("still mine")


async def test_two_who_take_at_once(sara: Visitor, tom: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    case = (await person.case()).id
    answers = [
        await member.context.request.post(f"/staff/cases/{case}/take", headers={"origin": member.home.base}, max_redirects=0)
        for member in (sara, tom)
    ]
    assert ["problem=taken" in answer.headers["location"] for answer in answers] == [False, True]


async def test_a_case_that_was_closed_meanwhile(sara: Visitor, tom: Visitor, person: Visitor) -> None:
    await person.asks("/person", replies=2)
    await _takes_case_of(sara, person)
    case = (await person.case()).id
    await sara.page.get_by_role("button", name="Give back").click()
    await expect(sara.page).to_have_url(re.compile("/staff$"))
    answer = await tom.context.request.post(f"/staff/cases/{case}/take", headers={"origin": tom.home.base})
    assert "closed in the meantime" in await answer.text()


async def test_a_person_who_is_forgotten_disappears_from_an_open_case(sara: Visitor, person: Visitor) -> None:
    await person.asks("my secret is Zwetschgenkuchen", replies=2)
    await person.asks("/person")
    await _opens_case_of(sara, person)
    await expect(sara.page.get_by_text("Zwetschgenkuchen")).to_be_visible()
    sara.expected = ("404",)
    await person.writes("/forget")
    await expect(sara.page.get_by_text("Zwetschgenkuchen")).to_have_count(0)


async def test_a_pressed_button_is_shown_in_words(sara: Visitor, person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    await person.presses("Talk to a person")
    await person.hears(3)
    await _opens_case_of(sara, person)
    await expect(sara.page.locator("article.theirs").last).to_contain_text("Talk to a person")


async def test_editors_are_told_where_their_texts_are(home: Home) -> None:
    async with home.member(Role.EDITOR, "ed") as editor:
        await expect(editor.page.get_by_role("heading", name="To do")).to_be_visible()
        await editor.page.get_by_role("link", name="All texts").click()
        await expect(editor.page.get_by_role("link", name="Review")).to_be_visible()


async def test_the_whole_desk_works_without_javascript(person: Visitor, home: Home) -> None:
    await person.asks("/person", replies=2)
    async with home.member(name="plain", java_script_enabled=False) as plain:
        plain.expected = ("Autofocus processing was blocked",)
        await plain.page.locator(f"#case-{(await person.case()).id}").click()
        await plain.page.get_by_role("button", name="Take this case").click()
        await _replies(plain, "by a plain form")
        await expect(person.heard.last).to_contain_text("by a plain form")
        await expect(plain.page.locator("article").last).to_be_in_viewport()
        await plain.page.get_by_role("button", name="Close the case").click()
        await expect(person.heard.last).to_contain_text(home.phrase("did_help", "en"))


async def test_a_form_on_another_site_does_nothing(sara: Visitor, person: Visitor) -> None:
    """In a real browser, with the counsellor signed in: the page of another site sends her browser to take a case."""
    await person.asks("/person", replies=2)
    sara.expected = ("403", "404")  # and no icon there
    case = (await person.case()).id
    action = f"{sara.home.base}/staff/cases/{case}/take"
    await sara.page.goto(f"data:text/html,<form method='post' action='{action}'><button>A nice picture</button></form>")
    await sara.page.get_by_role("button").click()
    await expect(sara.page.get_by_text("sent from another site")).to_be_visible()
    assert (await person.case()).taken_by is None
