"""What the pages of a text show: its words, where it stands, the source beside it and what changed there, who is at it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.changes import Piece, changed_sections
from bot.answers.comments import others_at
from bot.answers.drafts import Opened, held_number, text_at, version_of, working_text
from bot.answers.models import AnswerVersion, TextComment, TextDraft
from bot.answers.publishing import overtaken
from bot.answers.states import comments_of
from bot.answers.text import Key, Text
from bot.errors import NotAllowed
from bot.i18n import SOURCE
from bot.staff.models import Member
from bot.web.pages import house_of
from nlu import INTENTS, LANGUAGES

KINDS = ("answer", "phrase")


def asked_text(request: Request, kind: str, slug: str, language: str) -> Key:
    """The text that an address names; not found where nobody could ever be told it."""
    known = slug in INTENTS if kind == "answer" else (slug, SOURCE) in house_of(request).library.phrases
    if kind not in KINDS or language not in LANGUAGES or not known:
        raise NotAllowed
    return Key(kind=kind, name=slug, language=language)


Asked = Annotated[Key, Depends(asked_text)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One text, as its pages show it."""

    key: Key
    text: Text
    opened: Opened
    draft: TextDraft | None
    version: AnswerVersion | None  #: that is published
    published: Text | None
    source: Text | None  #: the published source text; None for the source itself
    followed: str | None  #: the meaning of the source that this translation follows
    changed: Mapping[str, Sequence[Piece]] | None  #: in the source since then; None: that version is not known
    comments: Sequence[TextComment]
    others: Sequence[str]  #: who else has it open
    names: Mapping[uuid.UUID, str]
    since: Mapping[str, Sequence[Piece]] | None = None  #: what was published since the draft was begun; None where nothing was

    @property
    def overtaken(self) -> bool:
        return self.since is not None

    @property
    def outdated(self) -> bool:
        return bool(self.key.kind == "answer" and self.source and (self.version or self.draft) and self.followed != self.source.meaning)


async def look(session: AsyncSession, key: Key, member: Member) -> Look:
    """Everything about one text."""
    text, opened, draft = await working_text(session, key)
    version, published = await version_of(session, key), await text_at(session, key)
    translated = key.language != SOURCE
    source = await text_at(session, replace(key, language=SOURCE)) if translated else None
    followed = draft.made_from if draft else version.made_from if version else None
    comments = await comments_of(session, key)
    others = await others_at(session, key, member.id)
    asked = {comment.member_id for comment in comments} | set(others)
    names = await names_of(session, asked | {draft.updated_by, draft.approved_by} if draft else asked)
    return Look(
        key=key,
        text=text,
        opened=opened,
        draft=draft,
        version=version,
        published=published,
        source=source,
        followed=followed,
        changed=await _changed(session, source, followed) if source else None,
        comments=comments,
        others=[names[one] for one in others if one in names],
        names=names,
        since=await _since(session, key, draft, published) if draft and published else None,
    )


async def _since(session: AsyncSession, key: Key, draft: TextDraft, published: Text) -> Mapping[str, Sequence[Piece]] | None:
    """What was published since a draft was begun, beside it."""
    if not await overtaken(session, draft):
        return None
    held = await text_at(session, key, await held_number(session, draft))
    return changed_sections(held or replace(published, title="", text="", variants={}), published)


async def _changed(session: AsyncSession, source: Text, followed: str | None) -> Mapping[str, Sequence[Piece]] | None:
    """What changed in the source since the latest version with the meaning that a translation follows."""
    if followed is None or followed == source.meaning:
        return {} if followed else None
    same = (AnswerVersion.kind == source.kind, AnswerVersion.name == source.name, AnswerVersion.language == SOURCE)
    query = select(AnswerVersion.number).where(*same, or_(AnswerVersion.meaning == followed, AnswerVersion.content_hash == followed))
    number = await session.scalar(query.order_by(AnswerVersion.number.desc()).limit(1))
    return changed_sections(await text_at(session, source.key, number), source) if number else None


async def names_of(session: AsyncSession, members: Iterable[uuid.UUID | None]) -> dict[uuid.UUID, str]:
    """How colleagues are called."""
    found = await session.scalars(select(Member).where(Member.id.in_({one for one in members if one})))
    return {one.id: one.called for one in found}


def address(key: Key, page: str = "") -> str:
    """Of a page of a text."""
    return f"/staff/texts/{key.kind}/{key.name}/{key.language}" + (f"/{page}" if page else "")


def to_text(key: Key, *, page: str = "", said: str = "", problem: str = "") -> RedirectResponse:
    """Back to a page of a text, after an act."""
    query = f"?said={said}" if said else f"?problem={problem}" if problem else ""
    return RedirectResponse(address(key, page) + query, 303)
