"""What counsellors write for each other and for themselves: notes, tags, dates, drafts; and looking at a hidden number."""

from __future__ import annotations

import re
import uuid
from datetime import date, timedelta
from typing import Annotated

from cryptography.fernet import InvalidToken
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from bot.cases.actions import changed
from bot.cases.models import CaseState
from bot.cases.notes import Filing, Note
from bot.cases.talk import keep_draft
from bot.db import now
from bot.sealing import keyring
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.web.account import Signed
from bot.web.desk import found_case, has, to_case
from bot.web.pages import house_of

router = APIRouter()

SHOWN = timedelta(minutes=10)  #: numbers stay readable so long after somebody asked for them
TAGS, TAG = 12, 40  #: tags of a case, characters of one


@router.post("/staff/cases/{case_id}/notes")
async def note(request: Request, member: Signed, case_id: uuid.UUID, note: Annotated[str, Form(max_length=4000)] = "") -> Response:
    """A note for colleagues; never sent."""
    async with house_of(request).sessions.begin() as session:
        case = await found_case(session, case_id)
        if note.strip():
            session.add(Note(conversation_id=case.conversation_id, member_id=member.id, text=note.strip()))
            await note_act(session, member.id, "case.noted", case_id)
            await changed(session, case)
    return RedirectResponse(f"/staff/cases/{case_id}#notes", 303)


@router.post("/staff/cases/{case_id}/filing")
async def file(
    request: Request,
    member: Signed,
    case_id: uuid.UUID,
    tags: Annotated[str, Form(max_length=600)] = "",
    follow_up_on: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Tags, and the day on which the case comes up again."""
    words = list(dict.fromkeys(tag.strip()[:TAG] for tag in re.split(r"[,،;\n]", tags) if tag.strip()))[:TAGS]
    try:
        day = date.fromisoformat(follow_up_on) if follow_up_on else None
    except ValueError:
        day = None
    async with house_of(request).sessions.begin() as session:
        case = await found_case(session, case_id)
        kept = {"tags": words, "follow_up_on": day}
        if words or day:
            await session.execute(insert(Filing).values(case_id=case_id, **kept).on_conflict_do_update(index_elements=["case_id"], set_=kept))
        else:
            await session.execute(delete(Filing).where(Filing.case_id == case_id))
        await note_act(session, member.id, "case.filed", case_id)
        await changed(session, case)
    return RedirectResponse(f"/staff/cases/{case_id}#notes", 303)


@router.post("/staff/cases/{case_id}/draft")
async def draft(request: Request, member: Signed, case_id: uuid.UUID, text: Annotated[str, Form(max_length=8000)] = "") -> Response:
    """Keep what is being written; asked by the page's script while one writes, and by a button without it."""
    async with house_of(request).sessions.begin() as session:
        case = await found_case(session, case_id)
        if case.state is not CaseState.CLOSED and has(case, member):
            await keep_draft(session, case_id, member.id, text.replace("\r\n", "\n"))
    if request.headers.get("accept", "").startswith("application/json"):
        return Response(status_code=204)
    return to_case(case_id)


@router.post("/staff/cases/{case_id}/numbers")
async def numbers(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    """Show names and numbers in this case for a while. Asking is written down."""
    async with house_of(request).sessions.begin() as session:
        await found_case(session, case_id)
        await note_act(session, member.id, "case.numbers", case_id)
    sealed = keyring().seal(f"{case_id} {member.id} {(now() + SHOWN).timestamp():.0f}").decode()
    return RedirectResponse(f"/staff/cases/{case_id}?numbers={sealed}", 303)


def numbers_shown(sealed: str, case_id: uuid.UUID, member: Member) -> bool:
    """Whether this member asked, a short while ago, to see the numbers of this case."""
    try:
        asked_case, asked_by, until = keyring().open(sealed.encode()).split()
    except (InvalidToken, ValueError):
        return False
    return (asked_case, asked_by) == (str(case_id), str(member.id)) and float(until) > now().timestamp()
