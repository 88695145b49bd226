"""Translations that are right differ in nothing; hundreds of planted mistakes are found, in every language."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
import yaml

from bot.answers.files import read
from bot.answers.invariants import KINDS, Difference, compare, differences
from bot.answers.text import Text
from nlu import LANGUAGES
from tests.rules.mutations import KINDS as MISTAKES
from tests.rules.mutations import mutants

CONTENT = Path(__file__).parents[2] / "content"
PARALLEL: dict[str, dict[str, str]] = yaml.safe_load((Path(__file__).parent / "parallel.yml").read_text("utf-8"))


@cache
def catalogue() -> list[tuple[Text, Text]]:
    """Every translation with the source it was made from. One whose source has changed since is outdated, and not expected to agree."""
    texts = read(CONTENT)
    sources = {(text.kind, text.name): text for text in texts if text.language == "en"}
    pairs = [(sources[text.kind, text.name], text) for text in texts if text.language != "en"]
    return [(source, text) for source, text in pairs if text.kind == "phrase" or text.made_from == source.meaning]


def planted() -> Iterator[tuple[str, str, bool]]:
    """Every planted mistake with its language, and whether it is found."""
    chance = random.Random(20261128)
    sections = [(row["en"], text, language) for row in PARALLEL.values() for language, text in row.items()]
    sections += [  # of the catalogue, what is current
        (source.sections[name], text.sections[name], text.language)
        for source, text in catalogue()
        for name in source.sections.keys() & text.sections.keys()
        if name != "title" and text.kind == "answer"
    ]
    for theirs, ours, language in sections:
        if not differences(theirs, "en", ours, language):
            yield from (
                (kind, language, bool(differences(theirs, "en", mutant, language))) for kind, mutant in mutants(ours, language, chance, each=2)
            )


@pytest.mark.parametrize("language", sorted(LANGUAGES))
@pytest.mark.parametrize("name", sorted(PARALLEL))
def test_equal_sentences_are_equal_in_all_languages(name: str, language: str) -> None:
    row = PARALLEL[name]
    assert differences(row["en"], "en", row[language], language) == []
    assert differences(row[language], language, row["en"], "en") == []


def test_hardly_a_translation_is_stopped_for_nothing() -> None:
    stopped = {
        f"{text.name}/{text.language}": found
        for source, text in catalogue()
        if (found := compare(source.sections, "en", text.sections, text.language))
    }
    assert len(catalogue()) > 300
    assert len(stopped) < 0.02 * len(catalogue()), stopped


def test_of_a_hundred_mistakes_ninety_nine_are_found() -> None:
    made, found = Counter[str](), Counter[str]()
    of_figures, found_figures = 0, 0
    for kind, language, seen in planted():
        made[kind] += 1
        made[language] += 1
        found[kind] += seen
        found[language] += seen
        if kind.partition(" ")[0] not in ("place", "fact", "name"):  # there are many of these, and they are easy
            of_figures += 1
            found_figures += seen
    assert made.keys() == MISTAKES.keys() | LANGUAGES
    assert sum(made[kind] for kind in MISTAKES) >= 600
    assert found_figures >= 0.99 * of_figures >= 600, (of_figures, found_figures)
    assert {key: (found[key], made[key]) for key in made if found[key] < 0.95 * made[key]} == {}


@pytest.mark.parametrize(
    ("language", "text", "kind"),
    [
        ("de", "[[a|eine Familie mindestens 4.000 EUR]]", "negation"),
        ("de", "[[a|eine Familie 4.000 EUR]]", "negation"),
        ("de", "[[a|eine Familie höchstens 4.000 USD]]", "amount"),
        ("de", "[[a|eine Familie höchstens 400 EUR]]", "amount"),
        ("de", "[[a|eine Familie bekommt nicht höchstens 4.000 EUR]]", "negation"),
        ("de", "[[b|eine Familie höchstens 4.000 EUR]]", "fact"),
        ("de", "eine Familie höchstens 4.000 EUR", "fact"),
        ("de", "[[a|eine Familie höchstens 4.000 EUR]] {{contact:de_centres}}", "place"),
        ("de", "[[a|eine Familie höchstens 4.000 EUR von IOM]]", "name"),
        ("de", "[[a|eine Familie höchstens 4.000 EUR: www.example.org]]", "link"),
        ("de", "[[a|eine Familie höchstens 4.000 EUR ab 31. Mai 2027]]", "date"),
        ("de", "[[a|eine Familie höchstens 4.000 EUR: +49 30 123456]]", "phone"),
        ("de", "[[a|eine Familie höchstens 4.000 EUR nach 3 Tagen]]", "number"),
    ],
)
def test_each_difference_has_its_kind(language: str, text: str, kind: str) -> None:
    found = differences("[[a|a family at most 4,000 EUR]]", "en", text, language)
    assert kind in {difference.kind for difference in found}
    assert {difference.kind for difference in found} <= set(KINDS)


def test_what_is_shown_stands_in_the_texts() -> None:
    [found] = differences("- [[a|a family at most 4,000 EUR]]", "en", "- [[a|یک خانواده حداقل ۴٬۰۰۰ یورو]]", "fa")
    assert found == Difference("negation", ("at most 4,000 EUR",), ("حداقل ۴٬۰۰۰ یورو",))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("de", "Es dauert zwei Wochen."),
        ("ar", "المدة أسبوعان."),
        ("tg", "Ин ду ҳафта мегирад."),
        ("fa", "این دو هفته طول می‌کشد."),
        ("tr", "Bu iki hafta sürer."),
        ("ru", "Это занимает две недели."),
        ("fa", "این ۲ هفته طول می‌کشد."),
        ("ckb", "ئەمە ٢ هەفتە دەخایەنێت."),
    ],
)
def test_a_word_may_stand_for_a_digit(language: str, text: str) -> None:
    assert differences("It takes 2 weeks.", "en", text, language) == []
    assert differences(text, language, "It takes 2 weeks.", "en") == []
    assert differences("It takes 3 weeks.", "en", text, language) != []


@pytest.mark.parametrize("text", ["Es dauert.", "Es dauert Wochen.", "Es dauert eine Woche.", "Es dauert 2 Tage."])
def test_a_digit_that_is_gone_or_changed_is_missed(text: str) -> None:
    assert differences("It takes 2 weeks.", "en", text, "de") != []


def test_two_spans_that_swapped_their_figures_are_told_apart() -> None:
    source = "- [[a|mainland: 1,000 EUR]]\n- [[b|islands: 500 EUR]]"
    assert differences(source, "en", "- [[a|Festland: 500 EUR]]\n- [[b|Inseln: 1.000 EUR]]", "de") != []
    assert differences(source, "en", "- [[b|Inseln: 500 EUR]]\n- [[a|Festland: 1.000 EUR]]", "de") == []


def test_sections_are_compared_by_their_names() -> None:
    source = {"title": "Money", "": "Ask.", "DE": "[[a|200 EUR]]", "to IQ": "[[b|up to 3 months]]"}
    found = compare(source, "en", {"title": "Geld", "": "Fragen Sie.", "DE": "[[a|200 EUR]]", "to SY": "x"}, "de")
    assert found == [("to IQ", Difference("section", ("to IQ",), ())), ("to SY", Difference("section", (), ("to SY",)))]


def test_one_answer_in_all_languages_is_read_while_one_waits() -> None:
    from bot.answers.claims import claims

    text = "\n".join(row["en"] for row in PARALLEL.values())
    others = {language: "\n".join(row[language] for row in PARALLEL.values()) for language in LANGUAGES if language != "en"}
    for language, other in others.items():
        differences(text, "en", other, language)
    claims.cache_clear()
    began = time.process_time()
    for language, other in others.items():
        differences(text, "en", other, language)
    assert time.process_time() - began < 0.5  # a text with more figures than any answer; about 0.06 s on two slow cores
