"""From a draft to what people read: what waits, the review of one text, approving it now or for a time, giving it back."""

# ruff: noqa: FAST003  (kind, slug and language are read by `Asked`)

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import scheduled
from bot.answers.changes import changed_sections
from bot.answers.comments import comment
from bot.answers.drafts import as_text, discard, writers
from bot.answers.fact_figures import beyond_facts
from bot.answers.models import DraftState, TextDraft
from bot.answers.publishing import NotNow, approve, findings, send_back, submit
from bot.answers.text import Key
from bot.db import now
from bot.i18n import SOURCE
from bot.staff.audit import note_act
from bot.staff.models import Member, Team
from bot.staff.rights import may
from bot.teaching.questions import failing
from bot.web import text_words
from bot.web.account import Signed
from bot.web.editing_forms import clean
from bot.web.editing_look import Asked, look, names_of, to_text
from bot.web.pages import house_of, staff_page
from bot.web.zones import is_zone

router = APIRouter()

APPROVING = "POST /staff/texts/{kind}/{slug}/{language}/approve"
Revision = Annotated[int, Form()]


@router.get("/staff/texts/review")
async def waiting(request: Request, member: Signed) -> Response:
    """What waits for this member to approve it, what will be published, and what was stopped."""
    async with house_of(request).sessions() as session:
        drafts = list(
            await session.scalars(select(TextDraft).where(TextDraft.state != DraftState.DRAFT).order_by(TextDraft.submitted_at, TextDraft.id))
        )
        mine = {draft.id for draft in drafts if await _has_written(session, member, draft)}
        names = await names_of(session, [one for draft in drafts for one in (draft.updated_by, draft.approved_by)])
    review = [draft for draft in drafts if draft.state is DraftState.IN_REVIEW]
    groups: dict[str, Sequence[TextDraft]] = {
        "review": [draft for draft in review if draft.id not in mine and not draft.problem],
        "stopped": [draft for draft in review if draft.problem],
        "scheduled": sorted((draft for draft in drafts if draft.state is DraftState.SCHEDULED), key=lambda draft: draft.publish_at or now()),
        "mine": [draft for draft in review if draft.id in mine and not draft.problem],
    }
    values: dict[str, Any] = {"groups": groups, "names": names, "library": house_of(request).library}
    return staff_page(request, member, "editing_waiting.html", approves=may(member.role, APPROVING), **values)


async def _has_written(session: AsyncSession, member: Member, draft: TextDraft) -> bool:
    return member.id in await writers(session, Key(kind=draft.kind, name=draft.name, language=draft.language), draft)


@router.get("/staff/texts/{kind}/{slug}/{language}/review")
async def review(request: Request, member: Signed, key: Asked, said: str = "", problem: str = "") -> Response:
    """What a draft changes, what stands against it, and the buttons."""
    async with house_of(request).sessions() as session:
        return await _page(request, session, member, key, said=said, problem=problem)


async def _page(request: Request, session: AsyncSession, member: Member, key: Key, *, said: str = "", problem: str = "", **typed: Any) -> Response:
    house = house_of(request)
    found = await look(session, key, member)
    values: dict[str, Any] = {"found": found, "key": key, "library": house.library, "source": SOURCE}
    if found.draft:
        text = as_text(found.draft)
        values |= {
            "text": text,
            "draft_changes": changed_sections(found.published, text),
            "findings": await findings(session, house.settings, text, same_meaning=found.draft.same_meaning),
            "own_work": member.id in await writers(session, key, found.draft),
            "zones": await _zones(session, member),
            "beyond": await beyond_facts(session, text),
            "failing": await failing(session, house.reader, key),
        }
    values |= {"said": said if said in text_words.said else "", "problem": problem if problem in text_words.problem else ""}
    return staff_page(request, member, "editing_review.html", approves=may(member.role, APPROVING), typed=typed, **values)


