"""What every request passes: a limit on its body, a check of where a form came from, headers that keep the browser strict."""

from __future__ import annotations

import contextlib
import re
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.account import COOKIE

MOST = 1_000_000  #: bytes of a body; the largest update of a messenger is a few kilobytes
MOST_WITH_FILE = 21_000_000  #: of a form with a file; what is more than a megabyte lies on the disk while it is read, not in memory
WITH_FILE = re.compile(r"/staff/cases/[^/]+/reply|/staff/texts/exchange|/staff/answers/[^/]+/[^/]+/media")
SIGNED = ("/telegram", "/whatsapp")  #: posted by messengers, which are known by signature, not by origin
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'; media-src 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # with "no-referrer" browsers name no origin with a form, and every form would look foreign
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}
#: Where a counsellor or an editor may record their voice, and listen to it before it is sent.
WITH_VOICE = re.compile(r"/staff/cases/.*|/staff/answers/[^/]+/[^/]+/media")
RECORDING = {
    "content-security-policy": HEADERS["content-security-policy"].replace("media-src 'self'", "media-src 'self' blob:"),
    "permissions-policy": "camera=(), microphone=(self), geolocation=()",
}


class _TooLarge(Exception):
    """The body is longer than any messenger sends."""


class Guards:
    """ASGI middleware; streams pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        if not length.isdigit() or int(length) > most(scope, headers):
            await PlainTextResponse("The body is too large.", 413)(scope, receive, send)
        elif foreign(scope, headers):
            await PlainTextResponse("This form was sent from another site.", 403)(scope, receive, send)
        else:
            await self._guarded(scope, receive, send, most(scope, headers))

    async def _guarded(self, scope: Scope, receive: Receive, send: Send, largest: int) -> None:
        taken, started, too_large = 0, False, False

        async def counting() -> Message:
            nonlocal taken, too_large
            message = await receive()
            taken += len(message.get("body", b""))
            if taken > largest:
                too_large = True
                raise _TooLarge
            return message

        async def strict(message: Message) -> None:
            nonlocal started
            if too_large and not started:
                return  # what became of a body that broke off is not the answer
            if message["type"] == "http.response.start":
                started = True
                found = MutableHeaders(scope=message)
                for name, value in headers_for(scope["path"]).items():
                    found.setdefault(name, value)
                if not scope["path"].startswith("/static"):
                    found.setdefault("cache-control", "no-store")
            await send(message)

        with contextlib.suppress(_TooLarge, ClientDisconnect):  # who left the page does not wait for an answer
            await self.app(scope, counting, strict)
        if too_large and not started:
            await PlainTextResponse("The body is too large.", 413)(scope, receive, send)


def most(scope: Scope, headers: Headers) -> int:
    """Bytes of a body: only a form with a file is large, from a page that only somebody signed in can have."""
    with_file = scope["method"] == "POST" and WITH_FILE.fullmatch(scope["path"]) and headers.get("content-type", "").startswith("multipart/form-data")
    return MOST_WITH_FILE if with_file and f"{COOKIE}=" in headers.get("cookie", "") else MOST


def headers_for(path: str) -> dict[str, str]:
    return {**HEADERS, **RECORDING} if WITH_VOICE.fullmatch(path) else HEADERS


def foreign(scope: Scope, headers: Headers) -> bool:
    """Whether a form was sent by a page of another site (browsers name its origin with every POST)."""
    if scope["method"] in ("GET", "HEAD", "OPTIONS") or scope["path"].startswith(SIGNED):
        return False
    origin = headers.get("origin")
    if origin is None:
        return headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")
    return urlsplit(origin).netloc != headers.get("x-forwarded-host", headers.get("host", ""))
