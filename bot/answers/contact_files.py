"""Contacts in their portable form: contacts.yml and the names by language, imported into the store and written back."""

from __future__ import annotations

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import Contact, ContactName
from bot.errors import ContentError
from bot.i18n import SOURCE

HEADER = """\
# Offices, counselling finders, hotlines and emergency numbers; README.md tells what each line means.
"""
_ALWAYS = ("id", "name", "kind", "country", "phones", "show")  #: lines that every contact has


def read(folder: Path) -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
    """The contacts as the file lists them, and their names by language and id."""
    rows = list[dict[str, Any]]()
    for row in _of(folder / "contacts.yml").get("contacts") or ():
        lacks = [name for name in _ALWAYS if name not in row] if isinstance(row, dict) else list(_ALWAYS)
        if lacks:
            raise ContentError(f"contacts.yml: «{row.get('id') if isinstance(row, dict) else row}»: needs {', '.join(lacks)}")
        if any(row["id"] == other["id"] for other in rows):
            raise ContentError(f"contacts.yml: «{row['id']}» stands twice")
        if not isinstance(row.get("review_by"), date | None):
            raise ContentError(f"contacts.yml: {row['id']}: review_by is a day such as 2027-05-31")
        rows.append(row)
    names: dict[str, dict[str, str]] = {path.stem: _of(path) for path in sorted(folder.glob("contact_names/*.yml"))}
    for language, by_id in names.items():
        if strange := by_id.keys() - {row["id"] for row in rows}:
            raise ContentError(f"contact_names/{language}.yml: contacts.yml has no {', '.join(sorted(map(str, strange)))}")
    names[SOURCE] = {row["id"]: row["name"] for row in rows} | names.get(SOURCE, {})
    return rows, names


def _of(path: Path) -> dict[Any, Any]:
    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError(f"{path}: is no readable YAML in UTF-8") from error
    if not isinstance(found or {}, dict):
        raise ContentError(f"{path}: holds lines of the form `name: …`")
    return found or {}


async def load_into(session: AsyncSession, folder: Path) -> list[str]:
    """Take over the contacts of the files. One that the desk has changed since stays; its id is returned where the file differs."""
    rows, names = read(folder)
    kept = {contact.id: contact for contact in await session.scalars(select(Contact).where(Contact.origin == "desk"))}
    conflicts = []
    for position, row in enumerate(rows):
        wanted = columns(row) | {"position": position}
        if row["id"] not in kept:
            await session.merge(Contact(id=row["id"], **wanted))
        elif any(getattr(kept[row["id"]], name) != value for name, value in wanted.items() if name != "position"):
            conflicts.append(f"contact {row['id']}")
    await session.flush()
    for language, by_id in names.items():
        for contact_id, name in by_id.items():
            if contact_id not in kept:
                await session.merge(ContactName(contact_id=contact_id, language=language, name=str(name)))
    return conflicts


def columns(row: dict[str, Any]) -> dict[str, Any]:
    """The columns of a contact from its lines in the file."""
    free = row.get("free")
    return {
        "kind": row["kind"],
        "country": row["country"],
        "topics": list(row.get("topics") or ()),
        "phones": [str(phone) for phone in row["phones"]],
        "hours": str(row.get("hours") or ""),
        "languages": [str(language) for language in row.get("languages") or ()],
        "url": str(row.get("url") or ""),
        "postal": str(row.get("address") or ""),
        "free": free if isinstance(free, bool) else None,
        "as_of": str(row.get("as_of") or ""),
        "source": str(row.get("source") or ""),
        "confidence": str(row.get("confidence") or ""),
        "secondary": bool(row.get("secondary")),
        "show": row["show"],
        "remark": str(row.get("note") or ""),
        "latitude": row.get("latitude"),
        "longitude": row.get("longitude"),
        "review_by": row.get("review_by"),
    }


async def export(session: AsyncSession, folder: Path) -> int:
    """Write contacts and their names; how many files."""
    names: dict[str, dict[str, str]] = {}
    for name in await session.scalars(select(ContactName).order_by(ContactName.contact_id)):
        names.setdefault(name.language, {})[name.contact_id] = name.name
    contacts = list(await session.scalars(select(Contact).order_by(Contact.position)))
    rows = [_row(contact, names.get(SOURCE, {}).get(contact.id, contact.id)) for contact in contacts]
    text = yaml.safe_dump({"contacts": rows}, allow_unicode=True, sort_keys=False, width=1000)
    path = folder / "contacts.yml"
    path.write_text(_header(path) + text, "utf-8")
    (folder / "contact_names").mkdir(exist_ok=True)
    others = {language: by_id for language, by_id in names.items() if language != SOURCE}
    for language, by_id in others.items():
        written = yaml.safe_dump(by_id, allow_unicode=True, sort_keys=True, width=1000)
        (folder / "contact_names" / f"{language}.yml").write_text(written, "utf-8")
    return 1 + len(others)


def _header(path: Path) -> str:
    """The comment at the head of the file as it is there; it tells editors what each line means."""
    there = path.read_text("utf-8") if path.exists() else HEADER
    return "".join(itertools.takewhile(lambda line: line.startswith("#"), there.splitlines(keepends=True)))


def _row(contact: Contact, name: str) -> dict[str, Any]:
    """A contact as the file lists it; what is empty is left out, but for the lines that every contact has."""
    row = {
        "id": contact.id,
        "kind": contact.kind,
        "topics": list(contact.topics),
        "country": contact.country,
        "name": name,
        "phones": list(contact.phones),
        "hours": contact.hours,
        "languages": list(contact.languages),
        "free": "unknown" if contact.free is None else contact.free,
        "url": contact.url,
        "address": contact.postal,
        "source": contact.source,
        "as_of": contact.as_of,
        "confidence": contact.confidence,
        "secondary": contact.secondary or None,
        "show": contact.show,
        "review_by": contact.review_by,
        "latitude": contact.latitude,
        "longitude": contact.longitude,
        "note": contact.remark,
    }
    return {key: value for key, value in row.items() if value not in ("", None) or key in ("hours", "phones")}
