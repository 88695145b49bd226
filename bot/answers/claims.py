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
    r"https?://[^\s<>()\[\]|«»\"]+|www\.[^\s<>()\[\]|«»\"]+|[\w.+-]+@[\w-]+\.[\w.-]+|(?<![\w.])(?:[a-z0-9-]+\.)+(?:org|com|de|int|net|info|eu|gr|tj|rs|al|uz|tr|at|ch|fr|ru|ua|uk|it|nl|be|se|pl|af|iq|ir|pk|sy|lb|jo|ge|kz|mk|gov|edu|io|app|me)(?!\w|\.\w)(?:/[^\s<>()\[\]|«»\"]*)?"
)
_CAPITALS = re.compile(  # an ending in another alphabet may follow («EURPدا»)
    r"(?<![A-Za-z0-9_À-ɏ])(?:[A-Z][A-Za-z]*[A-Z][A-Za-z]*\d*|[A-Z]{1,4}\d{1,3})(?:/[A-Z]{2,})?(?![A-Za-z0-9_À-ɏ])"
)
_ENDING = re.compile(r"(?<=[^\W\d_a-z][A-Z])[a-z]{1,9}$")  #: «BMTning»
_OWN_CAPITALS = re.compile(r"(?<![^\W_])[A-ZÖÜÇŞĞİА-ЯЁҚҒҲҶӢӮ]{2,}[^\W\d_]{0,9}(?![^\W_])")
_CYRILLIC = re.compile("(?=.*[А-ЯЁҚҒҲҶӢӮ])[A-ZА-ЯЁҚҒҲҶӢӮ]{2,}")
_STOP = re.compile(r"[.!?؟۔](?=\s|$)|\n")
_CLAUSE = re.compile(r"[,.;:!?()،؛؟۔«»\"“”„—\n]|\s-\s")
_NAME_WITH_DIGITS = re.compile(r"(?<![^\W_])[a-z]{1,4}\d{1,3}(?![^\W_])")
_LATIN = re.compile(r"(?<![^\W_])[A-ZÀ-Þ][A-Za-zÀ-ɏ]{3,}(?![A-Za-zÀ-ɏ])")
_HIDDEN = "\ue000"


@dataclass(frozen=True, slots=True)
class Paying:
    """What one sentence or clause says of paying without a figure."""

    shown: str
    unpaid: bool  #: «free», «no money»
    negated: bool  #: negates anything
    not_free: int  #: negations of «free»
    free: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """One line, or all that stands in the spans of one fact: the smallest part that is compared by itself."""

    figures: tuple[Figure, ...]
    one_line: bool  #: their order counts
    negations: int  #: negated clauses in the sentences that carry a figure
    around: int  #: negated clauses in all sentences: a translation may put the figure into the next one
    negated: tuple[str, ...]  #: the negated sentences, as written
    before: bool  #: whether anything is said to be before, or after, something
    after: bool
    names: frozenset[str] = frozenset()
    paying: tuple[Paying, ...] = ()  #: sentence by sentence
    family: bool = False  #: whether it speaks of a family
    each: frozenset[str] = frozenset()  #: how often amounts are paid


@dataclass(frozen=True, slots=True)
class Claims:
    """All that must be the same in every language."""

    said: dict[str, tuple[Said, ...]] = field(default_factory=dict)  #: by fact; "" is what stands in no span
    facts: Counter[str] = field(default_factory=Counter)
    places: Counter[str] = field(default_factory=Counter)
    links: Counter[str] = field(default_factory=Counter)
    names: dict[str, str] = field(default_factory=dict)  #: name: as written
    hinted: frozenset[str] = frozenset()  #: names that something else here may stand for
    order: tuple[str, ...] = ()  #: the places as they follow each other
    latin: frozenset[str] = frozenset()  #: capitalised Latin words


@lru_cache(maxsize=512)
def claims(text: str, language: str) -> Claims:
    """Read one section. KeyError for a language without words."""
    words = words_of(language)
    places, links = _PLACE.findall(text), Counter(_links(text))
    plain = _LINK.sub(lambda match: _HIDDEN * len(match[0]), _PLACE.sub(lambda match: _HIDDEN * len(match[0]), text))
    said: dict[str, list[Said]] = {}
    facts: Counter[str] = Counter()
    for line in plain.splitlines():
        for match in SPAN.finditer(line):
            facts[match[1]] += bool(re.search(r"\w", match[2]))
            said.setdefault(match[1], []).append(_said(match[2], language))
        rest = SPAN.sub("\ue001", line)
        if rest.strip():
            said.setdefault("", []).append(_said(rest, language))
    read = SPAN.sub(r"\2", plain)
    names, line = names_in(read, language), fold(read).text
    hinted = frozenset(name for name, pattern in words.softer if name not in names and pattern.search(line))
    named = " ".join(names.values())
    latin = frozenset(word for word in _LATIN.findall(read) if word not in named)
    return Claims({key: tuple(parts) for key, parts in said.items()}, facts, Counter(places), links, names, hinted, tuple(places), latin)


