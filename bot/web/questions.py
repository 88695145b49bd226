"""The pages of the test questions: each answer's own, and how the live model reads each."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from bot.errors import NotAllowed
from bot.staff.audit import note_act
from bot.teaching.measuring import led_to
from bot.teaching.models import TestQuestion
from bot.teaching.questions import ask, counts, questions, read
from bot.teaching.sentences import LONGEST
from bot.web import teaching_words
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page
from bot.web.unanswered import topics
from nlu import INTENTS, LANGUAGES

router = APIRouter()

PER_PAGE = 60
Short = Annotated[str, Query(max_length=32)]


@router.get("/staff/questions")
async def show_all(request: Request, member: Signed) -> Response:
    """Every answer, and how many questions it has."""
    house = house_of(request)
    async with house.sessions() as session:
        found = await counts(session)
    return staff_page(request, member, "questions.html", topics=topics(house, member), counts=found, house=house)


@router.get("/staff/questions/{intent}")
async def show(
    request: Request,
    member: Signed,
    intent: str,
    language: Short = "",
    page: Annotated[int, Query(ge=0, le=1000)] = 0,
    said: Short = "",
    problem: Short = "",
) -> Response:
    """The questions of one answer."""
    if intent not in INTENTS:
        raise NotAllowed
    house, language = house_of(request), language if language in LANGUAGES else ""
    async with house.sessions() as session:
        found = await questions(session, intent, language or None)
    asked = await read(found[page * PER_PAGE : (page + 1) * PER_PAGE], house.reader)
    values: dict[str, Any] = {"intent": intent, "rows": [(one, led_to(one.reading)) for one in asked], "total": len(found), "number": page}
    values |= {"more": (page + 1) * PER_PAGE < len(found), "in_language": language, "languages": LANGUAGES, "house": house, "longest": LONGEST}
    values |= {"said": said if said in teaching_words.taught else "", "problem": problem if problem in teaching_words.not_taught else ""}
    return staff_page(request, member, "question.html", **values)


@router.post("/staff/questions/{intent}")
async def add(
    request: Request,
    member: Signed,
    intent: str,
    text: Annotated[str, Form(max_length=4_000)] = "",
    language: Annotated[str, Form(max_length=3)] = "",
) -> Response:
    """A question that must lead to this answer from now on."""
    if intent not in INTENTS:
        raise NotAllowed
    house = house_of(request)
    async with house.sessions.begin() as session:
        question = await ask(session, house.settings.training_dir, text, language, intent, member.id)
        if isinstance(question, TestQuestion):
            await note_act(session, member.id, "question.added", question.id, intent)
    outcome = f"said=added&language={question.language}" if isinstance(question, TestQuestion) else f"problem={question}"
    return RedirectResponse(f"/staff/questions/{intent}?{outcome}", 303)


@router.post("/staff/questions/{intent}/remove")
async def remove(request: Request, member: Signed, intent: str, question: Annotated[int, Form()] = 0) -> Response:
    """The answer does without this question."""
    async with house_of(request).sessions.begin() as session:
        found = await session.get(TestQuestion, question)
        if found is None or found.intent != intent:
            raise NotAllowed
        await session.delete(found)
        await note_act(session, member.id, "question.removed", question, intent)
    return RedirectResponse(f"/staff/questions/{intent}?said=removed&language={found.language}", 303)
