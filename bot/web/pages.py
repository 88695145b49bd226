"""How pages are rendered: the templates and the words they use."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from babel import UnknownLocaleError
from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from fastapi.templating import Jinja2Templates
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from bot.answers.library import Library
from bot.conversation.labels import label
from bot.house import House
from bot.i18n import direction, interface, own_name
from bot.web.live import Live

_environment = Environment(loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, trim_blocks=True, lstrip_blocks=True)
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
    return templates.TemplateResponse(request, name, context, status_code=status)


def fragment(name: str, **values: Any) -> str:
    """A part of a page alone, for a live page to put in its place."""
    return templates.env.get_template(name).render(**values)


async def not_found(request: Request, _error: Exception) -> Response:
    return page(request, "not_found.html", status=404)


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


templates.env.filters["written"] = written
templates.env.globals["direction"] = direction
templates.env.globals["own_name"] = own_name
templates.env.globals["button_words"] = button_words
