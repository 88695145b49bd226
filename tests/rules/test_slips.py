"""Slips of translators, sentence by sentence: each is found, and no other wording of the same is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.answers.invariants import differences

ROWS: dict[str, dict[str, dict[str, list[str]]]] = yaml.safe_load((Path(__file__).parent / "slips.yml").read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(ROWS))
def test_other_words_for_the_same_are_equal(name: str) -> None:
    source = ROWS[name]["en"]["same"]
    pairs = [(one, other, language) for one in source for language, row in ROWS[name].items() for other in row["same"]]
    stopped = [(one, other) for one, other, language in pairs if differences(one, "en", other, language)]
    assert stopped == []
    assert [(other, one) for one, other, language in pairs if differences(other, language, one, "en")] == []


@pytest.mark.parametrize("name", sorted(ROWS))
def test_a_slip_is_found_in_every_language(name: str) -> None:
    source = ROWS[name]["en"]["same"]
    pairs = [(one, slip, language) for one in source for language, row in ROWS[name].items() for slip in row["slips"]]
    assert [(one, slip) for one, slip, language in pairs if not differences(one, "en", slip, language)] == []


def test_three_and_thirty_are_not_the_same_word() -> None:
    """In one spelling for all, they would be."""
    assert differences("Say three things.", "en", "سێ شت بڵێن.", "ckb") == []
    assert differences("It takes 3 weeks.", "en", "سی هەفتە دەخایەنێت.", "ckb") != []


@pytest.mark.parametrize(
    ("source", "text", "language", "found"),
    [
        ("Ask:\n{{contact:a}}\nCall:\n{{contact:b}}", "Fragen Sie:\n{{contact:b}}\nRufen Sie an:\n{{contact:a}}", "de", "place"),
        ("[[a|Ask for a lawyer.]] Go there.", "[[a| ]] Gehen Sie hin.", "de", "fact"),
        ("Groups called Medinetz help.", "Группы Medientz помогают.", "ru", "name"),
        ("The aid centre Solwodi helps.", "Центр Solvodi помогает.", "ru", "name"),
        ("IOM helps.", "Помогает ММО.", "ru", "name"),
        ("- Ask IOM about papers.\n- Ask URA about rent.", "- Fragen Sie URA nach Papieren.\n- Fragen Sie IOM nach der Miete.", "de", "name"),
        ("In November 2024.", "در نومبر (جولای) 2024.", "fa", "date"),
        ("It takes 14 days. You need not go.", "Es dauert 14 Tage. Sie müssen gehen.", "de", "negation"),
    ],
)
def test_what_belongs_to_no_figure_is_compared_too(source: str, text: str, language: str, found: str) -> None:
    assert {difference.kind for difference in differences(source, "en", text, language)} == {found}


@pytest.mark.parametrize(
    ("source", "text", "language"),
    [
        ("Call +49 30 123456.", "Rufen Sie 0049 (0)30 / 123456 an.", "de"),
        ("See bamf.de.", "bamf.de sayfasına bakın.", "tr"),
        ("You may stay at most 90 days.", "Sie dürfen nicht länger als 90 Tage bleiben.", "de"),
        ("It was in May 2027.", "Das war 05/2027.", "de"),
        ("This takes 7 to 30 days.", "Das dauert sieben bis dreißig Tage.", "de"),
        ("Advice is free and does not oblige you.", "Консультация бесплатна и ни к чему не обязывает.", "ru"),
    ],
)
def test_what_is_only_written_otherwise_is_equal(source: str, text: str, language: str) -> None:
    assert differences(source, "en", text, language) == []
