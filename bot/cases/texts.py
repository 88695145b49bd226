"""Every text that may be sent, found by meaning and by words, in the counsellor's language beside the person's."""

from __future__ import annotations

import math
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.fill import PLACE, answer_text, split
from bot.cases.models import Draft, SavedReply
from bot.cases.saved import replies, reply
from bot.db import now
from bot.house import House
from bot.i18n import SOURCE, fallbacks
from bot.staff.audit import Audit
from nlu import Engine
from nlu.engine import NAMES
from nlu.text import normalise

INSERTED = "text.inserted"  #: in the audit; its detail is the key of the text
USED_WITHIN = timedelta(days=30)
QUERY = 200  #: characters of a query that are looked at
LIKELY = 0.04  #: probability from which an intent is worth showing
MEANING, TITLE, WORDS = 1.0, 1.0, 0.5  #: what the ways of finding weigh against each other
BEGINNING = 320  #: characters of a long text that are seen before it is opened
#: Said about the talk itself; found by their words, never guessed from the meaning of a few letters.
_SMALL_TALK = frozenset({"affirm", "deny", "out_of_scope"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A text in one language."""

    language: str
    title: str
    text: str

    @property
    def parts(self) -> tuple[str, str]:
        """What is seen at once, and the rest."""
        beginning, *rest = split(self.text, BEGINNING) if len(self.text) > BEGINNING * 1.5 else [self.text]
        return beginning, self.text[len(beginning) :].strip() if rest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text that may be sent, as the counsellor reads it and as the person will."""

    key: str  #: answer:return_cost · reply:greeting
    mine: Side
    theirs: Side | None  #: None: no language the person reads has it in a state that may be sent
    missing: bool  #: it does not exist in the person's own language

    @property
    def title(self) -> str:
        return self.mine.title


@dataclass(frozen=True, slots=True)
class _Shelf:
    """Where the texts of one search come from."""

    house: House
    saved: Mapping[str, Mapping[str, SavedReply]]
    country: str | None

    def every_key(self) -> Iterator[str]:
        yield from (f"reply:{name}" for name in self.saved)
        yield from (f"answer:{intent}" for intent, language in self.house.library.answers if language == SOURCE)

    def side(self, key: str, language: str) -> Side | None:
        kind, _, name = key.partition(":")
        if kind == "reply":
            return _saved_side(self.saved.get(name, {}), language)
        found = self.house.library.answer(name, language)
        if found is None:
            return None
        whole = answer_text(found, self.country, self.house.library, language=found.language)
        return Side(language=found.language, title=found.title, text=whole)

    def text(self, key: str, mine: str, theirs: str) -> Text | None:
        here, there = self.side(key, mine), self.side(key, theirs)
        if here is None:
            return None
        return Text(key=key, mine=here, theirs=there, missing=there is None or there.language != theirs)

    def words(self, key: str, language: str) -> tuple[str, str]:
        """Title and text as they are searched: not filled, for that costs more than it finds."""
        kind, _, name = key.partition(":")
        row = self.saved[name].get(language) if kind == "reply" else self.house.library.answers.get((name, language))
        return (_plain(row.title, language), _plain(row.text, language)) if row else ("", "")


def _saved_side(rows: Mapping[str, SavedReply], language: str) -> Side | None:
    best = next((rows[tried] for tried in (*fallbacks(language), *rows) if tried in rows), None)
    return Side(language=best.language, title=best.title, text=best.text) if best else None


@lru_cache(maxsize=4096)
def _plain(text: str, language: str) -> str:
    """A curated text in one spelling, padded so that a word is found by its beginning."""
    return " " + normalise(PLACE.sub(" ", text), language)


async def search(
    house: House, session: AsyncSession, query: str, mine: str, theirs: str, country: str | None, limit: int = 8, about: str | None = None
) -> list[Text]:
    """The texts that fit best, the best first. Without a query those that fit a case `about` this intent."""
    shelf = _Shelf(house, await replies(session), country)
    query = query.strip()[:QUERY]
    keys = _ranked(shelf, query, (mine, theirs)) if query else await _fitting(session, shelf, about)
    texts = (shelf.text(key, mine, theirs) for key in keys)
    return [text for text in texts if text][:limit]


async def text_of(house: House, session: AsyncSession, key: str, mine: str, theirs: str, country: str | None) -> Text | None:
    """One text by its key; None where it no longer exists."""
    kind, _, name = key.partition(":")
    saved = {name: await reply(session, name)} if kind == "reply" else {}
    return _Shelf(house, saved, country).text(key, mine, theirs)


async def _fitting(session: AsyncSession, shelf: _Shelf, about: str | None) -> Iterable[str]:
    """What answers the case, what is asked next, then the saved replies, those sent most often first."""
    answers = [f"answer:{intent}" for intent in (about, *shelf.house.followups.get(about, ())) if intent] if about else []
    used = (
        select(Audit.detail, func.count())
        .where(Audit.action == INSERTED, Audit.at > now() - USED_WITHIN, Audit.detail.startswith("reply:"))
        .group_by(Audit.detail)
    )
    often = {row[0]: row[1] for row in await session.execute(used)}
    saved = sorted((f"reply:{name}" for name in shelf.saved), key=lambda key: (-often.get(key, 0), key))
    return [*answers, *saved]


def _ranked(shelf: _Shelf, query: str, languages: Sequence[str]) -> list[str]:
    spoken = list(dict.fromkeys(languages))
    scores: dict[str, float] = {}
    for key, score in _by_meaning(shelf, query, spoken):
        scores[key] = max(scores.get(key, 0), MEANING * score)
    for key in shelf.every_key():
        if found := max(_by_words(shelf, key, query, language) for language in spoken):
            scores[key] = scores.get(key, 0) + found
    return sorted(scores, key=lambda key: -scores[key])


def _by_words(shelf: _Shelf, key: str, query: str, language: str) -> float:
    """How much of the query begins a word of the title or of the text."""
    words = normalise(query, language).split()
    if not words:
        return 0.0
    title, text = shelf.words(key, language)
    in_title = sum(f" {word}" in title for word in words) / len(words)
    anywhere = sum(f" {word}" in title or f" {word}" in text for word in words) / len(words)
    return TITLE * in_title**2 + WORDS * anywhere**2


def _by_meaning(shelf: _Shelf, query: str, languages: Sequence[str]) -> Iterator[tuple[str, float]]:
    """Answers by the intents of the query, saved replies by the meanings they share with it."""
    engine = shelf.house.reader.engine
    replies_of = {f"reply:{name}": _meanings(engine, rows) for name, rows in shelf.saved.items()}
    rare = Counter(meaning for found in replies_of.values() for meaning in found)
    for language in languages:
        understood = engine.understand(query, language)
        for intent, probability in zip(NAMES, understood.intents, strict=True):
            if probability >= LIKELY and intent not in _SMALL_TALK and (intent, SOURCE) in shelf.house.library.answers:
                yield f"answer:{intent}", float(probability)
        weight = {meaning: math.log(1 + len(replies_of) / (1 + rare[meaning])) for meaning in understood.concepts}
        for key, found in replies_of.items():
            if shared := sum(weight[meaning] for meaning in found & weight.keys()):
                yield key, shared / sum(weight.values())


_KNOWN: dict[tuple[str, str], frozenset[str]] = {}  #: meanings of the wordings of saved replies, which cost a millisecond each
_MOST_KNOWN = 2_000


def _meanings(engine: Engine, rows: Mapping[str, SavedReply]) -> frozenset[str]:
    """The meanings in a saved reply: of its English wording, where there is one, for meanings are the same in every language."""
    row = rows.get(SOURCE) or next(iter(rows.values()))
    wording = f"{row.title} {row.text}"
    if len(_KNOWN) > _MOST_KNOWN:
        _KNOWN.clear()
    if (wording, row.language) not in _KNOWN:
        _KNOWN[wording, row.language] = frozenset(engine.understand(wording, row.language).concepts)
    return _KNOWN[wording, row.language]


def joined(written: str, text: str) -> str:
    """A text put under what is written already: nothing is ever replaced."""
    return f"{written.rstrip()}\n\n{text}" if written.strip() else text


async def draft_of(session: AsyncSession, case_id: uuid.UUID, member_id: uuid.UUID) -> str:
    """What a counsellor has begun to write."""
    found = await session.get(Draft, (case_id, member_id), with_for_update=True)
    return found.text if found else ""
