"""One conversation as a counsellor sees it, and the reply."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.answer import READ
from bot.cases.masking import masked, masked_address
from bot.cases.models import Case, CaseState, Draft, Outcome
from bot.cases.notes import Filing, notes
from bot.cases.queue import here, thread
from bot.cases.talk import CannotSay, is_here, may_hear, reply
from bot.cases.window import closes_at
from bot.conversation.media import FileRefused
from bot.conversation.models import Address, Conversation, Message, Person
from bot.conversation.reopen import CannotReopen, reopen, why_not
from bot.db import notify, now
from bot.house import House
from bot.staff.audit import Audit, note_act
from bot.staff.models import Member, Team
from bot.staff.rights import RIGHTS
from bot.web import words_of
from bot.web.account import Signed
from bot.web.desk import found_case, has, may_move, to_case, to_queue
from bot.web.media import file_of
from bot.web.noting import numbers_shown
from bot.web.pages import house_of, staff_page
from nlu import INTENTS, LANGUAGES
from nlu.text import script_of

router = APIRouter()

_VISIT = timedelta(minutes=15)  #: opened again so soon is the same visit
EXPLAINED = 20  #: messages of a page, the newest, of which it says why they were read as they were


@router.get("/staff/cases/{case_id}")
async def show(
    request: Request,
    member: Signed,
    case_id: uuid.UUID,
    problem: Annotated[str, Query(max_length=32)] = "",
    earlier: Annotated[int, Query(ge=0, le=100_000)] = 0,
    numbers: Annotated[str, Query(max_length=400)] = "",
) -> Response:
    """The conversation, newest messages last; earlier ones a page back."""
    shown = numbers_shown(numbers, case_id, member) if numbers else False
    return await _page(request, member, case_id, problem if problem in words_of.problem else "", earlier=earlier, numbers=shown)


async def _page(
    request: Request, member: Member, case_id: uuid.UUID, problem: str, *, draft: str | None = None, earlier: int = 0, numbers: bool = False
) -> Response:
    """The page of a case. Where a reply could not be sent it says why, and gives the words back."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        case = await found_case(session, case_id)
        await _arrives(session, case, member)
        values = await _values(session, case, member, earlier)
    if draft is not None:
        values["draft"] = draft
    messages = values["messages"]
    values |= {
        "numbers": numbers,
        "reached": values["address"] if numbers else masked_address(values["address"]),
        "shown": (lambda text: text) if numbers else masked,
        "reasons": reasons(house, messages[-EXPLAINED:]),
        "problem": problem,
        "title": house.library.title,
        "library": house.library,
        "outcomes": [outcome.value for outcome in Outcome],
        "script_of": script_of,
        "phrase": house.library.phrase,
    }
    return staff_page(request, member, "case.html", status=409 if draft else 200, **values)


async def _arrives(session: AsyncSession, case: Case, member: Member) -> None:
    """Colleagues see who has the case open; opening it is written down, its refreshing is not."""
    if case.state is CaseState.CLOSED:
        await note_act(session, member.id, "case.read", case.id)
        return
    known = select(Audit.id).where(Audit.subject_id == str(case.id), Audit.member_id == member.id, Audit.action == "case.read")
    fresh = await session.scalar(known.where(Audit.at > now() - _VISIT).limit(1)) is None
    await is_here(session, case.id, member.id)
    if fresh:
        await note_act(session, member.id, "case.read", case.id)
        await notify(session, "cases", str(case.conversation_id))


async def _values(session: AsyncSession, case: Case, member: Member, earlier: int) -> dict[str, Any]:
    conversation = await session.get_one(Conversation, case.conversation_id)
    person = await session.get_one(Person, conversation.person_id)
    address = await session.get_one(Address, conversation.address_id)
    messages, more = await thread(session, conversation.id, earlier=earlier)
    written = await session.get(Draft, (case.id, member.id))
    return {
        "case": case,
        "conversation": conversation,
        "person": person,
        "address": address.name,
        "messages": messages,
        "earlier": earlier,
        "more": more,
        "mine": has(case, member),
        "may_move": may_move(case, member),
        "may_hear": may_hear(conversation),
        "closes_at": closes_at(conversation),
        "cannot_reopen": why_not(conversation),
        "draft": written.text if written else "",
        "notes": await notes(session, conversation.id),
        "filing": await session.get(Filing, case.id),
        "here": await here(session, case.id, member.id),
        **await _colleagues(session, case, member),
    }


async def _colleagues(session: AsyncSession, case: Case, member: Member) -> dict[str, Any]:
    """Who can be handed the case, and the names of those who wrote in it."""
    everybody = list(await session.scalars(select(Member).order_by(Member.name, Member.email)))
    able = [
        one for one in everybody if one.disabled_at is None and one.role in RIGHTS["GET /staff/events"] and one.id not in (case.taken_by, member.id)
    ]
    return {
        "names": {str(one.id): one.called for one in everybody},
        "colleagues": sorted(able, key=lambda one: one.on_duty_since is None),
        "teams": list(await session.scalars(select(Team).order_by(Team.name))),
    }


def reasons(house: House, messages: Sequence[Message]) -> dict[int, str]:
    """Why each message was read as it was: the meanings in it that spoke for that."""
    engine, found = house.reader.engine, {}
    for message in messages:
        if message.direction == "in" and message.text and message.intent and message.intent in INTENTS and message.language in LANGUAGES:
            found[message.id] = ", ".join(name.replace("_", " ") for name in engine.reasons(message.text[:READ], message.language, message.intent))
    return found


@router.post("/staff/cases/{case_id}/reply")
async def say(
    request: Request,
    member: Signed,
    case_id: uuid.UUID,
    text: Annotated[str, Form()] = "",
    after: Annotated[int, Form()] = 0,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Say something to the person; only who took the case may. `after` is the last message the page showed."""
    text = text.strip().replace("\r\n", "\n")
    try:
        ready = await file_of(file)
        if not text and ready is None:
            return to_case(request, case_id, "empty")
        async with house_of(request).sessions.begin() as session:
            case = await found_case(session, case_id, lock=True)
            if case.state is CaseState.CLOSED:
                return to_queue(request, "closed")
            await reply(session, case, member, text, after=after, file=ready)
            await note_act(session, member.id, "case.answered", case_id)
    except (CannotSay, FileRefused) as refused:
        return await _page(request, member, case_id, refused.code, draft=text)
    return to_case(request, case_id)


@router.post("/staff/cases/{case_id}/template")
async def template(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    """Send the neutral sentence that opens the window of WhatsApp again, in the person's language."""
    house = house_of(request)
    try:
        async with house.sessions.begin() as session:
            case = await found_case(session, case_id, lock=True)
            if not has(case, member):
                return to_case(request, case_id, "taken")
            conversation = await session.get_one(Conversation, case.conversation_id)
            await reopen(session, house, conversation, str(member.id))
            await note_act(session, member.id, "case.template", case_id)
    except CannotReopen as refused:
        return to_case(request, case_id, refused.code)
    return to_case(request, case_id)
