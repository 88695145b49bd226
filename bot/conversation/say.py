"""The one mouth: whatever a person hears, from the bot or a counsellor, is kept and handed to the queue here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.fill import split
from bot.conversation.media import ReadyFile, captioned, check
from bot.conversation.models import Attachment, Conversation, Delivery, Message
from bot.db import now
from bot.errors import HomewardError
from bot.jobs import NORMAL, lane_of, post

#: Characters of one message, and of one that carries choices (Telegram Bot API constants; Twilio: Body, content types).
LIMITS = {"telegram": (4096, 4096), "whatsapp": (1600, 1024)}
UNLIMITED = (16_000, 16_000)
WINDOW = timedelta(hours=24)  #: WhatsApp takes free text so long after the person's last message (Twilio, key concepts)


class WindowClosed(HomewardError):
    """More than 24 hours have passed since the person last wrote: WhatsApp takes no free text now."""


def window_open(conversation: Conversation) -> bool:
    return conversation.channel != "whatsapp" or (conversation.last_inbound_at is not None and now() - conversation.last_inbound_at < WINDOW)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One text to be said, with the ids of the choices under it."""

    text: str
    choices: tuple[str, ...] = ()


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
    parts = [(text, choices, kind) for one in spoken for text, choices in _parts(one, conversation.channel) if text.strip() or not file]
    if file is not None:
        check(conversation.channel, file)
        below = captioned(conversation.channel, file, [text for text, _, _ in parts], [choice for _, choices, _ in parts for choice in choices])
        parts = [(parts[0][0] if below else "", (), file.kind.value)] if below or not parts else [*parts, ("", (), file.kind.value)]
    replies = [new_reply(conversation, text, choices, author=author, kind=what, answers_id=answers_id) for text, choices, what in parts]
    await keep(session, conversation, replies, priority=priority)
    if file is not None:
        session.add(Attachment(message_id=replies[-1].id, content_type=file.content_type, file_name=file.name, content=file.content))
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


def _parts(spoken: Spoken, channel: str) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of one text; the choices stand under the last."""
    limit, with_choices = LIMITS.get(channel, UNLIMITED)
    parts = split(spoken.text, limit, with_choices if spoken.choices else limit)
    return [*((part, ()) for part in parts[:-1]), (parts[-1], spoken.choices)]
