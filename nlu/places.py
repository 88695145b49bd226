"""Which countries a text names, in any of our languages, and which of them is the country of stay and which that of return."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from babel import Locale

from nlu.text import normalise

FILE = Path(__file__).parent / "lexicon/places.yml"
_LOCALES = ("en", "de", "fr", "ru", "tg", "uz_Latn", "uz_Cyrl", "fa", "ps", "ar", "ckb", "tr", "sq", "sr_Cyrl", "sr_Latn")
#: Names that are everyday words in another of our languages: financial, small, mountain, I, full.
_OTHER_WORDS = frozenset(normalise(word) for word in ("مالی", "mali", "мали", "man", "پرو", "чад", "chad", "нигер"))
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل", "ف")
_ENDING = 5  #: letters that an ending may have: Germaniya-dan, Германия-даман
_SHORTEST = 5  #: letters of a name from which an ending may follow
_ANY = 99  #: letters that no word has

#: Where people live who write to us and do not come from there, as a rule; and where they come from. The others are both.
_OF_STAY = frozenset(
    [
        "DE",
        "GR",
        "AT",
        "CH",
        "FR",
        "IT",
        "ES",
        "PT",
        "NL",
        "BE",
        "LU",
        "GB",
        "IE",
        "SE",
        "NO",
        "DK",
        "FI",
        "PL",
        "CZ",
        "SK",
        "HU",
        "SI",
        "HR",
        "RO",
        "BG",
        "CY",
        "MT",
        "EE",
        "LV",
        "LT",
        "US",
        "CA",
        "AU",
        "AE",
        "SA",
        "QA",
        "KW",
        "OM",
        "BH",
        "IL",
    ]
)
_OF_RETURN = frozenset(
    [
        "AF",
        "IQ",
        "SY",
        "IR",
        "PK",
        "NG",
        "SO",
        "ET",
        "ER",
        "GM",
        "GH",
        "SN",
        "GN",
        "CI",
        "CM",
        "CD",
        "ML",
        "SD",
        "YE",
        "PS",
        "BD",
        "IN",
        "LK",
        "NP",
        "PH",
        "VN",
        "UZ",
        "TM",
    ]
)
#: Words right before a name, or endings of it, by which a language says «in» and «to»; folded.
_IN = {
    "en": ("in",), "de": ("in", "im"), "fa": ("در", "تو", "توی", "dar"), "ps": ("په", "pa"), "ar": ("في", "fi", "b"), "ckb": ("له", "la", "le"),
    "tg": ("дар", "dar", "da"), "uz": ("-da", "-daman", "-damiz", "-да", "-даман", "-дамиз"), "tr": ("-da", "-de", "-dayim", "-deyim", "-dayiz", "-deyiz", "-ta", "-te"),
}  # fmt: skip
_TO = {
    "en": ("to",), "de": ("nach",), "fa": ("به", "ba", "be"), "ar": ("الی", "ع", "عال", "ila", "3a"), "ckb": ("بو", "bo"), "tg": ("ба", "ba"),
    "uz": ("-ga", "-га"), "tr": ("-ya", "-ye", "-a", "-e"),
}  # fmt: skip
_GOING = frozenset({"go_back_return", "deport_expel", "home_homeland_country", "reintegration", "flight_plane", "ticket", "travel_journey"})
_LIVING = frozenset({"live_reside", "here_this_country", "stay_remain", "camp_asylum_home", "work_permit", "residence_permit", "toleration_duldung"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Countries by their ISO 3166-1 codes."""

    named: tuple[str, ...] = ()  #: in the order named, each once
    stay: str | None = None  #: where the person is now, if the text lets one believe so
    back: str | None = None  #: where the person would return to, or comes from


Stem = tuple[str, int, str]  #: how a word begins, the longest that it may be, and the country


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """The names that we know, folded."""

    names: Mapping[str, str]  #: the country of each
    stems: Mapping[str, Sequence[Stem]]  #: by their first letters


