"""The editors' pages of what was not understood: seen redacted, taught, trained, compared, live; the chat shows each step at once."""

import shutil
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect
from sqlalchemy import delete, select, update

from bot.conversation.models import Message
from bot.db import now
from bot.renewal import renewal
from bot.staff.audit import Audit
from bot.staff.models import Role
from bot.teaching.models import MissingTopic, Model, ModelFigure, ModelLoss, ModelState, Sentence, TestQuestion
from bot.teaching.verdict import MEASURES
from nlu import LANGUAGES, Engine
from tests.console.home import Home, Visitor
from tests.console.leads import speaks
from tests.console.test_accessibility import is_good
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

UNCLEAR = "the wobbly blue card for grandmothers"
MEANS = "orientation_training"
SLOW = 240_000  #: milliseconds for a training on a machine that does other things too
SMALL = 50_000  #: bytes of a page


@pytest_asyncio.fixture(loop_scope="package", autouse=True)
async def nothing_left(home: Home) -> AsyncIterator[None]:
    """Nothing waits, is taught or trained before and after."""
    await _forget(home)
    yield
    await _forget(home)


async def _forget(home: Home) -> None:
    async with home.house.sessions.begin() as session:
        await session.execute(update(Message).where(Message.sorted_at.is_(None)).values(sorted_at=now()))
        for table in (Sentence, MissingTopic, TestQuestion, Model):
            await session.execute(delete(table))


@pytest_asyncio.fixture(loop_scope="package")
async def small_home(home: Home, small: Path, tmp_path: Path) -> AsyncIterator[Home]:
    """The house reads with an understanding that is trained within seconds."""
    house = home.house
    before, engine = house.settings, house.reader.engine
    shutil.copytree(small / "model", tmp_path / "model")
    house.settings = before.model_copy(update={"data_dir": tmp_path, "training_dir": small / "data"})
    house.reader.engine = Engine.load(tmp_path / "model")
    async with renewal(house, every=60):
        yield home
    house.settings, house.reader.engine = before, engine


@pytest_asyncio.fixture(loop_scope="package")
async def ella(home: Home) -> AsyncIterator[Visitor]:
    """An editor."""
    async with home.member(Role.EDITOR, "teaching-ella") as member:
        yield member


async def acts(home: Home, *names: str) -> list[str]:
    async with home.house.sessions() as session:
        return [one.action for one in await session.scalars(select(Audit).where(Audit.action.in_(names)).order_by(Audit.id))]


async def teaches(editor: Visitor, text: str, intent: str) -> None:
    """Types an English sentence on the open page of taught sentences."""
    await editor.page.get_by_text("Teach a sentence").click()
    await editor.page.get_by_label("Sentence, as people would write it").fill(text)
    await editor.page.locator("#of").select_option("en")
    await editor.page.locator("#intent").select_option(intent)
    await editor.page.get_by_role("button", name="Teach", exact=True).click()
    await expect(editor.page.get_by_role("status")).to_contain_text("Taught")


