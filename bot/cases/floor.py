"""The floor as a lead sees it now: who is on duty, what waits and in which language, what is urgent, which windows close."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case, CaseState
from bot.conversation.models import Conversation
from bot.conversation.say import WINDOW
from bot.db import now
from bot.staff.models import Member, Team
from nlu import Risk

SHIFT = timedelta(hours=8)  #: of somebody who is not on duty
CLOSING = timedelta(hours=2)  #: left of a window, from when on a lead should know
SHOWN = 30  #: cases of a list; who sees more than that needs no list but colleagues
_heavy = Case.risk.in_((Risk.URGENT.value, Risk.SENSITIVE.value))


@dataclass(frozen=True, slots=True)
class OnDuty:
    """A member at work and what they carry."""

    member: Member
    team: str
    open_cases: int
    heavy: int  #: urgent and sensitive cases taken in this shift


@dataclass(frozen=True, slots=True)
class Waiting:
    """Who waits in one language."""

    language: str  #: empty: not known yet
    cases: int
    urgent: int
    since: datetime  #: of whoever has waited longest
    speakers: int  #: on duty


@dataclass(frozen=True, slots=True)
class Raised:
    """A case that a lead should look at."""

    case: Case
    language: str
    taker: Member | None
    closes_at: datetime | None  #: its window


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """All of it, at one moment."""

    members: Sequence[OnDuty]
    waiting: Sequence[Waiting]
    urgent: Sequence[Raised]
    closing: Sequence[Raised]


async def floor(session: AsyncSession) -> Floor:
    """Four questions, whatever the number of members and cases."""
    members = await on_duty(session)
    return Floor(
        members=members,
        waiting=await waiting_by_language(session, [one.member for one in members]),
        urgent=await urgent_unanswered(session),
        closing=await windows_closing(session),
    )


async def heavy_cases(session: AsyncSession, member: Member) -> int:
    """Urgent and sensitive cases that a member took in this shift."""
    since = member.on_duty_since or now() - SHIFT
    return await session.scalar(select(func.count()).where(Case.taken_by == member.id, Case.taken_at >= since, _heavy)) or 0


async def on_duty(session: AsyncSession) -> Sequence[OnDuty]:
    """Members at work, by name."""
    mine = Case.taken_by == Member.id
    carried = select(func.count()).where(mine, Case.state == CaseState.TAKEN).correlate(Member).scalar_subquery()
    heavy = select(func.count()).where(mine, Case.taken_at >= Member.on_duty_since, _heavy).correlate(Member).scalar_subquery()
    query = select(Member, func.coalesce(Team.name, ""), carried, heavy).outerjoin(Team, Team.id == Member.team_id)
    rows = await session.execute(query.where(Member.on_duty_since.is_not(None), Member.disabled_at.is_(None)))
    return sorted((OnDuty(member, team, cases, hard) for member, team, cases, hard in rows), key=lambda one: one.member.called.casefold())


async def waiting_by_language(session: AsyncSession, members: Sequence[Member]) -> Sequence[Waiting]:
    """Languages in which somebody waits: those nobody on duty speaks first, then by the longest wait."""
    language, urgent = func.coalesce(Conversation.language, ""), func.count().filter(Case.risk == Risk.URGENT.value)
    query = (
        select(language, func.count(), urgent, func.min(Case.waiting_since))
        .join_from(Case, Conversation, Conversation.id == Case.conversation_id)
        .where(Case.state == CaseState.WAITING)
        .group_by(language)
    )
    rows = [Waiting(code, cases, hot, since, speakers(code, members)) for code, cases, hot, since in await session.execute(query)]
    return sorted(rows, key=lambda one: (one.speakers > 0, one.since))


def speakers(language: str, members: Sequence[Member]) -> int:
    """How many of them answer in a language; who named none answers in all, and a language not known yet is anybody's."""
    return sum(not member.languages or not language or language in member.languages for member in members)


async def urgent_unanswered(session: AsyncSession) -> Sequence[Raised]:
    """Urgent cases without a reply: escalated ones first, then the longest waiting."""
    return await _raised(session, Case.risk == Risk.URGENT.value, Case.replied_at.is_(None), order=(Case.escalated_at.is_(None), Case.opened_at))


async def windows_closing(session: AsyncSession) -> Sequence[Raised]:
    """Open cases whose WhatsApp window closes soon, the soonest first."""
    heard = Conversation.last_inbound_at
    soon = heard.between(now() - WINDOW, now() - WINDOW + CLOSING)
    return await _raised(session, Conversation.channel == "whatsapp", soon, order=(heard,))


async def _raised(session: AsyncSession, *which: ColumnElement[bool], order: tuple[Any, ...]) -> Sequence[Raised]:
    query = (
        select(Case, Conversation.language, Conversation.channel, Conversation.last_inbound_at, Member)
        .join_from(Case, Conversation, Conversation.id == Case.conversation_id)
        .outerjoin(Member, Member.id == Case.taken_by)
        .where(Case.state != CaseState.CLOSED, *which)
        .order_by(*order)
        .limit(SHOWN)
    )
    return [
        Raised(case, language or "", taker, heard + WINDOW if heard and channel == "whatsapp" else None)
        for case, language, channel, heard, taker in await session.execute(query)
    ]
