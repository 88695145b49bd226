"""Telegram's door: what comes through it in our words, what goes out as Telegram takes it, and what its refusals mean."""

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.channels import Choice, Kind, Outbound
from bot.channels.telegram import Telegram, keyboard, markup
from bot.errors import PersonGone, Refused, SendError, Throttled, Unreachable
from tests.contract import telegram_server
from tests.messengers import TOKEN, free_port, served

PAYLOADS = Path(__file__).parent / "payloads" / "telegram"
CHAT = 1001


def captured(name: str) -> Any:
    return json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))


# --- in ------------------------------------------------------------------------------------------------------------------

#: payload → kind, text, button, file
HEARD: dict[str, tuple[Kind, str, str, str]] = {
    "text": (Kind.TEXT, "Was kostet die Rückkehr?", "", ""),
    "command": (Kind.TEXT, "/start", "", ""),
    "text_of_a_stranger_without_language": (Kind.TEXT, "hello", "", ""),
    "reply_to_us": (Kind.TEXT, "this one", "", ""),
    "forwarded": (Kind.TEXT, "You have won a job in Dubai", "", ""),
    "photo": (Kind.PICTURE, "", "", "large"),
    "photo_with_caption": (Kind.PICTURE, "منظورم این است", "", "large"),
    "voice": (Kind.VOICE, "", "", "voice"),
    "audio": (Kind.VOICE, "", "", "audio"),
    "video_note": (Kind.VOICE, "", "", "round"),
    "video": (Kind.PICTURE, "look", "", "video"),
    "animation": (Kind.PICTURE, "", "", "anim"),
    "document": (Kind.DOCUMENT, "", "", "letter"),
    "location": (Kind.LOCATION, "52.52, 13.4", "", ""),
    "venue": (Kind.LOCATION, "52.52, 13.4", "", ""),
    "sticker": (Kind.STICKER, "", "", ""),
    "contact": (Kind.CONTACT, "B. +4915100000000", "", ""),
    "dice": (Kind.UNKNOWN, "", "", ""),
    "poll": (Kind.UNKNOWN, "", "", ""),
    "button": (Kind.BUTTON, "", "answer:return_cost", ""),
    "button_of_a_message_too_old": (Kind.BUTTON, "", "menu", ""),
}
NOT_FOR_US = [
    "edited",
    "group",
    "somebody_joined_a_group",
    "channel_post",
    "blocked_us",
    "a_kind_invented_later",
    "button_in_another_chat",
    "button_in_a_group",
]


@pytest.fixture
def telegram() -> Telegram:
    return Telegram(TOKEN)


def test_every_payload_is_in_the_tables() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.json")} == {*HEARD, *NOT_FOR_US}


@pytest.mark.parametrize("payload", HEARD)
def test_what_is_heard(payload: str, telegram: Telegram) -> None:
    inbound = telegram.read(captured(payload))
    assert inbound is not None
    assert (inbound.kind, inbound.text, inbound.button, inbound.media) == HEARD[payload]
    assert (inbound.channel, inbound.person) == ("telegram", str(CHAT))


@pytest.mark.parametrize("payload", NOT_FOR_US)
def test_what_is_not_for_us(payload: str, telegram: Telegram) -> None:
    assert telegram.read(captured(payload)) is None


def test_the_language_of_the_app_is_a_hint(telegram: Telegram) -> None:
    assert telegram.read(captured("text")).hint == "fa"  # type: ignore[union-attr]
    assert telegram.read(captured("button")).hint == "fa"  # type: ignore[union-attr]
    assert telegram.read(captured("text_of_a_stranger_without_language")).hint == ""  # type: ignore[union-attr]


def test_a_message_keeps_telegrams_time(telegram: Telegram) -> None:
    assert telegram.read(captured("text")).sent_at == datetime(2025, 11, 28, tzinfo=UTC)  # type: ignore[union-attr]