async def test_a_week_of_an_editor(small_home: Home, person: Visitor, ella: Visitor) -> None:
    home, answer = small_home, small_home.text(MEANS, "en").split("\n")[0][:30]
    await person.asks(f"my name is Tarek Nabil, {UNCLEAR}", replies=2)
    await expect(person.page.get_by_text(answer)).to_have_count(0)

    await ella.page.goto("/staff/unanswered")
    await expect(ella.page.get_by_text(UNCLEAR).first).to_be_visible()
    assert "Tarek" not in await ella.page.content()
    assert "‹name›" in await ella.page.locator(".heard label span").inner_text()
    await ella.page.get_by_label("What is meant").select_option(MEANS)
    await ella.page.get_by_label("Language").last.select_option("en")
    await ella.page.get_by_text("Change the sentence").click()
    await ella.page.get_by_label("Sentence to teach").fill(UNCLEAR)
    await ella.page.get_by_role("button", name="Teach the ticked sentences").click()
    await expect(ella.page.get_by_role("status")).to_contain_text("Taught")
    await expect(ella.page.get_by_text("Nothing waits here.")).to_be_visible()

    await ella.page.get_by_role("link", name="Taught sentences").click()
    for text in ("where is the wobbly blue card", "wobbly blue card for grandmothers please"):
        await teaches(ella, text, MEANS)
    await expect(ella.page.locator("tbody tr")).to_have_count(3)

    await ella.page.locator(".ways").get_by_role("link", name="Training").click()
    await expect(ella.page.get_by_text("3 new sentences wait to be trained.")).to_be_visible()
    await ella.page.get_by_role("button", name="Train", exact=True).click()
    await expect(ella.page.get_by_role("progressbar")).to_be_visible()
    await person.asks("who pays the plane ticket, is it free?")  # people are answered meanwhile
    await expect(ella.page.get_by_text("Nothing got worse.")).to_be_visible(timeout=SLOW)  # it moves without a click
    await expect(ella.page.get_by_role("button", name="Go live")).to_have_count(0)  # not an editor's click
    await ella.page.get_by_role("link", name="Compare it with the live model").click()
    await expect(ella.page.get_by_role("row", name="all languages")).to_be_visible()

    async with home.member(Role.APPROVER, "teaching-anna") as anna:
        await anna.page.goto("/staff/training")
        await anna.page.get_by_role("button", name="Go live").click()
        await expect(anna.page.get_by_role("status")).to_contain_text("It is live")
        await until(lambda: _reads(home, MEANS), 15)
        await person.asks(UNCLEAR)
        await expect(person.page.get_by_text(answer).last).to_be_visible()
        count = await person.page.get_by_text(answer).count()
        await anna.page.get_by_role("button", name="Back to this model").click()
        await expect(anna.page.get_by_role("status")).to_contain_text("came with is live again")
        await until(lambda: _reads(home, MEANS, no=True), 15)
        await person.asks(UNCLEAR)
        assert await person.page.get_by_text(answer).count() == count
    assert (await acts(home, "sentence.taught", "model.trained", "model.live", "model.back"))[-6:] == [
        *["sentence.taught"] * 3,
        "model.trained",
        "model.live",
        "model.back",
    ]


async def _reads(home: Home, intent: str, *, no: bool = False) -> bool:
    return ((await home.house.reader.read(UNCLEAR, prior="en")).intent == intent) is not no


async def waits(home: Home, person: Visitor, *texts: str) -> None:
    """As if these were not understood."""
    conversation = await person.conversation()
    async with home.house.sessions.begin() as session:
        for text in texts:
            how = {"direction": "in", "external_id": uuid.uuid4().hex, "text": text, "answered_at": now()}
            read = {"language": "en", "intent": "greet", "confidence": 0.4, "risk": "normal", "action": "clarify"}
            session.add(Message(conversation_id=conversation.id, channel="webchat", **how, **read))


async def test_a_group_is_taught_noted_or_set_aside(home: Home, person: Visitor, ella: Visitor) -> None:
    await person.asks("hello", replies=2)
    await waits(
        home, person, *(f"a wobbly licence to drive {word}" for word in ("here", "there", "now", "today", "soon", "well")), "a zebra crossing blinks"
    )
    page = ella.page
    await page.goto("/staff/unanswered")
    await expect(page.get_by_role("heading", name="6 messages · 1 person · English")).to_be_visible()
    await page.get_by_role("link", name="Show 2 more").click()
    await expect(page.locator(".heard li")).to_have_count(6)
    await page.locator(".heard input").first.uncheck()
    await page.get_by_label("No answer exists: name the topic").fill("Driving licence")
    await page.get_by_role("button", name="Note as missing").click()
    await expect(page.get_by_role("status")).to_contain_text("Noted as missing")
    await expect(page.locator(".heard li")).to_have_count(2)
    await page.get_by_role("link", name="Missing topics").click()
    await expect(page.get_by_role("row", name="Driving licence")).to_contain_text("5")
    await page.get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("Nothing was noted yet.")).to_be_visible()
    await page.goto("/staff/unanswered")
    for left in (1, 0):
        await page.get_by_role("button", name="Set aside").first.click()
        await expect(page.locator(".heard li")).to_have_count(left)


async def test_what_cannot_be_taught_stays_in_the_list(home: Home, person: Visitor, ella: Visitor) -> None:
    await person.asks("hello", replies=2)
    await waits(home, person, "avrr meaning?")  # one of those that models are measured with
    await ella.page.goto("/staff/unanswered")
    await ella.page.get_by_role("button", name="Teach the ticked sentences").click()
    await expect(ella.page.get_by_role("alert")).to_contain_text("measured with this sentence")
    await expect(ella.page.locator(".heard li")).to_have_count(1)


