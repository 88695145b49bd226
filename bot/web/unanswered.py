"""The editors' list of what the bot was not sure of or read wrongly: redacted, grouped by likeness; each sentence teaches with one click."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from bot.answering.menu import THEMES
from bot.conversation.models import Message
from bot.db import now
from bot.errors import NotAllowed
from bot.house import House
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.teaching.models import MissingTopic, Sentence
from bot.teaching.sentences import LONGEST, LONGEST_NAME, miss, teach, teachable
from bot.teaching.waiting import KINDS, PERIODS, Filters, Group, Heard, groups, shown, these
from bot.web import teaching_words
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page
from nlu import INTENTS, LANGUAGES

router = APIRouter()

PER_PAGE, FEW, MANY = 3, 4, 24  #: groups of a page, texts shown of each, texts shown of a group alone
LIKELY = 3  #: topics offered before all others
TOPICS_PER_PAGE = 50

Short = Annotated[str, Query(max_length=32)]


def asked(language: Short = "", kind: Short = "", days: int = 30) -> Filters:
    """What of the list the address asks for."""
    return Filters(
        language=language if language in LANGUAGES else "", kind=kind if kind in KINDS else "", days=days if days in PERIODS else PERIODS[1]
    )


Asked = Annotated[Filters, Depends(asked)]
Number = Annotated[int, Query(ge=0, le=10_000)]


@router.get("/staff/unanswered")
async def show(
    request: Request, member: Signed, filters: Asked, page: Number = 0, group: Number = 0, said: Short = "", count: Number = 0, problem: Short = ""
) -> Response:
    """The groups, the largest first; or one group whole."""
    house = house_of(request)
    async with house.sessions() as session:
        found = await groups(session, filters)
    alone = [one for one in found if one.id == group]
    here = alone or found[page * PER_PAGE : (page + 1) * PER_PAGE]
    most = MANY if alone else FEW
    cards = [await _card(house, one, most, page if alone else 0) for one in here]
    values: dict[str, Any] = {
        "cards": cards,
        "filters": filters,
        "alone": bool(alone),
        "number": page,
        "messages": sum(len(one.members) for one in found),
    }
    values["more"] = (page + 1) * (MANY if alone else PER_PAGE) < (len(alone[0].members) if alone else len(found))
    values |= {"same": _address(filters), "languages": LANGUAGES, "kinds": KINDS, "periods": PERIODS, "topics": topics(house, member), "house": house}
    values |= {
        "said": said if said in teaching_words.taught else "",
        "count": count,
        "problem": problem if problem in teaching_words.not_taught else "",
    }
    return staff_page(request, member, "unanswered.html", longest=LONGEST, longest_name=LONGEST_NAME, **values)


async def _card(house: House, group: Group, most: int, page: int) -> dict[str, Any]:
    """What a page shows of a group: its texts, and what they may mean as the live model reads the first."""
    members = group.members[page * most : (page + 1) * most]
    texts = [(one, await asyncio.to_thread(shown, one), _certainty(house, one)) for one in members]
    first = group.members[0]
    reading = await house.reader.read(first.text[:2_000], prior=first.language)
    likely = [one.intent for one in reading.ranking[:LIKELY]]
    return {"group": group, "texts": texts, "likely": likely, "language": first.language, "rest": len(group.members) - len(members)}


def _certainty(house: House, heard: Heard) -> str:
    limits = house.reader.engine.limits
    return "sure" if heard.confidence >= limits.sure else "nearly" if heard.confidence >= limits.nearly else "not"


def topics(house: House, member: Member) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every intent with its title, by theme; what is not a topic comes last."""
    language, listed = member.console_language, {intent for intents in THEMES.values() for intent in intents}
    by_theme = [(house.library.phrase(f"theme_{theme}", language), intents) for theme, intents in THEMES.items()]
    by_theme.append(("", tuple(intent for intent in INTENTS if intent not in listed)))
    return [(theme, [(intent, house.library.title(intent, language)) for intent in intents]) for theme, intents in by_theme]


