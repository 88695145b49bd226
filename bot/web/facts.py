"""The desk of the facts: what each says, by which source, who looks at it again when, where it is used, and whether it is said now."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.fact_figures import beyond_facts
from bot.answers.facts import ID, Wanted, changed, mark, problems, remove, still_right, wanted_of, write
from bot.answers.files import published
from bot.answers.models import Contact, Fact
from bot.answers.review import SOON, next_review, parsed_day, review_problem
from bot.answers.uses import Use, uses
from bot.errors import NotAllowed
from bot.figures import today
from bot.i18n import SOURCE
from bot.reminders import in_charge, keepers
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.web import contact_words
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page, templates

router = APIRouter()
templates.env.globals["contact_words"] = contact_words

PAGE = 30
SHOWS = ("all", "due", "mine")
Short = Annotated[str, Query(max_length=200)]


@router.get("/staff/facts")
async def facts(request: Request, member: Signed, show: Short = "all", q: Short = "", start: int = 0, done: Short = "") -> Response:
    """All facts, those first that are due."""
    async with house_of(request).sessions() as session:
        those, used = await keepers(session), await uses(session)
        rows = [row for row in await session.scalars(select(Fact)) if _fits(row, q) and _shown(row, show, member, those)]
    soon = today() + SOON
    rows.sort(key=lambda row: (row.review_by > soon, row.review_by if row.review_by <= soon else today(), row.id))
    start = max(start, 0)
    pages = {"earlier": max(start - PAGE, 0) if start else None, "later": start + PAGE if start + PAGE < len(rows) else None}
    values: dict[str, Any] = {"rows": rows[start : start + PAGE], "count": len(rows), "used": used, "names": _names(those), "soon": soon}
    values |= {"q": q, "show": show if show in SHOWS else "all", "shows": SHOWS, "today": today(), "done": done} | pages
    return staff_page(request, member, "facts.html", way=lambda at: urlencode({"show": show, "q": q, "start": at}), **values)


def since(row: Fact | Contact) -> date:
    """The first day on which it is withheld."""
    assert row.review_by
    return row.review_by + timedelta(days=1)


templates.env.globals["since"] = since


def _fits(fact: Fact, q: str) -> bool:
    whole = f"{fact.id} {fact.says} {' '.join(fact.sources)} {fact.as_of}".casefold()
    return all(word in whole for word in q.casefold().split())


def _shown(fact: Fact, show: str, member: Member, those: Sequence[Member]) -> bool:
    if show == "due":
        return fact.review_by <= today() + SOON
    return show != "mine" or any(one.id == member.id for one in in_charge(fact.owner_id, those))


def _names(those: Sequence[Member]) -> dict[uuid.UUID, str]:
    return {one.id: one.called for one in those}


@router.get("/staff/facts/new")
async def begin(request: Request, member: Signed) -> Response:
    """An empty form."""
    empty = Wanted(says="", sources=(), as_of="", review_by=next_review(today()), owner_id=member.id)
    return await _page(request, member, None, empty)


@router.post("/staff/facts/new")
async def make(request: Request, member: Signed) -> Response:
    """Keep a fact under a new id."""
    form = await request.form()
    name = str(form.get("id") or "").strip()
    async with house_of(request).sessions.begin() as session:
        wanted = await _wanted(session, form)
        found = [] if ID.fullmatch(name) and name != "new" else ["id"]
        if not found and await session.get(Fact, name) is not None:
            found = ["taken"]
        found += problems(wanted)
        if not found:
            await write(session, Fact(id=name), wanted)
            await note_act(session, member.id, "fact.made", name)
    return await _page(request, member, None, wanted, found=found, name=name) if found else _back(name, "saved")


@router.get("/staff/facts/{fact_id}")
async def fact(request: Request, member: Signed, fact_id: str, done: Short = "", problem: Short = "") -> Response:
    async with house_of(request).sessions() as session:
        row = await _fact(session, fact_id)
    return await _page(request, member, row, wanted_of(row), done=done, problem=problem)


async def _fact(session: AsyncSession, fact_id: str, *, lock: bool = False) -> Fact:
    row = await session.get(Fact, fact_id, with_for_update=lock or None)
    if row is None:
        raise NotAllowed
    return row


async def _page(
    request: Request, member: Member, row: Fact | None, wanted: Wanted, *, found: Sequence[str] = (), name: str = "", **more: Any
) -> Response:
    """The form of a fact, filled with what is wanted; `theirs` are the fields that somebody else has changed meanwhile."""
    house = house_of(request)
    async with house.sessions() as session:
        those = await keepers(session)
        carried = (await uses(session)).get(f"fact:{row.id}", []) if row else []
        texts = [text for text in await published(session) if text.language == SOURCE] if carried else []
        others = [one for one in await beyond_facts(session, *texts) if row and one.fact == row.id]
        checker = await session.get(Member, row.checked_by) if row and row.checked_by else None
    values: dict[str, Any] = {"row": row, "wanted": wanted, "found": found, "id": name, "keepers": those, "uses": _told(request, member, carried)}
    values |= {"beyond": [(one, house.library.title(one.name, member.console_language)) for one in others]}
    values |= {"mark": mark(wanted_of(row)) if row else "", "checker": checker, "today": today(), "next": next_review(today())}
    return staff_page(request, member, "fact.html", **{"done": "", "problem": "", "theirs": (), **values, **more})


def _told(request: Request, member: Member, carried: Sequence[Use]) -> list[tuple[Use, str]]:
    """Each text with its title."""
    library = house_of(request).library
    return [(use, library.title(use.name, member.console_language) if use.kind == "answer" else use.name) for use in carried]


@router.post("/staff/facts/{fact_id}")
async def change(request: Request, member: Signed, fact_id: str) -> Response:
    """Keep what was changed. Where somebody else was quicker, both are shown, and saving again puts this in place of theirs."""
    form = await request.form()
    async with house_of(request).sessions.begin() as session:
        row = await _fact(session, fact_id, lock=True)
        before, wanted = wanted_of(row), await _wanted(session, form)
        found = list(problems(wanted, before.review_by))
        theirs = changed(wanted, before) if form.get("mark") not in (None, mark(before)) else []
        if not found and not theirs and (what := changed(before, wanted)):
            await write(session, row, wanted)
            await note_act(session, member.id, "fact.changed", fact_id, " ".join(what))
    if found or theirs:
        return await _page(request, member, row, wanted, found=found, theirs=theirs)
    return _back(fact_id, "saved")


async def _wanted(session: AsyncSession, form: Mapping[str, Any]) -> Wanted:
    """What the form holds; an owner is somebody who may edit."""
    owner = str(form.get("owner") or "")
    text = {name: str(form.get(name) or "").replace("\r\n", "\n").strip() for name in ("says", "sources", "as_of", "review_by")}
    return Wanted(
        says=re.sub(r"\s+", " ", text["says"]),
        sources=tuple(line.strip() for line in text["sources"].splitlines() if line.strip()),
        as_of=text["as_of"][:60],
        review_by=parsed_day(text["review_by"]),
        owner_id=next((one.id for one in await keepers(session) if str(one.id) == owner), None),
    )


@router.post("/staff/facts/{fact_id}/check")
async def check(request: Request, member: Signed, fact_id: str, review_by: Annotated[str, Form()] = "") -> Response:
    """Still right: looked at today, and said until the new review date."""
    day = parsed_day(review_by)
    async with house_of(request).sessions.begin() as session:
        row = await _fact(session, fact_id, lock=True)
        problem = review_problem(day, today())
        if day and not problem:
            await still_right(session, row, member.id, day)
            await note_act(session, member.id, "fact.checked", fact_id, day.isoformat())
    if problem:
        return await _page(request, member, row, replace(wanted_of(row), review_by=day), found=[problem])
    return _back(fact_id, "checked")


@router.post("/staff/facts/{fact_id}/delete")
async def delete(request: Request, member: Signed, fact_id: str, sure: Annotated[str, Form()] = "") -> Response:
    """Only what no text carries can go."""
    async with house_of(request).sessions.begin() as session:
        row = await _fact(session, fact_id, lock=True)
        used = f"fact:{fact_id}" in await uses(session)
        if sure and not used:
            await remove(session, row)
            await note_act(session, member.id, "fact.deleted", fact_id)
    if used:
        return RedirectResponse(f"/staff/facts/{fact_id}?problem=used", 303)
    return RedirectResponse("/staff/facts?done=deleted" if sure else f"/staff/facts/{fact_id}", 303)


def _back(fact_id: str, done: str) -> Response:
    return RedirectResponse(f"/staff/facts/{fact_id}?done={done}", 303)
