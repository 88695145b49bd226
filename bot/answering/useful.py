"""Was it helpful: what a person says of an answer, counted once for each time it was sent, without the person."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import AnswerVersion
from bot.conversation.models import Conversation, Message
from bot.figures import Useful


async def note_useful(session: AsyncSession, conversation: Conversation, version_id: int, useful: bool) -> None:  # noqa: FBT001
    """Count an opinion. The first one about an answer counts; a button pressed twice changes nothing."""
    said = (
        select(Message)
        .where(Message.conversation_id == conversation.id, Message.choices.contains([f"useful:yes:{version_id}"]))
        .order_by(Message.id.desc())
        .limit(1)
    )
    message, version = await session.scalar(said), await session.get(AnswerVersion, version_id)
    if message is None or version is None or message.useful is not None:
        return
    message.useful = useful
    if conversation.channel != "terminal":
        session.add(Useful(language=version.language, intent=version.name, version=version.number, useful=useful))
