"""Two editors at one text at the same moment: what either sends is in the draft, or kept beside it, and nothing is overwritten unseen."""

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import Route, expect
from sqlalchemy import delete, select

from bot.answers.drafts import draft_of, text_at, version_of, working_text, writers
from bot.answers.files import publish
from bot.answers.models import TextDraft, TextSave
from bot.answers.text import Key, Text
from bot.staff.models import Member, Role
from tests.console.home import Home, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="package")

KEY = Key(kind="answer", name="orientation_training", language="de")
HERE = f"/staff/texts/answer/{KEY.name}/{KEY.language}"
LINES = "Eins.\n\nZwei.\n\nDrei.\n\nVier."


@pytest_asyncio.fixture(loop_scope="package", autouse=True)
async def number(home: Home) -> int:
    """Of the version that is published; nobody is writing."""
    async with home.house.sessions.begin() as session:
        for table in (TextDraft, TextSave):
            await session.execute(delete(table))
        before = await version_of(session, KEY)
        source = await text_at(session, Key(kind="answer", name=KEY.name, language="en"))
        text = Text(kind="answer", name=KEY.name, language="de", title="Kurs", text=LINES, made_from=source.meaning if source else None)
        return (await publish(session, text, before.number + 1 if before else 1, origin="desk")).number


@pytest_asyncio.fixture(loop_scope="package")
async def editors(home: Home) -> AsyncIterator[list[httpx.AsyncClient]]:
    found = [home.client(await home.cookie(Role.EDITOR, name)) for name in ("two-anna", "two-ben")]
    yield found
    for one in found:
        await one.aclose()


def form(number: int, revision: int = 0, **typed: str) -> dict[str, str]:
    return {"title": "Kurs", "text": LINES, "revision": str(revision), "number": str(number), "do": "save"} | typed


async def test_two_saves_in_the_same_moment_are_both_in_the_draft(home: Home, editors: list[httpx.AsyncClient], number: int) -> None:
    for turn in range(8):
        async with home.house.sessions() as session:
            text, opened, _ = await working_text(session, KEY)
        changes = [text.text.replace("Eins", f"Eins {turn}"), text.text.replace("Drei", f"Drei {turn}")]
        sent = (client.post(HERE, data=form(number, opened.revision, text=words)) for client, words in zip(editors, changes, strict=True))
        answers = await asyncio.gather(*sent)
        assert [answer.status_code for answer in answers] == [303, 303]
        async with home.house.sessions() as session:
            now = (await working_text(session, KEY))[0].text
        assert f"Eins {turn}" in now
        assert f"Drei {turn}" in now


async def test_a_page_that_saves_by_itself_never_mixes_in_what_its_editor_has_not_seen(
    home: Home, editors: list[httpx.AsyncClient], number: int
) -> None:
    for turn in range(8):
        async with home.house.sessions() as session:
            text, opened, _ = await working_text(session, KEY)
        changes = [text.text.replace("Eins", f"Eins {turn}"), text.text.replace("Drei", f"Drei {turn}")]
        sent = (
            client.post(HERE, data=form(number, opened.revision, text=words, alone="yes")) for client, words in zip(editors, changes, strict=True)
        )
        assert sorted([answer.json()["said"] for answer in await asyncio.gather(*sent)]) == ["other", "saved"]


async def test_where_both_changed_a_line_what_a_colleague_changed_elsewhere_stays(home: Home, editors: list[httpx.AsyncClient], number: int) -> None:
    anna, ben = editors
    await anna.post(HERE, data=form(number, title="Kurse", text=LINES.replace("Zwei", "Zwei A").replace("Vier", "Vier A")))
    answer = await ben.post(HERE, data=form(number, text=LINES.replace("Zwei", "Zwei B")))
    assert answer.status_code == 200
    in_form = re.search(r'id="part-text".*?>\n(.*?)</textarea>', answer.text, re.DOTALL)
    assert in_form is not None
    assert in_form[1] == "Eins.\n\nZwei B.\n\nDrei.\n\nVier A."
    assert 'value="Kurse"' in answer.text
    async with home.house.sessions() as session:
        kept = await session.scalar(select(TextSave).where(TextSave.set_aside))
    assert kept is not None
    assert "Zwei B" in kept.document


async def test_every_save_can_be_found_and_taken_up(home: Home, editors: list[httpx.AsyncClient], number: int) -> None:
    for revision in range(35):
        await editors[0].post(HERE, data=form(number, revision, text=f"{LINES}\n\nSave {revision}."))
    found: list[str] = []
    address = f"{HERE}/history"
    while address:
        page = (await editors[0].get(address)).text
        found += re.findall(r'name="revision" value="(\d+)"', page)
        onward = re.search(r'href="([^"]*saves_from=\d+)"', page)
        address = onward[1] if onward else ""
    assert [int(one) for one in found] == list(range(35, 0, -1))


async def test_who_wrote_what_was_taken_up_may_not_approve_it(home: Home, editors: list[httpx.AsyncClient], number: int) -> None:
    anna, ben = editors
    await anna.post(HERE, data=form(number, text="Annas."))
    await ben.post(HERE, data=form(number, text="Bens."))  # kept beside
    await anna.post(f"{HERE}/restore", data={"revision": "2"})
    async with home.house.sessions() as session:
        draft = await draft_of(session, KEY)
        assert draft is not None
        ben_id = await session.scalar(select(Member.id).where(Member.email == "two-ben@example.org"))
        assert "Bens." in draft.document
        assert ben_id in await writers(session, KEY, draft)


