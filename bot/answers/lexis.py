"""How each language says numbers, units, bounds and negations, and writes names: the word lists as compiled patterns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.answers.folding import folded
from bot.answers.spelled import german

_WILD = re.compile(r"(\*|\[[^\]]*\]\??)")
_NEVER = r"(?!)"
#: What Arabic writes onto the front of a word.
_FRONT = {"ar": r"(?:[وف]?(?:لل|[بلک]?(?:ال)?))"}


@dataclass(frozen=True, slots=True)
class Bounds:
    """The bound phrases of one place: one pattern finds any, the others tell which classes it may mean."""

    found: re.Pattern[str]
    kinds: tuple[tuple[str, re.Pattern[str]], ...]

    def classes(self, phrase: str) -> frozenset[str]:
        return frozenset(kind for kind, pattern in self.kinds if pattern.fullmatch(phrase))


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The patterns of one language; each matches folded text."""

    thousand: re.Pattern[str]
    million: re.Pattern[str]
    unit: re.Pattern[str]  #: any unit or currency; which one, says `unit_of`
    units: tuple[tuple[str, re.Pattern[str]], ...]
    number: re.Pattern[str]  #: a number written as a word, or one of the words of it
    numbers: Mapping[str, int]
    alike: Mapping[str, int]  #: as written, where two numbers are folded to the same word
    joins: re.Pattern[str]  #: what stands between two words of one number
    ordinals: tuple[tuple[int, re.Pattern[str]], ...]
    one: re.Pattern[str]  #: one thing of a unit: «one week»
    several: tuple[tuple[int, str, re.Pattern[str]], ...]  #: units that say two or three by themselves
    date: re.Pattern[str]
    months: tuple[re.Pattern[str], ...]
    no_month: frozenset[str]  #: written just so, it is another word
    near: Bounds  #: ends where the figure begins
    strong: Bounds  #: anywhere in the clause of the figure
    post: Bounds  #: begins where the figure ends
    ends: Mapping[str, frozenset[str]]  #: endings of the unit's word that are a bound
    before: re.Pattern[str]
    after: re.Pattern[str]
    ahead: re.Pattern[str]  #: «before» where it directly follows a length of time
    behind: re.Pattern[str]
    between: re.Pattern[str]  #: what stands between the two figures of a range
    negation: re.Pattern[str]
    harmless: re.Pattern[str]  #: phrases that look negated and are not
    turns: re.Pattern[str]  #: a negation behind a figure that turns its bound round
    costless: re.Pattern[str]  #: says that nothing is paid
    never_costless: re.Pattern[str]
    without: re.Pattern[str]  #: negations that are not said of paying
    money: re.Pattern[str]
    family: re.Pattern[str]
    each: tuple[tuple[str, re.Pattern[str]], ...]  #: how often an amount is paid
    names: re.Pattern[str]  #: names written as words; which one, says `name_of`
    known: tuple[str, ...]
    softer: tuple[tuple[str, re.Pattern[str]], ...]  #: words that may stand for a name

    def unit_of(self, word: str) -> str:
        return next(unit for unit, pattern in self.units if pattern.fullmatch(word))

    def name_of(self, match: re.Match[str]) -> str:
        return self.known[int((match.lastgroup or "n0")[1:])]


@cache
def _lists() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "invariant_words.yml").read_text("utf-8"))
    return loaded


@cache
def _counts() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "invariant_counts.yml").read_text("utf-8"))
    return loaded


def _source(phrase: str) -> str:
    parts = _WILD.split(str(phrase))
    return "".join(r"\w*" if part == "*" else part if part.startswith("[") else re.escape(folded(part)).replace(r"\ ", r"\s+") for part in parts)


def _any(phrases: Iterable[str], front: str = "") -> str:
    """A pattern for whole words or phrases, the longest first; a word may follow a digit directly («30dan», «2024'ten»)."""
    known = sorted({_source(phrase) for phrase in phrases}, key=len, reverse=True)
    return rf"(?<![^\W\d_]){front}(?:{'|'.join(known)})(?![^\W\d_])" if known else _NEVER


