"""Changes of a contact: what would be different, published by somebody else or dropped; the history, and the way back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import contacts as desk
from bot.answers.contact_history import LISTS, ChangeState, ContactChange, Fields, Value, history, names_of, present, wanted
from bot.answers.fill import contact_line
from bot.answers.library import KnownContact, Library
from bot.answers.publishing import NotNow
from bot.errors import NotAllowed
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.staff.rights import may
from bot.web.account import Signed
from bot.web.contacts import back, found_contact
from bot.web.pages import house_of, staff_page
from nlu import LANGUAGES

router = APIRouter()

SHOWN = 100  #: rows of the history
PUBLISH = "POST /staff/contacts/{contact_id}/changes/{change_id}/publish"
Short = Annotated[str, Query(max_length=32)]


async def _change(session: AsyncSession, contact_id: str, change_id: int, *, lock: bool = False) -> ContactChange:
    found = await session.get(ContactChange, change_id, with_for_update=lock or None)
    if found is None or found.contact_id != contact_id:
        raise NotAllowed
    return found


async def _people(session: AsyncSession, rows: Sequence[ContactChange]) -> dict[uuid.UUID, str]:
    """Who is named in the rows."""
    ids = {member for row in rows for member in (row.proposed_by, row.decided_by) if member}
    return {member.id: member.called for member in await session.scalars(select(Member).where(Member.id.in_(ids)))}


@router.get("/staff/contacts/{contact_id}/changes")
async def all_changes(request: Request, member: Signed, contact_id: str) -> Response:
    """The history, the newest first."""
    async with house_of(request).sessions() as session:
        row = await found_contact(session, contact_id)
        rows = (await history(session, row))[:SHOWN]
        people, told = await _people(session, rows), await present(session, row)
    return staff_page(request, member, "contact_history.html", row=row, rows=rows, people=people, there=told)


@router.get("/staff/contacts/{contact_id}/changes/{change_id}")
async def one_change(request: Request, member: Signed, contact_id: str, change_id: int, done: Short = "", problem: Short = "") -> Response:
    """What is different by a change: from what people see now where it waits, else from what was published before it."""
    house = house_of(request)
    async with house.sessions() as session:
        row = await found_contact(session, contact_id)
        change = await _change(session, contact_id, change_id)
        mine, there = await wanted(session, change), await present(session, row)
        waits = change.state is ChangeState.PROPOSED
        found = await desk.outcome(session, row, change) if waits else None
        others = [other for other in await desk.proposals(session, contact_id) if other.id != change_id] if waits else []
        beside = [(other, desk.differences(await wanted(session, other), mine)) for other in others]
        before = await _before(session, change)
        people = await _people(session, [change, *others])
    differences = found.differences if found else desk.differences(before, mine) if before else []
    after = found.after if found else mine
    values: dict[str, Any] = {"row": row, "change": change, "differences": differences, "people": people, "beside": beside, "waits": waits}
    values |= {"seen": found.seen if found else "", "contested": bool(found and found.contested), "lines": _lines(house.library, row.id, after)}
    values |= {"back_again": change.state is ChangeState.PUBLISHED and bool(desk.differences(there, mine)), "first": before is None}
    values |= {"may_publish": may(member.role, PUBLISH) and change.proposed_by != member.id, "own": change.proposed_by == member.id}
    values |= {"may_drop": may(member.role, PUBLISH) or change.proposed_by == member.id, "may_restore": may(member.role, PUBLISH)}
    return staff_page(request, member, "contact_change.html", done=done, problem=problem, **values)


async def _before(session: AsyncSession, change: ContactChange) -> Fields | None:
    """What was published before a change, or what its editor saw."""
    if change.state is ChangeState.PUBLISHED and change.decided_at:
        query = select(ContactChange).where(ContactChange.contact_id == change.contact_id, ContactChange.state == ChangeState.PUBLISHED)
        query = query.where(ContactChange.decided_at < change.decided_at, ContactChange.id != change.id).order_by(ContactChange.decided_at.desc())
        row = await session.scalar(query.limit(1))
    else:
        row = await session.get(ContactChange, change.base_id) if change.base_id else None
    return await wanted(session, row) if row else None


def _lines(library: Library, contact_id: str, fields: Fields) -> list[tuple[str, str]]:
    """The contact as people would read it, in each language."""
    names = names_of(fields)
    if "en" not in names:
        return []
    known = _known(contact_id, fields, names)
    return [(language, contact_line(known, library, language)) for language in LANGUAGES]


def _known(contact_id: str, fields: Mapping[str, Value], names: Mapping[str, str]) -> KnownContact:
    kept: dict[str, Any] = {key: fields[key] for key in ("kind", "country", "topics", "phones", "hours", "url", "postal", "free", "as_of")}
    assert all(isinstance(kept[key], tuple) for key in LISTS if key in kept)
    return KnownContact(id=contact_id, names=names, **kept)


@router.post("/staff/contacts/{contact_id}/changes/{change_id}/publish")
async def publish(request: Request, member: Signed, contact_id: str, change_id: int, seen: Annotated[str, Form()] = "") -> Response:
    """What a colleague proposed holds from now on, everywhere."""
    problem = ""
    async with house_of(request).sessions.begin() as session:
        row = await found_contact(session, contact_id, lock=True)
        change = await _change(session, contact_id, change_id, lock=True)
        try:
            await desk.publish(session, row, change, member.id, seen)
            await note_act(session, member.id, "contact.published", contact_id, str(change_id))
        except NotNow as stopped:
            problem = stopped.code
    return back(contact_id, f"/changes/{change_id}?problem={problem}" if problem else "?done=published")


@router.post("/staff/contacts/{contact_id}/changes/{change_id}/drop")
async def drop(request: Request, member: Signed, contact_id: str, change_id: int, note: Annotated[str, Form()] = "") -> Response:
    """By who proposed it, or by somebody who could have published it."""
    problem = ""
    async with house_of(request).sessions.begin() as session:
        await found_contact(session, contact_id, lock=True)
        change = await _change(session, contact_id, change_id, lock=True)
        if change.proposed_by != member.id and not may(member.role, PUBLISH):
            problem = "not-yours"
        else:
            try:
                await desk.drop(session, change, member.id, note.strip()[:500])
                await note_act(session, member.id, "contact.dropped", contact_id, str(change_id))
            except NotNow as stopped:
                problem = stopped.code
    return back(contact_id, f"/changes/{change_id}?{f'problem={problem}' if problem else 'done=dropped'}")


@router.post("/staff/contacts/{contact_id}/changes/{change_id}/restore")
async def restore(request: Request, member: Signed, contact_id: str, change_id: int) -> Response:
    """An earlier state holds again, at once."""
    problem = ""
    async with house_of(request).sessions.begin() as session:
        row = await found_contact(session, contact_id, lock=True)
        change = await _change(session, contact_id, change_id)
        try:
            await desk.roll_back(session, row, change, member.id)
            await note_act(session, member.id, "contact.rolled_back", contact_id, str(change_id))
        except NotNow as stopped:
            problem = stopped.code
    return back(contact_id, f"/changes/{change_id}?problem={problem}" if problem else "?done=restored")
