"""Telegram: updates in, messages with inline buttons out, through python-telegram-bot as codec and client."""

from __future__ import annotations

import contextlib
import html
import re
from datetime import timedelta
from typing import Any

from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram import Message as TelegramMessage
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, InvalidToken, NetworkError, RetryAfter, TelegramError

from bot.channels import MOST, MOST_FETCHED, Choice, File, Inbound, Kind, Outbound, OutFile
from bot.channels.telegram_http import AiohttpRequest
from bot.errors import PersonGone, Refused, SendError, Throttled, Unreachable

LIMIT = 4096
VOICE_NOTE = 1_000_000  #: bytes up to which a recording is shown as a voice note (constants of python-telegram-bot, FileSizeLimit)
UPLOAD_SECONDS = 60.0  #: for Telegram's answer once a file has gone out
ALLOWED = ["message", "callback_query"]
ERASE_AT_ONCE = 100  #: ids that one deleteMessages takes
_WIDE = 18  #: characters from which a button gets a row of its own, so that it is not cut on a small screen
#: Which attribute of a message makes it which kind; asked in this order.
_KINDS = {
    "voice": Kind.VOICE,
    "audio": Kind.VOICE,
    "video_note": Kind.VOICE,
    "photo": Kind.PICTURE,
    "video": Kind.PICTURE,
    "animation": Kind.PICTURE,
    "document": Kind.DOCUMENT,
    "venue": Kind.LOCATION,
    "location": Kind.LOCATION,
    "sticker": Kind.STICKER,
    "contact": Kind.CONTACT,
}


