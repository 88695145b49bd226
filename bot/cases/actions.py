"""What happens to a case: opened, taken, answered, given back. Each is called inside the caller's transaction."""

from __future__ import annotations

import uuid

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case, CaseState
from bot.conversation.models import Conversation, State
from bot.db import notify, now
from nlu import Risk


async def open_case(session: AsyncSession, conversation: Conversation, risk: Risk, intent: str | None) -> Case:
    """The open case of this conversation, made if there is none; its risk only ever rises, and the newest danger names it."""
    case = await session.scalar(select(Case).where(Case.conversation_id == conversation.id, Case.state != CaseState.CLOSED))
    if case is None:
        case = Case(conversation_id=conversation.id, risk=risk.value, intent=intent)
        session.add(case)
    elif Risk(case.risk).rank < risk.rank or (risk is Risk.URGENT and intent):
        case.risk, case.intent = risk.value, intent or case.intent
    if conversation.state in (State.BOT, State.STOPPED):
        conversation.state = State.WAITING
    await notify(session, "cases", risk.value)
    return case


async def take(session: AsyncSession, case_id: uuid.UUID, member_id: uuid.UUID) -> bool:
    """Whether the case is now this member's. Two who press at once: the database lets one have it."""
    case = await session.get(Case, case_id, with_for_update=True)
    if case is None or case.state is CaseState.CLOSED or (case.state is CaseState.TAKEN and case.taken_by != member_id):
        return False
    case.state, case.taken_by, case.taken_at = CaseState.TAKEN, member_id, case.taken_at or now()
    conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
    conversation.state = State.COUNSELLOR
    await notify(session, "cases")
    return True


async def give_back(session: AsyncSession, case: Case) -> None:
    """Close the case; the bot answers again. The caller says so to the person."""
    case.state, case.closed_at = CaseState.CLOSED, now()
    conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
    if conversation.state is not State.STOPPED:
        conversation.state = State.BOT
    conversation.unsure = 0
    await notify(session, "cases")