def _links(text: str) -> list[str]:
    return [found.rstrip(".,;:!?…") for found in _LINK.findall(text)]


@lru_cache(maxsize=8192)
def _said(text: str, language: str) -> Said:
    """Read one line or span; the same stands under many countries, and changes seldom."""
    words = words_of(language)
    text = text.removeprefix("- ").replace("**", "")
    line = fold(text)
    found = tuple(figures(_without_names(line), words))
    negations, around, negated, paying = _negations(line, found, words)
    return Said(
        figures=found,
        one_line=True,
        negations=negations,
        around=around,
        negated=negated,
        before=bool(found and words.before.search(line.text)),
        after=bool(found and words.after.search(line.text)),
        names=frozenset(names_in(text, language)),
        paying=paying,
        family=bool(words.family.search(line.text)),
        each=frozenset(unit for unit, pattern in words.each if pattern.search(line.text)),
    )


def _without_names(line: Folded) -> Folded:
    """Digits that belong to a name («A21») are no figures."""
    return Folded(line.written, _NAME_WITH_DIGITS.sub(lambda match: _HIDDEN * len(match[0]), line.text))


def _negations(line: Folded, found: tuple[Figure, ...], words: Words) -> tuple[int, int, tuple[str, ...], tuple[Paying, ...]]:
    """Negated clauses of the sentences with a figure, and of all. Two negations in one clause are one: many languages double them."""
    count, around, shown, paying, start, text = 0, 0, [], list[Paying](), 0, line.text
    for figure in found:
        first, last = figure.bound_at
        text = text[:first] + _HIDDEN * (last - first) + text[last:]
    for end in [*_sentence_ends(line), len(line.text)]:
        clauses = [_clause(clause, words) for clause in _CLAUSE.split(words.never_costless.sub(_hide, text[start:end]))]
        if negated := sum(clause.negated + clause.free for clause in clauses):
            around += negated
            count += negated * any(start <= figure.start < end and figure.counts for figure in found)
            shown.append(line.shown(start, end))
        if text[start:end].strip():
            unpaid = any(clause.unpaid for clause in clauses)
            turned = sum(clause.not_free for clause in clauses)
            paying.append(Paying(line.shown(start, end), unpaid, bool(negated) or unpaid, turned))
        start = end
    return (count, around, tuple(shown), tuple(paying))


def _clause(clause: str, words: Words) -> Paying:
    rest = words.harmless.sub(_hide, words.costless.sub(_hide, clause))
    negated = words.negation.search(rest) is not None
    costless = words.costless.search(clause)
    not_free = costless is not None and any(_of_free(rest, costless.span(), match.span()) for match in words.negation.finditer(rest))
    unpaid = costless or (negated and words.money.search(rest) and words.negation.search(words.without.sub(_hide, rest)))
    return Paying(clause, bool(unpaid), negated, int(not_free), costless is not None)


def _of_free(clause: str, free: tuple[int, int], negation: tuple[int, int]) -> bool:
    """Whether a negation is said of «free»: right behind it, or at most one word before it."""
    if free[1] <= negation[0]:
        return not clause[free[1] : negation[0]].strip() and clause[negation[0]] != "و"  # Arabic «and not»
    return len(clause[negation[1] : free[0]].split()) <= 1


def _hide(match: re.Match[str]) -> str:
    return _HIDDEN * len(match[0])


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
            elif (pattern is _CAPITALS or _CYRILLIC.fullmatch(match[0])) and name not in not_names() and not match[0].endswith("Innen"):
                found.setdefault(name, match[0])
    line = fold(text)
    words = words_of(language)
    for match in words.names.finditer(line.text):
        found.setdefault(words.name_of(match), line.shown(*match.span()))
    for name in ("Red Cross", "Red Crescent"):
        if name not in found and name in text:
            found[name] = name
    return found
