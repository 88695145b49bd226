"""The chat page: a real channel in the browser, with server-sent events, and without JavaScript too."""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import uuid
from collections.abc import AsyncIterator, Collection
from contextlib import aclosing, suppress
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from sqlalchemy import exists, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.receive import receive
from bot.channels import File, Inbound, Kind
from bot.conversation.attached import content_of
from bot.conversation.models import Address, Attachment, Conversation, Delivery, Message, State
from bot.db import now
from bot.house import House
from bot.i18n import interface, of_app
from bot.sealing import keyring
from bot.web.media import answered
from bot.web.pages import button_words, fragment, house_of, live_of, page

router = APIRouter()

COOKIE = "homeward_chat"
DAYS = 30
LONGEST = 40_000  #: a browser counts a new line as one character and sends two; `receive` keeps 20,000
PATIENCE = 3.0  #: seconds that a page without script waits for its reply before it is shown
FOLLOWING = frozenset({Kind.PICTURE.value, Kind.VOICE.value})  #: what the bot shows and reads out below an answer
NOTHING = "0-0"  #: the mark of a page without messages
GONE = "event: gone\ndata: \n\n"
Visitor = Annotated[str | None, Cookie(alias=COOKIE)]


@router.get("/chat")
async def show(request: Request, visitor: Visitor = None) -> Response:
    """The conversation so far."""
    house = house_of(request)
    async with house.sessions() as session:
        conversation = await _conversation(session, visitor)
        shown = await _messages(session, house, conversation) if conversation else []
    language = (conversation.language if conversation else None) or _preferred(request)
    answer = _page(request, language, shown)
    if not visitor:
        _remember(answer, request)
    return answer


def _page(request: Request, language: str, shown: list[dict[str, Any]], *, draft: str = "", status: int = 200) -> HTMLResponse:
    mark = _mark([message["id"] for message in shown])
    return page(request, "chat.html", language=language, messages=shown, key=uuid.uuid4().hex, mark=mark, draft=draft, status=status)


def _remember(answer: Response, request: Request) -> None:
    """Lax, not strict: somebody who comes back by a link on another page must find their conversation, not lose it."""
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(COOKIE, secrets.token_urlsafe(24), max_age=DAYS * 86400, httponly=True, samesite="lax", secure=secure, path="/chat")


@router.post("/chat")
async def say(
    request: Request,
    visitor: Visitor = None,
    text: Annotated[str, Form(max_length=LONGEST)] = "",
    choice: Annotated[str, Form(max_length=64)] = "",
    key: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """One message of the person. `key` is made by the page, so a message sent twice is heard once."""
    scripted = request.headers.get("accept", "").startswith("application/json")
    if not visitor:
        return _unknown(request, text, scripted=scripted)
    place = "/chat"
    if text.strip() or choice:
        inbound = Inbound(
            channel="webchat",
            person=visitor,
            external_id=f"{keyring().fingerprint('webchat', visitor).hex()[:16]}:{key or uuid.uuid4().hex}",
            kind=Kind.BUTTON if choice else Kind.TEXT,
            text=text,
            button=choice,
            hint=_preferred(request),
            sent_at=now(),
        )
        async with house_of(request).sessions.begin() as session:
            await receive(session, inbound)
        if not scripted:
            place = f"/chat#m{await _answered(request, inbound.external_id)}"
    return JSONResponse({"kept": True}) if scripted else RedirectResponse(place, 303)


def _unknown(request: Request, text: str, *, scripted: bool) -> Response:
    """No cookie yet, or no longer: the page keeps the words, and the next try comes with one."""
    answer = JSONResponse({"kept": False}, 400) if scripted else _page(request, _preferred(request), [], draft=text, status=400)
    _remember(answer, request)
    return answer


async def _answered(request: Request, external_id: str) -> int:
    """The id of a message just kept, once it was answered or after a little patience: without script nothing else shows the reply."""
    async with house_of(request).sessions() as session:
        mine = (Message.channel == "webchat", Message.external_id == external_id, Message.direction == "in")
        heard = await session.scalar(select(Message).where(*mine))
    if heard is None:
        return 0
    replies = Message.__table__.alias()
    queued = exists().where(replies.c.answers_id == heard.id, replies.c.delivery == Delivery.QUEUED)
    waits = select(Conversation.id).join(Message, Message.conversation_id == Conversation.id)
    waits = waits.where(Message.id == heard.id, Conversation.state != State.COUNSELLOR, Message.answered_at.is_(None) | queued)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE), aclosing(live_of(request).changes(f"said-{heard.conversation_id}")) as changes:
            async for _ in changes:
                async with house_of(request).sessions() as session:
                    if await session.scalar(waits) is None:
                        break
    return heard.id


