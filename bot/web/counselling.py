"""The counsellor's pages: a plain list of waiting cases, the conversation, a reply box."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from typing import Annotated, Any

from babel.dates import format_timedelta
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.answer import READ
from bot.cases.actions import give_back, take
from bot.cases.models import Case, CaseState
from bot.cases.queue import open_cases, thread
from bot.cases.saved import unfilled
from bot.conversation.models import Conversation, Message, Person
from bot.conversation.say import Spoken, WindowClosed, say, window_open
from bot.db import now
from bot.errors import NotAllowed
from bot.house import House
from bot.i18n import country
from bot.jobs import URGENT
from bot.staff.models import Member
from bot.staff.rights import RIGHTS
from bot.web.account import Signed
from bot.web.pages import house_of, live_of, staff_page
from nlu import INTENTS, LANGUAGES

router = APIRouter()

LONGEST = 4_000
EXPLAINED = 50  #: messages of a conversation, the newest, of which the page says why they were read as they were
PROBLEMS = frozenset({"taken", "window", "empty", "long", "blank"})


@router.get("/staff")
async def queue(request: Request, member: Signed, problem: str = "") -> Response:
    """Waiting cases; editors see only that there is nothing for them yet."""
    desk = member.role in RIGHTS["GET /staff/events"]
    rows = []
    if desk:
        async with house_of(request).sessions() as session:
            rows = list(await open_cases(session))
    values: dict[str, Any] = {"desk": desk, "rows": rows, "ago": _ago, "title": house_of(request).library.title, "problem": problem}
    return staff_page(request, member, "queue.html", **values)


def _ago(then: datetime) -> str:
    return format_timedelta(now() - then, granularity="minute", locale="en")


@router.get("/staff/events")
async def events(request: Request, _member: Signed, case: uuid.UUID | None = None) -> Response:
    """A nudge whenever the queue changes, or something is said in the case named; the page then asks for itself again."""
    subjects = ["cases"]
    if case:
        async with house_of(request).sessions() as session:
            found = await session.get(Case, case)
        subjects += [f"said-{found.conversation_id}"] if found else []

    async def nudges() -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        async for changed in live_of(request).changes(*subjects):
            yield "data: changed\n\n" if changed else ": still here\n\n"

    return StreamingResponse(nudges(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.get("/staff/cases/{case_id}")
async def show(request: Request, member: Signed, case_id: uuid.UUID, problem: str = "") -> Response:
    """One conversation, whole."""
    return await _case(request, member, case_id, problem if problem in PROBLEMS else "")


async def _case(request: Request, member: Member, case_id: uuid.UUID, problem: str, *, draft: str = "") -> Response:
    """The page of a case. Where a reply could not be sent it says why, and gives the words back."""
    house = house_of(request)
    async with house.sessions() as session:
        case = await session.get(Case, case_id)
        if case is None or case.state is CaseState.CLOSED:
            raise NotAllowed
        conversation = await session.get_one(Conversation, case.conversation_id)
        person = await session.get_one(Person, conversation.person_id)
        messages = await thread(session, conversation.id)
    values: dict[str, Any] = {
        "case": case,
        "conversation": conversation,
        "messages": messages,
        "mine": case.taken_by == member.id,
        "open": window_open(conversation),
        "stay": country(person.country_of_stay, "en") if person.country_of_stay else "",
        "back": country(person.country_of_return, "en") if person.country_of_return else "",
        "reasons": reasons(house, messages),
        "problem": problem,
        "draft": draft,
        "title": house.library.title,
        "library": house.library,
    }
    return staff_page(request, member, "case.html", status=409 if draft else 200, **values)


def reasons(house: House, messages: Sequence[Message]) -> dict[int, str]:
    """Why each message was read as it was: the meanings in it that spoke for that."""
    engine, found = house.reader.engine, {}
    for message in messages[-EXPLAINED:]:
        if message.direction == "in" and message.text and message.intent and message.intent in INTENTS and message.language in LANGUAGES:
            found[message.id] = ", ".join(name.replace("_", " ") for name in engine.reasons(message.text[:READ], message.language, message.intent))
    return found


@router.post("/staff/cases/{case_id}/take")
async def take_case(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    async with house_of(request).sessions.begin() as session:
        taken = await take(session, case_id, member.id)
        case = await session.get(Case, case_id)
    return _back(case_id, "" if taken else "taken", closed=case is None or case.state is CaseState.CLOSED)


@router.post("/staff/cases/{case_id}/reply")
async def reply(
    request: Request, member: Signed, case_id: uuid.UUID, text: Annotated[str, Form()] = "", after: Annotated[int, Form()] = 0
) -> Response:
    """Say something to the person; only who took the case may. `after` is the last message the page showed: sent twice is said once."""
    text = text.strip().replace("\r\n", "\n")
    if not text:
        return _back(case_id, "empty")
    async with house_of(request).sessions.begin() as session:
        case = await session.get(Case, case_id, with_for_update=True)
        problem = await _say(session, case, member, text, after)
    if case is None or case.state is CaseState.CLOSED:
        return _back(case_id, closed=True)
    if problem:
        return await _case(request, member, case_id, problem, draft=text)
    return _back(case_id)


async def _say(session: AsyncSession, case: Case | None, member: Member, text: str, after: int) -> str:
    """Say it, or why it cannot be said."""
    if len(text) > LONGEST:
        return "long"
    if unfilled(text):
        return "blank"
    if case is None or case.taken_by != member.id or case.state is not CaseState.TAKEN:
        return "taken"
    conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
    since = select(Message).where(Message.conversation_id == conversation.id, Message.id > after, Message.author == str(member.id))
    if any(text.startswith(said.text) for said in await session.scalars(since)):
        return ""  # the same form came before, by a double click
    try:
        await say(session, conversation, Spoken(text), author=str(member.id), priority=URGENT)
    except WindowClosed:
        return "window"
    return ""


@router.post("/staff/cases/{case_id}/give-back")
async def give_case_back(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    """The talk is over: the case is closed, the person is told that the bot answers again."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        case = await session.get(Case, case_id, with_for_update=True)
        if case is None or case.taken_by != member.id or case.state is not CaseState.TAKEN:
            return _back(case_id, "taken", closed=case is None or case.state is CaseState.CLOSED)
        await give_back(session, case)
        conversation = await session.get_one(Conversation, case.conversation_id)
        if window_open(conversation):
            text = house.library.phrase("bot_again", conversation.language or "en")
            await say(session, conversation, Spoken(text, ("menu", "person")))
    return RedirectResponse("/staff", 303)


def _back(case_id: uuid.UUID, problem: str = "", *, closed: bool = False) -> Response:
    if closed:
        return RedirectResponse("/staff?problem=closed", 303)
    return RedirectResponse(f"/staff/cases/{case_id}" + (f"?problem={problem}" if problem else ""), 303)
