"""The window of WhatsApp: a question near its end, a template after it, and nothing else outside it; files through it."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.cases.models import Case
from bot.cases.window import ask_all, closes_at
from bot.commands import BY_NAME
from bot.conversation.media import FileRefused, ReadyFile, prepared
from bot.conversation.models import Attachment, Conversation, Delivery, Message, State
from bot.conversation.reopen import CannotReopen, approvals, reopen
from bot.conversation.say import Spoken, WindowClosed, say
from bot.db import now
from bot.house import House
from nlu import LANGUAGES
from tests import samples
from tests.messengers import Messengers, between, until
from tests.world import World

NUMBER = "+4915112345678"
COUNSELLOR = "3b0e7a52-0000-4000-8000-000000000000"


async def _case(them: Messengers, house: House, number: str = NUMBER) -> Conversation:
    """Somebody on WhatsApp who waits for a counsellor."""
    await them.whatsapp_says(number, "/person")
    await until(lambda: _at_least(them.whatsapp_chat(number), 2))
    await until(lambda: _quiet(house))
    async with house.sessions() as session:
        return (
            await session.scalars(select(Conversation).where(Conversation.channel == "whatsapp").order_by(Conversation.created_at.desc()).limit(1))
        ).one()


async def _ages(them: Messengers, house: House, conversation: Conversation, hours: float, number: str = NUMBER) -> None:
    """The person's last message is so many hours old, for WhatsApp and for us."""
    await them.twilio.post("/control/age", json={"from": number, "hours": hours})
    await _changed(house, conversation, last_inbound_at=now() - timedelta(hours=hours))


async def _changed(house: House, conversation: Conversation, **values: Any) -> None:
    async with house.sessions.begin() as session:
        await session.execute(update(Conversation).where(Conversation.id == conversation.id).values(**values))


async def _at_least(messages: Any, count: int) -> Any:
    found = await messages
    return found if len(found) >= count else None


async def _quiet(house: House) -> bool:
    """Whatever was said has been delivered or has failed."""
    async with house.sessions() as session:
        found = list(await session.scalars(select(Message.delivery).where(Message.direction == "out")))
    return all(delivery in (Delivery.READ, Delivery.FAILED) for delivery in found)


async def _said(house: House, conversation: Conversation, kind: str) -> Message:
    async with house.sessions() as session:
        query = select(Message).where(Message.conversation_id == conversation.id, Message.kind == kind).order_by(Message.id.desc()).limit(1)
        return (await session.scalars(query)).one()


async def _reopens(house: House, conversation: Conversation) -> str:
    """Why not; empty where it is on its way."""
    try:
        async with house.sessions.begin() as session:
            await reopen(session, house, await session.get_one(Conversation, conversation.id), COUNSELLOR)
    except CannotReopen as error:
        return error.code
    return ""


async def test_the_question_near_the_end_keeps_the_window_open(house: House) -> None:
    async with between(house) as them:
        conversation = await _case(them, house)
        before = len(await them.whatsapp_chat(NUMBER))
        await _ages(them, house, conversation, 22.5)
        assert await ask_all(house) == 1
        asked = (await until(lambda: _at_least(them.whatsapp_chat(NUMBER), before + 1)))[-1]
        assert asked["body"] == house.library.phrase("go_on_question", "en")
        assert [button["id"] for button in asked["buttons"]] == ["go_on"]
        await them.twilio.post("/control/press", json={"from": NUMBER, "id": "go_on"})
        answer = (await until(lambda: _at_least(them.whatsapp_chat(NUMBER), before + 2)))[-1]
        assert answer["body"] == house.library.phrase("already_waiting", "en")
        async with house.sessions() as session:
            fresh = await session.get_one(Conversation, conversation.id)
        closes = closes_at(fresh)
        assert closes is not None
        assert closes > now() + timedelta(hours=23, minutes=58)
        await _ages(them, house, conversation, 23)
        await _changed(house, conversation, asked_on_at=now() - timedelta(hours=24))
        assert await ask_all(house) == 1  # they have written since: the next evening the question may come again
        await until(lambda: _quiet(house))
        assert await them.refused() == []


