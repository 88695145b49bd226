"""The words that people write in each language: what is none of them, and stands where names stand, is a name."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel import Locale

import nlu
from nlu.text import normalise

_HOME = Path(nlu.__file__).parent
_LOCALES = {"uz": ("uz_Latn", "uz_Cyrl"), "sr": ("sr_Latn", "sr_Cyrl")}
_ENDING = 3  #: letters by which two forms of a word differ at the end
_STEM = 4  #: letters that they must share
_ATTACHED = {"ar": re.compile("^[وفبلك]{1,2}(?=..)"), "ckb": re.compile("^(?:ب|ن)?(?:ده|ئه|ه)?(?=...)"), "fa": re.compile("^(?:می|نمی|می)(?=...)")}
#: Languages without many endings: what is written otherwise is another word.
_PLAIN = frozenset({"en", "fr", "de"})


def is_word(word: str, language: str) -> bool:
    """Whether people use it in this language, in any of its forms."""
    words, stems = _vocabulary(language)
    found = normalise(word, language).split()
    return all(_known(one, words, stems, language) for one in found) if found else True


def _known(word: str, words: frozenset[str], stems: frozenset[str], language: str) -> bool:
    if word in words or len(word) < 2:
        return True
    rest = _ATTACHED[language].sub("", word) if language in _ATTACHED else word
    return rest in words or (language not in _PLAIN and len(word) > _STEM + 1 and word[: max(_STEM, len(word) - _ENDING)] in stems)


@cache
def _vocabulary(language: str) -> tuple[frozenset[str], frozenset[str]]:
    """The words of the training sentences, of the lexicon and of the countries; and the beginnings of those that are long enough."""
    lines = [line for path in sorted((_HOME / "data" / language).glob("*.yml")) for line in path.read_text("utf-8").splitlines()]
    said = [line.strip().removeprefix("- ") for line in lines if line.lstrip().startswith("- ") and "intent:" not in line]
    lexicon = _HOME / "lexicon" / f"{language}.tsv"
    forms = lexicon.read_text("utf-8").replace("\t", " | ").replace("*", " ") if lexicon.exists() else ""
    countries = [name for tag in _LOCALES.get(language, (language,)) for name in Locale.parse(tag).territories.values()]
    words = frozenset(normalise("\n".join((*said, forms, *countries)), language).split())
    stems = {word[:length] for word in words for length in range(max(_STEM, len(word) - _ENDING), len(word) + 1)}
    return words, frozenset(stems)
