"""The editors' desk in real browsers: written, looked at as on a phone, handed in, approved, read by people at once; two at one text."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from sqlalchemy import delete, select

from bot.answers.drafts import Marks, draft_of, save, text_at, version_of, working_text
from bot.answers.files import publish
from bot.answers.models import TextComment, TextDraft, TextPresence, TextSave
from bot.answers.publishing import submit
from bot.answers.text import Key, Text
from bot.db import notify, now
from bot.figures import Useful
from bot.staff.audit import Audit
from bot.staff.models import Member, Role
from tests.console.home import Home, Visitor
from tests.console.leads import speaks
from tests.console.test_accessibility import is_good
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

NAME = "orientation_training"
LINES = "First line.\n\nSecond line.\n\nThird line."
TEXTS = {
    "en": ("Zebra course", LINES),
    "de": ("Zebrakurs", "Erste Zeile.\n\nZweite Zeile.\n\nDritte Zeile."),
    "fa": ("دوره گورخر", "خط یک.\n\nخط دو.\n\nخط سه."),
}


def key(language: str) -> Key:
    return Key(kind="answer", name=NAME, language=language)


def place(language: str, page: str = "") -> str:
    return f"/staff/texts/answer/{NAME}/{language}" + (f"/{page}" if page else "")


@pytest_asyncio.fixture(loop_scope="package", autouse=True)
async def texts(home: Home) -> None:
    """An answer in three languages that nobody is at."""
    async with home.house.sessions.begin() as session:
        for table in (TextDraft, TextSave, TextComment, TextPresence):
            await session.execute(delete(table))
        source = None
        for language, (title, words) in TEXTS.items():
            text = Text(
                kind="answer", name=NAME, language=language, title=title, text=words, review_by=date(2030, 1, 1) if language == "en" else None
            )
            before = await version_of(session, key(language))
            made_from = source.meaning if source else None
            text = Text(**{name: getattr(text, name) for name in ("kind", "name", "language", "title", "text", "review_by")}, made_from=made_from)
            source = source or text
            await publish(session, text, before.number + 1 if before else 1, origin="desk")
        await notify(session, "answers")
    await until_said(home, "en", LINES)


async def until_said(home: Home, language: str, words: str) -> None:
    """Every process has taken the text up; this one is all of them."""

    async def taken_up() -> bool:
        found = home.house.library.answer(NAME, language)
        return found is not None and found.text == words

    await until(taken_up)


@pytest_asyncio.fixture(loop_scope="package")
async def anna(home: Home) -> AsyncIterator[Visitor]:
    async with home.member(Role.EDITOR, "anna") as member:
        yield member


@pytest_asyncio.fixture(loop_scope="package")
async def ben(home: Home) -> AsyncIterator[Visitor]:
    async with home.member(Role.APPROVER, "ben") as member:
        yield member


@asynccontextmanager
async def at(visitor: Visitor, language: str, page: str = "") -> AsyncIterator[Visitor]:
    await visitor.page.goto(place(language, page))
    yield visitor


def box(visitor: Visitor) -> Locator:
    return visitor.page.get_by_label("Text for everybody")


async def change(visitor: Visitor, old: str, new: str) -> None:
    await box(visitor).fill((await box(visitor).input_value()).replace(old, new))


async def hands_in(home: Home, name: str, language: str, **change: object) -> int:
    """A colleague writes and hands in, without a browser."""
    await home.cookie(Role.EDITOR, name)
    async with home.house.sessions.begin() as session:
        member = (await session.scalars(select(Member).where(Member.email == f"{name}@example.org"))).one()
        text, opened, _ = await working_text(session, key(language))
        words = Text(kind="answer", name=NAME, language=language, title=text.title, text=text.text, review_by=text.review_by)
        done = await save(session, key(language), Text(**{**_fields(words), **change}), opened, Marks(), member.id)
        await submit(session, home.house.settings, key(language), done.revision)
    return done.revision


def _fields(text: Text) -> dict:
    return {name: getattr(text, name) for name in ("kind", "name", "language", "title", "text", "review_by")}


async def test_from_the_first_word_to_the_chat(home: Home, anna: Visitor, ben: Visitor, person: Visitor) -> None:
    page = anna.page
    await page.goto(place("en"))
    await change(anna, "Second line.", "Second line, and something new.")
    await expect(page.locator(".phone.telegram")).to_contain_text("and something new")  # the look follows what is typed
    await expect(page.locator(".phone.whatsapp")).to_contain_text("and something new")
    await page.keyboard.press("Control+s")
    await expect(page.get_by_role("status").filter(has_text="Saved.")).to_be_visible()
    assert home.text(NAME, "en") == LINES
    await page.get_by_role("button", name="Save and hand in").click()
    await expect(page.locator("#standing")).to_contain_text("in review")
    await page.goto(place("en", "review"))
    await expect(page.get_by_role("button", name="Approve")).to_have_count(0)  # hers; and she may not approve at all

    await ben.page.goto("/staff")
    await ben.page.get_by_role("link", name="Zebra course · English").first.click()
    await ben.page.get_by_role("link", name="Review").first.click()
    await expect(ben.page.locator("ins")).to_have_text(", and something new")
    await expect(ben.page.get_by_text("2 translations will be outdated")).to_be_visible()
    await ben.page.get_by_role("button", name="Approve").click()
    await expect(ben.page.get_by_role("status").filter(has_text="Published.")).to_be_visible()

    await person.asks("/menu", replies=2)
    await person.presses(home.phrase("theme_stay", "en"))
    await person.presses("Zebra course")
    await expect(person.heard.last).to_contain_text("Second line, and something new.")
    async with home.house.sessions() as session:
        acts = list(await session.scalars(select(Audit.action).where(Audit.subject_id == f"{NAME}/en").order_by(Audit.id)))
    assert acts[-3:] == ["text.saved", "text.submitted", "text.approved"]

    await page.goto(place("de"))
    await expect(page.locator("#standing")).to_contain_text("outdated")
    await expect(page.locator(".beside ins")).to_have_text(", and something new")
    await expect(page.get_by_label("It says what the English text says now")).not_to_be_checked()
    await change(anna, "Zweite Zeile.", "Zweite Zeile und etwas Neues.")
    await page.get_by_label("It says what the English text says now").check()
    await page.get_by_label("A native speaker has read it").check()
    await page.get_by_role("button", name="Save and hand in").click()
    await expect(page.locator("#standing")).to_contain_text("in review")
    await ben.page.goto(place("de", "review"))
    await ben.page.get_by_role("button", name="Approve").click()
    await page.goto(place("de"))
    await expect(page.locator("#standing")).not_to_contain_text("outdated")
    await expect(page.locator("#standing")).not_to_contain_text("machine-written")


async def test_two_who_change_different_lines(home: Home, anna: Visitor, ben: Visitor) -> None:
    async with at(anna, "en"), at(ben, "en"):
        await expect(anna.page.get_by_text("ben has this text open too.")).to_be_visible()
        await change(anna, "First line.", "Anna's first line.")
        await anna.page.get_by_role("button", name="Save", exact=True).click()
        await expect(ben.page.locator("#since")).to_be_visible()  # told without a reload
        await change(ben, "Third line.", "Ben's third line.")
        await ben.page.get_by_role("button", name="Save", exact=True).click()
        await expect(ben.page.get_by_text("Both changes are in the text now")).to_be_visible()
        assert await box(ben).input_value() == "Anna's first line.\n\nSecond line.\n\nBen's third line."


async def test_two_who_change_the_same_line(home: Home, anna: Visitor, ben: Visitor) -> None:
    async with at(anna, "en"), at(ben, "en"):
        await change(anna, "Second line.", "Second, as Anna has it.")
        await anna.page.get_by_role("button", name="Save", exact=True).click()
        await expect(anna.page.get_by_text("Saved.")).to_be_visible()
        await change(ben, "Second line.", "Second, as Ben has it.")
        await ben.page.get_by_role("button", name="Save", exact=True).click()
        await expect(ben.page.get_by_role("alert")).to_contain_text("changed the same lines")
        await expect(ben.page.get_by_role("region", name="What anna changed").locator("ins")).to_have_text(", as Anna has it")
        assert "as Ben has it" in await box(ben).input_value()
        await is_good(ben, "conflict")
        await ben.page.set_viewport_size({"width": 1280, "height": 800})
        await ben.page.get_by_role("button", name="Save", exact=True).click()
        await expect(ben.page.get_by_text("Saved.")).to_be_visible()
        await ben.page.goto(place("en", "history"))
        await expect(ben.page.get_by_text("kept beside: not in the draft")).to_be_visible()
        async with home.house.sessions() as session:
            kept = [one.document for one in await session.scalars(select(TextSave).order_by(TextSave.revision))]
        assert ["as Anna has it" in one for one in kept] == [True, False, False]
        # hers is taken up again
        await ben.page.get_by_role("button", name="Take up again 1").click()
        assert "as Anna has it" in await box(ben).input_value()


async def test_what_is_typed_is_kept_by_itself(home: Home, anna: Visitor) -> None:
    await anna.page.clock.install()
    await anna.page.goto(place("en"))
    await change(anna, "First line.", "A first line that was never saved.")
    await anna.page.clock.fast_forward(21_000)
    await expect(anna.page.locator("#kept")).to_have_text("Kept.")
    async with home.house.sessions() as session:
        draft = await draft_of(session, key("en"))
    assert draft is not None
    assert "never saved" in draft.document
    anna.worn = True


async def test_what_waits_for_approval_is_not_touched_by_itself(home: Home, anna: Visitor) -> None:
    await hands_in(home, "carl", "en", text=LINES.replace("First", "Carl's first"))
    await anna.page.goto(place("en"))
    assert await anna.page.locator("form[data-auto]").count() == 0


async def test_limits_are_told_while_one_types_and_hold_when_one_hands_in(home: Home, anna: Visitor) -> None:
    page = anna.page
    await page.goto(place("en"))
    title = page.get_by_label("Title, which is also its button")
    await title.fill("A title that no button can take")
    await expect(page.locator("#at-title")).to_contain_text("The title has 31 characters")
    await expect(page.locator("#todo")).to_contain_text("1 thing to mend")
    await box(anna).fill("You get 300 EUR. Ask {{contact:nobody}}.")
    await expect(page.locator("#at-text")).to_contain_text("contact:nobody is no contact that may be shown")
    await expect(page.locator("#at-text")).to_contain_text("A figure (3) stands outside")
    await page.get_by_role("button", name="Save and hand in").click()
    await expect(page.get_by_role("alert")).to_contain_text("something must be mended first")
    assert await title.input_value() == "A title that no button can take"  # kept, and not handed in
    await expect(page.locator("#standing")).to_contain_text("draft")
    await box(anna).fill("word " * 400)
    await expect(page.locator("#at-text")).to_contain_text("WhatsApp: 2 messages")


async def test_as_on_a_phone_from_right_to_left(home: Home, anna: Visitor) -> None:
    page = anna.page
    await page.goto(place("fa"))
    await expect(box(anna)).to_have_attribute("dir", "rtl")
    await box(anna).fill("**خط** یک است.\n\n- خط دو\n- خط سه\n\n{{contacts:emergency}}")
    shown = page.locator(".phone.telegram")
    await expect(shown).to_have_attribute("dir", "rtl")
    await expect(shown.locator("strong")).to_have_text("خط")
    await page.get_by_label("For somebody in").select_option("DE")
    await expect(shown).to_contain_text("112")
    talked, whole = await shown.locator(".talked").first.bounding_box(), await shown.bounding_box()
    assert talked is not None
    assert whole is not None
    assert whole["x"] + whole["width"] - talked["x"] - talked["width"] < talked["x"] - whole["x"] + 1 or talked["width"] > whole["width"] * 0.8
    await expect(page.locator(".phone.whatsapp .key")).to_have_count(await page.locator(".phone.whatsapp .key").count())
    assert 1 <= await page.locator(".phone.whatsapp .key").count() <= 3


async def test_a_part_for_a_country_comes_and_goes(home: Home, anna: Visitor) -> None:
    page = anna.page
    await page.goto(place("en"))
    await page.get_by_label("Add a part for").select_option("to IQ")
    await page.get_by_role("button", name="Add", exact=True).click()
    part = page.get_by_label("For people who go back to Iraq")
    await expect(part).to_be_focused()
    await part.fill("In Erbil, ask us.")
    await page.get_by_label("who goes back to").select_option("IQ")
    await expect(page.locator(".phone.telegram")).to_contain_text("In Erbil, ask us.")
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    await expect(part).to_have_value("In Erbil, ask us.")
    await page.get_by_role("button", name="Take this part away").click()
    await expect(part).to_have_count(0)
    await page.get_by_role("button", name="Save", exact=True).click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    async with home.house.sessions() as session:
        text, _, _ = await working_text(session, key("en"))
    assert text.variants == {}


async def test_helpers_put_places_where_the_cursor_is(home: Home, anna: Visitor) -> None:
    page = anna.page
    await page.goto(place("en"))
    await box(anna).fill("Before . After")
    await box(anna).evaluate("(box) => box.setSelectionRange(7, 7)")
    await page.get_by_text("To put into the text").click()
    await page.get_by_role("button", name="Insert {{contacts:emergency}}").click()
    await expect(box(anna)).to_have_value("Before {{contacts:emergency}}. After")


async def test_published_at_its_time(home: Home, ben: Visitor) -> None:
    await hands_in(home, "carl", "en", text=LINES.replace("First", "Timely first"))
    page = ben.page
    await page.goto(place("en", "review"))
    await page.get_by_label("Publish at a time").check()
    await page.get_by_role("button", name="Approve").click()
    await expect(page.get_by_role("alert")).to_contain_text("Choose a day and a time")
    zone = await page.locator("#zone").input_value()
    assert zone  # the reader's own, or the team's
    due = now() + timedelta(seconds=8)
    await page.locator("#zone").select_option("UTC")
    await page.locator("#at").evaluate("(box, value) => { box.value = value }", due.strftime("%Y-%m-%dT%H:%M:%S"))
    await page.get_by_role("button", name="Approve").click()
    await expect(page.locator("#standing")).to_contain_text("scheduled")
    assert home.text(NAME, "en") == LINES
    await until_said(home, "en", LINES.replace("First", "Timely first"))
    assert now() - due.replace(microsecond=0) < timedelta(seconds=4)
    await expect(page.locator("#standing")).to_contain_text("There is no draft")  # the page has heard of it
    async with home.house.sessions() as session:
        acts = list(await session.scalars(select(Audit.action).where(Audit.subject_id == f"{NAME}/en").order_by(Audit.id.desc()).limit(2)))
    assert acts == ["text.published", "text.scheduled"]


async def test_a_time_that_has_passed_is_refused(home: Home, ben: Visitor) -> None:
    await hands_in(home, "carl", "en", text="Never.")
    await ben.page.goto(place("en", "review"))
    await ben.page.get_by_label("Publish at a time").check()
    await ben.page.locator("#at").evaluate("(box) => { box.value = '2020-01-01T09:00:00' }")
    await ben.page.get_by_role("button", name="Approve").click()
    await expect(ben.page.get_by_role("alert")).to_contain_text("This time has passed")
    assert home.text(NAME, "en") == LINES


async def test_back_to_an_earlier_version(home: Home, ben: Visitor) -> None:
    await hands_in(home, "carl", "en", text=LINES.replace("First", "Wrong first"))
    page = ben.page
    await page.goto(place("en", "review"))
    await page.get_by_role("button", name="Approve").click()
    await until_said(home, "en", LINES.replace("First", "Wrong first"))
    async with home.house.sessions.begin() as session:
        version = await version_of(session, key("en"))
        assert version is not None
        session.add_all([Useful(language="en", intent=NAME, version=version.number, useful=useful) for useful in (True, True, False)])
    await page.goto(place("en", "history"))
    row = page.get_by_role("row").filter(has_text="Wrong first")
    assert await row.count() == 0  # words stand in the comparison only
    await expect(page.get_by_role("row").filter(has=page.locator(".is-published"))).to_contain_text("👍 2 👎 1")
    await page.get_by_role("button", name="Compare the two chosen").click()
    await expect(page.locator("ins")).to_have_text("Wrong first")
    before = version.number - 1
    await page.get_by_text(f"Go back {before}").first.click()
    await page.get_by_label("Publish it again, at once").first.check()
    await page.get_by_role("button", name=f"Go back {before}").click()
    await expect(page.get_by_text("The earlier version is published again.")).to_be_visible()
    await until_said(home, "en", LINES)
    await page.goto(place("de"))
    await expect(page.locator("#standing")).not_to_contain_text("outdated")


async def test_what_was_published_since_is_brought_into_a_draft(home: Home, anna: Visitor, ben: Visitor) -> None:
    """A draft waits while somebody else's version is published: it cannot take those lines back unseen."""
    page = anna.page
    await hands_in(home, "anna", "en", text=LINES.replace("Third", "Anna's third"))
    await publishes(home, LINES.replace("First", "Newest first"))
    await ben.page.goto(place("en", "review"))
    await expect(ben.page.locator("#standing")).to_contain_text("Another version was published since this draft was begun")
    await expect(ben.page.get_by_role("button", name="Approve")).to_have_count(0)
    await page.goto(place("en"))
    since = page.get_by_role("region", name="Published since this draft was begun")
    await expect(since.locator("ins")).to_have_text("Newest first")
    await is_good(anna, "overtaken")
    await change(anna, "Second line.", "Second, typed but not saved.")
    await page.get_by_role("button", name="Bring it into the draft").click()
    await expect(page.get_by_role("status").filter(has_text="What was published since is in the draft now")).to_be_visible()
    await expect(box(anna)).to_have_value("Newest first line.\n\nSecond, typed but not saved.\n\nAnna's third line.")
    await expect(since).to_have_count(0)

    # The same lines: she does it, and saying nothing is not enough.
    await publishes(home, LINES.replace("Second", "Newest second"))
    await expect(since).to_be_visible()  # told without a reload
    await page.get_by_role("button", name="Bring it into the draft").click()
    await expect(page.get_by_role("alert")).to_contain_text("Both changed the same lines")
    await expect(since.locator("ins").filter(has_text="Newest second")).to_be_visible()
    await page.get_by_role("button", name="Save and hand in").click()
    await expect(page.get_by_role("status").filter(has_text="Handed in.")).to_be_visible()
    await ben.page.goto(place("en", "review"))
    await ben.page.get_by_role("button", name="Approve").click()
    await until_said(home, "en", "Newest first line.\n\nSecond, typed but not saved.\n\nAnna's third line.")