@cache
def words_of(language: str) -> Words:
    """The patterns of a language, made once. KeyError for a language without words."""
    own, counts = _lists()[language], _counts()[language]
    front = _FRONT.get(language, "")
    units = [(unit, _any(words, front)) for unit, words in ({"workday": counts["workday"]} | own["units"] | {"time": counts["time"]}).items()]
    units += [(unit, _currency(words)) for unit, words in _lists()["currencies"].items()]
    written = {word: value for lists in (own, counts) for value, words in lists["numbers"].items() for word in words}
    numbers = {folded(word): value for word, value in written.items()}
    mixed = {folded(word) for word, value in written.items() if numbers[folded(word)] != value}
    numbers |= german() if language == "de" else {}
    several = [(2, unit, words) for unit, words in own.get("two", {}).items()]
    several += [(value, "time", counts[name]) for value, name in ((2, "twice"), (3, "thrice")) if name in counts]
    return Words(
        thousand=re.compile(rf"\s*{_any(own['thousand'])}"),
        million=re.compile(rf"\s*{_any(own['million'])}"),
        unit=re.compile("|".join(pattern for _, pattern in units)),
        units=tuple((unit, re.compile(pattern)) for unit, pattern in units),
        number=re.compile(_any(numbers, "و?" if language == "ar" else "").replace("(?:", "(", 1)),
        numbers=numbers,
        alike={word: value for word, value in written.items() if folded(word) in mixed},
        joins=re.compile(rf"[\s-]*(?:{'|'.join(map(folded, counts['joins'])) or _NEVER})?[\s-]*"),
        ordinals=tuple((value, re.compile(_any(words, front))) for value, words in counts["ordinals"].items()),
        one=re.compile(_any(own["one"])),
        several=tuple((value, unit, re.compile(_any(words, front))) for value, unit, words in several),
        date=_date(own),
        months=tuple(re.compile(_any(names, front)) for names in own["months"]),
        no_month=frozenset(own.get("no_month", ())),
        near=_bounds(own, "near", front),
        strong=_bounds(own, "strong", front),
        post=_bounds(own, "post", front),
        ends=_ends(own),
        before=re.compile(_any(own["before"], front)),
        after=re.compile(_any(own["after"], front)),
        ahead=re.compile(_any(_only_time(own, "before"), front)),
        behind=re.compile(_any(_only_time(own, "after"), front)),
        between=re.compile(rf"[\s-]*(?:{_any(own['range'], front)})?[\s-]*"),
        negation=re.compile(rf"(?<!\d){_any(own['negation'], '[وف]?' if language == 'ar' else '')}"),
        turns=re.compile(rf"\s*(?:{_any(counts['turns'])})" if counts.get("turns") else _NEVER),
        costless=re.compile(_any(counts["costless"], front)),
        never_costless=re.compile(_any(counts["harmless"])),
        without=re.compile(_any(counts["without"])),
        money=re.compile(_any(counts["money"], front)),
        each=tuple((unit, re.compile(rf"(?<!\d\s){_any(words)}(?!\s*(?:19|20)\d\d(?!\d))")) for unit, words in counts["each"].items()),
        family=re.compile(_any(counts["family"], front)),
        harmless=re.compile(_any(own["free"]).replace(r"\w*", r"[\w,.]*")),
        names=re.compile(_loose([(*writings.get(language, ()), *writings.get("any", ())) for writings in _lists()["names"].values()])),
        known=tuple(_lists()["names"]),
        softer=tuple((name, re.compile(_any(writings[language], front))) for name, writings in _lists()["softer"].items()),
    )


def _currency(words: list[str]) -> str:
    letters = [word for word in words if word[0].isalpha()]
    return "|".join([_any(letters), *(re.escape(word) for word in words if word not in letters)])


def _bounds(own: Mapping[str, Any], place: str, front: str) -> Bounds:
    kinds = [(kind, _any(phrases[place], front)) for kind, phrases in own["bounds"].items() if phrases.get(place)]
    every = _any([phrase for phrases in own["bounds"].values() for phrase in phrases.get(place) or ()], front)
    around = {"near": rf"({every})(?=(?:\s+[بل])?[\s(\"'«„~$€£-]*$)", "strong": f"({every})", "post": rf"[\s)'-]*({every})"}
    return Bounds(re.compile(around[place]), tuple((kind, re.compile(pattern)) for kind, pattern in kinds))


def _only_time(own: Mapping[str, Any], name: str) -> list[str]:
    """The words that directly after a length of time say nothing else: no bound, no second figure of a range."""
    bounds = {
        phrase for kind, phrases in own["bounds"].items() if kind != "ahead" for place in ("near", "post") for phrase in phrases.get(place) or ()
    }
    return [word for word in own[name] if word not in own["range"] and word not in bounds]


def _ends(own: Mapping[str, Any]) -> dict[str, frozenset[str]]:
    found = {(folded(end), kind) for kind, phrases in own["bounds"].items() for end in phrases.get("ends") or ()}
    return {end: frozenset(kind for other, kind in found if other == end) for end, _ in found}


def _date(own: Mapping[str, Any]) -> re.Pattern[str]:
    """A date with its month's name, and day, year or both; in some languages the year stands first."""
    month = _any(name for names in own["months"] for name in names)
    gap = rf"[\s.,'-]*(?:(?:{_any([*own['join'], 'st', 'nd', 'rd', 'th'])})[\s.,-]*)*"
    year = rf"(?P<year1>\d{{4}})(?!\d){gap}" if own.get("year_first") else "(?P<year1>(?!))"
    return re.compile(
        rf"(?<!\d)(?:{year})?(?:(?P<day1>(?<!\d)\d{{1,2}})(?!\d){gap})?(?P<month>{month})(?:\s*[/(]\s*(?P<also>{month})\s*\)?)?"
        rf"(?:{gap}(?P<day2>\d{{1,2}})(?!\d|\s?[.,]?\d{{3}}|\s*(?:%|eur)))?(?:{gap}(?P<year2>\d{{4}})(?!\d))?",
    )


def _loose(every: Iterable[Iterable[str]]) -> str:
    """The names that a language writes as words, a group for each."""
    words = [[_source(one) for one in writings if not one.isupper()] for writings in every]
    groups = "|".join(rf"(?P<n{number}>{'|'.join(one)})" for number, one in enumerate(words) if one)
    return rf"(?<![^\W\d_])(?:ال|و|لل|ب|ل|ف)*(?:{groups})" if groups else _NEVER


@cache
def capitals_of(language: str) -> Mapping[str, str]:
    """Names by how capitals write them in a language: {"МОМ": "IOM", "IOM": "IOM", …}."""
    names = _lists()["names"]
    return {
        one: name
        for name, writings in names.items()
        for one in (name, *writings.get(language, ()), *writings.get("any", ()))
        if one.isupper() or one == name
    }


@cache
def not_names() -> frozenset[str]:
    """Capitals that may be translated or left out: currencies, common abbreviations."""
    return frozenset(_lists()["no_names"])


@cache
def may_be_hinted() -> frozenset[str]:
    """Names for which another word may stand («the European programme»)."""
    return frozenset(_lists()["softer"])
