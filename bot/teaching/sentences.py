"""Sentences that editors teach: kept with who and when, redacted again, never one that a model is measured with."""

from __future__ import annotations

import asyncio
import unicodedata
import uuid
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import one_at_a_time
from bot.teaching.known import held_out, trained
from bot.teaching.models import MissingTopic, Sentence, TestQuestion
from bot.teaching.redaction import bare, redacted
from nlu import INTENTS, LANGUAGES
from nlu.text import normalise

LONGEST, SHORTEST = 300, 2  #: characters of a sentence that is taught; letters and digits that understanding must see of it
LONGEST_NAME = 60  #: characters of the name of a missing topic


def tidy(text: str) -> str:
    """One line without control characters; joiners of Arabic letters stay."""
    return " ".join("".join(c for c in text if unicodedata.category(c) != "Cc" or c in "\n\t\r").split())


def teachable(text: str, language: str) -> str:
    """What may be kept of a text: no personal data, no marks."""
    return bare(redacted(bare(tidy(text)), language))


async def why_not(session: AsyncSession, data: Path, text: str, language: str, intent: str) -> str:
    """Why a sentence cannot be taught, as a code; empty where it can."""
    normal = normalise(text)
    if intent not in INTENTS:
        return "intent"
    if language not in LANGUAGES:
        return "language"
    if len(normal) < SHORTEST:
        return "empty"
    if len(text) > LONGEST:
        return "long"
    if normal in await asyncio.to_thread(held_out, data):
        return "held_out"
    if await session.scalar(select(TestQuestion.id).where(TestQuestion.normal == normal).limit(1)):
        return "question"
    return await _known(session, data, normal, language, intent)


async def _known(session: AsyncSession, data: Path, normal: str, language: str, intent: str) -> str:
    """Whether the sentence is taught already: for this intent, or for another, which would teach a contradiction."""
    taught = await session.scalar(select(Sentence.intent).where(Sentence.language == language, Sentence.normal == normal).limit(1))
    known = taught or (await asyncio.to_thread(trained, data, language)).get(normal)
    if known is None:
        return ""
    return "known" if known == intent else "elsewhere"


async def teach(session: AsyncSession, data: Path, text: str, language: str, intent: str, member_id: uuid.UUID | None, source: str) -> Sentence | str:
    """Keep a sentence for the next training; a code says why not."""
    text = await asyncio.to_thread(teachable, text, language)
    await one_at_a_time(session, "teaching")
    if problem := await why_not(session, data, text, language, intent):
        return problem
    sentence = Sentence(text=text, normal=normalise(text), language=language, intent=intent, member_id=member_id, source=source)
    session.add(sentence)
    await session.flush()
    return sentence


async def sentences(session: AsyncSession, language: str = "", start: int = 0, at_most: int | None = None) -> list[Sentence]:
    """What was taught, the newest first."""
    query = select(Sentence).order_by(Sentence.id.desc()).offset(start).limit(at_most)
    return list(await session.scalars(query.where(Sentence.language == language) if language else query))


async def miss(session: AsyncSession, name: str, messages: int, member_id: uuid.UUID, language: str = "en") -> MissingTopic | None:
    """Note that people ask about something that no answer exists for; None without a name."""
    name = tidy(await asyncio.to_thread(redacted, name[: 4 * LONGEST_NAME], language))[:LONGEST_NAME]
    key = normalise(name)
    if len(key) < SHORTEST:
        return None
    await one_at_a_time(session, "missing topics")
    topic = await session.scalar(select(MissingTopic).where(MissingTopic.key == key))
    if topic is None:
        topic = MissingTopic(name=name, key=key, count=0, member_id=member_id)
        session.add(topic)
    topic.count += messages
    topic.noted_at = func.now()
    await session.flush()
    return topic
