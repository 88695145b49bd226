"""Machine translation over HTTP, where a place has set up an engine that speaks as LibreTranslate does. Nothing of it is ever kept.

TranslationError
├── EngineSilent       no answer, too busy, or 5xx       try again
├── EngineRefused      it will never take this           ask who runs it
└── LanguageLacking    it does not know a language       which one, is said
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import httpx

from bot.errors import HomewardError
from bot.settings import Settings

WITHIN = 10.0  #: seconds
#: What engines call our languages, the first that the engine has; all others are called as here.
#: «ku» is left out: where engines have it, it is mostly Kurmanji in Latin letters, which readers of Sorani cannot read.
CODES = {"ckb": ("ckb",), "fa": ("fa", "prs"), "sr": ("sr", "sr-Latn", "sr-Cyrl"), "uz": ("uz", "uz-Latn"), "tg": ("tg", "tg-Cyrl")}


class TranslationError(HomewardError):
    """There is no machine translation of this."""

    retry = False


class EngineSilent(TranslationError):
    """The engine does not answer; trying again may help."""

    retry = True


class EngineRefused(TranslationError):
    """The engine does not take this: its key, its limits."""


class LanguageLacking(TranslationError):
    """The engine does not translate between these languages. `language` is the one it lacks."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language


def is_set(settings: Settings) -> bool:
    return settings.translate_url is not None


async def translated(settings: Settings, text: str, source: str, target: str) -> str:
    """A text in another of our languages. Raises a TranslationError, which says whether trying again may help."""
    base = str(settings.translate_url).rstrip("/")
    async with httpx.AsyncClient(timeout=WITHIN) as client:
        here, there = _pair(await _asked(client, "GET", f"{base}/languages"), source, target)
        body: dict[str, Any] = {"q": text, "source": here, "target": there, "format": "text"}
        if settings.translate_key:
            body["api_key"] = settings.translate_key.get_secret_value()
        answer = await _asked(client, "POST", f"{base}/translate", body)
    if not isinstance(answer, dict) or not isinstance(answer.get("translatedText"), str):
        raise EngineRefused
    return str(answer["translatedText"])


async def _asked(client: httpx.AsyncClient, method: str, url: str, body: Mapping[str, Any] | None = None) -> Any:
    """What the engine answers. Errors carry nothing of what was asked: it may be a person's words."""
    try:
        answer = await client.request(method, url, json=body)
        if answer.status_code >= 500 or answer.status_code == 429:
            raise EngineSilent
        if answer.status_code != 200:
            raise EngineRefused
        return answer.json()
    except (httpx.TransportError, httpx.InvalidURL):
        raise EngineSilent from None
    except ValueError:
        raise EngineRefused from None


def _pair(known: Any, source: str, target: str) -> tuple[str, str]:
    """What the engine calls the two languages."""
    targets = {str(one["code"]): one.get("targets") for one in known if isinstance(one, dict) and "code" in one} if isinstance(known, list) else {}
    here = _called(source, targets)
    reached = targets[here]
    return here, _called(target, targets if reached is None else dict.fromkeys(reached))


def _called(language: str, known: Mapping[str, Any]) -> str:
    found = next((code for code in CODES.get(language, (language,)) if code in known), None)
    if found is None:
        raise LanguageLacking(language)
    return found
