"""One spelling for many: look-alike letters, missing marks, half-spaces, digits, elongation, two alphabets; and the script of a text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

#: Letters that stand for the same sound on different keyboards, after compatibility decomposition and without marks.
_ARABIC = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ێ": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک", "ګ": "گ", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه",
    "ۆ": "و", "ۇ": "و", "ڕ": "ر", "ړ": "ر", "ڵ": "ل", "ټ": "ت", "ٹ": "ت", "ډ": "د", "ڈ": "د", "ڑ": "ر", "ڼ": "ن", "ڤ": "ف", "ٱ": "ا", "ء": "",
}  # fmt: skip
#: Tajik and Uzbek letters as people type them on a Russian keyboard.
_CYRILLIC = {"қ": "к", "ғ": "г", "ҳ": "х", "ҷ": "ч", "ң": "н", "ә": "а", "ө": "о", "ү": "у", "ұ": "у", "і": "и", "ъ": "", "ь": "", "э": "е", "ё": "е"}
_LATIN = {"ı": "i", "đ": "d", "ø": "o", "ł": "l", "ð": "d", "æ": "ae", "œ": "oe", "ə": "a"} | dict.fromkeys("ʻʼ’‘`´ʹ", "'")
_LOOK_ALIKES = str.maketrans({**_ARABIC, **_CYRILLIC, **_LATIN})
#: A Cyrillic word with Latin letters that look the same.
_MIXED = re.compile(r"[aceopxykmthb]*[а-я][а-яaceopxykmthb]*[aceopxykmthb][а-яaceopxykmthb]*|[aceopxykmthb]+[а-я]+")
_AS_CYRILLIC = str.maketrans("aceopxykmthb", "асеорхукмтнв")
_INVISIBLE = str.maketrans({"\u200c": " ", "\u200d": "", "ـ": "", "\u00ad": ""})

_UZBEK_APOSTROPHE = re.compile(r"(?<=[og])'(?=\w)")
_CONTRACTION = re.compile(r"'(?=(?:t|s|m|re|ve|ll|d)\b)")
_SPLIT_CONTRACTION = re.compile(r"\b(don|can|won|didn|doesn|isn|wasn|couldn|wouldn|aren|haven|hasn|shouldn) t\b|\b(i) (m|ve|ll)\b")
_SOFT_SIGN = re.compile(r"(?<=[a-z])'(?=\w|\b)")
_COMBINING = re.compile(f"[{''.join(chr(code) for code in range(0x300, 0xFE30) if unicodedata.combining(chr(code)))}]+")
_NOT_WORD = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\b\d+\b")
_RUN = re.compile(r"([^\W\d])\1{2,}")
_PERSIAN_VERB = re.compile(r"\b(ن?می) (?=\w)")
#: An address is sought only where a word begins: else «@@@…» takes minutes.
_PHONE_LINK = re.compile(r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@[^\s@]+\.\S+")

#: Languages with two alphabets, or that people romanise letter by letter: their models read one.
_TO_LATIN = {
    "sr": str.maketrans(dict(zip("абвгдежзијклмнопрстћуфхцчшђ", ["a", "b", "v", "g", "d", "e", "z", "z", "i", "j", "k", "l", "m", "n", "o", "p", "r", "s", "t", "c", "u", "f", "h", "c", "c", "s", "d"], strict=True)) | {"љ": "lj", "њ": "nj", "џ": "dz", "я": "ja", "ю": "ju", "ы": "i", "щ": "c"}),
    "uz": str.maketrans(dict(zip("абвгдежзийклмнопрстуфхцчшщыюя", ["a", "b", "v", "g", "d", "e", "j", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "x", "s", "ch", "sh", "sh", "i", "yu", "ya"], strict=True))),
    "ru": str.maketrans(dict(zip("абвгдежзийклмнопрстуфхцчшщыюя", ["a", "b", "v", "g", "d", "e", "zh", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "c", "ch", "sh", "sh", "i", "iu", "ia"], strict=True))),
    "tg": str.maketrans(dict(zip("абвгдежзийклмнопрстуфхцчшщыюя", ["a", "b", "v", "g", "d", "e", "j", "z", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "x", "s", "j", "sh", "sh", "i", "iu", "ia"], strict=True))),
}  # fmt: skip
#: Several ways to write one sound, after the alphabets are one; and what is written onto the front of words without changing what is meant.
_SOUNDS = {
    "ar": ((re.compile(r"\b(?:وال|بال|لل|ال)(?=\w{2})"), ""), (re.compile("ظ"), "ض"), (re.compile("ذ"), "د"), (re.compile("ث"), "ت")),
    "ckb": ((re.compile(r"\b(?:یه|ده)(?=\w{2})"), ""),),
    "ps": ((re.compile("ښ"), "ش"), (re.compile("څ"), "س"), (re.compile("ځ"), "ز"), (re.compile("ږ"), "ژ")),
    "de": ((re.compile("ae"), "a"), (re.compile("oe"), "o"), (re.compile("ue"), "u")),
    "uz": ((re.compile(r"4(?=[a-z])|(?<=[a-z])4"), "ch"), (re.compile(r"6(?=[a-z])|(?<=[a-z])6|w"), "sh"), (re.compile(r"(?<![sc])h"), "x"), (re.compile("q"), "k")),
    "tr": ((re.compile("sh"), "s"), (re.compile("ch"), "c"), (re.compile("q"), "k"), (re.compile("w"), "v"), (re.compile("x"), "h")),
    "ru": ((re.compile("s(?:hc|c)h"), "sh"), (re.compile("kh|x"), "h"), (re.compile("ts|tz"), "c"), (re.compile("[yj]"), "i"), (re.compile("ii+"), "i"), (re.compile(r"4(?=[a-z])|(?<=[a-z])4"), "ch"), (re.compile(r"6(?=[a-z])|(?<=[a-z])6|w"), "sh")),
    "tg": ((re.compile("kh|(?<![sczg])h"), "x"), (re.compile("dj|zh|ch"), "j"), (re.compile("gh"), "g"), (re.compile("q"), "k"), (re.compile("y"), "i"), (re.compile("ii+"), "i"), (re.compile("w"), "v")),
    "sr": ((re.compile("dj"), "d"), (re.compile("ije|(?<=[bdlmnpstvz])je"), "e")),
}  # fmt: skip

Step = Callable[[str, str | None], str]


def _links(text: str, _language: str | None) -> str:
    return _PHONE_LINK.sub(" ", text) if "." in text or "/" in text else text


def _marks(text: str, language: str | None) -> str:
    """Vowel marks and accents off."""
    if text.isascii():
        return text
    if language == "uz":
        text = text.replace("ў", "o").replace("ё", "yo")  # decompose to other vowels
    if language == "sr":
        text = text.replace("й", "j")  # on a Russian keyboard
    return _COMBINING.sub("", unicodedata.normalize("NFKD", text))


def _look_alikes(text: str, language: str | None) -> str:
    if language == "uz":  # its Cyrillic has been half turned into Latin by now
        return text.translate(_LOOK_ALIKES)
    return _MIXED.sub(lambda m: m[0].translate(_AS_CYRILLIC), text.translate(_LOOK_ALIKES))


def _invisible(text: str, _language: str | None) -> str:
    """Half-spaces, joiners, the line that elongates Arabic words."""
    return text.translate(_INVISIBLE)


def _apostrophes(text: str, language: str | None) -> str:
    if "'" not in text:
        return text
    text = _CONTRACTION.sub("", _UZBEK_APOSTROPHE.sub("", text))
    return _SOFT_SIGN.sub("", text) if language in ("ru", "tg") else text


def _contractions(text: str, _language: str | None) -> str:
    text = _NOT_WORD.sub(" ", text).strip()
    return _SPLIT_CONTRACTION.sub(lambda m: m[1] + "t" if m[1] else m[2] + m[3], text)


def _numbers(text: str, _language: str | None) -> str:
    return _NUMBER.sub("0", text)


def _elongation(text: str, _language: str | None) -> str:
    return _RUN.sub(r"\1\1", text)


def _verbs(text: str, language: str | None) -> str:
    """Persian می may be written apart from its verb."""
    return _PERSIAN_VERB.sub(r"\1", text) if language == "fa" else text


def _alphabets(text: str, language: str | None) -> str:
    return text.translate(_TO_LATIN[language]) if language in _TO_LATIN else text


def _sounds(text: str, language: str | None) -> str:
    for written, meant in _SOUNDS.get(language or "", ()):
        text = written.sub(meant, text)
    return text


#: In this order. What each brings is measured by `python -m tests.steps`, and shown in docs/understanding.md.
STEPS: dict[str, Step] = {
    "links": _links,
    "marks": _marks,
    "look-alikes": _look_alikes,
    "half-spaces": _invisible,
    "apostrophes": _apostrophes,
    "contractions": _contractions,
    "numbers": _numbers,
    "elongation": _elongation,
    "verbs": _verbs,
    "alphabets": _alphabets,
    "sounds": _sounds,
}


def normalise(text: str, language: str | None = None, *, numbers: bool = False) -> str:
    """Lower-case words separated by single spaces, the same for every way of typing them; "" where there are no words.

    Every number becomes 0, unless `numbers` are to be kept (as Western digits).
    """
    text = text.casefold()
    for name, step in STEPS.items():
        text = _western(text) if name == "numbers" and numbers else step(text, language)
    return _NOT_WORD.sub(" ", text).strip()


def _western(text: str) -> str:
    return _DIGIT.sub(lambda m: str(unicodedata.digit(m[0], 0)), text)


def script_of(text: str) -> str:
    """The script of most letters: Arab, Cyrl, Latn, or Zyyy where there are none (ISO 15924)."""
    counts = {"Arab": 0, "Cyrl": 0, "Latn": 0}
    for letter in text:
        if letter.isalpha():
            counts["Arab" if "\u0600" <= letter <= "\u08ff" or letter >= "\ufb50" else "Cyrl" if "\u0400" <= letter <= "\u052f" else "Latn"] += 1
    best = max(counts, key=lambda script: counts[script])
    return best if counts[best] else "Zyyy"


_SKELETON = str.maketrans(
    {
        **dict.fromkeys("aeiouyаеиоуыйюяاویهحع'2374568901", ""),
        **dict(zip("бвгджзклмнпрстфхцчшщ", ["b", "v", "g", "d", "j", "z", "k", "l", "m", "n", "p", "r", "s", "t", "f", "h", "s", "c", "s", "s"], strict=True)),
        **dict(zip("بپتثجچخدذرزژسشصضطظغفقکگلمن", ["b", "p", "t", "s", "j", "c", "h", "d", "z", "r", "z", "j", "s", "s", "s", "z", "t", "z", "g", "f", "k", "k", "g", "l", "m", "n"], strict=True)),
        "q": "k", "w": "v", "x": "h", "h": "",
    }
)  # fmt: skip
_DIGRAPH = re.compile("sch|[sckgzd]h|dj|ph|th|ck")
_DIGRAPHS = {"sch": "s", "sh": "s", "ch": "c", "kh": "h", "gh": "g", "zh": "j", "dj": "j", "ph": "f", "th": "t", "ck": "k", "dh": "d"}


def skeleton(word: str) -> str:
    """The consonants of normalised words, the same from Arabic, Cyrillic and Latin letters: «пул», «pul» and «پول» are all "pl"."""
    return _DIGRAPH.sub(lambda m: _DIGRAPHS[m[0]], word).translate(_SKELETON)
