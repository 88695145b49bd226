"""Saved replies: what counsellors send often, in every language, and the blanks in them that must be filled before they are sent."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import SavedReply
from bot.db import now
from bot.errors import ContentError
from bot.i18n import SOURCE
from nlu import LANGUAGES

FOLDER = "saved_replies"  #: inside content/
LONGEST = 1_600  #: characters; one message of WhatsApp
LONGEST_TITLE = 60
NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
RESERVED = frozenset({"new"})  #: addresses of pages
BLANK = re.compile(r"\{[^{}\n]{1,60}\}")


def blanks(text: str) -> list[str]:
    """The open places of a text, «{like this}», each once, in order."""
    return list(dict.fromkeys(BLANK.findall(text)))


def unfilled(text: str) -> list[str]:
    """What must still be filled before this text may be sent to a person."""
    return blanks(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """A saved reply in one language."""

    title: str
    text: str


def fits_name(name: str) -> bool:
    return bool(NAME.fullmatch(name)) and name not in RESERVED


def problems(wordings: Mapping[str, Wording]) -> list[tuple[str, str, str]]:
    """What keeps a reply from being saved: a code, the language, and what is concerned."""
    found = [] if SOURCE in wordings else [("source", SOURCE, "")]
    source = set(blanks(wordings[SOURCE].text)) if SOURCE in wordings else set()
    for language, wording in wordings.items():
        if not wording.title or not wording.text:
            found.append(("half", language, ""))
        if len(wording.text) > LONGEST or len(wording.title) > LONGEST_TITLE:
            found.append(("long", language, str(len(wording.text))))
        here = set(blanks(wording.text))
        if SOURCE in wordings and here != source:
            found.append(("blanks", language, ", ".join(sorted(here ^ source))))
    return found


async def replies(session: AsyncSession) -> dict[str, dict[str, SavedReply]]:
    """All saved replies by name and language, in the order of their names."""
    found: dict[str, dict[str, SavedReply]] = {}
    for row in await session.scalars(select(SavedReply).order_by(SavedReply.name, SavedReply.language)):
        found.setdefault(row.name, {})[row.language] = row
    return found


async def reply(session: AsyncSession, name: str) -> dict[str, SavedReply]:
    """One reply in all its languages; empty where there is none of this name."""
    return {row.language: row for row in await session.scalars(select(SavedReply).where(SavedReply.name == name))}


async def save(session: AsyncSession, name: str, wordings: Mapping[str, Wording], member_id: uuid.UUID) -> list[str]:
    """Keep a reply as it is now worded; the languages that changed."""
    known = await reply(session, name)
    changed = [language for language in LANGUAGES if _of(known.get(language)) != wordings.get(language)]
    for language in changed:
        if language in wordings:
            row = SavedReply(name=name, language=language, updated_by=member_id, updated_at=now())
            row.title, row.text = wordings[language].title, wordings[language].text
            await session.merge(row)
        else:
            await session.delete(known[language])
    await session.flush()
    return changed


def _of(row: SavedReply | None) -> Wording | None:
    return Wording(title=row.title, text=row.text) if row else None


async def remove(session: AsyncSession, name: str) -> bool:
    """Whether there was such a reply."""
    gone = await session.scalars(delete(SavedReply).where(SavedReply.name == name).returning(SavedReply.language))
    return bool(gone.all())


def read(folder: Path) -> Sequence[tuple[str, str, Wording]]:
    """Name, language and wording of every file: the title on the first line, an empty line, the text."""
    found = []
    for path in sorted(folder.glob("*/*.md")):
        title, _, text = path.read_text("utf-8").strip().partition("\n\n")
        if not title.strip() or not text.strip() or "\n" in title:
            raise ContentError(f"{path}: begins with a title on one line, an empty line, then the text")
        found.append((path.parent.name, path.stem, Wording(title=title.strip(), text=text.strip())))
    return found


async def is_empty(session: AsyncSession) -> bool:
    return await session.scalar(select(SavedReply.name).limit(1)) is None


async def import_saved(session: AsyncSession, folder: Path) -> int:
    """Take in what is missing from content/saved_replies; what the desk has stays as it is. How many wordings are new."""
    count = 0
    for name, language, wording in read(folder):
        values = {"name": name, "language": language, "title": wording.title, "text": wording.text, "updated_at": now()}
        done = await session.execute(insert(SavedReply).values(values).on_conflict_do_nothing().returning(SavedReply.name))
        count += len(done.all())
    return count


async def export_saved(session: AsyncSession, folder: Path) -> int:
    """Write every wording into content/saved_replies, as `read` reads it; how many files."""
    count = 0
    for row in await session.scalars(select(SavedReply)):
        path = folder / row.name / f"{row.language}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{row.title}\n\n{row.text}\n", "utf-8")
        count += 1
    return count
