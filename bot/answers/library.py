"""The published answers, phrases and contacts in memory, as one snapshot that is replaced whole when the store changes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.files import variants_of
from bot.answers.media import Pieces, load_media
from bot.answers.models import AnswerVersion, Contact, ContactName, Fact
from bot.i18n import SOURCE, fallbacks
from nlu import INTENTS, Risk

#: Answers on money, even where they name no amount: like urgent ones never served from a translation older than its source.
MONEY = frozenset({"return_money", "return_cost"})
_AMOUNT = re.compile(r"\bEUR\b")  # all amounts are written with it


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One curated answer in one language."""

    intent: str
    language: str
    title: str
    text: str
    variants: Mapping[str, str] = field(default_factory=dict)  #: «DE»: what is added for people there; «to IQ»: for those who go back there
    followups: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    review_by: date | None = None
    made_from: str | None = None
    content_hash: str = ""
    meaning: str = ""  #: what `made_from` of its translations is compared with
    version: int = 0  #: its number
    id: int = 0  #: of the version, for what people say of it
    reviewed: bool = False  #: by a native speaker


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownContact:
    """A contact that may be shown."""

    id: str
    kind: str
    country: str
    topics: tuple[str, ...]
    phones: tuple[str, ...]
    hours: str
    url: str
    postal: str
    free: bool | None
    as_of: str
    names: Mapping[str, str]
    latitude: float | None = None  #: degrees; both or neither
    longitude: float | None = None
    review_by: date | None = None  #: past it, it is no longer shown; emergency numbers always are

    def name(self, language: str) -> str:
        return next(self.names[tried] for tried in fallbacks(language) if self.names.get(tried))


@dataclass(frozen=True, slots=True)
class Library:
    """Everything an answer is made of; never changed, only replaced."""

    answers: Mapping[tuple[str, str], Answer]
    phrases: Mapping[tuple[str, str], str]
    contacts: tuple[KnownContact, ...]  #: live ones only: what may not be shown is not here
    review_dates: Mapping[str, date] = field(default_factory=dict)  #: of the facts, by id
    media: Pieces = field(default_factory=dict)  #: what may follow the words of an answer

    def answer(self, intent: str, language: str) -> Answer | None:
        """The answer in the best language a person of `language` reads; never an outdated one that could hurt."""
        for tried in fallbacks(language):
            found = self.answers.get((intent, tried))
            if found and not (self.outdated(found) and self._must_be_current(intent)):
                return found
        return None

    def _must_be_current(self, intent: str) -> bool:
        """Whether an old text could hurt: what is said in danger, and whatever names an amount."""
        urgent = intent in INTENTS and INTENTS[intent].risk is Risk.URGENT
        source = self.answers.get((intent, SOURCE))
        return urgent or intent in MONEY or (source is not None and any(_AMOUNT.search(part) for part in (source.text, *source.variants.values())))

    def outdated(self, answer: Answer) -> bool:
        """Whether the source has changed since this translation was made: computed, never a stored flag."""
        source = self.answers.get((answer.intent, SOURCE))
        return bool(source and answer.language != SOURCE and answer.made_from != source.meaning)

    def doubtful(self, fact: str, today: date) -> bool:
        """Whether what carries this fact is withheld: past its review date, or a fact that nobody knows."""
        return fact not in self.review_dates or self.review_dates[fact] < today

    def current(self, today: date) -> Self:
        """As it is on a day: without the contacts that nobody has checked in time. Emergency numbers stay: an old one is better than none."""
        fresh = tuple(c for c in self.contacts if c.kind == "emergency" or c.review_by is None or c.review_by >= today)
        return self if len(fresh) == len(self.contacts) else replace(self, contacts=fresh)

    def phrase(self, name: str, language: str) -> str:
        """A phrase in the best language a person of `language` reads. KeyError if even the source lacks it: the lint forbids that."""
        for tried in fallbacks(language):
            if text := self.phrases.get((name, tried)):
                return text
        raise KeyError(name)

    def title(self, intent: str, language: str) -> str:
        answer = self.answer(intent, language)
        return answer.title if answer else intent.replace("_", " ")

    def speaks(self, language: str) -> bool:
        """Whether the answers themselves exist in this language, not only the phrases."""
        return ("return_overview", language) in self.answers

    def languages(self) -> list[str]:
        return sorted({language for _, language in self.answers})


async def load(session: AsyncSession) -> Library:
    """Read all that is published; about a thousand rows."""
    variants = await variants_of(session)
    answers, phrases = {}, {}
    for row in await session.scalars(select(AnswerVersion).where(AnswerVersion.published)):
        if row.kind == "phrase":
            phrases[row.name, row.language] = row.text
        elif row.text.strip():
            answers[row.name, row.language] = _answer(row, variants.get(row.id, {}))
    for (intent, language), answer in list(answers.items()):
        source = answers.get((intent, SOURCE), answer)
        answers[intent, language] = replace(answer, followups=source.followups)
    review_dates = {row.id: row.review_by for row in await session.scalars(select(Fact))}
    return Library(answers, phrases, await _contacts(session), review_dates, await load_media(session))


def _answer(row: AnswerVersion, variants: dict[str, str]) -> Answer:
    return Answer(
        intent=row.name,
        language=row.language,
        title=row.title,
        text=row.text,
        variants=variants,
        followups=tuple(row.followups),
        sources=tuple(row.sources),
        review_by=row.review_by,
        made_from=row.made_from,
        content_hash=row.content_hash,
        meaning=row.meaning or row.content_hash,
        version=row.number,
        id=row.id,
        reviewed=row.reviewed,
    )


async def _contacts(session: AsyncSession) -> tuple[KnownContact, ...]:
    names: dict[str, dict[str, str]] = {}
    for name in await session.scalars(select(ContactName)):
        names.setdefault(name.contact_id, {})[name.language] = name.name
    rows = await session.scalars(select(Contact).where(Contact.show == "live").order_by(Contact.position))
    return tuple(
        KnownContact(
            id=row.id,
            kind=row.kind,
            country=row.country,
            topics=tuple(row.topics),
            phones=tuple(row.phones),
            hours=row.hours,
            url=row.url,
            postal=row.postal,
            free=row.free,
            as_of=row.as_of,
            names=names[row.id],
            latitude=row.latitude,
            longitude=row.longitude,
            review_by=row.review_by,
        )
        for row in rows
    )
