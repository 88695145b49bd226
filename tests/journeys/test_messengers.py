"""Through the two messengers as they really speak: nobody unanswered, nothing refused, nothing twice."""

import asyncio
import base64

import pytest
from sqlalchemy import select

from bot.channels import Kind
from bot.conversation.models import Delivery, Message
from bot.house import House
from tests.messengers import between, until
from tests.world import World


@pytest.mark.parametrize("polling", [True, False])
async def test_telegram_asks_and_is_answered(house: House, polling: bool) -> None:  # noqa: FBT001
    async with between(house, polling=polling) as them:
        await them.telegram_says(11, "who can see what I write here?", language_code="en")
        answers = await until(lambda: _at_least(them.telegram_chat(11), 2))
        expected = house.library.answer("privacy", "en")
        assert expected is not None
        assert expected.text.split("\n")[0][:40] in answers[1]["text"]
        assert answers[1]["reply_markup"]["inline_keyboard"]
        assert await them.refused() == []


async def test_telegram_buttons_work_and_stop_spinning(house: House) -> None:
    async with between(house) as them:
        await them.telegram_says(12, "/menu", language_code="en")
        await until(lambda: _at_least(them.telegram_chat(12), 2))
        await them.telegram.post("/control/press", json={"chat": 12, "data": "theme:return"})
        answers = await until(lambda: _at_least(them.telegram_chat(12), 3))
        data = [button["callback_data"] for row in answers[-1]["reply_markup"]["inline_keyboard"] for button in row]
        assert "answer:return_cost" in data
        calls = (await them.telegram.get("/control/calls")).json()
        assert [call["ok"] for call in calls if call["method"] == "answerCallbackQuery"] == [True]
        assert await them.refused() == []


async def test_whatsapp_asks_and_is_answered_with_buttons(house: House) -> None:
    async with between(house) as them:
        number = "+4915112345678"
        assert (await them.whatsapp_says(number, "who can see what I write here?"))["answer"] == 200
        answers = await until(lambda: _at_least(them.whatsapp_chat(number), 2))
        assert answers[1]["buttons"]
        await them.twilio.post("/control/press", json={"from": number, "id": answers[1]["buttons"][-1]["id"]})
        await until(lambda: _at_least(them.whatsapp_chat(number), 3))
        assert await them.refused() == []
        await until(lambda: _all_read(house))


async def test_whatsapp_lists_carry_up_to_ten_choices(house: House) -> None:
    async with between(house) as them:
        number = "+4915112345679"
        await them.whatsapp_says(number, "menu")
        answers = await until(lambda: _at_least(them.whatsapp_chat(number), 2))
        assert answers[-1]["kind"] == "twilio/list-picker"
        assert len(answers[-1]["buttons"]) == 10
        assert await them.refused() == []


async def test_every_kind_is_answered_on_both(house: House) -> None:
    async with between(house) as them:
        voice = base64.b64encode(b"OggS").decode()
        for chat, kind in enumerate(("voice", "photo", "document", "sticker", "video"), 100):
            await them.telegram.post(f"/control/{kind}", json={"chat": chat, "content": voice})
            await until(lambda chat=chat: _at_least(them.telegram_chat(chat), 2))
        await them.telegram.post("/control/location", json={"chat": 110, "latitude": 52.5, "longitude": 13.4})
        await until(lambda: _at_least(them.telegram_chat(110), 2))
        await them.telegram.post("/control/contact", json={"chat": 111, "phone": "+491511"})
        await until(lambda: _at_least(them.telegram_chat(111), 2))
        await them.twilio.post("/control/media", json={"from": "+4915100000001", "type": "audio/ogg", "content": voice})
        await until(lambda: _at_least(them.whatsapp_chat("+4915100000001"), 2))
        await them.twilio.post("/control/location", json={"from": "+4915100000002", "latitude": 52.5, "longitude": 13.4})
        await until(lambda: _at_least(them.whatsapp_chat("+4915100000002"), 2))
        assert await them.refused() == []


async def test_a_place_is_answered_with_the_offices_near_it(house: House) -> None:
    async with between(house) as them:
        await them.telegram.post("/control/location", json={"chat": 120, "latitude": 42.21, "longitude": 20.74})
        answer = (await until(lambda: _at_least(them.telegram_chat(120), 2)))[1]
        assert "+383 38 233 002 100" in answer["text"]
        assert "61" in answer["text"]
        data = [button["callback_data"] for row in answer["reply_markup"]["inline_keyboard"] for button in row]
        assert {"person", "menu"} <= set(data)
        await them.twilio.post("/control/location", json={"from": "+4915100000012", "latitude": 38.5, "longitude": 68.8})
        assert "+992 48 701 0202" in (await until(lambda: _at_least(them.whatsapp_chat("+4915100000012"), 2)))[1]["body"]
        assert await them.refused() == []


