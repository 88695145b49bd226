"""A sentence may name no figure that the fact behind it does not, in whatever way its language parts thousands."""

import pytest

from bot.answers.fact_figures import beyond
from bot.answers.text import Text

FACTS = {"start": ("To begin again: 1,000 EUR, under 18 years 500 EUR.", "2024-04-08"), "bus": ("Buses go to 2 countries.", "undated")}


def found(language: str, text: str, **variants: str) -> list[tuple[str, str, tuple[str, ...]]]:
    written = Text(kind="answer", name="return_money", language=language, title="500", text=text, variants=variants)
    return [(one.fact, one.section, one.figures) for one in beyond(written, FACTS)]


@pytest.mark.parametrize("thousand", ["1,000", "1.000", "1 000", "1\u00a0000", "1\u202f000", "1'000", "1000", "۱۰۰۰"])
def test_the_same_figure_in_every_writing(thousand: str) -> None:
    assert found("de", f"[[start|{thousand} EUR (2024)]]") == []


def test_another_figure_is_named_with_its_fact_and_its_place() -> None:
    assert found("en", "Ask us.", DE="- [[start|1,500 EUR, under 18 years 500 EUR]]\n- [[bus|Buses go to 500 places, or 3.]]") == [
        ("start", "DE", ("1,500",)),
        ("bus", "DE", ("500", "3")),
    ]


def test_what_no_fact_carries_is_told_elsewhere() -> None:
    assert found("en", "For 7 people. [[nobody_knows|8 EUR]]") == []
