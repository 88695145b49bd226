"""Whatever is thrown at the doors gets a clear status, nothing is lost or said twice, and the next person is answered."""

import json
import time
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from twilio.request_validator import RequestValidator

from bot.answering.commands import command, named_language
from bot.conversation.models import Address, Message
from bot.house import House
from tests.contract import twilio_server
from tests.messengers import Messengers, between, until

PAYLOADS = Path(__file__).parent / "payloads" / "telegram"
MB = 1_000_000


def secret(house: House) -> dict[str, str]:
    return {"x-telegram-bot-api-secret-token": house.settings.telegram_webhook_secret}


async def posts(them: Messengers, house: House, update: object) -> int:
    """The status of one update posted as Telegram posts it."""
    body = update if isinstance(update, bytes) else json.dumps(update).encode()
    return (await them.us.post("/telegram", content=body, headers=secret(house))).status_code


async def posts_form(them: Messengers, **form: str) -> int:
    """The status of one form posted and signed as Twilio does."""
    url = f"{them.base}/whatsapp"
    signature = str(RequestValidator(twilio_server.TOKEN).compute_signature(url, form))
    return (await them.us.post("/whatsapp", data=form, headers={"x-twilio-signature": signature})).status_code


async def says(them: Messengers, chat: int, words: str) -> None:
    """As `telegram_says`, also for what is no proper text."""
    body = json.dumps({"chat": chat, "text": words, "language_code": "en"}).encode()
    await them.telegram.post("/control/say", content=body, headers={"content-type": "application/json"})


async def falls_quiet(house: House) -> list[Message]:
    """Wait until every message is answered and every job is done; all messages then."""

    async def quiet() -> bool:
        async with house.sessions() as session:
            unanswered = await session.scalar(select(Message.id).where(Message.direction == "in", Message.answered_at.is_(None)).limit(1))
            return unanswered is None and not await session.scalar(text("select count(*) from procrastinate_jobs"))

    await until(quiet, seconds=30)
    async with house.sessions() as session:
        return list(await session.scalars(select(Message).order_by(Message.id)))


async def answers_as_ever(them: Messengers, house: House, chat: int = 999) -> None:
    """A normal question is still answered, and nothing is left lying about."""
    await them.telegram_says(chat, "is the return free of charge?", language_code="en")
    answer = house.library.answer("return_cost", "en")
    assert answer is not None

    async def answered() -> bool:
        return any(answer.text[:40] in message["text"] for message in await them.telegram_chat(chat))

    await until(answered, seconds=30)
    await falls_quiet(house)


# --- words ---------------------------------------------------------------------------------------------------------------

STRANGE = {
    "emoji only": "😭🙏🏽👨‍👩‍👧‍👦",
    "control characters": "help\x01\x02\x7f me\x1b[31m go home",
    "NUL": "is it\x00 free \x00 of charge?",
    "half a surrogate pair": "is it free \ud83d of charge \udc00?",
    "mixed directions": "ich will \u202eنرجع\u202c home \u2067پول\u2069 2000",
    "zalgo": "Z̴̡̛͈̮̿͝a̷̧͓͛l̶̰͒g̵̲̈́o̸͚͛ " * 40,
    "only marks of direction": "\u202e\u2066\u2069\u200f",
    "code": "}{)(*&^%$ <script>alert(1)</script> '; drop table person; -- {{contacts:emergency}} {organisation} %s **",
    "one letter": "a",
    "digits": "1234567890" * 20,
    "a number no list has": "99999999999999999999",
    "a superscript number": "²",
    "twenty thousand characters": "is the return free of charge? " * 667,
    "twenty thousand signs": "a" + "!" * 19_998 + "a",
    "signs of addresses": "@" * 20_000,
    "addresses without end": "a@a." * 5_000,
    "one long word": "a" * 20_000,
    "ligatures": "ﷺ" * 4_000,
    "a slash": "/",
    "an unknown command": "/drop_table now",
    "a command for another bot": "/menu@another_bot",
}


async def test_strange_words_are_answered_once_on_telegram(house: House) -> None:
    async with between(house) as them:
        for chat, words in enumerate(STRANGE.values(), 500):
            await says(them, chat, words)

        async def all_heard() -> bool:
            async with house.sessions() as session:
                return len(list(await session.scalars(select(Message.id).where(Message.direction == "in")))) == len(STRANGE)

        await until(all_heard, seconds=30)
        messages = await falls_quiet(house)
        assert unanswered(messages) == []
        for chat, name in enumerate(STRANGE, 500):
            shown = Counter(message["text"] for message in await them.telegram_chat(chat))
            assert shown, name
            assert set(shown.values()) == {1}, name
        assert await them.refused() == []
        await answers_as_ever(them, house)


