"""The one mouth: whatever a person hears, from the bot or a counsellor, is kept and handed to the queue here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.fill import split
from bot.answers.media import Piece
from bot.conversation.media import ReadyFile, captioned, check
from bot.conversation.models import Attachment, Conversation, Delivery, Message
from bot.db import now
from bot.errors import HomewardError
from bot.jobs import NORMAL, lane_of, post

#: Characters of one message, and of one that carries choices (Telegram Bot API constants; Twilio: Body, content types).
LIMITS = {"telegram": (4096, 4096), "whatsapp": (1600, 1024)}
UNLIMITED = (16_000, 16_000)
#: A locked phone shows the name of a file: it says nothing.
FILE_NAMES = {"audio/ogg": "voice.ogg", "image/png": "picture.png", "image/jpeg": "picture.jpg"}
WINDOW = timedelta(hours=24)  #: WhatsApp takes free text so long after the person's last message (Twilio, key concepts)


class WindowClosed(HomewardError):
    """More than 24 hours have passed since the person last wrote: WhatsApp takes no free text now."""


def window_open(conversation: Conversation) -> bool:
    return conversation.channel != "whatsapp" or (conversation.last_inbound_at is not None and now() - conversation.last_inbound_at < WINDOW)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One text to be said, with the ids of the choices under it, and what follows it as messages of their own."""

    text: str
    choices: tuple[str, ...] = ()
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True)
class _Part:
    """One message that will be sent."""

    text: str
    choices: tuple[str, ...] = ()
    kind: str = "text"
    piece: Piece | None = None


async def say(
    session: AsyncSession,
    conversation: Conversation,
    *spoken: Spoken,
    author: str = "bot",
    priority: int = NORMAL,
    answers_id: int | None = None,
    kind: str = "text",
    file: ReadyFile | None = None,
) -> list[Message]:
    """Keep replies and post the one job that delivers them, in order; each split where the channel needs it.

    A file comes last, with the words below it where the channel shows them there. Raises WindowClosed where WhatsApp would
    refuse, FileRefused where the channel does not take the file; nothing is kept then.
    """
    if not window_open(conversation):
        raise WindowClosed
    parts = [part for one in spoken for part in _parts(one, conversation.channel, kind) if part.text.strip() or part.piece or not file]
    if file is not None:
        check(conversation.channel, file)
        below = captioned(conversation.channel, file, [part.text for part in parts], [choice for part in parts for choice in part.choices])
        last = _Part(parts[0].text if below else "", kind=file.kind.value)
        parts = [last] if below or not parts else [*parts, last]
    replies = [new_reply(conversation, part.text, part.choices, author=author, kind=part.kind, answers_id=answers_id) for part in parts]
    await keep(session, conversation, replies, priority=priority)
    pieces = [(reply, part.piece) for reply, part in zip(replies, parts, strict=True) if part.piece]
    session.add_all(_attached(reply, piece) for reply, piece in pieces)
    if file is not None:
        session.add(Attachment(message_id=replies[-1].id, content_type=file.content_type, file_name=file.name, content=file.content))
    if file is not None or pieces:
        await session.flush()
    return replies


def new_reply(
    conversation: Conversation, text: str, choices: tuple[str, ...], *, author: str, kind: str = "text", answers_id: int | None = None
) -> Message:
    return Message(
        conversation_id=conversation.id,
        channel=conversation.channel,
        direction="out",
        text=text,
        kind=kind,
        author=author,
        language=conversation.language,
        delivery=Delivery.QUEUED,
        answers_id=answers_id,
        choices=list(choices),
    )


async def keep(session: AsyncSession, conversation: Conversation, replies: list[Message], *, priority: int = NORMAL) -> None:
    """Keep replies with the job that delivers them, and remember the choices under the last that has any."""
    session.add_all(replies)
    await session.flush()  # their ids, which are the order in which they are said, rise in the order of the list
    from bot.conversation.deliver import deliver  # the job needs the mouth's neighbours; only here would that be a circle

    lane = lane_of(conversation.channel, conversation.id)
    await post(session, deliver, lane=lane, lock=f"say-{conversation.id}", priority=priority, reply_ids=[reply.id for reply in replies])
    for reply in replies:
        if reply.choices:
            conversation.offered = list(reply.choices)


def _parts(spoken: Spoken, channel: str, kind: str) -> list[_Part]:
    """The parts of one text, the choices under the last, then what follows it."""
    limit, with_choices = LIMITS.get(channel, UNLIMITED)
    texts = split(spoken.text, limit, with_choices if spoken.choices else limit)
    follow = [_Part(piece.caption, kind=piece.kind.value, piece=piece) for piece in spoken.pieces]
    return [*(_Part(text, kind=kind) for text in texts[:-1]), _Part(texts[-1], spoken.choices, kind), *follow]


def _attached(reply: Message, piece: Piece) -> Attachment:
    return Attachment(
        message_id=reply.id,
        content_type=piece.content_type,
        file_name=FILE_NAMES.get(piece.content_type, ""),
        media_id=piece.media_id,
        drawn=piece.drawn,
    )