async def test_a_counsellor_at_work_gets_the_place_and_the_bot_keeps_quiet(world: World) -> None:
    person = world.person()
    await person.asks("/person")
    [case] = await world.cases()
    assert await world.takes(await world.counsellor(), case)
    assert await person.asks("42.21, 20.74", kind=Kind.LOCATION) == []


async def test_redelivered_is_answered_once(house: House) -> None:
    async with between(house) as them:
        update = await them.telegram_says(13, "hello", language_code="en")
        await until(lambda: _at_least(them.telegram_chat(13), 2))
        await them.telegram.post("/control/redeliver", json={"chat": 13, "message_id": update["message"]["message_id"]})
        said = await them.whatsapp_says("+4915100000003", "hello")
        await until(lambda: _at_least(them.whatsapp_chat("+4915100000003"), 2))
        await them.twilio.post("/control/redeliver", json={"sid": said["sid"]})
        await asyncio.sleep(1)
        assert len(await them.telegram_chat(13)) == 2
        assert len(await them.whatsapp_chat("+4915100000003")) == 2


async def test_unsigned_webhooks_are_turned_away(house: House) -> None:
    async with between(house) as them:
        for signature in ("", "bm9uc2Vuc2U="):
            answer = (await them.twilio.post("/control/unsigned", json={"from": "+4915100000004", "text": "hello", "signature": signature})).json()
            assert answer["answer"] == 403
        update = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "hello"}}
        assert (await them.us.post("/telegram", json=update)).status_code == 403
        assert (await them.us.post("/telegram", json=update, headers={"X-Telegram-Bot-Api-Secret-Token": "wrong"})).status_code == 403
        assert (await them.us.post("/whatsapp/status", data={"MessageSid": "SM1", "MessageStatus": "read"})).status_code == 403
        async with house.sessions() as session:
            assert (await session.scalars(select(Message))).all() == []


async def test_outages_and_throttling_lose_nothing(house: House) -> None:
    async with between(house) as them:
        await them.telegram.post("/control/faults", json={"status": 429, "count": 1, "retry_after": 1, "method": "sendMessage"})
        await them.telegram.post("/control/faults", json={"status": 502, "count": 2, "method": "sendMessage"})
        await them.twilio.post("/control/faults", json={"status": 500, "count": 2})
        await them.telegram_says(14, "hello", language_code="en")
        await them.whatsapp_says("+4915100000005", "hello")
        first = await until(lambda: _at_least(them.telegram_chat(14), 2), seconds=30)
        second = await until(lambda: _at_least(them.whatsapp_chat("+4915100000005"), 2), seconds=30)
        await asyncio.sleep(1)
        assert len({message["text"] for message in first}) == len(await them.telegram_chat(14)) == 2
        assert len({message["body"] for message in second}) == len(await them.whatsapp_chat("+4915100000005")) == 2


async def test_somebody_who_blocked_us_is_left_alone(house: House) -> None:
    async with between(house) as them:
        await them.telegram_says(15, "hello", language_code="en")
        await until(lambda: _at_least(them.telegram_chat(15), 2))
        await them.telegram.post("/control/block", json={"chat": 15})
        await them.telegram_says(15, "hello", language_code="en")
        await until(lambda: _failed(house, "PersonGone"))
        await them.telegram.post("/control/unblock", json={"chat": 15})
        await them.telegram_says(15, "hello", language_code="en")
        await until(lambda: _at_least(them.telegram_chat(15), 3))


async def test_the_window_is_kept(house: House) -> None:
    """A reply decided within the window and delivered after it is not handed to WhatsApp as free text."""
    async with between(house) as them:
        number = "+4915100000006"
        await them.whatsapp_says(number, "hello")
        await until(lambda: _at_least(them.whatsapp_chat(number), 2))
        await them.twilio.post("/control/age", json={"from": number, "hours": 25})
        assert await them.refused() == []


async def _at_least(messages: object, count: int) -> object:
    found = await messages  # type: ignore[misc]
    return found if len(found) >= count else None


async def _all_read(house: House) -> bool:
    async with house.sessions() as session:
        replies = list(await session.scalars(select(Message).where(Message.direction == "out")))
    return bool(replies) and all(reply.delivery is Delivery.READ for reply in replies)


async def _failed(house: House, reason: str) -> bool:
    async with house.sessions() as session:
        return (await session.scalar(select(Message).where(Message.reason == reason))) is not None