async def test_only_messages_that_wait_can_be_taught(home: Home, person: Visitor, ella: Visitor) -> None:
    """Whatever form is sent: an editor reaches no other message."""
    await person.asks("hello there wobble", replies=2)
    [message] = await person.kept()
    async with home.client(await home.cookie(Role.EDITOR, "teaching-ella")) as client:
        form = {"do": "teach", "message": str(message.id), "intent": "greet", "language": "en"}
        async with home.house.sessions.begin() as session:
            await session.execute(update(Message).values(sorted_at=now()))
        assert (await client.post("/staff/unanswered", data=form)).status_code == 303
    async with home.house.sessions() as session:
        assert list(await session.scalars(select(Sentence))) == []


async def test_test_questions_are_kept_and_show_how_they_are_read_now(home: Home, ella: Visitor) -> None:
    page = ella.page
    await page.goto("/staff/questions")
    await page.get_by_role("link", name=home.title("return_cost", "en"), exact=True).click()
    for text, now_ in (("tell me please who pays the plane ticket for me", "✓ leads here"), ("good morning to you wobble", "✗")):
        await page.get_by_label("New question, as people would write it").fill(text)
        await page.locator("#of").select_option("en")
        await page.get_by_role("button", name="Add", exact=True).click()
        await expect(page.get_by_role("row", name=text)).to_contain_text(now_)
    await page.get_by_label("New question, as people would write it").fill("help after return")
    await page.locator("#of").select_option("en")
    await page.get_by_role("button", name="Add", exact=True).click()
    await expect(page.get_by_role("alert")).to_contain_text("trained on this sentence")
    await page.get_by_role("row", name="good morning").get_by_role("button").click()
    await expect(page.locator("tbody tr")).to_have_count(1)


async def full(home: Home, person: Visitor) -> int:
    """Something on every page: a candidate that got worse among them."""
    await person.asks("hello", replies=2)
    await waits(
        home,
        person,
        *(f"a wobbly licence number {'x' * number} " * 20 for number in range(1, 9)),
        *(f"{word} zebra {word}" for word in ("one", "two", "red")),
    )
    async with home.house.sessions.begin() as session:
        session.add_all(Sentence(text=f"sentence {n} " * 10, normal=str(n), language="fa", intent=MEANS, source="typed") for n in range(50))
        session.add(MissingTopic(name="Driving licence", key="k", count=3))
        session.add_all(TestQuestion(intent=MEANS, language="ar", text=f"سؤال {n}", normal=str(n)) for n in range(70))
        model = Model(state=ModelState.CANDIDATE, base="x", made_at=now(), sentences=3)
        session.add_all([model, Model(state=ModelState.TRAINING, stage="fa", step=3, steps=28), Model(state=ModelState.FAILED, problem="failed")])
        await session.flush()
        for language in ("mean", *LANGUAGES):
            session.add_all(ModelFigure(model_id=model.id, language=language, name=name, before=95.5, after=93.25) for name in MEASURES)
        for kind in ("urgent", "question", "failing", "worse"):
            session.add_all(
                ModelLoss(model_id=model.id, kind=kind, language="de", intent=MEANS, read_as="greet", text="Worte " * 20) for _ in range(80)
            )
    return model.id


async def test_the_pages_are_good_for_everybody_and_small(home: Home, person: Visitor) -> None:
    number = await full(home, person)
    pages = ("unanswered", "unanswered/missing", "taught", "questions", f"questions/{MEANS}", "training", f"training/{number}")
    for language, name in (("en", "teaching-ada"), ("ar", "teaching-amal")):
        async with home.member(Role.APPROVER, name) as member:
            if language == "ar":
                await speaks(home, name, language)
            for path in pages:
                await member.page.goto(f"/staff/{path}")
                if language == "en":
                    await member.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
                    await is_good(member, path)
                    await member.page.set_viewport_size({"width": 1280, "height": 800})
                answer = await member.page.request.get(f"/staff/{path}")
                assert len(await answer.body()) < SMALL, (path, language)
