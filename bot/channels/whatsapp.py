"""WhatsApp through Twilio: signed forms in; text, quick replies and lists out, through twilio 9 as codec and client."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import aiohttp
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from bot.channels import MOST, Choice, File, Inbound, Kind, Outbound, OutFile, Receipt
from bot.channels.whatsapp_contents import APPROVED, Contents
from bot.channels.whatsapp_http import TwilioHttp
from bot.db import now
from bot.errors import PersonGone, Refused, SendError, Throttled, Unreachable

LIMIT, LIMIT_WITH_CHOICES = 1600, 1024
QUICK, QUICK_LABEL = 3, 20  #: a quick reply carries so many buttons of so many characters within a session
LIST, LIST_LABEL = 10, 24  #: a list picker carries so many rows of so many characters
UNSUBSCRIBED = 21610  #: the person told WhatsApp to stop us
NO_SUCH_CONTENT = (21655, 21656)  #: the content, or one of its variables, is not known
_STATES = {"sent": "sent", "delivered": "delivered", "read": "read", "failed": "failed", "undelivered": "failed"}


class WhatsApp:
    """One WhatsApp sender of one Twilio account."""

    name = "whatsapp"

    def __init__(self, account: str, token: str, sender: str, *, api_url: str | None = None, status_url: str | None = None) -> None:
        self._http = TwilioHttp(api_url)
        self._login = (account, token)
        self._client = Client(account, token, http_client=self._http)
        self._validator = RequestValidator(token)
        self._sender = sender if sender.startswith("whatsapp:") else f"whatsapp:{sender}"
        self._status_url = status_url
        self._contents = Contents(self._client)

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
        with _as_ours():
            return str((await self._create(message)).sid)

    async def _create(self, message: Outbound) -> Any:
        """Once more with contents looked up again, where somebody has removed one at Twilio."""
        parameters = await self._parameters(message)
        try:
            return await self._client.messages.create_async(**parameters)
        except TwilioRestException as error:
            if error.code not in NO_SUCH_CONTENT or "content_sid" not in parameters:
                raise
        self._contents.forget()
        return await self._client.messages.create_async(**await self._parameters(message))

    async def _parameters(self, message: Outbound) -> dict[str, Any]:
        common: dict[str, Any] = {"to": message.person, "from_": self._sender}
        if self._status_url:
            common["status_callback"] = self._status_url
        if message.template:
            return common | {"content_sid": await self._approved(message)}
        text, choices = markup(message.text), fitting(message.choices)
        if message.file is not None:
            return common | _media(message.file, text)
        kind = interactive(choices, text)
        if kind is None:
            return common | {"body": numbered(text, choices, message.number_hint)}
        variables = {"1": text} | ({"2": message.list_label[:QUICK_LABEL]} if kind == "list" else {})
        for choice in choices:
            variables[str(len(variables) + 1)] = choice.label
            variables[str(len(variables) + 1)] = choice.id
        return common | {"content_sid": await self._contents.choices(kind, len(choices)), "content_variables": json.dumps(variables)}

    async def _approved(self, message: Outbound) -> str:
        try:
            sid, state = await self._contents.template(message)
        except TwilioRestException as error:
            if error.status != 404:
                raise
            self._contents.forget()  # somebody has removed it at Twilio
            sid, state = await self._contents.template(message)
        if state != APPROVED:
            raise Refused("no-template")
        return sid

    async def approval(self, message: Outbound) -> str:
        """Whether WhatsApp has approved the template of this message: approved, pending, rejected …; it is submitted where it was not."""
        with _as_ours():
            return (await self._contents.template(message))[1]

    async def fetch(self, reference: str) -> File:
        with _as_ours():
            return await self._http.download(reference, self._login)

    async def acknowledge(self, callback: str) -> None:
        """WhatsApp's buttons do not spin."""

    async def erase(self, person: str, external_ids: list[str]) -> None:
        """Nothing removes a message from a phone with WhatsApp; the person is told so."""

    async def close(self) -> None:
        await self._http.close()


class _as_ours(contextlib.AbstractContextManager[None]):  # noqa: N801  (reads as a word where it is used)
    """Twilio's errors as ours: each says whether to try again."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TwilioException | aiohttp.ClientError | TimeoutError | OSError):
            raise translated(error) from None


def fitting(choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
    """Three choices are buttons, more are hidden behind one: opinions are left out before that. They can still be typed."""
    return choices if len(choices) <= QUICK else tuple(choice for choice in choices if not choice.id.startswith("useful:"))


def _media(file: OutFile, text: str) -> dict[str, Any]:
    """Twilio fetches the file from us; only a picture carries words below it."""
    if not file.url:
        raise Refused("channel-not-set-up")
    if len(file.content) > MOST["whatsapp"][file.kind]:
        raise Refused("too-large")
    return {"media_url": [file.url]} | ({"body": text} if text else {})


def _place(form: Mapping[str, str]) -> str:
    """A shared place in words, for a counsellor."""
    found = (form.get("Latitude"), form.get("Longitude"), form.get("Label"), form.get("Address"))
    return ", ".join(part for part in found if part)


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
