"""What the counsellors' pages share: finding a case, going back to it, the topics of a member."""

from __future__ import annotations

import uuid

from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.menu import THEMES
from bot.cases.models import Case, CaseState
from bot.errors import NotAllowed
from bot.staff.models import Member
from bot.staff.rights import SUPERVISORS


async def found_case(session: AsyncSession, case_id: uuid.UUID, *, lock: bool = False) -> Case:
    """The case; NotAllowed (not found) where there is none, or it was forgotten."""
    case = await session.get(Case, case_id, with_for_update=True if lock else None)
    if case is None:
        raise NotAllowed
    return case


def has(case: Case, member: Member) -> bool:
    """Whether this member has taken the case."""
    return case.state is CaseState.TAKEN and case.taken_by == member.id


def may_move(case: Case, member: Member) -> bool:
    """Whether this member may hand the case on or close it."""
    return case.state is not CaseState.CLOSED and (has(case, member) or member.role in SUPERVISORS)


def to_case(case_id: uuid.UUID, problem: str = "") -> RedirectResponse:
    return RedirectResponse(f"/staff/cases/{case_id}" + (f"?problem={problem}" if problem else ""), 303)


def to_queue(problem: str = "") -> RedirectResponse:
    return RedirectResponse("/staff" + (f"?problem={problem}" if problem else ""), 303)


def topics_of(member: Member) -> list[str] | None:
    """The intents that a member answers on; None for all."""
    return [intent for theme in member.topics for intent in THEMES.get(theme, ())] if member.topics else None
