"""Writing a text: every save is kept, and when two write at once both are merged, or shown side by side; nobody's work is lost."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.files import text_of, variants_of
from bot.answers.merging import merged as both
from bot.answers.models import AnswerVersion, DraftState, TextDraft, TextSave
from bot.answers.text import Key, Text, document, parsed
from bot.db import notify, now, one_at_a_time
from bot.i18n import SOURCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """What an editor's form was filled from, and gives back when it is saved."""

    revision: int = 0  #: of the save that was shown; 0: of none, the published text was
    number: int = 0  #: of the version that was published then; 0: none was


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """What became of a save."""

    revision: int  #: under which the text was kept
    merged: bool = False  #: somebody else had saved since; both changes are in the draft now
    conflict: bool = False  #: both changed the same lines: the draft is theirs, this text is kept beside it


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """What an editor says of a text besides its words."""

    made_from: str | None = None  #: a translation: the meaning of the source it follows now
    same_meaning: bool = False  #: a source: only the wording is mended
    reviewed: bool = False  #: a native speaker has read it
    worked_in: int = 0  #: the published version whose changes the editor has been shown beside the draft, and worked in


async def draft_of(session: AsyncSession, key: Key, *, lock: bool = False) -> TextDraft | None:
    """The draft of a text, if there is one; as it is now, even where this session has seen it before somebody else changed it."""
    query = select(TextDraft).where(TextDraft.kind == key.kind, TextDraft.name == key.name, TextDraft.language == key.language)
    return await session.scalar((query.with_for_update() if lock else query).execution_options(populate_existing=True))


async def hold(session: AsyncSession, key: Key) -> TextDraft | None:
    """Keep others from changing a text until this transaction ends; its draft, if there is one."""
    await one_at_a_time(session, f"text {key.kind} {key}")
    return await draft_of(session, key, lock=True)


async def version_of(session: AsyncSession, key: Key, number: int | None = None) -> AnswerVersion | None:
    """A version of a text by its number, or the published one."""
    query = select(AnswerVersion).where(AnswerVersion.kind == key.kind, AnswerVersion.name == key.name, AnswerVersion.language == key.language)
    return await session.scalar(query.where(AnswerVersion.published if number is None else AnswerVersion.number == number))


async def text_at(session: AsyncSession, key: Key, number: int | None = None) -> Text | None:
    """The words of a version, or of the published one."""
    row = await version_of(session, key, number)
    return text_of(row, (await variants_of(session, row.id)).get(row.id, {})) if row else None


async def working_text(session: AsyncSession, key: Key) -> tuple[Text, Opened, TextDraft | None]:
    """What an editor sees: the draft, else the published text, else an empty one; with what the form must give back."""
    draft, row = await draft_of(session, key), await version_of(session, key)
    number = row.number if row else 0
    if draft is not None:
        return parsed(key, draft.document), Opened(revision=draft.revision, number=number), draft
    text = await text_at(session, key) or Text(kind=key.kind, name=key.name, language=key.language)
    return text, Opened(number=number), None


async def save(session: AsyncSession, key: Key, text: Text, opened: Opened, marks: Marks, by: uuid.UUID) -> Saved:
    """Keep what an editor wrote. It goes back to being a draft: whoever approved it has not seen this.

    Where somebody saved or published since the form was opened, the two are merged part by part and line by line; where both
    changed the same lines, theirs stays the draft and this text is kept beside it (`Saved.conflict`). A draft that was overtaken
    stays so until `Marks.worked_in` names what is published.
    """
    await hold(session, key)
    mine = document(text)
    theirs, now_opened, draft = await working_text(session, key)
    base = await shown(session, key, opened)
    if base is None:  # nobody knows what this was made from: it takes nothing away that a colleague is writing
        base = document(Text(kind=key.kind, name=key.name, language=key.language) if draft else theirs)
    merged = mine if document(theirs) in (base, mine) else both(key, base, document(theirs), mine)
    revision = await _next_revision(session, key)
    holds = now_opened.number if draft is None or marks.worked_in == now_opened.number else await held_number(session, draft)
    about = {"kind": key.kind, "name": key.name, "language": key.language, "revision": revision, "member_id": by, "base_number": holds}
    session.add(TextSave(document=mine if merged is None else merged, set_aside=merged is None, **about))
    if merged is None:
        return Saved(revision=revision, conflict=True)
    if draft is None:
        draft = TextDraft(kind=key.kind, name=key.name, language=key.language, base_number=now_opened.number, created_by=by)
        session.add(draft)
    draft.document, draft.revision, draft.state = merged, revision, DraftState.DRAFT
    draft.made_from, draft.same_meaning, draft.reviewed = marks.made_from, marks.same_meaning and key.language == SOURCE, marks.reviewed
    draft.updated_by, draft.updated_at = by, now()
    draft.reason, draft.problem, draft.submitted_at, draft.approved_by, draft.publish_at = "", "", None, None, None
    await session.flush()
    await notify(session, "texts", str(key))
    return Saved(revision=revision, merged=merged != mine)


