"""Editors record answers and give them pictures; people hear and see them in the chat, until the words change."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import delete, func, select, update

from bot.answers.media import AnswerMedia
from bot.answers.models import AnswerVersion
from bot.conversation.models import Attachment
from bot.db import notify
from bot.staff.audit import Audit
from bot.staff.models import Role
from tests import samples
from tests.console.home import Home
from tests.console.test_accessibility import is_good
from tests.console.test_media import with_microphone
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

INTENT, QUESTION = "return_cost", "who pays the plane ticket, is it free?"
PLACE = f"/staff/answers/{INTENT}/en/media"
VOICE = {"name": "a.webm", "mimeType": "audio/webm", "buffer": samples.recording("webm", seconds=2)}
PICTURE = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": samples.picture()}


@pytest_asyncio.fixture(autouse=True, loop_scope="package")
async def nothing_made(home: Home) -> AsyncIterator[None]:
    """Each test begins, and leaves the house, without recordings."""
    yield
    async with home.house.sessions.begin() as session:
        await session.execute(delete(Attachment).where(Attachment.media_id.is_not(None)))
        await session.execute(delete(AnswerMedia))
        await notify(session, "answers")


async def _uploads(page: Page, what: dict[str, object], alt: str = "") -> None:
    await page.goto(PLACE)
    await page.locator("#picture" if alt else "#file").set_input_files(what)  # type: ignore[arg-type]
    if alt:
        await page.get_by_label("What it shows").fill(alt)
    await page.get_by_role("button", name="Save the picture" if alt else "Save the recording").click()
    await expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()


async def _changes(home: Home, more: str) -> None:
    """The answer says something more from now on."""
    mine = (AnswerVersion.kind == "answer", AnswerVersion.name == INTENT, AnswerVersion.language == "en", AnswerVersion.published)
    async with home.house.sessions.begin() as session:
        await session.execute(update(AnswerVersion).where(*mine).values(text=AnswerVersion.text + more))
        await notify(session, "answers")
    await until(lambda: _says(home, more))


async def _says(home: Home, more: str) -> bool:
    return home.text(INTENT, "en").endswith(more.strip())


async def test_an_answer_is_recorded_and_played_in_the_chat(home: Home) -> None:
    async with with_microphone(home) as there, there.member(Role.EDITOR, "mina", viewport={"width": 360, "height": 740}) as mina:
        page = mina.page
        await page.goto(PLACE)
        await page.get_by_role("button", name="Record now").press("Enter")
        await expect(page.get_by_role("button", name="Stop recording")).to_be_focused()
        await page.wait_for_timeout(1200)
        await page.keyboard.press("Enter")
        heard = page.get_by_label("Your voice note")
        await expect(heard).to_be_visible()
        await page.wait_for_function("(one) => one.readyState >= 1", arg=await heard.element_handle())
        await page.get_by_role("button", name="Save the recording").press("Enter")
        await expect(page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
        await expect(page.get_by_text("For these words: in use")).to_be_visible()
        await _plays(page, "The recording")
    async with home.visitor() as person:
        await person.opens_chat()
        await person.writes(QUESTION)
        await expect(person.page.locator("article.theirs audio")).to_be_attached()
        await _plays(person.page, "Listen to the answer")
        await is_good(person, "a chat with a voice note")


async def _plays(page: Page, label: str) -> None:
    audio = page.get_by_label(label)
    await audio.evaluate("(one) => { one.muted = true; return one.play(); }")
    await page.wait_for_function("(one) => one.currentTime > 0.1", arg=await audio.element_handle())


async def test_a_changed_text_withholds_both_and_the_page_says_so(home: Home) -> None:
    async with home.member(Role.EDITOR, "mina") as mina:
        await _uploads(mina.page, VOICE)
        await _uploads(mina.page, PICTURE, "An aeroplane over a house")
        more = f"\n\nSince today: {uuid.uuid4().hex[:6]}."
        await _changes(home, more)
        await mina.page.goto(PLACE)
        await expect(mina.page.get_by_text("withheld: the text has changed since").first).to_be_visible()
        assert await _asked(home) == (0, 0)
        await is_good(mina, "a recording that is withheld")
        await mina.page.get_by_role("button", name="The picture is still right").click()
        await expect(mina.page.get_by_role("status").filter(has_text="sent again")).to_be_visible()
        assert await _asked(home) == (0, 1)
        await mina.page.goto(f"/staff/answers/{INTENT}/media")
        row = mina.page.get_by_role("row", name="English")
        await expect(row).to_contain_text("withheld")
        await expect(row).to_contain_text("in use")
        await is_good(mina, "recordings in all languages")
        await mina.page.goto(PLACE)
        await mina.page.get_by_role("button", name="Remove the recording").click()
        await expect(mina.page.get_by_role("status").filter(has_text="Removed")).to_be_visible()
        await expect(mina.page.get_by_role("button", name="Remove the recording")).to_have_count(0)
    async with home.house.sessions() as session:
        acts = list(await session.scalars(select(Audit.action).where(Audit.subject_id == INTENT).order_by(Audit.id)))
    assert acts[-4:] == ["answer.voice", "answer.picture", "answer.confirmed", "answer.removed"]


async def _asked(home: Home) -> tuple[int, int]:
    """How many recordings and pictures follow the answer to somebody new."""
    async with home.visitor() as person:
        await person.opens_chat()
        await person.asks(QUESTION, replies=2)
        await person.writes("/menu")
        await expect(person.page.get_by_role("button", name=home.phrase("theme_return", "en"))).to_be_attached()
        for image in await person.page.locator("article.theirs img").all():
            assert await image.get_attribute("alt") == "An aeroplane over a house"
            await image.scroll_into_view_if_needed()
            await expect(image).to_have_js_property("naturalWidth", 64)
        return await person.page.locator("article.theirs audio").count(), await person.page.locator("article.theirs img").count()


async def test_it_works_without_script_and_says_what_is_wrong(home: Home) -> None:
    async with home.member(Role.EDITOR, "mina", java_script_enabled=False) as mina:
        page = mina.page
        await page.goto(PLACE)
        await page.locator("#file").set_input_files(PICTURE)  # type: ignore[arg-type]
        await page.get_by_role("button", name="Save the recording").click()
        await expect(page.get_by_role("alert")).to_contain_text("This is not a recording")
        await page.get_by_role("button", name="Save the recording").click()
        await expect(page.get_by_role("alert")).to_contain_text("Record something")
        await _changes(home, f"\n\nNow: {uuid.uuid4().hex[:6]}.")
        await page.locator("#file").set_input_files(VOICE)  # type: ignore[arg-type]
        await page.get_by_role("button", name="Save the recording").click()
        await expect(page.get_by_role("alert")).to_contain_text("The text has changed while this page was open")
        await _uploads(page, VOICE)


async def test_what_people_in_a_country_read_is_recorded_for_them(home: Home) -> None:
    async with home.member(Role.EDITOR, "mina") as mina:
        await mina.page.goto(PLACE)
        await mina.page.get_by_label("As read by somebody in").select_option("DE")
        await mina.page.get_by_role("button", name="Show").click()
        await mina.page.locator("#file").set_input_files(VOICE)  # type: ignore[arg-type]
        await mina.page.get_by_role("button", name="Save the recording").click()
        await expect(mina.page.get_by_role("row", name="Germany")).to_contain_text("in use")
    async with home.house.sessions() as session:
        assert await session.scalar(select(AnswerMedia.country).where(AnswerMedia.withdrawn_at.is_(None))) == "DE"
        assert await session.scalar(select(AnswerMedia.seconds)) == 2


async def test_the_way_home_is_shown_in_the_chat_and_at_the_desk(home: Home) -> None:
    async with home.visitor() as person:
        await person.opens_chat()
        await person.asks("/menu", replies=2)
        await person.presses(home.phrase("theme_return", "en"))
        await person.hears(3)
        await person.presses(home.title("return_overview", "en"))
        picture = person.page.locator("article.theirs img")
        await expect(picture).to_have_js_property("naturalWidth", 1080)
        assert await picture.get_attribute("alt") == home.phrase("way_alt", "en")
        await is_good(person, "a chat with a picture")
    async with home.member(Role.EDITOR, "mina") as mina:
        await mina.page.goto("/staff/way")
        await expect(mina.page.locator(".ways img")).to_have_count(13)
        await is_good(mina, "the way home")


async def test_nobody_sees_the_pictures_of_somebody_else(home: Home) -> None:
    async with home.visitor() as person, home.visitor() as other:
        await person.opens_chat()
        await person.asks("/menu", replies=2)
        await person.presses(home.phrase("theme_return", "en"))
        await person.hears(3)
        await person.presses(home.title("return_overview", "en"))
        address = await person.page.locator("article.theirs img").get_attribute("src")
        await other.opens_chat()
        await other.asks("/menu", replies=2)
        assert address is not None
        assert (await person.context.request.get(f"{home.base}{address}")).status == 200
        assert (await other.context.request.get(f"{home.base}{address}")).status == 404
        async with home.client() as nobody:
            assert (await nobody.get(address)).status_code == 404
            assert (await nobody.get("/chat/media/0")).status_code == 404


async def test_only_editors_may_record_and_only_there(home: Home) -> None:
    async with home.client(await home.cookie(Role.EDITOR, "mina")) as client:
        page, glance = await client.get(PLACE), await client.get(f"/staff/answers/{INTENT}/media")
        assert "microphone=(self)" in page.headers["permissions-policy"]
        assert "microphone=()" in glance.headers["permissions-policy"]
        large = {"file": ("a.webm", b"x" * 2_000_000)}
        assert (await client.post(PLACE, files=large)).status_code == 303
        assert (await client.post(f"{PLACE}/{uuid.uuid4()}/remove", files=large)).status_code == 413
        for nowhere in ("/staff/answers/nothing/media", f"/staff/answers/{INTENT}/xx/media", "/staff/way/xx.png", f"{PLACE}/{uuid.uuid4()}"):
            assert (await client.get(nowhere)).status_code == 404
    async with home.house.sessions() as session:
        assert await session.scalar(select(func.count(AnswerMedia.id))) == 0
