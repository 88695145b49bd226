"""Texts go out to translators and come back: nothing is lost, conflicts are reported, what is no file of ours changes nothing."""

import re
import uuid
from dataclasses import replace

import pytest
from lxml import etree
from sqlalchemy.ext.asyncio import AsyncSession
from translate.storage import pypo
from translate.storage.xliff2 import Xliff2File

from bot.answers import exchange, files
from bot.answers.drafts import Marks, Opened, draft_of, save, saves_of, text_at, working_text
from bot.answers.exchange import Form, NotReadable, Unit
from bot.answers.text import Key, Text, document
from bot.i18n import SOURCE
from bot.staff.models import Member, Role
from nlu import LANGUAGES
from tests.conftest import CONTENT

KEY = Key(kind="answer", name="return_cost", language="de")
ENGLISH = Text(
    kind="answer", name="return_cost", language="en", title="Is it free?", text="One & <two>.\n\n- {{contact:x}}", variants={"to IQ": "Back."}
)
GERMAN = replace(ENGLISH, language="de", title="Ist es gratis?", text="Eins & <zwei>.\n\n- {{contact:x}}", variants={"to IQ": "Zurück."})


@pytest.fixture
async def editor(session: AsyncSession) -> uuid.UUID:
    """An editor; the two texts are published."""
    member = Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.EDITOR)
    session.add(member)
    for text in (ENGLISH, replace(GERMAN, made_from=ENGLISH.meaning)):
        await files.publish(session, text, 1000, origin="desk")
    await session.flush()
    return member.id


async def fetched(session: AsyncSession, form: Form) -> bytes:
    return exchange.written(exchange.units(await exchange.rows(session, [KEY])), "de", form)


@pytest.mark.parametrize("form", list(Form))
@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != SOURCE])
def test_the_whole_catalogue_survives_the_round_trip(language: str, form: Form) -> None:
    texts = {text.key: text for text in files.read(CONTENT)}
    empty = Opened(revision=7, number=3)
    found = [
        exchange.Row(source=text, text=texts[replace(key, language=language)], opened=empty) for key, text in texts.items() if key.language == SOURCE
    ]
    units = list(exchange.units(found))
    assert len(units) > 200
    assert exchange.read(exchange.written(units, language, form)) == (language, units)


@pytest.mark.parametrize("form", list(Form))
async def test_what_a_translator_changed_becomes_a_draft_and_the_rest_stays(session: AsyncSession, editor: uuid.UUID, form: Form) -> None:
    language, units = exchange.read((await fetched(session, form)).replace("Zurück.".encode(), "Heimwärts.".encode()))
    [outcome] = await exchange.take_in(session, language, units, editor)
    draft = await draft_of(session, KEY)
    assert outcome.what == "saved"
    assert draft is not None
    assert draft.document == document(replace(GERMAN, variants={"to IQ": "Heimwärts."}))
    assert draft.made_from == ENGLISH.meaning
    assert await text_at(session, KEY) == replace(GERMAN, made_from=ENGLISH.meaning)  # nothing is published by it


@pytest.mark.parametrize("form", list(Form))
async def test_what_comes_back_as_it_went_changes_nothing(session: AsyncSession, editor: uuid.UUID, form: Form) -> None:
    [outcome] = await exchange.take_in(session, *exchange.read(await fetched(session, form)), editor)
    assert outcome.what == "unchanged"
    assert await draft_of(session, KEY) is None


async def test_a_translation_of_an_older_english_text_is_taken_in_and_said_to_be_outdated(session: AsyncSession, editor: uuid.UUID) -> None:
    sent = (await fetched(session, Form.XLIFF)).replace(b"Eins", b"Einmal")
    await files.publish(session, replace(ENGLISH, text="Three."), 1001, origin="desk")
    [outcome] = await exchange.take_in(session, *exchange.read(sent), editor)
    draft = await draft_of(session, KEY)
    assert (outcome.what, outcome.outdated) == ("saved", True)
    assert draft is not None
    assert draft.made_from == ENGLISH.meaning  # so that it shows as outdated once it is published


async def test_a_colleague_who_changed_another_line_meanwhile_loses_nothing(session: AsyncSession, editor: uuid.UUID) -> None:
    sent = (await fetched(session, Form.PO)).replace("Zurück.".encode(), "Heimwärts.".encode())
    await save(session, KEY, replace(GERMAN, title="Kostet es etwas?"), Opened(number=1000), Marks(), editor)
    [outcome] = await exchange.take_in(session, *exchange.read(sent), editor)
    text, _, _ = await working_text(session, KEY)
    assert outcome.what == "merged"
    assert (text.title, text.variants) == ("Kostet es etwas?", {"to IQ": "Heimwärts."})


