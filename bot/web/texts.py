"""The counsellor's search over every text that may be sent, and putting one into what they write."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases.models import Case, CaseState
from bot.cases.talk import keep_draft
from bot.cases.texts import INSERTED, Text, draft_of, joined, search, text_of
from bot.conversation.models import Conversation, Person
from bot.errors import NotAllowed
from bot.i18n import SOURCE
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.web.account import Signed
from bot.web.pages import fragment, house_of, staff_page

router = APIRouter()

MOST = 8  #: texts of one page
HEAVY = 30_000  #: bytes of texts after which a page ends sooner: on slow lines it must stay under 50 kB
FURTHEST = 200  #: texts that can be paged through


@dataclass(frozen=True, slots=True)
class Looked:
    """An open case, as far as the texts for it depend on it."""

    case: Case
    conversation: Conversation
    person: Person

    @property
    def theirs(self) -> str:
        """The language that the person is written to in."""
        return self.conversation.language or SOURCE


async def looked(session: AsyncSession, case_id: uuid.UUID) -> Looked:
    """NotAllowed (not found) where there is no such open case."""
    case = await session.get(Case, case_id)
    if case is None or case.state is CaseState.CLOSED:
        raise NotAllowed
    conversation = await session.get_one(Conversation, case.conversation_id)
    return Looked(case, conversation, await session.get_one(Person, conversation.person_id))


@router.get("/staff/cases/{case_id}/texts")
async def texts(request: Request, member: Signed, case_id: uuid.UUID, q: str = "", start: int = 0, part: int = 0, problem: str = "") -> Response:
    """What was found, as a page; with `part` as the block alone, for the script."""
    house = house_of(request)
    async with house.sessions() as session:
        about = await looked(session, case_id)
        mine, theirs, country = member.console_language, about.theirs, about.person.country_of_stay
        found = await search(house, session, q, mine, theirs, country, FURTHEST, about.case.intent)
    start = max(start, 0)
    shown = within(found[start:])
    more = start + len(shown) if start + len(shown) < len(found) else 0
    values: dict[str, Any] = {"case": about.case, "q": q, "found": shown, "start": start, "more": more, "mine": mine, "theirs": theirs}
    if part:
        return HTMLResponse(fragment("_found.html", language=mine, **values))
    return staff_page(request, member, "texts.html", problem=problem, **values)


def within(found: Sequence[Text]) -> Sequence[Text]:
    """As many texts as one page takes, at least one."""
    weight = 0
    for number, text in enumerate(found[:MOST]):
        weight += sum(len(side.text.encode()) for side in (text.mine, text.theirs) if side)
        if number and weight > HEAVY:
            return found[:number]
    return found[:MOST]


@router.post("/staff/cases/{case_id}/texts")
async def use(request: Request, member: Signed, case_id: uuid.UUID, key: Annotated[str, Form()] = "", part: Annotated[int, Form()] = 0) -> Response:
    """Put a text under what the counsellor has begun to write; with `part` hand it to the script, which puts it where they write."""
    async with house_of(request).sessions.begin() as session:
        about = await looked(session, case_id)
        text = await _chosen(request, session, member, about, key)
        if text is not None and not part:
            written = await draft_of(session, case_id, member.id)
            await keep_draft(session, case_id, member.id, joined(written, text))
    if part:
        return PlainTextResponse(text or "", 200 if text else 410)
    return RedirectResponse(f"/staff/cases/{case_id}" + ("#text" if text else "/texts?problem=gone"), 303)


async def _chosen(request: Request, session: AsyncSession, member: Member, about: Looked, key: str) -> str | None:
    """The words of a text in the person's language; None where it is no longer there."""
    found = await text_of(house_of(request), session, key, member.console_language, about.theirs, about.person.country_of_stay)
    if found is None or found.theirs is None:
        return None
    await note_act(session, member.id, INSERTED, about.case.id, found.key)
    return found.theirs.text
