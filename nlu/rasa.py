"""The client of a Rasa server: asks for one parse within a time limit, and leaves a silent server alone for a while."""

from __future__ import annotations

import asyncio
import logging
import re
import time
from dataclasses import dataclass, field
from typing import Any

import httpx

from nlu.contract import INTENTS

log = logging.getLogger(__name__)

REST = 5.0  #: seconds in which a server that was silent is not asked again
_SHORTCUT = re.compile(r"^[\s/]+")  #: Rasa takes «/name» for the name of an intent and asks no model


class RasaSilent(Exception):
    """The Rasa server gave no usable answer in time; the in-process engine answers instead."""


@dataclass(slots=True)
class RasaClient:
    """One Rasa server. `within` is in seconds."""

    url: str
    within: float = 2.0
    token: str | None = None
    _resting_until: float = 0.0
    _client: httpx.AsyncClient | None = field(default=None, repr=False)

    async def parse(self, text: str) -> dict[str, float]:
        """Each intent's confidence. RasaSilent where there is none in time; nothing else is ever raised."""
        if time.monotonic() < self._resting_until:
            raise RasaSilent
        if self._client is None:
            self._client = httpx.AsyncClient(base_url=self.url, timeout=self.within, params={"token": self.token} if self.token else None)
        try:
            async with asyncio.timeout(self.within):  # the client's own limit begins anew with every byte
                answer = await self._client.post("/model/parse", json={"text": _SHORTCUT.sub("", text)})
            return _believed(answer.raise_for_status().json())
        except (httpx.HTTPError, TimeoutError, ValueError, OverflowError, KeyError, TypeError, RecursionError) as error:
            self._resting_until = time.monotonic() + REST
            log.warning("Rasa is silent (%s); the in-process engine answers", type(error).__name__)
            raise RasaSilent from None

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()


def _believed(answer: Any) -> dict[str, float]:
    """Our intents in an answer of Rasa. One of the errors that `parse` expects where it is none."""
    ranking = {one["name"]: float(one["confidence"]) for one in answer["intent_ranking"] if one["name"] in INTENTS}
    if not any(ranking.values()) or not all(0 <= confidence <= 1 for confidence in ranking.values()):
        raise ValueError
    return ranking
