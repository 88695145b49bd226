"""Thirteen languages read: the language, the wish, the danger; and whatever is written, something comes back."""

from __future__ import annotations

import random

import pytest

from bot.run import TRAINING_DATA
from nlu import LANGUAGES, Certainty, Reader, Risk, lint

#: Plain questions, of our own and in no training file.
PLAIN = [
    ("de", "Muss ich für den Flug nach Hause selbst bezahlen?", "return_cost"),
    ("de", "Wo ist bitte die nächste Beratungsstelle bei mir?", "contact_office"),
    ("de", "Ich möchte mit einem richtigen Menschen sprechen", "talk_to_human"),
    ("en", "how long do I have to wait until I can fly home", "processing_time"),
    ("en", "my boss has my passport and will not give it back", "passport_taken"),
    ("en", "please delete everything I wrote", "delete_data"),
    ("fa", "چقدر پول میدهند اگر به کشورم برگردم؟", "return_money"),
    ("fa", "پاسپورت ندارم، چطور برگردم؟", "travel_documents"),
    ("ar", "كم المبلغ الذي أحصل عليه إذا رجعت إلى بلدي؟", "return_money"),
    ("ar", "صاحب العمل أخذ جواز سفري ولا يرجعه", "passport_taken"),
    ("ru", "Сколько денег дают тем, кто возвращается домой?", "return_money"),
    ("ru", "У меня нет паспорта, как мне уехать домой?", "travel_documents"),
    ("tg", "Агар ба ватан баргардам, чанд пул медиҳанд?", "return_money"),
    ("tg", "Паспортам гум шуд, чӣ хел баргардам?", "travel_documents"),
]
DANGER = [
    ("en", "they lock the door at night and beat us when we do not work"),
    ("de", "mein mann schlägt mich jeden tag und ich habe angst"),
    ("fr", "mon mari me frappe et menace de me tuer"),
    ("ru", "нас держат взаперти и заставляют работать"),
    ("tg", "маро дар хона қулф карданд ва зӯран кор мекунонанд"),
    ("fa", "شوهرم مرا لت و کوب میکند، میترسم مرا بکشد"),
    ("ar", "زوجي يضربني كل يوم ويهددني بالقتل"),
    ("tr", "kocam beni dövüyor ve öldürmekle tehdit ediyor"),
    ("sq", "burri më rreh çdo ditë dhe më kërcënon se do më vrasë"),
    ("sr", "muž me tuče svaki dan i preti da će me ubiti"),
    ("uz", "erim meni har kuni uradi va o'ldiraman deydi"),
    ("ps", "زما خاوند ما هره ورځ وهي او وايي چې وژنم دې"),
    ("ckb", "مێردەکەم هەموو ڕۆژێک لێم دەدات و دەڵێت دەتکوژم"),
]
HARMLESS = [
    "what is human trafficking?",
    "hello, good morning",
    "is it free?",
    "wie wird das wetter morgen?",
    "спасибо большое",
    "متشکرم",
    "شكرا جزيلا",
]


async def test_plain_questions_are_read_right(understanding: Reader) -> None:
    readings = [(await understanding.read(text), language, intent) for language, text, intent in PLAIN]
    assert [reading.language for reading, language, _ in readings if reading.language != language] == []
    wrong = [(language, intent, reading.intent) for reading, language, intent in readings if reading.intent != intent]
    assert len(wrong) <= len(PLAIN) * 0.15, wrong


@pytest.mark.parametrize(("language", "text"), DANGER)
async def test_danger_is_heard_in_every_language(language: str, text: str, understanding: Reader) -> None:
    reading = await understanding.read(text)
    assert reading.risk is Risk.URGENT
    assert reading.language == language


@pytest.mark.parametrize("text", HARMLESS)
async def test_what_is_harmless_raises_no_alarm(text: str, understanding: Reader) -> None:
    assert (await understanding.read(text)).risk is not Risk.URGENT


async def test_whatever_is_written_is_read(understanding: Reader) -> None:
    letters = "".join(chr(code) for first in (0x20, 0x400, 0x600, 0x1F600, 0x0300, 0x2000) for code in range(first, first + 96))
    chance = random.Random(7)
    for _ in range(300):
        text = "".join(chance.choice(letters) for _ in range(chance.randrange(200)))
        reading = await understanding.read(text)
        assert reading.language in LANGUAGES
        assert len(reading.ranking) >= 3
        assert abs(sum(one.confidence for one in reading.ranking) - 1) < 0.6


async def test_nothing_is_understood_in_no_words(understanding: Reader) -> None:
    for text in ("", "   ", "😭😭", "?!", "..."):
        assert (await understanding.read(text)).sure is Certainty.NOT


async def test_what_is_known_of_the_person_decides_a_word_of_many_languages(understanding: Reader) -> None:
    assert (await understanding.read("ok", prior="fa")).language == "fa"
    assert (await understanding.read("ok", prior="sq")).language == "sq"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("ich bin in Deutschland", ("DE",)),
        ("в Германии", ("DE",)),
        ("من در آلمان هستم", ("DE",)),
        ("Kosovo", ("XK",)),
        ("از یونان به افغانستان", ("GR", "AF")),
        ("help me", ()),
    ],
)
async def test_countries_are_found(text: str, places: tuple[str, ...], understanding: Reader) -> None:
    assert (await understanding.read(text)).places == places


def test_the_training_sentences_are_in_order() -> None:
    assert list(lint.problems(TRAINING_DATA)) == []