async def held_number(session: AsyncSession, draft: TextDraft) -> int:
    """Of the published version whose lines a draft holds. Where another is published by now (an earlier one again, or one from a
    file), the draft is overtaken: published as it is, it would take those lines back.
    """
    query = select(TextSave.base_number).where(TextSave.kind == draft.kind, TextSave.name == draft.name, TextSave.language == draft.language)
    number = await session.scalar(query.where(TextSave.revision == draft.revision))
    return draft.base_number if number is None else number


async def shown(session: AsyncSession, key: Key, opened: Opened) -> str | None:
    """The document that the form was filled from; None where nothing was there."""
    if opened.revision:
        query = select(TextSave.document).where(TextSave.kind == key.kind, TextSave.name == key.name, TextSave.language == key.language)
        return await session.scalar(query.where(TextSave.revision == opened.revision))
    text = await text_at(session, key, opened.number) if opened.number else None
    return document(text) if text else document(Text(kind=key.kind, name=key.name, language=key.language))


async def _next_revision(session: AsyncSession, key: Key) -> int:
    query = select(func.max(TextSave.revision)).where(TextSave.kind == key.kind, TextSave.name == key.name, TextSave.language == key.language)
    return (await session.scalar(query) or 0) + 1


async def discard(session: AsyncSession, key: Key) -> bool:
    """Throw a draft away; its saves stay and can be taken up again. Whether there was one."""
    draft = await hold(session, key)
    if draft is None:
        return False
    await session.delete(draft)
    await session.flush()
    await notify(session, "texts", str(key))
    return True


async def saves_of(session: AsyncSession, key: Key, most: int = 50, start: int = 0) -> list[TextSave]:
    """The latest saves of a text, the newest first."""
    query = select(TextSave).where(TextSave.kind == key.kind, TextSave.name == key.name, TextSave.language == key.language)
    return list(await session.scalars(query.order_by(TextSave.revision.desc()).offset(start).limit(most)))


async def take_up(session: AsyncSession, key: Key, kept: TextSave, marks: Marks, by: uuid.UUID) -> None:
    """Make a save the draft again: a new save, on top of what is there. Whoever had written it has written in the draft."""
    await hold(session, key)
    _, opened, _ = await working_text(session, key)
    await save(session, key, parsed(key, kept.document), opened, marks, by)
    draft = await draft_of(session, key)
    if draft is not None:
        draft.base_number, kept.set_aside = min(draft.base_number, kept.base_number), False


async def writers(session: AsyncSession, key: Key, draft: TextDraft) -> frozenset[uuid.UUID]:
    """Everybody who has written in what would be published; none of them may approve it."""
    query = select(TextSave.member_id).where(TextSave.kind == key.kind, TextSave.name == key.name, TextSave.language == key.language)
    query = query.where(TextSave.base_number >= draft.base_number, ~TextSave.set_aside)
    found = {member for member in await session.scalars(query) if member}
    return frozenset(found | {member for member in (draft.created_by, draft.updated_by) if member})


def as_text(draft: TextDraft) -> Text:
    """The words of a draft with what its editor said of them."""
    key = Key(kind=draft.kind, name=draft.name, language=draft.language)
    return replace(parsed(key, draft.document), made_from=draft.made_from, reviewed=draft.reviewed)
