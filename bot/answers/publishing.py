"""From a draft to what people read: handed in, approved by somebody else, published now or at a time, and rolled back."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.checks import Known, Problem, checked
from bot.answers.drafts import Marks, Opened, as_text, held_number, hold, save, text_at, version_of, writers
from bot.answers.files import BACK, publish, published, stems
from bot.answers.invariants import compare
from bot.answers.merging import merged as both
from bot.answers.models import AnswerVersion, Contact, DraftState, Fact, TextDraft
from bot.answers.text import Key, Text, document, parsed
from bot.db import notify, now
from bot.errors import HomewardError
from bot.i18n import SOURCE
from bot.settings import Settings


class NotNow(HomewardError):
    """A step that a text cannot take. `code`: no-draft · changed · overtaken · own-work · problems · differences · questions · nothing-new."""

    def __init__(self, code: str) -> None:
        super().__init__(f"not now: {code}")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What a translation says otherwise than its source."""

    language: str
    section: str
    kind: str
    theirs: tuple[str, ...] = ()  #: what the source says and the translation does not
    ours: tuple[str, ...] = ()  #: what the translation says and the source does not


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """What stands between a draft and its publishing."""

    problems: Sequence[Problem] = ()  #: must be mended
    differences: Sequence[Difference] = ()  #: must be mended, or confirmed with a reason
    outdated: Sequence[str] = field(default_factory=tuple)  #: languages that will be outdated by it


async def known(session: AsyncSession, settings: Settings) -> Known:
    """What texts may refer to, as the store has it now."""
    contacts = list(await session.scalars(select(Contact).where(Contact.show == "live")))
    words: dict[str, list[str]] = {}
    for language, word in stems(settings.content_dir):
        words.setdefault(language, []).append(word)
    return Known(
        contacts=frozenset(contact.id for contact in contacts),
        topics=frozenset(topic for contact in contacts for topic in contact.topics),
        facts=frozenset(await session.scalars(select(Fact.id))),
        discreet={language: tuple(those) for language, those in words.items()},
    )


async def findings(session: AsyncSession, settings: Settings, text: Text, *, same_meaning: bool = False) -> Findings:
    """Everything that is wrong with a text as it stands, compared with all languages."""
    source = text if text.language == SOURCE else await text_at(session, replace(text.key, language=SOURCE))
    problems = list(checked(text, None if text.language == SOURCE else source, await known(session, settings)))
    if text.language != SOURCE:
        return Findings(problems=problems, differences=_differences(source, text) if source else ())
    others = [other for other in await published(session) if other.name == text.name and other.kind == text.kind and other.language != SOURCE]
    before = await text_at(session, text.key)
    meaning = before.meaning if before and same_meaning else text.content_hash
    current = [other for other in others if other.made_from == meaning]
    differences = [difference for other in current for difference in _differences(text, other)]
    if same_meaning and before:
        differences += _differences(before, text)
    followed = before.meaning if before else None
    return Findings(problems=problems, differences=differences, outdated=[one.language for one in others if meaning != followed == one.made_from])


def _differences(source: Text, text: Text) -> list[Difference]:
    return [
        Difference(language=text.language, section=section, kind=one.kind, theirs=one.theirs, ours=one.ours)
        for section, one in compare(source.sections, source.language, text.sections, text.language)
    ]


async def submit(session: AsyncSession, settings: Settings, key: Key, revision: int) -> None:
    """Hand a draft in for review. NotNow where it is not the one that was shown, or where something must be mended first."""
    draft = await _draft(session, key, revision)
    await _up_to_date(session, draft)
    if (await findings(session, settings, as_text(draft), same_meaning=draft.same_meaning)).problems:
        raise NotNow("problems")
    draft.state, draft.submitted_at, draft.problem = DraftState.IN_REVIEW, now(), ""
    await notify(session, "texts", str(key))


async def send_back(session: AsyncSession, key: Key, revision: int) -> None:
    """Give a draft back to its writers."""
    draft = await _draft(session, key, revision)
    draft.state, draft.approved_by, draft.publish_at, draft.submitted_at = DraftState.DRAFT, None, None, None
    await notify(session, "texts", str(key))


async def approve(
    session: AsyncSession, settings: Settings, key: Key, revision: int, by: uuid.UUID, *, at: datetime | None = None, reason: str = ""
) -> AnswerVersion | None:
    """Approve a draft that somebody else wrote; published at once, or at a time (then None is returned).

    `reason` confirms differences between the languages. Raises NotNow; nothing is changed then.
    """
    draft = await _draft(session, key, revision)
    if draft.state is DraftState.DRAFT:
        raise NotNow("changed")
    if by in await writers(session, key, draft):
        raise NotNow("own-work")
    await _up_to_date(session, draft)
    draft.reason = reason.strip()
    found = await findings(session, settings, as_text(draft), same_meaning=draft.same_meaning)
    _stopped(found, draft)
    draft.approved_by, draft.problem = by, ""
    if at is not None and at > now():
        draft.state, draft.publish_at = DraftState.SCHEDULED, at
        await notify(session, "texts", str(key))
        return None
    return await _publish(session, key, draft)


