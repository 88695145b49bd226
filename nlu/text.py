"""One spelling for many: look-alike letters, missing marks, half-spaces, digits, elongation, and the script of a text."""

from __future__ import annotations

import re
import unicodedata

#: Letters that stand for the same sound on different keyboards, after compatibility decomposition and without marks.
_ARABIC = {
    "ي": "ی", "ى": "ی", "ې": "ی", "ۍ": "ی", "ێ": "ی", "ے": "ی", "ك": "ک", "ڪ": "ک", "ګ": "گ", "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه",
    "ۆ": "و", "ۇ": "و", "ڕ": "ر", "ړ": "ر", "ڵ": "ل", "ټ": "ت", "ډ": "د", "ڼ": "ن", "ڤ": "ف", "ٱ": "ا", "ء": "",
}  # fmt: skip
#: Tajik and Uzbek letters as people type them on a Russian keyboard.
_CYRILLIC = {"қ": "к", "ғ": "г", "ҳ": "х", "ҷ": "ч", "ң": "н", "ә": "а", "ө": "о", "ү": "у", "ұ": "у", "і": "и", "ъ": "", "ь": "", "э": "е", "ё": "е"}
_LATIN = {
    "ı": "i",
    "đ": "d",
    "ø": "o",
    "ł": "l",
    "ð": "d",
    "æ": "ae",
    "œ": "oe",
    "ə": "a",
    "ʻ": "'",
    "ʼ": "'",
    "’": "'",
    "‘": "'",
    "`": "'",
    "´": "'",
    "ʹ": "'",
}
_LETTERS = str.maketrans({**_ARABIC, **_CYRILLIC, **_LATIN, "\u200c": " ", "\u200d": "", "ـ": "", "\u00ad": ""})

_UZBEK_APOSTROPHE = re.compile(r"(?<=[og])'(?=\w)")
_CONTRACTION = re.compile(r"'(?=(?:t|s|m|re|ve|ll|d)\b)")
_SPLIT_CONTRACTION = re.compile(r"\b(don|can|won|didn|doesn|isn|wasn|couldn|wouldn|aren|haven|hasn|shouldn) t\b|\b(i) (m|ve|ll)\b")
_NOT_WORD = re.compile(r"[\W_]+")
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(r"\b\d+\b")
_RUN = re.compile(r"([^\W\d])\1{2,}")
_PERSIAN_VERB = re.compile(r"\b(ن?می) (?=\w)")
_UZBEK_H = re.compile(r"(?<![sc])h")
_PHONE_LINK = re.compile(
    r"https?://\S+|www\.\S+|(?<!\S)[^\s@]+@[^\s@]+\.\S+"
)  # an address is sought only where a word begins: else «@@@…» takes minutes

#: Serbian and Uzbek have two alphabets; their models read one.
_TO_LATIN = {
    "sr": str.maketrans(dict(zip("абвгдежзијклмнопрстћуфхцчшђ", ["a", "b", "v", "g", "d", "e", "z", "z", "i", "j", "k", "l", "m", "n", "o", "p", "r", "s", "t", "c", "u", "f", "h", "c", "c", "s", "d"], strict=True)) | {"љ": "lj", "њ": "nj", "џ": "dz", "е": "e"}),
    "uz": str.maketrans(dict(zip("абвгдежзийклмнопрстуфхцчшыюя", ["a", "b", "v", "g", "d", "e", "j", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "x", "s", "ch", "sh", "i", "yu", "ya"], strict=True))),
}  # fmt: skip


def normalise(text: str, language: str | None = None, *, numbers: bool = False) -> str:
    """Lower-case words separated by single spaces, the same for every way of typing them; "" where there are no words.

    Every number becomes 0, unless `numbers` are to be kept (as Western digits).
    """
    text = _PHONE_LINK.sub(" ", text)
    text = text.casefold()
    if language == "uz":
        text = text.replace("ў", "o").replace("ё", "yo")  # decompose to other vowels
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    text = text.translate(_LETTERS)
    text = _CONTRACTION.sub("", _UZBEK_APOSTROPHE.sub("", text))
    text = _NOT_WORD.sub(" ", text).strip()
    text = _SPLIT_CONTRACTION.sub(lambda m: m[1] + "t" if m[1] else m[2] + m[3], text)
    text = _DIGIT.sub(lambda m: str(unicodedata.digit(m[0], 0)), text) if numbers else _NUMBER.sub("0", text)
    text = _RUN.sub(r"\1\1", text)
    if language == "fa":
        text = _PERSIAN_VERB.sub(r"\1", text)
    text = text.translate(_TO_LATIN[language]) if language in _TO_LATIN else text
    return _UZBEK_H.sub("x", text) if language == "uz" else text  # two letters for one sound, mixed by everybody


def script_of(text: str) -> str:
    """The script of most letters: Arab, Cyrl, Latn, or Zyyy where there are none (ISO 15924)."""
    counts = {"Arab": 0, "Cyrl": 0, "Latn": 0}
    for letter in text:
        if letter.isalpha():
            name = unicodedata.name(letter, "")
            counts["Arab" if name.startswith("ARABIC") else "Cyrl" if name.startswith("CYRILLIC") else "Latn"] += 1
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
_DIGRAPHS = (("sch", "s"), ("sh", "s"), ("ch", "c"), ("kh", "h"), ("gh", "g"), ("zh", "j"), ("dj", "j"), ("ph", "f"), ("th", "t"), ("ck", "k"))


def skeleton(word: str) -> str:
    """The consonants of a normalised word, the same from Arabic, Cyrillic and Latin letters: «пул», «pul» and «پول» are all "pl"."""
    for pair, letter in _DIGRAPHS:
        word = word.replace(pair, letter)
    return word.translate(_SKELETON)
