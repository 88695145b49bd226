"""One spelling for the many of a word or figure, with the way back to what was written: for comparing texts, not for reading them."""

from __future__ import annotations

import unicodedata
from functools import cached_property

#: Letters that are typed one for another, after case and marks are gone.
_SAME = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ێ": "ی", "ے": "ی", "ك": "ک", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۆ": "و", "ۇ": "و",
    "ڕ": "ر", "ړ": "ر", "ڵ": "ل", "ټ": "ت", "ډ": "د", "ڼ": "ن", "ګ": "گ", "ء": "", "ٱ": "ا", "ـ": "",
    "қ": "к", "ғ": "г", "ҳ": "х", "ҷ": "ч", "і": "и", "ъ": "", "ь": "", "ı": "i", "đ": "dj",
    "٫": ".", "٬": ",", "٪": "%", "–": "-", "−": "-", "‐": "-", "‑": "-", "‒": "-",
} | dict.fromkeys("ʻʼ’‘`´ʹ", "'") | dict.fromkeys("\u200c\u200d\u00ad\u200e\u200f\u2066\u2067\u2068\u2069\u202a\u202b\u202c", "")  # fmt: skip


class Folded:
    """A text in one spelling, with the way back to the text as written."""

    def __init__(self, written: str, text: str | None = None) -> None:
        self.written = written
        self.text = written.translate(_TABLE) if text is None else text

    @cached_property
    def places(self) -> list[int]:
        """For each letter of the folded text, where it stands in the text as written."""
        return [place for place, letter in enumerate(self.written) for _ in _TABLE[ord(letter)]]

    def shown(self, start: int, end: int) -> str:
        """What was written where the folded text has start..end."""
        return self.written[self.places[start] : self.places[end - 1] + 1].strip() if end > start else ""


class _Table(dict[int, str]):
    """What each letter becomes, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _letter(chr(code))
        return self[code]


def fold(text: str) -> Folded:
    """Lower case, Western digits, without accents, vowel marks and half-spaces; look-alike letters are one."""
    return Folded(text)


def folded(word: str) -> str:
    """A single word or phrase, folded."""
    return word.translate(_TABLE)


def _letter(letter: str) -> str:
    if letter in _SAME:
        return _SAME[letter]
    plain = "".join(one for one in unicodedata.normalize("NFKD", letter.casefold()) if not unicodedata.combining(one))
    return "".join(str(unicodedata.digit(one)) if one.isdigit() else _SAME.get(one, one) for one in plain)


_TABLE = _Table()
