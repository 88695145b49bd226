"""What editors teach: kept once, redacted, never what models are measured with; and the messages it comes from."""

import json
import uuid
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select, update
from sqlalchemy.exc import NoResultFound
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.receive import receive
from bot.answers.text import Key
from bot.channels import Inbound, Kind
from bot.conversation.marking import mark_wrong
from bot.conversation.models import Conversation, Message
from bot.db import now
from bot.errors import ContentError
from bot.run import TRAINING_DATA
from bot.teaching.models import MissingTopic, Sentence, TestQuestion
from bot.teaching.questions import ask, export_questions, failing, load_questions, question_problems, questions
from bot.teaching.sentences import miss, sentences, teach
from bot.teaching.waiting import Filters, groups, shown, these
from nlu import Reader
from tests.world import World

EDITOR = uuid.UUID(int=7)
UNCLEAR = "the blue form of my cousin is wet"


async def taught(session: AsyncSession, text: str, language: str = "en", intent: str = "return_cost") -> Sentence | str:
    return await teach(session, TRAINING_DATA, text, language, intent, EDITOR, "typed")


async def test_a_sentence_is_kept_with_who_and_without_personal_data(session: AsyncSession) -> None:
    sentence = await taught(session, "  my name is Tarek Nabil,\n do I pay the flight myself? call +49 151 2345678 ")
    assert isinstance(sentence, Sentence)
    assert sentence.text == "my name is , do I pay the flight myself? call"
    assert (sentence.member_id, sentence.source, sentence.intent) == (EDITOR, "typed", "return_cost")
    assert await sentences(session, "en") == [sentence]
    assert await sentences(session, "fa") == []


async def test_what_cannot_be_taught(session: AsyncSession) -> None:
    held_out = json.loads((TRAINING_DATA.parent / "held-out" / "en.jsonl").read_text("utf-8").splitlines()[0])["text"]
    assert await taught(session, held_out.upper() + "!!") == "held_out"
    assert await taught(session, "👍") == "empty"
    assert await taught(session, "+49 151 2345678") == "empty"
    assert await taught(session, "x " * 200) == "long"
    assert await taught(session, "does it cost me", intent="teleportation") == "intent"
    assert await taught(session, "does it cost me", language="tlh") == "language"
    assert isinstance(await ask(session, TRAINING_DATA, "is the wobbling flight on you", "en", "return_cost", EDITOR), TestQuestion)
    assert await taught(session, "Is the wobbling flight on you?") == "question"
    assert isinstance(await taught(session, "is the wobbling bus on you"), Sentence)
    assert await taught(session, "IS THE WOBBLING BUS on you??") == "known"
    assert await taught(session, "is the wobbling bus on you", intent="greet") == "elsewhere"
    trained = "help after return"
    assert await taught(session, trained, intent="reintegration_support") == "known"
    assert await taught(session, trained, intent="greet") == "elsewhere"


async def test_missing_topics_are_counted(session: AsyncSession) -> None:
    first = await miss(session, "Driving licence", 3, EDITOR)
    assert first is not None
    assert await miss(session, "driving  LICENCE", 2, EDITOR) is first
    assert first.count == 5
    assert await miss(session, " ", 2, EDITOR) is None
    assert len(list(await session.scalars(select(MissingTopic)))) == 1


async def test_what_is_kept_holds_nothing_of_the_person_and_no_marks(session: AsyncSession) -> None:
    sentence = await taught(session, "im tarqan, is my file 4471 with ‹name› at ‹address› still read")
    assert isinstance(sentence, Sentence)
    assert sentence.text == "im , is my file with at still read"
    assert not {"tarqan", "4471", "name", "address"} & set(sentence.normal.split())
    topic = await miss(session, "tarqan here, call 0151 2345678 driving", 1, EDITOR, "en")
    assert topic is not None
    assert "tarqan" not in topic.name + topic.key
    assert "2345678" not in topic.name + topic.key


# --- the messages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
async def web(world: World) -> AsyncIterator["Web"]:
    yield Web(world)


class Web:
    """People at the chat page: talks in a terminal are not looked at."""

    def __init__(self, world: World) -> None:
        self.world = world

    async def hears(self, person: str, text: str = "", button: str = "", kind: Kind = Kind.TEXT) -> Message:
        how = {"kind": Kind.BUTTON, "button": button} if button else {"kind": kind, "text": text}
        inbound = Inbound(channel="webchat", person=person, external_id=uuid.uuid4().hex, sent_at=now(), hint="en", **how)
        async with self.world.house.sessions.begin() as session:
            await receive(session, inbound)
        await self.world.falls_quiet()
        async with self.world.house.sessions() as session:
            return (await session.scalars(select(Message).where(Message.external_id == inbound.external_id))).one()

    async def waiting(self, **filters: object) -> list[list[str]]:
        async with self.world.house.sessions() as session:
            return [sorted(shown(member) for member in group.members) for group in await groups(session, Filters(**filters))]


async def test_what_the_bot_did_is_noted_with_the_message(web: Web) -> None:
    assert (await web.hears("a", "who pays the plane ticket, is it free?")).action == "answer"
    assert (await web.hears("a", "xqzt wvw")).action == "handover"
    assert (await web.hears("b", "help, they want to kill me")).action == "urgent"
    assert (await web.hears("c", "please let me speak with a real counsellor today")).action == "answer"
    assert (await web.hears("c", "/menu")).action is None
    assert (await web.hears("d", button="answer:return_cost")).action is None
    assert (await web.hears("d", "xqzt", kind=Kind.VOICE)).action is None


