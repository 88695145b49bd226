"""The counsellor's pages: a plain list of waiting cases, the conversation, a reply box."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from bot.cases.actions import give_back, take
from bot.cases.models import Case, CaseState
from bot.cases.queue import open_cases, thread
from bot.conversation.models import Conversation, Person
from bot.conversation.say import Spoken, WindowClosed, say, window_open
from bot.db import now
from bot.errors import NotAllowed
from bot.i18n import country, own_name
from bot.jobs import URGENT
from bot.staff.models import Role
from bot.web.account import Signed
from bot.web.pages import house_of, live_of, page

router = APIRouter()

LONGEST = 4_000


@router.get("/staff")
async def queue(request: Request, member: Signed) -> Response:
    """Waiting cases; editors see only that there is nothing for them yet."""
    rows = []
    if member.role not in (Role.EDITOR, Role.APPROVER):
        async with house_of(request).sessions() as session:
            rows = list(await open_cases(session))
    return page(request, "queue.html", member=member, rows=rows, now=now(), title=house_of(request).library.title, own_name=own_name)


@router.get("/staff/events")
async def events(request: Request, _member: Signed) -> Response:
    """A nudge whenever the queue changes; the page then asks for itself again."""

    async def nudges() -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        async for changed in live_of(request).changes("cases"):
            yield "data: changed\n\n" if changed else ": still here\n\n"

    return StreamingResponse(nudges(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.get("/staff/cases/{case_id}")
async def show(request: Request, member: Signed, case_id: uuid.UUID, problem: str = "") -> Response:
    """One conversation, whole."""
    house = house_of(request)
    async with house.sessions() as session:
        case = await session.get(Case, case_id)
        if case is None or case.state is CaseState.CLOSED:
            raise NotAllowed
        conversation = await session.get_one(Conversation, case.conversation_id)
        person = await session.get_one(Person, conversation.person_id)
        messages = await thread(session, conversation.id)
    values: dict[str, Any] = {
        "member": member,
        "case": case,
        "conversation": conversation,
        "messages": messages,
        "mine": case.taken_by == member.id,
        "open": window_open(conversation),
        "stay": country(person.country_of_stay, "en") if person.country_of_stay else "",
        "problem": problem if problem in ("taken", "window", "empty", "long") else "",
        "title": house.library.title,
        "key": uuid.uuid4().hex,
    }
    return page(request, "case.html", **values)


@router.post("/staff/cases/{case_id}/take")
async def take_case(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    async with house_of(request).sessions.begin() as session:
        taken = await take(session, case_id, member.id)
    return _back(case_id, "" if taken else "taken")


@router.post("/staff/cases/{case_id}/reply")
async def reply(request: Request, member: Signed, case_id: uuid.UUID, text: Annotated[str, Form()] = "") -> Response:
    """Say something to the person; only who took the case may."""
    text = text.strip()
    if not text or len(text) > LONGEST:
        return _back(case_id, "long" if text else "empty")
    async with house_of(request).sessions.begin() as session:
        case = await session.get(Case, case_id, with_for_update=True)
        if case is None or case.taken_by != member.id or case.state is not CaseState.TAKEN:
            return _back(case_id, "taken")
        conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
        if not window_open(conversation):
            return _back(case_id, "window")
        try:
            await say(session, conversation, Spoken(text), author=str(member.id), priority=URGENT)
        except WindowClosed:
            return _back(case_id, "window")
    return _back(case_id)


@router.post("/staff/cases/{case_id}/give-back")
async def give_case_back(request: Request, member: Signed, case_id: uuid.UUID) -> Response:
    """The talk is over: the case is closed, the person is told that the bot answers again."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        case = await session.get(Case, case_id, with_for_update=True)
        if case is None or case.taken_by != member.id or case.state is not CaseState.TAKEN:
            return _back(case_id, "taken")
        await give_back(session, case)
        conversation = await session.get_one(Conversation, case.conversation_id)
        if window_open(conversation):
            text = house.library.phrase("bot_again", conversation.language or "en")
            await say(session, conversation, Spoken(text, ("menu", "person")))
    return RedirectResponse("/staff", 303)


def _back(case_id: uuid.UUID, problem: str = "") -> Response:
    return RedirectResponse(f"/staff/cases/{case_id}" + (f"?problem={problem}" if problem else ""), 303)