async def test_a_colleague_who_changed_the_same_line_is_a_conflict_and_both_texts_are_kept(session: AsyncSession, editor: uuid.UUID) -> None:
    sent = (await fetched(session, Form.XLIFF)).replace(b"gratis", b"umsonst")
    await save(session, KEY, replace(GERMAN, title="Kostet es etwas?"), Opened(number=1000), Marks(), editor)
    [outcome] = await exchange.take_in(session, *exchange.read(sent), editor)
    text, _, _ = await working_text(session, KEY)
    aside, kept = await saves_of(session, KEY)
    assert outcome.what == "conflict"
    assert text.title == "Kostet es etwas?"
    assert aside.set_aside
    assert "Ist es umsonst?" in aside.document
    assert "Kostet es etwas?" in kept.document


async def test_a_part_left_empty_keeps_what_is_there(session: AsyncSession, editor: uuid.UUID) -> None:
    units = [replace(unit, target="" if unit.name.endswith("to-IQ") else "Neu.") for unit in exchange.read(await fetched(session, Form.PO))[1]]
    await exchange.take_in(session, "de", units, editor)
    text, _, _ = await working_text(session, KEY)
    assert text.variants == GERMAN.variants


async def test_a_text_that_we_do_not_have_is_named_and_not_made(session: AsyncSession, editor: uuid.UUID) -> None:
    unit = Unit(name="answer.teleportation.text", source="x", target="y", stamp="meaning=0 revision=0 number=0")
    [outcome] = await exchange.take_in(session, "de", [unit], editor)
    assert outcome.what == "unknown"


