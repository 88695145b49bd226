"""What happens to a case: opened, taken, handed on, closed. Each is called inside the caller's transaction."""

from __future__ import annotations

import uuid
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case, CaseState, Draft, Outcome
from bot.cases.routing import reserve_for_who_knows
from bot.conversation.models import Conversation, State
from bot.db import notify, now
from bot.figures import Closing, Helped
from nlu import Risk

KEPT_FOR_COLLEAGUE = timedelta(minutes=30)  #: a case handed to a colleague who does not take it is everybody's again


async def changed(session: AsyncSession, case: Case) -> None:
    """Open pages hear of it: the queue, and those that show this case."""
    await notify(session, "cases", str(case.conversation_id))


async def open_case(session: AsyncSession, conversation: Conversation, risk: Risk, intent: str | None) -> Case:
    """The open case of this conversation, made if there is none; its risk only ever rises, and the newest danger names it."""
    case = await open_case_of(session, conversation.id)
    if case is None:
        case = Case(conversation_id=conversation.id, risk=risk.value, intent=intent)
        await reserve_for_who_knows(session, case)
        session.add(case)
    elif Risk(case.risk).rank < risk.rank or (risk is Risk.URGENT and intent):
        case.risk, case.intent = risk.value, intent or case.intent
    if conversation.state is State.BOT:
        conversation.state = State.WAITING
    await changed(session, case)
    return case


async def open_case_of(session: AsyncSession, conversation_id: uuid.UUID) -> Case | None:
    return await session.scalar(select(Case).where(Case.conversation_id == conversation_id, Case.state != CaseState.CLOSED))


def whose_turn(case: Case | None) -> State:
    """Who answers in a conversation with this open case, or without one."""
    if case is None:
        return State.BOT
    return State.COUNSELLOR if case.state is CaseState.TAKEN else State.WAITING


async def take(session: AsyncSession, case_id: uuid.UUID, member_id: uuid.UUID) -> bool:
    """Whether the case is now this member's. Two who press at once: the database lets one have it; one kept for a colleague waits for them."""
    case = await session.get(Case, case_id, with_for_update=True)
    if case is None or case.state is CaseState.CLOSED or (case.state is CaseState.TAKEN and case.taken_by != member_id):
        return False
    if case.state is CaseState.TAKEN:
        return True
    if case.reserved_for not in (None, member_id) and case.reserved_until and case.reserved_until > now():
        return False
    await _becomes(session, case, member_id)
    return True


async def _becomes(session: AsyncSession, case: Case, member_id: uuid.UUID) -> None:
    case.state, case.taken_by, case.taken_at = CaseState.TAKEN, member_id, now()
    case.reserved_for = case.reserved_until = None
    await _turn(session, case)
    await changed(session, case)


async def _turn(session: AsyncSession, case: Case) -> Conversation:
    """The conversation follows its case; whoever asked not to be written to stays so."""
    conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
    if conversation.state is not State.STOPPED:
        conversation.state = whose_turn(None if case.state is CaseState.CLOSED else case)
    return conversation


async def pass_on(session: AsyncSession, case: Case, member_id: uuid.UUID) -> None:
    """Back to the queue, no reason asked; it is not offered to this member again."""
    case.passed_by = [*{*case.passed_by, member_id}]
    await _waits_again(session, case)


async def hand_to_team(session: AsyncSession, case: Case, team_id: uuid.UUID) -> None:
    case.team_id = team_id
    await _waits_again(session, case)


async def hand_to_colleague(session: AsyncSession, case: Case, member_id: uuid.UUID) -> None:
    """Kept for a colleague for a while; the bot stays out of it no more than for any waiting case."""
    await _waits_again(session, case)
    case.passed_by = [one for one in case.passed_by if one != member_id]
    case.reserved_for, case.reserved_until = member_id, now() + KEPT_FOR_COLLEAGUE


async def _waits_again(session: AsyncSession, case: Case) -> None:
    """The person has waited since they were last answered, whoever has had the case meanwhile."""
    case.state, case.taken_by, case.taken_at = CaseState.WAITING, None, None
    case.waiting_since = case.answered_at or case.waiting_since
    case.reserved_for = case.reserved_until = case.escalated_at = None
    await _turn(session, case)
    await changed(session, case)


async def close(session: AsyncSession, case: Case, outcome: Outcome) -> Conversation:
    """The case is over; the bot answers again. The caller says so to the person."""
    case.state, case.closed_at, case.outcome = CaseState.CLOSED, now(), outcome
    case.reserved_for = case.reserved_until = None
    conversation = await _turn(session, case)
    conversation.unsure = 0
    await session.execute(delete(Draft).where(Draft.case_id == case.id))
    session.add(Closing(language=conversation.language or "en", intent=case.intent or "none", outcome=outcome.value))
    await changed(session, case)
    return conversation


async def reopen(session: AsyncSession, case: Case, member_id: uuid.UUID) -> Case:
    """A new case for the conversation of a closed one, taken by this member; or the one that is open already."""
    found = await open_case_of(session, case.conversation_id)
    if found is not None:
        return found
    fresh = Case(conversation_id=case.conversation_id, risk=case.risk, intent=case.intent, team_id=case.team_id)
    session.add(fresh)
    await session.flush()
    await _becomes(session, fresh, member_id)
    return fresh


async def note_help(session: AsyncSession, conversation: Conversation, *, helped: bool) -> None:
    """What the person says to "did this help?", kept with the case that ended last; pressed twice, the first counts."""
    closed = select(Case).where(Case.conversation_id == conversation.id, Case.state == CaseState.CLOSED)
    case = await session.scalar(closed.order_by(Case.closed_at.desc()).limit(1))
    if case is None or case.helped is not None:
        return
    case.helped = helped
    session.add(Helped(language=conversation.language or "en", intent=case.intent or "none", helped=helped))