async def test_many_workers_ask_once(house: House) -> None:
    async with between(house) as them:
        conversation = await _case(them, house)
        await _ages(them, house, conversation, 23)
        before = len(await them.whatsapp_chat(NUMBER))
        assert sum(await asyncio.gather(*(ask_all(house) for _ in range(8)))) == 1
        assert await ask_all(house) == 0
        await until(lambda: _at_least(them.whatsapp_chat(NUMBER), before + 1))
        await until(lambda: _quiet(house))
        assert len(await them.whatsapp_chat(NUMBER)) == before + 1


#: hours since the person wrote, what else is so → whether they are asked
ASKED: list[tuple[float, dict[str, Any], bool]] = [
    (21.9, {}, False),
    (22.1, {}, True),
    (23.8, {}, True),
    (23.95, {}, False),
    (25, {}, False),
    (23, {"safe_to_write": False}, False),
    (23, {"safe_to_write": True}, True),
    (23, {"state": State.STOPPED}, False),
    (23, {"state": State.COUNSELLOR}, True),
    (23, {"channel": "telegram"}, False),
]


async def test_who_is_asked(house: House, world: World) -> None:
    for hours, otherwise, asked in ASKED:
        person = world.person()
        await person.asks("/person")
        conversation = await person.conversation()
        await _changed(house, conversation, **{"channel": "whatsapp", "last_inbound_at": now() - timedelta(hours=hours), **otherwise})
        assert await ask_all(house) == int(asked), (hours, otherwise)
    nobody = world.person()
    await nobody.asks("is the return free of charge?")  # no case: nobody owes them anything
    await _changed(house, await nobody.conversation(), channel="whatsapp", last_inbound_at=now() - timedelta(hours=23))
    assert await ask_all(house) == 0


def test_when_the_window_closes() -> None:
    at = now()
    open_one = Conversation(channel="whatsapp", last_inbound_at=at - timedelta(hours=20), created_at=at)
    assert closes_at(open_one) == at + timedelta(hours=4)
    assert closes_at(Conversation(channel="whatsapp", last_inbound_at=None, created_at=at)) == at  # nobody has written: there is none
    assert closes_at(Conversation(channel="telegram", last_inbound_at=at, created_at=at)) is None


async def test_the_template_reopens_the_window(house: House) -> None:
    async with between(house) as them:
        conversation = await _case(them, house)
        before = len(await them.whatsapp_chat(NUMBER))
        assert await _reopens(house, conversation) == "window-open"
        await _ages(them, house, conversation, 25)
        assert await asyncio.gather(_reopens(house, conversation), _reopens(house, conversation)) in (["", "asked-already"], ["asked-already", ""])
        shown = (await until(lambda: _at_least(them.whatsapp_chat(NUMBER), before + 1)))[-1]
        assert shown["body"] == house.library.phrase("reopening", "en")
        with pytest.raises(WindowClosed):
            async with house.sessions.begin() as session:
                await say(session, await session.get_one(Conversation, conversation.id), Spoken("free text"), author=COUNSELLOR)
        await them.twilio.post("/control/press", json={"from": NUMBER, "id": "go_on"})
        await until(lambda: _at_least(them.whatsapp_chat(NUMBER), before + 2))
        async with house.sessions.begin() as session:
            await say(session, await session.get_one(Conversation, conversation.id), Spoken("free text"), author=COUNSELLOR)
        assert (await until(lambda: _at_least(them.whatsapp_chat(NUMBER), before + 3)))[-1]["body"] == "free text"
        assert await them.refused() == []


