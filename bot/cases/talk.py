"""What a counsellor says to a person, and when it may not be said. Each is called inside the caller's transaction."""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.actions import changed, close
from bot.cases.models import Case, CaseState, Draft, Outcome, Presence
from bot.cases.saved import unfilled
from bot.conversation.media import FileRefused, ReadyFile
from bot.conversation.models import Conversation, Message, State
from bot.conversation.say import Spoken, WindowClosed, say, window_open
from bot.db import now
from bot.errors import HomewardError
from bot.figures import FirstReply
from bot.house import House
from bot.jobs import URGENT
from bot.staff.models import Member

LONGEST = 4_000  #: characters of one reply


class CannotSay(HomewardError):
    """A reply that may not be sent; nothing was. `code` names why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def may_hear(conversation: Conversation) -> str:
    """Why nothing may be written to this person now; empty if it may."""
    if conversation.state is State.STOPPED:
        return "stopped"
    if conversation.safe_to_write is False:
        return "unsafe"  # we promised not to write until they write again
    return "" if window_open(conversation) else "window"


async def greet(session: AsyncSession, house: House, case: Case) -> None:
    """The person is told that a counsellor is there: once for a case, however often it changes hands."""
    conversation = await session.get_one(Conversation, case.conversation_id)
    if case.greeted_at is not None or may_hear(conversation):
        return
    case.greeted_at = now()
    text = house.library.phrase("counsellor_here", conversation.language or "en")
    await say(session, conversation, Spoken(text), priority=URGENT)


async def reply(session: AsyncSession, case: Case | None, member: Member, text: str, *, after: int, file: ReadyFile | None = None) -> None:
    """Say it, if the case is this member's. `after` is the last message the page showed: the same form sent twice is said once.

    Raises CannotSay with `taken`, `long`, `blank`, `stopped`, `unsafe`, `window`, or what is wrong with the file.
    """
    if case is None or case.taken_by != member.id or case.state is not CaseState.TAKEN:
        raise CannotSay("taken")
    if len(text) > LONGEST or unfilled(text):
        raise CannotSay("long" if len(text) > LONGEST else "blank")
    conversation = await session.get_one(Conversation, case.conversation_id, with_for_update=True)
    if reason := may_hear(conversation):
        raise CannotSay(reason)
    if await _said_already(session, conversation.id, member.id, text, after, file):
        return
    try:
        await say(session, conversation, *([Spoken(text)] if text else []), author=str(member.id), priority=URGENT, file=file)
    except WindowClosed as error:
        raise CannotSay("window") from error
    except FileRefused as error:
        raise CannotSay(error.code) from error
    await replied(session, case, conversation)
    await session.execute(delete(Draft).where(Draft.case_id == case.id, Draft.member_id == member.id))


async def replied(session: AsyncSession, case: Case, conversation: Conversation) -> None:
    """The person has an answer: the clock of the first one stops, nobody need be called any more."""
    if case.replied_at is None:
        case.replied_at = now()
        waited = int((case.replied_at - case.opened_at).total_seconds())
        session.add(FirstReply(language=conversation.language or "en", risk=case.risk, seconds=waited))
    case.answered_at, case.escalated_at = now(), None
    await changed(session, case)


async def _said_already(
    session: AsyncSession, conversation_id: uuid.UUID, member_id: uuid.UUID, text: str, after: int, file: ReadyFile | None
) -> bool:
    since = select(Message).where(Message.conversation_id == conversation_id, Message.id > after, Message.author == str(member_id))
    said = list(await session.scalars(since))
    if text:
        return any(one.text and text.startswith(one.text) for one in said)
    return file is not None and any(one.kind == file.kind.value and not one.text for one in said)


async def end(session: AsyncSession, house: House, case: Case, outcome: Outcome) -> None:
    """Close the case: the bot says that it answers again, and asks once whether this helped."""
    conversation = await close(session, case, outcome)
    if may_hear(conversation):
        return
    language = conversation.language or "en"
    lines = [Spoken(house.library.phrase("bot_again", language), ("menu", "person"))]
    if outcome is not Outcome.BOT and case.replied_at is not None:
        lines.append(Spoken(house.library.phrase("did_help", language), ("helped:yes", "helped:no")))
    await say(session, conversation, *lines)


async def keep_draft(session: AsyncSession, case_id: uuid.UUID, member_id: uuid.UUID, text: str) -> None:
    """What was begun to be written survives a reload, and another computer."""
    key = {"case_id": case_id, "member_id": member_id}
    if not text.strip():
        await session.execute(delete(Draft).filter_by(**key))
        return
    kept = {"text": text, "updated_at": now()}
    await session.execute(insert(Draft).values(**key, **kept).on_conflict_do_update(index_elements=["case_id", "member_id"], set_=kept))
    await is_here(session, case_id, member_id, writes=True)


async def is_here(session: AsyncSession, case_id: uuid.UUID, member_id: uuid.UUID, *, writes: bool = False) -> None:
    """Somebody has this case open on a page, or writes in it."""
    seen = {"seen_at": now()} | ({"writing_at": now()} if writes else {})
    values = insert(Presence).values(case_id=case_id, member_id=member_id, **seen)
    await session.execute(values.on_conflict_do_update(index_elements=["case_id", "member_id"], set_=seen))
