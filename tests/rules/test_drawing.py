"""The way in six steps: in every language the words stay in their cards, in the order and with the numbers of their readers."""

from __future__ import annotations

import io
import re

import av
import numpy as np
import pytest
import resvg_py

from bot.answers import way
from bot.answers.drawing import FOLDER, FONTS, HEIGHT, WIDTH, Box, Way, digit, fitted, picture, svg, text_in, texts, width
from bot.answers.library import Library
from bot.i18n import RIGHT_TO_LEFT
from nlu import LANGUAGES

#: Longer than any caption is, with the letters that only some languages have.
LONG = {
    "en": "You and the adviser fill in all of the papers together, word by word, and you sign only what you have understood.",
    "de": "Rückkehrberatungsstellenmitarbeiter füllen die Antragsunterlagen gemeinsam mit Ihnen aus. Sie unterschreiben erst danach.",
    "tg": "Шумо ва машваратчӣ ҳуҷҷатҳоро якҷоя пур мекунед, ва танҳо он чизеро имзо мекунед, ки фаҳмидаед.",
    "uz": "Maslahatchi bilan birga hamma hujjatlarni toʻldirasiz va faqat tushunganingizni imzolaysiz.",
    "ps": "تاسو او سلاکار په ګډه ټولې پاڼې ډکوئ، او یوازې هغه څه لاسلیک کوئ چې پوهېدلي یاست، ښه ړومبی ږغ.",
    "ckb": "تۆ و ڕاوێژکارەکە پێکەوە هەموو فۆڕمەکان پڕ دەکەنەوە، و تەنها ئەوە واژۆ دەکەیت کە تێیگەیشتوویت.",
    "ar": "تملآن جميع الأوراق معًا، ولا توقّع إلا على ما فهمته جيدًا. (إن لم تفهم: اسأل!)",
}


def the_way(language: str, text: str) -> Way:
    return Way(language, text[:60], (text,) * 6, text)


def ink(drawn: str) -> np.ndarray:
    """Where a drawing is not white: rows and columns."""
    whole = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>{drawn}</svg>'
    )
    return pixels(bytes(resvg_py.svg_to_bytes(svg_string=whole, skip_system_fonts=True, font_files=[str(FOLDER / name) for name in FONTS]))) < 250


def pixels(content: bytes) -> np.ndarray:
    with av.open(io.BytesIO(content)) as source:
        return next(source.decode(video=0)).to_ndarray(format="gray")


def within(box: Box, marks: np.ndarray) -> np.ndarray:
    """The marks outside a box, with two pixels of grace for the soft edges of letters."""
    left, right = int(box.x - box.wide / 2) - 2, int(box.x + box.wide / 2) + 2
    top, bottom = int(box.y - box.high / 2) - 2, int(box.y + box.high / 2) + 2
    rest = marks.copy()
    rest[top:bottom, left:right] = False
    return rest


def stay(found: Way) -> None:
    """Every text, drawn alone, is there and stays in its place."""
    for box, text, most in texts(found):
        marks = ink(text_in(box, text, found.language, most))
        assert marks.any(), text
        assert not within(box, marks).any(), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_its_picture_and_no_word_leaves_its_card(library: Library, language: str) -> None:
    found = way.way_in(library, language)
    assert found is not None
    assert found.language == language
    stay(found)
    assert all(fitted(text, box, most)[0] >= 26 for box, text, most in texts(found))  # read on a phone
    drawn = picture(found)
    assert len(drawn) < 300_000
    assert pixels(drawn).shape == (HEIGHT, WIDTH)


@pytest.mark.parametrize("language", LONG)
def test_longer_words_become_smaller_and_stay_too(language: str) -> None:
    stay(the_way(language, LONG[language]))


def test_a_word_without_an_end_does_not_break_the_picture() -> None:
    size, lines = fitted("x" * 400, Box(200, 200, 400, 100), 36)
    assert size >= 12
    assert len(lines) == 1
    assert picture(the_way("en", "x" * 400))


def test_widths_are_never_less_than_what_is_drawn() -> None:
    for language, text in LONG.items():
        for word in text.split():
            marks = ink(text_in(Box(540, 675, 1070, 200), word, language, 36))
            columns = np.flatnonzero(marks.any(axis=0))
            assert columns[-1] - columns[0] <= width(word) * 36 + 4, word


def test_the_numbers_are_those_of_the_language() -> None:
    assert [digit(number, "en") for number in (1, 6)] == ["1", "6"]
    assert [digit(number, "fa") for number in (1, 4, 6)] == ["۱", "۴", "۶"]
    assert [digit(number, "ar") for number in (1, 4, 6)] == ["١", "٤", "٦"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_card_stands_where_reading_begins(language: str) -> None:
    drawn = svg(the_way(language, "x"))
    first, second = (float(x) for x in re.findall(r'<circle cx="(\d+)" cy="\d+" r="34"', drawn)[:2])
    assert (first > second) is (language in RIGHT_TO_LEFT)
    assert drawn.count("scale(-0.9") == (6 if language in RIGHT_TO_LEFT else 0)  # bus and plane go onward


def test_the_same_words_give_the_same_bytes() -> None:
    found = the_way("ps", LONG["ps"])
    first = picture(found)
    picture.cache_clear()
    assert picture(found) == first


def test_words_cannot_become_marks_of_the_drawing() -> None:
    assert "<script" not in svg(the_way("en", "<script>&</script>"))


def test_a_language_without_all_words_gets_the_picture_of_the_next(library: Library) -> None:
    phrases = {key: text for key, text in library.phrases.items() if key not in {("way_3", "ckb"), ("way_alt", "tg")}}
    fewer = Library(library.answers, phrases, library.contacts)
    assert [getattr(way.way_in(fewer, language), "language", None) for language in ("ckb", "tg", "fa")] == ["ar", "ru", "fa"]
    assert way.way_in(Library({}, {}, ()), "en") is None
    assert way.piece(Library({}, {}, ()), "en") is None