async def test_a_title_keeps_the_space_that_holds_its_words_together(home: Home, editors: list[httpx.AsyncClient], number: int) -> None:
    await editors[0].post(HERE, data=form(number, title="Que demander\u00a0?\u202f "))
    async with home.house.sessions() as session:
        assert (await working_text(session, KEY))[0].title == "Que demander\u00a0?"


TROUBLE = "No connection: not kept yet."


async def typed(member: Visitor, words: str) -> None:
    await member.page.get_by_label("Text for everybody").fill(words)


async def press_save(member: Visitor) -> None:
    await member.page.get_by_role("button", name="Save", exact=True).click()


async def saved(home: Home, member: Visitor, words: str) -> None:
    await expect(member.page.get_by_text("Saved.")).to_be_visible()
    async with home.house.sessions() as session:
        assert (await working_text(session, KEY))[0].text == words


async def test_what_is_typed_stays_where_nobody_answers(home: Home) -> None:
    async with home.member(Role.EDITOR, "two-carl") as carl:
        carl.expected, carl.worn = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "Failed to load"), True
        await carl.page.goto(HERE)
        await typed(carl, "In a tunnel.")
        await carl.context.set_offline(True)
        await press_save(carl)
        await expect(carl.page.locator("#kept")).to_have_text(TROUBLE)
        await carl.context.set_offline(False)
        await home.web_stops()
        await typed(carl, "In a tunnel, twice.")
        await press_save(carl)
        await expect(carl.page.locator("#kept")).to_have_text(TROUBLE)
        await home.web_starts()
        await press_save(carl)
        await saved(home, carl, "In a tunnel, twice.")


async def test_what_is_typed_comes_back_with_the_page(home: Home) -> None:
    async with home.member(Role.EDITOR, "two-gina") as gina:
        gina.expected, gina.worn = ("ERR_CONNECTION_REFUSED", "Failed to load"), True
        await gina.page.goto(HERE)
        await typed(gina, "Just before it went away.")
        await expect(gina.page.locator(".phone.telegram")).to_contain_text("Just before it went away.")
        await home.web_stops()
        await press_save(gina)
        await expect(gina.page.locator("#kept")).to_have_count(0)  # the browser's own page of an error
        await home.web_starts()
        await gina.page.goto(HERE)
        await expect(gina.page.get_by_label("Text for everybody")).to_have_value("Just before it went away.")
        await press_save(gina)
        await saved(home, gina, "Just before it went away.")
        await gina.page.goto(HERE)
        assert await gina.page.evaluate("sessionStorage.length") == 0


async def test_what_is_typed_stays_where_one_is_signed_out(home: Home) -> None:
    async with home.member(Role.EDITOR, "two-dora") as dora:
        dora.expected, dora.worn = ("404",), True
        await dora.page.goto(HERE)
        await dora.page.get_by_label("Add a part for").select_option("to IQ")
        await dora.page.get_by_role("button", name="Add", exact=True).click()
        await dora.page.get_by_label("For people who go back to Iraq").fill("In Erbil.")
        await typed(dora, "After a long lunch.")
        await dora.context.clear_cookies()
        await press_save(dora)
        await expect(dora.page.get_by_role("heading", level=1)).to_have_text("Not found")
        await dora.is_signed_in(await home.cookie(Role.EDITOR, "two-dora"))
        await dora.page.goto(HERE)
        await expect(dora.page.get_by_label("For people who go back to Iraq")).to_have_value("In Erbil.")
        await press_save(dora)
        await saved(home, dora, "After a long lunch.")


async def test_who_is_signed_out_while_typing_is_told_before_they_save(home: Home) -> None:
    async with home.member(Role.EDITOR, "two-fred") as fred:
        fred.expected, fred.worn = ("404",), True
        await fred.page.goto(HERE)
        await fred.context.clear_cookies()
        await typed(fred, "After a long lunch.")
        await expect(fred.page.locator("#kept")).to_contain_text("Sign in in another window")
        await press_save(fred)
        await expect(fred.page.locator("#kept")).to_contain_text("Sign in in another window")
        await fred.is_signed_in(await home.cookie(Role.EDITOR, "two-fred"))  # in another window
        await press_save(fred)
        await saved(home, fred, "After a long lunch.")


async def test_ones_own_save_on_its_way_is_no_colleagues(home: Home) -> None:
    async with home.member(Role.EDITOR, "two-emil") as emil:
        emil.worn = True
        await emil.page.clock.install()
        await emil.page.goto(HERE)
        arrived, onward = asyncio.Event(), asyncio.Event()

        async def slowly(route: Route) -> None:
            if "alone=yes" in (route.request.post_data or ""):
                answer = await route.fetch()
                arrived.set()
                await onward.wait()
                await route.fulfill(response=answer)
            else:
                await route.continue_()

        await emil.page.route(f"**{HERE}", slowly)
        await typed(emil, "One word")
        await emil.page.clock.fast_forward(21_000)
        await arrived.wait()
        await typed(emil, "One word more")
        await press_save(emil)
        onward.set()
        await saved(home, emil, "One word more")
