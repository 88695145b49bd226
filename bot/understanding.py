"""The commands that train, lint and measure the understanding."""

from __future__ import annotations

import asyncio
import json
import sys
from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TextIO

import yaml

import nlu
from bot.run import reader, train_if_needed
from bot.settings import Settings
from bot.teaching.measuring import predicted
from bot.teaching.store import MODEL
from nlu import evaluation, report
from nlu.lint import foreign, problems
from nlu.training import needs_training
from nlu.unseen import unseen

GATE = Path(nlu.__file__).parent / "gate.yml"


def train(settings: Settings, _arguments: Namespace) -> int:
    print(f"The model is in {train_if_needed(settings, force=True)}/.")
    return 0


def lint(settings: Settings, _arguments: Namespace) -> int:
    found = list(problems(settings.training_dir))
    model = settings.data_dir / MODEL
    if not needs_training(settings.training_dir, model):  # what looks foreign is told by a trained model
        found += foreign(model, settings.training_dir)
    print("\n".join(found) if found else "Nothing to mend.")
    return 1 if found else 0


def predict(settings: Settings, arguments: Namespace) -> int:
    async def run_it() -> None:
        read = reader(_with_engine(settings, arguments.engine))
        for line in _lines(arguments.file):
            text = str(line["text"])
            print(json.dumps(predicted(text, await read.read(text)), ensure_ascii=False))

    asyncio.run(run_it())
    return 0


def evaluate(settings: Settings, arguments: Namespace) -> int:
    """Figures of labelled messages, or of the cross-validation; with --gate an exit status that says whether they are good enough."""
    kind = "held_out" if arguments.file else "cross_validation"
    engine = arguments.engine or settings.nlu_engine
    found = evaluation.report(_read(settings, arguments.file, arguments.engine) if arguments.file else _cross_validated(settings))
    print(report.table(found))
    if arguments.write:
        _write(arguments.write, kind, engine, found, arguments.file)
    misses = evaluation.misses(found, yaml.safe_load(GATE.read_text("utf-8"))[kind]) if arguments.gate else []
    print("\n".join(misses), file=sys.stderr)
    return 1 if misses else 0


def _read(settings: Settings, files: Sequence[str], engine: str | None) -> list[evaluation.Pair]:
    async def run_it() -> list[evaluation.Pair]:
        read = reader(_with_engine(settings, engine))
        return [(line, predicted(str(line["text"]), await read.read(str(line["text"])))) for name in files for line in _lines(name)]

    return asyncio.run(run_it())


def _cross_validated(settings: Settings) -> list[evaluation.Pair]:
    """Each training sentence as models read it that had not seen it."""
    folder = train_if_needed(settings)
    read = reader(settings)
    found: list[evaluation.Pair] = []
    for one, language, scores, danger in unseen(folder, settings.training_dir):
        line = {"lang": one.language, "intent": one.intent, "style": evaluation.style_of(one.text, one.language)}
        found.append((line, predicted("", read.judged(one.text, one.language, language, scores, danger))))
    return found


def _write(folder: Path, kind: str, engine: str, found: evaluation.Report, files: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    name = kind.replace("_", "-") + ("" if engine == "embedded" else f"-{engine}")
    made_by = " ".join(["homeward nlu evaluate", *files, *(["--engine", engine] if engine != "embedded" else [])])
    title = {"held_out": "Messages that nobody trained on", "cross_validation": "Cross-validation on the training sentences"}[kind]
    (folder / f"{name}.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (folder / f"{name}.svg").write_text(report.picture(found["confusion"]), "utf-8")
    (folder / f"{name}.md").write_text(report.markdown(found, title, made_by, f"{name}.svg"), "utf-8")


def _lines(name: str) -> Iterator[dict[str, Any]]:
    """The JSON lines of a file ('-' is standard input), each with a text."""
    for number, line in enumerate(_opened(name), 1):
        if line.strip():
            try:
                found = json.loads(line)
                found["text"]
            except (ValueError, KeyError, TypeError):
                sys.exit(f"line {number}: is not a JSON object with `text`")
            yield found


def _opened(name: str) -> TextIO:
    try:
        return sys.stdin if name == "-" else Path(name).open(encoding="utf-8")
    except OSError as error:
        sys.exit(f"{name}: {error.strerror}")


def _with_engine(settings: Settings, engine: str | None) -> Settings:
    return settings.model_copy(update={"nlu_engine": engine}) if engine else settings
