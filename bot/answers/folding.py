"""One spelling for the many of a word or figure, with the way back to what was written: for comparing texts, not for reading them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache

#: Letters that are typed one for another, after case and marks are gone.
_SAME = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ێ": "ی", "ے": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۆ": "و", "ۇ": "و",
    "ڕ": "ر", "ړ": "ر", "ڵ": "ل", "ټ": "ت", "ډ": "د", "ڼ": "ن", "ګ": "گ", "ء": "", "ٱ": "ا", "ـ": "",
    "қ": "к", "ғ": "г", "ҳ": "х", "ҷ": "ч", "і": "и", "ъ": "", "ь": "", "ı": "i", "đ": "dj",
    "٫": ".", "٬": ",", "٪": "%", "–": "-", "−": "-", "‐": "-", "‑": "-", "‒": "-",
} | dict.fromkeys("ʻʼ’‘`´ʹ", "'") | dict.fromkeys("\u200c\u200d\u00ad\u200e\u200f\u2066\u2067\u2068\u2069\u202a\u202b\u202c", "")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in one spelling; `places[i]` is where the letter `i` of it stands in the text as written."""

    text: str
    written: str
    places: tuple[int, ...]

    def shown(self, start: int, end: int) -> str:
        """What was written where the folded text has start..end."""
        if end <= start:
            return ""
        return self.written[self.places[start] : self.places[end - 1] + 1].strip()


def fold(text: str) -> Folded:
    """Lower case, Western digits, without accents, vowel marks and half-spaces; look-alike letters are one."""
    letters: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        for one in _letter(letter):
            letters.append(one)
            places.append(place)
    return Folded("".join(letters), text, tuple(places))


def folded(word: str) -> str:
    """A single word or phrase, folded."""
    return "".join(map(_letter, word))


@cache
def _letter(letter: str) -> str:
    if letter in _SAME:
        return _SAME[letter]
    plain = "".join(one for one in unicodedata.normalize("NFKD", letter.casefold()) if not unicodedata.combining(one))
    return "".join(str(unicodedata.digit(one)) if one.isdigit() else _SAME.get(one, one) for one in plain)