async def test_the_template_speaks_the_language_of_the_person(house: House) -> None:
    async with between(house) as them:
        conversation = await _case(them, house)
        await _changed(house, conversation, language="de")
        await _ages(them, house, conversation, 25)
        before = len(await them.whatsapp_chat(NUMBER))
        assert await _reopens(house, conversation) == ""
        shown = (await until(lambda: _at_least(them.whatsapp_chat(NUMBER), before + 1)))[-1]
        assert (shown["body"], shown["buttons"][0]["text"]) == (house.library.phrase("reopening", "de"), house.library.phrase("go_on", "de"))


async def test_who_may_not_be_reopened(house: House) -> None:
    async with between(house) as them:
        conversation = await _case(them, house)
        await _ages(them, house, conversation, 25)
        for values, why in (({"state": State.STOPPED}, "stopped"), ({"safe_to_write": False}, "not-safe"), ({"channel": "telegram"}, "not-whatsapp")):
            was = {name: getattr(conversation, name) for name in values}
            await _changed(house, conversation, **values)
            assert await _reopens(house, conversation) == why
            await _changed(house, conversation, **was)


async def test_a_template_that_did_not_arrive_may_be_tried_again(house: House) -> None:
    async with between(house) as them:
        conversation = await _case(them, house)
        await _ages(them, house, conversation, 25)
        await them.twilio.post("/control/faults", json={"count": 1, "status": 400, "code": 21211})
        assert await _reopens(house, conversation) == ""
        await until(lambda: _quiet(house))
        failed = await _said(house, conversation, "reopening")
        assert (failed.delivery, failed.reason) == (Delivery.FAILED, "21211")
        assert await _reopens(house, conversation) == ""


async def test_what_is_said_as_the_window_closes_fails_and_says_why(house: House) -> None:
    """WhatsApp's clock is not ours: it takes the call, and reports 63016 later."""
    async with between(house) as them:
        conversation = await _case(them, house)
        await them.twilio.post("/control/age", json={"from": NUMBER, "hours": 25})
        async with house.sessions.begin() as session:
            await say(session, await session.get_one(Conversation, conversation.id), Spoken("too late"), author=COUNSELLOR)
        await until(lambda: _quiet(house))
        failed = (await _messages(house, conversation))[-1]
        assert (failed.text, failed.delivery, failed.reason) == ("too late", Delivery.FAILED, "63016")
        assert failed.sent_at is not None


async def _messages(house: House, conversation: Conversation) -> list[Message]:
    async with house.sessions() as session:
        return list(await session.scalars(select(Message).where(Message.conversation_id == conversation.id).order_by(Message.id)))


async def test_the_command_submits_every_language(house: House) -> None:
    async with between(house):
        assert await approvals(house) == dict.fromkeys(LANGUAGES, "approved")
    assert "templates" in BY_NAME


# --- files -------------------------------------------------------------------------------------------------------------------


async def _sends(house: House, conversation: Conversation, file: ReadyFile, *texts: str) -> list[Message]:
    async with house.sessions.begin() as session:
        spoken = [Spoken(text) for text in texts]
        return await say(session, await session.get_one(Conversation, conversation.id), *spoken, author=COUNSELLOR, file=file)


