"""What goes through the messengers besides text: files out, files in, and the template that reopens WhatsApp's window."""

import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest
from aiohttp import web as aiohttp_web

from bot.channels import MOST_FETCHED, Channel, Choice, Kind, Outbound, OutFile
from bot.channels.telegram import Telegram
from bot.channels.webchat import WebChat
from bot.channels.whatsapp import WhatsApp
from bot.channels.whatsapp_contents import template_name
from bot.errors import Refused, Unreachable
from tests import samples
from tests.contract import telegram_server, twilio_server
from tests.messengers import TOKEN, free_port, served

CHAT, NUMBER = 1001, "+4915100000000"
HERE = "https://homeward.example.org/media/x"


class Door:
    """One channel and the server behind it."""

    def __init__(self, channel: Any, server: httpx.AsyncClient) -> None:
        self.channel, self.server = channel, server

    async def calls(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await self.server.get("/control/calls")).json()
        return found

    async def person_sends(self, **what: Any) -> dict[str, Any]:
        found: dict[str, Any] = (await self.server.post("/control/media", json={"from": NUMBER, **what})).json()
        return found


@pytest.fixture
async def telegram() -> AsyncIterator[Door]:
    async with AsyncExitStack() as stack:
        port = free_port()
        await served(stack, telegram_server.application(False), port)
        channel = Telegram(TOKEN, f"http://127.0.0.1:{port}")
        stack.push_async_callback(channel.close)
        server = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
        await server.post("/control/say", json={"chat": CHAT, "text": "hello"})
        yield Door(channel, server)


Middleware = Callable[[aiohttp_web.Request, Callable[[aiohttp_web.Request], Awaitable[aiohttp_web.StreamResponse]]], Any]


async def _whatsapp(stack: AsyncExitStack, *middlewares: Middleware) -> Door:
    port = free_port()
    app = twilio_server.application(f"http://127.0.0.1:{free_port()}/whatsapp", None)
    app.middlewares.extend(middlewares)
    await served(stack, app, port)
    channel = WhatsApp(twilio_server.ACCOUNT, twilio_server.TOKEN, twilio_server.SENDER, api_url=f"http://127.0.0.1:{port}")
    stack.push_async_callback(channel.close)
    server = await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}"))
    await server.post("/control/say", json={"from": NUMBER, "text": "hello"})
    return Door(channel, server)


@pytest.fixture
async def whatsapp() -> AsyncIterator[Door]:
    async with AsyncExitStack() as stack:
        yield await _whatsapp(stack)


def file(kind: Kind, size: int = 0, url: str = HERE) -> OutFile:
    content = {Kind.VOICE: samples.recording("ogg"), Kind.PICTURE: samples.picture(), Kind.DOCUMENT: samples.PDF}[kind]
    return OutFile(kind=kind, content=content + b"\0" * max(size - len(content), 0), content_type="x/y", name=f"{kind}.x", url=url)


# --- out -------------------------------------------------------------------------------------------------------------------

#: kind, bytes → what Telegram is asked, what the person sees
SENT: list[tuple[Kind, int, str, str]] = [
    (Kind.VOICE, 0, "sendVoice", "voice"),
    (Kind.VOICE, 1_000_001, "sendDocument", "document"),
    (Kind.PICTURE, 0, "sendPhoto", "photo"),
    (Kind.DOCUMENT, 0, "sendDocument", "document"),
]


@pytest.mark.parametrize(("kind", "size", "method", "shown"), SENT)
async def test_telegram_takes_a_file(kind: Kind, size: int, method: str, shown: str, telegram: Door) -> None:
    sent = file(kind, size)
    name = await telegram.channel.send(Outbound(person=str(CHAT), text="**Look** & read", file=sent))
    last = (await telegram.server.get(f"/control/chat/{CHAT}")).json()["messages"][-1]
    assert last["caption"] == "Look & read"
    body = last[shown][0] if shown == "photo" else last[shown]
    assert body["file_size"] == len(sent.content)
    assert [call["method"] for call in await telegram.calls()] == [method]
    assert name.split(":")[1] == str(last["message_id"])


async def test_a_file_needs_no_words(telegram: Door) -> None:
    await telegram.channel.send(Outbound(person=str(CHAT), text="", file=file(Kind.VOICE)))
    assert "caption" not in (await telegram.server.get(f"/control/chat/{CHAT}")).json()["messages"][-1]


