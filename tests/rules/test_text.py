"""One spelling for many: what people type in different ways reads the same, and what is different stays different."""

import time

import pytest

from nlu import LANGUAGES
from nlu.text import normalise, script_of, skeleton

#: language → ways of typing the same thing
TWINS = {
    "Arabic: with vowel marks": ("ar", "مُساعَدة", "مساعدة"),
    "Arabic: alif with and without hamza": ("ar", "أريد أن أعود إلى بلدي", "اريد ان اعود الى بلدي"),
    "Arabic: ta marbuta as ha": ("ar", "العودة", "العوده"),
    "Arabic: final ya with and without dots": ("ar", "علي", "على"),
    "Arabic: elongated for emphasis": ("ar", "ســـاعدوني", "ساعدوني"),
    "Persian: Arabic letters ya and kaf": ("fa", "كمك مي خواهم", "کمک می خواهم"),
    "Persian: half-space, space or nothing after «mi»": ("fa", "می‌خواهم", "میخواهم"),
    "Persian: half-space as a space": ("fa", "می‌خواهم", "می خواهم"),
    "Persian: not «nemi» either": ("fa", "نمی‌دانم", "نمیدانم"),
    "Pashto: its own ya": ("ps", "زه غواړم چې", "زه غواړم چی"),
    "Pashto: its own gaf": ("ps", "ګټه", "گټه"),
    "Sorani: letters with and without hats": ("ckb", "دەمەوێ بگەڕێمەوە", "دهمهوی بگهریمهوه"),
    "Russian: yo as ye": ("ru", "ещё", "еще"),
    "Tajik: on a Russian keyboard": ("tg", "ҳуҷҷат", "хуччат"),
    "Tajik: long i": ("tg", "кӯмакӣ", "кумаки"),
    "Uzbek: the apostrophe, straight, curly or left out": ("uz", "oʻgʻil", "o'g'il"),
    "Uzbek: a curly apostrophe": ("uz", "o‘g‘il", "ogil"),
    "Uzbek: Cyrillic and Latin": ("uz", "менга ёрдам керак", "menga yordam kerak"),
    "Uzbek: x and h": ("uz", "xohlayman", "hohlayman"),
    "Serbian: Cyrillic and Latin": ("sr", "желим да се вратим кући", "želim da se vratim kući"),
    "Serbian: two letters for one": ("sr", "љубав и њива", "ljubav i njiva"),
    "Serbian: without hooks": ("sr", "želim kući", "zelim kuci"),
    "Turkish: dotless and dotted i": ("tr", "yardım istiyorum", "YARDIM İSTİYORUM"),
    "Turkish: without marks": ("tr", "dönüş için çalışıyorum", "donus icin calisiyorum"),
    "Albanian: without marks": ("sq", "dua të kthehem në shtëpi", "dua te kthehem ne shtepi"),
    "French: without accents": ("fr", "Où êtes-vous ? À l'hôtel", "ou etes vous a l'hotel"),
    "German: umlauts without dots": ("de", "zurück", "zuruck"),
    "German: sharp s": ("de", "Straße", "STRASSE"),
    "English: capitals and signs": ("en", "HELP!!! me, please...", "help me please"),
    "English: an apostrophe left out or become a space": ("en", "I don't know", "i dont know"),
    "English: a contraction torn in two": ("en", "don t", "don't"),
    "composed and decomposed": ("de", "zur\u0075\u0308ck", "zurück"),
    "full-width letters": ("en", "ｈｅｌｐ", "help"),
    "spaces of every kind": ("en", "go\u00a0\u2003home\n\tnow", "go home now"),
    "letters held down": ("en", "heeeeeelp", "heelp"),
    "numbers in every script": ("fa", "۲۰۰ یورو", "200 یورو"),
    "one number is like another": ("en", "pay 4,000 euro", "pay 7,500 euro"),
    "an address of the web says nothing": ("en", "look https://example.org/x?y=1 now", "look now"),
    "an e-mail address says nothing": ("en", "write to a.b@example.org please", "write to please"),
    "a soft hyphen": ("de", "Rück\u00adkehr", "rückkehr"),
    "marks of direction": ("ar", "\u202bساعدوني\u202c", "ساعدوني"),
    "zalgo": ("en", "h\u0335\u0321e\u0334l\u0337\u0301p\u0338", "help"),
}


