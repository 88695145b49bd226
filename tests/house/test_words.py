"""The catalogues of the staff pages: every text of every page is there, in each language, with the same open places."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.i18n import CATALOGUES, CONSOLE, catalogue

ROOT = Path(__file__).parents[2]
TEMPLATES = {"trim_blocks": "true", "lstrip_blocks": "true"}  #: as in babel.cfg
PLACES = re.compile(r"%\((\w+)\)[sd]")
TRANSLATED = [language for language in CONSOLE if language != "en"]


@pytest.fixture(scope="module")
def said() -> Catalog:
    """Every text that a page or its words can say."""
    found = Catalog()
    options = {"bot/web/templates/**.html": TEMPLATES}
    methods = [("bot/web/*.py", "python"), ("bot/web/templates/*.html", "jinja2")]
    for _file, _line, message, comments, context in extract_from_dir(ROOT, methods, options, directory_filter=lambda path: ".venv" not in path):
        found.add(message, None, auto_comments=comments, context=context)
    assert len(found) > 500
    return found


def _kept(language: str) -> Catalog:
    with (CATALOGUES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(said: Catalog, language: str) -> None:
    kept = _kept(language)
    missing = [message.id for message in said if message.id and not _whole(kept.get(message.id, message.context))]
    assert missing == [], "make words collects them"
    assert [message.id for message in kept if message.id and said.get(message.id, message.context) is None] == [], "no page says this any more"


def _whole(message: Message | None) -> bool:
    """Translated, in every form that the language has."""
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


@pytest.mark.parametrize("language", TRANSLATED)
def test_open_places_are_the_same(language: str) -> None:
    """In a plural the number may go without saying (Arabic says one and two in words)."""
    wrong = []
    for message in _kept(language):
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        texts = message.string if isinstance(message.string, tuple) else (message.string,)
        wanted = set(PLACES.findall(ids[-1]))
        wrong += [text for text in texts if (set(PLACES.findall(text)) - wanted) or (len(texts) == 1 and set(PLACES.findall(text)) != wanted)]
    assert wrong == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_program_reads_them(language: str) -> None:
    assert catalogue(language).gettext("Cases") not in ("", "Cases")
    forms = {catalogue(language).ngettext("%(num)d waiting", "%(num)d waiting", count) for count in (1, 2, 5, 100)}
    assert all("%(num)d" in form or language == "ar" for form in forms)
