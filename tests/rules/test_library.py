"""Which text a person reads: the best language they know, and never an old translation that could hurt."""

from dataclasses import replace

import pytest

from bot.answers.library import Answer, Library

#: intent → (English text, whether a translation of an older text is still said)
OLD = {
    "processing_time": ("It takes its time.", True),
    "immediate_danger": ("Call.", False),
    "return_money": ("Ask how much.", False),
    "health_travel": ("Medical help: [[x|up to 2,000 EUR.]]", False),
    "flight_booking": ("[[x|The EU programme EURP may help.]]", True),  # the name of a programme is no amount
}


def library(intent: str, text: str, *, made_from: str) -> Library:
    source = Answer(intent=intent, language="en", title="X", text=text, content_hash="new", meaning="new")
    return Library({(intent, "en"): source, (intent, "ru"): replace(source, language="ru", text="…", made_from=made_from)}, {}, ())


@pytest.mark.parametrize("intent", OLD)
def test_an_old_translation_is_said_only_where_it_cannot_hurt(intent: str) -> None:
    text, said = OLD[intent]
    for language in ("ru", "tg"):  # whose speakers read Russian
        found = library(intent, text, made_from="old").answer(intent, language)
        assert found is not None
        assert found.language == ("ru" if said else "en")


@pytest.mark.parametrize("intent", OLD)
def test_a_translation_of_the_same_meaning_is_always_said(intent: str) -> None:
    found = library(intent, OLD[intent][0], made_from="new").answer(intent, "ru")
    assert found is not None
    assert found.language == "ru"
