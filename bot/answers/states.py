"""Where every text stands in every language: missing, published, outdated, being written; what is due for review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.files import published
from bot.answers.fill import SPAN
from bot.answers.models import DraftState, Fact, TextComment, TextDraft
from bot.answers.text import Key, Text
from bot.figures import today
from bot.i18n import SOURCE

SOON = timedelta(days=30)  #: before a review date, from which on a text counts as due


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One text in one language."""

    key: Key
    title: str = ""
    missing: bool = False  #: nothing is published
    outdated: bool = False  #: published, but the source has changed since
    draft: DraftState | None = None  #: something is being written
    problem: str = ""  #: why a draft was not published at its time
    review_due: date | None = None  #: the earliest day on which it, or a fact in it, is to be looked at again, if that is soon
    withheld: int = 0  #: facts past their date: their sentences are not said
    machine: bool = False  #: no native speaker has read the translation
    comments: int = 0  #: not settled


async def standings(session: AsyncSession, languages: tuple[str, ...], kind: str = "answer") -> dict[str, dict[str, Standing]]:
    """Every text of a kind by name and language."""
    texts = {(text.name, text.language): text for text in await published(session) if text.kind == kind}
    drafts = {(row.name, row.language): row for row in await session.scalars(select(TextDraft).where(TextDraft.kind == kind))}
    facts = {row.id: row.review_by for row in await session.scalars(select(Fact))}
    open_comments = (
        select(TextComment.name, TextComment.language, func.count())
        .where(TextComment.kind == kind, TextComment.settled_at.is_(None))
        .group_by(TextComment.name, TextComment.language)
    )
    comments = {(name, language): count for name, language, count in await session.execute(open_comments)}
    names = sorted({name for name, _ in (*texts, *drafts)})
    return {
        name: {
            language: _standing(
                Key(kind=kind, name=name, language=language),
                texts.get((name, language)),
                texts.get((name, SOURCE)),
                drafts.get((name, language)),
                facts,
                comments.get((name, language), 0),
            )
            for language in languages
        }
        for name in names
    }


def _standing(key: Key, text: Text | None, source: Text | None, draft: TextDraft | None, facts: Mapping[str, date], comments: int) -> Standing:
    days = [facts[name] for name in facts_in(text) if name in facts] if text else []
    if source and source.review_by:
        days.append(source.review_by)
    due = min(days, default=None)
    return Standing(
        key=key,
        title=text.title if text else "",
        missing=text is None or not text.text.strip(),
        outdated=bool(text and source and key.kind == "answer" and key.language != SOURCE and text.made_from != source.meaning),
        draft=draft.state if draft else None,
        problem=draft.problem if draft else "",
        review_due=due if due and due <= today() + SOON else None,
        withheld=sum(1 for name in (facts_in(text) if text else ()) if name not in facts or facts[name] < today()),
        machine=bool(text and key.language != SOURCE and not text.reviewed),
        comments=comments,
    )


def facts_in(text: Text) -> set[str]:
    """The facts that a text carries."""
    return {name for part in text.sections.values() for name, _ in SPAN.findall(part)}


async def comments_of(session: AsyncSession, key: Key) -> list[TextComment]:
    """What was remarked on a text, the newest first."""
    query = select(TextComment).where(TextComment.kind == key.kind, TextComment.name == key.name, TextComment.language == key.language)
    return list(await session.scalars(query.order_by(TextComment.id.desc())))