async def test_strange_words_are_answered_once_on_whatsapp(house: House) -> None:
    """WhatsApp carries nothing longer than 4,096, and a form no half of a pair."""
    names = ("emoji only", "control characters", "NUL", "mixed directions", "zalgo", "code", "twenty thousand characters", "ligatures", "a slash")
    words = [STRANGE[name][:4096] for name in names]
    async with between(house) as them:
        numbers = [f"+4915100001{number:03}" for number in range(len(words))]
        for number, said in zip(numbers, words, strict=True):
            assert (await them.whatsapp_says(number, said))["answer"] == 200
        assert unanswered(await falls_quiet(house)) == []
        for number in numbers:
            assert set(Counter(message["body"] for message in await them.whatsapp_chat(number)).values()) == {1}
        assert await them.refused() == []
        await answers_as_ever(them, house)


def unanswered(messages: list[Message]) -> list[str]:
    """What was heard without any reply to it."""
    answered = {message.answers_id for message in messages if message.direction == "out"}
    return [message.text[:40] for message in messages if message.direction == "in" and message.id not in answered]


@pytest.mark.parametrize("name", ["twenty thousand signs", "signs of addresses", "one long word"])
def test_looking_for_a_command_takes_no_time(name: str) -> None:
    assert named_language("English") == "en"  # the names are read from CLDR once
    before = time.perf_counter()
    assert command(STRANGE[name]) is None
    assert named_language(STRANGE[name]) is None
    assert time.perf_counter() - before < 2


# --- bodies ----------------------------------------------------------------------------------------------------------------


def update(**message: Any) -> dict[str, Any]:
    chat = {"id": 77, "type": "private", "first_name": "P"}
    return {"update_id": 9, "message": {"message_id": 7, "date": 1_700_000_000, "chat": chat, "from": {**chat, "is_bot": False}, **message}}


def nested(depth: int) -> bytes:
    """A reply to a reply to a reply …"""
    head = '{"message_id":1,"date":1,"chat":{"id":77,"type":"private"},"reply_to_message":'
    return (f'{{"update_id":1,"message":{head * depth}' + "null" + "}" * (depth + 1)).encode()


BODIES: dict[str, tuple[object, int]] = {
    "nothing": (b"", 400),
    "garbage": (b"garbage", 400),
    "bytes": (b"\xff\xfe\x00", 400),
    "null": (b"null", 400),
    "a list": ([], 400),
    "a number": (7, 400),
    "not a number": (b"NaN", 400),
    "half an update": (b'{"update_id": 1, "message": {"text": "hel', 400),
    "brackets without end": (b"[" * 100_000, 400),
    "brackets that close": (b"[" * 100_000 + b"]" * 100_000, 400),
    "replies to replies": (nested(5_000), 400),
    "a message without a chat": ({"update_id": 3, "message": {"message_id": "x"}}, 400),
    "a text that is a list": (update(text=["a"]), 400),
    "a date beyond all dates": (update(text="a", date=10**18), 400),
    "a kind nobody knows": ({"update_id": 1, "telepathy": {"thought": "home"}}, 200),
    "a vote we did not ask for": ({"update_id": 2, "poll_answer": {"poll_id": "1", "option_ids": [], "option_persistent_ids": []}}, 200),
    "an edit": (json.loads((PAYLOADS / "edited.json").read_text("utf-8")), 200),
    "a group": (json.loads((PAYLOADS / "group.json").read_text("utf-8")), 200),
    "a member": (json.loads((PAYLOADS / "blocked_us.json").read_text("utf-8")), 200),
}


async def test_bodies_that_are_no_message_get_a_clear_status_and_leave_nothing(house: House) -> None:
    async with between(house) as them:
        assert {name: await posts(them, house, body) for name, (body, _) in BODIES.items()} == {name: status for name, (_, status) in BODIES.items()}
        assert await falls_quiet(house) == []
        await answers_as_ever(them, house)


async def test_forms_that_are_no_message_get_a_clear_status_and_leave_nothing(house: House) -> None:
    async with between(house) as them:
        assert await posts_form(them, Body="hello") == 400
        assert await posts_form(them, MessageSid="SM1", Body="from nobody") == 400
        multipart = {"content-type": "multipart/form-data; boundary=x"}
        for body, headers in (
            (b"garbage", {}),
            (b"--x\r\ngarbage", multipart),
            (b"a=" * 400_000, {}),
            (b"\x00\xff%zz=%", {}),
            (b"{}", {"content-type": "x"}),
        ):
            assert (await them.us.post("/whatsapp", content=body, headers=headers)).status_code in (400, 403)
        assert await falls_quiet(house) == []
        await answers_as_ever(them, house)


