"""What became of a text: all its versions and saves, what differs between two, going back; and what editors remark on it."""

# ruff: noqa: FAST003  (kind, slug and language are read by `Asked`)

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import drafts
from bot.answers.changes import changed_sections
from bot.answers.comments import comment, opinions, settle
from bot.answers.drafts import Marks, hold, saves_of, text_at
from bot.answers.models import TextSave
from bot.answers.publishing import NotNow, history, roll_back
from bot.answers.text import Key, Text, parsed
from bot.staff.audit import note_act
from bot.staff.rights import may
from bot.web import text_words
from bot.web.account import Signed
from bot.web.editing_forms import clean
from bot.web.editing_look import Asked, look, names_of, to_text
from bot.web.pages import house_of, staff_page

router = APIRouter()

ROLLING = "POST /staff/texts/{kind}/{slug}/{language}/rollback"
PAGE = 25  #: versions on a page
SHOWN = 30  #: saves
Number = Annotated[int, Query(ge=0, le=2**31 - 1)]


@router.get("/staff/texts/{kind}/{slug}/{language}/history")
async def show(
    request: Request,
    member: Signed,
    key: Asked,
    said: str = "",
    problem: str = "",
    one: Annotated[str, Query(max_length=12)] = "",
    other: Annotated[str, Query(max_length=12)] = "",
    start: Number = 0,
) -> Response:
    """All versions and the latest saves; and the differences between two of them."""
    asked = request.query_params.get("saves_from", "")
    saves_from = int(asked) if asked.isdecimal() and len(asked) <= len("999999999") else 0
    async with house_of(request).sessions() as session:
        found = await look(session, key, member)
        versions, saves = await history(session, key), await saves_of(session, key, SHOWN + 1, saves_from)
        names = await names_of(
            session, [who for version in versions for who in (version.author_id, version.approver_id)] + [one.member_id for one in saves]
        )
        before, after = await _chosen(session, key, one), await _chosen(session, key, other)
        values: dict[str, Any] = {"opinions": await opinions(session, key)}
    values |= {
        "found": found,
        "key": key,
        "library": house_of(request).library,
        "versions": versions[start : start + PAGE],
        "earlier": start + PAGE if len(versions) > start + PAGE else 0,
        "saves": saves[:SHOWN],
        "earlier_saves": saves_from + SHOWN if len(saves) > SHOWN else 0,
        "names": names,
        "one": one if before else "",
        "other": other if after else "",
        "between": changed_sections(before, after) if before and after else None,
        "said": said if said in text_words.said else "",
        "problem": problem if problem in text_words.problem else "",
    }
    return staff_page(request, member, "editing_history.html", rolls_back=may(member.role, ROLLING), **values)


async def _chosen(session: AsyncSession, key: Key, name: str) -> Text | None:
    """A version («3») or a save («s12») of this text."""
    number = name.removeprefix("s")
    if not number.isdecimal() or len(number) > 9:
        return None
    if not name.startswith("s"):
        return await text_at(session, key, int(number))
    kept = await _save(session, key, int(number))
    return parsed(key, kept.document) if kept else None


async def _save(session: AsyncSession, key: Key, revision: int) -> TextSave | None:
    query = select(TextSave).where(TextSave.kind == key.kind, TextSave.name == key.name, TextSave.language == key.language)
    return await session.scalar(query.where(TextSave.revision == revision))


@router.post("/staff/texts/{kind}/{slug}/{language}/rollback")
async def go_back(request: Request, member: Signed, key: Asked, number: Annotated[int, Form()] = 0, sure: Annotated[str, Form()] = "") -> Response:
    """Publish an earlier version again, once the box beside the button is ticked."""
    if not sure:
        return to_text(key, page="history")
    async with house_of(request).sessions.begin() as session:
        try:
            await roll_back(session, key, number, member.id)
        except NotNow as stopped:
            return to_text(key, page="history", problem=stopped.code)
        await note_act(session, member.id, "text.rolled_back", key, f"{key.kind} ← {number}")
    return to_text(key, page="history", said="rolled")


@router.post("/staff/texts/{kind}/{slug}/{language}/restore")
async def take_up(request: Request, member: Signed, key: Asked, revision: Annotated[int, Form()] = 0) -> Response:
    """Make a save the draft again: a new save, on top of what is there."""
    async with house_of(request).sessions.begin() as session:
        await hold(session, key)
        kept = await _save(session, key, min(max(revision, 0), 2**31 - 1))
        if kept is None:
            return to_text(key, page="history", problem="no-draft")
        found = await look(session, key, member)
        draft = found.draft
        marks = Marks(made_from=found.followed, same_meaning=bool(draft and draft.same_meaning), reviewed=bool(draft and draft.reviewed))
        await drafts.take_up(session, key, kept, marks, member.id)
        await note_act(session, member.id, "text.restored", key, key.kind)
    return to_text(key, said="restored")


@router.post("/staff/texts/{kind}/{slug}/{language}/comments")
async def keep_remark(request: Request, member: Signed, key: Asked, remark: Annotated[str, Form()] = "") -> Response:
    """Remark something on a text."""
    if not (words := clean(remark)):
        return to_text(key, problem="empty-remark")
    async with house_of(request).sessions.begin() as session:
        await comment(session, key, words, member.id)
        await note_act(session, member.id, "text.commented", key, key.kind)
    return to_text(key, said="remarked")


@router.post("/staff/texts/{kind}/{slug}/{language}/settle")
async def is_settled(request: Request, member: Signed, key: Asked, number: Annotated[int, Form(alias="comment")] = 0) -> Response:
    """Say that a remark is dealt with."""
    async with house_of(request).sessions.begin() as session:
        if await settle(session, key, min(max(number, 0), 2**63 - 1), member.id):
            await note_act(session, member.id, "text.settled", key, key.kind)
    return to_text(key, said="settled")