STRANGE = {
    "no file": (b"", "no-language"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "not-po"),
    "words": ("Guten Tag".encode("utf-16"), "not-po"),
    "another XML": (b"<html><body>x</body></html>", "not-xliff"),
    "half a file": (b"<xliff version='2.0' xmlns='urn:oasis:names:tc:xliff:document:2.0'><file", "not-xliff"),
    "XLIFF 1": (b"<?xml version='1.0'?><xliff version='1.2' xmlns='urn:oasis:names:tc:xliff:document:1.2'><file/></xliff>", "not-xliff"),
    "with entities": (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xliff version='2.0'>&a;</xliff>", "not-xliff"),
    "somebody else's": (b"<xliff version='2.0' trgLang='de' xmlns='urn:oasis:names:tc:xliff:document:2.0'><file id='f'/></xliff>", "nothing-known"),
    "into English": (b"<xliff version='2.0' trgLang='en' xmlns='urn:oasis:names:tc:xliff:document:2.0'><file id='f'/></xliff>", "no-language"),
}


@pytest.mark.parametrize(("content", "code"), STRANGE.values(), ids=STRANGE)
def test_what_is_no_file_of_ours_is_refused_with_its_reason(content: bytes, code: str) -> None:
    with pytest.raises(NotReadable) as refused:
        exchange.read(content)
    assert refused.value.code == code


def parted(content: bytes) -> bytes:
    """Each text of several sentences in segments, as tools do that translate sentence by sentence."""
    root = etree.fromstring(content)
    for unit in root.iter("{*}unit"):
        segment = unit.find("{*}segment")
        source, target = segment.find("{*}source"), segment.find("{*}target")
        sources, targets = (re.split(r"(?<=[.?!])(\s+)", one.text or "") for one in (source, target))
        if len(sources) != len(targets) or len(sources) < 3:
            continue
        unit.remove(segment)
        for place, (ours, theirs) in enumerate(zip(sources, targets, strict=True)):
            piece = etree.SubElement(unit, etree.QName(source).text.replace("source", "ignorable" if place % 2 else "segment"), id=f"s{place}")
            etree.SubElement(piece, source.tag).text = ours
            if not place % 2:
                etree.SubElement(piece, source.tag.replace("source", "target"), order=str(place + 1)).text = theirs
            else:
                etree.SubElement(piece, source.tag.replace("source", "target")).text = theirs
    return etree.tostring(root)


def indented(content: bytes) -> bytes:
    return re.sub(rb">\s*<(?=/?(unit|notes|note|segment|source|target|file|/))", b">\r\n\t\t<", content)


def prefixed(content: bytes) -> bytes:
    return re.sub(rb"<(/?)(\w)", rb"<\1xl:\2", content).replace(b' xmlns="', b' xmlns:xl="')


XLIFF_TOOLS = {
    "as it was": lambda content: content,
    "by the toolkit": lambda content: bytes(Xliff2File.parsestring(content)),
    "sentence by sentence": parted,
    "indented otherwise, for Windows": indented,
    "another prefix": prefixed,
    "with a mark at its head": lambda content: b"\xef\xbb\xbf" + content,
    "in UTF-16": lambda content: content.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "with a long remark": lambda content: content.replace(b"?>\n", b"?>\n<!--" + b" x" * 2000 + b"-->\n", 1),
    "with a country": lambda content: content.replace(b'trgLang="de"', b'trgLang="de-DE"'),
    "with marks": lambda content: re.sub(rb"<target>([^<]+)</target>", rb'<target><mrk id="m">\1</mrk><!-- x --></target>', content),
    "with remarks": lambda content: content.replace(b"<notes>", b"<notes><note>Done.</note>"),
    "with a unit of theirs": lambda content: content.replace(b"</file>", b'<unit id="u"><segment><source>a</source></segment></unit></file>'),
}
PO_TOOLS = {
    "as it was": lambda content: content,
    "by the toolkit": lambda content: bytes(pypo.pofile.parsestring(content)),
    "for Windows": lambda content: content.replace(b"\n", b"\r\n"),
    "with a mark at its head": lambda content: b"\xef\xbb\xbf" + content,
    "in UTF-16": lambda content: content.decode().replace("charset=UTF-8", "charset=UTF-16").encode("utf-16"),
    "with what is obsolete": lambda content: content + b'\n#~ msgid "alt"\n#~ msgstr "old"\n\nmsgid "extra"\nmsgstr "mehr"\n',
    "with flags": lambda content: content.replace(b"\nmsgctxt", b"\n#: a.c:1\n#, c-format\nmsgctxt"),
}
TOOLS = [(Form.XLIFF, name) for name in XLIFF_TOOLS] + [(Form.PO, name) for name in PO_TOOLS]


@pytest.mark.parametrize(("form", "tool"), TOOLS)
def test_what_tools_do_to_a_file_changes_no_word(form: Form, tool: str) -> None:
    texts = {text.key: text for text in files.read(CONTENT)}
    sent = Opened(revision=7, number=3)
    found = [exchange.Row(source=text, text=texts[replace(key, language="de")], opened=sent) for key, text in texts.items() if key.language == SOURCE]
    units = [replace(unit, target=f"\u200f{unit.target} 😀 & <x>.\n\n\n- neu") for unit in exchange.units(found)]
    language, back = exchange.read((XLIFF_TOOLS if form is Form.XLIFF else PO_TOOLS)[tool](exchange.written(units, "de", form)))
    assert language == "de"
    assert {unit.name: unit.target for unit in back} == {unit.name: unit.target for unit in units}


async def test_a_file_that_nobody_changed_takes_no_draft_out_of_review(session: AsyncSession, editor: uuid.UUID) -> None:
    sent = await fetched(session, Form.XLIFF)
    await save(session, KEY, replace(GERMAN, title="Kostet es etwas?"), Opened(number=1000), Marks(), editor)
    [outcome] = await exchange.take_in(session, *exchange.read(sent), editor)
    assert outcome.what == "unchanged"
    assert len(await saves_of(session, KEY)) == 1


async def test_a_file_of_another_house_overwrites_no_draft(session: AsyncSession, editor: uuid.UUID) -> None:
    sent = (await fetched(session, Form.PO)).replace(b"revision=0", b"revision=4711").replace(b"gratis", b"umsonst")
    await save(session, KEY, replace(GERMAN, title="Kostet es etwas?"), Opened(number=1000), Marks(), editor)
    [outcome] = await exchange.take_in(session, *exchange.read(sent), editor)
    assert outcome.what == "conflict"
    assert (await working_text(session, KEY))[0].title == "Kostet es etwas?"


async def test_strange_words_make_no_text_that_cannot_be_opened(session: AsyncSession, editor: uuid.UUID) -> None:
    words = {"title": "Zwei\nZeilen ---", "text": "Eins.\n## DE\nZwei.\x07\n## DE\nDrei.", "to-IQ": "a\r\nb", "FR": "En France."}
    units = [replace(unit, target=words[unit.name.split(".")[-1]]) for unit in exchange.read(await fetched(session, Form.PO))[1]]
    units.append(replace(units[0], name="answer.return_cost.FR", target=words["FR"]))  # a part that the source has no longer
    await exchange.take_in(session, "de", units, editor)
    text, _, _ = await working_text(session, KEY)
    assert (text.title, text.text) == ("Zwei Zeilen ---", "Eins.\nDE\nZwei.\nDE\nDrei.")
    assert text.variants == {"FR": "En France.", "to IQ": "a\nb"}


async def test_a_part_that_has_lost_its_note_is_told(session: AsyncSession, editor: uuid.UUID) -> None:
    sent = (await fetched(session, Form.XLIFF)).replace(b"Eins", b"Einmal")
    [outcome] = await exchange.take_in(session, *exchange.read(re.sub(rb"<notes>.*?</notes>", b"", sent, flags=re.DOTALL)), editor)
    assert outcome.what == "unknown"


def test_a_part_that_a_tool_filled_with_its_source_is_not_translated() -> None:
    unit = Unit(name="answer.x.text", source="One.", target="One.", stamp="meaning=a revision=1 number=2")
    content = exchange.written([unit], "de", Form.XLIFF).replace(b"<segment", b'<segment state="initial"')
    assert exchange.read(content)[1][0].target == ""


def test_what_no_file_can_hold_does_not_keep_the_rest_back() -> None:
    unit = Unit(name="answer.x.text", source="One.\x07", target="Eins.\x0bZwei.", stamp="meaning=a revision=1 number=2")
    assert exchange.read(exchange.written([unit], "de", Form.XLIFF))[1][0].target == "Eins.\nZwei."
