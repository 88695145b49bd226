"""Leads see how it goes: figures with plots and a file, in which nobody can be found; and the floor, live."""

import csv
import io
import time
import uuid
from datetime import timedelta

import pytest
from playwright.async_api import expect
from sqlalchemy import select, update

from bot.answering.receive import receive
from bot.cases.models import Case
from bot.channels import Inbound, Kind
from bot.conversation.models import Message
from bot.db import notify, now
from bot.figures import FirstReply, Helped, today
from bot.staff.audit import Audit
from bot.staff.models import Member, Role
from tests.console.home import Home, Visitor
from tests.console.leads import goes, questions, speaks
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def cells(lead: Visitor, heading: str) -> list[list[str]]:
    """The table under the plot of a section, row by row."""
    section = lead.page.locator("section", has=lead.page.get_by_role("heading", name=heading, exact=True))
    rows = section.locator("details").first.locator("tbody tr")
    return [await row.locator("th, td").all_text_contents() for row in await rows.all()]


async def test_the_page_shows_what_was_counted_and_hides_small_counts(home: Home, counted: None) -> None:
    async with home.member(Role.LEAD, "figures") as lead:
        await lead.page.get_by_role("link", name="Figures").click()
        await expect(lead.page.get_by_role("heading", name="Questions by day")).to_be_visible()
        assert await cells(lead, "Questions by language") == [["French", "40"], ["Russian", "30"], ["Central Kurdish", "<5"], ["German", "hidden"]]
        topics = await cells(lead, "Questions by topic")
        assert [home.title("return_money", "en"), "40"] in topics
        assert [home.title("wages_withheld", "en"), "<5"] in topics
        assert ["Asked back", "30"] in await cells(lead, "What was done about the questions")
        assert await cells(lead, "Time to the first reply of a counsellor") == [["urgent", "5", "1 min", "1 hr 12 min"]]
        assert await cells(lead, "How cases ended") == [["Referred to an office or service", "9"]]
        assert await cells(lead, "“Did this help?”") == [["French", "8", "6"]]
        french = lead.page.get_by_role("img", name="Questions by language")
        await expect(french.locator("rect.bar")).to_have_count(2)  # nothing is drawn of what is hidden
        await expect(french).to_contain_text("<5")


async def test_a_period_and_filters_narrow_the_page_and_stay_chosen(home: Home, counted: None) -> None:
    async with home.member(Role.LEAD, "figures") as lead:
        await lead.page.goto("/staff/figures")
        await lead.page.get_by_label("Language", exact=True).select_option("ru")
        await lead.page.get_by_role("button", name="Last 90 days").click()
        assert await cells(lead, "Questions by language") == [["Russian", "50"]]
        await expect(lead.page.get_by_role("button", name="Last 90 days")).to_have_attribute("aria-current", "true")
        await lead.page.get_by_label("Channel of the questions").select_option("whatsapp")
        await lead.page.get_by_role("button", name="Show").click()
        assert await cells(lead, "Questions by language") == [["Russian", "30"]]
        await expect(lead.page.get_by_label("Language", exact=True)).to_have_value("ru")
        await lead.page.get_by_label("From", exact=True).fill((today() - timedelta(days=70)).isoformat())
        await lead.page.get_by_label("To", exact=True).fill((today() - timedelta(days=50)).isoformat())
        await lead.page.get_by_label("Channel of the questions").select_option("")
        await lead.page.get_by_role("button", name="Show").click()
        assert await cells(lead, "Questions by topic") == [[home.title("return_money", "en"), "20"]]


async def test_without_figures_the_page_says_what_will_be_there(home: Home, counted: None) -> None:
    async with home.member(Role.ADMIN, "figures-admin") as admin:
        await admin.page.goto("/staff/figures?from=2026-01-01&to=2026-01-02&language=tr")
        await expect(admin.page.locator(".empty")).to_contain_text("Nothing was counted in these days. Here you will see")
        await expect(admin.page.locator("svg.plot")).to_have_count(0)


async def test_the_file_holds_the_same_figures_and_taking_it_is_written_down(home: Home, counted: None) -> None:
    async with home.member(Role.LEAD, "figures") as lead:
        await lead.page.goto("/staff/figures?days=7")
        async with lead.page.expect_download() as waiting:
            await lead.page.get_by_role("link", name="Take these figures along").click()
        download = await waiting.value
        first, last = today() - timedelta(days=6), today()
        assert download.suggested_filename == f"figures-{first}-{last}.csv"
        raw = (await download.path()).read_bytes()
        assert raw.startswith(b"\xef\xbb\xbf")
        head, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
        assert head == ["measure", "group", "value"]
        assert ["questions_by_language", "fr", "40"] in rows
        assert ["questions_by_language", "ckb", "<5"] in rows
        assert ["questions_by_language", "de", "hidden"] in rows
        assert not {value for _, _, value in rows} & {"1", "2", "3", "4"}
    async with home.house.sessions() as session:
        act = (await session.scalars(select(Audit).where(Audit.action == "figures.exported").order_by(Audit.id.desc()))).first()
        assert act is not None
        assert act.detail == f"{first} {last}"
        assert (await session.get_one(Member, act.member_id)).email == "figures@example.org"


