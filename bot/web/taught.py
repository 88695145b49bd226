"""The page of taught sentences: who taught what and when; add one by hand, take one back."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import func, select

from bot.errors import NotAllowed
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.teaching.models import Sentence
from bot.teaching.sentences import LONGEST, sentences, teach
from bot.web import teaching_words
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page
from bot.web.unanswered import topics
from nlu import LANGUAGES

router = APIRouter()

PER_PAGE = 40
Short = Annotated[str, Query(max_length=32)]


@router.get("/staff/taught")
async def show(
    request: Request, member: Signed, language: Short = "", page: Annotated[int, Query(ge=0, le=10_000)] = 0, said: Short = "", problem: Short = ""
) -> Response:
    """The newest first."""
    house, language = house_of(request), language if language in LANGUAGES else ""
    async with house.sessions() as session:
        rows = await sentences(session, language, page * PER_PAGE, PER_PAGE + 1)
        names = {one.id: one.called for one in await session.scalars(select(Member).where(Member.id.in_({row.member_id for row in rows})))}
        total = await session.scalar(select(func.count(Sentence.id)))
    values: dict[str, Any] = {"rows": rows[:PER_PAGE], "more": len(rows) > PER_PAGE, "number": page, "names": names, "total": total}
    values |= {"in_language": language, "languages": LANGUAGES, "topics": topics(house, member), "house": house, "longest": LONGEST}
    values |= {"said": said if said in teaching_words.taught else "", "problem": problem if problem in teaching_words.not_taught else ""}
    return staff_page(request, member, "taught.html", **values)


@router.post("/staff/taught")
async def add(
    request: Request,
    member: Signed,
    text: Annotated[str, Form(max_length=4_000)] = "",
    language: Annotated[str, Form(max_length=3)] = "",
    intent: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """A sentence typed by an editor."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        sentence = await teach(session, house.settings.training_dir, text, language, intent, member.id, "typed")
        if isinstance(sentence, Sentence):
            await note_act(session, member.id, "sentence.taught", sentence.id, intent)
    return RedirectResponse(f"/staff/taught?{'said=taught' if isinstance(sentence, Sentence) else f'problem={sentence}'}", 303)


@router.post("/staff/taught/{sentence_id}/remove")
async def take_back(request: Request, member: Signed, sentence_id: int) -> Response:
    """The next training does without it."""
    async with house_of(request).sessions.begin() as session:
        sentence = await session.get(Sentence, sentence_id)
        if sentence is None:
            raise NotAllowed
        await session.delete(sentence)
        await note_act(session, member.id, "sentence.removed", sentence_id, sentence.intent)
    return RedirectResponse("/staff/taught?said=removed", 303)