async def publishes(home: Home, words: str) -> None:
    """Another version is published past the desk, as an import does."""
    async with home.house.sessions.begin() as session:
        text, before = await text_at(session, key("en")), await version_of(session, key("en"))
        assert text is not None
        assert before is not None
        await publish(session, Text(**{**_fields(text), "text": words}), before.number + 1, origin="file")
        await notify(session, "answers")
        await notify(session, "texts", str(key("en")))


async def test_given_back_with_a_word_and_settled(home: Home, anna: Visitor, ben: Visitor) -> None:
    await hands_in(home, "anna", "en", text="Too short.")
    await anna.page.goto(place("en"))
    await ben.page.goto(place("en", "review"))
    await ben.page.get_by_label("What should be changed").fill("Say whom to ask.")
    await ben.page.get_by_role("button", name="Give back").click()
    await expect(anna.page.locator("#remarks")).to_contain_text("Say whom to ask.")  # without a reload
    await expect(anna.page.locator("#standing")).to_contain_text("draft")
    await anna.page.goto("/staff/texts?language=en&state=comments")
    await expect(anna.page.get_by_role("link", name=re.compile("remarks"))).to_have_count(1)
    await anna.page.goto(place("en"))
    await anna.page.get_by_role("button", name="Settled").click()
    await expect(anna.page.get_by_text("No open remarks.")).to_be_visible()