async def test_the_page_is_small_and_quick(home: Home, counted: None) -> None:
    """With every language and topic, and a column for each of 93 days."""
    from nlu import INTENTS, LANGUAGES

    async with home.house.sessions.begin() as session:
        for ago, language in enumerate(list(LANGUAGES) * 7):
            session.add_all(questions(6, language, list(INTENTS)[ago % len(INTENTS)], "handover", ago=ago))
        for language in LANGUAGES:
            session.add_all(FirstReply(language=language, risk="normal", seconds=5000 + 7 * each) for each in range(6))
            session.add_all(Helped(language=language, intent="x", helped=bool(each % 2)) for each in range(14))
    async with home.member(Role.LEAD, "figures") as lead:
        for days in (7, 30, 90, 365):
            begun = time.perf_counter()
            answer = await lead.context.request.get(f"/staff/figures?days={days}")
            took = time.perf_counter() - begun
            assert len(await answer.body()) < 50_000, days
            assert took < 1, days  # a generous limit for a busy machine; bench measures


async def test_plots_are_turned_where_the_page_reads_from_the_right(home: Home, counted: None) -> None:
    async with home.member(Role.LEAD, "figures-ar") as lead:
        await speaks(home, "figures-ar", "ar")
        await lead.page.goto("/staff/figures")
        box = await lead.page.locator("#h-language ~ svg").bounding_box()
        first = await lead.page.locator("#h-language ~ svg rect.bar").first.bounding_box()
        assert box is not None
        assert first is not None
        assert first["x"] + first["width"] == pytest.approx(box["x"] + box["width"], abs=2)


# --- the floor --------------------------------------------------------------------------------------------------------------


async def writes(home: Home, text: str) -> Case:
    """Somebody calls for a counsellor."""
    async with home.house.sessions.begin() as session:
        inbound = Inbound(channel="webchat", person=uuid.uuid4().hex, external_id=uuid.uuid4().hex, kind=Kind.TEXT, text=text, sent_at=now())
        await receive(session, inbound)
    mine = select(Message.conversation_id).where(Message.external_id == inbound.external_id).scalar_subquery()

    async def opened() -> Case | None:
        async with home.house.sessions() as session:
            return await session.scalar(select(Case).where(Case.conversation_id == mine))

    return await until(opened)


async def test_the_floor_is_live(home: Home) -> None:
    await home.link(Role.COUNSELLOR, "floor-zoe")
    async with home.member(Role.LEAD, "floor") as lead:
        await lead.page.get_by_role("link", name="On duty").click()
        members, waiting = lead.page.locator("#members"), lead.page.locator("#waiting")
        await expect(members).not_to_contain_text("floor-zoe")
        await goes(home, "floor-zoe", on=True, languages=("ckb",))
        await expect(members.locator("tr", has_text="floor-zoe")).to_contain_text("Central Kurdish")

        case = await writes(home, "Помогите, меня хотят убить")
        urgent = lead.page.locator(f"#urgent-{case.id}")
        await expect(urgent).to_have_text(home.title("immediate_danger", "en"))
        await expect(waiting.locator("tr", has_text="Russian")).to_contain_text("nobody")
        await expect(lead.page.get_by_role("status")).to_contain_text("Nobody on duty speaks Russian, and somebody waits.")

        await goes(home, "floor-zoe", on=True, languages=("ru",))
        await expect(lead.page.get_by_role("status")).not_to_contain_text("Russian")
        await expect(waiting.locator("tr", has_text="Russian")).not_to_contain_text("nobody")

        async with home.house.sessions.begin() as session:
            await session.execute(update(Case).where(Case.id == case.id).values(escalated_at=now()))
            await notify(session, "cases")
        await expect(lead.page.locator("li", has=urgent)).to_contain_text("escalated")
        await expect(lead.page.locator("#urgent li").first).to_contain_text("escalated")

        await urgent.click()
        await expect(lead.page).to_have_url(f"{home.base}/staff/cases/{case.id}")
    await goes(home, "floor-zoe", on=False)