async def test_unsure_messages_wait_redacted_and_grouped_without_the_person(web: Web) -> None:
    for person in "abc":
        await web.hears(person, f"my name is Tarek{person}, {UNCLEAR}")
    await web.hears("a", "xqzt wvw 0151 2345678")
    await web.world.person().asks(UNCLEAR)  # in a terminal: somebody tries things out
    text = f"my name is ‹name›, {UNCLEAR}"
    assert await web.waiting() == [[text] * 3, ["xqzt wvw ‹number›"]]
    assert await web.waiting(language="fa") == await web.waiting(kind="wrong") == []
    async with web.world.house.sessions() as session:
        found = await groups(session, Filters())
        assert [group.people for group in found] == [3, 1]
        known = {name for member in found[0].members for name in member.__slots__}
        assert known == {"id", "text", "language", "intent", "confidence", "wrong", "day"}


async def test_old_and_sorted_ones_do_not_wait(web: Web) -> None:
    old, done = await web.hears("a", "xqzt wvw"), await web.hears("b", UNCLEAR)
    async with web.world.house.sessions.begin() as session:
        await session.execute(update(Message).where(Message.id == old.id).values(created_at=now() - timedelta(days=31)))
        [locked] = await these(session, [done.id])
        locked.sorted_at = now()
    assert await web.waiting() == []
    assert await web.waiting(days=90) == [["xqzt wvw"]]
    async with web.world.house.sessions() as session:
        assert await these(session, [done.id]) == []


async def test_who_says_that_it_was_wrong_marks_the_message_before(web: Web) -> None:
    asked = "who pays the plane ticket, is it free?"
    await web.hears("a", asked)
    assert await web.waiting() == []
    await web.hears("a", button="something_else")
    assert await web.waiting(kind="wrong") == [[asked]]
    await web.hears("b", asked)
    await web.hears("b", button="helped:no")
    assert await web.waiting(kind="wrong") == [[asked] * 2]
    await web.hears("c", asked)
    async with web.world.house.sessions.begin() as session:
        for conversation in await session.scalars(select(Conversation)):
            await mark_wrong(session, conversation)
    assert await web.waiting() == [[asked] * 3]
    async with web.world.house.sessions() as session:
        assert [group.people for group in await groups(session, Filters())] == [3]


async def test_forgetting_takes_the_marks_and_leaves_what_was_taught(web: Web) -> None:
    message = await web.hears("a", UNCLEAR)
    async with web.world.house.sessions.begin() as session:
        assert isinstance(await taught(session, message.text), Sentence)
    with pytest.raises(NoResultFound):  # nothing is left of the person
        await web.hears("a", "/forget")
    assert await web.waiting() == []
    async with web.world.house.sessions() as session:
        assert [one.text for one in await sentences(session)] == [UNCLEAR]


# --- test questions ---------------------------------------------------------------------------------------------------------------


async def test_a_question_is_no_training_sentence(session: AsyncSession) -> None:
    async def asked(text: str, intent: str = "return_cost") -> TestQuestion | str:
        return await ask(session, TRAINING_DATA, text, "en", intent, EDITOR)

    assert await asked("help after return", "reintegration_support") == "trained"
    assert isinstance(await taught(session, "is the wobbling bus on you"), Sentence)
    assert await asked("is the wobbling bus on you") == "trained"
    assert isinstance(await asked("the wobbling plane, who pays it"), TestQuestion)
    assert await asked("The wobbling plane: who pays it?") == "twice"
    assert await asked("…") == "empty"
    assert await asked("who", "teleportation") == "intent"


async def test_questions_that_do_not_lead_to_their_answer_are_found(session: AsyncSession, understanding: Reader) -> None:
    for text in ("tell me please who pays the plane ticket for me", "good morning to you"):
        assert isinstance(await ask(session, TRAINING_DATA, text, "en", "return_cost", EDITOR), TestQuestion)
    assert [one.question.text for one in await failing(session, understanding, Key(kind="answer", name="return_cost", language="en"))] == [
        "good morning to you"
    ]
    assert await failing(session, understanding, Key(kind="answer", name="return_cost", language="fa")) == []


async def test_questions_travel_as_files_and_come_back_whole(session: AsyncSession, tmp_path: Path) -> None:
    (tmp_path / "en_return.yml").write_text("return_cost: [the wobbling plane who pays, 'a bus: is it free?']\n", "utf-8")
    (tmp_path / "fa.yml").write_text("greet:\n- درود لرزان\n", "utf-8")
    assert list(question_problems(tmp_path, TRAINING_DATA)) == []
    assert await load_questions(session, tmp_path) == 3
    assert await load_questions(session, tmp_path) == 0
    before = [(one.language, one.intent, one.text) for one in await questions(session)]
    assert await export_questions(session, tmp_path) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["en.yml", "fa.yml"]
    assert yaml.safe_load((tmp_path / "en.yml").read_text("utf-8")) == {"return_cost": ["the wobbling plane who pays", "a bus: is it free?"]}
    for one in await questions(session):
        await session.delete(one)
    assert await load_questions(session, tmp_path) == 3
    assert [(one.language, one.intent, one.text) for one in await questions(session)] == before


async def test_faults_in_question_files_are_named(session: AsyncSession, tmp_path: Path) -> None:
    (tmp_path / "en.yml").write_text("greet: [help after return, well hello wobble, Well hello wobble!]\nteleportation: [beam]\n", "utf-8")
    found = list(question_problems(tmp_path, TRAINING_DATA))
    assert [("training sentence" in one, "twice" in one, "intent" in one) for one in found] == [
        (True, False, False),
        (False, True, False),
        (False, False, True),
    ]
    (tmp_path / "de.yml").write_text("- a list", "utf-8")
    with pytest.raises(ContentError, match=r"de\.yml"):
        await load_questions(session, tmp_path)
