"""The queue of cases: what waits, in order; take the next one; on duty or not; and the nudges that keep pages live."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from sqlalchemy import update

from bot.answering.menu import THEMES
from bot.cases.actions import take
from bot.cases.floor import heavy_cases
from bot.cases.models import Case
from bot.cases.queue import PAGE, Filters, alarms, counts, rows
from bot.cases.routing import load, next_case
from bot.cases.talk import greet
from bot.db import notify, now
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.staff.rights import RIGHTS, SUPERVISORS
from bot.web import words_of
from bot.web.account import Signed
from bot.web.desk import to_case, to_queue, topics_of
from bot.web.pages import house_of, live_of, staff_page
from nlu import LANGUAGES

router = APIRouter()

Short = Annotated[str, Query(max_length=32)]


def asked(
    show: Short = "open",
    language: Short = "",
    topic: Short = "",
    channel: Short = "",
    mine: Short = "",
    page: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> Filters:
    """What of the queue the address asks for."""
    return Filters(show=show, language=language, topic=topic, channel=channel, mine=bool(mine), intents=THEMES.get(topic, ()), page=page)


@router.get("/staff")
async def queue(request: Request, member: Signed, filters: Annotated[Filters, Depends(asked)], problem: Short = "") -> Response:
    """The cases in the order in which they should be answered; editors see only where their desk is."""
    house = house_of(request)
    values: dict[str, Any] = {"desk": member.role in RIGHTS["GET /staff/events"], "problem": problem if problem in words_of.problem else ""}
    if values["desk"]:
        async with house.sessions() as session:
            found = await rows(session, filters, member)
            values |= {
                "filters": filters,
                "rows": found[:PAGE],
                "more": len(found) > PAGE,
                "counts": await counts(session, member, topics_of(member)),
                "alarms": await alarms(session, member, leads=member.role in SUPERVISORS),
                "load": await load(session, member.id),
                "heavy": await heavy_cases(session, member),
            }
        values |= {
            "languages": LANGUAGES,
            "themes": THEMES,
            "title": house.library.title,
            "phrase": house.library.phrase,
            "channels": ("telegram", "whatsapp", "webchat"),
        }
    return staff_page(request, member, "queue.html", **values)


@router.get("/staff/events")
async def events(request: Request, member: Signed, case: uuid.UUID | None = None) -> Response:
    """A nudge whenever the queue changes, or something is said in the case named; the page then asks for itself again."""
    subjects = ["cases"]
    async with house_of(request).sessions.begin() as session:
        await session.execute(update(Member).where(Member.id == member.id).values(seen_at=now()))
        if case and (found := await session.get(Case, case)):
            subjects += [f"said-{found.conversation_id}", f"case-{found.conversation_id}"]

    async def nudges() -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        async for changed in live_of(request).changes(*subjects):
            if not changed:
                yield ": still here\n\n"
            elif case and changed == {"cases"}:  # somewhere else: a page of a case only looks whether somebody is in danger
                yield "event: queue\ndata: \n\n"
            else:
                yield "data: changed\n\n"

    return StreamingResponse(nudges(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.get("/staff/alarms")
async def ring(request: Request, member: Signed) -> Response:
    """What a page should ring for: names of cases, nothing of what they are about."""
    async with house_of(request).sessions() as session:
        return JSONResponse(await alarms(session, member, leads=member.role in SUPERVISORS))


@router.post("/staff/duty")
async def duty(request: Request, member: Signed, on: Annotated[str, Form()] = "") -> Response:
    """On duty, or not: who is on duty is given cases."""
    async with house_of(request).sessions.begin() as session:
        values = {"on_duty_since": now() if on else None, "seen_at": now()}
        await session.execute(update(Member).where(Member.id == member.id).values(values))
        await note_act(session, member.id, "duty.began" if on else "duty.ended")
        await notify(session, "cases")
    return to_queue()


@router.post("/staff/next")
async def take_next(request: Request, member: Signed) -> Response:
    """The case that this member should answer next, taken in the same transaction."""
    if member.on_duty_since is None:
        return to_queue("off")
    house = house_of(request)
    async with house.sessions.begin() as session:
        if await load(session, member.id) >= member.most_cases:
            return to_queue("load")
        case = await next_case(session, member, topics_of(member))
        if case is None:
            return to_queue("nothing")
        await take(session, case.id, member.id)
        await greet(session, house, case)
        await note_act(session, member.id, "case.took", case.id, "next")
    return to_case(case.id)
