"""What the report counts, and that the gate stops a release that has become worse."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
import yaml

from bot.understanding import GATE, predicted
from nlu import INTENTS, LANGUAGES, Reader
from nlu.evaluation import MEANS, Pair, measures, misses, report, style_of
from nlu.report import markdown, picture, table

HELD_OUT = sorted((Path(__file__).parents[2] / "nlu/held-out").glob("*.jsonl"))


def found(intent: str, *others: str, action: str = "answer", language: str = "en", offered: tuple[str, ...] = ()) -> dict[str, Any]:
    ranking = [{"intent": name} for name in (intent, *others)]
    return {"intent": intent, "ranking": ranking, "action": action, "language": language, "offered": offered}


def meant(intent: str, language: str = "en", style: str = "plain") -> dict[str, str]:
    return {"intent": intent, "lang": language, "style": style}


PAIRS: list[Pair] = [
    (meant("return_cost"), found("return_cost")),
    (meant("return_money", style="short"), found("return_cost", "return_money")),
    (meant("reentry", "fa"), found("greet", action="clarify", language="ar", offered=("reentry",))),
    (meant("self_harm", "fa"), found("self_harm", action="urgent", language="fa")),
    (meant("medical_emergency"), found("thanks", action="handover")),
    (meant("thanks"), found("self_harm", action="urgent")),
    (meant("out_of_scope"), found("return_cost")),
    (meant("out_of_scope"), found("return_cost", action="clarify", offered=("return_cost",))),
]


def test_every_figure_is_what_it_says() -> None:
    assert measures(PAIRS) == {
        "n": 8, "first": 25.0, "three": 37.5, "f1": 15.2, "language": 87.5, "answered": 37.5, "wrongly": 25.0, "served": 62.5,
        "urgent": 50.0, "alarms": 16.7, "kept_out": 50.0,
    }  # fmt: skip


def test_languages_count_alike_however_many_messages_they_have() -> None:
    whole = report(PAIRS)
    assert whole["mean_of_languages"]["first"] == round((16.7 + 50.0) / 2, 1)
    assert (whole["weakest_language"], whole["weakest_style"]) == (16.7, 0.0)


def test_a_label_that_is_no_intent_is_refused() -> None:
    with pytest.raises(ValueError, match=r"intents\.yml"):
        report([(meant("teleportation"), found("greet"))])


@pytest.mark.parametrize(
    ("text", "language", "style"),
    [
        ("mikham bargardam iran", "fa", "roman"),
        ("passport lost", "en", "short"),
        ("слово " * 25, "ru", "story"),
        ("ich will nach Hause gehen", "de", "plain"),
    ],
)
def test_the_form_of_a_message_tells_its_style(text: str, language: str, style: str) -> None:
    assert style_of(text, language) == style


def test_the_report_can_be_read_by_people_and_its_picture_by_a_browser() -> None:
    whole = report(PAIRS)
    assert len({len(line) for line in table(whole).splitlines()}) == 1
    page = markdown(whole, "Title", "homeward nlu evaluate", "confusion.svg")
    assert all(f"**{name}**" in page for name in MEANS)
    assert "return_money as return_cost: 1" in page
    drawn = ET.fromstring(picture(whole["confusion"]))
    titles = [each.text for each in drawn.iter("{http://www.w3.org/2000/svg}title")]
    assert "return_money understood as return_cost: 1 of 1" in titles


async def _held_out(understanding: Reader) -> list[Pair]:
    lines = [json.loads(line) for path in HELD_OUT for line in path.read_text("utf-8").splitlines()]
    return [(line, predicted(line["text"], await understanding.read(line["text"]))) for line in lines]


async def test_held_out_messages_pass_the_gate_and_a_planted_regression_does_not(understanding: Reader) -> None:
    pairs, floors = await _held_out(understanding), yaml.safe_load(GATE.read_text("utf-8"))["held_out"]
    assert {line["lang"] for line, _ in pairs} == set(LANGUAGES)
    assert {line["intent"] for line, _ in pairs} == set(INTENTS)
    assert misses(report(pairs), floors) == []
    dice = random.Random(7)
    worse = [(line, {**found, "intent": "greet", "ranking": [{"intent": "greet"}]} if dice.random() < 0.1 else found) for line, found in pairs]
    assert any("first" in miss for miss in misses(report(worse), floors))


def test_the_command_fails_where_the_gate_is_missed(tmp_path: Path, understanding: Reader) -> None:
    assert understanding  # trained
    file = tmp_path / "labelled.jsonl"
    file.write_text(
        "".join(json.dumps({"text": "is the return free of charge?", "lang": "en", "intent": intent}) + "\n" for intent in ("greet", "thanks"))
    )
    command = [sys.executable, "-m", "bot", "nlu", "evaluate", str(file), "--gate", "--write", str(tmp_path / "out")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "first is 0.0 %" in done.stderr
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"held-out.json", "held-out.md", "held-out.svg"}
