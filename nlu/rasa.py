"""The client of a Rasa server: asks for one parse within a time limit, and leaves a silent server alone for a while."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, field

import httpx

log = logging.getLogger(__name__)

REST = 5.0  #: seconds in which a server that was silent is not asked again


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
            answer = await self._client.post("/model/parse", json={"text": text})
            ranking = {str(one["name"]): float(one["confidence"]) for one in answer.raise_for_status().json()["intent_ranking"]}
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            self._resting_until = time.monotonic() + REST
            log.warning("Rasa is silent (%s); the in-process engine answers", type(error).__name__)
            raise RasaSilent from None
        if not ranking:
            raise RasaSilent
        return ranking

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()
