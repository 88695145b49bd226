"""Facts and contacts in the desk: what editors change there, the chat says the next moment, in every language."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import delete, select, update

from bot.answers import contact_files
from bot.answers.contact_history import ContactChange
from bot.answers.models import AnswerVariant, AnswerVersion, Contact, ContactName, Fact
from bot.db import notify
from bot.figures import today
from bot.staff.models import Member, Role
from tests.conftest import CONTENT
from tests.console.home import Home, Visitor
from tests.console.test_accessibility import is_good
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

OLD, NEW, OTHER = "116 016", "116 017", "116 018"
HELPLINE = "de_hilfetelefon"


@pytest_asyncio.fixture(autouse=True, loop_scope="package")
async def as_before(home: Home) -> AsyncIterator[None]:
    """The contacts of the files, and the answers as they were."""
    async with home.house.sessions() as session:
        versions = set(await session.scalars(select(AnswerVersion.id)))
        published = set(await session.scalars(select(AnswerVersion.id).where(AnswerVersion.published)))
    yield
    async with home.house.sessions.begin() as session:
        await session.execute(delete(ContactChange))
        await session.execute(delete(Contact).where(Contact.id.like("test_%")))
        await session.execute(update(Contact).values(origin="file", owner_id=None, checked_by=None, checked_at=None))
        await session.execute(delete(ContactName).where(ContactName.contact_id == HELPLINE))
        await contact_files.load_into(session, CONTENT)
        await session.execute(delete(Fact).where(Fact.id.like("test_%")))
        await session.execute(update(AnswerVersion).where(AnswerVersion.published).values(published=False))
        await session.execute(update(AnswerVersion).where(AnswerVersion.id.in_(published)).values(published=True))
        new = select(AnswerVersion.id).where(AnswerVersion.id.not_in(versions))
        await session.execute(delete(AnswerVariant).where(AnswerVariant.version_id.in_(new)))
        await session.execute(delete(AnswerVersion).where(AnswerVersion.id.not_in(versions)))
        await notify(session, "answers")


async def proposes(page: Page, name: str, **fields: str) -> None:
    await page.goto(f"/staff/contacts/{name}")
    for field, value in fields.items():
        await page.locator(f"#{field}").fill(value)
    await page.get_by_role("button", name="Propose this change").click()


async def told(home: Home, name: str) -> tuple[str, ...] | None:
    return next((contact.phones for contact in home.house.library.contacts if contact.id == name), None)


async def test_a_number_is_changed_by_two_and_changes_everywhere_at_once(home: Home, person: Visitor) -> None:
    async with home.member(Role.EDITOR, "nora") as editor, home.member(Role.APPROVER, "olga") as approver:
        await editor.page.goto("/staff/contacts?q=116016&country=DE")
        await editor.page.get_by_role("link", name="Hilfetelefon").click()
        await expect(editor.page.locator("#phones")).to_have_value(OLD)
        await proposes(editor.page, HELPLINE, phones=NEW)
        await expect(editor.page.get_by_role("status")).to_contain_text("Somebody else must publish")
        await expect(editor.page.locator("del")).to_have_text(OLD)
        await expect(editor.page.locator("ins")).to_have_text(NEW)
        assert await editor.page.get_by_role("button", name="Publish").count() == 0
        await person.asks("I am in Germany. My husband beats me.", replies=1)
        await expect(person.heard.first).to_contain_text(OLD)
        await approver.page.goto("/staff/contacts?show=waiting")
        await approver.page.get_by_role("link", name="Hilfetelefon").click()
        await approver.page.get_by_role("link", name="Proposed by nora").click()
        await approver.page.get_by_role("button", name="Publish").click()
        await expect(approver.page.get_by_role("status")).to_contain_text("Published")
        assert await until(lambda: told(home, HELPLINE), 2) == (NEW,)
        async with home.visitor() as another:
            await another.opens_chat()
            await another.asks("I am in Germany. My husband beats me.", replies=1)
            await expect(another.heard.first).to_contain_text(NEW)
            await expect(another.heard.first).not_to_contain_text(OLD)
        await approver.page.get_by_role("link", name="History").click()
        await approver.page.locator("tbody a").last.click()
        await approver.page.get_by_role("button", name="Roll back to this").click()
        await expect(approver.page.locator("#phones")).to_have_value(OLD)
    async with home.house.sessions() as session:
        assert (await session.get_one(Contact, HELPLINE)).phones == [OLD]


async def test_two_editors_at_once_lose_nothing(home: Home) -> None:
    async with home.member(Role.EDITOR, "nora") as one, home.member(Role.APPROVER, "olga") as two, home.member(Role.APPROVER, "pia") as third:
        await two.page.goto(f"/staff/contacts/{HELPLINE}")
        await proposes(one.page, HELPLINE, phones=NEW)
        await two.page.locator("#phones").fill(OTHER)
        await two.page.locator("#hours").fill("Mon-Fri 09:00-16:00")
        await two.page.get_by_role("button", name="Propose this change").click()
        await expect(two.page.get_by_role("heading", name="nora has proposed a change too")).to_be_visible()
        await expect(two.page.get_by_role("region", name="Difference between the two")).to_contain_text(NEW)
        address = two.page.url.split("?")[0]
        await third.page.goto(f"/staff/contacts/{HELPLINE}")
        await third.page.get_by_role("link", name="Proposed by nora").click()
        await third.page.get_by_role("button", name="Publish").click()
        await third.page.goto(address)
        await expect(third.page.get_by_role("rowheader", name="Telephone numbers")).to_contain_text("changed by somebody else too")
        await third.page.get_by_role("button", name="Publish").click()
        await expect(third.page.locator("#phones")).to_have_value(OTHER)
        await expect(third.page.locator("#hours")).to_have_value("Mon-Fri 09:00-16:00")


async def test_what_nobody_has_confirmed_cannot_be_shown(home: Home) -> None:
    async with home.member(Role.EDITOR, "nora") as editor:
        page = editor.page
        await page.goto("/staff/contacts/de_kok")
        await page.locator("#show").select_option("live")
        await page.locator("#phones").fill("+49 30 000 000")
        await page.get_by_role("button", name="Propose this change").click()
        await expect(page.get_by_role("alert")).to_contain_text("Nobody has confirmed this contact")
        await expect(page.locator("#phones")).to_have_value("+49 30 000 000")  # nothing typed is lost
        await page.get_by_role("checkbox", name="This was confirmed").check()
        await page.get_by_role("button", name="Propose this change").click()
        await expect(page.get_by_role("alert")).to_contain_text("Give the day on which it was confirmed")
        await expect(page.get_by_role("alert")).to_contain_text("Say who confirmed it")
        await page.locator("#as_of").fill(today().isoformat())
        await page.locator("#confirmed_with").fill("the office, by telephone")
        await page.get_by_role("button", name="Propose this change").click()
        await expect(page.get_by_role("status")).to_contain_text("Somebody else must publish")
        assert await told(home, "de_kok") is None


async def test_the_server_refuses_what_the_page_does_not_offer(home: Home) -> None:
    """Whoever wrote it, and whoever only edits, publishes nothing by hand."""
    async with home.member(Role.APPROVER, "olga") as approver:
        await proposes(approver.page, HELPLINE, phones=NEW)
        address = approver.page.url.split("?")[0].removeprefix(home.base)
    async with home.client(await home.cookie(Role.APPROVER, "olga")) as client:
        answer = await client.post(f"{address}/publish", data={"seen": "x"})
        assert answer.headers["location"].endswith("problem=own-work")
    async with home.client(await home.cookie(Role.EDITOR, "nora")) as client:
        assert (await client.post(f"{address}/publish", data={"seen": "x"})).status_code == 404
        assert (await client.post(f"{address}/drop")).headers["location"].endswith("problem=not-yours")
        assert (await client.get(address.replace(HELPLINE, "xk_ura"))).status_code == 404
    assert await told(home, HELPLINE) == (OLD,)


async def test_a_new_contact_and_what_colleagues_alone_see(home: Home) -> None:
    async with home.member(Role.EDITOR, "nora") as editor:
        page = editor.page
        await page.goto("/staff/contacts/new")
        await page.locator("#id").fill("test_office")
        await page.locator("#country").select_option("DE")
        await page.locator("#name").fill("A test office")
        await page.get_by_role("button", name="Go on").click()
        await expect(page.get_by_role("heading", level=1)).to_have_text("A test office")
        await page.locator("#remark").fill("Called twice.")
        await page.locator("#review_by").fill("2020-01-01")
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_role("alert")).to_contain_text("must be in the future")
        await page.locator("#remark").fill("Called twice.")
        await page.locator("#review_by").fill((today() + timedelta(days=30)).isoformat())
        await page.get_by_role("button", name="Save", exact=True).click()
        await expect(page.get_by_role("status")).to_contain_text("Saved")
        await expect(page.locator("#remark")).to_have_value("Called twice.")


async def write_answer(home: Home, language: str, text: str) -> None:
    """Put a fact into the published answer of one language."""
    async with home.house.sessions.begin() as session:
        mine = (AnswerVersion.kind == "answer", AnswerVersion.name == "return_money", AnswerVersion.language == language, AnswerVersion.published)
        row = (await session.scalars(select(AnswerVersion).where(*mine))).one()
        source = await session.scalar(select(AnswerVersion.meaning).where(*mine[:2], AnswerVersion.language == "en", AnswerVersion.published))
        await session.execute(update(AnswerVersion).where(AnswerVersion.id == row.id).values(published=False))
        await session.flush()
        about = {
            "kind": "answer",
            "name": "return_money",
            "language": language,
            "title": row.title,
            "made_from": source if language != "en" else None,
        }
        new = AnswerVersion(**about, number=row.number + 1000, published=True, origin="desk", text=text, content_hash="test", meaning=source)
        session.add(new)
        await notify(session, "answers")


async def test_past_its_date_a_fact_is_withheld_in_two_languages_and_still_right_brings_it_back(home: Home) -> None:
    async with home.house.sessions.begin() as session:
        await session.execute(delete(Fact).where(Fact.id == "test_sum"))
        session.add(Fact(id="test_sum", says="The sum is 1234 euros.", sources=["https://example.org/a"], review_by=today() - timedelta(days=3)))
    await write_answer(home, "en", "There is help. [[test_sum|The sum is 1234 euros.]]")
    await write_answer(home, "de", "Es gibt Hilfe. [[test_sum|Es sind 1234 Euro.]]")
    async with home.visitor(locale="en") as english, home.visitor(locale="de") as german, home.member(Role.EDITOR, "nora") as editor:
        for visitor, question, there in (
            (english, "how much money do I get if I go back?", "There is help."),
            (german, "Wie viel Geld bekomme ich?", "Es gibt Hilfe."),
        ):
            await visitor.opens_chat()
            await visitor.asks(question, replies=2)
            await expect(visitor.heard.nth(1)).to_contain_text(there)
            await expect(visitor.heard.nth(1)).not_to_contain_text("1234")
        await editor.page.goto("/staff/facts?show=due&q=test_sum")
        await expect(editor.page.locator(".found")).to_contain_text("withheld since")
        await editor.page.get_by_role("link", name="test_sum").click()
        await expect(editor.page.locator("main")).to_contain_text("2 languages")
        await editor.page.get_by_role("button", name="Still right").click()
        await expect(editor.page.get_by_role("status")).to_contain_text("Checked")
        for visitor, question in ((english, "how much money do I get if I go back?"), (german, "Wie viel Geld bekomme ich?")):
            before = await visitor.heard.count()
            await visitor.writes(question)
            await expect(visitor.heard.nth(before)).to_contain_text("1234")


async def test_facts_are_made_changed_by_two_and_taken_away(home: Home) -> None:
    async with home.member(Role.EDITOR, "nora") as one, home.member(Role.EDITOR, "ria") as two:
        await one.page.goto("/staff/facts/new")
        await one.page.locator("#id").fill("test_made")
        await one.page.locator("#says").fill("Something is known.")
        await one.page.locator("#sources").fill("https://example.org/a\na book")
        await one.page.get_by_role("button", name="Save").click()
        await expect(one.page.get_by_role("status")).to_contain_text("Saved")
        assert await one.page.get_by_role("link", name="https://example.org/a").get_attribute("rel") == "noreferrer"
        await two.page.goto("/staff/facts/test_made")
        await one.page.locator("#says").fill("Something else is known.")
        await one.page.get_by_role("button", name="Save").click()
        await two.page.locator("#says").fill("A third thing is known.")
        await two.page.get_by_role("button", name="Save").click()
        await expect(two.page.get_by_role("alert")).to_contain_text("Something else is known.")
        await expect(two.page.locator("#says")).to_have_value("A third thing is known.")
        await two.page.get_by_role("button", name="Save").click()
        await expect(two.page.get_by_role("status")).to_contain_text("Saved")
        await two.page.locator("summary", has_text="Delete this fact").click()
        await two.page.locator("#sure").check()
        await two.page.get_by_role("button", name="Delete", exact=True).click()
        await expect(two.page.get_by_role("status").first).to_contain_text("Deleted")


@pytest.mark.parametrize("language", ["en", "ar"])
async def test_everybody_can_work_there(language: str, home: Home) -> None:
    async with home.house.sessions.begin() as session:
        session.add(Fact(id="test_old", says="Old.", sources=["https://example.org/" + "a" * 80], review_by=today() - timedelta(days=3)))
    async with home.member(Role.APPROVER, f"axe-{language}") as visitor, home.member(Role.EDITOR, "nora") as other:
        async with home.house.sessions.begin() as session:
            await session.execute(update(Member).where(Member.email == f"axe-{language}@example.org").values(console_language=language))
        await proposes(other.page, HELPLINE, phones=NEW)
        change = other.page.url.split("?")[0].removeprefix(home.base)
        pages = ("/staff/facts", "/staff/facts/new", "/staff/facts/test_old", "/staff/contacts", "/staff/contacts/new", change)
        for path in (*pages, f"/staff/contacts/{HELPLINE}", f"/staff/contacts/{HELPLINE}/changes"):
            answer = await visitor.page.goto(path)
            assert answer is not None
            assert len(await answer.body()) < 50_000, path
            await is_good(visitor, path)