async def test_the_list_tells_where_each_stands(home: Home, anna: Visitor) -> None:
    await hands_in(home, "carl", "de", text="Anders.")
    page = anna.page
    await page.goto("/staff/texts?language=de&q=zebra")
    cell = page.locator("#listed td a")
    await expect(cell).to_have_count(1)
    await expect(cell).to_contain_text("in review")
    async with home.house.sessions.begin() as session:
        await session.execute(delete(TextDraft))
        await notify(session, "texts", f"{NAME}/de")
    await expect(cell).to_contain_text("published")  # by itself
    await page.goto("/staff/texts?q=zebra&state=in_review")
    await expect(page.get_by_text("Nothing fits.")).to_be_visible()
    await page.goto("/staff/texts?kind=phrase&language=de&q=menu_button")
    await page.locator("#listed td a").first.click()
    await expect(page).to_have_url(re.compile("/staff/texts/phrase/menu_button/de"))
    await box_of_phrase(page).fill("Ein viel zu langer Knopf für WhatsApp")
    await expect(page.locator("#at-text")).to_contain_text("a button takes 20")


def box_of_phrase(page) -> Locator:
    return page.locator("#part-text")


async def test_all_of_it_without_javascript(home: Home) -> None:
    async with home.member(Role.EDITOR, "dora", java_script_enabled=False) as dora:
        page = dora.page
        await page.goto(place("en"))
        await box(dora).fill("Plain words.")
        await page.get_by_role("button", name="Preview").click()
        await expect(page.locator(".phone.telegram")).to_contain_text("Plain words.")
        async with home.house.sessions() as session:
            assert await draft_of(session, key("en")) is None
        await page.get_by_role("button", name="Save and hand in").click()
        await expect(page.locator("#standing")).to_contain_text("in review")
    async with home.member(Role.APPROVER, "emil", java_script_enabled=False) as emil:
        await emil.page.goto(place("en", "review"))
        assert await emil.page.locator("#zone").input_value() == "UTC"
        await emil.page.get_by_role("button", name="Approve").click()
        await expect(emil.page.get_by_text("Published.")).to_be_visible()
    await until_said(home, "en", "Plain words.")