def test_a_message_has_one_name_for_ever_and_shares_it_with_no_other(telegram: Telegram) -> None:
    names = [telegram.read(captured(payload)).external_id for payload in ("text", "text", "button", "button_of_a_message_too_old")]  # type: ignore[union-attr]
    assert names[0] == names[1]
    assert len(set(names)) == 3
    elsewhere = Telegram("4343:another-bot").read(captured("text"))
    assert elsewhere is not None
    assert elsewhere.external_id != names[0]


def message(**changed: Any) -> dict[str, Any]:
    found: dict[str, Any] = captured("text")
    found["message"] |= changed
    return found


GARBAGE: list[Any] = [
    None,
    [],
    "text",
    7,
    True,
    {},
    {"update_id": "x", "message": []},
    {"update_id": 1, "message": {"text": "no chat"}},
    {"update_id": 1, "message": "hello"},
    {"update_id": 1, "callback_query": {"id": "1"}},
    {"update_id": 1, "callback_query": []},
    message(date="yesterday"),
    message(date=10**20),
    message(chat="me"),
    message(chat={"id": 1}),
    message(text=["a", "list"]),
    message(text={"a": "map"}),
    message(photo="no list"),
    message(caption=5, text=None),
]


@pytest.mark.parametrize("payload", GARBAGE, ids=lambda payload: json.dumps(payload)[:60])
def test_garbage_is_called_garbage(payload: Any, telegram: Telegram) -> None:
    with pytest.raises(ValueError, match="not an update"):
        telegram.read(payload)


# --- out -----------------------------------------------------------------------------------------------------------------


@dataclass
class Door:
    """Our channel and the server behind it."""

    channel: Telegram
    server: httpx.AsyncClient

    async def says(self, text: str, *choices: Choice) -> dict[str, Any]:
        """What the person sees of it."""
        await self.channel.send(Outbound(person=str(CHAT), text=text, choices=choices))
        shown: dict[str, Any] = (await self.server.get(f"/control/chat/{CHAT}")).json()["messages"][-1]
        return shown

    async def calls(self, method: str) -> list[dict[str, Any]]:
        return [call for call in (await self.server.get("/control/calls")).json() if call["method"] == method]


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with AsyncExitStack() as stack:
        port = free_port()
        await served(stack, telegram_server.application(False), port)
        channel = Telegram(TOKEN, f"http://127.0.0.1:{port}/")
        stack.push_async_callback(channel.close)
        server = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
        await server.post("/control/say", json={"chat": CHAT, "text": "hello"})
        yield Door(channel, server)


MARKUP = {
    "**bold** and plain": "bold and plain",
    "5 < 6 & 7 > 3": "5 < 6 & 7 > 3",
    "<b>not ours</b>": "<b>not ours</b>",
    "**half": "**half",
    "- a line\n- **b** & **c**": "- a line\n- b & c",
    "«سلام» \u2066+49 30 1\u2069": "«سلام» \u2066+49 30 1\u2069",
}


@pytest.mark.parametrize("text", MARKUP)
async def test_the_person_sees_what_was_meant(text: str, door: Door) -> None:
    assert (await door.says(text))["text"] == MARKUP[text]


def test_only_bold_becomes_a_tag() -> None:
    assert markup("**a** <i>") == "<b>a</b> &lt;i&gt;"


async def test_the_longest_text_is_taken_whole(door: Door) -> None:
    text = "&😀" * 1365
    assert (await door.says(text))["text"] == text


async def test_links_show_no_preview(door: Door) -> None:
    await door.says("https://example.org")
    [call] = await door.calls("sendMessage")
    assert "is_disabled" in str(call["params"]["link_preview_options"])


async def test_a_reply_is_named_as_no_other(door: Door) -> None:
    sent = Outbound(person=str(CHAT), text="a")
    first, second = await door.channel.send(sent), await door.channel.send(sent)
    assert first != second