class Telegram:
    """A bot of Telegram's Bot API."""

    name = "telegram"

    def __init__(self, token: str, api_url: str = "https://api.telegram.org") -> None:
        base = api_url.rstrip("/")
        self._request = AiohttpRequest(connections=64, read_timeout=10)
        self.bot = Bot(
            token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=AiohttpRequest(connections=2, read_timeout=40),
        )
        self._id = token.split(":", 1)[0]

    def read(self, payload: Any) -> Inbound | None:
        """The update in our words; None for what is not for us (groups, edits, kinds we did not ask for). ValueError for garbage."""
        try:
            inbound = self._heard(Update.de_json(payload, self.bot))
        except (TypeError, KeyError, AttributeError, ValueError, OverflowError, OSError) as error:
            raise ValueError("not an update of Telegram") from error
        if inbound and not all(isinstance(part, str) for part in (inbound.text, inbound.button, inbound.media, inbound.hint, inbound.callback)):
            raise ValueError("not an update of Telegram")
        return inbound

    def _heard(self, update: Update) -> Inbound | None:
        if update.callback_query is not None:
            return self._pressed(update)
        if update.message is None or update.message.chat.type != "private":
            return None
        return self._said(update.message)

    def _said(self, message: TelegramMessage) -> Inbound:
        kind = next((kind for name, kind in _KINDS.items() if getattr(message, name)), Kind.TEXT if message.text else Kind.UNKNOWN)
        hint = message.from_user.language_code if message.from_user else None
        return Inbound(
            channel=self.name,
            person=str(message.chat.id),
            external_id=self._name(message),
            kind=kind,
            text=message.text or message.caption or _shared(message),
            media=_media(message),
            hint=hint or "",
            sent_at=message.date,
        )

    def _pressed(self, update: Update) -> Inbound | None:
        query = update.callback_query
        if query is None or query.message is None or query.message.chat.type != "private":
            return None
        return Inbound(
            channel=self.name,
            person=str(query.message.chat.id),
            external_id=f"{self._id}:callback:{query.id}:{int(query.message.date.timestamp())}",
            kind=Kind.BUTTON,
            button=query.data or "",
            callback=query.id,
            hint=query.from_user.language_code or "",
            sent_at=_now(),
        )

    def _name(self, message: TelegramMessage) -> str:
        """Unique for ever: another bot's numbers start again at one, and so do those of a chat that was cleared."""
        return f"{self._id}:{message.message_id}:{int(message.date.timestamp())}"

    async def send(self, message: Outbound) -> str:
        if message.file is not None:
            return await self._send_file(message, message.file)
        with _as_ours():
            sent = await self.bot.send_message(
                chat_id=int(message.person),
                text=markup(message.text),
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(message.choices),
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
        return self._name(sent)

    async def _send_file(self, message: Outbound, file: OutFile) -> str:
        """A voice note and a picture as such where Telegram shows them so, else as a file."""
        if len(file.content) > MOST["telegram"][file.kind]:
            raise Refused("too-large")
        common: dict[str, Any] = {
            "chat_id": int(message.person),
            "caption": markup(message.text) or None,
            "parse_mode": ParseMode.HTML,
            "reply_markup": keyboard(message.choices),
            "filename": file.name,
            "read_timeout": UPLOAD_SECONDS,
        }
        with _as_ours():
            if file.kind is Kind.VOICE and len(file.content) <= VOICE_NOTE:
                sent = await self.bot.send_voice(voice=file.content, **common)
            elif file.kind is Kind.PICTURE:
                sent = await self.bot.send_photo(photo=file.content, **common)
            else:
                sent = await self.bot.send_document(document=file.content, disable_content_type_detection=True, **common)
        return self._name(sent)

    async def fetch(self, reference: str) -> File:
        try:
            found = await self.bot.get_file(reference)
        except BadRequest as error:
            raise Refused("too-large" if "too big" in str(error) else "file-gone") from None
        except TelegramError as error:
            raise translated(error) from None
        if (found.file_size or 0) > MOST_FETCHED:
            raise Refused("too-large")
        path = found.file_path or ""
        if not path.startswith(self.bot.base_file_url):
            raise Refused("file-gone")
        return File(content=await self._request.download(path), name=path.rsplit("/", 1)[-1])

    async def acknowledge(self, callback: str) -> None:
        with contextlib.suppress(TelegramError):  # too old: the button has long stopped spinning
            await self.bot.answer_callback_query(callback)

    async def erase(self, person: str, external_ids: list[str]) -> None:
        numbers = [int(name.split(":")[1]) for name in external_ids if name.count(":") == 2 and name.split(":")[1].isdigit()]
        for start in range(0, len(numbers), ERASE_AT_ONCE):
            with _as_ours():
                await self.bot.delete_messages(chat_id=int(person), message_ids=numbers[start : start + ERASE_AT_ONCE])

    async def updates(self, offset: int) -> list[dict[str, Any]]:
        """Waits for the next updates; each as Telegram wrote it."""
        with _as_ours():
            found = await self.bot.get_updates(offset=offset, timeout=25, allowed_updates=ALLOWED)
        return [update.to_dict() for update in found]

    async def set_webhook(self, url: str, secret: str) -> None:
        with _as_ours():
            await self.bot.set_webhook(url, secret_token=secret, allowed_updates=ALLOWED, max_connections=40)

    async def delete_webhook(self) -> None:
        with _as_ours():
            await self.bot.delete_webhook()

    async def close(self) -> None:
        for request in self.bot._request:  # noqa: SLF001  (Bot.shutdown wants a bot that asked getMe first)
            await request.shutdown()


def markup(text: str) -> str:
    """Our small Markdown as Telegram's HTML."""
    return re.sub(r"\*\*(.+?)\*\*", r"<b>\1</b>", html.escape(text, quote=False))


def keyboard(choices: tuple[Choice, ...]) -> InlineKeyboardMarkup | None:
    """Two short buttons share a row; a long one has its own."""
    rows: list[list[InlineKeyboardButton]] = []
    for choice in choices:
        button = InlineKeyboardButton(choice.label, callback_data=choice.id)
        narrow = len(choice.label) < _WIDE
        if narrow and not choice.id.startswith("useful:yes") and rows and len(rows[-1]) == 1 and len(rows[-1][0].text) < _WIDE:
            rows[-1].append(button)
        else:
            rows.append([button])
    return InlineKeyboardMarkup(rows) if rows else None


def _media(message: TelegramMessage) -> str:
    """Telegram's id of the file, for a counsellor to open later."""
    for name in ("voice", "audio", "video_note", "video", "animation", "document"):
        if found := getattr(message, name):
            return str(found.file_id)
    return message.photo[-1].file_id if message.photo else ""


def _shared(message: TelegramMessage) -> str:
    """A place or a contact in words, for a counsellor: somebody at sea sends nothing else."""
    if message.location:
        return f"{message.location.latitude}, {message.location.longitude}"
    if message.contact:
        return f"{message.contact.first_name} {message.contact.last_name or ''} {message.contact.phone_number}".replace("  ", " ")
    return ""


class _as_ours(contextlib.AbstractContextManager[None]):  # noqa: N801  (reads as a word where it is used)
    """Telegram's errors as ours: each says whether to try again."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, TelegramError):
            raise translated(error) from None


def translated(error: TelegramError) -> SendError:
    match error:
        case RetryAfter():
            wait = error.retry_after
            return Throttled(wait if isinstance(wait, timedelta) else timedelta(seconds=wait))
        case Forbidden():
            return PersonGone()
        case InvalidToken():
            return Unreachable()  # an operator mends the token; the reply waits for it
        case BadRequest() if "chat not found" in str(error).casefold():
            return PersonGone()
        case BadRequest():
            return Refused("telegram-400")
        case NetworkError():
            return Unreachable()
    return Unreachable()


def _now() -> Any:
    from bot.db import now

    return now()