@router.get("/chat/events")
async def events(request: Request, visitor: Visitor = None, after: str = NOTHING) -> Response:
    """New messages as server-sent events, each the HTML of one message. Before the first message there is nothing to watch."""
    house = house_of(request)
    after = request.headers.get("last-event-id") or after
    async with house.sessions() as session:
        conversation = await _conversation(session, visitor)
    if conversation is None and after == NOTHING:
        return Response(status_code=204)  # tells the browser to stop asking
    stream = _stream(request, visitor, after, f"said-{conversation.id}" if conversation else "")
    return StreamingResponse(stream, media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _stream(request: Request, visitor: str | None, mark: str, subject: str) -> AsyncIterator[str]:
    """What the page lacks, now and after each change; GONE where it shows what was forgotten since."""
    house, known = house_of(request), None
    yield "retry: 1000\n\n"
    async for changed in live_of(request).changes(subject):
        if not changed:
            yield ": still here\n\n"
            continue
        async with house.sessions() as session:
            conversation = await _conversation(session, visitor)
            shown = await _messages(session, house, conversation) if conversation else []
        visible = {message["id"] for message in shown}
        known = _known(mark, visible) if known is None else known
        if known is None or not known <= visible or conversation is None:
            yield GONE
            return
        for message in shown:
            if message["id"] not in known:
                known.add(message["id"])
                yield _event(message, conversation.language or "en", known)


def _event(message: dict[str, Any], language: str, known: set[int]) -> str:
    html = fragment("message.html", message=message, key=uuid.uuid4().hex, words=interface(language))
    data = {"id": message["id"], "key": message["key"], "language": language, "html": html}
    return f"id: {_mark(known)}\ndata: {json.dumps(data)}\n\n"


def _mark(ids: Collection[int]) -> str:
    """What a page has: its newest message, and how many up to it. A message below the newest may still be on its way."""
    return f"{max(ids, default=0)}-{len(ids)}"


def _known(mark: str, visible: set[int]) -> set[int] | None:
    """What a page with this mark has. Where one came late it is told all again and keeps what it has; None where it has too much."""
    said = re.fullmatch(r"(\d{1,18})-(\d{1,9})", mark)
    newest, count = (int(said[1]), int(said[2])) if said else (0, 0)
    below = {message for message in visible if message <= newest}
    if len(below) < count:
        return None
    return below if len(below) == count else set()


@router.get("/chat/media/{message_id}")
async def media(request: Request, message_id: int, visitor: Visitor = None) -> Response:
    """A picture or a recording of the person's own conversation; to everybody else it is not there."""
    house = house_of(request)
    async with house.sessions() as session:
        conversation = await _conversation(session, visitor)
        message = await session.get(Message, message_id) if conversation and 0 < message_id < 2**63 else None
        if conversation is None or message is None or message.conversation_id != conversation.id:
            raise HTTPException(404)
        sent = await session.scalar(select(Attachment).where(Attachment.message_id == message.id))
        content = await content_of(session, house.library, sent, message) if sent else None
    if sent is None or content is None:
        raise HTTPException(404)
    return answered(File(content=content, content_type=sent.content_type, name=sent.file_name), request.headers.get("range", ""))


async def _conversation(session: AsyncSession, visitor: str | None) -> Conversation | None:
    if not visitor:
        return None
    query = select(Conversation).join(Address, Address.id == Conversation.address_id)
    return await session.scalar(query.where(Address.channel == "webchat", Address.fingerprint == keyring().fingerprint("webchat", visitor)))


async def _messages(session: AsyncSession, house: House, conversation: Conversation) -> list[dict[str, Any]]:
    """What the page shows, in the order it was said; a reply only once it was handed to the page."""
    query = select(Message).where(Message.conversation_id == conversation.id).order_by(Message.id)
    rows = [row for row in await session.scalars(query) if row.direction == "in" or row.delivery not in (Delivery.QUEUED, Delivery.FAILED)]
    return [_shown(row, house, conversation) for row in rows if row.text or row.button or row.kind in FOLLOWING]


def _shown(row: Message, house: House, conversation: Conversation) -> dict[str, Any]:
    language = row.language or conversation.language or "en"
    mine = row.direction == "in"
    return {
        "id": row.id,
        "key": (row.external_id or "").partition(":")[2] if mine else "",
        "mine": mine,
        "from_counsellor": not mine and row.author != "bot",
        "text": row.text or button_words(row.button or "", language, house.library),
        "choices": [(choice, button_words(choice, language, house.library)) for choice in row.choices],
        "language": language,
        "file": row.kind if not mine and row.kind in FOLLOWING else "",
    }


def _preferred(request: Request) -> str:
    for part in request.headers.get("accept-language", "").split(","):
        if found := of_app(part.split(";")[0].strip()):
            return found
    return "en"
