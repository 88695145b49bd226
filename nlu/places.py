"""Which countries a text names, in any of our languages: the names of CLDR, with the endings and prefixes that languages add."""

from __future__ import annotations

from functools import cache

from babel import Locale

from nlu.text import normalise

_LOCALES = ("en", "de", "fr", "ru", "tg", "uz_Latn", "uz_Cyrl", "fa", "ps", "ar", "ckb", "tr", "sq", "sr_Cyrl", "sr_Latn")
#: What people write and CLDR does not have.
_ALSO = {
    "uk": "GB", "england": "GB", "britain": "GB", "usa": "US", "america": "US", "germani": "DE", "germania": "DE", "alman": "DE", "almania": "DE", "almanya": "DE",
    "kosova": "XK", "kosove": "XK", "turkey": "TR", "turkiye": "TR", "holland": "NL", "hollande": "NL", "olmon": "DE", "olmoniya": "DE", "олмон": "DE", "олмония": "DE",
    "росия": "RU", "русия": "RU", "урусия": "RU", "туркия": "TR", "юнон": "GR", "تورکیا": "TR", "ئەڵمانیا": "DE", "يونان": "GR", "اليونان": "GR", "greqi": "GR", "gjermani": "DE",
}  # fmt: skip
#: Names that are everyday words in another of our languages: financial, small, mountain, I, full.
_OTHER_WORDS = frozenset(normalise(word) for word in ("مالی", "mali", "мали", "man", "پرو", "чад", "chad", "нигер"))
_PREFIXES = ("وال", "بال", "لل", "ال", "و", "ب", "ل", "ف")
_ENDING = 5  #: letters that an ending may have: Germaniya-dan, Германия-даман
_SHORTEST = 5  #: letters of a name from which an ending may follow


@cache
def known() -> dict[str, str]:
    """The country of each name, folded; longer codes are regions of the world."""
    found: dict[str, str] = {}
    for locale in _LOCALES:
        for code, name in Locale.parse(locale).territories.items():
            if len(code) == 2 and code.isalpha() and code not in ("EU", "EZ", "UN", "ZZ", "XA", "XB"):
                found.setdefault(normalise(name), code)
    found |= {normalise(name): code for name, code in _ALSO.items()}
    return {name: code for name, code in found.items() if name and name not in _OTHER_WORDS}


@cache
def _stems() -> dict[str, list[tuple[str, int, str]]]:
    """Names of one word without their last vowels, the longest word they may begin, and the country; by their first letters."""
    found: dict[str, list[tuple[str, int, str]]] = {}
    for name, code in known().items():
        if " " not in name and len(name) >= _SHORTEST:
            stem = name.rstrip("aeiouyаеиоуыяюйіیاه") if len(name) > _SHORTEST else name
            found.setdefault(name[:3], []).append((stem if len(stem) >= _SHORTEST - 1 else name, len(name) + _ENDING, code))
    return found


def places(text: str) -> tuple[str, ...]:
    """ISO 3166-1 codes in the order named, each once."""
    words = normalise(text).split()
    found: list[str] = []
    at = 0
    while at < len(words):
        code, length = _at(words, at)
        if code and code not in found:
            found.append(code)
        at += length
    return tuple(found)


def _at(words: list[str], at: int) -> tuple[str | None, int]:
    """The country whose name begins here, and how many words it has."""
    for length in (4, 3, 2):
        if code := known().get(" ".join(words[at : at + length])):
            return code, length
    for word in (words[at], *(words[at][len(prefix) :] for prefix in _PREFIXES if words[at].startswith(prefix) and len(words[at]) > len(prefix) + 3)):
        if (code := known().get(word)) and len(word) > 2:
            return code, 1
        endings = [(stem, code) for stem, longest, code in _stems().get(word[:3], ()) if word.startswith(stem) and len(word) <= longest]
        if endings:
            return max(endings, key=lambda found: len(found[0]))[1], 1
    return None, 1
