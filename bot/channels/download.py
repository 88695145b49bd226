"""Downloading what a person sent: never more than the messengers themselves allow, and their errors as ours."""

from __future__ import annotations

import aiohttp

from bot.channels import MOST_FETCHED
from bot.errors import Refused, Unreachable


async def body_of(answer: aiohttp.ClientResponse) -> bytes:
    """The whole body; Refused where the file is gone or too large, Unreachable where trying again helps."""
    if answer.status in (400, 404, 410):
        raise Refused("file-gone")
    if answer.status != 200:
        raise Unreachable
    if (answer.content_length or 0) > MOST_FETCHED:
        raise Refused("too-large")
    body = bytearray()
    async for chunk in answer.content.iter_chunked(65536):
        body += chunk
        if len(body) > MOST_FETCHED:
            raise Refused("too-large")
    return bytes(body)
