"""The chat page: a real channel in the browser, with server-sent events, and without JavaScript too."""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Cookie, Form, Request
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse, Response, StreamingResponse
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.receive import receive
from bot.channels import Inbound, Kind
from bot.conversation.labels import label
from bot.conversation.models import Address, Conversation, Delivery, Message
from bot.db import now
from bot.house import House
from bot.i18n import direction, of_app
from bot.sealing import keyring
from bot.web.pages import fragment, house_of, live_of, page

router = APIRouter()

COOKIE = "homeward_chat"
DAYS = 30
LONGEST = 20_000
Visitor = Annotated[str | None, Cookie(alias=COOKIE)]


@router.get("/chat")
async def show(request: Request, visitor: Visitor = None) -> Response:
    """The conversation so far."""
    house = house_of(request)
    async with house.sessions() as session:
        conversation = await _conversation(session, visitor)
        shown = await _messages(session, house, conversation, after=0) if conversation else []
    language = (conversation.language if conversation else None) or _preferred(request)
    answer = page(request, "chat.html", language=language, messages=shown, key=uuid.uuid4().hex, last=_last(shown))
    if not visitor:
        _remember(answer, request)
    return answer


def _remember(answer: HTMLResponse, request: Request) -> None:
    secure = request.url.scheme == "https" or request.headers.get("x-forwarded-proto") == "https"
    answer.set_cookie(COOKIE, secrets.token_urlsafe(24), max_age=DAYS * 86400, httponly=True, samesite="strict", secure=secure, path="/chat")


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
        return JSONResponse({"kept": False}, 400) if scripted else RedirectResponse("/chat", 303)
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
    return JSONResponse({"kept": True}) if scripted else RedirectResponse("/chat", 303)


@router.get("/chat/events")
async def events(request: Request, visitor: Visitor = None, after: int = 0) -> Response:
    """New messages as server-sent events, each the HTML of one message."""
    if not visitor:
        return Response(status_code=204)
    resumed = request.headers.get("last-event-id", "")
    after = int(resumed) if resumed.isdigit() else after
    return StreamingResponse(_stream(request, visitor, after), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


async def _stream(request: Request, visitor: str, after: int) -> AsyncIterator[str]:
    house = house_of(request)
    subject = None
    async with house.sessions() as session:
        conversation = await _conversation(session, visitor)
        subject = conversation.id if conversation else None
    # Before the first message there is no conversation to watch; the page opens the stream again after it was kept.
    yield "retry: 1000\n\n"
    if subject is None:
        return
    async for changed in live_of(request).changes(f"said-{subject}"):
        if not changed:
            yield ": still here\n\n"
            continue
        async with house.sessions() as session:
            conversation = await _conversation(session, visitor)
            if conversation is None:
                yield "event: gone\ndata: \n\n"
                return
            for message in await _messages(session, house, conversation, after=after):
                after = message["id"]
                data = {
                    "html": fragment("message.html", message=message, key=uuid.uuid4().hex),
                    "language": conversation.language,
                    "mine": message["mine"],
                }
                yield f"id: {after}\ndata: {json.dumps(data)}\n\n"


async def _conversation(session: AsyncSession, visitor: str | None) -> Conversation | None:
    if not visitor:
        return None
    query = select(Conversation).join(Address, Address.id == Conversation.address_id)
    return await session.scalar(query.where(Address.channel == "webchat", Address.fingerprint == keyring().fingerprint("webchat", visitor)))


async def _messages(session: AsyncSession, house: House, conversation: Conversation, *, after: int) -> list[dict[str, Any]]:
    """What the page shows, in the order it was said; a reply only once it was handed to the page."""
    query = select(Message).where(Message.conversation_id == conversation.id, Message.id > after).order_by(Message.id)
    rows = [row for row in await session.scalars(query) if row.direction == "in" or row.delivery not in (Delivery.QUEUED, Delivery.FAILED)]
    return [_shown(row, house, conversation) for row in rows if row.text or row.button]


def _shown(row: Message, house: House, conversation: Conversation) -> dict[str, Any]:
    language = row.language or conversation.language or "en"
    text = row.text or (label(row.button, language, house.library) if row.button else "")
    choices = [(choice, label(choice, language, house.library)) for choice in row.choices]
    mine = row.direction == "in"
    return {
        "id": row.id,
        "mine": mine,
        "from_counsellor": not mine and row.author != "bot",
        "text": text,
        "choices": choices,
        "language": language,
        "dir": "auto" if mine else direction(language),
        "at": row.created_at,
    }


def _preferred(request: Request) -> str:
    for part in request.headers.get("accept-language", "").split(","):
        if found := of_app(part.split(";")[0].strip()):
            return found
    return "en"


def _last(shown: list[dict[str, Any]]) -> int:
    return int(shown[-1]["id"]) if shown else 0
