"""The words that people write in each language: what is none of them, and stands where names stand, is a name."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

from babel import Locale

import nlu
from nlu.examples import examples
from nlu.text import normalise

_HOME = Path(nlu.__file__).parent
_LOCALES = {"uz": ("uz_Latn", "uz_Cyrl"), "sr": ("sr_Latn", "sr_Cyrl")}
_ENDING = 2  #: letters by which two forms of a word differ at the end
_STEM = 5  #: letters that they must share
_COMMON = 25  #: how often a word stands in the training sentences that is surely no name
_ATTACHED = {
    "ar": re.compile("^[وفبلك]{1,2}(?=..)"),
    "ckb": re.compile("^(?:ب|ن)?(?:ده|ئه|ه)(?=...)|(?<=...)(?:م|ه|ین)$"),
    "fa": re.compile("^(?:می|نمی)(?=...)|(?<=...)(?:م|ه)$"),
    "tg": re.compile("(?<=...)(?:am|m)$"),
    "uz": re.compile("(?<=...)(?:man|miz|siz|mi|ni|ga|da|dan)$"),
    "tr": re.compile("(?<=...)(?:[yd]?[iu]m|d[iu]r|[iu]z)$"),
}
#: Languages without many endings: what is written otherwise is another word.
_PLAIN = frozenset({"en", "fr", "de"})


def is_word(word: str, language: str, *, exact: bool = False) -> bool:
    """Whether people use it in this language, in any of its forms; `exact`: in this one."""
    words, stems, _ = _vocabulary(language)
    found = normalise(word, language).split()
    return all(_known(one, words, frozenset() if exact else stems, language) for one in found) if found else True


def _known(word: str, words: frozenset[str], stems: frozenset[str], language: str) -> bool:
    if word in words or len(word) < 2:
        return True
    rest = _ATTACHED[language].sub("", word, count=1) if language in _ATTACHED else word
    return rest in words or (language not in _PLAIN and len(word) > _STEM + 1 and word[: max(_STEM, len(word) - _ENDING)] in stems)


def is_common(word: str, language: str) -> bool:
    """Whether people use it so much that it is hardly ever a name."""
    common = _vocabulary(language)[2]
    found = normalise(word, language).split()
    return bool(found) and all(one in common for one in found)


@cache
def _vocabulary(language: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The words of the training sentences, of the lexicon and of the countries; the beginnings of those that are long enough; the most used."""
    counts = Counter(normalise("\n".join(example.text for example in examples(_HOME / "data", language)), language).split())
    lexicon = _HOME / "lexicon" / f"{language}.tsv"
    forms = lexicon.read_text("utf-8").replace("\t", " | ").replace("*", " ") if lexicon.exists() else ""
    countries = [name for tag in _LOCALES.get(language, (language,)) for name in Locale.parse(tag).territories.values()]
    #: what stands there only once may be somebody's name
    words = {word for word, count in counts.items() if count > 1} | set(normalise("\n".join((forms, *countries)), language).split())
    stems = {word[:length] for word in words for length in range(max(_STEM, len(word) - _ENDING), len(word) + 1)}
    return frozenset(words), frozenset(stems), frozenset(word for word, count in counts.items() if count >= _COMMON)
