"""WhatsApp through Twilio: signed forms in; text, quick replies and lists out, through twilio 9 as codec and client."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.channels import Choice, Inbound, Kind, Outbound, Receipt, on_the_wire
from bot.db import now
from bot.errors import PersonGone, Refused, SendError, Throttled, Unreachable

LIMIT, LIMIT_WITH_CHOICES = 1600, 1024
QUICK, QUICK_LABEL = 3, 20  #: a quick reply carries so many buttons of so many characters within a session
LIST, LIST_LABEL = 10, 24  #: a list picker carries so many rows of so many characters
SECONDS = 10.0  #: twilio's own default is to wait for ever
UNSUBSCRIBED = 21610  #: the person told WhatsApp to stop us
NO_SUCH_CONTENT = (21655, 21656)  #: the content, or one of its variables, is not known
_STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed"}


class WhatsApp:
    """One WhatsApp sender of one Twilio account."""

    name = "whatsapp"

    def __init__(self, account: str, token: str, sender: str, *, api_url: str | None = None, status_url: str | None = None) -> None:
        self._http = _Http(api_url)
        self._client = Client(account, token, http_client=self._http)
        self._validator = RequestValidator(token)
        self._sender = sender if sender.startswith("whatsapp:") else f"whatsapp:{sender}"
        self._status_url = status_url
        self._contents: dict[str, str] = {}
        self._making = asyncio.Lock()

    def signed(self, url: str, form: Mapping[str, str], signature: str) -> bool:
        """Whether Twilio signed this form for this address (the public one: behind a proxy ours differs)."""
        return bool(self._validator.validate(url, dict(form), signature))

    def read(self, form: Mapping[str, str]) -> Inbound | None:
        """The webhook's form in our words; None where it is no message. ValueError where its fields contradict Twilio's description."""
        sid, person = form.get("MessageSid", ""), form.get("From", "")
        if not sid or not person:
            raise ValueError("no MessageSid or From")
        button = form.get("ButtonPayload") or form.get("ListId") or ""
        return Inbound(
            channel=self.name,
            person=person,
            external_id=sid,
            kind=Kind.BUTTON if button else _kind(form),
            text=form.get("Body") or _place(form),
            button=button,
            media=form.get("MediaUrl0", ""),
            sent_at=now(),  # Twilio's webhook carries no time
        )

    def receipt(self, form: Mapping[str, str]) -> Receipt | None:
        """What a status callback tells; None for states in between."""
        state = _STATES.get(form.get("MessageStatus", ""))
        if state is None or not form.get("MessageSid"):
            return None
        return Receipt(external_id=form["MessageSid"], state=state, reason=form.get("ErrorCode", ""))

    async def send(self, message: Outbound) -> str:
        try:
            sent = await self._create(message)
        except (TwilioException, aiohttp.ClientError, TimeoutError, OSError) as error:
            raise translated(error) from None
        return str(sent.sid)

    async def _create(self, message: Outbound) -> Any:
        """Once more with contents looked up again, where somebody has removed one at Twilio."""
        parameters = await self._parameters(message)
        try:
            return await self._client.messages.create_async(**parameters)
        except TwilioRestException as error:
            if error.code not in NO_SUCH_CONTENT or "content_sid" not in parameters:
                raise
        self._contents = {}
        return await self._client.messages.create_async(**await self._parameters(message))

    async def _parameters(self, message: Outbound) -> dict[str, Any]:
        common: dict[str, Any] = {"to": message.person, "from_": self._sender}
        if self._status_url:
            common["status_callback"] = self._status_url
        text, choices = markup(message.text), message.choices
        kind = interactive(choices, text)
        if kind is None:
            return common | {"body": numbered(text, choices, message.number_hint)}
        variables = {"1": text} | ({"2": message.list_label[:QUICK_LABEL]} if kind == "list" else {})
        for choice in choices:
            variables[str(len(variables) + 1)] = choice.label
            variables[str(len(variables) + 1)] = choice.id
        return common | {"content_sid": await self._content(kind, len(choices)), "content_variables": json.dumps(variables)}

    async def _content(self, kind: str, count: int) -> str:
        """The id of the generic content for so many choices; found at Twilio or made there, once for each process."""
        name = f"homeward-{kind}-{count}-v1"
        async with self._making:
            if not self._contents:
                found = await self._call("GET", "?PageSize=100")
                self._contents = {content["friendly_name"]: content["sid"] for content in found.get("contents", ()) if content.get("friendly_name")}
            if name not in self._contents:
                made = await self._call("POST", "", {"friendly_name": name, "language": "en", **content_of(kind, count)})
                self._contents[name] = made["sid"]
        return self._contents[name]

    async def _call(self, method: str, path: str, data: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        response = await self._client.request_async(method, f"https://content.twilio.com/v1/Content{path}", data=data, headers=headers)
        if response.status_code >= 300:
            raise TwilioRestException(response.status_code, path, code=json.loads(response.text).get("code") if response.text[:1] == "{" else None)
        result: dict[str, Any] = json.loads(response.text)
        return result

    async def acknowledge(self, callback: str) -> None:
        """WhatsApp's buttons do not spin."""

    async def erase(self, person: str, external_ids: list[str]) -> None:
        """Nothing removes a message from a phone with WhatsApp; the person is told so."""

    async def close(self) -> None:
        await self._http.close()


