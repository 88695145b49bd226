"""Texts for translators outside: one language as XLIFF 2 or PO, and what comes back taken in as drafts. Nothing is lost on the way."""

from __future__ import annotations

import re
import uuid
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from lxml import etree
from sqlalchemy.ext.asyncio import AsyncSession
from translate.storage import pypo
from translate.storage.xliff2 import Xliff2File, Xliff2Unit

from bot.answers.drafts import Marks, Opened, hold, save, shown, text_at, working_text
from bot.answers.text import RETURN, SECTION, Key, Text, document, in_order, one_line, parsed, plain
from bot.errors import HomewardError
from bot.i18n import SOURCE, is_country, locale
from nlu import LANGUAGES

_NOTE = "homeward"  #: category of the note by which what comes back is recognised
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_XLIFF = "{urn:oasis:names:tc:xliff:document:2.0}"
_STAMP = re.compile(r"meaning=(\S+)\s+revision=(\d{1,9})\s+number=(\d{1,9})(?!\d)")
_OURS = re.compile(r"(?:answer|phrase)\.\w+\.[\w-]+")


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
        added = Xliff2Unit(plain(unit.source))
        if unit.target:
            added.target = plain(unit.target)
        store.addunit(added)
        added.setid(unit.name)
        notes = etree.Element(f"{_XLIFF}notes")
        etree.SubElement(notes, f"{_XLIFF}note", category=_NOTE).text = unit.stamp
        whole = added.getunitelement()
        whole.insert(0, notes)
        whole.set(_SPACE, "preserve")  # lines and paragraphs are the translator's too
        whole.set("canResegment", "no")
        added.xmlelement.attrib.pop(_SPACE, None)  # which the standard does not know there
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
    is_xml = content.lstrip(b"\xef\xbb\xbf\xfe\xff\x00 \t\r\n")[:1] == b"<"
    language, found = _read_xliff(content) if is_xml else _read_po(content)
    if language not in LANGUAGES:  # a tool may have named a country too: «de-DE»
        language = language.replace("_", "-").partition("-")[0].lower()
    if language not in LANGUAGES or language == SOURCE:
        raise NotReadable("no-language")
    if not found:
        raise NotReadable("nothing-known")
    return language, found


def _read_xliff(content: bytes) -> tuple[str, list[Unit]]:
    try:
        root = etree.fromstring(content.lstrip(), etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False))
    except (ValueError, etree.XMLSyntaxError) as error:
        raise NotReadable("not-xliff") from error
    name, hostile = etree.QName(root), root.getroottree().docinfo.doctype  # nothing that a translator sends needs one, and they can do harm
    if hostile or name.localname != "xliff" or not (name.namespace or "").startswith("urn:oasis:names:tc:xliff:document:2."):
        raise NotReadable("not-xliff")
    found: dict[str, Unit] = {}
    for one in root.iter("{*}unit"):
        unit = _of_xliff(one)
        if (unit.stamp or _OURS.fullmatch(unit.name)) and (unit.target or unit.name not in found):
            found[unit.name] = unit
    return root.get("trgLang") or "", list(found.values())


def _of_xliff(whole: Any) -> Unit:
    """A tool may have parted a unit into segments: together they are the whole again, in the order that the translator gave them."""
    pieces = [one for one in whole if etree.QName(one).localname in ("segment", "ignorable")] if len(whole) else []
    sources, targets, is_translated = [], list[tuple[int, str]](), False
    for place, piece in enumerate(pieces, start=1):
        source, target = _words(piece, "source"), _words(piece, "target")
        sources.append(source)
        order = piece.xpath("string(*[local-name() = 'target']/@order)")
        copied = piece.get("state") == "initial" and target == source  # a tool has filled in what nobody has translated yet
        is_translated |= bool(target.strip()) and not copied and etree.QName(piece).localname == "segment"
        targets.append((int(order) if order.isdecimal() else place, target or source))
    target = "".join(words for _, words in sorted(targets, key=lambda one: one[0])) if is_translated else ""
    stamp = _stamp(whole.xpath("string(*[local-name() = 'notes'])"))
    return Unit(name=whole.get("id", ""), source="".join(sources), target=target, stamp=stamp)


