"""A small but whole understanding, trained within seconds: some sentences of every intent in two languages, and messages to measure it with."""

from __future__ import annotations

import asyncio
import json
from collections import defaultdict
from pathlib import Path

from bot.run import TRAINING_DATA
from bot.teaching.measuring import predicted
from nlu import Engine, Reader
from nlu.examples import examples
from nlu.training import train

LANGUAGES, EACH = ("en", "fa"), 9  #: sentences of each intent


def make(folder: Path) -> Path:
    """The sentences under folder/data, the model of them in folder/model, and beside the sentences the messages that it reads surely."""
    data = folder / "data"
    for language in LANGUAGES:
        by_intent: dict[str, list[str]] = defaultdict(list)
        for example in examples(TRAINING_DATA):
            if example.language == language and len(by_intent[example.intent]) < EACH:
                by_intent[example.intent].append(example.text)
        lines = ["nlu:"]
        for intent, texts in by_intent.items():
            lines += [f"- intent: {intent}", "  examples: |", *(f"    - {text}" for text in texts)]
        (data / language).mkdir(parents=True)
        (data / language / "all.yml").write_text("\n".join(lines) + "\n", "utf-8")
    train(data, folder / "model")
    asyncio.run(_held_out(folder))
    return folder


async def _held_out(folder: Path) -> None:
    reader = Reader(Engine.load(folder / "model"))
    for language in LANGUAGES:
        lines = [json.loads(line) for line in (TRAINING_DATA.parent / "held-out" / f"{language}.jsonl").read_text("utf-8").splitlines()]
        kept = []
        for line in lines:
            found = predicted(line["text"], await reader.read(line["text"]))
            if found["intent"] == line["intent"] and found["language"] == language and found["confidence"] > 0.97:
                kept.append(line)
        path = folder / "held-out" / f"{language}.jsonl"
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in kept), "utf-8")