@pytest.mark.parametrize(("language", "one", "other"), TWINS.values(), ids=TWINS)
def test_twins_read_the_same(language: str, one: str, other: str) -> None:
    assert normalise(one, language) == normalise(other, language) != ""


DIFFERENT = {
    "English: two words": ("en", "now", "not"),
    "English: a doubled letter": ("en", "hoping", "hopping"),
    "Turkish: girl and goose": ("tr", "kız", "kaz"),
    "Arabic: sin and shin": ("ar", "سرب", "شرب"),
    "Tajik: two words": ("tg", "кор", "кар"),
    "a number and a word": ("en", "call 112", "call one"),
}


@pytest.mark.parametrize(("language", "one", "other"), DIFFERENT.values(), ids=DIFFERENT)
def test_what_is_different_stays_different(language: str, one: str, other: str) -> None:
    assert normalise(one, language) != normalise(other, language)


NUMBERS = {"I am 14 years old": "i am 14 years old", "۱۴ ساله": "14 ساله", "١٤ سنة": "14 سنه", "call 110": "call 110"}


@pytest.mark.parametrize("text", NUMBERS)
def test_numbers_are_kept_as_western_digits_where_they_matter(text: str) -> None:
    assert normalise(text, numbers=True) == NUMBERS[text]


WORDLESS = [
    "",
    " ",
    "\n\t",
    "😀😀",
    "!?…",
    "\x00\x01\x07\x1b",
    "\u200b\u200c\u200d\u2060\ufeff",
    "\u202a\u202e\u2066\u2069",
    "___",
    "\ud800",
    "--- *** ---",
    "https://example.org",
]


@pytest.mark.parametrize("text", WORDLESS, ids=ascii)
def test_what_has_no_words_becomes_nothing(text: str) -> None:
    for language in (None, *LANGUAGES):
        assert normalise(text, language) == ""


def test_control_characters_between_words_are_gaps() -> None:
    assert normalise("go\x00home\x07now") == "go home now"


def test_reading_twice_changes_nothing() -> None:
    for language, *ways in TWINS.values():
        for text in ways:
            once = normalise(text, language)
            assert normalise(once, language) == once


HEAVY = {
    "signs of an address": "@" * 2000,
    "addresses that never end": "a@" * 1000,
    "dots": "a." * 1000,
    "a ligature of eighteen letters": "ﷺ" * 2000,
    "apostrophes": "o'" * 1000,
    "zalgo": "a" + "\u0301" * 2000,
    "links": "https://" * 250,
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY)
def test_no_text_holds_up_the_others(text: str) -> None:
    before = time.perf_counter()
    normalise(text)
    assert time.perf_counter() - before < 0.5


SCRIPTS = {
    "سلام": "Arab",
    "ژیان گۆڕا": "Arab",
    "привет": "Cyrl",
    "ҳуҷҷат": "Cyrl",
    "hello": "Latn",
    "zurück nach Đurđevac": "Latn",
    "112": "Zyyy",
    "😀!": "Zyyy",
    "": "Zyyy",
    "паспорт my": "Cyrl",
    "boss من": "Latn",
}


@pytest.mark.parametrize("text", SCRIPTS)
def test_the_script_is_that_of_most_letters(text: str) -> None:
    assert script_of(text) == SCRIPTS[text]


def test_a_word_has_one_skeleton_in_three_alphabets() -> None:
    for arabic, cyrillic, latin in (("پول", "пул", "pul"), ("پاسپورت", "паспорт", "pasport"), ("کمک", "кумак", "komak")):
        assert skeleton(normalise(arabic)) == skeleton(normalise(cyrillic)) == skeleton(latin) != ""
