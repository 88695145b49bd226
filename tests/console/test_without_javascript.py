"""Everything on the chat page by plain forms, in a browser whose JavaScript is switched off."""

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.console.home import Home, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest_asyncio.fixture(loop_scope="package")
async def person(home: Home) -> AsyncIterator[Visitor]:
    async with home.visitor(java_script_enabled=False) as visitor:
        visitor.expected = ("Autofocus processing was blocked",)  # the page is opened where the message is
        yield await visitor.opens_chat()


async def _sends(person: Visitor, text: str) -> None:
    await person.page.locator("#text").fill(text)
    await person.page.locator("#send").click()


async def test_a_question_is_answered_at_once(person: Visitor) -> None:
    await _sends(person, "پول چقدر میتن")
    assert await person.heard.count() == 3  # shown by the very page that the form leads to
    await expect(person.page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(person.page).to_have_url(re.compile(r"/chat#m\d+$"))
    await expect(person.said).to_be_in_viewport()


async def test_buttons_numbers_and_language(person: Visitor) -> None:
    await _sends(person, "/menu")
    await person.page.get_by_role("button", name="Going home").click()
    await expect(person.said.last).to_contain_text("Going home")
    await _sends(person, "1")
    await expect(person.heard.filter(has_text=person.home.text("return_overview", "en").split("\n")[0])).to_have_count(1)
    await person.page.locator("header button").click()
    await person.page.get_by_role("button", name="Deutsch").click()
    await expect(person.page.locator("html")).to_have_attribute("lang", "de")
    assert len(await person.kept()) == 5


async def test_the_newest_is_in_view_and_can_be_asked_for(person: Visitor) -> None:
    for _ in range(3):
        await _sends(person, "who can see what I write here?")
    await person.opens_chat()
    await expect(person.heard.last.locator(".choices")).to_be_in_viewport()
    await person.page.get_by_role("link", name=person.home.interface("en")["new_message"]).click()
    await expect(person.articles).to_have_count(7)


async def test_a_form_sent_twice_is_heard_once(person: Visitor) -> None:
    await person.page.locator("#text").fill("/menu")
    await person.page.locator("#send").dblclick()
    await person.hears(2)
    await person.page.wait_for_timeout(300)
    assert len(await person.kept()) == 1


async def test_without_a_cookie_the_words_are_given_back(person: Visitor) -> None:
    await person.context.clear_cookies()
    person.expected = ("400",)
    await _sends(person, "is it free?")
    await expect(person.page.get_by_role("status")).to_have_text(person.home.interface("en")["not_sent"])
    await expect(person.page.locator("#text")).to_have_value("is it free?")
    await person.page.locator("#send").click()
    await person.hears(1)


async def test_quick_exit_is_a_link(person: Visitor) -> None:
    await expect(person.page.get_by_role("link", name="Leave this page quickly")).to_have_attribute("href", "https://www.wikipedia.org/")