async def endless(total: int) -> AsyncIterator[bytes]:
    """A body whose length nobody states."""
    for _ in range(total // 100_000):
        yield b"x" * 100_000


async def test_bodies_of_ten_megabytes_are_turned_away(house: House) -> None:
    async with between(house) as them:
        await them.us.get("/chat")
        for path in ("/telegram", "/whatsapp", "/whatsapp/status", "/chat"):
            stated = await them.us.post(path, content=b"x" * 10 * MB, headers=secret(house))
            assert stated.status_code == 413, path
            form = {**secret(house), "content-type": "application/x-www-form-urlencoded"}
            unstated = await them.us.post(path, content=endless(10 * MB), headers=form)
            assert unstated.status_code == 413, path
        await answers_as_ever(them, house)


SIGNATURES: list[dict[str, bytes]] = [
    {},
    {"x-telegram-bot-api-secret-token": b""},
    {"x-telegram-bot-api-secret-token": b"wrong"},
    {"x-telegram-bot-api-secret-token": b"\xff\xfe"},
    {"x-telegram-bot-api-secret-token": b"a" * 5_000},
    {"x-twilio-signature": b"bm9uc2Vuc2U="},
    {"x-twilio-signature": b"\xff\xfe"},
]


async def test_wrong_signatures_are_turned_away_before_anything_is_read(house: House) -> None:
    async with between(house) as them:
        for headers in SIGNATURES:
            given = {name.encode(): value for name, value in headers.items()}
            assert (await them.us.post("/telegram", content=b"garbage", headers=given)).status_code == 403
            for path in ("/whatsapp", "/whatsapp/status"):
                assert (await them.us.post(path, data={"MessageSid": "SM1", "From": "whatsapp:+1"}, headers=given)).status_code == 403
        assert await falls_quiet(house) == []
        await answers_as_ever(them, house)


# --- what stands beside the words ---------------------------------------------------------------------------------------------

FOREIGN = ["answer:\x00", "\x00", "\ud83d", "country:Germany", "country:\ud83d\udc00", "lang:\x00", "theme:of_last_year", "x" * 64, "promo"]


async def test_buttons_of_nobody_are_answered_and_block_nobody(house: House) -> None:
    """Clients of Telegram can be made to send any data at all."""
    async with between(house) as them:
        await them.telegram_says(77, "hello", language_code="en")
        await falls_quiet(house)
        for number, data in enumerate(FOREIGN):
            pressed = json.loads((PAYLOADS / "button.json").read_text("utf-8"))
            pressed["callback_query"] |= {"id": f"{number}\x00\ud83d", "data": data}
            pressed["callback_query"]["message"]["chat"] = {"id": 77, "type": "private"}
            pressed["callback_query"]["from"]["language_code"] = "f\x00\ud83d"
            assert await posts(them, house, pressed) == 200, ascii(data)
        messages = await falls_quiet(house)
        replies = {message.answers_id for message in messages if message.direction == "out"}
        assert [message.id for message in messages if message.direction == "in" and message.id not in replies] == []
        await answers_as_ever(them, house, 77)


async def test_files_and_names_of_nobody_are_kept_as_well_as_can_be(house: House) -> None:
    file = {"file_id": "f\x00\ud83d", "file_unique_id": "u", "duration": 1}
    async with between(house) as them:
        await them.telegram_says(77, "hello", language_code="en")
        assert await posts(them, house, update(voice=file, caption="a\x00b\ud83d")) == 200
        assert await posts_form(them, MessageSid="SM\x001", From="whatsapp:+4915100000001\x00", Body="hello\x00", ButtonPayload="x\x00") == 200
        assert (
            await posts_form(them, MessageSid="S" * 10_000, From="whatsapp:+4915100000001", Body="hello", MediaUrl0="u\x00", NumMedia="many") == 200
        )
        messages = await falls_quiet(house)
        assert len([message for message in messages if message.direction == "in"]) == 4
        async with house.sessions() as session:
            names = sorted(await session.scalars(select(Address.name)))
        assert names == ["77", "whatsapp:+4915100000001"]
        await answers_as_ever(them, house, 77)


async def test_the_chat_page_survives_what_is_posted_to_it(house: House) -> None:
    async with between(house) as them:
        page = await them.us.get("/chat")
        assert page.status_code == 200
        script = {"accept": "application/json"}
        for number, choice in enumerate(choice.encode("utf-8", "replace").decode() for choice in FOREIGN):
            kept = await them.us.post("/chat", data={"choice": choice, "key": f"{number}\x00"}, headers=script)
            assert kept.status_code == 200, ascii(choice)
        for words in ("\x00 NUL", "\u202eback", STRANGE["twenty thousand signs"], STRANGE["code"], "👍"):
            kept = await them.us.post("/chat", data={"text": words}, headers=script)
            assert kept.status_code == 200, ascii(words[:20])
        assert (await them.us.post("/chat", data={"text": "x" * 200_000}, headers=script)).status_code in (413, 422)
        assert unanswered(await falls_quiet(house)) == []
        assert (await them.us.get("/chat")).status_code == 200
        await answers_as_ever(them, house)
