"""The chat page, as somebody uses it who asks for help."""

import re
import uuid

import pytest
from playwright.async_api import Page, expect
from sqlalchemy import update

from bot.conversation.models import Conversation, Delivery, Message
from bot.db import notify
from tests.console.home import Home, Visitor
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

QUESTIONS = [
    ("de", "ltr", "ist die rückkehr gratis?", "return_cost"),
    ("fa", "rtl", "پول چقدر میتن", "return_money"),
    ("tg", "ltr", "боси ман шиносномаро гирифт", "passport_taken"),
    ("ar", "rtl", "هل العودة مجانية؟", "return_cost"),
    ("ru", "ltr", "возвращение домой бесплатное?", "return_cost"),
    ("en", "ltr", "who pays the plane ticket, is it free?", "return_cost"),
]
GRATIS = QUESTIONS[0][2]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize(("language", "direction", "question", "intent"), QUESTIONS, ids=[question[0] for question in QUESTIONS])
async def test_a_question_is_answered_in_its_language(person: Visitor, language: str, direction: str, question: str, intent: str) -> None:
    await person.asks(question, replies=2)  # the notice, then the answer
    await expect(person.said).to_contain_text(question)
    curated = person.home.text(intent, language).partition("{{")[0]
    shown = words(await person.heard.nth(1).locator(".bubble").inner_text())
    assert shown[: len(words(curated))] == words(curated)  # every word, in order
    await expect(person.page.locator("html")).to_have_attribute("lang", language)
    await expect(person.page.locator("html")).to_have_attribute("dir", direction)
    assert await person.heard.nth(1).get_attribute("lang") == language
    await expect(person.page.locator("#send")).to_have_text(person.home.interface(language)["send"])


#: Of each paragraph and list: where it begins and ends, where its first two words stand on the line, and where its first bullet is.
LINES = """(article) => [...article.querySelectorAll("p[dir], li")].filter((block) => block.offsetHeight).map((block) => {
    const node = document.createTreeWalker(block, NodeFilter.SHOW_TEXT).nextNode();
    const at = (word) => { const range = document.createRange(); range.setStart(node, word.index); range.setEnd(node, word.index + word[0].length);
                           return range.getBoundingClientRect(); };
    const [first, second] = [...node.data.matchAll(/\\p{L}+/gu)].slice(0, 2).map(at);
    return { rtl: getComputedStyle(block).direction === "rtl", item: block.tagName === "LI", list: block.parentElement.getBoundingClientRect().toJSON(),
             own: block.getBoundingClientRect().toJSON(), first: first.toJSON(), second: second?.toJSON() };
})"""


async def test_words_and_bullets_stand_on_the_side_where_each_language_begins(person: Visitor) -> None:
    """An Arabic answer, and then an English one in the conversation that is still shown in Arabic."""
    await person.asks("هل العودة مجانية؟", replies=3)  # the notice, the answer, the question for the country
    arabic = await person.heard.nth(1).evaluate(LINES)
    await person.asks("who pays the plane ticket, is it free?", replies=2)
    english = await person.heard.nth(3).evaluate(LINES)
    await person.page.evaluate("document.documentElement.dir = 'rtl'")  # as where only the answer, not the page, is in the other language
    foreign = await person.heard.nth(3).evaluate(LINES)
    assert sum(line["item"] for line in arabic) >= 2
    for lines, rtl in ((arabic, True), (english, False), (foreign, False)):
        for line in lines:
            assert line["rtl"] is rtl
            if line["second"] and line["first"]["top"] == line["second"]["top"]:
                assert (line["first"]["x"] > line["second"]["x"]) is rtl
            if line["item"]:  # the bullet stands in the gap between the list's edge and the item
                gap = line["list"]["right"] - line["own"]["right"] if rtl else line["own"]["left"] - line["list"]["left"]
                assert gap > 10


