"""Saved replies and answers are found by meaning and by words, in two languages at once, and never served where they could hurt."""

import uuid
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.cases import saved
from bot.cases.models import SavedReply
from bot.cases.saved import Wording
from bot.cases.texts import INSERTED, Text, search, text_of
from bot.house import House
from bot.staff.audit import note_act
from nlu import LANGUAGES
from tests.conftest import CONTENT


async def found(house: House, query: str, mine: str = "en", theirs: str = "fa", country: str | None = None, about: str | None = None) -> list[Text]:
    async with house.sessions() as session:
        return await search(house, session, query, mine, theirs, country, about=about)


#: query, the counsellor's language, the person's → a text that is among the first three
FOUND = [
    ("is it free", "en", "fa", "answer:return_cost"),
    ("kostet das etwas", "de", "tg", "answer:return_cost"),
    ("پول چقدر میتن", "en", "fa", "answer:return_money"),
    ("سколько это стоит", "ru", "ar", "answer:return_cost"),
    ("appoint", "en", "ckb", "reply:appointment"),
    ("Termin", "de", "ps", "reply:appointment"),
    ("randevu", "en", "tr", "reply:appointment"),
    ("greeting", "en", "sq", "reply:greeting"),
    ("приветствие", "ru", "uz", "reply:greeting"),
    ("is it safe to write", "en", "sr", "reply:safe_now"),
    ("لحظة", "ar", "fr", "reply:one_moment"),
    ("passport lost", "en", "ar", "answer:travel_documents"),
]


@pytest.mark.parametrize(("query", "mine", "theirs", "key"), FOUND)
async def test_a_text_is_found_in_one_language_and_sent_in_the_other(house: House, query: str, mine: str, theirs: str, key: str) -> None:
    texts = await found(house, query, mine, theirs)
    assert key in [text.key for text in texts[:3]]
    text = next(text for text in texts if text.key == key)
    assert text.mine.language == mine
    assert text.theirs is not None
    assert text.missing is (text.theirs.language != theirs)


@pytest.mark.parametrize("theirs", LANGUAGES)
@pytest.mark.parametrize("mine", ["en", "de", "ru", "ar"])
async def test_saved_replies_are_there_in_every_pair_of_languages(house: House, mine: str, theirs: str) -> None:
    texts = {text.key: text for text in await found(house, "", mine, theirs)}
    async with house.sessions() as session:
        greeting = await saved.reply(session, "greeting")
    text = texts["reply:greeting"]
    assert (text.mine.language, text.mine.text) == (mine, greeting[mine].text)
    assert text.theirs is not None
    assert (text.theirs.language, text.theirs.text, text.missing) == (theirs, greeting[theirs].text, False)


async def test_a_missing_translation_is_said_and_the_next_best_language_named(house: House) -> None:
    house.library = replace(house.library, answers={key: answer for key, answer in house.library.answers.items() if key != ("return_cost", "ckb")})
    [text] = [text for text in await found(house, "is it free", "de", "ckb") if text.key == "answer:return_cost"]
    assert text.theirs is not None
    assert (text.theirs.language, text.missing) == ("ar", True)


async def test_an_outdated_answer_about_money_is_never_offered(house: House) -> None:
    answers = dict(house.library.answers)
    answers["return_cost", "fa"] = replace(answers["return_cost", "fa"], made_from="an older text", text="old")
    house.library = replace(house.library, answers=answers)
    [text] = [text for text in await found(house, "is it free") if text.key == "answer:return_cost"]
    assert text.theirs is not None
    assert (text.theirs.language, text.missing) == ("en", True)


async def test_an_answer_is_filled_for_the_country_the_person_is_in(house: House) -> None:
    told = {}
    for country in ("DE", "KZ", None):
        [text] = [text for text in await found(house, "I am in danger", country=country) if text.key == "answer:immediate_danger"]
        assert text.theirs is not None
        assert "{{" not in text.mine.text + text.theirs.text
        told[country] = text.theirs.text
    assert "110" in told["DE"]
    assert "110" not in str(told["KZ"])
    assert len(set(told.values())) == 3


async def test_without_a_query_what_fits_the_case_comes_first_then_what_is_sent_often(house: House) -> None:
    async with house.sessions.begin() as session:
        for _ in range(3):
            await note_act(session, uuid.uuid4(), INSERTED, uuid.uuid4(), "reply:thanks")
        await note_act(session, uuid.uuid4(), INSERTED, uuid.uuid4(), "reply:closing")
        await note_act(session, uuid.uuid4(), INSERTED, uuid.uuid4(), "answer:return_cost")
    keys = [text.key for text in await found(house, " ", about="return_cost")]
    assert keys[:5] == ["answer:return_cost", "answer:return_money", "answer:return_apply", "reply:thanks", "reply:closing"]
    assert [text.key for text in await found(house, "", about=None)][:2] == ["reply:thanks", "reply:closing"]


async def test_nothing_is_found_where_nothing_fits(house: House) -> None:
    assert await found(house, "qqqqqq zzzzzz") == []


async def test_a_text_that_is_gone_is_not_there(house: House) -> None:
    async with house.sessions() as session:
        for key in ("reply:nothing", "answer:nothing", "nothing", ""):
            assert await text_of(house, session, key, "en", "fa", None) is None


async def test_saving_keeps_what_changed_and_takes_away_what_was_emptied(session: AsyncSession) -> None:
    member = uuid.uuid4()
    first = {language: Wording(title="T", text=f"text {language}") for language in ("en", "de", "fa")}
    assert await saved.save(session, "ours", first, member) == ["en", "de", "fa"]
    assert await saved.save(session, "ours", first, member) == []
    assert await saved.save(session, "ours", {"en": first["en"], "de": Wording(title="T", text="neu")}, member) == ["de", "fa"]
    rows = await saved.reply(session, "ours")
    assert {language: row.text for language, row in rows.items()} == {"en": "text en", "de": "neu"}
    assert await saved.remove(session, "ours")
    assert not await saved.remove(session, "ours")


async def test_an_import_brings_what_is_missing_and_overwrites_nothing(session: AsyncSession) -> None:
    folder = CONTENT / saved.FOLDER
    assert await saved.import_saved(session, folder) == 0
    await session.merge(SavedReply(name="greeting", language="en", title="Hi", text="Changed at the desk."))
    await saved.remove(session, "thanks")
    await session.flush()
    assert await saved.import_saved(session, folder) == len(LANGUAGES)
    assert (await saved.reply(session, "greeting"))["en"].text == "Changed at the desk."


async def test_writing_the_saved_replies_and_reading_them_again_changes_nothing(session: AsyncSession, tmp_path: Path) -> None:
    assert await saved.export_saved(session, tmp_path) == len(saved.read(CONTENT / saved.FOLDER))
    assert saved.read(tmp_path) == saved.read(CONTENT / saved.FOLDER)
