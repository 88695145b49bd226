"""The bytes of a file below a reply, wherever they are: with the message, with the answer that it follows, or not yet drawn."""

from __future__ import annotations

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import way
from bot.answers.library import Library
from bot.answers.media import AnswerMedia
from bot.conversation.models import Attachment, Message


async def content_of(session: AsyncSession, library: Library, attachment: Attachment, message: Message) -> bytes | None:
    """None where it is no longer there."""
    if attachment.drawn:
        return await asyncio.to_thread(way.drawn, library, message.language)
    if attachment.media_id:
        found: bytes | None = await session.scalar(select(AnswerMedia.content).where(AnswerMedia.id == attachment.media_id))
        return found
    return attachment.content
