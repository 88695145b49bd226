"""The portable form of the texts: content/ read into plain data, imported into the store, and written back."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import contact_files, fact_files
from bot.answers.models import AnswerVariant, AnswerVersion
from bot.answers.text import Key, Text, document, in_order, parsed, plain
from bot.db import notify
from bot.errors import ContentError
from bot.i18n import SOURCE

_BOTH_SIDES = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


def read(folder: Path) -> list[Text]:
    """Every text of content/. Raises ContentError that names the file."""
    texts = [_read(path, "answer") for path in sorted(folder.glob("answers/*/*.md"))]
    texts += [_read(path, "phrase") for path in sorted(folder.glob("phrases/*/*.md"))]
    if not texts:
        raise ContentError(f"{folder} holds no texts; is the folder right?")
    return texts


def _read(path: Path, kind: str) -> Text:
    try:
        return parsed(Key(kind=kind, name=path.parent.name, language=path.stem), _one_sided(plain(path.read_text("utf-8"))))
    except UnicodeDecodeError as error:
        raise ContentError(f"{path}: is not written in UTF-8") from error
    except ContentError as error:
        raise ContentError(f"{path}: {error}") from error


def _one_sided(whole: str) -> str:
    if _BOTH_SIDES.search(whole):
        raise ContentError("holds both sides of a merge (<<<<<<<); keep what is right of them")
    return whole


def write(folder: Path, text: Text) -> None:
    """The file of one text, as `read` reads it."""
    path = folder / f"{text.kind}s" / text.name / f"{text.language}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    extra: dict[str, Any] = {}
    if text.language != SOURCE:
        extra |= {"made_from": text.made_from}
    elif text.same_meaning and text.same_meaning != text.content_hash:
        extra |= {"meaning": text.same_meaning}
    if text.differs:
        extra |= {"differs": text.differs}
    if text.reviewed:
        extra |= {"reviewed_by": "yes"}
    path.write_text(document(text, **extra), "utf-8")


@dataclass(slots=True)
class Imported:
    """What an import did."""

    published: int = 0
    unchanged: int = 0
    conflicts: list[str] = field(default_factory=list)  #: changed here and in the desk; left as the desk has them


async def load_into(session: AsyncSession, folder: Path) -> Imported:
    """Publish what is new in content/. What the desk has changed since is reported, never overwritten."""
    result = Imported()
    known: dict[Key, list[AnswerVersion]] = {}
    for version in await session.scalars(select(AnswerVersion).order_by(AnswerVersion.number)):
        known.setdefault(key_of(version), []).append(version)
    for text in read(folder):
        history = known.get(text.key, [])
        current = next((version for version in history if version.published), None)
        past = history if current and current.origin == "desk" else [current] if current else []
        if any(_same(version, text) for version in past):  # the desk has gone on from it, or it is published as it is
            result.unchanged += 1
        elif current and current.origin == "desk":
            result.conflicts.append(str(text.key))
        else:
            await publish(session, text, len(history) + 1, origin="file", note=text.differs)
            result.published += 1
    result.conflicts += await contact_files.load_into(session, folder)
    result.conflicts += await fact_files.load_into(session, folder)
    await notify(session, "answers")
    return result


def _same(version: AnswerVersion, text: Text) -> bool:
    """Whether a file says what a version says, with all that stands in its head."""
    words = (version.content_hash, version.meaning, version.made_from) == (text.content_hash, text.meaning, text.made_from)
    note = "" if version.note.startswith(BACK) else version.note
    head = (tuple(version.sources), version.review_by, version.reviewed, note) == (text.sources, text.review_by, text.reviewed, text.differs)
    return words and head


BACK = "← "  #: begins the note of a version that was gone back to


def key_of(row: AnswerVersion) -> Key:
    return Key(kind=row.kind, name=row.name, language=row.language)


async def publish(session: AsyncSession, text: Text, number: int, *, origin: str, **about: Any) -> AnswerVersion:
    """Make a text the published version with this number; `about` are further columns, such as who wrote it."""
    same = (AnswerVersion.kind == text.kind, AnswerVersion.name == text.name, AnswerVersion.language == text.language)
    if number > 1:
        await session.execute(update(AnswerVersion).where(*same).values(published=False))
    version = AnswerVersion(
        kind=text.kind,
        name=text.name,
        language=text.language,
        number=number,
        published=True,
        origin=origin,
        title=text.title,
        text=text.text,
        followups=list(text.followups),
        sources=list(text.sources),
        review_by=text.review_by,
        made_from=text.made_from,
        reviewed=text.reviewed,
        content_hash=text.content_hash,
        meaning=text.meaning,
        **about,
    )
    session.add(version)
    await session.flush()
    session.add_all(AnswerVariant(version_id=version.id, country=country, text=added) for country, added in text.variants.items())
    return version


async def export(session: AsyncSession, folder: Path) -> int:
    """Write everything published into content/; how many files."""
    texts = await published(session)
    for text in texts:
        write(folder, text)
    return len(texts) + await contact_files.export(session, folder) + await fact_files.export(session, folder)


async def published(session: AsyncSession) -> list[Text]:
    """Every published text."""
    rows = list(await session.scalars(select(AnswerVersion).where(AnswerVersion.published).order_by(AnswerVersion.id)))
    variants = await variants_of(session)
    return [text_of(row, variants.get(row.id, {})) for row in rows]


async def variants_of(session: AsyncSession, *version_ids: int) -> dict[int, dict[str, str]]:
    """What versions add by country; of all published ones unless some are named."""
    found: dict[int, dict[str, str]] = {}
    query = select(AnswerVariant).join(AnswerVersion, AnswerVersion.id == AnswerVariant.version_id)
    query = query.where(AnswerVersion.id.in_(version_ids)) if version_ids else query.where(AnswerVersion.published)
    for variant in await session.scalars(query):
        found.setdefault(variant.version_id, {})[variant.country] = variant.text
    return {version: in_order(those) for version, those in found.items()}


def text_of(row: AnswerVersion, variants: Mapping[str, str]) -> Text:
    """A version as a text."""
    plain = Text(
        kind=row.kind,
        name=row.name,
        language=row.language,
        title=row.title,
        text=row.text,
        variants=variants,
        followups=tuple(row.followups),
        sources=tuple(row.sources),
        review_by=row.review_by,
        made_from=row.made_from,
        reviewed=row.reviewed,
        differs="" if row.note.startswith(BACK) else row.note,
    )
    return plain if row.meaning in ("", plain.content_hash) else replace(plain, same_meaning=row.meaning)


async def is_empty(session: AsyncSession) -> bool:
    return not await session.scalar(select(func.count()).select_from(AnswerVersion))


def stems(folder: Path) -> Iterator[tuple[str, str]]:
    """(language, word) that must not stand where a lock screen shows it."""
    for path in sorted(folder.glob("discreet/*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if word := line.strip().casefold():
                yield path.stem, word
