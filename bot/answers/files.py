"""The portable form of the answers: content/ read into plain data, imported into the store, and written back."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import AnswerVariant, AnswerVersion, Contact, ContactName
from bot.db import notify
from bot.errors import ContentError
from bot.i18n import SOURCE

_COUNTRY = re.compile(r"^## +([A-Z]{2})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One text of content/ as its file says it."""

    kind: str  #: answer · phrase
    name: str
    language: str
    path: Path
    title: str = ""
    text: str = ""
    variants: dict[str, str] = field(default_factory=dict)
    followups: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    review_by: date | None = None
    made_from: str | None = None
    reviewed: bool = False

    @property
    def content_hash(self) -> str:
        """Changes when what a person reads changes; a translation remembers that of its source."""
        whole = "\0".join((self.title, self.text, *(f"{c}:{t}" for c, t in sorted(self.variants.items())), *self.followups))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def read(folder: Path) -> list[Draft]:
    """Every text of content/. Raises ContentError that names the file."""
    drafts = [_answer(path) for path in sorted(folder.glob("answers/*/*.md"))]
    drafts += [_phrase(path) for path in sorted(folder.glob("phrases/*/*.md"))]
    if not drafts:
        raise ContentError(f"{folder} holds no texts; is the folder right?")
    return drafts


def _answer(path: Path) -> Draft:
    try:
        _, head, body = path.read_text("utf-8").split("---\n", 2)
        front: dict[str, Any] = yaml.safe_load(head) or {}
    except (ValueError, yaml.YAMLError) as error:
        raise ContentError(f"{path}: begins with --- and a readable head, then --- and the text") from error
    text, *sections = _COUNTRY.split(body)
    return Draft(
        kind="answer",
        name=path.parent.name,
        language=path.stem,
        path=path,
        title=str(front.get("title") or "").strip(),
        text=text.strip(),
        variants=dict(zip(sections[::2], (section.strip() for section in sections[1::2]), strict=True)),
        followups=tuple(front.get("followups") or ()),
        sources=tuple(front.get("sources") or ()),
        review_by=front.get("review_by"),
        made_from=str(front["made_from"]) if front.get("made_from") else None,
        reviewed=bool(front.get("reviewed_by")),
    )


def _phrase(path: Path) -> Draft:
    return Draft(kind="phrase", name=path.parent.name, language=path.stem, path=path, text=path.read_text("utf-8").strip())


def write(folder: Path, draft: Draft) -> None:
    """The file of one text, as `read` reads it."""
    path = folder / f"{draft.kind}s" / draft.name / f"{draft.language}.md"
    path.parent.mkdir(parents=True, exist_ok=True)
    if draft.kind == "phrase":
        path.write_text(draft.text + "\n", "utf-8")
        return
    front: dict[str, Any] = {"title": draft.title}
    if draft.language == SOURCE:
        front |= {"followups": list(draft.followups), "sources": list(draft.sources), "review_by": draft.review_by}
    else:
        front |= {"made_from": draft.made_from}
    if draft.reviewed:
        front |= {"reviewed_by": "yes"}
    head = yaml.safe_dump(front, allow_unicode=True, sort_keys=False, width=1000)
    sections = "".join(f"\n## {country}\n{text}\n" for country, text in draft.variants.items())
    path.write_text(f"---\n{head}---\n{draft.text}\n{sections}", "utf-8")


def contacts(folder: Path) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """The contacts as the file lists them, and their names by language and id."""
    rows: list[dict[str, Any]] = yaml.safe_load((folder / "contacts.yml").read_text("utf-8"))["contacts"]
    names = {path.stem: yaml.safe_load(path.read_text("utf-8")) or {} for path in sorted(folder.glob("contact_names/*.yml"))}
    names[SOURCE] = {row["id"]: row["name"] for row in rows} | names.get(SOURCE, {})
    return rows, names


@dataclass(slots=True)
class Imported:
    """What an import did."""

    published: int = 0
    unchanged: int = 0
    conflicts: list[str] = field(default_factory=list)  #: changed here and in the desk; left as the desk has them