async def test_what_is_too_large_never_leaves(telegram: Door, whatsapp: Door) -> None:
    for door, kind, size in ((telegram, Kind.PICTURE, 10_000_001), (whatsapp, Kind.PICTURE, 5_000_001), (whatsapp, Kind.VOICE, 16_000_001)):
        with pytest.raises(Refused, match="too-large"):
            await door.channel.send(Outbound(person=str(CHAT), text="", file=file(kind, size)))
        assert await door.calls() == []


@pytest.mark.parametrize("kind", [Kind.VOICE, Kind.PICTURE, Kind.DOCUMENT])
async def test_whatsapp_is_told_where_to_fetch_a_file(kind: Kind, whatsapp: Door) -> None:
    await whatsapp.channel.send(Outbound(person=f"whatsapp:{NUMBER}", text="**Look**", file=file(kind)))
    last = (await whatsapp.server.get(f"/control/chat/{NUMBER}")).json()["messages"][-1]
    assert (last["media"], last["body"]) == ([HERE], "*Look*")


async def test_whatsapp_fetches_nothing_where_we_have_no_address(whatsapp: Door) -> None:
    with pytest.raises(Refused, match="channel-not-set-up"):
        await whatsapp.channel.send(Outbound(person=f"whatsapp:{NUMBER}", text="", file=file(Kind.VOICE, url="")))


# --- in --------------------------------------------------------------------------------------------------------------------


async def test_what_was_sent_on_telegram_is_fetched(telegram: Door) -> None:
    content = samples.recording("ogg")
    update = await telegram.server.post("/control/voice", json={"chat": CHAT, "content": base64.b64encode(content).decode()})
    inbound = telegram.channel.read(update.json())
    assert inbound is not None
    assert (await telegram.channel.fetch(inbound.media)).content == content


async def test_what_was_sent_on_whatsapp_is_fetched(whatsapp: Door) -> None:
    content = samples.picture()
    await whatsapp.person_sends(type="image/jpeg", content=base64.b64encode(content).decode())
    media = (await whatsapp.server.get(f"/control/chat/{NUMBER}")).json()["messages"][-1]["media"][0]
    found = await whatsapp.channel.fetch(media)
    assert (found.content, found.content_type) == (content, "image/jpeg")


async def test_what_is_gone_is_gone(telegram: Door) -> None:
    with pytest.raises(Refused, match="file-gone"):
        await telegram.channel.fetch("no-such-file")
    with pytest.raises(Refused, match="file-gone"):
        await WebChat().fetch("anything")


async def test_a_messenger_that_is_away_is_worth_another_try() -> None:
    nobody = f"http://127.0.0.1:{free_port()}"
    channels: list[Channel] = [
        Telegram(TOKEN, nobody),
        WhatsApp(twilio_server.ACCOUNT, twilio_server.TOKEN, twilio_server.SENDER, api_url=nobody),
    ]
    for channel in channels:
        with pytest.raises(Unreachable):
            await channel.fetch("https://api.twilio.com/media/ME1")
        await channel.close()


async def test_our_credentials_go_to_twilio_alone() -> None:
    """An address elsewhere is not asked at all; where Twilio sends us on, we come without them."""
    asked: list[tuple[str, bool]] = []

    async def storage(request: aiohttp_web.Request) -> aiohttp_web.Response:
        asked.append((request.path, "Authorization" in request.headers))
        size = {"/large": MOST_FETCHED + 1}.get(request.path, 3)
        return aiohttp_web.Response(body=b"x" * size, content_type="audio/ogg")

    elsewhere = aiohttp_web.Application()
    elsewhere.router.add_get("/{name}", storage)
    there = free_port()

    async def redirects(request: aiohttp_web.Request) -> aiohttp_web.Response:
        asked.append((request.path, "Authorization" in request.headers))
        raise aiohttp_web.HTTPTemporaryRedirect(f"http://127.0.0.1:{there}{request.path.removeprefix('/media')}")

    twilio = aiohttp_web.Application()
    twilio.router.add_get("/media/{name}", redirects)
    async with AsyncExitStack() as stack:
        here = free_port()
        await served(stack, elsewhere, there)
        await served(stack, twilio, here)
        channel = WhatsApp(twilio_server.ACCOUNT, twilio_server.TOKEN, twilio_server.SENDER, api_url=f"http://127.0.0.1:{here}")
        stack.push_async_callback(channel.close)
        assert (await channel.fetch("https://api.twilio.com/media/voice")).content == b"xxx"
        assert asked == [("/media/voice", True), ("/voice", False)]
        with pytest.raises(Refused, match="too-large"):
            await channel.fetch("https://api.twilio.com/media/large")
        real = WhatsApp(twilio_server.ACCOUNT, twilio_server.TOKEN, twilio_server.SENDER)
        stack.push_async_callback(real.close)
        for address in (f"http://127.0.0.1:{there}/voice", "https://twilio.com.example.org/voice", "http://api.twilio.com/voice"):
            with pytest.raises(Refused, match="file-gone"):
                await real.fetch(address)


