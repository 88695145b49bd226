"""Facts in their portable form: facts.yml, imported into the store and written back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import Fact
from bot.errors import ContentError

HEADER = """\
# Figures, rules and addresses that the answers carry as [[id|sentence]]. Past review_by every such sentence is withheld, in all languages.
"""


def read(folder: Path) -> dict[str, dict[str, Any]]:
    """The facts by id. Raises ContentError that names the line to mend."""
    path = folder / "facts.yml"
    try:
        rows: Any = yaml.safe_load(path.read_text("utf-8"))["facts"]
    except (OSError, KeyError, TypeError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError(f"{path}: holds a list of `facts`") from error
    found: dict[str, dict[str, Any]] = {}
    for row in rows if isinstance(rows, list) else ["facts"]:
        if not isinstance(row, dict):
            raise ContentError(f"{path}: «{row}» is no fact with its lines")
        name = str(row.get("id") or "")
        if not name or name in found:
            raise ContentError(f"{path}: «{name}» stands twice or has no id")
        if not isinstance(row.get("review_by"), date):
            raise ContentError(f"{path}: {name}: needs review_by, a day such as 2027-05-31")
        found[name] = row
    return found


async def load_into(session: AsyncSession, folder: Path) -> list[str]:
    """Take over the facts of the file. One that the desk has changed since stays; its id is returned where the file differs."""
    kept = {fact.id: fact for fact in await session.scalars(select(Fact).where(Fact.origin == "desk"))}
    conflicts = []
    for name, row in read(folder).items():
        wanted = {
            "says": str(row.get("says") or ""),
            "sources": [str(source) for source in row.get("sources") or ()],
            "as_of": str(row.get("as_of") or ""),
            "review_by": row["review_by"],
        }
        if name not in kept:
            await session.merge(Fact(id=name, **wanted))
        elif any(getattr(kept[name], column) != value for column, value in wanted.items()):
            conflicts.append(f"fact {name}")
    return conflicts


async def export(session: AsyncSession, folder: Path) -> int:
    """Write the facts; how many files."""
    rows = [
        {"id": fact.id, "says": fact.says, "sources": list(fact.sources), "as_of": fact.as_of, "review_by": fact.review_by}
        for fact in await session.scalars(select(Fact).order_by(Fact.id))
    ]
    (folder / "facts.yml").write_text(HEADER + yaml.safe_dump({"facts": rows}, allow_unicode=True, sort_keys=False, width=1000), "utf-8")
    return 1
