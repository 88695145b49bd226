"""The page of figures with its plots, and the same figures as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from bot.figures import today
from bot.i18n import reader_language
from bot.reports.measures import Scope
from bot.reports.report import report, table
from bot.retention import FIGURES_KEPT
from bot.staff.audit import note_act
from bot.web import words_of
from bot.web.account import Signed
from bot.web.pages import house_of, language_name, staff_page
from nlu import INTENTS, LANGUAGES

router = APIRouter()

PERIODS = (7, 30, 90, 365)  #: days
USUAL = 30
CHANNELS = ("telegram", "whatsapp", "webchat")
FORMULA = ("=", "+", "-", "@", "\t", "\r")  #: a spreadsheet would carry out a cell that begins so


def asked_for(
    days: str = "",
    start: Annotated[str, Query(alias="from")] = "",
    end: Annotated[str, Query(alias="to")] = "",
    language: str = "",
    channel: str = "",
) -> Scope:
    """The days, language and channel of the form; a button for a period goes before its dates. What makes no sense counts as not given."""
    number = int(days) if days in map(str, PERIODS) else 0
    last = today() if number else _day(end) or today()
    first = None if number else _day(start)
    first, last = sorted((first or last - timedelta(days=(number or USUAL) - 1), last))
    return Scope(start=first, end=last, language=language if language in LANGUAGES else "", channel=channel if channel in CHANNELS else "")


Asked = Annotated[Scope, Depends(asked_for)]


def _day(text: str) -> date | None:
    """A day for which there can be figures."""
    try:
        return min(max(date.fromisoformat(text), today() - FIGURES_KEPT), today())
    except ValueError:
        return None


@router.get("/staff/figures")
async def show(request: Request, member: Signed, scope: Asked) -> Response:
    """Tables and plots, small counts veiled."""
    house = house_of(request)
    async with house.sessions() as session:
        found = await report(session, scope)
    names = {
        "language": language_name,
        "topic": lambda topic: house.library.title(topic, reader_language()) if topic in INTENTS else words_of.topic[topic],
        "action": words_of.action.__getitem__,
        "risk": words_of.risk.__getitem__,
        "outcome": words_of.outcome.__getitem__,
    }
    values: dict[str, Any] = {
        "scope": scope,
        "report": found,
        "names": names,
        "labelled": labelled,
        "coded": coded,
        "address": _address(scope),
        "days": (scope.end - scope.start).days + 1 if scope.end == today() else 0,
        "periods": PERIODS,
        "languages": LANGUAGES,
        "channels": CHANNELS,
    }
    return staff_page(request, member, "figures.html", **values)


def labelled(shown: Mapping[str, Any], name: Callable[[str], str]) -> list[tuple[str, Any]]:
    """Each code by its words, which are those of whoever reads the page."""
    return [(name(code), value) for code, value in shown.items()]


def coded(shown: Mapping[str, Any], name: Callable[[str], str]) -> list[tuple[str, str]]:
    """Each code with its words."""
    return [(code, name(code)) for code in shown]


def _address(scope: Scope) -> dict[str, str]:
    """The scope as the form would send it."""
    asked = {"from": scope.start.isoformat(), "to": scope.end.isoformat(), "language": scope.language, "channel": scope.channel}
    return {name: value for name, value in asked.items() if value}


@router.get("/staff/figures.csv")
async def export(request: Request, member: Signed, scope: Asked) -> Response:
    """The same figures, veiled in the same way, for a spreadsheet; who took them along is written down."""
    async with house_of(request).sessions.begin() as session:
        found = await report(session, scope)
        await note_act(session, member.id, "figures.exported", detail=" ".join(_address(scope).values()))
    name = "-".join(["figures", *_address(scope).values()])
    headers = {"content-disposition": f'attachment; filename="{name}.csv"'}
    return Response(as_csv([("measure", "group", "value"), *table(found)]), media_type="text/csv; charset=utf-8", headers=headers)


def as_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Rows as a spreadsheet reads them: UTF-8 with its mark, nothing that it would carry out."""
    text = io.StringIO()
    csv.writer(text).writerows([[harmless(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
