"""The admin's page of who did what, and the same as a file. Reading it is written down in it too."""

from __future__ import annotations

import csv
import io
import re
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response, StreamingResponse
from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.house import House
from bot.staff.audit import Audit, note_act
from bot.staff.models import Member
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page

router = APIRouter()

PAGE, CHUNK = 50, 1_000  #: rows of a page, and of one question to the database while a file is written
FORMULA = re.compile(r"^[=+\-@\t\r]")
Row = tuple[Audit, Member | None]


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; empty: everything."""

    member: str = ""  #: e-mail or id
    action: str = ""  #: whole, or its beginning
    subject: str = ""
    day: str = ""

    def named(self) -> dict[str, str]:
        found = {"member": self.member, "action": self.action, "subject": self.subject, "day": self.day}
        return {name: value.strip() for name, value in found.items() if value.strip()}


Wanted = Annotated[Filters, Depends()]


async def _conditions(session: AsyncSession, wanted: Filters) -> list[ColumnElement[bool]]:
    named, found = wanted.named(), []
    if member := named.get("member"):
        found.append(Audit.member_id == await _member_id(session, member))
    if action := named.get("action"):
        found.append(Audit.action.startswith(action, autoescape=True))
    if subject := named.get("subject"):
        found.append(Audit.subject_id == subject)
    if (day := named.get("day")) and (begins := _begins(day)):
        found += [Audit.at >= begins, Audit.at < begins + timedelta(days=1)]
    return found


async def _member_id(session: AsyncSession, named: str) -> uuid.UUID:
    """Of a member named by e-mail or by id; an id that nobody has where there is none."""
    try:
        return uuid.UUID(named)
    except ValueError:
        return await session.scalar(select(Member.id).where(Member.email == named.casefold())) or uuid.UUID(int=0)


def _begins(day: str) -> datetime | None:
    """Days are counted in UTC, as the times of the page are written."""
    try:
        return datetime.combine(date.fromisoformat(day), time(), UTC)
    except ValueError:
        return None


async def _rows(session: AsyncSession, wanted: Filters, before: int, most: int) -> Sequence[Row]:
    """Newest first; `before` is the last id seen, 0 at the beginning."""
    query = select(Audit, Member).outerjoin(Member, Member.id == Audit.member_id).where(*await _conditions(session, wanted))
    if before:
        query = query.where(Audit.id < before)
    return [(row[0], row[1]) for row in await session.execute(query.order_by(Audit.id.desc()).limit(most))]


@router.get("/staff/audit")
async def show(request: Request, member: Signed, wanted: Wanted, before: int = 0) -> Response:
    before = before if 0 < before < 2**63 else 0
    async with house_of(request).sessions.begin() as session:
        rows = await _rows(session, wanted, before, PAGE + 1)
        await note_act(session, member.id, "audit.read", None, ", ".join(sorted(wanted.named())))
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    older = urlencode(wanted.named() | {"before": str(rows[-1][0].id)}) if more else ""
    values: dict[str, Any] = {
        "rows": rows,
        "wanted": wanted,
        "day": wanted.day if _begins(wanted.day) else "",
        "older": older,
        "before": before,
        "same": urlencode(wanted.named()),
    }
    return staff_page(request, member, "audit.html", **values)


@router.get("/staff/audit.csv")
async def export(request: Request, member: Signed, wanted: Wanted) -> Response:
    """All rows looked for, in parts: a file can be long, and no transaction stays open while it is on its way."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        await note_act(session, member.id, "audit.exported", None, ", ".join(sorted(wanted.named())))
    headers = {"content-disposition": 'attachment; filename="audit.csv"'}
    return StreamingResponse(_file(house, wanted), media_type="text/csv; charset=utf-8", headers=headers)


async def _file(house: House, wanted: Filters) -> AsyncIterator[str]:
    yield _lines([("id", "at", "member_id", "member", "action", "subject_id", "detail")])
    before = 0
    while True:
        async with house.sessions() as session:
            rows = await _rows(session, wanted, before, CHUNK)
        if not rows:
            return
        yield _lines(
            [(row.id, row.at.isoformat(), row.member_id, who.email if who else "", row.action, row.subject_id, row.detail) for row, who in rows]
        )
        before = rows[-1][0].id


def _lines(rows: Sequence[Sequence[object]]) -> str:
    """Rows as text; what a table program would take for a formula is marked as words."""
    written = io.StringIO()
    csv.writer(written).writerows([[_cell(value) for value in row] for row in rows])
    return written.getvalue()


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return f"'{text}" if FORMULA.match(text) else text
