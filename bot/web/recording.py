"""The editor's pages of recordings and pictures: the words as somebody reads them, and what is sent below them."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.menu import COUNTRIES
from bot.answers import way
from bot.answers.fill import answer_text
from bot.answers.library import Answer, Library
from bot.answers.media import KINDS, LONGEST_ALT, AnswerMedia, Use, keep, kept, spoken_hash, still_right, use_of, withdraw
from bot.answers.text import RETURN
from bot.channels import MOST, File, Kind
from bot.channels.telegram import VOICE_NOTE
from bot.conversation.media import FileRefused, ReadyFile
from bot.conversation.recode import seconds
from bot.errors import NotAllowed
from bot.i18n import SOURCE
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.web.account import Signed
from bot.web.media import answered, file_of
from bot.web.pages import house_of, staff_page
from bot.web.words_of import recording_problem
from nlu import LANGUAGES

router = APIRouter()

DONE = frozenset({"saved", "removed", "confirmed"})


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer in one language, and whom we imagine before it."""

    answer: Answer
    library: Library
    country: str = ""
    home: str = ""

    @property
    def text(self) -> str:
        return self.text_for(self.country, self.home)

    def text_for(self, country: str, home: str) -> str:
        return answer_text(self.answer, country or None, self.library, language=self.answer.language, home=home or None)

    @property
    def homes(self) -> list[str]:
        """Countries for which the answer says more to those who go back there."""
        return sorted(name.removeprefix(RETURN) for name in self.answer.variants if name.startswith(RETURN))

    @property
    def countries(self) -> list[str]:
        """Where people are asked whether they are, and where else the answer says more."""
        stays = [name for name in self.answer.variants if len(name) == 2]
        return list(dict.fromkeys(("", *stays, *(code for page in COUNTRIES for code in page))))

    def address(self, **more: str) -> str:
        query = urlencode({key: value for key, value in {"country": self.country, "home": self.home, **more}.items() if value})
        return f"/staff/answers/{self.answer.intent}/{self.answer.language}/media" + (f"?{query}" if query else "")


def heard(request: Request, intent: str, language: str, country: str = "", home: str = "") -> Heard:
    """NotAllowed (not found) where there is no such answer in this language."""
    library = house_of(request).library
    answer = library.answers.get((intent, language))
    if answer is None:
        raise NotAllowed
    found = Heard(answer, library)
    return Heard(answer, library, country if country in found.countries else "", home if home in found.homes else "")


@router.get("/staff/answers/{intent}/media")
async def all_languages(request: Request, member: Signed, intent: str) -> Response:
    """What there is for one answer in each language, and what is withheld."""
    house = house_of(request)
    if (intent, SOURCE) not in house.library.answers:
        raise NotAllowed
    async with house.sessions() as session:
        rows = await kept(session, intent)
    found = [(language, *_standing(house.library, intent, language, rows)) for language in LANGUAGES]
    title = house.library.title(intent, member.console_language)
    return staff_page(request, member, "recordings.html", intent=intent, heading=title, rows=found, drawn=intent in way.FOLLOWS)


def _standing(library: Library, intent: str, language: str, rows: list[AnswerMedia]) -> tuple[bool, list[tuple[Kind, list[tuple[AnswerMedia, Use]]]]]:
    """Whether the answer is there in a language, and by kind what was made for it."""
    answer = library.answers.get((intent, language))
    if answer is None:
        return False, []
    words = Heard(answer, library)
    mine = [row for row in rows if row.language == language]
    uses = [(row, Use.USED if row.text_hash == spoken_hash(words.text_for(row.country, row.home)) else Use.CHANGED) for row in mine]
    return True, [(kind, [(row, use) for row, use in uses if row.kind == kind.value]) for kind in reversed(KINDS)]


@router.get("/staff/answers/{intent}/{language}/media")
async def show(
    request: Request, member: Signed, intent: str, language: str, country: str = "", home: str = "", problem: str = "", said: str = ""
) -> Response:
    """The words as somebody in a country reads them, with what is sent below them."""
    house = house_of(request)
    words = heard(request, intent, language, country, home)
    async with house.sessions() as session:
        rows = await kept(session, intent, language)
        found = {kind.value: await _with_name(session, *use_of(rows, kind, words.text, words.country, words.home)) for kind in KINDS}
    uses = {kind.value: [use_of(rows, kind, words.text_for(code, words.home), code, words.home)[0] for code in words.countries] for kind in KINDS}
    values: dict[str, Any] = {"words": words, "hash": spoken_hash(words.text), "found": found, "longest_alt": LONGEST_ALT}
    values |= {"by_country": list(zip(words.countries, uses["voice"], uses["picture"], strict=True))}
    values |= {"steps": way.way_in(house.library, language) if intent in way.FOLLOWS else None, "title": house.library.title(intent, language)}
    values |= {"no_address": house.settings.whatsapp_is_set and not house.settings.public_url, "urgent": intent in house.urgent}
    values |= {"problem": problem if problem in recording_problem else "", "said": said if said in DONE else ""}
    return staff_page(request, member, "recording.html", **values)


