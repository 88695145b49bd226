"""What changed between two wordings, word by word: nothing is left out, nothing is made up."""

import pytest

from bot.answers.changes import changed_sections, changes
from bot.answers.text import Text

PAIRS = [
    ("", ""),
    ("", "New."),
    ("Gone.", ""),
    ("You get 200 EUR.", "You get 300 EUR."),
    ("You may get help.", "You may not get any help."),
    ("One line.\n\nAnother.", "One line.\n\nBetween.\n\nAnother."),
    ("شما ۲۰۰ یورو می‌گیرید.", "شما ۳۰۰ یورو می‌گیرید."),
    ("[[de_money|at most 200 EUR]]", "[[de_money|at least 200 EUR]]"),
]


@pytest.mark.parametrize(("before", "after"), PAIRS)
def test_both_wordings_can_be_read_from_it(before: str, after: str) -> None:
    pieces = changes(before, after)
    assert "".join(one.text for one in pieces if one.kind != "new") == before
    assert "".join(one.text for one in pieces if one.kind != "gone") == after


def test_only_the_word_that_changed_is_marked() -> None:
    assert [(one.kind, one.text) for one in changes("You get 200 EUR.", "You get 300 EUR.") if one.kind != "same"] == [
        ("gone", "200"),
        ("new", "300"),
    ]
    assert [one.text for one in changes("می‌گیرید", "نمی‌گیرید") if one.kind != "same"] == ["می‌گیرید", "نمی‌گیرید"]  # joined letters are one word


def test_two_words_beside_each_other_are_one_change() -> None:
    kinds = [one.kind for one in changes("a red house here", "a blue tower here")]
    assert kinds == ["same", "gone", "new", "same"]


def test_sections_that_are_the_same_are_left_out() -> None:
    before = Text(kind="answer", name="x", language="en", title="T", text="One.", variants={"DE": "A.", "to IQ": "B."})
    after = Text(kind="answer", name="x", language="en", title="T", text="Two.", variants={"DE": "A.", "GR": "C."})
    assert list(changed_sections(before, after)) == ["", "GR", "to IQ"]
    assert list(changed_sections(None, after)) == ["title", "", "DE", "GR"]
