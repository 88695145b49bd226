"""Which countries a text names, in any of our languages, and which of them is the country of stay and which that of return."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from babel import Locale

from nlu.text import normalise

FILE = Path(__file__).parent / "lexicon/places.yml"
_LOCALES = ("en", "de", "fr", "ru", "tg", "uz_Latn", "uz_Cyrl", "fa", "ps", "ar", "ckb", "tr", "sq", "sr_Cyrl", "sr_Latn")
#: Names that are everyday words in another of our languages: financial, small, mountain, I, full.
_OTHER_WORDS = frozenset(
    normalise(word)
    for word in (
        *(
            "مالی",
            "mali",
            "мали",
            "man",
            "پرو",
            "чад",
            "chad",
            "нигер",
            "того",
            "togo",
            "baki",
            "armen",
            "alan",
            "الان",
            "araba",
            "arab",
            "لیبر",
            "oman",
            "omon",
        ),
        *(
            "benin",
            "بنین",
            "ببین",
            "nador",
            "کنده",
            "candan",
            "اروم",
            "کامب",
            "دووبار",
            "franche",
            "kongi",
            "liber",
            "belg",
            "دوور",
            "karakol",
            "arabe",
            "libi",
            "sur",
            "سوور",
            "ban",
        ),
    )
)
#: Beginnings of such words: document, driver's lorry, novel …
_OTHER_STEMS = frozenset(
    normalise(word) for word in ("belg", "serb", "груз", "gamb", "roman", "franc", "armen", "катар", "اسپان", "سوور", "киргиз", "البان", "араб")
)
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل", "ف")
_ENDING = 5  #: letters that an ending may have: Germaniya-dan, Германия-даман
_SHORTEST = 5  #: letters of a name from which an ending may follow
_OF_PEOPLE = re.compile(r"is[ck]|sk|ск|c[ea]|ch?a$|isht|ais|ien|ian|ic$|lik|лик|ча$")  #: endings of words for people, things and languages
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


Stem = tuple[str, int, str, str]  #: how a word begins, the longest that it may be, the country, and what it is: country · people · either


@dataclass(frozen=True, slots=True, kw_only=True)
class Gazetteer:
    """The names that we know, folded."""

    names: Mapping[str, str]  #: the country of each
    peoples: Mapping[str, str]  #: the country whose people or things a word is for
    stems: Mapping[str, Sequence[Stem]]  #: by their first letters
    longest: Mapping[str, int]  #: how many words the longest name has that begins with a word, where it has more than one


def compiled() -> Gazetteer:
    """From CLDR and from the file of what people write besides."""
    names: dict[str, str] = {}
    for locale in _LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB"):
                names.setdefault(normalise(name), code)
    written = [(kind, code, normalise(form.replace("*", "")), form.endswith("*")) for kind, code, form in _written()]
    names |= {form: code for kind, code, form, open_end in written if kind == "names" and not open_end}
    cities = {form: code for kind, code, form, open_end in written if kind == "cities" and not open_end}
    stems: dict[str, list[Stem]] = {}
    ours = {code for _, code, _, _ in written}
    for name, code in (*_known(names).items(), *_known(cities).items()):
        if code in ours and " " not in name and len(name) >= _SHORTEST:
            stem = name.rstrip("aeiouyаеиоуыяюйіیاه") if len(name) > _SHORTEST and name in names else name
            stem = name if len(stem) < _SHORTEST - 1 or stem in _OTHER_STEMS else stem
            stems.setdefault(name[:3], []).append((stem, len(name) + _ENDING, code, "country"))
    for kind, code, form, open_end in written:
        if open_end and " " not in form and len(form) >= _SHORTEST - 1 and form not in _OTHER_WORDS:
            either = any(name.startswith(form) for name, country in names.items() if country == code)  # german-y, german
            what = "country" if kind != "people" else "either" if either else "people"
            stems.setdefault(form[:3], []).append((form, _ANY, code, what))
    peoples = {form: code for kind, code, form, open_end in written if kind == "people" and not open_end}
    known = _known(cities | names)
    longest: dict[str, int] = {}
    for name in known:
        first, *rest = name.split()
        if rest:
            longest[first] = max(longest.get(first, 0), 1 + len(rest))
    return Gazetteer(names=known, peoples=_known(peoples), stems=stems, longest=longest)


def _known(names: Mapping[str, str]) -> dict[str, str]:
    return {name: code for name, code in names.items() if name and name not in _OTHER_WORDS}


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
    peoples: set[str] = set()  # whoever is Syrian may be anywhere; who speaks German too
    at = 0
    while at < len(words):
        code, length, people = _at(words, at, known)
        if code and people:
            peoples.add(code)
        elif code:
            found[code] = found.get(code, 0) + _stays(code, words, at, language, known)
        at += length
    roles = _roles(found, meanings)
    come_from = sorted(peoples - _OF_STAY)
    if roles["back"] is None and len(come_from) == 1 and come_from[0] != roles["stay"]:
        roles["back"] = come_from[0]
    return Places(named=tuple(found), **roles)


def _stays(code: str, words: Sequence[str], at: int, language: str, known: Gazetteer) -> int:
    """How much speaks for this being the country of stay: what country it is, and how it is named."""
    score = 2 * (code in _OF_STAY) - 2 * (code in _OF_RETURN)
    for table, weight in ((_IN, 1), (_TO, -2)):
        if any(_marked(sign, words, at, known) for sign in table.get(language, ())):
            return score + weight
    return score


def _marked(sign: str, words: Sequence[str], at: int, known: Gazetteer) -> bool:
    """Whether a word stands before the name, or an ending on it (also behind an apostrophe, which became a space)."""
    if not sign.startswith("-"):
        return at > 0 and words[at - 1] == sign
    if at + 1 < len(words) and words[at + 1] == sign[1:]:
        return True
    return words[at] not in known.names and words[at].endswith(sign[1:])


def _roles(found: dict[str, int], meanings: Container[str]) -> dict[str, str | None]:
    """One country of stay and one of return at most; who names several of either kind is not guessed at."""
    shift = sum(one in meanings for one in _LIVING) > 0 if len(found) == 1 else 0
    going = any(one in meanings for one in _GOING)
    stays = [code for code, score in found.items() if score + shift > 0]
    backs = [code for code, score in found.items() if score < 0 or (score == 0 and going and len(found) > 1)]
    return {"stay": stays[0] if len(stays) == 1 else None, "back": backs[0] if len(backs) == 1 else None}


def _at(words: Sequence[str], at: int, known: Gazetteer) -> tuple[str | None, int, bool]:
    """The country whose name begins here, how many words it has, and whether it is rather a word for its people."""
    for length in range(known.longest.get(words[at], 0), 1, -1):
        if code := known.names.get(" ".join(words[at : at + length])):
            return code, length, False
    for word in (words[at], *(words[at][len(prefix) :] for prefix in _PREFIXES if words[at].startswith(prefix) and len(words[at]) > len(prefix) + 3)):
        if word in known.names and len(word) > 1:
            return known.names[word], 1, False
        if word in known.peoples:
            return known.peoples[word], 1, True
        begun = [stem for stem in known.stems.get(word[:3], ()) if word.startswith(stem[0]) and len(word) <= stem[1]]
        if begun:
            stem, _, code, what = max(begun, key=lambda stem: (len(stem[0]), stem[3]))
            people = what == "people" or (what == "either" and (word == stem or _OF_PEOPLE.search(word, len(stem)) is not None))
            return code, 1, people
    return None, 1, False
