"""Our own answers are easy by the measure that was made from them; a text of an office is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.answers.files import read
from bot.answers.readability import LIMITS, Hint, hints, level, measure
from nlu import LANGUAGES

CONTENT = Path(__file__).parents[2] / "content"


def test_every_language_has_its_limits() -> None:
    assert LIMITS.keys() == set(LANGUAGES)


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_most_of_our_answers_are_easy_and_hardly_one_is_hard(language: str) -> None:
    texts = ["\n".join((text.text, *text.variants.values())) for text in read(CONTENT) if text.kind == "answer" and text.language == language]
    levels = [level(found, language) for found in (measure(text, language) for text in texts) if found.words >= 40]
    assert levels.count("easy") >= 0.8 * len(levels)
    assert levels.count("hard") <= 0.02 * len(levels)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            (
                "Pursuant to the aforementioned administrative regulations, applicants demonstrating insufficient financial resources may, "
                "notwithstanding outstanding obligations, request reimbursement of expenditures necessarily incurred in connection with their departure."
            ),
        ),
        (
            "de",
            (
                "Antragstellende, deren Ausreiseverpflichtung aufgrund bestandskräftiger Entscheidungen vollziehbar geworden ist, können unbeschadet "
                "anderweitiger Leistungsansprüche Rückkehrförderung nach Maßgabe der einschlägigen Verwaltungsvorschriften beanspruchen."
            ),
        ),
        (
            "ru",
            (
                "Лица, подавшие ходатайство о предоставлении государственной поддержки добровольного возвращения, обязаны незамедлительно уведомить "
                "уполномоченное ведомство обо всех обстоятельствах, препятствующих осуществлению запланированного выезда."
            ),
        ),
        (
            "fa",
            (
                "متقاضیانی که درخواست‌های پناهندگی آنان براساس تصمیم‌گیری‌های قطعی اداره‌های مسئول رد گردیده است می‌توانند مطابق دستورالعمل‌های "
                "مربوطه تقاضانامه‌های پشتیبانی بازگشت داوطلبانه خویش را به نمایندگی‌های صلاحیتدار ارائه نمایند."
            ),
        ),
    ],
)
def test_the_language_of_offices_is_hard(language: str, text: str) -> None:
    assert hints(text, language)[0].code == "level_hard"


def test_the_longest_sentences_are_shown_with_their_words() -> None:
    long = "This is a sentence that goes on and on until it has far more words than anybody wants to read at once."
    found = hints(f"Short. {long}\n\n- [[a_fact|One more: 1,000 EUR]]\n{{{{contacts:return}}}}", "en")
    assert [hint for hint in found if hint.code == "long_sentence"] == [Hint("long_sentence", 22, long)]
    assert Hint("longest_sentence", 22) in found


def test_what_is_no_word_counts_nothing() -> None:
    assert hints("{{contacts:return}}\n", "en") == []
    assert measure("- [[a_fact|for the trip: 1,000 EUR]]", "en").words == 5