def compiled() -> Gazetteer:
    """From CLDR and from the file of what people write besides."""
    names: dict[str, str] = {}
    for locale in _LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB"):
                names.setdefault(normalise(name), code)
    written = [(kind, code, normalise(form.replace("*", "")), form.endswith("*")) for kind, code, form in _written()]
    names |= {form: code for kind, code, form, open_end in written if not open_end}
    names = {name: code for name, code in names.items() if name and name not in _OTHER_WORDS}
    stems: dict[str, list[Stem]] = {}
    for name, code in names.items():
        if " " not in name and len(name) >= _SHORTEST:
            stem = name.rstrip("aeiouyаеиоуыяюйіیاه") if len(name) > _SHORTEST else name
            stems.setdefault(name[:3], []).append((stem if len(stem) >= _SHORTEST - 1 else name, len(name) + _ENDING, code))
    for _kind, code, form, open_end in written:
        if open_end and " " not in form and len(form) >= _SHORTEST - 2:
            stems.setdefault(form[:3], []).append((form, _ANY, code))
    return Gazetteer(names=names, stems=stems)


def _written() -> Iterator[tuple[str, str, str]]:
    """What people write that CLDR does not have: kind, country, form."""
    for code, kinds in yaml.safe_load(FILE.read_text("utf-8")).items():
        for kind, forms in kinds.items():
            yield from ((kind, code, form.strip()) for form in str(forms).split("|") if form.strip())


def places(plain: str, known: Gazetteer, language: str = "", meanings: Container[str] = frozenset()) -> Places:
    """The countries named in a text normalised for no language.

    `language`: that of the text, which says by its own means what «in» and «to» is; `meanings`: its concepts.
    """
    words = plain.split()
    found: dict[str, int] = {}  # how much speaks for stay; below nought for return
    at = 0
    while at < len(words):
        code, length = _at(words, at, known)
        if code:
            found[code] = found.get(code, 0) + _stays(code, words, at, language)
        at += length
    return Places(named=tuple(found), **_roles(found, meanings))


def _stays(code: str, words: Sequence[str], at: int, language: str) -> int:
    """How much speaks for this being the country of stay: what country it is, and how it is named."""
    score = 2 * (code in _OF_STAY) - 2 * (code in _OF_RETURN)
    for table, weight in ((_IN, 1), (_TO, -2)):
        for sign in table.get(language, ()):
            if words[at].endswith(sign[1:]) and len(words[at]) > len(sign) + 3 if sign.startswith("-") else at > 0 and words[at - 1] == sign:
                return score + weight
    return score


def _roles(found: dict[str, int], meanings: Container[str]) -> dict[str, str | None]:
    """One country of stay and one of return at most; who names several of either kind is not guessed at."""
    shift = sum(one in meanings for one in _LIVING) > 0 if len(found) == 1 else 0
    going = any(one in meanings for one in _GOING)
    stays = [code for code, score in found.items() if score + shift > 0]
    backs = [code for code, score in found.items() if score < 0 or (score == 0 and going and len(found) > 1)]
    return {"stay": stays[0] if len(stays) == 1 else None, "back": backs[0] if len(backs) == 1 else None}


def _at(words: Sequence[str], at: int, known: Gazetteer) -> tuple[str | None, int]:
    """The country whose name begins here, and how many words it has."""
    for length in (4, 3, 2):
        if code := known.names.get(" ".join(words[at : at + length])):
            return code, length
    for word in (words[at], *(words[at][len(prefix) :] for prefix in _PREFIXES if words[at].startswith(prefix) and len(words[at]) > len(prefix) + 3)):
        if (code := known.names.get(word)) and len(word) > 1:
            return code, 1
        endings = [(stem, code) for stem, longest, code in known.stems.get(word[:3], ()) if word.startswith(stem) and len(word) <= longest]
        if endings:
            return max(endings, key=lambda found: len(found[0]))[1], 1
    return None, 1
