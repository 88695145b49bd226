"""Recordings and pictures of answers reach people below the very words they were made for, on every messenger, and below no others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from bot.answering.menu import THEMES, countries
from bot.answers import way
from bot.answers.fill import answer_text
from bot.answers.media import AnswerMedia, keep, spoken_hash
from bot.answers.models import AnswerVersion
from bot.channels import Kind
from bot.conversation.media import prepared
from bot.conversation.models import Attachment, Message
from bot.db import notify
from bot.house import House
from tests import samples
from tests.messengers import TOKEN, Messengers, between, until

INTENT, QUESTION = "return_cost", "is the return free of charge?"
NUMBER = "+4915112349999"


async def _made(house: House, kind: Kind, *, alt: str = "", intent: str = INTENT) -> bytes:
    """Something made for the answer as somebody reads it who has not said where they are; what of it is sent."""
    ready = await prepared(samples.recording("webm") if kind is Kind.VOICE else samples.picture())
    media = AnswerMedia(kind=kind.value, name=intent, language="en", content=ready.content, content_type=ready.content_type, alt=alt)
    media.text_hash = spoken_hash(_words(house, intent))
    async with house.sessions.begin() as session:
        await keep(session, media)
    await until(lambda: _true(media.id in {piece.media_id for pieces in house.library.media.values() for piece in pieces}))
    return ready.content


def _words(house: House, intent: str = INTENT) -> str:
    found = house.library.answer(intent, "en")
    assert found is not None
    return answer_text(found, None, house.library, language="en")


async def _true(found: bool) -> bool:  # noqa: FBT001
    return found


async def _seen(them: Messengers, chat: int, count: int) -> list[dict[str, Any]]:
    async def enough() -> list[dict[str, Any]] | None:
        found = await them.telegram_chat(chat)
        return found if len(found) >= count else None

    found: list[dict[str, Any]] = await until(enough)
    return found


async def _whatsapp(them: Messengers, count: int) -> list[dict[str, Any]]:
    async def enough() -> list[dict[str, Any]] | None:
        found = await them.whatsapp_chat(NUMBER)
        return found if len(found) >= count else None

    found: list[dict[str, Any]] = await until(enough)
    return found


async def test_telegram_shows_the_picture_and_then_the_voice_note_below_the_text(house: House) -> None:
    async with between(house) as them:
        voice, picture = await _made(house, Kind.VOICE), await _made(house, Kind.PICTURE, alt="An aeroplane over a house")
        await them.telegram_says(71, QUESTION, language_code="en")
        shown = (await _seen(them, 71, 4))[1:]  # after the notice
        assert _words(house)[:40] in shown[0]["text"]
        assert shown[1]["caption"] == "An aeroplane over a house"
        assert await _content(them, shown[1]["photo"][-1]) == picture
        assert await _content(them, shown[2]["voice"]) == voice
        assert await them.refused() == []
    async with house.sessions() as session:  # the bytes are kept once, not with every message
        assert await session.scalar(select(func.count()).select_from(Attachment).where(Attachment.content.is_not(None))) == 0


async def _content(them: Messengers, shown: dict[str, Any]) -> bytes:
    return (await them.telegram.get(f"/file/bot{TOKEN}/files/{shown['file_id']}")).content


async def test_whatsapp_fetches_both(house: House) -> None:
    async with between(house) as them:
        await _made(house, Kind.VOICE)
        await _made(house, Kind.PICTURE, alt="An aeroplane over a house")
        await them.whatsapp_says(NUMBER, QUESTION)
        shown = (await _whatsapp(them, 4))[1:]
        assert [(len(one["media"]), one["body"]) for one in shown[1:3]] == [(1, "An aeroplane over a house"), (1, "")]
        assert await them.refused() == []


async def test_without_an_address_whatsapp_gets_the_text_alone(house: House) -> None:
    async with between(house) as them:
        await _made(house, Kind.VOICE)
        house.settings = house.settings.model_copy(update={"public_url": None})
        await them.whatsapp_says(NUMBER, QUESTION)
        shown = await _whatsapp(them, 2)
        await them.whatsapp_says(NUMBER, "menu")
        shown = await _whatsapp(them, len(shown) + 1)
        assert [one["media"] for one in shown] == [[] for _ in shown]


async def test_a_recording_is_withheld_as_soon_as_its_words_change(house: House) -> None:
    async with between(house) as them:
        await _made(house, Kind.VOICE)
        await them.telegram_says(72, QUESTION, language_code="en")
        before = await _seen(them, 72, 3)
        assert [("voice" in one) for one in before[1:3]] == [False, True]
        mine = (AnswerVersion.kind == "answer", AnswerVersion.name == INTENT, AnswerVersion.language == "en", AnswerVersion.published)
        async with house.sessions.begin() as session:
            await session.execute(update(AnswerVersion).where(*mine).values(text=AnswerVersion.text + "\n\nIt is free."))
            await notify(session, "answers")
        await until(lambda: _true("It is free." in _words(house)))
        await them.telegram_says(72, QUESTION, language_code="en")
        await them.telegram_says(72, "/menu", language_code="en")
        after = (await _seen(them, 72, len(before) + 2))[len(before) :]
        assert ["voice" in one for one in after] == [False for _ in after]


async def test_somebody_who_reads_other_words_does_not_hear_the_recording(house: House) -> None:
    """In a country for which the answer says more."""
    intent = next(name for name in THEMES["return"] if name in house.by_country and name not in way.FOLLOWS)
    country = next(name for name in sorted(house.variants(intent)) if f"country:{name}" in countries())
    async with between(house) as them:
        await _made(house, Kind.VOICE, intent=intent)
        await them.telegram_says(73, "/menu", language_code="en")
        await _seen(them, 73, 2)
        await them.telegram.post("/control/press", json={"chat": 73, "data": "theme:return"})
        await _seen(them, 73, 3)
        await them.telegram.post("/control/press", json={"chat": 73, "data": f"answer:{intent}"})
        shown = await _seen(them, 73, 6)
        assert ["voice" in one for one in shown[3:]] == [False, True, False]  # the answer, the recording, «in which country are you?»
        await them.telegram.post("/control/press", json={"chat": 73, "data": f"country:{country}"})
        await _seen(them, 73, 7)
        await them.telegram.post("/control/press", json={"chat": 73, "data": f"answer:{intent}"})  # the old button, once more
        await them.telegram_says(73, "/menu", language_code="en")
        menu = house.library.phrase("menu", "en")[:20]

        async def menu_again() -> list[dict[str, Any]] | None:
            found = await them.telegram_chat(73)
            return found[6:] if found[-1].get("text", "").startswith(menu) else None

        after: list[dict[str, Any]] = await until(menu_again)
        again = [one["text"] for one in after if one.get("text", "").startswith(shown[3]["text"][:40])]
        assert len(again[0]) > len(shown[3]["text"])
        assert not any("voice" in one for one in after)


@pytest.mark.parametrize("language", ["en", "fa"])
async def test_the_way_in_six_steps_follows_what_explains_it(house: House, language: str) -> None:
    expected = way.way_in(house.library, language)
    assert expected is not None
    async with between(house) as them:
        await them.telegram_says(74, "/menu", language_code=language)
        await _seen(them, 74, 2)
        await them.telegram.post("/control/press", json={"chat": 74, "data": "theme:return"})
        await _seen(them, 74, 3)
        await them.telegram.post("/control/press", json={"chat": 74, "data": "answer:return_overview"})
        shown = (await _seen(them, 74, 5))[4]
        assert shown["caption"] == expected.alt
        assert await _content(them, shown["photo"][-1]) == way.drawn(house.library, language)
        assert await them.refused() == []
    async with house.sessions() as session:
        rows = await session.scalars(select(Message).where(Message.kind == Kind.PICTURE.value))
        assert [row.text for row in rows] == [expected.alt]
