"""What a text claims: figures, references, names and negations, read from any of our languages so that two can be laid side by side."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from bot.answers.folding import Folded, fold
from bot.answers.lexis import Words, capitals_of, not_names, words_of
from bot.answers.quantities import Figure, figures

SPAN = re.compile(r"\[\[([^|\]\n]*)\|([^\n]*?)\]\]")
_PLACE = re.compile(r"\{\{[^{}\n]*\}\}|\{[^{}\n]*\}")
_LINK = re.compile(
    r"https?://[^\s<>()\[\]|«»\"]+|www\.[^\s<>()\[\]|«»\"]+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w.])(?:[a-z0-9-]+\.)+(?:org|com|de|int|net|info|eu|gr|tj|rs|al|uz|tr)(?![\w.])(?:/[^\s<>()\[\]|«»\"]*)?"
)
_CAPITALS = re.compile(  # an ending in another alphabet may follow («EURPدا»)
    r"(?<![A-Za-z0-9_À-ɏ])(?:[A-Z][A-Za-z]*[A-Z][A-Za-z]*\d*|[A-Z]{1,4}\d{1,3})(?:/[A-Z]{2,})?(?![A-Za-z0-9_À-ɏ])"
)
_ENDING = re.compile(r"(?<=[^\W\d_a-z][A-Z])[a-z]{1,9}$")  #: «BMTning»
_OWN_CAPITALS = re.compile(r"(?<![^\W_])[A-ZÖÜÇŞĞİА-ЯЁҚҒҲҶӢӮ]{2,}[^\W\d_]{0,9}(?![^\W_])")
_STOP = re.compile(r"[.!?؟۔](?=\s|$)|\n")
_CLAUSE = re.compile(r"[,.;:!?()،؛؟۔«»\"“”„—\n]|\s-\s")
_NAME_WITH_DIGITS = re.compile(r"(?<![^\W_])[a-z]{1,4}\d{1,3}(?![^\W_])")
_HIDDEN = "\ue000"


@dataclass(frozen=True, slots=True)
class Said:
    """One line, or all that stands in the spans of one fact: the smallest part that is compared by itself."""

    figures: tuple[Figure, ...]
    lines: tuple[tuple[Figure, ...], ...]  #: the same, line by line: their order counts
    negations: int  #: negated clauses in the sentences that carry a figure
    around: int  #: negated clauses in all sentences: a translation may put the figure into the next one
    negated: tuple[str, ...]  #: the negated sentences, as written
    before: bool  #: whether anything is said to be before, or after, something
    after: bool


@dataclass(frozen=True, slots=True)
class Claims:
    """All that must be the same in every language."""

    said: dict[str, tuple[Said, ...]] = field(default_factory=dict)  #: by fact; "" is what stands in no span
    facts: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)  #: name: as written
    hinted: frozenset[str] = frozenset()  #: names that something else here may stand for


@lru_cache(maxsize=512)
def claims(text: str, language: str) -> Claims:
    """Read one section. KeyError for a language without words."""
    words = words_of(language)
    places, links = Counter(_PLACE.findall(text)), Counter(_links(text))
    plain = _LINK.sub(lambda match: _HIDDEN * len(match[0]), _PLACE.sub(lambda match: _HIDDEN * len(match[0]), text))
    said: dict[str, list[Said]] = {}
    facts: Counter[str] = Counter()
    for line in plain.splitlines():
        for match in SPAN.finditer(line):
            facts[match[1]] += 1
            said.setdefault(match[1], []).append(_said(match[2], language))
        rest = SPAN.sub("\ue001", line)
        if rest.strip():
            said.setdefault("", []).append(_said(rest, language))
    read = SPAN.sub(r"\2", plain)
    names, line = names_in(read, language), fold(read).text
    hinted = frozenset(name for name, pattern in words.softer if name not in names and pattern.search(line))
    return Claims({key: tuple(parts) for key, parts in said.items()}, facts, places, links, names, hinted)


def _links(text: str) -> list[str]:
    return [found.rstrip(".,;:!?…") for found in _LINK.findall(text)]


@lru_cache(maxsize=8192)
def _said(text: str, language: str) -> Said:
    """Read one line or span; the same stands under many countries, and changes seldom."""
    words = words_of(language)
    text = text.removeprefix("- ").replace("**", "")
    line = fold(text)
    found = tuple(figures(_without_names(line), words))
    negations, around, negated = _negations(line, found, words)
    return Said(
        figures=found,
        lines=(tuple(figure for figure in found if not figure.spelled),),
        negations=negations,
        around=around,
        negated=negated,
        before=bool(found and words.before.search(line.text)),
        after=bool(found and words.after.search(line.text)),
    )


def _without_names(line: Folded) -> Folded:
    """Digits that belong to a name («A21») are no figures."""
    return Folded(line.written, _NAME_WITH_DIGITS.sub(lambda match: _HIDDEN * len(match[0]), line.text))


def _negations(line: Folded, found: tuple[Figure, ...], words: Words) -> tuple[int, int, tuple[str, ...]]:
    """Negated clauses of the sentences with a figure, and of all. Two negations in one clause are one: many languages double them."""
    if all(figure.spelled for figure in found):
        return 0, 0, ()
    count, around, shown, start, text = 0, 0, [], 0, line.text
    for figure in found:
        first, last = figure.bound_at
        text = text[:first] + _HIDDEN * (last - first) + text[last:]
    for end in [*_sentence_ends(line), len(line.text)]:
        sentence = words.harmless.sub(lambda match: _HIDDEN * len(match[0]), text[start:end])
        if negated := sum(bool(words.negation.search(clause)) for clause in _CLAUSE.split(sentence)):
            around += negated
            count += negated * any(start <= figure.start < end and not figure.spelled for figure in found)
            shown.append(line.shown(start, end))
        start = end
    return count, around, tuple(shown)


def _sentence_ends(line: Folded) -> Iterator[int]:
    """Where sentences end; a point after a digit («31. Mai», «2027. godine») only if a new sentence follows."""
    for match in _STOP.finditer(line.text):
        if match[0] == "." and line.text[match.start() - 1 : match.start()].isdigit():
            following = line.written[line.places[match.start()] + 1 :].lstrip(' "“«)')
            if following[:1].islower():
                continue
        yield match.end()


def names_in(text: str, language: str) -> dict[str, str]:
    """The names of programmes and organisations in a text, however the language writes them, and what stands there."""
    known = capitals_of(language)
    found: dict[str, str] = {}
    for pattern in (_CAPITALS, _OWN_CAPITALS):
        for match in pattern.finditer(text):
            name = _ENDING.sub("", match[0])
            if name in known:
                found.setdefault(known[name], match[0])
            elif pattern is _CAPITALS and name not in not_names() and not match[0].endswith("Innen"):
                found.setdefault(name, match[0])
    line = fold(text)
    words = words_of(language)
    for match in words.names.finditer(line.text):
        found.setdefault(words.name_of(match), line.shown(*match.span()))
    for name in ("Red Cross", "Red Crescent"):
        if name not in found and name in text:
            found[name] = name
    return found
