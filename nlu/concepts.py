"""The concept lexicon: which of some 400 meanings (passport, take away, boss …) a text names, whatever its language and however it is typed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlu.features import Bag, Keys
from nlu.text import normalise, script_of

FOLDER = Path(__file__).parent / "lexicon"
STEM = 3  #: letters that a stem must have so that its endings may be anything
TYPO = 5  #: letters that a word must have so that one wrong letter is forgiven
COMMON = 3  #: a word that so many training sentences have is no typing error
#: What is written onto the front of a word: and, in, to, so, on, this (Arabic); not, in (Persian, Sorani).
_PREFIXES = {
    "ar": ("و", "ب", "ل", "ف", "ع", "ه"),
    "fa": ("ن", "ب", "می"),
    "ckb": ("نا", "ب"),
    "ps": ("و",),
    "fr": ("l", "d", "j", "qu", "n", "s"),  # apostrophes left out: lavion, jai
}
#: Languages whose words people mix in: those of the countries of stay, and those spoken beside their own.
BORROWED = {
    "en": ("de",), "de": ("en",), "fr": ("de", "en"), "ru": ("de", "en"), "tg": ("ru", "de", "en"), "uz": ("ru", "de", "en", "tr"), "fa": ("de", "en"),
    "ps": ("fa", "en", "de"), "ar": ("de", "en"), "ckb": ("ar", "fa", "de", "en"), "tr": ("de", "en"), "sq": ("de", "en"), "sr": ("de", "en"),
}  # fmt: skip
LOAN = 5  #: letters that a word of another language must have
_LETTERS = {
    other: re.compile({"ru": "[а-яё]", "fa": "[ا-ی]", "ar": "[ا-ی]"}.get(other, "[a-z]"), re.IGNORECASE)
    for other in ("de", "en", "tr", "ru", "fa", "ar")
}
Forms = Mapping[str, tuple[int, ...]]  #: the numbers of the concepts that a form names


@dataclass(slots=True)
class Lexicon:
    """The forms of one language, ready to be looked up."""

    whole: Forms  #: words and phrases
    stems: Forms  #: words and phrases whose last word may end in any way
    lengths: Mapping[str, tuple[int, ...]]  #: how many words the phrases have that begin with this word
    prefixes: tuple[str, ...]
    typed: tuple[Keys, NDArray[np.uint16]]  #: keys of what words look like with one letter gone, ascending, and the concepts
    common: frozenset[str]  #: words of many sentences

    def named(self, words: Sequence[str]) -> list[tuple[int, ...]]:
        """For each word the concepts that it names, or that a phrase names which begins there."""
        found = [tuple(self._at(words, at)) for at in range(len(words))]
        unknown = [at for at, word in enumerate(words) if not found[at] and len(word) >= TYPO and word not in self.common]
        for at, numbers in self._forgiven([words[at] for at in unknown]):
            found[unknown[at]] = numbers
        return found

    def _at(self, words: Sequence[str], at: int) -> list[int]:
        found: list[int] = []
        for word in self._readings(words[at]) if self.prefixes else (words[at],):
            found += self.whole.get(word, ())
            _begun(self.stems, word, STEM, found)
            for count in self.lengths.get(word, ()):
                rest = words[at + 1 : at + count]
                if len(rest) == count - 1:
                    before = " ".join((word, *rest[:-1])) + " "
                    found += self.whole.get(before + rest[-1], ())
                    _begun(self.stems, before + rest[-1], len(before) + STEM, found)
        return found

    def _readings(self, word: str) -> Iterator[str]:
        yield word
        for prefix in self.prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= STEM:
                yield word[len(prefix) :]

    def _forgiven(self, words: Sequence[str]) -> Iterator[tuple[int, tuple[int, ...]]]:
        """Words with one letter too many, too few or wrong, or two in the wrong order; and what each may have meant."""
        keys, numbers = self.typed
        for at, word in enumerate(words):
            asked = np.fromiter(_gone(word), np.uint32)
            first, last = np.searchsorted(keys, asked, "left"), np.searchsorted(keys, asked, "right")
            if meant := {int(number) for start, end in zip(first, last, strict=True) for number in numbers[start:end]}:
                yield at, tuple(sorted(meant))

    def loans(self, words: Iterable[str]) -> list[int]:
        """The concepts that longer words name by themselves, when they stand in a text of another language."""
        found: list[int] = []
        for word in words:
            if len(word) >= LOAN:
                found += self.whole.get(word, ())
                _begun(self.stems, word, LOAN, found)
        return found

    def stored(self) -> dict[str, Any]:
        """As plain arrays and lists, for `restored`."""
        return {
            "whole": self.whole,
            "stems": self.stems,
            "lengths": self.lengths,
            "prefixes": self.prefixes,
            "typed": [part.tolist() for part in self.typed],
            "common": sorted(self.common),
        }

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> Lexicon:
        keys, numbers = stored["typed"]
        typed = np.array(keys, np.uint32), np.array(numbers, np.uint16)
        return cls(stored["whole"], stored["stems"], stored["lengths"], tuple(stored["prefixes"]), typed, frozenset(stored["common"]))


def _begun(stems: Forms, form: str, shortest: int, found: list[int]) -> None:
    """Add the concepts of every stem that the form begins with, from so many letters on."""
    for end in range(shortest, len(form) + 1):
        if (those := stems.get(form[:end])) is not None:
            found += those


def _gone(word: str) -> set[int]:
    """Keys of a word and of what it is with one letter gone: two words one typing error apart share one of them."""
    return {crc32(one.encode()) for one in (word, *(word[:i] + word[i + 1 :] for i in range(len(word))))}


@cache
def names() -> tuple[str, ...]:
    """Every concept that any lexicon has, in a fixed order."""
    found = {line.partition("\t")[0] for path in FOLDER.glob("*.tsv") for line in path.read_text("utf-8").splitlines()}
    return tuple(sorted(found - {""}))


def written(language: str) -> Iterator[tuple[str, str]]:
    """Each concept and form of a language as its file has them; a trailing * lets the last word end in any way."""
    path = FOLDER / f"{language}.tsv"
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        concept, _, forms = line.partition("\t")
        yield from ((concept, form.strip()) for form in forms.split("|") if form.strip())


def compiled(language: str, common: Iterable[str] = ()) -> Lexicon:
    """The lexicon of one language from its file; empty where there is none."""
    numbers = {name: number for number, name in enumerate(names())}
    whole: dict[str, set[int]] = {}
    stems: dict[str, set[int]] = {}
    lengths: dict[str, set[int]] = {}
    typed: set[tuple[int, int]] = set()
    for concept, form in written(language):
        words = normalise(form.replace("*", ""), language).split()
        if not words or any(word.isdigit() for word in words):  # every number reads the same
            continue
        phrase, number = " ".join(words), numbers[concept]
        open_end = form.endswith("*") and len(words[-1]) >= STEM
        (stems if open_end else whole).setdefault(phrase, set()).add(number)
        if len(words) > 1:
            lengths.setdefault(words[0], set()).add(len(words))
        elif len(phrase) >= TYPO and not open_end:
            typed |= {(key, number) for key in _gone(phrase)}
    found = np.array(sorted(typed), np.uint32).reshape(-1, 2)
    keys = np.ascontiguousarray(found[:, 0])
    return Lexicon(_kept(whole), _kept(stems), _kept(lengths), _PREFIXES.get(language, ()), (keys, found[:, 1].astype(np.uint16)), frozenset(common))


def _kept(table: Mapping[str, set[int]]) -> Forms:
    return {form: tuple(sorted(those)) for form, those in table.items()}


def meanings(text: str, normal: str, language: str, lexicons: Mapping[str, Lexicon]) -> list[int]:
    """The concepts that a text names, by words of its language and of those that people mix in. `normal`: the text normalised."""
    found = [number for those in lexicons[language].named(normal.split()) for number in those]
    for other in BORROWED[language]:
        if other in lexicons and (script_of(text) == "Latn" or _LETTERS[other].search(text)):
            found += lexicons[other].loans(normalise(text, other).split())
    return found


@cache
def _both(count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair of so many."""
    return np.triu_indices(count, 1)


def features(found: Iterable[int], count: int) -> Bag:
    """The concepts and their pairs, each once: what the model reads that all languages share. `count`: how many concepts there are."""
    those = np.array(sorted(set(found)), np.uint32)
    first, second = _both(len(those))
    pairs = (those[first] + np.uint32(1)) * np.uint32(count) + those[second]
    different = np.unique(np.concatenate([those, pairs]))
    return different, np.ones(len(different), np.float32)