class _Http(AsyncTwilioHttpClient):  # type: ignore[misc]  # twilio carries no types
    """twilio's client with a time-out, JSON bodies (its own sends forms only), and another address where one is set."""

    def __init__(self, api_url: str | None) -> None:
        super().__init__(pool_connections=False)
        self._api_url = urlsplit(api_url) if api_url else None
        self._open: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: Any = None,  # noqa: ASYNC109  (the signature is twilio's)
        allow_redirects: bool = False,  # noqa: FBT001, FBT002
    ) -> Response:
        if self._open is None:
            self._open = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=timeout or SECONDS, connect=5), trace_configs=[_watched()])
        if self._api_url:
            parts = urlsplit(url)
            url = urlunsplit((self._api_url.scheme, self._api_url.netloc, parts.path, parts.query, ""))
        body = {"json": data} if data and (headers or {}).get("Content-Type") == "application/json" else {"data": data}
        login = aiohttp.encode_basic_auth(*auth) if auth and hasattr(aiohttp, "encode_basic_auth") else None
        sent = {**(headers or {}), **({"Authorization": login} if login else {})}
        basic = None if login or not auth else aiohttp.BasicAuth(*auth)
        async with self._open.request(method, url, params=params, headers=sent, auth=basic, allow_redirects=allow_redirects, **body) as answer:
            return Response(answer.status, await answer.text(), answer.headers)

    async def close(self) -> None:
        if self._open:
            await self._open.close()


def _place(form: Mapping[str, str]) -> str:
    """A shared place in words, for a counsellor."""
    found = (form.get("Latitude"), form.get("Longitude"), form.get("Label"), form.get("Address"))
    return ", ".join(part for part in found if part)


def _watched() -> aiohttp.TraceConfig:
    """Have aiohttp tell when the bytes of a message go out; making a content at Twilio is no message."""

    async def sent(_session: aiohttp.ClientSession, _context: Any, chunk: aiohttp.TraceRequestChunkSentParams) -> None:
        if chunk.url.path.endswith("/Messages.json"):
            on_the_wire.get()()

    config = aiohttp.TraceConfig()
    config.on_request_chunk_sent.append(sent)
    return config


def _kind(form: Mapping[str, str]) -> Kind:
    if form.get("Latitude"):
        return Kind.LOCATION
    if form.get("NumMedia", "0") not in ("", "0"):
        main, _, sub = form.get("MediaContentType0", "").partition("/")
        if sub == "webp":
            return Kind.STICKER
        if sub in ("vcard", "x-vcard"):
            return Kind.CONTACT
        return {"audio": Kind.VOICE, "image": Kind.PICTURE, "video": Kind.PICTURE}.get(main, Kind.DOCUMENT)
    if form.get("MessageType", "text") in ("text", "button", "interactive", ""):
        return Kind.TEXT
    return {"contacts": Kind.CONTACT, "sticker": Kind.STICKER}.get(form["MessageType"], Kind.TEXT if form.get("Body") else Kind.UNKNOWN)


def markup(text: str) -> str:
    """Our small Markdown as WhatsApp's."""
    return text.replace("**", "*")


def interactive(choices: tuple[Choice, ...], text: str) -> str | None:
    """`quick` for up to three short choices, `list` for up to ten, else none: they are sent as numbered text."""
    if not choices or len(text) > LIMIT_WITH_CHOICES:
        return None
    longest = max(len(choice.label) for choice in choices)
    if len(choices) <= QUICK and longest <= QUICK_LABEL:
        return "quick"
    return "list" if len(choices) <= LIST and longest <= LIST_LABEL else None


def numbered(text: str, choices: tuple[Choice, ...], hint: str) -> str:
    lines = [f"{number}. {choice.label}" for number, choice in enumerate(choices, 1)]
    return "\n".join([text, "", *lines, hint]).strip() if choices else text


def content_of(kind: str, count: int) -> dict[str, Any]:
    """A content whose every word is a variable, so that one serves all languages (twilio/quick-reply, twilio/list-picker)."""
    if kind == "quick":
        actions = [{"type": "QUICK_REPLY", "title": f"{{{{{2 * n}}}}}", "id": f"{{{{{2 * n + 1}}}}}"} for n in range(1, count + 1)]
        types: dict[str, Any] = {"twilio/quick-reply": {"body": "{{1}}", "actions": actions}}
        total = 1 + 2 * count
    else:
        items = [{"item": f"{{{{{2 * n + 1}}}}}", "id": f"{{{{{2 * n + 2}}}}}"} for n in range(1, count + 1)]
        types = {"twilio/list-picker": {"body": "{{1}}", "button": "{{2}}", "items": items}}
        total = 2 + 2 * count
    return {"types": types, "variables": {str(n): f"sample {n}" for n in range(1, total + 1)}}


def translated(error: BaseException) -> SendError:
    """Twilio's errors as ours. Meanings of codes change, so the status decides where a code is not known."""
    if not isinstance(error, TwilioRestException):
        return Unreachable()
    if error.status == 429 or error.code in (20429, 63018):
        return Throttled(timedelta(seconds=1))
    if error.status >= 500 or error.status in (401, 403, 408):
        return Unreachable()  # an operator mends a wrong token; the reply waits for it
    if error.code == UNSUBSCRIBED:
        return PersonGone()
    return Refused(str(error.code or error.status))