async def overtaken(session: AsyncSession, draft: TextDraft) -> bool:
    """Whether a version was published whose lines a draft does not hold."""
    version = await version_of(session, Key(kind=draft.kind, name=draft.name, language=draft.language))
    return version is not None and version.number != await held_number(session, draft)


async def _up_to_date(session: AsyncSession, draft: TextDraft) -> None:
    if await overtaken(session, draft):
        raise NotNow("overtaken")


async def bring_in(session: AsyncSession, key: Key, revision: int, by: uuid.UUID) -> bool:
    """Put into a draft what was published since; False where both changed the same lines: nothing is changed then."""
    draft, version, current = await _draft(session, key, revision), await version_of(session, key), await text_at(session, key)
    if version is None or current is None:
        return True
    held = await text_at(session, key, await held_number(session, draft)) or Text(kind=key.kind, name=key.name, language=key.language)
    merged = both(key, document(held), document(current), draft.document)
    if merged is None:
        return False
    marks = Marks(made_from=draft.made_from, same_meaning=draft.same_meaning, reviewed=draft.reviewed, worked_in=version.number)
    await save(session, key, parsed(key, merged), Opened(revision=revision, number=version.number), marks, by)
    return True


def _stopped(found: Findings, draft: TextDraft, *, astray: bool = False) -> None:
    if found.problems:
        raise NotNow("problems")
    if found.differences and not draft.reason:
        raise NotNow("differences")
    if astray and not draft.reason:
        raise NotNow("questions")


async def _publish(session: AsyncSession, key: Key, draft: TextDraft) -> AnswerVersion:
    """The draft becomes the published version."""
    before = await version_of(session, key)
    text = as_text(draft)
    if draft.same_meaning and before:
        text = replace(text, same_meaning=before.meaning or before.content_hash)
    about = {"author_id": draft.updated_by, "approver_id": draft.approved_by, "note": draft.reason}
    version = await publish(session, text, await _next_number(session, key), origin="desk", **about)
    await session.delete(draft)
    await session.flush()
    await notify(session, "answers")
    await notify(session, "texts", str(key))
    return version


async def publish_due(session: AsyncSession, settings: Settings, leads_astray: Callable[[Key], Awaitable[bool]]) -> list[AnswerVersion]:
    """Publish what is due. What is no longer right, because something else changed since it was approved, goes back with the reason.

    `leads_astray` says whether a test question of a text leads somewhere else by now.
    """
    due = select(TextDraft).where(TextDraft.state == DraftState.SCHEDULED, TextDraft.publish_at <= now()).order_by(TextDraft.publish_at, TextDraft.id)
    done = []
    for draft in list(await session.scalars(due.with_for_update(skip_locked=True))):
        key = Key(kind=draft.kind, name=draft.name, language=draft.language)
        try:
            await _up_to_date(session, draft)
            found = await findings(session, settings, as_text(draft), same_meaning=draft.same_meaning)
            _stopped(found, draft, astray=await leads_astray(key))
        except NotNow as stopped:
            draft.state, draft.problem, draft.publish_at, draft.approved_by = DraftState.IN_REVIEW, stopped.code, None, None
            await notify(session, "texts", str(key))
        else:
            done.append(await _publish(session, key, draft))
    return done


async def roll_back(session: AsyncSession, key: Key, number: int, by: uuid.UUID) -> AnswerVersion:
    """Publish an earlier version again, at once: two people had approved it before. Translations made from it are current again."""
    await hold(session, key)
    text, current = await text_at(session, key, number), await version_of(session, key)
    if text is None or current is None or current.number == number:
        raise NotNow("nothing-new")
    version = await publish(session, text, await _next_number(session, key), origin="desk", author_id=by, approver_id=by, note=f"{BACK}{number}")
    await notify(session, "answers")
    await notify(session, "texts", str(key))
    return version


async def history(session: AsyncSession, key: Key) -> list[AnswerVersion]:
    """All versions of a text, the newest first."""
    query = select(AnswerVersion).where(AnswerVersion.kind == key.kind, AnswerVersion.name == key.name, AnswerVersion.language == key.language)
    return list(await session.scalars(query.order_by(AnswerVersion.number.desc())))


async def _draft(session: AsyncSession, key: Key, revision: int) -> TextDraft:
    draft = await hold(session, key)
    if draft is None:
        raise NotNow("no-draft")
    if draft.revision != revision:
        raise NotNow("changed")
    return draft


async def _next_number(session: AsyncSession, key: Key) -> int:
    versions = await history(session, key)
    return versions[0].number + 1 if versions else 1
