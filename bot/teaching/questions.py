"""Test questions: each answer keeps questions that must lead to it. Never training data, and no training sentence is ever one."""

from __future__ import annotations

import asyncio
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.text import Key
from bot.errors import ContentError
from bot.teaching.known import trained
from bot.teaching.measuring import led_to
from bot.teaching.models import Sentence, TestQuestion
from bot.teaching.sentences import LONGEST, SHORTEST, teachable
from nlu import INTENTS, LANGUAGES, Reader, Reading
from nlu.text import normalise

FOLDER = "questions"  #: inside content/


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A test question, and how a model reads it."""

    question: TestQuestion
    reading: Reading

    @property
    def leads(self) -> bool:
        """Whether its answer is given at once, or offered first."""
        return led_to(self.reading) == self.question.intent


async def questions(session: AsyncSession, intent: str | None = None, language: str | None = None) -> list[TestQuestion]:
    query = select(TestQuestion).order_by(TestQuestion.intent, TestQuestion.language, TestQuestion.id)
    if intent:
        query = query.where(TestQuestion.intent == intent)
    return list(await session.scalars(query.where(TestQuestion.language == language) if language else query))


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many questions each answer has."""
    rows = await session.execute(select(TestQuestion.intent, func.count()).group_by(TestQuestion.intent))
    return {intent: count for intent, count in rows}  # noqa: C416  (a row is no pair to mypy)


async def read(found: list[TestQuestion], reader: Reader) -> list[Asked]:
    """Each question as somebody asks it who speaks its language with the bot."""
    return [Asked(question=one, reading=await reader.read(one.text, prior=one.language)) for one in found]


async def failing(session: AsyncSession, reader: Reader, key: Key) -> list[Asked]:
    """The questions in the language of an answer that do not lead to it now; a phrase has none."""
    found = await questions(session, key.name, key.language) if key.kind == "answer" else []
    return [one for one in await read(found, reader) if not one.leads]


async def ask(session: AsyncSession, data: Path, text: str, language: str, intent: str, member_id: uuid.UUID | None) -> TestQuestion | str:
    """Keep a question; a code says why not."""
    text = await asyncio.to_thread(teachable, text, language)
    if problem := _unfit(text, language, intent):
        return problem
    normal = normalise(text)
    if await session.scalar(select(TestQuestion.id).where(TestQuestion.language == language, TestQuestion.normal == normal)):
        return "twice"
    if await _is_trained(session, data, language, normal):
        return "trained"
    question = TestQuestion(intent=intent, language=language, text=text, normal=normal, member_id=member_id)
    session.add(question)
    await session.flush()
    return question


def _unfit(text: str, language: str, intent: str) -> str:
    if intent not in INTENTS:
        return "intent"
    if language not in LANGUAGES:
        return "language"
    if len(normalise(text)) < SHORTEST:
        return "empty"
    return "long" if len(text) > LONGEST else ""


async def _is_trained(session: AsyncSession, data: Path, language: str, normal: str) -> bool:
    taught = select(Sentence.id).where(Sentence.normal == normal).limit(1)
    return normal in await asyncio.to_thread(trained, data, language) or await session.scalar(taught) is not None


# --- their portable form ----------------------------------------------------------------------------------------------------


def question_files(folder: Path) -> Iterator[tuple[Path, str, str, str]]:
    """(file, language, intent, question) of everything under content/questions; ContentError names a file that cannot be read."""
    for path in sorted(folder.glob("*.yml")):
        try:
            found: dict[str, list[Any]] = yaml.safe_load(path.read_text("utf-8")) or {}
            yield from ((path, path.stem.split("_")[0], intent, str(text)) for intent, texts in found.items() for text in texts)
        except (yaml.YAMLError, AttributeError, TypeError) as error:
            raise ContentError(f"{path}: is no YAML of the form `intent: [questions]`") from error


def question_problems(folder: Path, data: Path) -> Iterator[str]:
    """Everything that is wrong with the questions under `folder`, a sentence each."""
    places: dict[tuple[str, str], str] = {}
    for path, language, intent, text in question_files(folder):
        normal = normalise(text)
        if problem := _unfit(text, language, intent):
            yield f"{path.name}: {intent}: «{text}»: {problem}"
        elif normal in trained(data, language):
            yield f"{path.name}: {intent}: «{text}» is a training sentence; a test needs one that no model has seen"
        elif (language, normal) in places:
            yield f"{path.name}: {intent}: «{text}» stands there twice (also under {places[language, normal]})"
        else:
            places[language, normal] = intent


async def load_questions(session: AsyncSession, folder: Path) -> int:
    """Take in what is new in content/questions; what is taught already is left out. How many questions are new."""
    taught = {(language, normal) for language, normal in await session.execute(select(Sentence.language, Sentence.normal))}
    count = 0
    for _, language, intent, text in question_files(folder):
        normal = normalise(text)
        if _unfit(text, language, intent) or (language, normal) in taught:
            continue
        values = {"intent": intent, "language": language, "text": text.strip(), "normal": normal, "member_id": None, "created_at": func.now()}
        done = await session.execute(insert(TestQuestion).values(values).on_conflict_do_nothing().returning(TestQuestion.id))
        count += len(done.all())
    return count


async def export_questions(session: AsyncSession, folder: Path) -> int:
    """Write every question into content/questions, one file for each language; parts of a language that were files of their own go into it. How many files."""
    by_language: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for question in await questions(session):
        by_language[question.language].setdefault(question.intent, []).append(question.text)
    for language, found in by_language.items():
        _write(folder, language, found)
    return len(by_language)


def _write(folder: Path, language: str, found: dict[str, list[str]]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for part in folder.glob(f"{language}_*.yml"):
        part.unlink()
    (folder / f"{language}.yml").write_text(yaml.safe_dump(found, allow_unicode=True, width=1000, sort_keys=False), "utf-8")