def _address(filters: Filters, **more: object) -> str:
    return urlencode({"language": filters.language, "kind": filters.kind, "days": filters.days, **more})


@router.post("/staff/unanswered")
async def act(request: Request, member: Signed, filters: Asked) -> Response:
    """Teach the ticked sentences, note a missing topic for them, or set them aside."""
    form = await request.form()
    ids = [int(str(value)) for value in form.getlist("message") if str(value).isdecimal()][:MANY]
    async with house_of(request).sessions.begin() as session:
        found = await these(session, ids)
        match form.get("do"):
            case "teach":
                outcome = await _teach(session, house_of(request), member, found, form)
            case "missing":
                outcome = await _missing(session, member, found, str(form.get("name") or ""))
            case _:
                outcome = await _dismiss(session, member, found)
    return RedirectResponse(f"/staff/unanswered?{_address(filters)}&{urlencode(outcome)}", 303)


async def _teach(session: AsyncSession, house: House, member: Member, found: list[Message], form: FormData) -> dict[str, object]:
    """What was taught, and why the rest was not; a message that taught, or that holds nothing new, is dealt with."""
    intent, language = str(form.get("intent") or ""), str(form.get("language") or "")
    taught, problems = 0, []
    for message in found:
        text = form.get(f"text_{message.id}")
        words = await asyncio.to_thread(teachable, message.text if text is None else str(text), message.language or language)
        sentence = await teach(session, house.settings.training_dir, words, language, intent, member.id, "unanswered")
        if isinstance(sentence, Sentence):
            taught += 1
            await note_act(session, member.id, "sentence.taught", sentence.id, intent)
        elif sentence != "known":
            problems.append(sentence)
            continue
        message.wrong, message.sorted_at = message.wrong or message.intent != intent, now()
    return {"said": "taught", "count": taught, "problem": problems[0] if problems else ""}


async def _missing(session: AsyncSession, member: Member, found: list[Message], name: str) -> dict[str, object]:
    topic = await miss(session, name, len(found), member.id, found[0].language or "en") if found else None
    if topic is None:
        return {"problem": "name"}
    await note_act(session, member.id, "topic.missed", topic.id, str(len(found)))
    return {"said": "missing", "count": _sorted(found)}


async def _dismiss(session: AsyncSession, member: Member, found: list[Message]) -> dict[str, object]:
    await note_act(session, member.id, "unanswered.dismissed", None, str(len(found)))
    return {"said": "dismissed", "count": _sorted(found)}


def _sorted(found: list[Message]) -> int:
    for message in found:
        message.sorted_at = now()
    return len(found)


@router.get("/staff/unanswered/missing")
async def missing(request: Request, member: Signed, page: Number = 0, said: Short = "") -> Response:
    """What people ask about and no answer exists for."""
    async with house_of(request).sessions() as session:
        query = (
            select(MissingTopic, Member).outerjoin(Member, Member.id == MissingTopic.member_id).order_by(MissingTopic.count.desc(), MissingTopic.id)
        )
        rows = (await session.execute(query.offset(page * TOPICS_PER_PAGE).limit(TOPICS_PER_PAGE + 1))).all()
    values: dict[str, Any] = {"rows": rows[:TOPICS_PER_PAGE], "more": len(rows) > TOPICS_PER_PAGE, "number": page}
    return staff_page(request, member, "missing_topics.html", said=said if said in teaching_words.taught else "", **values)


@router.post("/staff/unanswered/missing/{topic_id}/remove")
async def has_answer(request: Request, member: Signed, topic_id: int) -> Response:
    """The topic has its answer now, or never needs one."""
    async with house_of(request).sessions.begin() as session:
        topic = await session.get(MissingTopic, topic_id)
        if topic is None:
            raise NotAllowed
        await session.delete(topic)
        await note_act(session, member.id, "topic.removed", topic_id)
    return RedirectResponse("/staff/unanswered/missing?said=removed", 303)
