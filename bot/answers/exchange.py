"""Texts for translators outside: one language as XLIFF 2 or PO, and what comes back taken in as drafts. Nothing is lost on the way."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lxml import etree
from sqlalchemy.ext.asyncio import AsyncSession
from translate.storage import pypo
from translate.storage.xliff2 import Xliff2File, Xliff2Unit

from bot.answers.drafts import Marks, Opened, save, text_at, working_text
from bot.answers.text import Key, Text, document
from bot.errors import HomewardError
from bot.i18n import SOURCE, locale
from nlu import LANGUAGES

_NOTE = "homeward"  #: category of the note by which what comes back is recognised
_XLIFF = "{urn:oasis:names:tc:xliff:document:2.0}"
_STAMP = re.compile(r"meaning=(\S+) revision=(\d+) number=(\d+)")


class Form(StrEnum):
    """How translators get the texts."""

    XLIFF = "xlf"
    PO = "po"


class NotReadable(HomewardError):
    """A file that is not one of ours. `code`: not-xliff · not-po · no-language · nothing-known."""

    def __init__(self, code: str) -> None:
        super().__init__(f"not readable: {code}")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """One part of a text, in both languages, with where it came from."""

    name: str  #: «answer.return_cost.DE»
    source: str
    target: str
    stamp: str  #: meaning of the source, revision and version of the translation when it went out


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One text that goes out, or came back."""

    source: Text
    text: Text
    opened: Opened


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one text that came back: unchanged · saved · merged · conflict · unknown."""

    key: Key
    what: str
    outdated: bool = False  #: the source has changed since it went out


async def rows(session: AsyncSession, keys: Iterable[Key]) -> list[Row]:
    """What translators get: the draft where there is one, else the published text, else the source alone."""
    found = []
    for key in keys:
        source = await text_at(session, replace(key, language=SOURCE))
        if source is not None:
            text, opened, _ = await working_text(session, key)
            found.append(Row(source=source, text=text, opened=opened))
    return found


def units(found: Iterable[Row]) -> Iterator[Unit]:
    """The parts of texts, in their order."""
    for row in found:
        stamp = f"meaning={row.source.meaning} revision={row.opened.revision} number={row.opened.number}"
        for section, theirs in row.source.sections.items():
            name = f"{row.source.kind}.{row.source.name}.{_called(section)}"
            yield Unit(name=name, source=theirs, target=row.text.sections.get(section, ""), stamp=stamp)


def _called(section: str) -> str:
    """A section as XML allows it in a name: «to IQ» is «to-IQ», the text for everybody is «text»."""
    return section.replace(" ", "-") or "text"


def written(found: Iterable[Unit], language: str, form: Form) -> bytes:
    """The file that a translator opens."""
    return _xliff(found, language) if form is Form.XLIFF else _po(found, language)


def _xliff(found: Iterable[Unit], language: str) -> bytes:
    store: Any = Xliff2File(sourcelanguage=SOURCE, targetlanguage=language)
    store.settargetlanguage(language)
    for unit in found:
        added = Xliff2Unit(unit.source)
        if unit.target:
            added.target = unit.target
        store.addunit(added)
        added.setid(unit.name)
        notes = etree.Element(f"{_XLIFF}notes")
        etree.SubElement(notes, f"{_XLIFF}note", category=_NOTE).text = unit.stamp
        added.getunitelement().insert(0, notes)
    return bytes(store)


def _po(found: Iterable[Unit], language: str) -> bytes:
    store: Any = pypo.pofile()
    store.updateheader(add=True, Content_Type="text/plain; charset=UTF-8", Content_Transfer_Encoding="8bit", Language=locale(language).language)
    store.updateheader(add=True, X_Homeward_Language=language)
    for unit in found:
        added = store.addsourceunit(unit.source)
        added.setcontext(unit.name)
        added.addnote(f"{_NOTE} {unit.stamp}", origin="developer")
        added.target = unit.target
    return bytes(store)


def read(content: bytes) -> tuple[str, list[Unit]]:
    """The language of a file that came back, and its parts. NotReadable where it is none of ours."""
    language, found = _read_xliff(content) if content.lstrip()[:1] == b"<" else _read_po(content)
    if language not in LANGUAGES or language == SOURCE:
        raise NotReadable("no-language")
    if not found:
        raise NotReadable("nothing-known")
    return language, found


def _read_xliff(content: bytes) -> tuple[str, list[Unit]]:
    hostile = b"<!DOCTYPE" in content or b"<!ENTITY" in content  # nothing that a translator sends needs them, and they can do harm
    if hostile or b"urn:oasis:names:tc:xliff:document:2." not in content[:2_000]:
        raise NotReadable("not-xliff")
    try:
        parser: Any = Xliff2File
        store = parser.parsestring(content)
        units_read: list[Any] = list(store.units)
    except (ValueError, etree.XMLSyntaxError, AttributeError) as error:
        raise NotReadable("not-xliff") from error
    found: dict[str, Unit] = {}
    for one in units_read:
        whole = one.getunitelement()
        note = whole.find(f"{_XLIFF}notes/{_XLIFF}note[@category='{_NOTE}']")
        if note is not None and note.text:  # a tool may have parted a unit into segments: together they are the whole again
            name, before = whole.get("id", ""), found.get(whole.get("id", ""))
            target = (before.target if before else "") + str(one.target or "")
            found[name] = Unit(name=name, source=(before.source if before else "") + str(one.source or ""), target=target, stamp=note.text)
    return store.gettargetlanguage() or "", list(found.values())


def _read_po(content: bytes) -> tuple[str, list[Unit]]:
    try:
        parser: Any = pypo.pofile
        store = parser.parsestring(content)
    except (ValueError, UnicodeDecodeError) as error:
        raise NotReadable("not-po") from error
    header = {key.casefold(): value for key, value in store.parseheader().items()}
    found = [
        Unit(name=one.getcontext(), source=str(one.source), target="" if one.isfuzzy() else str(one.target), stamp=_stamp(one.getnotes("developer")))
        for one in store.units
        if not one.isheader() and not one.isobsolete() and _STAMP.search(one.getnotes("developer"))
    ]
    return header.get("x-homeward-language", ""), found


def _stamp(note: str) -> str:
    found = _STAMP.search(note)
    return found[0] if found else ""


async def take_in(session: AsyncSession, language: str, found: Iterable[Unit], by: uuid.UUID) -> list[Outcome]:
    """Save what came back as drafts. A text that was changed here meanwhile is merged, or kept beside the draft and reported."""
    texts: dict[tuple[str, str], list[Unit]] = {}
    for unit in found:
        kind, _, rest = unit.name.partition(".")
        texts.setdefault((kind, rest.partition(".")[0]), []).append(unit)
    return [await _take_in(session, Key(kind=kind, name=name, language=language), parts, by) for (kind, name), parts in texts.items()]


async def _take_in(session: AsyncSession, key: Key, parts: list[Unit], by: uuid.UUID) -> Outcome:
    source, stamp = await text_at(session, replace(key, language=SOURCE)), _STAMP.search(parts[0].stamp)
    if source is None or stamp is None or key.kind not in ("answer", "phrase") or key.language == SOURCE:
        return Outcome(key=key, what="unknown")
    meaning, revision, number = stamp[1], int(stamp[2]), int(stamp[3])
    outdated = meaning != source.meaning
    current, _, draft = await working_text(session, key)
    came = {part.name.split(".", 2)[-1]: part.target.strip() for part in parts}
    sections = {section: came.get(_called(section)) or current.sections.get(section, "") for section in (*source.sections, *current.sections)}
    variants = {section: words for section, words in sections.items() if section not in ("", "title") and words}
    text = replace(current, title=sections.get("title", ""), text=sections[""], variants=variants)
    if document(text) == document(current):
        return Outcome(key=key, what="unchanged", outdated=outdated)
    marks = Marks(made_from=meaning, reviewed=bool(draft and draft.reviewed))
    kept = await save(session, key, text, Opened(revision=revision, number=number), marks, by)
    return Outcome(key=key, what="conflict" if kept.conflict else "merged" if kept.merged else "saved", outdated=outdated)


def content_type(form: Form) -> str:
    return "application/xliff+xml" if form is Form.XLIFF else "text/x-gettext-translation"