# --- the template ------------------------------------------------------------------------------------------------------------


def reopening(language: str = "fa", text: str = "پیام تازه‌ای برای شما هست.") -> Outbound:
    return Outbound(person=f"whatsapp:{NUMBER}", text=text, choices=(Choice(id="go_on", label="ادامه"),), template="reopening", language=language)


async def test_the_template_passes_where_nothing_else_does(whatsapp: Door) -> None:
    await whatsapp.server.post("/control/age", json={"from": NUMBER, "hours": 30})
    before = len((await whatsapp.server.get(f"/control/chat/{NUMBER}")).json()["messages"])
    await whatsapp.channel.send(Outbound(person=f"whatsapp:{NUMBER}", text="free text"))
    assert len((await whatsapp.server.get(f"/control/chat/{NUMBER}")).json()["messages"]) == before
    await whatsapp.channel.send(reopening())
    last = (await whatsapp.server.get(f"/control/chat/{NUMBER}")).json()["messages"][-1]
    assert (last["kind"], last["body"], last["buttons"]) == ("twilio/quick-reply", reopening().text, [{"id": "go_on", "text": "ادامه"}])
    sent = [call["params"] for call in await whatsapp.calls() if call["path"].endswith("/Messages.json")][-1]
    assert set(sent) == {"To", "From", "ContentSid"}  # with a Body or variables of ours WhatsApp would not know it as the approved one


async def test_a_template_is_made_once_for_each_wording_and_language(whatsapp: Door) -> None:
    for message in (reopening(), reopening(), reopening(text="دیگر"), reopening("ps")):
        assert await whatsapp.channel.approval(message) == "approved"
    made = [call["params"] for call in await whatsapp.calls() if call["method"] == "POST" and call["path"] == "/v1/Content"]
    assert [content["friendly_name"] for content in made] == [
        template_name(reopening()),
        template_name(reopening(text="دیگر")),
        template_name(reopening("ps")),
    ]
    assert [content["language"] for content in made] == ["fa", "fa", "ps_AF"]
    assert all("{{" not in json.dumps(content) for content in made)


async def test_a_template_not_approved_is_not_sent() -> None:
    """Asked twice it is submitted once; approved in the meantime, it goes."""
    states, submitted = ["pending"], []

    @aiohttp_web.middleware
    async def slow(request: aiohttp_web.Request, handler: Callable[..., Any]) -> Any:
        if request.path.endswith("/ApprovalRequests/whatsapp"):
            submitted.append((await request.json())["name"])
            return aiohttp_web.json_response({"status": "received"}, status=201)
        if request.path.endswith("/ApprovalRequests") and submitted:
            return aiohttp_web.json_response({"sid": "HX1", "whatsapp": {"status": states[-1], "category": "UTILITY"}})
        return await handler(request)

    async with AsyncExitStack() as stack:
        door = await _whatsapp(stack, slow)
        for _ in range(2):
            with pytest.raises(Refused, match="no-template"):
                await door.channel.send(reopening())
        assert submitted == [template_name(reopening()).replace("-", "_")]
        states.append("approved")
        await door.channel.send(reopening())
        assert (await door.server.get(f"/control/chat/{NUMBER}")).json()["messages"][-1]["body"] == reopening().text


async def test_a_template_removed_at_twilio_is_made_again(whatsapp: Door) -> None:
    await whatsapp.channel.send(reopening())
    login = (twilio_server.ACCOUNT, twilio_server.TOKEN)
    [content] = (await whatsapp.server.get("/v1/Content", auth=login)).json()["contents"]
    await whatsapp.server.delete(f"/v1/Content/{content['sid']}", auth=login)
    await whatsapp.channel.send(reopening())
    assert (await whatsapp.server.get(f"/control/chat/{NUMBER}")).json()["messages"][-1]["body"] == reopening().text
