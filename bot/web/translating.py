"""Machine translation on the pages of a case: of what the person wrote, and of a draft before it is sent. Always labelled, never sent by itself."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from pydantic import BaseModel, field_validator

from bot.cases.talk import keep_draft
from bot.cases.texts import draft_of, joined
from bot.conversation.models import Message
from bot.errors import NotAllowed
from bot.house import House
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.translation import EngineSilent, LanguageLacking, TranslationError, is_set, translated
from bot.web.account import Signed
from bot.web.pages import fragment, house_of, staff_page, templates
from bot.web.texts import looked
from nlu import LANGUAGES

router = APIRouter()


def translates(request: Request) -> bool:
    """Whether this place has set up an engine; without one no page speaks of translation."""
    return is_set(house_of(request).settings)


templates.env.globals["translates"] = translates


class Asked(BaseModel):
    """The form: of a message, or of a draft and one of the steps with it."""

    message: int = 0
    text: str = ""
    translation: str = ""
    written_in: str = ""
    step: str = ""  #: forth: translate the draft · back: only what the translation says · keep: put it into the reply
    part: int = 0  #: the block alone, for the script

    @field_validator("text", "translation")
    @classmethod
    def _lines(cls, value: str) -> str:
        return value.replace("\r\n", "\n").strip()


@router.post("/staff/cases/{case_id}/translate")
async def translate(request: Request, member: Signed, case_id: uuid.UUID, asked: Annotated[Asked, Form()]) -> Response:
    """A message of the person, or a draft: forth and back, to be looked at, changed, and put into the reply."""
    if translates(request) and asked.message:
        return await _of_message(request, member, case_id, asked.message, part=bool(asked.part))
    if translates(request) and asked.text and asked.step == "keep" and asked.translation:
        return await _keep(request, member, case_id, asked.text, asked.translation)
    if translates(request) and asked.text:
        return await _of_draft(request, member, case_id, asked)
    async with house_of(request).sessions() as session:
        await looked(session, case_id)
    return _to_case(case_id)


async def _of_message(request: Request, member: Member, case_id: uuid.UUID, message_id: int, *, part: bool) -> Response:
    """What the person wrote, with its translation under it; the act is written down before the words leave the house."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        about = await looked(session, case_id)
        message = await session.get(Message, message_id)
        if message is None or message.conversation_id != about.conversation.id or not message.text:
            raise NotAllowed
        await note_act(session, member.id, "case.translated", case_id, "message")
    language = message.language if message.language in LANGUAGES else _read(house, message.text, about.theirs)
    done, problem = await _tried(house, message.text, language, member.console_language)
    values: dict[str, Any] = {"case": about.case, "message": message, "written_in": language, "into": member.console_language} | problem
    if part:
        return HTMLResponse(fragment("_translation.html", language=member.console_language, done=done, **values))
    return staff_page(request, member, "translation_of_message.html", done=done, **values)


async def _of_draft(request: Request, member: Member, case_id: uuid.UUID, asked: Asked) -> Response:
    """A draft, its translation and what that says when translated back. The draft itself is kept meanwhile."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        about = await looked(session, case_id)
        await keep_draft(session, case_id, member.id, asked.text)
        await note_act(session, member.id, "case.translated", case_id, "draft")
    into = about.theirs
    source = asked.written_in if asked.written_in in LANGUAGES else _read(house, asked.text, member.console_language)
    forth = asked.translation if asked.step == "back" else ""
    problem: dict[str, Any] = {}
    if not forth:
        forth, problem = await _tried(house, asked.text, source, into)
    back, later = await _tried(house, forth, into, source) if forth else ("", {})
    values: dict[str, Any] = {"case": about.case, "text": asked.text, "forth": forth, "back": back, "written_in": source, "into": into}
    return staff_page(request, member, "translation.html", languages=LANGUAGES, **(values | later | problem))


async def _keep(request: Request, member: Member, case_id: uuid.UUID, text: str, translation: str) -> Response:
    """Put the translation where the draft was; whatever else was written meanwhile stays above it. Only Send sends it."""
    async with house_of(request).sessions.begin() as session:
        await looked(session, case_id)
        written = await draft_of(session, case_id, member.id)
        await keep_draft(session, case_id, member.id, translation if written.strip() == text else joined(written, translation))
        await note_act(session, member.id, "case.translated", case_id, "kept")
    return _to_case(case_id)


def _read(house: House, text: str, prior: str) -> str:
    """The language a text is most likely written in."""
    return next(iter(house.reader.engine.languages(text, prior=prior)))


async def _tried(house: House, text: str, source: str, target: str) -> tuple[str, dict[str, Any]]:
    """The translation, or what the page must say of why there is none."""
    if source == target:
        return "", {"problem": "same", "lacking": target}
    try:
        return await translated(house.settings, text, source, target), {}
    except LanguageLacking as error:
        return "", {"problem": "lacking", "lacking": error.language}
    except EngineSilent:
        return "", {"problem": "silent"}
    except TranslationError:
        return "", {"problem": "refused"}


def _to_case(case_id: uuid.UUID) -> Response:
    return RedirectResponse(f"/staff/cases/{case_id}#text", 303)
