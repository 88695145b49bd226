"""The HTTP side of twilio's client: a time-out, JSON bodies, another address where one is set, and downloading what people sent."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.http.response import Response

from bot.channels import File, on_the_wire
from bot.channels.download import body_of
from bot.errors import Refused

SECONDS = 10.0  #: twilio's own default is to wait for ever
DOWNLOAD_SECONDS = 60.0


class TwilioHttp(AsyncTwilioHttpClient):  # type: ignore[misc]  # twilio carries no types
    """twilio's client over one kept session."""

    def __init__(self, api_url: str | None) -> None:
        super().__init__(pool_connections=False)
        self._api_url = urlsplit(api_url) if api_url else None
        self._open: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        params: Any = None,
        data: Any = None,
        headers: Any = None,
        auth: Any = None,
        timeout: Any = None,  # noqa: ASYNC109  (the signature is twilio's)
        allow_redirects: bool = False,  # noqa: FBT001, FBT002
    ) -> Response:
        body = {"json": data} if data and (headers or {}).get("Content-Type") == "application/json" else {"data": data}
        within = aiohttp.ClientTimeout(total=timeout or SECONDS, connect=5)
        known = {**(headers or {}), **_login(auth)}
        async with self._session().request(
            method, self._there(url), params=params, headers=known, allow_redirects=allow_redirects, timeout=within, **body
        ) as answer:
            return Response(answer.status, await answer.text(), answer.headers)

    async def download(self, url: str, auth: tuple[str, str]) -> File:
        """A file that a person sent. Twilio redirects to where it keeps them; our credentials go to Twilio alone."""
        parts = urlsplit(url)
        if self._api_url is None and not (parts.scheme == "https" and f".{parts.hostname}".endswith(".twilio.com")):
            raise Refused("file-gone")
        within = aiohttp.ClientTimeout(total=DOWNLOAD_SECONDS, connect=5)
        async with self._session().get(self._there(url), headers=_login(auth), timeout=within) as answer:  # aiohttp leaves them out at another origin
            return File(content=await body_of(answer), content_type=answer.content_type)

    def _session(self) -> aiohttp.ClientSession:
        if self._open is None:
            self._open = aiohttp.ClientSession(trace_configs=[_watched()])
        return self._open

    def _there(self, url: str) -> str:
        if self._api_url is None:
            return url
        parts = urlsplit(url)
        return urlunsplit((self._api_url.scheme, self._api_url.netloc, parts.path, parts.query, ""))

    async def close(self) -> None:
        if self._open:
            await self._open.close()


def _login(auth: tuple[str, str] | None) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(":".join(auth).encode()).decode()} if auth else {}


def _watched() -> aiohttp.TraceConfig:
    """Have aiohttp tell when the bytes of a message go out; making a content at Twilio is no message."""

    async def sent(_session: aiohttp.ClientSession, _context: Any, chunk: aiohttp.TraceRequestChunkSentParams) -> None:
        if chunk.url.path.endswith("/Messages.json"):
            on_the_wire.get()()

    config = aiohttp.TraceConfig()
    config.on_request_chunk_sent.append(sent)
    return config
