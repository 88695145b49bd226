"""What becomes of the cases of a member who is no longer there: they wait again, and nobody is forgotten."""

from __future__ import annotations

import uuid

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case, CaseState
from bot.conversation.models import Conversation, State
from bot.db import notify, now


async def leave_cases(session: AsyncSession, member_id: uuid.UUID) -> int:
    """Put back all open cases of a member, at once; how many there were. The persons are told nothing: somebody else goes on."""
    mine = select(Case).where(Case.taken_by == member_id, Case.state == CaseState.TAKEN).order_by(Case.id).with_for_update()
    cases = list(await session.scalars(mine))
    for case in cases:
        case.state, case.taken_by, case.taken_at, case.waiting_since = CaseState.WAITING, None, None, now()
        conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True, populate_existing=True)
        if conversation.state is State.COUNSELLOR:
            conversation.state = State.WAITING
        await session.flush()
        await notify(session, "said", str(conversation.id))
    await session.execute(update(Case).where(Case.reserved_for == member_id).values(reserved_for=None, reserved_until=None))
    await notify(session, "cases")
    return len(cases)
