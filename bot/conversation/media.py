"""Files that pass through our hands: what they really are by their first bytes, and what of them may be sent to a person."""

from __future__ import annotations

import asyncio
import io
import zipfile
from dataclasses import dataclass

from bot.channels import CAPTION, MOST, MOST_FETCHED, File, Kind
from bot.conversation.recode import Unreadable, has_video, without_traces
from bot.conversation.recode import picture as redrawn
from bot.conversation.recode import voice as as_voice
from bot.errors import HomewardError

#: What a browser may show or play by itself; everything else is only ever saved.
PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})
SOUNDS = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/aac", "audio/amr", "audio/wav", "audio/webm"})
FILMS = frozenset({"video/mp4", "video/webm"})
#: The kinds of office documents inside a ZIP, by a file that each holds.
_OFFICE = {
    "word/document.xml": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    "xl/workbook.xml": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
}
_FIRST_BYTES = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"#!AMR", "audio/amr"),
)
UNKNOWN = "application/octet-stream"


class FileRefused(HomewardError):
    """A file that cannot be sent. `code` is one of too-large, unknown-file, no-files-here."""

    def __init__(self, code: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadyFile:
    """A file that a person may be sent. Its name says nothing: a locked phone shows it."""

    kind: Kind
    content: bytes
    content_type: str
    name: str


def real_type(content: bytes) -> str:
    """What the bytes are, whatever anybody says they are; `UNKNOWN` for all that we do not know."""
    for first, content_type in _FIRST_BYTES:
        if content.startswith(first):
            return content_type
    if content[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(content[8:12], UNKNOWN)
    if content[4:8] == b"ftyp":
        return "audio/mp4" if content[8:11] == b"M4A" or not has_video(content) else "video/mp4"
    if content[:4] == b"\x1aE\xdf\xa3" and b"webm" in content[:64]:
        return "video/webm" if has_video(content) else "audio/webm"
    if content[:4] == b"PK\x03\x04":
        return _office(content)[0]
    return UNKNOWN


def _office(content: bytes) -> tuple[str, str]:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return UNKNOWN, ""
    if any("vbaproject" in name.casefold() for name in names):
        return UNKNOWN, ""  # a document that carries programs
    return next((found for name, found in _OFFICE.items() if name in names), (UNKNOWN, ""))


async def prepared(content: bytes) -> ReadyFile:
    """The file as a person may be sent it: of a known kind, without traces of where it was made. FileRefused for all others."""
    if len(content) > MOST_FETCHED:
        raise FileRefused("too-large")
    try:
        return await asyncio.to_thread(_prepared, content)
    except Unreadable:
        raise FileRefused("unknown-file") from None


def _prepared(content: bytes) -> ReadyFile:
    found = real_type(content)
    if found in SOUNDS:
        return ReadyFile(kind=Kind.VOICE, content=as_voice(content), content_type="audio/ogg", name="voice.ogg")
    if found in PICTURES - {"image/gif"}:
        drawn, drawn_type = redrawn(content, lossless=found == "image/png")
        return ReadyFile(kind=Kind.PICTURE, content=drawn, content_type=drawn_type, name=f"picture.{'png' if drawn_type == 'image/png' else 'jpg'}")
    if found == "video/mp4":
        return ReadyFile(kind=Kind.DOCUMENT, content=without_traces(content), content_type=found, name="video.mp4")
    if found == "application/pdf":
        return ReadyFile(kind=Kind.DOCUMENT, content=content, content_type=found, name="document.pdf")
    office, ending = _office(content) if content[:4] == b"PK\x03\x04" else (UNKNOWN, "")
    if office == UNKNOWN:
        raise FileRefused("unknown-file")
    return ReadyFile(kind=Kind.DOCUMENT, content=content, content_type=office, name=f"document.{ending}")


def check(channel: str, file: ReadyFile) -> None:
    """FileRefused where the channel would not take this file."""
    if channel not in MOST and channel != "terminal":
        raise FileRefused("no-files-here")
    if len(file.content) > MOST.get(channel, MOST["telegram"])[file.kind]:
        raise FileRefused("too-large")


def captioned(channel: str, file: ReadyFile, texts: list[str], choices: list[str]) -> bool:
    """Whether the words stand below the file; else they are a message of their own before it. WhatsApp shows them with pictures alone."""
    return len(texts) == 1 and len(texts[0]) <= CAPTION and not choices and (channel != "whatsapp" or file.kind is Kind.PICTURE)


async def playable(file: File) -> File:
    """A recording that browsers do not play, as one that they do; everything else as it is, by its real type."""
    found = await asyncio.to_thread(real_type, file.content)
    if found != "audio/amr":
        return File(content=file.content, content_type=found, name=file.name)
    try:
        return File(content=await asyncio.to_thread(as_voice, file.content), content_type="audio/ogg", name="voice.ogg")
    except Unreadable:
        return File(content=file.content, content_type=UNKNOWN, name=file.name)