async def test_a_country_twice_loses_nothing(home: Home, anna: Visitor) -> None:
    await anna.page.goto(place("en"))
    await box(anna).fill("For all.\n\n## DE\nOne.\n\n## DE\nTwo.")
    await anna.page.get_by_role("button", name="Save", exact=True).click()
    await expect(anna.page.get_by_role("alert")).to_contain_text("two parts for one country")
    assert "Two." in await box(anna).input_value()
    await box(anna).fill("For all.\n\n## DE\nOne.")
    await anna.page.get_by_role("button", name="Save", exact=True).click()
    await expect(anna.page.get_by_label("For people in Germany")).to_have_value("One.")


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_for_everybody(home: Home, language: str) -> None:
    revision = await hands_in(home, "carl", "fa", text="خط دیگر.")
    assert revision
    async with home.member(Role.APPROVER, "axe-approver") as member:
        await speaks(home, "axe-approver", language)
        pages = ["/staff/texts", place("fa"), place("fa", "review")]
        if language == "en":
            pages += ["/staff", "/staff/texts?language=fa", "/staff/texts?kind=phrase", "/staff/texts/review", place("en"), place("fa", "history")]
            pages += ["/staff/texts/answer/return_money/en", "/staff/texts/phrase/menu_button/ru"]
        for page in pages:
            answer = await member.page.goto(page)
            assert answer is not None
            assert answer.status == 200
            assert len(await answer.body()) < 50_000, page
            await is_good(member, page)
    await speaks(home, "axe-approver", "en")


async def test_nobody_reads_conversations_here(home: Home, anna: Visitor) -> None:
    """An editor's pages are the texts'."""
    links = await anna.page.locator("header nav a").evaluate_all("(all) => all.map((one) => one.getAttribute('href'))")
    assert "/staff/texts" in links
    assert not any("case" in link for link in links)
