"""What leads to a person's name in each language, as patterns: read from personal.yml."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.teaching.numbers import any_of

_LETTER = r"[^\W\d_]"
WORD = rf"{_LETTER}(?:[\w'’ʻʼ`.-]|[\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d])*"
_GAP = "[\\s:=\"'«„“”»(*_–-]{0,4}"


@cache
def lists() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "personal.yml").read_text("utf-8"))
    return found


def languages() -> list[str]:
    return [name for name, found in lists().items() if isinstance(found, dict)]


def phrases(kind: str, of: Iterable[str]) -> list[str]:
    return [str(phrase) for name in dict.fromkeys(of) for phrase in lists().get(name, {}).get(kind, ())]


@cache
def given() -> re.Pattern[str]:
    """A known given name with the capitalised, or known, names after it."""
    known = any_of([*lists()["given"], *lists()["given_capital"]])
    return re.compile(
        rf"(?<![\w’'-])(?:{known})(?:i:)?(?:[ \u200c-](?:(?:{known})(?!\w)|(?-i:[A-ZА-ЯЁҚҒҲҶӢӮЎŠĐČĆŽÇĞİÖŞÜË])[\w’'-]+))*(?!\w)", re.IGNORECASE
    )


@cache
def named() -> re.Pattern[str]:
    """In all languages: people mix them."""
    found = phrases("named", languages())
    return re.compile(rf"(?<!\w)(?:{any_of(found)}){_boundary()}{_GAP}", re.IGNORECASE)


@cache
def guided(language: str) -> re.Pattern[str]:
    """In the language itself, and in those of the offices that people name."""
    foreign = [phrase for phrase in phrases("guided", ("en", "de")) if " " in phrase]
    people = "|".join(filter(None, map(_people, dict.fromkeys((language, "en", "de")))))
    return re.compile(rf"(?<!\w)(?:{people}|{any_of([*phrases('guided', (language,)), *foreign])}){_boundary()}\.?[,،]?{_GAP}", re.IGNORECASE)


def _people(language: str) -> str:
    """«My two little sons», «my eldest daughter»; where no word for «my» stands before it, only in the language itself."""
    small, kin, mine = (any_of(phrases(kind, (language,))) for kind in ("small", "kin", "mine"))
    before = rf"(?:{mine})\s+(?:(?:{small})\s+){{0,2}}" if mine else ""
    return rf"{before}(?:{kin})(?!\w)(?:\s+(?:{small})(?!\w))?(?:\s+(?:is|ist|est|c'est|je|është|eshte)(?!\w))?"


@cache
def titled(language: str) -> re.Pattern[str]:
    return _behind(phrases("titled", (language, "en", "de", "fr")))


@cache
def before_capitals(language: str) -> re.Pattern[str] | None:
    """Small words, after which only a capital letter tells."""
    found = phrases("capital", (language,))
    return _behind(found) if found else None


def _behind(leading: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{any_of(leading)}){_boundary()}\.?[,،]?{_GAP}", re.IGNORECASE)


def _boundary() -> str:
    """A phrase ends where its word does; after a colon anything may follow."""
    return r"(?:(?<=:)|(?!\w))"


@cache
def telling(language: str, kind: str) -> re.Pattern[str] | None:
    words = phrases(kind, (language, "en"))
    return re.compile(rf"\s+(?:{any_of(words)})(?!\w)", re.IGNORECASE) if words else None


@cache
def around(language: str) -> re.Pattern[str] | None:
    """Two words that stand around a name; the name itself is the group."""
    pairs = [phrase.split(" …") for phrase in phrases("around", (language,))]
    sides = [rf"(?<=(?<!\w){re.escape(before.lower())} )(?={WORD}(?: {WORD})?\s*{re.escape(after.lower())})" for before, after in pairs]
    ends = any_of(after.strip() for _, after in pairs if after.strip())
    return re.compile(rf"(?:{'|'.join(sides)})(?P<name>{WORD}(?: {WORD})??)(?=\s+(?:{ends})(?!\w))", re.IGNORECASE) if pairs and ends else None


@cache
def signed(language: str) -> re.Pattern[str]:
    """The last words of a message, after a farewell."""
    return re.compile(
        rf"(?P<lead>(?<!\w)(?:{any_of(phrases('signed', (language, 'en', 'de')))})[\s,.:!،-]+)(?!‹){WORD}(?:[ ]+{WORD}){{0,3}}\s*\.?\s*$",
        re.IGNORECASE | re.MULTILINE,
    )


@cache
def ends(language: str) -> frozenset[str]:
    return frozenset(phrases("ends", (language, "en", "de")))


@cache
def nobody() -> frozenset[str]:
    return frozenset([*lists()["not_names_whole"], *(word for word in phrases("titled", languages()) if " " not in word)])


@cache
def leading(language: str) -> frozenset[str]:
    """The words that lead to names are none."""
    kinds = ("named", "guided", "titled", "before", "opening")
    return frozenset(word.strip(":") for kind in kinds for phrase in phrases(kind, (language,)) for word in phrase.lower().split())
