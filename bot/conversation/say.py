"""The one mouth: whatever a person hears, from the bot or a counsellor, is kept and handed to the queue here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.fill import split
from bot.conversation.models import Conversation, Delivery, Message
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
) -> list[Message]:
    """Keep replies and post the one job that delivers them, in order; each split where the channel needs it.

    Raises WindowClosed where WhatsApp would refuse; nothing is kept then.
    """
    if not window_open(conversation):
        raise WindowClosed
    replies = [
        Message(
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
        for one in spoken
        for text, choices in _parts(one, conversation.channel)
    ]
    session.add_all(replies)
    await session.flush()  # their ids, which are the order in which they are said, rise in the order of the list
    from bot.conversation.deliver import deliver  # the job needs the mouth's neighbours; only here would that be a circle

    lane = lane_of(conversation.channel, conversation.id)
    await post(session, deliver, lane=lane, lock=f"say-{conversation.id}", priority=priority, reply_ids=[reply.id for reply in replies])
    for one in spoken:
        if one.choices:
            conversation.offered = list(one.choices)
    return replies


def _parts(spoken: Spoken, channel: str) -> list[tuple[str, tuple[str, ...]]]:
    """The parts of one text; the choices stand under the last."""
    limit, with_choices = LIMITS.get(channel, UNLIMITED)
    parts = split(spoken.text, limit, with_choices if spoken.choices else limit)
    return [*((part, ()) for part in parts[:-1]), (parts[-1], spoken.choices)]
