"""The queue of cases: what waits, in order; take the next one; on duty or not; and the nudges that keep pages live."""

from __future__ import annotations

import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.menu import THEMES
from bot.cases.actions import take
from bot.cases.floor import heavy_cases
from bot.cases.models import Case, CaseState
from bot.cases.queue import PAGE, Filters, alarms, fitting, other_rows
from bot.cases.routing import load, next_case
from bot.cases.talk import greet
from bot.db import notify, now
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.staff.rights import RIGHTS, SUPERVISORS
from bot.web import words_of
from bot.web.account import Signed
from bot.web.board import Board, Boards
from bot.web.desk import to_case, to_queue, topics_of
from bot.web.editing_list import to_do
from bot.web.pages import house_of, live_of, staff_page
from nlu import LANGUAGES, Risk

router = APIRouter()


def boards_of(request: Request) -> Boards:
    found: Boards = request.app.state.boards
    return found


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
    """The cases in the order in which they should be answered; editors see what is to be done at theirs."""
    house = house_of(request)
    desk = member.role in RIGHTS["GET /staff/events"]
    if not desk:
        return await to_do(request, member)
    values: dict[str, Any] = {"problem": problem if problem in words_of.problem else ""}
    async with house.sessions() as session:
        by_itself = request.headers.get("sec-fetch-dest") == "empty"
        board = await boards_of(request).look(session, live_of(request), may_lag=by_itself)
        values |= await _shown(session, board, filters, member)
        values |= {"fitting": await fitting(session, member, topics_of(member)), "heavy": await heavy_cases(session, member)}
    values |= {
        "board": board,
        "filters": filters,
        "alarms": alarms(board.rows, member, lead=member.role in SUPERVISORS),
        "house": house,
        "languages": LANGUAGES,
        "themes": THEMES,
        "phrase": house.library.phrase,
        "channels": ("telegram", "whatsapp", "webchat"),
    }
    return staff_page(request, member, "queue.html", **values)


async def _shown(session: AsyncSession, board: Board, filters: Filters, member: Member) -> dict[str, Any]:
    """The rows of one page, in groups, and the counts above them."""
    waiting = [row for row in board.rows if row.case.state is CaseState.WAITING]
    own = [row for row in board.rows if row.case.state is CaseState.TAKEN and row.case.taken_by == member.id]
    counts = {"waiting": len(waiting), "urgent": sum(row.case.risk == Risk.URGENT.value for row in waiting), "load": len(own)}
    if filters.show != "open":
        found = await other_rows(session, filters, member)
        return counts | {"others": found[:PAGE], "more": len(found) > PAGE}
    others = [row for row in board.rows if row.case.state is CaseState.TAKEN and row.case.taken_by != member.id]
    wanted = [row for row in (*own, *waiting, *others) if filters.want(row, member)]
    page = wanted[filters.page * PAGE : (filters.page + 1) * PAGE]
    return counts | {
        "own": [row for row in page if row in own],
        "free": [row for row in page if row.case.state is CaseState.WAITING],
        "others": [row for row in page if row.case.state is CaseState.TAKEN and row.case.taken_by != member.id],
        "more": len(wanted) > (filters.page + 1) * PAGE,
    }


@router.get("/staff/events")
async def events(request: Request, _member: Signed, case: uuid.UUID | None = None) -> Response:
    """A nudge whenever the queue changes, or something is said in the case named; the page then asks for itself again."""
    subjects = ["cases"]
    async with house_of(request).sessions() as session:
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
        board = await boards_of(request).look(session, live_of(request))
    return JSONResponse(alarms(board.rows, member, lead=member.role in SUPERVISORS))


@router.post("/staff/duty")
async def duty(request: Request, member: Signed, on: Annotated[str, Form()] = "") -> Response:
    """On duty, or not: who is on duty is given cases."""
    async with house_of(request).sessions.begin() as session:
        values = {"on_duty_since": now() if on else None, "seen_at": now()}
        await session.execute(update(Member).where(Member.id == member.id).values(values))
        await note_act(session, member.id, "duty.began" if on else "duty.ended")
        await notify(session, "cases")
    return to_queue(request)


@router.post("/staff/next")
async def take_next(request: Request, member: Signed) -> Response:
    """The case that this member should answer next, taken in the same transaction."""
    if member.on_duty_since is None:
        return to_queue(request, "off")
    house = house_of(request)
    async with house.sessions.begin() as session:
        if await load(session, member.id) >= member.most_cases:
            return to_queue(request, "load")
        case = await next_case(session, member, topics_of(member))
        if case is None:
            return to_queue(request, "nothing")
        await take(session, case.id, member.id)
        await greet(session, house, case)
        await note_act(session, member.id, "case.took", case.id, "next")
    return to_case(request, case.id)
