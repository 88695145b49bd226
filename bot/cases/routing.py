"""Who gets which case: order, skills, load, and the counsellor whom a person already knows. Decided in the database."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, all_, and_, any_, exists, false, func, literal, or_, select, true
from sqlalchemy import case as when
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case, CaseState
from bot.conversation.models import Conversation
from bot.conversation.say import WINDOW
from bot.db import now
from bot.staff.models import Member
from nlu import Risk

KEPT = {Risk.URGENT: timedelta(minutes=2), Risk.SENSITIVE: timedelta(minutes=10), Risk.NORMAL: timedelta(minutes=10)}
HERE = timedelta(minutes=15)  #: somebody whose pages have been silent for longer is not counted on

urgent_first = when({Risk.URGENT.value: 0}, value=Case.risk, else_=1)
#: When a reply is due at the latest: for WhatsApp before its window closes, for the others so long after the waiting began.
#: One scale for both, so that neither a closing window nor somebody on Telegram is ever forgotten behind the other.
due = when(
    (Conversation.channel == "whatsapp", func.coalesce(Conversation.last_inbound_at, Case.waiting_since) + WINDOW), else_=Case.waiting_since + WINDOW
)
ORDER = (urgent_first, due, Case.waiting_since, Case.id)


def free_for(member: Member) -> ColumnElement[bool]:
    """Not kept for somebody else, not passed on by this member, not another team's."""
    return and_(
        or_(Case.reserved_for.is_(None), Case.reserved_for == member.id, Case.reserved_until < func.now()),
        literal(member.id) != all_(Case.passed_by),
        or_(Case.team_id.is_(None), Case.team_id == member.team_id) if member.team_id else Case.team_id.is_(None),
    )


def fits(member: Member, intents: Collection[str] | None) -> ColumnElement[bool]:
    """The member reads the language and knows the topic (None: every topic); urgent ones that nobody on duty can read are everybody's."""
    reads = or_(Conversation.language.is_(None), Conversation.language.in_(member.languages)) if member.languages else true()
    knows = true() if intents is None else or_(Case.intent.is_(None), Case.intent.in_([*intents, "talk_to_human"]), Case.risk == Risk.URGENT.value)
    nobody = and_(Case.risk == Risk.URGENT.value, ~exists().where(_on_duty(), _speaks()))
    return and_(or_(reads, nobody), knows)


def for_them(member: Member, intents: Collection[str] | None) -> ColumnElement[bool]:
    """Kept for the member, handed to the member's team, or fitting what they can do."""
    handed = Case.team_id == member.team_id if member.team_id else false()
    return or_(Case.reserved_for == member.id, handed, fits(member, intents))


def _on_duty() -> ColumnElement[bool]:
    return and_(Member.on_duty_since.is_not(None), Member.disabled_at.is_(None), Member.seen_at > func.now() - HERE)


def _speaks() -> ColumnElement[bool]:
    named = func.coalesce(Conversation.language, "en")
    return or_(func.cardinality(Member.languages) == 0, named == any_(Member.languages))


async def load(session: AsyncSession, member_id: uuid.UUID) -> int:
    """Open cases that a member has taken."""
    mine = (Case.taken_by == member_id, Case.state == CaseState.TAKEN)
    return await session.scalar(select(func.count()).select_from(Case).where(*mine)) or 0


async def next_case(session: AsyncSession, member: Member, intents: Collection[str] | None) -> Case | None:
    """The case that this member should take next, locked; one kept for them comes first. Two who ask at once get two cases."""
    query = (
        select(Case)
        .join(Conversation, Conversation.id == Case.conversation_id)
        .where(
            Case.state == CaseState.WAITING,
            free_for(member),
            for_them(member, intents),
        )
        .order_by(when((Case.reserved_for == member.id, 0), else_=1), *ORDER)
        .limit(1)
        .with_for_update(of=Case, skip_locked=True)
    )
    return await session.scalar(query)


async def reserve_for_who_knows(session: AsyncSession, case: Case) -> None:
    """A person who comes back is kept for a while for the counsellor of last time, if on duty and not full."""
    taken = select(func.count()).where(Case.taken_by == Member.id, Case.state == CaseState.TAKEN).correlate(Member).scalar_subquery()
    last = (
        select(Case.taken_by)
        .where(Case.conversation_id == case.conversation_id, Case.state == CaseState.CLOSED, Case.taken_by.is_not(None))
        .order_by(Case.closed_at.desc())
        .limit(1)
        .scalar_subquery()
    )
    member_id = await session.scalar(select(Member.id).where(Member.id == last, _on_duty(), taken < Member.most_cases))
    if member_id is not None:
        case.reserved_for, case.reserved_until = member_id, now() + KEPT[Risk(case.risk)]
