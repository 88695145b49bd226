"""What is done with a case as a whole: taken, passed on, handed to somebody, closed, opened again."""

from __future__ import annotations

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.actions import hand_to_colleague, hand_to_team, pass_on, reopen, take
from bot.cases.models import Case, CaseState, Outcome
from bot.cases.notes import Note
from bot.cases.talk import end, greet
from bot.staff.audit import note_act
from bot.staff.models import Member, Team
from bot.staff.rights import RIGHTS
from bot.web.account import Signed
from bot.web.desk import found_case, may_move, to_case, to_queue
from bot.web.pages import house_of

router = APIRouter()


@router.post("/staff/cases/{case_id}/take")
async def take_case(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    """This member answers from now on; the person is told once that somebody is there."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        case = await found_case(session, case_id, lock=True)
        before = case.state
        if not await take(session, case_id, member.id):
            return _not_taken(case)
        if before is CaseState.WAITING:
            await greet(session, house, case)
            await note_act(session, member.id, "case.took", case_id)
    return to_case(case_id)


def _not_taken(case: Case) -> Response:
    if case.state is CaseState.CLOSED:
        return to_queue("closed")
    return to_case(case.id, "kept" if case.state is CaseState.WAITING else "taken")


@router.post("/staff/cases/{case_id}/pass")
async def pass_case(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    """Back to the queue. No reason is asked."""
    async with house_of(request).sessions.begin() as session:
        case = await found_case(session, case_id, lock=True)
        if not may_move(case, member):
            return _not_taken(case)
        await pass_on(session, case, case.taken_by or member.id)
        await note_act(session, member.id, "case.passed", case_id)
    return to_queue()


@router.post("/staff/cases/{case_id}/hand")
async def hand(
    request: Request,
    member: Signed,
    case_id: uuid.UUID,
    to: Annotated[str, Form(max_length=64)] = "",
    note: Annotated[str, Form(max_length=4000)] = "",
) -> Response:
    """To a colleague ("member:…") or a team ("team:…"), with a note that only colleagues read. The person is not greeted again."""
    async with house_of(request).sessions.begin() as session:
        case = await found_case(session, case_id, lock=True)
        if not may_move(case, member):
            return _not_taken(case)
        receiver = await _receiver(session, to)
        if receiver is None:
            return to_case(case_id, "whom")
        if note.strip():
            session.add(Note(conversation_id=case.conversation_id, member_id=member.id, text=note.strip()))
        if isinstance(receiver, Team):
            await hand_to_team(session, case, receiver.id)
        else:
            await hand_to_colleague(session, case, receiver.id)
        await note_act(session, member.id, "case.handed_on", case_id, to)
    return to_queue()


async def _receiver(session: AsyncSession, to: str) -> Member | Team | None:
    """The colleague who may answer cases, or the team, that was named."""
    kind, _, name = to.partition(":")
    try:
        key = uuid.UUID(name)
    except ValueError:
        return None
    if kind == "team":
        return await session.get(Team, key)
    found = await session.get(Member, key) if kind == "member" else None
    return found if found and found.disabled_at is None and found.role in RIGHTS["GET /staff/events"] else None


@router.post("/staff/cases/{case_id}/close")
async def close_case(request: Request, member: Signed, case_id: uuid.UUID, outcome: Annotated[Outcome, Form()] = Outcome.ANSWERED) -> Response:
    """The talk is over: the person is told that the bot answers again, and asked whether this helped."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        case = await found_case(session, case_id, lock=True)
        if not may_move(case, member):
            return _not_taken(case)
        await end(session, house, case, outcome)
        await note_act(session, member.id, "case.closed", case_id, outcome.value)
    return to_queue()


@router.post("/staff/cases/{case_id}/reopen")
async def reopen_case(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    """Somebody must be written to again after all."""
    async with house_of(request).sessions.begin() as session:
        case = await found_case(session, case_id, lock=True)
        if case.state is not CaseState.CLOSED:
            return to_case(case_id)
        fresh = await reopen(session, case, member.id)
        await note_act(session, member.id, "case.reopened", fresh.id)
    return to_case(fresh.id)