async def test_whatsapp_fetches_what_a_counsellor_sends(house: House) -> None:
    async with between(house) as them:
        conversation = await _case(them, house)
        before = len(await them.whatsapp_chat(NUMBER))
        voice, picture = await prepared(samples.recording("webm")), await prepared(samples.picture())
        words, note = await _sends(house, conversation, voice, "Listen to this")
        [drawn] = await _sends(house, conversation, picture, "The house")
        shown = (await until(lambda: _at_least(them.whatsapp_chat(NUMBER), before + 3)))[before:]
        assert [(message["body"], len(message["media"])) for message in shown] == [("Listen to this", 0), ("", 1), ("The house", 1)]
        assert (words.kind, note.kind, note.text, drawn.kind, drawn.text) == ("text", "voice", "", "picture", "The house")
        await until(lambda: _quiet(house))
        address = shown[1]["media"][0].removeprefix(them.base)
        assert (await them.us.get(address)).status_code == 404  # read by now: nobody needs it there any more
        await _redelivered(house, note, delivery=Delivery.SENT)
        answer = await them.us.get(address)
        assert (answer.content, answer.headers["content-type"], answer.headers["x-content-type-options"]) == (voice.content, "audio/ogg", "nosniff")
        assert answer.headers["cache-control"] == "no-store"
        assert (await them.us.head(address)).status_code == 200
        await _redelivered(house, note, sent_at=now() - timedelta(minutes=61))
        assert (await them.us.get(address)).status_code == 404
        await _redelivered(house, note, sent_at=now())
        for forged in (address[:-6] + "AAAAAA", "/media/x", f"/media/{'A' * 64}", "/media/%00", "/media/й"):
            assert (await them.us.get(forged)).status_code == 404
        async with house.sessions.begin() as session:
            await session.execute(update(Message).where(Message.id == note.id).values(channel="telegram"))
        assert (await them.us.get(address)).status_code == 404  # Telegram is given the file itself
        assert await them.refused() == []


async def _redelivered(house: House, message: Message, **values: Any) -> None:
    async with house.sessions.begin() as session:
        await session.execute(update(Message).where(Message.id == message.id).values(**values))


async def test_telegram_is_handed_what_a_counsellor_sends(house: House) -> None:
    async with between(house) as them:
        await them.telegram_says(21, "/person", language_code="en")
        await until(lambda: _at_least(them.telegram_chat(21), 2))
        async with house.sessions() as session:
            conversation = (await session.scalars(select(Conversation).where(Conversation.channel == "telegram"))).one()
        before = len(await them.telegram_chat(21))
        await _sends(house, conversation, await prepared(samples.recording("webm")), "Listen to this")
        await _sends(house, conversation, await prepared(samples.PDF), "x" * 1500)
        shown = (await until(lambda: _at_least(them.telegram_chat(21), before + 3)))[before:]
        assert (shown[0]["caption"], "voice" in shown[0]) == ("Listen to this", True)
        assert (len(shown[1]["text"]), "caption" in shown[2], "document" in shown[2]) == (1500, False, True)
        assert await them.refused() == []


async def test_files_are_sealed_and_forgotten(world: World) -> None:
    person = world.person()
    await person.asks("/person")
    await _sends(world.house, await person.conversation(), await prepared(samples.PDF), "the form")
    await world.falls_quiet()
    assert person.replies[-1].file is not None
    assert person.replies[-1].file.content == samples.PDF
    async with world.house.sessions() as session:
        stored = await session.scalar(select(Attachment.content.expression.cast(Attachment.content.type.impl)))  # type: ignore[attr-defined]
        assert b"%PDF" not in bytes(stored)
    await person.asks("/forget")
    async with world.house.sessions() as session:
        assert (await session.scalars(select(Attachment))).all() == []


async def test_the_web_page_takes_no_files(house: House) -> None:
    async with house.sessions.begin() as session:
        with pytest.raises(FileRefused):
            await say(session, Conversation(channel="webchat"), file=await prepared(samples.PDF))


async def test_a_case_is_opened_where_a_file_was_refused(house: House) -> None:
    async with between(house) as them:
        conversation = await _case(them, house)
        house.settings = house.settings.model_copy(update={"public_url": None})
        [note] = await _sends(house, conversation, await prepared(samples.recording("webm")))
        await until(lambda: _quiet(house))
        failed = await _said(house, conversation, "voice")
        assert (failed.id, failed.delivery, failed.reason) == (note.id, Delivery.FAILED, "channel-not-set-up")
        async with house.sessions() as session:
            assert await session.scalar(select(Case).where(Case.conversation_id == conversation.id)) is not None
