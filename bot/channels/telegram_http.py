"""The HTTP side of python-telegram-bot over aiohttp, which WhatsApp's client needs anyway: a third of the time of httpx for each reply."""

from __future__ import annotations

from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.channels import on_the_wire
from bot.channels.download import body_of
from bot.errors import Unreachable


class AiohttpRequest(BaseRequest):
    """Requests to the Bot API over kept connections.

    Args:
        connections: how many at once; more wait for a free one.
        read_timeout: seconds without a byte of the answer, where a call names no other.

    """

    def __init__(self, connections: int, read_timeout: float) -> None:
        self._connections = connections
        self._read_timeout = read_timeout
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float:
        return self._read_timeout

    async def initialize(self) -> None:
        if self._session is None:
            connector = aiohttp.TCPConnector(limit=self._connections)
            headers = {"User-Agent": self.USER_AGENT}
            self._session = aiohttp.ClientSession(connector=connector, trace_configs=[_watched()], headers=headers, trust_env=True)  # proxies

    async def shutdown(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002  (the signature is the library's)
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,  # noqa: ARG002
    ) -> tuple[int, bytes]:
        """Raises TimedOut or NetworkError, as the library's own client does."""
        await self.initialize()
        assert self._session is not None
        read = read_timeout if isinstance(read_timeout, int | float) else self._read_timeout
        try:
            async with self._session.request(
                method, url, data=_form(request_data), timeout=aiohttp.ClientTimeout(total=None, connect=10, sock_connect=5, sock_read=read)
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError as error:
            raise TimedOut from error
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(type(error).__name__) from error  # the text of the error holds the address, and that the token

    async def download(self, url: str) -> bytes:
        """A file that a person sent. The address holds the token, so no error may carry it."""
        await self.initialize()
        assert self._session is not None
        try:
            async with self._session.get(url, timeout=aiohttp.ClientTimeout(total=60, connect=10), allow_redirects=False) as answer:
                return await body_of(answer)
        except (TimeoutError, aiohttp.ClientError, OSError):
            raise Unreachable from None


def _form(request: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if request is None:
        return None
    if not request.multipart_data:
        return request.json_parameters
    form = aiohttp.FormData(request.json_parameters)
    for field, part in request.multipart_data.items():
        name, content, kind = part[0], part[1], part[2] if len(part) > 2 else None  # (name, bytes, media type), as httpx takes them
        form.add_field(field, content, filename=name, content_type=kind)
    return form


def _watched() -> aiohttp.TraceConfig:
    """Have aiohttp tell when the bytes of a request go out: waiting for a free connection does not count."""

    async def sent(*_about: object) -> None:
        on_the_wire.get()()

    config = aiohttp.TraceConfig()
    config.on_request_chunk_sent.append(sent)
    return config
