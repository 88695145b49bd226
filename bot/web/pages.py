"""How pages are rendered: the templates and the words they use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import Any

from babel import UnknownLocaleError
from babel.dates import format_date, format_datetime, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from bot.answers.library import Library
from bot.answers.nearest import nearest, place_of
from bot.conversation.labels import label
from bot.db import now
from bot.house import House
from bot.i18n import (
    CONSOLE,
    SOURCE,
    country,
    direction,
    gettext,
    interface,
    locale,
    name_in,
    ngettext,
    npgettext,
    of_app,
    own_name,
    pgettext,
    reader_language,
    reading,
    zone_name,
)
from bot.i18n import moment as moment_of
from bot.staff.models import Member
from bot.staff.rights import may
from bot.web import teaching_words, text_words, words_of
from bot.web.live import Live

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
    extensions=["jinja2.ext.i18n"],
)
_environment.install_gettext_callables(gettext, ngettext, newstyle=True, pgettext=pgettext, npgettext=npgettext)  # type: ignore[attr-defined]  # the extension adds it
templates = Jinja2Templates(env=_environment)


def house_of(request: Request) -> House:
    found: House = request.app.state.house
    return found


def live_of(request: Request) -> Live:
    found: Live = request.app.state.live
    return found


def page(request: Request, name: str, *, language: str = "en", status: int = 200, **values: Any) -> HTMLResponse:
    """A page, in a language and its direction."""
    context = {"language": language, "dir": direction(language), "words": interface(language), **values}
    with reading(language):
        return templates.TemplateResponse(request, name, context, status_code=status)


def staff_page(request: Request, member: Member, name: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of the console, in the member's language."""
    return page(request, name, language=member.console_language, status=status, member=member, may=partial(may, member.role), **values)


def fragment(name: str, *, language: str = "en", **values: Any) -> str:
    """A part of a page alone, for a live page to put in its place."""
    with reading(language):
        return templates.env.get_template(name).render(language=language, **values)


async def not_found(request: Request, _error: Exception) -> Response:
    return page(request, "not_found.html", language=visitor_language(request), status=404)


def visitor_language(request: Request) -> str:
    """Of the console's languages the one that the browser of somebody not signed in asks for first."""
    asked = (of_app(part.split(";")[0].strip()) for part in request.headers.get("accept-language", "").split(","))
    return next((language for language in asked if language in CONSOLE), SOURCE)


def button_words(choice: str, language: str, library: Library) -> str:
    """The words on a button that was shown or pressed, even one that the bot no longer knows: an old message must not break its page."""
    try:
        return label(choice, language, library)
    except (KeyError, ValueError, UnknownLocaleError):
        return "…"


def written(text: str) -> Markup:
    """Our small Markdown as HTML: paragraphs, lists, bold; everything else escaped. Each finds its own direction: languages meet in one text."""
    blocks = []
    for block in re.split(r"\n\s*\n", text.strip()):
        html = ""
        for is_item, lines in _runs(block.splitlines()):
            marked = [_bold(line.removeprefix("- ")) for line in lines]
            items = "".join(f"<li>{line}</li>" for line in marked)
            html += f'<ul dir="auto">{items}</ul>' if is_item else f'<p dir="auto">{"<br>".join(marked)}</p>'
        blocks.append(html)
    return Markup("".join(blocks))  # noqa: S704  (every line was escaped by _bold)


def _runs(lines: list[str]) -> list[tuple[bool, list[str]]]:
    runs: list[tuple[bool, list[str]]] = []
    for line in lines:
        item = line.startswith("- ")
        if not runs or runs[-1][0] is not item:
            runs.append((item, []))
        runs[-1][1].append(line)
    return runs


def _bold(line: str) -> str:
    return re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", str(escape(line)))


def ago(then: datetime) -> str:
    """How long ago, in the reader's language."""
    return format_timedelta(now() - then, granularity="minute", locale=locale(reader_language()))


def left(until: datetime) -> str:
    """How much time is left, in hours and minutes, in the reader's language; none is said as zero."""
    minutes = max(0, int((until - now()).total_seconds() // 60))
    parts = [
        format_unit(value, unit, "short", locale=locale(reader_language()))
        for value, unit in ((minutes // 60, "duration-hour"), (minutes % 60, "duration-minute"))
    ]
    return " ".join(parts[minutes < 60 :])


def day(when: date) -> str:
    return format_date(when, "medium", locale=locale(reader_language()))


def moment(when: datetime) -> str:
    """Date and time in UTC; a script turns it into the reader's own time."""
    return format_datetime(when, "short", tzinfo=UTC, locale=locale(reader_language())) + " UTC"


def clock(when: datetime | time) -> str:
    return format_time(when, "short", locale=locale(reader_language()))


def there(when: datetime) -> str:
    """Date and time as clocks show them where the moment's own time zone is."""
    return moment_of(when, reader_language())


def zone(name: str) -> str:
    """The place whose clocks a time zone names."""
    return zone_name(name, reader_language())


def weekday(number: int) -> str:
    return str(locale(reader_language()).days["stand-alone"]["wide"][number])


def kilometres(distance: float) -> str:
    """Whole kilometres: positions are those of a city."""
    return format_unit(max(1, round(distance)), "length-kilometer", "short", locale=locale(reader_language()))


def number(count: float) -> str:
    return format_decimal(count, locale=locale(reader_language()))


def lasting(seconds: int) -> str:
    """A length of time by its two largest units: what it is rounded to must not be an hour."""
    left, parts = seconds if seconds < 60 else seconds // 60 * 60, list[str]()
    for unit, long in (("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)):
        if (left >= long and len(parts) < 2) or (long == 1 and not parts):
            parts.append(format_unit(left // long, f"duration-{unit}", "short", locale=locale(reader_language())))
            left %= long
    return " ".join(parts)


def language_name(code: str) -> str:
    """The name of a language, as the reader calls it."""
    return name_in(reader_language(), code)


def country_name(code: str) -> str:
    return country(code, reader_language())


def listed(words: Iterable[str]) -> str:
    """«a, b and c», as the reader's language joins them."""
    return str(format_list(list(words), locale=locale(reader_language())))


templates.env.filters |= {
    "listed": listed,
    "ago": ago,
    "left": left,
    "day": day,
    "moment": moment,
    "clock": clock,
    "language_name": language_name,
    "country_name": country_name,
}
templates.env.filters |= {"there": there, "zone": zone, "weekday": weekday, "kilometres": kilometres}
templates.env.filters |= {"written": written, "number": number, "lasting": lasting}
templates.env.globals["direction"] = direction
templates.env.globals |= {"words_of": words_of, "text_words": text_words, "teaching_words": teaching_words}
templates.env.globals["own_name"] = own_name
templates.env.globals |= {"place_of": place_of, "nearest": nearest, "reader": reader_language}
templates.env.globals["button_words"] = button_words