async def _zones(session: AsyncSession, member: Member) -> Sequence[str]:
    """In which a time can be given: the team's, else UTC; a script adds the reader's own."""
    team = await session.get(Team, member.team_id) if member.team_id else None
    return tuple(dict.fromkeys((*((team.time_zone,) if team else ()), "UTC")))


@router.post("/staff/texts/{kind}/{slug}/{language}/submit")
async def hand_in(request: Request, member: Signed, key: Asked, revision: Revision = 0) -> Response:
    """Hand in a draft as it is kept."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        try:
            await submit(session, house.settings, key, revision)
        except NotNow as stopped:
            return to_text(key, problem=stopped.code)
        await note_act(session, member.id, "text.submitted", key, key.kind)
    return to_text(key, page="review", said="submitted")


@router.post("/staff/texts/{kind}/{slug}/{language}/approve")
async def publish(request: Request, member: Signed, key: Asked) -> Response:
    """Approve what somebody else wrote: it is published at once, or at the time given."""
    form = await request.form()
    house = house_of(request)
    at, problem = _time(form) if form.get("when") == "at" else (None, "")
    if problem:
        return await _again(request, member, key, form, problem)
    async with house.sessions() as session:
        if not str(form.get("reason") or "").strip() and await failing(session, house.reader, key):
            return await _again(request, member, key, form, "questions")
    revision, reason = str(form.get("revision") or ""), clean(str(form.get("reason") or ""))[:1000]
    number = int(revision) if revision.isdecimal() else 0
    try:
        async with house.sessions.begin() as session:
            version = await approve(session, house.settings, key, number, member.id, at=at, reason=reason)
            if version is None and at is not None:
                await scheduled.post_at(session, at)
            await note_act(session, member.id, "text.approved" if version else "text.scheduled", key, key.kind)
    except NotNow as stopped:
        return await _again(request, member, key, form, stopped.code)
    return to_text(key, page="review", said="published" if version else "scheduled")


async def _again(request: Request, member: Member, key: Key, form: Mapping[str, Any], problem: str) -> Response:
    """The page once more, with what was typed."""
    typed = {name: str(form.get(name) or "")[:1000] for name in ("when", "at", "zone", "reason")}
    async with house_of(request).sessions() as session:
        return await _page(request, session, member, key, problem=problem, **typed)


def _time(form: Mapping[str, Any]) -> tuple[datetime | None, str]:
    """The time given, as the clocks of the time zone beside it show it; or what is wrong with it."""
    try:
        there = datetime.fromisoformat(str(form.get("at") or ""))
    except ValueError:
        return None, "date"
    name = str(form.get("zone") or "UTC")
    at = there.replace(tzinfo=ZoneInfo(name if is_zone(name) else "UTC"))
    return (at, "") if at > now() else (None, "past")


@router.post("/staff/texts/{kind}/{slug}/{language}/back")
async def give_back(request: Request, member: Signed, key: Asked, revision: Revision = 0, remark: Annotated[str, Form()] = "") -> Response:
    """Give a draft back to be changed, with a word why."""
    async with house_of(request).sessions.begin() as session:
        try:
            await send_back(session, key, revision)
        except NotNow as stopped:
            return to_text(key, page="review", problem=stopped.code)
        if words := clean(remark):
            await comment(session, key, words, member.id)
        await note_act(session, member.id, "text.sent_back", key, key.kind)
    return to_text(key, said="back")


@router.post("/staff/texts/{kind}/{slug}/{language}/discard")
async def throw_away(request: Request, member: Signed, key: Asked, sure: Annotated[str, Form()] = "") -> Response:
    """Throw a draft away, once the box beside the button is ticked; its saves stay."""
    if not sure:
        return to_text(key, page="history")
    async with house_of(request).sessions.begin() as session:
        if not await discard(session, key):
            return to_text(key, page="history", problem="no-draft")
        await note_act(session, member.id, "text.discarded", key, key.kind)
    return to_text(key, page="history", said="discarded")
