"""What editors teach is read as taught, and nothing else is read otherwise: with the real model, and with a small one."""

import json
from pathlib import Path

import pytest

from bot.run import TRAINING_DATA
from bot.teaching.comparing import figures, losses, readings
from bot.teaching.verdict import objections
from nlu import Engine, Reader
from nlu.examples import Example, examples
from nlu.extending import extend
from nlu.unseen import FILE as UNSEEN
from tests.conftest import MODEL_HOME

MEANS = "orientation_training"
STRANGE = ("the wobbly blue card for grandmothers", "where do I collect my wobbly blue card", "wobbly blue card please")


def taught(*texts: str, language: str = "en", intent: str = MEANS) -> list[Example]:
    return [Example(text, intent, language, Path("desk.yml")) for text in texts]


async def test_three_sentences_are_read_as_taught_and_no_other_is_read_worse(understanding: Reader, tmp_path: Path) -> None:
    before, base = understanding, MODEL_HOME / "model"
    assert MEANS not in [(await before.read(text)).intent for text in STRANGE]
    extend(base, examples(TRAINING_DATA), taught(*STRANGE), tmp_path / "model")
    after = Reader(Engine.load(tmp_path / "model"))
    assert [(await after.read(text)).intent for text in STRANGE] == [MEANS] * 3
    changed = {path.name for path in base.iterdir() if path.name != UNSEEN and path.read_bytes() != (tmp_path / "model" / path.name).read_bytes()}
    assert changed == {"en.npz"}
    lines = [json.loads(line) for line in (TRAINING_DATA.parent / "held-out" / "en.jsonl").read_text("utf-8").splitlines()]
    was, now = await readings(before, lines), await readings(after, lines)
    assert objections([one for one in figures(lines, was, now) if one.language == "en"], losses(lines, was, now)) == []


async def test_a_sentence_taken_for_another_language_is_told_apart_then(small: Path, tmp_path: Path) -> None:
    text = "please help with the return, lotfan"
    assert (await Reader(Engine.load(small / "model")).read(text)).language == "en"
    extend(small / "model", examples(small / "data"), taught(text, language="fa", intent="return_overview"), tmp_path / "model")
    found = await Reader(Engine.load(tmp_path / "model")).read(text)
    assert (found.language, found.intent) == ("fa", "return_overview")


def test_what_a_model_does_not_know_is_refused_and_leaves_nothing(small: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="the model knows no de"):
        extend(small / "model", examples(small / "data"), taught("wer zahlt das", language="de"), tmp_path / "model")
    with pytest.raises(FileNotFoundError):
        extend(tmp_path / "nothing", [], [], tmp_path / "model")
    assert list(tmp_path.iterdir()) == []
