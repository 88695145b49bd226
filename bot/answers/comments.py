"""What editors remark on a text, who has it open, and what people said of its versions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.models import TextComment, TextPresence
from bot.answers.text import Key
from bot.db import notify, now
from bot.figures import Useful

HERE = timedelta(minutes=2)  #: a page that is open asks for itself each minute
LONGEST = 2_000  #: characters of a remark


async def comment(session: AsyncSession, key: Key, remark: str, by: uuid.UUID) -> None:
    """Remark something on a text, until somebody settles it."""
    session.add(TextComment(kind=key.kind, name=key.name, language=key.language, remark=remark[:LONGEST], member_id=by))
    await session.flush()
    await notify(session, "texts", str(key))


async def settle(session: AsyncSession, key: Key, comment_id: int, by: uuid.UUID) -> bool:
    """Say that a remark is dealt with; whether it was open."""
    found = await session.get(TextComment, comment_id, with_for_update=True)
    if found is None or found.settled_at or (found.kind, found.name, found.language) != (key.kind, key.name, key.language):
        return False
    found.settled_by, found.settled_at = by, now()
    await notify(session, "texts", str(key))
    return True


async def is_open_at(session: AsyncSession, key: Key, member_id: uuid.UUID) -> bool:
    """Somebody has a text open on a page; whether that is news."""
    one = {"kind": key.kind, "name": key.name, "language": key.language, "member_id": member_id}
    before = await session.scalar(select(TextPresence.seen_at).filter_by(**one))
    values = insert(TextPresence).values(**one, seen_at=now())
    await session.execute(values.on_conflict_do_update(index_elements=list(one), set_={"seen_at": now()}))
    return before is None or before < now() - HERE


async def others_at(session: AsyncSession, key: Key, but: uuid.UUID) -> list[uuid.UUID]:
    """Who else has had a text open a moment ago."""
    query = select(TextPresence.member_id).where(_is(key), TextPresence.member_id != but, TextPresence.seen_at > now() - HERE)
    return list(await session.scalars(query.order_by(TextPresence.seen_at)))


def _is(key: Key) -> ColumnElement[bool]:
    return (TextPresence.kind == key.kind) & (TextPresence.name == key.name) & (TextPresence.language == key.language)


async def opinions(session: AsyncSession, key: Key) -> Mapping[int, tuple[int, int]]:
    """By number of the version: how many people found it helpful, and how many did not."""
    if key.kind != "answer":
        return {}
    yes, no = func.count().filter(Useful.useful), func.count().filter(~Useful.useful)
    query = select(Useful.version, yes, no).where(Useful.intent == key.name, Useful.language == key.language).group_by(Useful.version)
    return {version: (liked, not_liked) for version, liked, not_liked in await session.execute(query)}
