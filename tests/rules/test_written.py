"""Numbers and lengths of time as the reader writes them."""

import pytest

from bot.i18n import CONSOLE, reading
from bot.web.pages import lasting, number


@pytest.mark.parametrize(
    ("language", "seconds", "words"),
    [
        ("en", 0, "0 sec"),
        ("en", 59, "59 sec"),
        ("en", 3599, "59 min"),
        ("en", 3600, "1 hr"),
        ("en", 200_000, "2 days 7 hr"),
        ("de", 5400, "1 Std. 30 Min."),
        ("ru", 5400, "1 ч 30 мин"),
    ],
)
def test_lengths_of_time(language: str, seconds: int, words: str) -> None:
    with reading(language):
        assert lasting(seconds) == words


def test_every_language_of_the_console_has_words_for_them() -> None:
    for language in CONSOLE:
        with reading(language):
            assert len({lasting(seconds) for seconds in (1, 60, 3600, 90_061)}) == 4


def test_numbers() -> None:
    with reading("de"):
        assert number(12345) == "12.345"