async def _with_name(session: AsyncSession, use: Use, row: AnswerMedia | None) -> tuple[Use, AnswerMedia | None, Member | None]:
    return use, row, await session.get(Member, row.member_id) if row and row.member_id else None


def _posted(request: Request, intent: str, language: str, country: Annotated[str, Form()] = "", home: Annotated[str, Form()] = "") -> Heard:
    return heard(request, intent, language, country, home)


@router.post("/staff/answers/{intent}/{language}/media")
async def save(
    request: Request,
    member: Signed,
    words: Annotated[Heard, Depends(_posted)],
    kind: Annotated[str, Form()] = "voice",
    alt: Annotated[str, Form(max_length=LONGEST_ALT)] = "",
    seen: Annotated[str, Form()] = "",
    file: UploadFile | None = None,
) -> Response:
    """Keep a recording or a picture for the words that the page showed, if they are still the words."""
    what = Kind.PICTURE if kind == Kind.PICTURE.value else Kind.VOICE
    try:
        ready = await file_of(file)
    except FileRefused as error:
        return RedirectResponse(words.address(problem=error.code), 303)
    problem = _problem(ready, what, alt) or ("changed" if seen != spoken_hash(words.text) else "")
    if problem or ready is None:
        return RedirectResponse(words.address(problem=problem), 303)
    media = AnswerMedia(
        kind=what.value,
        name=words.answer.intent,
        language=words.answer.language,
        country=words.country,
        home=words.home,
        text_hash=seen,
        content=ready.content,
        content_type=ready.content_type,
        seconds=seconds(ready.content) if what is Kind.VOICE else None,
        alt=" ".join(alt.split()) if what is Kind.PICTURE else "",
        member_id=member.id,
    )
    async with house_of(request).sessions.begin() as session:
        await keep(session, media)
        await note_act(session, member.id, f"answer.{what.value}", media.name, _where(media))
    return RedirectResponse(words.address(said="saved"), 303)


def _problem(ready: ReadyFile | None, kind: Kind, alt: str) -> str:
    if ready is None:
        return "no-file"
    if ready.kind is not kind:
        return f"not-{kind.value}"
    if kind is Kind.VOICE:
        return "long" if len(ready.content) > VOICE_NOTE else ""
    if len(ready.content) > MOST["whatsapp"]["picture"]:
        return "too-large"
    return "" if alt.strip() else "no-alt"


def _where(media: AnswerMedia) -> str:
    return " ".join(part for part in (media.language, media.country, f"{RETURN}{media.home}" if media.home else "") if part)


async def _one(session: AsyncSession, intent: str, language: str, media_id: uuid.UUID) -> AnswerMedia:
    media = await session.get(AnswerMedia, media_id)
    if media is None or (media.name, media.language) != (intent, language) or media.withdrawn_at is not None:
        raise NotAllowed
    return media


@router.get("/staff/answers/{intent}/{language}/media/{media_id}")
async def listen(request: Request, _member: Signed, intent: str, language: str, media_id: uuid.UUID) -> Response:
    """The recording or the picture itself."""
    async with house_of(request).sessions() as session:
        media = await _one(session, intent, language, media_id)
        content = await session.scalar(select(AnswerMedia.content).where(AnswerMedia.id == media.id))
    return answered(File(content=content or b"", content_type=media.content_type), request.headers.get("range", ""))


@router.post("/staff/answers/{intent}/{language}/media/{media_id}/confirm")
async def confirm(request: Request, member: Signed, intent: str, language: str, media_id: uuid.UUID, seen: Annotated[str, Form()] = "") -> Response:
    """The picture still fits the words that the page showed."""
    async with house_of(request).sessions.begin() as session:
        media = await _one(session, intent, language, media_id)
        words = heard(request, intent, language, media.country, media.home)
        if fits := media.kind == Kind.PICTURE.value and seen == spoken_hash(words.text):
            await still_right(session, media, words.text, member.id)
            await note_act(session, member.id, "answer.confirmed", intent, _where(media))
    return RedirectResponse(words.address(**({"said": "confirmed"} if fits else {"problem": "changed"})), 303)


@router.post("/staff/answers/{intent}/{language}/media/{media_id}/remove")
async def remove(request: Request, member: Signed, intent: str, language: str, media_id: uuid.UUID) -> Response:
    """Take it out of use."""
    async with house_of(request).sessions.begin() as session:
        media = await _one(session, intent, language, media_id)
        words = heard(request, intent, language, media.country, media.home)
        await withdraw(session, media)
        await note_act(session, member.id, "answer.removed", intent, _where(media))
    return RedirectResponse(words.address(said="removed"), 303)


@router.get("/staff/way")
async def ways(request: Request, member: Signed) -> Response:
    """The way in six steps in all languages."""
    library = house_of(request).library
    found = [(language, way.way_in(library, language)) for language in LANGUAGES]
    return staff_page(request, member, "ways.html", ways=found)


@router.get("/staff/way/{language}.png")
async def drawing(request: Request, _member: Signed, language: str) -> Response:
    """One of these pictures."""
    content = await asyncio.to_thread(way.drawn, house_of(request).library, language) if language in LANGUAGES else None
    if content is None:
        raise NotAllowed
    return answered(File(content=content, content_type="image/png"), "")