async def test_buttons_work(person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    await person.presses("Going home")
    await person.hears(3)
    await expect(person.said.last).to_contain_text("Going home")
    await person.presses(person.home.title("return_cost", "en"))
    await person.hears(5)  # the answer, and the question for the country
    await expect(person.heard.nth(3)).to_contain_text(person.home.text("return_cost", "en").split("\n")[0])


async def test_a_double_click_is_one_choice(person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    await person.page.locator(".choices button").first.dblclick()
    await person.hears(3)
    assert len(await person.kept()) == 2


async def test_a_choice_can_be_typed_as_its_number(person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    for number in ("1", "١", "۱."):
        await person.asks(number)
        titles = await person.heard.last.locator(".choices button").all_inner_texts()
        assert person.home.title("return_overview", "en") in titles
        await person.asks("/menu")


async def test_pressing_a_language_changes_the_page(person: Visitor) -> None:
    await person.page.get_by_role("button", name="Language").click()
    await person.hears(2)
    await person.page.locator("#text").fill("half a sentence")
    await person.presses("العربية")
    await expect(person.page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(person.page.locator("html")).to_have_attribute("lang", "ar")
    await expect(person.page.get_by_role("button", name=person.home.interface("ar")["send"])).to_be_visible()
    await expect(person.page.locator("#text")).to_have_value("half a sentence")  # what was being written is still there
    await person.page.reload()
    await expect(person.page.locator("html")).to_have_attribute("dir", "rtl")
    await expect(person.page).to_have_title(person.home.interface("ar")["title"])


async def test_the_page_speaks_the_browsers_language_at_first(home: Home) -> None:
    async with home.visitor(locale="ckb") as person:
        await person.opens_chat()
        await expect(person.page.locator("html")).to_have_attribute("lang", "ckb")
        await expect(person.page.locator("html")).to_have_attribute("dir", "rtl")


async def test_reload_keeps_the_conversation(person: Visitor) -> None:
    await person.asks(GRATIS, replies=2)
    bubbles = person.page.locator(".bubble, .choices")
    before = await bubbles.all_inner_texts()
    await person.page.reload()
    assert await bubbles.all_inner_texts() == before
    assert len(await person.kept()) == 1


async def test_the_conversation_is_found_again_by_a_link_on_another_page(person: Visitor) -> None:
    await person.asks(GRATIS, replies=2)
    await person.page.goto(f"data:text/html,<a href='{person.home.base}/chat'>help</a>")
    await person.page.get_by_role("link").click()
    await person.hears(2)


async def test_two_tabs_show_the_same_conversation(person: Visitor) -> None:
    second = await person.context.new_page()
    await second.goto("/chat")  # before anything was said
    await person.asks(GRATIS, replies=3)  # the notice, the answer, the question for the country
    await expect(second.locator("article")).to_have_count(4)
    await second.locator("#text").fill("/menu")
    await second.keyboard.press("Enter")
    await expect(second.locator("article")).to_have_count(6)
    await expect(person.articles).to_have_count(6)
    for page in (person.page, second):
        ids = await page.locator("article").evaluate_all("(articles) => articles.map((article) => article.id)")
        assert ids == sorted(set(ids), key=lambda name: int(name[1:]))


async def test_many_messages_at_once_are_all_shown_once_and_in_order(person: Visitor) -> None:
    """Written faster than they are answered: replies and messages cross, and each finds its place."""
    for number in range(6):
        await person.writes(f"/menu {number}")
    await expect(person.said).to_have_count(6)
    await person.hears(7)
    await expect(person.page.locator(".sending")).to_have_count(0)
    ids = await person.articles.evaluate_all("(articles) => articles.map((article) => Number(article.id.slice(1)))")
    assert ids == sorted(set(ids))
    await person.page.reload()
    assert await person.articles.evaluate_all("(articles) => articles.map((article) => Number(article.id.slice(1)))") == ids


@pytest.mark.parametrize("reconnects", [False, True])
async def test_a_reply_that_comes_after_a_later_message_finds_its_place(person: Visitor, *, reconnects: bool) -> None:
    await person.asks("/menu", replies=2)
    await person.asks("/menu")
    late = (await person.heard.nth(1).get_attribute("id") or "")[1:]
    before = await person.articles.evaluate_all("(articles) => articles.map((article) => article.id)")
    await _delivery(person, late, Delivery.QUEUED)  # as if the worker had not come so far
    await person.page.reload()
    await person.hears(2)
    await expect(person.articles).to_have_count(4)
    if reconnects:
        await _delivery(person, late, Delivery.SENT, heard=False)
        person.expected = ("net::ERR_",)
        await person.home.web_stops()
        await person.home.web_starts()
    else:
        await _delivery(person, late, Delivery.SENT)
    await expect(person.articles).to_have_count(5)
    assert await person.articles.evaluate_all("(articles) => articles.map((article) => article.id)") == before


async def _delivery(person: Visitor, message: str, delivery: Delivery, *, heard: bool = True) -> None:
    conversation = await person.conversation()
    async with person.home.house.sessions.begin() as session:
        await session.execute(update(Message).where(Message.id == int(message)).values(delivery=delivery))
        if heard:
            await notify(session, "said", str(conversation.id))


async def test_the_web_part_goes_away_and_what_is_written_meanwhile_is_sent_once_and_in_order(person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    person.expected = ("net::ERR_",)
    await person.home.web_stops()
    try:
        await person.writes("is it free?")
        await person.writes("thank you")
        await expect(person.page.locator(".sending")).to_have_count(2)
        await expect(person.page.locator("#trouble")).to_have_text(person.home.interface("en")["offline"])
    finally:
        await person.home.web_starts()
    await expect(person.page.locator(".sending")).to_have_count(0, timeout=20_000)
    await person.hears(4)
    await expect(person.page.locator("#trouble")).to_be_hidden()
    assert [message.text for message in await person.kept()] == ["/menu", "is it free?", "thank you"]


async def test_without_a_connection_a_message_waits(person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    person.expected = ("net::ERR_",)
    await person.context.set_offline(True)
    await person.writes("is it free?")
    await expect(person.page.locator(".sending .meta")).to_have_text(person.home.interface("en")["connecting"])
    await expect(person.page.locator("#trouble")).to_be_visible()
    await person.context.set_offline(False)
    await person.hears(3)
    await expect(person.page.locator(".sending")).to_have_count(0)
    assert [message.text for message in await person.kept()] == ["/menu", "is it free?"]


async def test_what_could_not_be_sent_outlives_the_page(person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    person.expected = ("net::ERR_",)
    await person.home.web_stops()
    try:
        await person.writes("is it free?")
        await expect(person.page.locator("#trouble")).to_be_visible()
        await person.page.goto("about:blank")
    finally:
        await person.home.web_starts()
    await person.opens_chat()
    await person.hears(3)
    assert [message.text for message in await person.kept()] == ["/menu", "is it free?"]


async def test_a_message_that_arrived_though_its_receipt_did_not_is_heard_once(person: Visitor) -> None:
    """The answer to the first post is lost on its way back; the page posts again."""
    person.expected = ("net::ERR_",)
    posts = []

    async def lose_the_first_receipt(route) -> None:
        posts.append(route.request.post_data)
        if len(posts) == 1:
            await route.fetch()
            await route.abort()
        else:
            await route.continue_()

    await person.page.route(re.compile("/chat$"), lose_the_first_receipt)
    await person.writes("/menu")
    await person.hears(2)
    await expect(person.page.locator(".sending")).to_have_count(0)
    assert len(posts) == 2
    assert len(await person.kept()) == 1
    await expect(person.said).to_have_count(1)


async def test_what_cannot_be_sent_says_so_and_can_be_sent_again(person: Visitor) -> None:
    await person.context.clear_cookies()
    person.expected = ("400",)
    await person.writes("/menu")
    await person.page.get_by_role("button", name=person.home.interface("en")["not_sent"]).click()
    await person.hears(2)
    await expect(person.said).to_have_count(1)


async def test_enter_sends_and_shift_enter_does_not(person: Visitor) -> None:
    box = person.page.locator("#text")
    await box.type("is it")
    await box.press("Shift+Enter")
    await box.type("free?")
    await expect(box).to_have_value("is it\nfree?")
    await expect(person.said).to_have_count(0)
    await box.press("Enter")
    await person.hears(1)
    await expect(box).to_have_value("")
    assert [message.text for message in await person.kept()] == ["is it\nfree?"]


async def test_nothing_is_sent_by_an_empty_box(person: Visitor) -> None:
    await person.writes("  ")
    await person.writes("/menu")
    await person.hears(2)
    assert len(await person.kept()) == 1


async def test_markup_in_a_message_is_only_text(person: Visitor) -> None:
    evil = "<img src=x onerror=document.title='owned'><b>hi</b> **bold**"
    await person.asks(evil, replies=2)
    await expect(person.said.locator("img, b")).to_have_count(0)
    await expect(person.said).to_contain_text("<b>hi</b>")
    await expect(person.page).not_to_have_title("owned")


async def test_a_long_answer_is_shown_from_its_beginning(home: Home) -> None:
    async with home.visitor(viewport={"width": 360, "height": 500}) as person:
        await person.opens_chat()
        await person.asks("who pays the plane ticket, is it free?", replies=3)
        await expect(person.heard.nth(1).get_by_text("Yes. Advice and the application")).to_be_in_viewport()


async def test_quick_exit_leaves_nothing_behind_the_back_button(home: Home) -> None:
    async with home.visitor(locale="en") as person:  # a browser without a past
        await person.opens_chat()
        await person.asks("/menu", replies=2)
        await person.page.route("https://www.wikipedia.org/", _another_page)
        await person.page.get_by_role("link", name="Leave this page quickly").click()
        await person.page.wait_for_url("https://www.wikipedia.org/")
        assert person.elsewhere == ["https://www.wikipedia.org/"]
        person.elsewhere.clear()
        await person.page.go_back()
        await expect(person.page).to_have_url("about:blank")


async def test_quick_exit_empties_the_page_before_the_other_one_comes(person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    await person.page.evaluate("addEventListener('pagehide', () => sessionStorage.setItem('at the end', `shown: ${document.body.textContent}`))")
    await person.page.route("https://www.wikipedia.org/", _another_page)
    await person.page.get_by_role("link", name="Leave this page quickly").click()
    await person.page.wait_for_url("https://www.wikipedia.org/")
    person.elsewhere.clear()
    await person.opens_chat()
    assert await person.page.evaluate("sessionStorage.getItem('at the end')") == "shown: "


async def _another_page(route) -> None:
    await route.fulfill(body="an encyclopedia")


async def test_forget_me_empties_every_open_page(person: Visitor) -> None:
    second = await person.context.new_page()
    await person.asks(GRATIS, replies=2)
    await second.goto("/chat")
    mine = (await person.conversation()).id
    await person.writes("/forget")
    farewell = person.home.phrase("forgotten_webchat", "de").split("\n")[0]
    for page in (person.page, second):
        await _shows_only(page, farewell)
    await until(lambda: _is_gone(person, mine))  # who writes within that second goes on in their language
    await person.page.reload()
    await expect(person.articles).to_have_count(0)
    await person.writes("/menu")
    await expect(person.heard.last.get_by_role("button", name="Going home")).to_be_visible()  # a new beginning works


async def _is_gone(person: Visitor, conversation_id: uuid.UUID) -> bool:
    async with person.home.house.sessions() as session:
        return await session.get(Conversation, conversation_id) is None


async def _shows_only(page: Page, text: str) -> None:
    await expect(page.locator("article")).to_have_count(1)
    await expect(page.locator("article")).to_contain_text(text)


async def test_a_button_that_no_longer_exists_does_not_break_the_page(person: Visitor) -> None:
    await person.asks("/menu", replies=2)
    await person.page.locator(".choices button").first.evaluate("(button) => button.value = 'theme:of_last_year'")
    await person.presses("Going home")
    await person.hears(3)
    await person.page.reload()
    await expect(person.articles).to_have_count(5)
