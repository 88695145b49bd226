"""The client of the translation engine, before a real HTTP server that speaks as LibreTranslate does."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pydantic import HttpUrl, SecretStr

from bot.settings import Settings
from bot.translation import CODES, EngineRefused, EngineSilent, LanguageLacking, TranslationError, is_set, translated
from nlu import LANGUAGES
from tests.libretranslate import KEY, Libre, running
from tests.messengers import free_port

SECRET = "my brother is in Zwetschgenkuchen"


@pytest.fixture
async def libre() -> AsyncIterator[Libre]:
    async with running() as found:
        yield found


def settings(url: str, key: str = KEY) -> Settings:
    return Settings(translate_url=HttpUrl(url), translate_key=SecretStr(key))


async def test_a_text_is_translated(libre: Libre) -> None:
    assert await translated(settings(libre.url), "Guten Tag", "de", "fa") == "[fa] Guten Tag"
    assert libre.asked == [{"q": "Guten Tag", "source": "de", "target": "fa", "format": "text", "api_key": KEY}]


async def test_an_address_with_a_path_and_a_slash_at_its_end(libre: Libre) -> None:
    assert await translated(settings(libre.url + "/"), "a", "de", "en") == "[en] a"


@pytest.mark.parametrize(("codes", "called"), [(("en", "prs"), "prs"), (("en", "fa", "prs"), "fa")])
async def test_the_engine_may_call_a_language_otherwise(codes: tuple[str, ...], called: str, libre: Libre) -> None:
    libre.codes = codes
    assert await translated(settings(libre.url), "a", "en", "fa") == f"[{called}] a"


def test_only_our_languages_are_called_otherwise() -> None:
    assert set(CODES) <= set(LANGUAGES)
    assert all(codes[0] == language for language, codes in CODES.items())


@pytest.mark.parametrize(("source", "target", "lacking"), [("en", "ckb", "ckb"), ("ps", "en", "ps"), ("tg", "uz", "tg")])
async def test_a_language_that_the_engine_lacks_is_named_and_nothing_is_sent(source: str, target: str, lacking: str, libre: Libre) -> None:
    with pytest.raises(LanguageLacking) as caught:
        await translated(settings(libre.url), SECRET, source, target)
    assert caught.value.language == lacking
    assert libre.asked == []


ILL: list[tuple[dict[str, Any], type[TranslationError], bool]] = [
    ({"status": 503}, EngineSilent, True),
    ({"status": 429}, EngineSilent, True),
    ({"status": 400}, EngineRefused, False),
    ({"answer": []}, EngineRefused, False),
    ({"answer": {"translatedText": None}}, EngineRefused, False),
]


@pytest.mark.parametrize(("ill", "error", "retry"), ILL)
async def test_what_goes_wrong_says_whether_to_try_again_and_nothing_of_the_text(
    ill: dict[str, Any], error: type[TranslationError], retry: object, libre: Libre
) -> None:
    for name, value in ill.items():
        setattr(libre, name, value)
    with pytest.raises(error) as caught:
        await translated(settings(libre.url), SECRET, "en", "de")
    assert caught.value.retry is retry
    assert SECRET not in str(caught.value) + repr(caught.value.__cause__)
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


async def test_a_wrong_key_is_refused(libre: Libre) -> None:
    with pytest.raises(EngineRefused):
        await translated(settings(libre.url, "another"), "a", "en", "de")


async def test_nobody_is_there() -> None:
    with pytest.raises(EngineSilent):
        await translated(settings(f"http://127.0.0.1:{free_port()}"), "a", "en", "de")


def test_without_the_setting_there_is_no_engine() -> None:
    assert not is_set(Settings())
    assert is_set(settings("http://127.0.0.1:1"))