#: labels → rows: two short ones share a row, a long one has its own
ROWS: dict[tuple[str, ...], list[int]] = {
    ("Yes", "No"): [2],
    ("Yes", "No", "Maybe"): [2, 1],
    ("Yes", "Talk to a counsellor", "No"): [1, 1, 1],
    ("Talk to a counsellor", "Yes", "No"): [1, 2],
    ("Ҳуҷҷатҳо ва чиптаҳо", "Бале", "Не"): [1, 2],
    ("1", "2", "3", "4", "5", "6", "7", "8", "9", "10"): [2, 2, 2, 2, 2],
}


@pytest.mark.parametrize("labels", ROWS)
def test_keyboards(labels: tuple[str, ...]) -> None:
    found = keyboard(tuple(Choice(id=f"answer:{number}", label=label) for number, label in enumerate(labels)))
    assert found is not None
    assert [len(row) for row in found.inline_keyboard] == ROWS[labels]
    assert [button.text for row in found.inline_keyboard for button in row] == list(labels)
    assert [button.callback_data for row in found.inline_keyboard for button in row] == [f"answer:{number}" for number in range(len(labels))]


def test_without_choices_there_is_no_keyboard() -> None:
    assert keyboard(()) is None


async def test_buttons_arrive_with_their_ids(door: Door) -> None:
    shown = await door.says("Choose", Choice(id="safe:yes", label="Yes"), Choice(id="safe:no", label="No"))
    assert shown["reply_markup"]["inline_keyboard"] == [[{"text": "Yes", "callback_data": "safe:yes"}, {"text": "No", "callback_data": "safe:no"}]]


async def test_erasing_takes_a_hundred_at_a_time_and_knows_only_messages(door: Door) -> None:
    names = [f"4242:{number}:1764288000" for number in range(1, 251)]
    await door.channel.erase(str(CHAT), [*names, "4242:callback:9:1764288000", "nonsense"])
    sizes = [len(json.loads(call["params"]["message_ids"])) for call in await door.calls("deleteMessages")]
    assert sizes == [100, 100, 50]


async def test_a_button_too_old_to_stop_spinning_is_no_error(door: Door) -> None:
    await door.channel.acknowledge("990002")
    assert len(await door.calls("answerCallbackQuery")) == 1


# --- refusals ---------------------------------------------------------------------------------------------------------------

#: what Telegram answers → what it means, whether trying again helps, after how many seconds at least
REFUSALS: dict[str, tuple[dict[str, Any], type[SendError], bool, int]] = {
    "too fast": ({"status": 429, "retry_after": 7}, Throttled, True, 7),
    "blocked": ({"status": 403, "description": "Forbidden: bot was blocked by the user"}, PersonGone, False, 0),
    "account deleted": ({"status": 403, "description": "Forbidden: user is deactivated"}, PersonGone, False, 0),
    "no such chat": ({"status": 400, "description": "Bad Request: chat not found"}, PersonGone, False, 0),
    "a text it does not take": ({"status": 400, "description": "Bad Request: can't parse entities"}, Refused, False, 0),
    "a token that is wrong": ({"status": 401, "description": "Unauthorized"}, Unreachable, True, 0),
    "out of order": ({"status": 500}, Unreachable, True, 0),
    "a gateway": ({"status": 502}, Unreachable, True, 0),
}


@pytest.mark.parametrize("answered", REFUSALS)
async def test_what_a_refusal_means(answered: str, door: Door) -> None:
    fault, meaning, again, wait = REFUSALS[answered]
    await door.server.post("/control/faults", json={"count": 1, **fault})
    with pytest.raises(meaning) as caught:
        await door.says("hello")
    assert type(caught.value) is meaning
    assert (caught.value.retry, caught.value.wait) == (again, timedelta(seconds=wait))


async def test_nobody_there_is_worth_another_try() -> None:
    channel = Telegram(TOKEN, f"http://127.0.0.1:{free_port()}")
    with pytest.raises(Unreachable):
        await channel.send(Outbound(person=str(CHAT), text="hello"))
    with pytest.raises(Unreachable):
        await channel.updates(0)
    await channel.close()