async def load_into(session: AsyncSession, folder: Path) -> Imported:
    """Publish what is new in content/. A text that the desk has changed since is reported, never overwritten."""
    result = Imported()
    known: dict[tuple[str, str, str], list[AnswerVersion]] = {}
    for version in await session.scalars(select(AnswerVersion).order_by(AnswerVersion.number)):
        known.setdefault((version.kind, version.name, version.language), []).append(version)
    for draft in read(folder):
        history = known.get((draft.kind, draft.name, draft.language), [])
        current = next((version for version in history if version.published), None)
        if any(version.content_hash == draft.content_hash and version.made_from == draft.made_from for version in history):
            result.unchanged += 1
        elif current and current.origin == "desk":
            result.conflicts.append(f"{draft.name}/{draft.language}")
        else:
            await _publish(session, draft, len(history) + 1)
            result.published += 1
    await _import_contacts(session, folder)
    await notify(session, "answers")
    return result


async def _publish(session: AsyncSession, draft: Draft, number: int) -> None:
    same = (AnswerVersion.kind == draft.kind, AnswerVersion.name == draft.name, AnswerVersion.language == draft.language)
    if number > 1:
        await session.execute(update(AnswerVersion).where(*same).values(published=False))
    version = AnswerVersion(
        kind=draft.kind,
        name=draft.name,
        language=draft.language,
        number=number,
        published=True,
        origin="file",
        title=draft.title,
        text=draft.text,
        followups=list(draft.followups),
        sources=list(draft.sources),
        review_by=draft.review_by,
        made_from=draft.made_from,
        reviewed=draft.reviewed,
        content_hash=draft.content_hash,
    )
    session.add(version)
    if draft.variants:
        await session.flush()
        session.add_all(AnswerVariant(version_id=version.id, country=country, text=text) for country, text in draft.variants.items())


async def _import_contacts(session: AsyncSession, folder: Path) -> None:
    """Contacts have no desk yet: the file is their one owner."""
    rows, names = contacts(folder)
    for position, row in enumerate(rows):
        free = row.get("free")
        await session.merge(
            Contact(
                id=row["id"],
                kind=row["kind"],
                country=row["country"],
                topics=list(row.get("topics") or ()),
                phones=[str(phone) for phone in row["phones"]],
                hours=str(row.get("hours") or ""),
                url=str(row.get("url") or ""),
                postal=str(row.get("address") or ""),
                free=free if isinstance(free, bool) else None,
                as_of=str(row.get("as_of") or ""),
                source=str(row.get("source") or ""),
                show=row["show"],
                latitude=row.get("latitude"),
                longitude=row.get("longitude"),
                position=position,
            )
        )
    await session.flush()
    for language, by_id in names.items():
        for contact_id, name in by_id.items():
            await session.merge(ContactName(contact_id=contact_id, language=language, name=str(name)))


async def export(session: AsyncSession, folder: Path) -> int:
    """Write every published text into content/; how many files."""
    variants: dict[int, dict[str, str]] = {}
    for variant in await session.scalars(select(AnswerVariant).order_by(AnswerVariant.country)):
        variants.setdefault(variant.version_id, {})[variant.country] = variant.text
    count = 0
    for row in await session.scalars(select(AnswerVersion).where(AnswerVersion.published)):
        write(folder, _draft(row, variants.get(row.id, {})))
        count += 1
    return count


def _draft(row: AnswerVersion, variants: dict[str, str]) -> Draft:
    return Draft(
        kind=row.kind,
        name=row.name,
        language=row.language,
        path=Path(),
        title=row.title,
        text=row.text,
        variants=variants,
        followups=tuple(row.followups),
        sources=tuple(row.sources),
        review_by=row.review_by,
        made_from=row.made_from,
        reviewed=row.reviewed,
    )


async def is_empty(session: AsyncSession) -> bool:
    return not await session.scalar(select(func.count()).select_from(AnswerVersion))


def stems(folder: Path) -> Iterator[tuple[str, str]]:
    """(language, word) that must not stand where a lock screen shows it."""
    for path in sorted(folder.glob("discreet/*.txt")):
        for line in path.read_text("utf-8").splitlines():
            if word := line.strip().casefold():
                yield path.stem, word
