"""Two models read the same messages of ours: the figures of both, and what the new one lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.teaching.measuring import led_to, predicted
from bot.teaching.verdict import MEAN, MEASURES, Figure, Loss
from nlu import INTENTS, Reader, Risk
from nlu.evaluation import report

Line = Mapping[str, Any]  #: a message with `text`, `lang` and `intent`
Read = Sequence[dict[str, Any]]


async def readings(reader: Reader, lines: Sequence[Line]) -> Read:
    return [predicted(line["text"], await reader.read(line["text"])) for line in lines]


async def led(reader: Reader, questions: Sequence[Line]) -> list[str]:
    """Where each test question leads; empty: nowhere."""
    return [led_to(await reader.read(one["text"], prior=one["lang"])) or "" for one in questions]


def figures(lines: Sequence[Line], before: Read, after: Read) -> list[Figure]:
    """By language, the mean of all first."""
    if not lines:
        return []
    old, new = (report(list(zip(lines, read, strict=True))) for read in (before, after))
    groups = [(MEAN, old["mean_of_languages"], new["mean_of_languages"])]
    groups += [(language, old["languages"][language], new["languages"][language]) for language in old["languages"]]
    return [
        Figure(language=language, name=name, before=was[name], after=now[name])
        for language, was, now in groups
        for name in MEASURES
        if name in was and name in now
    ]


def losses(lines: Sequence[Line], before: Read, after: Read) -> Iterator[Loss]:
    """Danger that is missed now, and messages whose first intent is not right any more."""
    for line, was, now in zip(lines, before, after, strict=True):
        kind = _lost(line["intent"], was, now)
        if kind:
            yield Loss(kind=kind, language=line["lang"], intent=line["intent"], read_as=now["intent"], text=line["text"])


def _lost(intent: str, was: Line, now: Line) -> str:
    if INTENTS[intent].risk is Risk.URGENT and was["action"] == "urgent" and now["action"] != "urgent":
        return "urgent"
    return "worse" if was["intent"] == intent != now["intent"] else ""


def lost_questions(questions: Sequence[Line], before: Sequence[str], after: Sequence[str]) -> Iterator[Loss]:
    """Test questions that do not lead to their answer; those that did before are lost."""
    for one, was, now in zip(questions, before, after, strict=True):
        if now != one["intent"]:
            kind = "question" if was == one["intent"] else "failing"
            yield Loss(kind=kind, language=one["lang"], intent=one["intent"], read_as=now, text=one["text"])