def _words(piece: Any, name: str) -> str:
    return str(piece.xpath(f"string(*[local-name() = '{name}'])"))


def _read_po(content: bytes) -> tuple[str, list[Unit]]:
    try:
        if content[:2] in (BOM_UTF16_LE, BOM_UTF16_BE):
            content = content.decode("utf-16").encode()
        parser: Any = pypo.pofile
        store = parser.parsestring(content.removeprefix(BOM_UTF8))
    except (ValueError, LookupError, UnicodeDecodeError) as error:
        raise NotReadable("not-po") from error
    header = {key.casefold(): value for key, value in store.parseheader().items()}
    found = [
        Unit(name=one.getcontext(), source=str(one.source), target="" if one.isfuzzy() else str(one.target), stamp=_stamp(one.getnotes("developer")))
        for one in store.units
        if not one.isheader() and not one.isobsolete() and (_STAMP.search(one.getnotes("developer")) or _OURS.fullmatch(one.getcontext()))
    ]
    return header.get("x-homeward-language", ""), found


def _stamp(note: str) -> str:
    found = _STAMP.search(note)
    return found[0] if found else ""


async def take_in(session: AsyncSession, language: str, found: Iterable[Unit], by: uuid.UUID) -> list[Outcome]:
    """Save what came back as drafts. A text that was changed here meanwhile is merged, or kept beside the draft and reported."""
    texts: dict[tuple[str, str, str], list[Unit]] = {}
    for unit in found:
        kind, _, rest = unit.name.partition(".")
        texts.setdefault((kind, rest.partition(".")[0], unit.stamp), []).append(unit)
    return [await _take_in(session, Key(kind=kind, name=name, language=language), parts, by) for (kind, name, _), parts in texts.items()]


async def _take_in(session: AsyncSession, key: Key, parts: list[Unit], by: uuid.UUID) -> Outcome:
    source, stamp = await text_at(session, replace(key, language=SOURCE)), _STAMP.search(parts[0].stamp)
    if source is None or stamp is None or key.kind not in ("answer", "phrase") or key.language == SOURCE:
        return Outcome(key=key, what="unknown")
    meaning, revision, number = stamp[1], int(stamp[2]), int(stamp[3])
    outdated = meaning != source.meaning
    opened = Opened(revision=revision, number=number)
    await hold(session, key)
    current, _, draft = await working_text(session, key)
    came = _came(parts)
    sent = await shown(session, key, opened)
    if sent and not came.items() - parsed(key, sent).sections.items():
        return Outcome(key=key, what="unchanged", outdated=outdated)  # the translator changed nothing; a colleague may have
    sections = {section: came.get(section) or current.sections.get(section, "") for section in (*source.sections, *current.sections, *came)}
    variants = {section: words for section, words in sections.items() if section not in ("", "title") and words}
    text = replace(current, title=sections.get("title", ""), text=sections[""], variants=in_order(variants))
    if document(text) == document(current):
        return Outcome(key=key, what="unchanged", outdated=outdated)
    marks = Marks(made_from=meaning, reviewed=bool(draft and draft.reviewed))
    kept = await save(session, key, text, opened, marks, by)
    return Outcome(key=key, what="conflict" if kept.conflict else "merged" if kept.merged else "saved", outdated=outdated)


def _came(parts: Iterable[Unit]) -> dict[str, str]:
    """What was translated, by section. A heading that would begin another part is a line of words."""
    found = {}
    for part in parts:
        name = part.name.split(".", 2)[-1]
        section = "" if name == "text" else name.replace("-", " ")
        words = SECTION.sub(r"\1", plain(part.target)).strip()
        if words and (section in ("", "title") or is_country(section.removeprefix(RETURN))):
            found[section] = one_line(words) if section == "title" else words
    return found


def content_type(form: Form) -> str:
    return "application/xliff+xml" if form is Form.XLIFF else "text/x-gettext-translation"
