"""Files on their way through the web: what people sent, to counsellors alone; what we send, to the messenger that fetches it."""

from __future__ import annotations

import re
import uuid
from collections import OrderedDict
from dataclasses import dataclass, field
from time import monotonic

from fastapi import APIRouter, HTTPException, Request, UploadFile
from fastapi.responses import Response
from sqlalchemy import select

from bot.cases.models import Case
from bot.channels import MOST_FETCHED, File
from bot.conversation.attached import content_of
from bot.conversation.media import FILMS, PICTURES, SOUNDS, UNKNOWN, FileRefused, ReadyFile, playable, prepared
from bot.conversation.models import Attachment, Message
from bot.conversation.share import shared
from bot.errors import NotAllowed, Refused, SendError
from bot.house import House
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page

router = APIRouter()

INLINE = PICTURES | SOUNDS | FILMS  #: shown by the browser itself; everything else is saved, never opened on our pages
#: A file is not a page of ours: it may load nothing and run nothing, only show or play itself.
ALONE = {"content-security-policy": "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox"}
ENDINGS = {"application/pdf": "pdf"}
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


@dataclass(slots=True)
class Recent:
    """What was fetched in the last minute: a browser asks for the parts of a recording one by one."""

    seconds: float = 60.0
    most: int = 5 * MOST_FETCHED
    _kept: OrderedDict[int, tuple[float, File]] = field(default_factory=OrderedDict)

    def get(self, message_id: int) -> File | None:
        self._forget()
        found = self._kept.get(message_id)
        return found[1] if found else None

    def keep(self, message_id: int, file: File) -> None:
        self._kept[message_id] = (monotonic() + self.seconds, file)
        self._forget()

    def _forget(self) -> None:
        while self._kept and (
            next(iter(self._kept.values()))[0] < monotonic() or sum(len(file.content) for _, file in self._kept.values()) > self.most
        ):
            self._kept.popitem(last=False)


@router.api_route("/media/{token}", methods=["GET", "HEAD"])
async def fetched(request: Request, token: str) -> Response:
    """WhatsApp comes for a file that we send."""
    house = house_of(request)
    async with house.sessions() as session:
        found = await shared(session, token)
        content = await content_of(session, house.library, *found) if found else None
    if found is None or content is None:
        raise HTTPException(404)
    return Response(content, media_type=found[0].content_type, headers=ALONE)


@router.get("/staff/cases/{case_id}/media/{message_id}")
async def media(request: Request, member: Signed, case_id: uuid.UUID, message_id: int) -> Response:
    """What the person sent, fetched from the messenger, or what we sent, from the store."""
    house = house_of(request)
    part = request.headers.get("range", "")
    async with house.sessions.begin() as session:
        case = await session.get(Case, case_id)
        message = await session.get(Message, message_id) if 0 < message_id < 2**63 else None
        if case is None or message is None or message.conversation_id != case.conversation_id:
            raise NotAllowed
        sent = await session.scalar(select(Attachment).where(Attachment.message_id == message.id))
        content = await content_of(session, house.library, sent, message) if sent else None
        if content is None and not message.media:
            raise NotAllowed
        if part in ("", "bytes=0-"):  # the next parts of a recording are the same act
            await note_act(session, member.id, "case.media", case.id, str(message.id))
    if sent is not None and content is not None:
        return answered(File(content=content, content_type=sent.content_type, name=sent.file_name), part)
    recent: Recent = request.app.state.recent
    file = recent.get(message.id)
    if file is None:
        try:
            file = await _heard(house, message)
        except SendError as error:
            return _trouble(request, member, case_id, error)
        recent.keep(message.id, file)
    return answered(file, part)


async def _heard(house: House, message: Message) -> File:
    channel = house.channels.get(message.channel)
    if channel is None or message.media is None:
        raise Refused("channel-not-set-up")
    return await playable(await channel.fetch(message.media))


def _trouble(request: Request, member: Member, case_id: uuid.UUID, error: SendError) -> Response:
    """A page that says why: gone for good, or worth another try."""
    code = error.code if isinstance(error, Refused) else "messenger-away"
    answer = staff_page(request, member, "no_media.html", status=404 if isinstance(error, Refused) else 502, code=code, case_id=case_id)
    answer.headers["x-homeward-reason"] = code
    return answer


def answered(file: File, part: str) -> Response:
    """The file, whole or a part; what a browser could run or misread is only ever saved."""
    headers = {**ALONE, "accept-ranges": "bytes"}
    if file.content_type not in INLINE:
        headers["content-disposition"] = f'attachment; filename="{_name(file)}"'
    whole = len(file.content)
    found = _RANGE.fullmatch(part)
    if found is None or found.groups() == ("", ""):
        return Response(file.content, media_type=file.content_type or UNKNOWN, headers=headers)
    first, last = (int(number) if number else None for number in found.groups())
    start = max(whole - (last or 0), 0) if first is None else first
    end = min(whole - 1, last if first is not None and last is not None else whole - 1)
    if start > end:
        return Response(status_code=416, headers={**headers, "content-range": f"bytes */{whole}"})
    headers["content-range"] = f"bytes {start}-{end}/{whole}"
    return Response(file.content[start : end + 1], 206, media_type=file.content_type, headers=headers)


def _name(file: File) -> str:
    """A name with nothing in it that a header or a file system could misread."""
    name = re.sub(r"[^A-Za-z0-9._-]", "_", file.name)[-80:].lstrip(".")
    return name or f"file.{ENDINGS.get(file.content_type, 'bin')}"


async def file_of(upload: UploadFile | None) -> ReadyFile | None:
    """The file of a form, made ready to be sent; None where none was chosen, FileRefused where it cannot be sent."""
    if upload is None or not (upload.filename or upload.size):
        return None
    content = await upload.read(MOST_FETCHED + 1)
    if not content:
        return None
    if len(content) > MOST_FETCHED:
        raise FileRefused("too-large")
    return await prepared(content)
