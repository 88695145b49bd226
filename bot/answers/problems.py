"""Everything an editor must still mend in content/, in words an editor understands; for the lint, for start-up and for tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.answers import contact_files, fact_files
from bot.answers.checks import Known, Problem, checked
from bot.answers.fact_figures import beyond
from bot.answers.files import read, stems
from bot.answers.invariants import compare
from bot.answers.nearest import is_place
from bot.answers.text import Text
from bot.i18n import SOURCE
from nlu import INTENTS, LANGUAGES

_SAID = {
    "no-intent": "nobody can ask this; is the folder misspelt?",
    "no-language": "we do not know this language",
    "empty": "there is no text",
    "title": "the title has {count} characters, a button takes 1 to {most}",
    "button": "{count} characters, a button takes {most}",
    "long": "{count} characters are too many to read on a phone ({most})",
    "markup": "only paragraphs, lines that begin with '- ', **bold** and [[fact|sentence]] are allowed",
    "blank": "nothing fills {{{name}}}",
    "country": "«{section}» is no country; variants are called DE (of stay) or to IQ (of return)",
    "followup": "follow-up {name} is no intent",
    "review-date": "has no review_by date",
    "no-source": f"no phrase of this name exists in {SOURCE}",
    "reference": "{{{{{name}}}}} is not a contact that may be shown",
    "fact": "[[{name}|…]]: facts.yml does not know this fact",
    "ageless": "a figure ({name}) stands outside [[fact|sentence]]: nobody would withhold it when it is old",
    "indiscreet": "a locked phone would show «{name}»",
    "blanks": f"blanks differ from {SOURCE}",
}


def problems(folder: Path) -> Iterator[str]:
    """Every fault of the files under content/, one sentence each."""
    texts = {text.key: text for text in read(folder)}
    known = known_in(folder)
    facts = {name: (str(row["says"]), str(row.get("as_of") or "")) for name, row in fact_files.read(folder).items()}
    sources = {(text.kind, text.name): text for text in texts.values() if text.language == SOURCE}
    yield from _missing(texts.values())
    yield from _titles(texts.values())
    for text in texts.values():
        source = sources.get((text.kind, text.name))
        yield from (said(text, problem) for problem in checked(text, source, known))
        if source and text.kind == "answer" and text.language != SOURCE and text.made_from != source.meaning:
            yield f"{text.key}: was made from another {SOURCE} text; compare them, then set made_from: {source.meaning}"
        if source and text.language in LANGUAGES and text.language != SOURCE and not text.differs:
            yield from _differences(source, text)
        for one in beyond(text, facts):
            yield f"{text.key}: [[{one.fact}|…]] says {', '.join(one.figures)}, which the fact does not: «{one.says}»; mend the one or the other"
    yield from _positions(folder)
    yield from _undated(folder)


def known_in(folder: Path) -> Known:
    """What the texts of a folder may refer to."""
    rows = [row for row in contact_files.read(folder)[0] if row["show"] == "live"]
    words: dict[str, list[str]] = {}
    for language, word in stems(folder):
        words.setdefault(language, []).append(word)
    return Known(
        contacts=frozenset(row["id"] for row in rows),
        topics=frozenset(topic for row in rows for topic in row.get("topics") or ()),
        facts=frozenset(fact_files.read(folder)),
        discreet={language: tuple(those) for language, those in words.items()},
    )


def said(text: Text, problem: Problem) -> str:
    """A problem as a sentence."""
    place = f" {problem.section}" if problem.section not in ("", "title") and problem.code != "country" else ""
    words = _SAID[problem.code].format(section=problem.section, name=problem.name, count=problem.count, most=problem.most)
    return f"{text.key}{place}: {words}"


def _differences(source: Text, text: Text) -> Iterator[str]:
    for section, one in compare(source.sections, SOURCE, text.sections, text.language):
        lacks = f" lacks {', '.join(one.theirs)}" if one.theirs else ""
        adds = f" adds {', '.join(one.ours)}" if one.ours else ""
        where = f" {section}" if section not in ("", "title") else ""
        yield f"{text.key}{where}: {one.kind} differs from {SOURCE}:{lacks}{adds}; mend it, or say why it is right in a line `differs: …` of its head"


def _missing(texts: Iterable[Text]) -> Iterator[str]:
    """Every answer and every phrase in every language."""
    there = {(text.name, text.language) for text in texts if text.text.strip()}
    phrases = sorted({text.name for text in texts if text.kind == "phrase" and text.language == SOURCE})
    for language in LANGUAGES:
        yield from (f"{intent}/{language}: there is no answer" for intent in INTENTS if (intent, language) not in there)
        yield from (f"{name}/{language}: there is no phrase" for name in phrases if (name, language) not in there)


def _titles(texts: Iterable[Text]) -> Iterator[str]:
    count = Counter((text.language, text.title) for text in texts if text.kind == "answer")
    for (language, title), number in count.items():
        if number > 1:
            yield f"{language}: {number} answers are called «{title}»; a person cannot tell them apart"


def _positions(folder: Path) -> Iterator[str]:
    """A position is two numbers in degrees, or there is none."""
    for row in contact_files.read(folder)[0]:
        latitude, longitude = row.get("latitude"), row.get("longitude")
        there = isinstance(latitude, float) and isinstance(longitude, float) and is_place(latitude, longitude)
        if not there and (latitude, longitude) != (None, None):
            yield f"{row['id']}: latitude and longitude are two numbers in degrees such as 42.66 and 21.17, or neither is there"


def _undated(folder: Path) -> Iterator[str]:
    """Whatever a person is shown is looked at again one day; who is not sure yet of a contact does not show it."""
    for row in contact_files.read(folder)[0]:
        if row["show"] == "live" and not row.get("review_by"):
            yield f"{row['id']}: has no review_by date"
        if row["show"] == "live" and row.get("confidence") == "general-knowledge-unverified":
            yield f"{row['id']}: nobody has confirmed it; show: confirm-first until then"
