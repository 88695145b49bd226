"""Saved replies as files, their blanks, and what keeps one from being saved."""

import pytest

from bot.answers.files import stems
from bot.cases.saved import FOLDER, LONGEST, Wording, blanks, fits_name, problems, read, unfilled
from bot.cases.texts import joined
from nlu import LANGUAGES
from tests.conftest import CONTENT

BLANKS = {
    "none": ("Hello.", []),
    "one": ("I write to you again {when}.", ["{when}"]),
    "in order, each once": ("{day}, {time}, {day}", ["{day}", "{time}"]),
    "of several words, in any alphabet": ("Termin: {Tag und Uhrzeit}, {где}", ["{Tag und Uhrzeit}", "{где}"]),
    "half filled is not filled": ("{when: tomorrow}", ["{when: tomorrow}"]),
    "braces around nothing, and braces that do not close, are no blanks": ("{} {a\nb} {", []),
}


@pytest.mark.parametrize(("text", "found"), BLANKS.values(), ids=BLANKS)
def test_blanks(text: str, found: list[str]) -> None:
    assert blanks(text) == unfilled(text) == found


def test_the_first_saved_replies_are_in_every_language_and_may_be_saved() -> None:
    by_name: dict[str, dict[str, Wording]] = {}
    for name, language, wording in read(CONTENT / FOLDER):
        by_name.setdefault(name, {})[language] = wording
    assert len(by_name) >= 10
    for name, wordings in by_name.items():
        assert fits_name(name)
        assert set(wordings) == set(LANGUAGES), name
        assert problems(wordings) == [], name


def test_a_locked_phone_shows_nothing_of_the_matter() -> None:
    """The first 60 characters of no saved reply hold a word that betrays it."""
    words: dict[str, list[str]] = {}
    for language, stem in stems(CONTENT):
        words.setdefault(language, []).append(stem)
    assert words
    first = [(name, language, f" {wording.text[:60].casefold()}") for name, language, wording in read(CONTENT / FOLDER)]
    assert [(name, language, stem) for name, language, text in first for stem in words.get(language, []) if f" {stem}" in text] == []


SOURCE = Wording(title="Appointment", text="{day}, {time}")
WRONG = {
    "no English": ({"de": SOURCE}, [("source", "en", "")]),
    "blanks that differ": ({"en": SOURCE, "de": Wording(title="Termin", text="{day}, {zeit}")}, [("blanks", "de", "{time}, {zeit}")]),
    "a title alone": ({"en": Wording(title="A", text="")}, [("half", "en", "")]),
    "too long": ({"en": Wording(title="A", text="x" * (LONGEST + 1))}, [("long", "en", "1601")]),
    "nothing": ({"en": SOURCE, "de": Wording(title="Termin", text="{time}: {day}")}, []),
}


@pytest.mark.parametrize(("wordings", "found"), WRONG.values(), ids=WRONG)
def test_what_keeps_a_reply_from_being_saved(wordings: dict[str, Wording], found: list[tuple[str, str, str]]) -> None:
    assert problems(wordings) == found


@pytest.mark.parametrize(("name", "fits"), [("greeting", True), ("a1_b", True), ("new", False), ("Greeting", False), ("a/b", False), ("", False)])
def test_names(name: str, *, fits: bool) -> None:
    assert fits_name(name) is fits


def test_inserting_puts_a_text_under_what_is_written() -> None:
    assert joined("", "b") == joined(" \n", "b") == "b"
    assert joined("a\n", "b") == "a\n\nb"
