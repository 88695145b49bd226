"""Messages that the bot read wrongly, as far as somebody said so: marked for the editors who teach it."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.models import Conversation, Message


async def mark_wrong(session: AsyncSession, conversation: Conversation) -> None:
    """The message that the bot last did something about, having read its words, was read wrongly: the person says so."""
    heard = select(Message).where(Message.conversation_id == conversation.id, Message.direction == "in", Message.action.is_not(None))
    message = await session.scalar(heard.order_by(Message.id.desc()).limit(1))
    if message is not None and not message.wrong:
        message.wrong, message.sorted_at = True, None
