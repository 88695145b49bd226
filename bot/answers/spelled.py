"""Numbers written as words: «two hundred and fifty», «dix-huit», «خمسة وعشرون», one value each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_ONES = ("", "ein", "zwei", "drei", "vier", "funf", "sechs", "sieben", "acht", "neun")
_TENS = {20: "zwanzig", 30: "dreissig", 40: "vierzig", 50: "funfzig", 60: "sechzig", 70: "siebzig", 80: "achtzig", 90: "neunzig"}


def german() -> dict[str, int]:
    """German writes its longer numbers as one word."""
    made = {f"{one}und{ten}": value + place for value, ten in _TENS.items() for place, one in enumerate(_ONES) if place}
    made |= {f"{one}hundert": place * 100 for place, one in enumerate(_ONES) if place}
    heads = {
        **{one: place for place, one in enumerate(_ONES) if place},
        "zehn": 10,
        "elf": 11,
        "zwolf": 12,
        "funfzehn": 15,
        **{t: v for v, t in _TENS.items()},
    }
    made |= {f"{head}tausend": value * 1000 for head, value in heads.items()}
    made |= {
        f"{one}tausend{more}hundert": place * 1000 + rest * 100 for place, one in enumerate(_ONES) if place for rest, more in enumerate(_ONES) if rest
    }
    return made | {f"{one}hundert{ten}": place * 100 + value for place, one in enumerate(_ONES) if place for value, ten in _TENS.items()}


def spelled(text: str, number: re.Pattern[str], joins: re.Pattern[str], values: Mapping[str, int]) -> Iterator[tuple[int, int, int]]:
    """Where each number stands and what it is; words that make one number together are one."""
    start, end, thousands, value = 0, 0, 0, 0
    for match in number.finditer(text):
        word = values[" ".join(match[1].split())]
        joined = _joined(thousands, value, word) if value + thousands and joins.fullmatch(text, end, match.start(1)) else None
        if joined:
            thousands, value, end = *joined, match.end()
            continue
        if end:
            yield start, end, thousands + value
        start, end = match.span(1)
        thousands, value = 0, word
    if end:
        yield start, end, thousands + value


def _joined(thousands: int, value: int, word: int) -> tuple[int, int] | None:
    """What two words say together; None if they are two numbers."""
    if word == 1000 and 0 < value < 1000 and not thousands:
        return value * 1000, 0
    if word == 100 and 1 < value < 10:
        return thousands, value * 100
    if word < 100 and value >= 100 and value % 100 == 0 and value < 1000:
        return thousands, value + word
    if value >= 1000 and value % 1000 == 0 and word < 1000:
        return value, word
    if thousands and not value and word < 1000:
        return thousands, word
    low, high = value % 100, value - value % 100
    if (low in range(20, 100, 10) and word < 10) or (low in (60, 80) and 10 < word < 20) or (low == 10 and 6 < word < 10):
        return thousands, value + word
    return (thousands, high + low + word) if 1 < low < 10 and word in range(20, 100, 10) else None
