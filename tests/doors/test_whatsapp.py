"""WhatsApp's door: signed forms in our words, buttons and lists as WhatsApp takes them, and what Twilio's refusals mean."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from aiohttp import web as aiohttp_web
from twilio.request_validator import RequestValidator

from bot.channels import Choice, Kind, Outbound, Receipt
from bot.channels.whatsapp import WhatsApp, interactive, numbered
from bot.errors import PersonGone, Refused, SendError, Throttled, Unreachable
from tests.contract import twilio_server
from tests.messengers import free_port, served

PAYLOADS = Path(__file__).parent / "payloads" / "whatsapp"
NUMBER = "+4915100000000"
PERSON = f"whatsapp:{NUMBER}"


def captured(name: str) -> dict[str, str]:
    return dict(parse_qsl((PAYLOADS / f"{name}.form").read_text("utf-8").strip(), keep_blank_values=True))


def channel(port: int) -> WhatsApp:
    return WhatsApp(twilio_server.ACCOUNT, twilio_server.TOKEN, twilio_server.SENDER, api_url=f"http://127.0.0.1:{port}")


@pytest.fixture
def whatsapp() -> WhatsApp:
    return channel(free_port())


# --- in ------------------------------------------------------------------------------------------------------------------

MEDIA = "https://api.twilio.com/media/ME1"
#: payload → kind, text, button, file
HEARD: dict[str, tuple[Kind, str, str, str]] = {
    "text": (Kind.TEXT, "Чӣ қадар пул мегирам? 😀 & более", "", ""),
    "button": (Kind.BUTTON, "Is it free?", "answer:return_cost", ""),
    "list": (Kind.BUTTON, "Deutschland", "country:DE", ""),
    "voice": (Kind.VOICE, "", "", MEDIA),
    "picture_with_caption": (Kind.PICTURE, "my paper", "", MEDIA),
    "video": (Kind.PICTURE, "", "", MEDIA),
    "document": (Kind.DOCUMENT, "", "", MEDIA),
    "sticker": (Kind.STICKER, "", "", MEDIA),
    "contact": (Kind.CONTACT, "", "", MEDIA),
    "location": (Kind.LOCATION, "52.52, 13.4, Hall", "", ""),
    "reaction": (Kind.UNKNOWN, "", "", ""),
    "fields_invented_later": (Kind.TEXT, "hello", "", ""),
}


def test_every_payload_is_in_the_table() -> None:
    assert {path.stem for path in PAYLOADS.glob("*.form")} == set(HEARD)


@pytest.mark.parametrize("payload", HEARD)
def test_what_is_heard(payload: str, whatsapp: WhatsApp) -> None:
    inbound = whatsapp.read(captured(payload))
    assert inbound is not None
    assert (inbound.kind, inbound.text, inbound.button, inbound.media) == HEARD[payload]
    assert (inbound.channel, inbound.person, inbound.external_id) == ("whatsapp", PERSON, "SM" + "1" * 32)


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_form_without_a_name_or_a_sender_is_garbage(missing: str, whatsapp: WhatsApp) -> None:
    form = captured("text")
    del form[missing]
    with pytest.raises(ValueError, match="MessageSid"):
        whatsapp.read(form)


RECEIPTS = {
    "sent": "sent",
    "delivered": "delivered",
    "read": "read",
    "failed": "failed",
    "undelivered": "failed",
    "queued": None,
    "invented_later": None,
}


@pytest.mark.parametrize("status", RECEIPTS)
def test_what_becomes_of_a_reply(status: str, whatsapp: WhatsApp) -> None:
    told = whatsapp.receipt({"MessageSid": "SM1", "MessageStatus": status, "ErrorCode": "63016"})
    state = RECEIPTS[status]
    assert told == (Receipt(external_id="SM1", state=state, reason="63016") if state else None)
    assert whatsapp.receipt({"MessageStatus": status}) is None


URL = "https://bot.example.org/whatsapp"
FORGED: dict[str, Callable[[dict[str, str], str], tuple[str, dict[str, str], str]]] = {
    "another address": lambda form, signature: ("https://bot.example.com/whatsapp", form, signature),
    "a word changed": lambda form, signature: (URL, form | {"Body": "other"}, signature),
    "a field added": lambda form, signature: (URL, form | {"ButtonPayload": "forget"}, signature),
    "no signature": lambda form, _: (URL, form, ""),
    "a signature cut short": lambda form, signature: (URL, form, signature[:-1]),
    "a signature in other letters": lambda form, _: (URL, form, "подпись"),
    "another account's token": lambda form, _: (URL, form, str(RequestValidator("another").compute_signature(URL, form))),
}


def test_what_twilio_signed_is_believed(whatsapp: WhatsApp) -> None:
    form = captured("text")
    assert whatsapp.signed(URL, form, RequestValidator(twilio_server.TOKEN).compute_signature(URL, form))


@pytest.mark.parametrize("how", FORGED)
def test_what_twilio_did_not_sign_is_not(how: str, whatsapp: WhatsApp) -> None:
    form = captured("text")
    assert not whatsapp.signed(*FORGED[how](form, RequestValidator(twilio_server.TOKEN).compute_signature(URL, form)))


# --- out: which form choices take ---------------------------------------------------------------------------------------------


def choices(*labels: str) -> tuple[Choice, ...]:
    return tuple(Choice(id=f"answer:{number}", label=label) for number, label in enumerate(labels))


#: (labels, characters of the text) → buttons, a list, or numbered text
FORMS: dict[tuple[tuple[str, ...], int], str | None] = {
    ((), 100): None,
    (("a",), 100): "quick",
    (("a", "b", "c"), 100): "quick",
    (("a" * 20, "b", "c"), 100): "quick",
    (("a" * 21, "b", "c"), 100): "list",
    (("a", "b", "c", "d"), 100): "list",
    (tuple("abcdefghij"), 100): "list",
    (tuple("abcdefghijk"), 100): None,
    (("a" * 24, "b"), 100): "list",
    (("a" * 25, "b"), 100): None,
    (("a", "b"), 1024): "quick",
    (("a", "b"), 1025): None,
}


@pytest.mark.parametrize(("labels", "letters"), FORMS, ids=lambda part: str(part)[:30])
def test_the_form_that_choices_take(labels: tuple[str, ...], letters: int) -> None:
    assert interactive(choices(*labels), "x" * letters) == FORMS[labels, letters]


def test_numbered_text_says_what_to_type() -> None:
    assert numbered("Which?", choices("Germany", "Greece"), "Type the number.") == "Which?\n\n1. Germany\n2. Greece\nType the number."
    assert numbered("Which?", (), "Type the number.") == "Which?"


# --- out: through Twilio ---------------------------------------------------------------------------------------------------------


@dataclass
class Door:
    """Our channel and the server behind it."""

    channel: WhatsApp
    server: httpx.AsyncClient
    port: int

    async def says(self, text: str, *labels: str, through: WhatsApp | None = None) -> dict[str, Any]:
        """What the person sees of it."""
        outbound = Outbound(person=PERSON, text=text, choices=choices(*labels), list_label="Show", number_hint="Type the number.")
        await (through or self.channel).send(outbound)
        shown: dict[str, Any] = (await self.server.get(f"/control/chat/{NUMBER}")).json()["messages"][-1]
        return shown

    async def contents(self) -> list[dict[str, Any]]:
        login = (twilio_server.ACCOUNT, twilio_server.TOKEN)
        found: list[dict[str, Any]] = (await self.server.get("/v1/Content", auth=login)).json()["contents"]
        return found


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    async with AsyncExitStack() as stack:
        port = free_port()
        await served(stack, twilio_server.application(f"http://127.0.0.1:{free_port()}/whatsapp", None), port)
        found = channel(port)
        stack.push_async_callback(found.close)
        server = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
        await server.post("/control/say", json={"from": NUMBER, "text": "hello"})
        yield Door(found, server, port)


async def test_the_person_sees_text_buttons_and_lists(door: Door) -> None:
    assert (await door.says("**Bold** and plain"))["body"] == "*Bold* and plain"
    quick = await door.says("Is it safe?", "Yes", "No")
    assert (quick["kind"], quick["body"]) == ("twilio/quick-reply", "Is it safe?")
    assert quick["buttons"] == [{"id": "answer:0", "text": "Yes"}, {"id": "answer:1", "text": "No"}]
    listed = await door.says("Where?", *"abcdefghij")
    assert (listed["kind"], len(listed["buttons"])) == ("twilio/list-picker", 10)
    long = await door.says("x" * 1200, "Yes", "No")
    assert long["body"] == "x" * 1200 + "\n\n1. Yes\n2. No\nType the number."


async def test_words_survive_the_way_through_variables(door: Door) -> None:
    text = '"quoted" \\ 😀\n\n- {one} line\n- «два» \u2066+49 30 1\u2069'
    assert (await door.says(text, "Yes"))["body"] == text


async def test_one_content_serves_all_texts_and_all_processes(door: Door) -> None:
    await door.says("Is it safe?", "Yes", "No")
    await door.says("¿Está bien?", "Sí", "No")
    started_later = channel(door.port)
    assert (await door.says("ایمن است؟", "بله", "نه", through=started_later))["body"] == "ایمن است؟"
    await started_later.close()
    assert [content["friendly_name"] for content in await door.contents()] == ["homeward-quick-2-v1"]


async def test_a_content_removed_at_twilio_is_made_again(door: Door) -> None:
    await door.says("Is it safe?", "Yes", "No")
    [content] = await door.contents()
    await door.server.delete(f"/v1/Content/{content['sid']}", auth=(twilio_server.ACCOUNT, twilio_server.TOKEN))
    assert (await door.says("Is it safe now?", "Yes", "No"))["body"] == "Is it safe now?"


# --- refusals ---------------------------------------------------------------------------------------------------------------------

#: what Twilio answers → what it means, whether trying again helps
REFUSALS: dict[str, tuple[dict[str, Any], type[SendError], bool]] = {
    "too fast": ({"status": 429, "code": 20429}, Throttled, True),
    "too fast, said otherwise": ({"status": 400, "code": 63018}, Throttled, True),
    "out of order": ({"status": 500}, Unreachable, True),
    "a gateway": ({"status": 503}, Unreachable, True),
    "a token that is wrong": ({"status": 401, "code": 20003}, Unreachable, True),
    "the person unsubscribed": ({"status": 400, "code": 21610}, PersonGone, False),
    "no such number": ({"status": 400, "code": 21211}, Refused, False),
    "the window is closed": ({"status": 400, "code": 63016}, Refused, False),
    "a code invented later": ({"status": 400, "code": 99999}, Refused, False),
}


@pytest.mark.parametrize("labels", [(), ("Yes", "No")], ids=["text", "buttons"])
@pytest.mark.parametrize("answered", REFUSALS)
async def test_what_a_refusal_means(answered: str, labels: tuple[str, ...], door: Door) -> None:
    fault, meaning, again = REFUSALS[answered]
    await door.server.post("/control/faults", json={"count": 1, **fault})
    with pytest.raises(meaning) as caught:
        await door.says("hello", *labels)
    assert type(caught.value) is meaning
    assert caught.value.retry == again
    if isinstance(caught.value, Throttled):
        assert caught.value.wait >= timedelta(seconds=1)
    if isinstance(caught.value, Refused):
        assert caught.value.code == str(fault["code"])


async def test_a_page_of_a_gateway_is_worth_another_try() -> None:
    """Between Twilio and us stand proxies; what they say is HTML."""

    async def broken(request: aiohttp_web.Request) -> aiohttp_web.Response:
        return aiohttp_web.Response(status=502, text="<html>Bad gateway</html>", content_type="text/html")

    app = aiohttp_web.Application()
    app.router.add_route("*", "/{path:.*}", broken)
    async with AsyncExitStack() as stack:
        port = free_port()
        await served(stack, app, port)
        found = channel(port)
        stack.push_async_callback(found.close)
        for labels in ((), ("Yes", "No")):
            with pytest.raises(Unreachable):
                await found.send(Outbound(person=PERSON, text="hello", choices=choices(*labels)))


async def test_nobody_there_is_worth_another_try(whatsapp: WhatsApp) -> None:
    with pytest.raises(Unreachable):
        await whatsapp.send(Outbound(person=PERSON, text="hello"))
    with pytest.raises(Unreachable):
        await whatsapp.send(Outbound(person=PERSON, text="hello", choices=choices("Yes")))
    await whatsapp.close()
