"""What a messenger is to us: messages that come in, replies that go out, and the one port between."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

#: Called by a channel at the last moment before a reply's bytes go out; from then on only the messenger knows what became of it.
on_the_wire: ContextVar[Callable[[], None]] = ContextVar("on_the_wire", default=lambda: None)


MOST_FETCHED = 20_000_000  #: bytes of a file that a person sent; Telegram's own limit for bots
MOST = {  #: bytes of a file that we send (Telegram Bot API: sendPhoto, sendDocument; Twilio: WhatsApp media messages)
    "telegram": {"picture": 10_000_000, "voice": 50_000_000, "document": 50_000_000},
    "whatsapp": {"picture": 5_000_000, "voice": 16_000_000, "document": 16_000_000},
}
CAPTION = 1024  #: characters below a file, on both


class Kind(StrEnum):
    """What a person sent; everything but text and buttons is kept for a counsellor."""

    TEXT = "text"
    BUTTON = "button"
    VOICE = "voice"
    PICTURE = "picture"
    DOCUMENT = "document"
    LOCATION = "location"
    STICKER = "sticker"
    CONTACT = "contact"
    UNKNOWN = "unknown_kind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """One message from a person, in our words."""

    channel: str
    person: str  #: the messenger's name for the person; never shown, never logged
    external_id: str  #: the messenger's name for the message; makes receiving twice harmless
    kind: Kind
    text: str = ""
    button: str = ""  #: the stable id of the pressed choice
    media: str = ""  #: the messenger's reference to voice, picture or document
    hint: str = ""  #: language of the person's app, where the messenger tells it
    sent_at: datetime
    callback: str = ""  #: what must be acknowledged at the messenger so that a pressed button stops spinning


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A button: routed by its id, never by its label."""

    id: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """What a person sent, as the messenger hands it over; its kind is whatever they say it is."""

    content: bytes
    content_type: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OutFile:
    """A voice note, a picture or a document that we send."""

    kind: Kind
    content: bytes
    content_type: str
    name: str
    url: str = ""  #: where a messenger that fetches files finds it; empty: we have no public address


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """One reply, ready to be sent: at most `limit` characters of the channel, with at most ten choices."""

    person: str
    text: str  #: our small Markdown: paragraphs, "- " lines, **bold**
    choices: tuple[Choice, ...] = ()
    list_label: str = "…"  #: label of the button that opens a list of more than three choices
    number_hint: str = ""  #: sentence that says a number can be typed, where choices are sent as text
    reference: str = ""  #: our id of the reply
    file: OutFile | None = None  #: its caption is the text
    template: str = ""  #: name of the approved template that carries the text, for a messenger that takes nothing else now
    language: str = "en"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What became of a reply, as the messenger reports it later."""

    external_id: str
    state: str  #: sent · delivered · read · failed
    reason: str = ""


class Channel(Protocol):
    """A messenger. `send` returns the messenger's id of the message, or raises a SendError that says whether to try again."""

    name: str

    async def send(self, message: Outbound) -> str: ...

    async def acknowledge(self, callback: str) -> None:
        """Tell the messenger that a pressed button was heard; never raises for a callback too old."""

    async def fetch(self, reference: str) -> File:
        """Download what a person sent, by `Inbound.media`; a SendError where it cannot be had."""

    async def erase(self, person: str, external_ids: list[str]) -> None:
        """Remove messages from the person's phone, where the messenger can."""

    async def close(self) -> None: ...
