"""The queue as counsellors see it: what waits, in the order in which it should be answered."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy import case as when
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.cases.models import Case, CaseState, Presence
from bot.cases.notes import Filing
from bot.cases.routing import ORDER, for_them, free_for
from bot.conversation.models import Conversation, Message, State
from bot.conversation.say import WINDOW
from bot.db import now
from bot.figures import today
from bot.staff.models import Member
from nlu import Risk

MOST = 1000  #: open cases that are looked at
PAGE = 40  #: rows of one page of the queue
THREAD, BYTES = 30, 16_000  #: messages of one page of a conversation, and how many bytes of words: a page stays small
RAISED = timedelta(hours=3)  #: a case whose window closes so soon is marked
HERE = timedelta(seconds=90)  #: an open page says so often that somebody is there


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What of the queue is shown."""

    show: str = "open"  #: open · closed · due (to be looked at again)
    language: str = ""
    topic: str = ""  #: a theme of the menu
    channel: str = ""
    mine: bool = False
    intents: Collection[str] = ()  #: of the topic
    page: int = 0

    def want(self, row: Row, member: Member) -> bool:
        """Whether an open case is shown."""
        return (
            self.language in ("", row.language)
            and self.channel in ("", row.channel)
            and (not self.topic or row.case.intent in self.intents)
            and (not self.mine or member.id in (row.case.taken_by, row.case.reserved_for))
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One case of the queue."""

    case: Case
    channel: str
    language: str | None
    stopped: bool
    taker: str  #: how colleagues call who has it
    kept_for: str
    tags: tuple[str, ...]
    follow_up_on: date | None
    closes_at: datetime | None  #: when the window of WhatsApp closes
    unanswered: bool  #: the person wrote after the counsellor's last reply

    @property
    def raised(self) -> bool:
        """The window closes soon."""
        return self.closes_at is not None and self.closes_at - now() < RAISED

    @property
    def closed_window(self) -> bool:
        return self.closes_at is not None and self.closes_at <= now()


_Taker, _Kept = aliased(Member, name="taker"), aliased(Member, name="kept")
_closes_at = when((Conversation.channel == "whatsapp", func.coalesce(Conversation.last_inbound_at, Case.opened_at) + WINDOW)).label("closes_at")
#: The person wrote after the counsellor's last reply, by our clock: a messenger's is coarse, and late after an outage.
unanswered = or_(
    Case.answered_at.is_(None),
    exists().where(Message.conversation_id == Case.conversation_id, Message.direction == "in", Message.created_at > Case.answered_at),
).label("unanswered")
#: Mine, then what waits, then what colleagues have.
_ROWS = (
    select(
        Case, Conversation.channel, Conversation.language, Conversation.state, _Taker, _Kept, Filing.tags, Filing.follow_up_on, _closes_at, unanswered
    )
    .join(Conversation, Conversation.id == Case.conversation_id)
    .outerjoin(_Taker, _Taker.id == Case.taken_by)
    .outerjoin(_Kept, _Kept.id == Case.reserved_for)
    .outerjoin(Filing, Filing.case_id == Case.id)
)


async def open_rows(session: AsyncSession) -> list[Row]:
    """All open cases, in the order in which they should be answered; one look serves every page of a process."""
    query = _ROWS.where(Case.state != CaseState.CLOSED).order_by(*ORDER).limit(MOST)
    return [_row(found) for found in await session.execute(query)]


async def other_rows(session: AsyncSession, filters: Filters, member: Member) -> list[Row]:
    """One page of closed cases, or of those to be looked at again; one row more where there is another page."""
    query = _ROWS.where(_wanted(filters, member))
    if filters.show == "closed":
        query = query.where(Case.state == CaseState.CLOSED).order_by(Case.closed_at.desc(), Case.id)
    else:
        query = query.where(Filing.follow_up_on <= today()).order_by(Filing.follow_up_on, Case.id)
    return [_row(found) for found in await session.execute(query.limit(PAGE + 1).offset(filters.page * PAGE))]


def _wanted(filters: Filters, member: Member) -> ColumnElement[bool]:
    wanted: list[ColumnElement[bool]] = []
    if filters.language:
        wanted.append(Conversation.language == filters.language)
    if filters.channel:
        wanted.append(Conversation.channel == filters.channel)
    if filters.topic:
        wanted.append(Case.intent.in_(filters.intents))
    if filters.mine:
        wanted.append(Case.taken_by == member.id)
    return and_(true(), *wanted)


def _row(found: Any) -> Row:
    case, kept = found.Case, found.kept
    kept_now = kept is not None and case.reserved_until is not None and case.reserved_until > now()
    return Row(
        case=case,
        channel=found.channel,
        language=found.language,
        stopped=found.state is State.STOPPED,
        taker=found.taker.called if found.taker else "",
        kept_for=kept.called if kept_now else "",
        tags=tuple(found.tags or ()),
        follow_up_on=found.follow_up_on,
        closes_at=found.closes_at,
        unanswered=bool(found.unanswered),
    )


async def fitting(session: AsyncSession, member: Member, intents: Collection[str] | None) -> int:
    """How many waiting cases fit the member, or are kept for them."""
    query = select(func.count()).select_from(Case).join(Conversation, Conversation.id == Case.conversation_id)
    return await session.scalar(query.where(Case.state == CaseState.WAITING, free_for(member), for_them(member, intents))) or 0


async def due_today(session: AsyncSession) -> int:
    """Cases whose day to be looked at again has come."""
    return await session.scalar(select(func.count()).select_from(Filing).where(Filing.follow_up_on <= today())) or 0


def alarms(rows: Sequence[Row], member: Member, *, lead: bool) -> list[str]:
    """What a page should ring for: urgent cases that wait, cases kept for the member, for leads those that nobody answered. Each names itself once."""
    return [name for row in rows if (name := _alarm(row, member, lead=lead))]


def _alarm(row: Row, member: Member, *, lead: bool) -> str:
    case = row.case
    kept = bool(row.kept_for) and case.reserved_for == member.id
    called = lead and case.escalated_at is not None
    waits = case.state is CaseState.WAITING
    if not called and not (waits and (case.risk == Risk.URGENT.value or kept)):
        return ""
    return f"{case.id}{'!' if called else ''}{'*' if kept else ''}"


async def thread(session: AsyncSession, conversation_id: uuid.UUID, *, earlier: int = 0) -> tuple[list[Message], bool]:
    """One page of a conversation, without the newest `earlier` messages; and whether there are earlier ones still.

    In the order the person saw them: by the messenger's time, then by ours. After an outage messages arrive late and in any
    order; the messenger's time says when they were written. It counts in seconds, so ours is cut to seconds too. What is still to
    be sent stands last.
    """
    queued = when((Message.delivery == "queued", 1), else_=0)
    at = func.date_trunc("second", func.coalesce(Message.sent_at, Message.created_at))
    newest = select(Message).where(Message.conversation_id == conversation_id).order_by(queued.desc(), at.desc(), Message.id.desc())
    found = list(await session.scalars(newest.offset(earlier).limit(THREAD + 1)))
    shown, room = 0, BYTES
    for message in found[:THREAD]:
        room -= len(message.text.encode())
        if shown and room < 0:
            break
        shown += 1
    return found[:shown][::-1], len(found) > shown


async def here(session: AsyncSession, case_id: uuid.UUID, but: uuid.UUID) -> list[tuple[str, bool]]:
    """Colleagues who have the case open now, and whether they write."""
    query = select(Member, Presence).join(Presence, Presence.member_id == Member.id)
    query = query.where(Presence.case_id == case_id, Presence.member_id != but, Presence.seen_at > now() - HERE)
    return [(member.called, bool(presence.writing_at and presence.writing_at > now() - HERE)) for member, presence in await session.execute(query)]
