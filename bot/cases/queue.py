"""The queue as counsellors see it: what waits, in the order in which it should be answered."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy import case as when
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case, CaseState
from bot.conversation.models import Conversation, Message
from bot.staff.models import Member

urgency = when({"urgent": 0, "sensitive": 1}, value=Case.risk, else_=2)
waiting_first = when({CaseState.WAITING: 0}, value=Case.state, else_=1)


async def open_cases(session: AsyncSession) -> Sequence[tuple[Case, Conversation, Member | None]]:
    """Open cases: waiting before taken, urgent before others, longest waiting first."""
    query = (
        select(Case, Conversation, Member)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .outerjoin(Member, Member.id == Case.taken_by)
        .where(Case.state != CaseState.CLOSED)
        .order_by(waiting_first, urgency, Case.opened_at)
        .limit(200)
    )
    return [(row[0], row[1], row[2]) for row in await session.execute(query)]


async def thread(session: AsyncSession, conversation_id: uuid.UUID) -> Sequence[Message]:
    """The whole conversation, in the order it was said."""
    query = select(Message).where(Message.conversation_id == conversation_id).order_by(Message.id)
    return list(await session.scalars(query))
