"""The concept lexicon: which of 400 meanings (passport, take away, boss …) a text names, whatever its language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import combinations
from pathlib import Path

from nlu.text import normalise

FOLDER = Path(__file__).parent / "lexicon"
STEM = 4  #: letters that a stem must have so that its endings may be anything
#: What is written onto the front of a noun: and, the, to, in, with (Arabic); not, in (Persian, Sorani do not).
_PREFIXES = {"ar": ("وال", "بال", "لل", "ال", "و", "ب", "ل", "ف", "ع", "ه"), "fa": ("ن", "ب", "می"), "ckb": ("ده", "نا", "ب"), "ps": ("و",)}


@dataclass(slots=True)
class Lexicon:
    """The forms of one language, by their first word."""

    exact: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    stems: dict[str, list[tuple[tuple[str, ...], str]]] = field(default_factory=dict)
    prefixes: tuple[str, ...] = ()

    def add(self, form: str, concept: str, language: str) -> None:
        """One form; a trailing * lets its last word end in any way."""
        words = tuple(normalise(form.replace("*", ""), language).split())
        if not words:
            return
        open_end = form.rstrip().endswith("*") and len(words[-1]) >= min(STEM, 3)
        if len(words) == 1 and open_end:
            self.stems.setdefault(words[0][:3], []).append((words, concept))
        else:
            self.exact.setdefault(words[0], []).append(((*words[:-1], words[-1] + "*") if open_end else words, concept))

    def named(self, words: Sequence[str]) -> set[str]:
        """The concepts that these words name."""
        found: set[str] = set()
        for start in range(len(words)):
            for word in self._readings(words[start]):
                found |= {concept for form, concept in self.exact.get(word, ()) if _stands(form, (word, *words[start + 1 : start + len(form)]))}
                found |= {concept for (stem,), concept in self.stems.get(word[:3], ()) if word.startswith(stem)}
        return found

    def _readings(self, word: str) -> Iterator[str]:
        yield word
        for prefix in self.prefixes:
            if word.startswith(prefix) and len(word) - len(prefix) >= 3:
                yield word[len(prefix) :]


def _stands(form: Sequence[str], words: Sequence[str]) -> bool:
    return len(form) == len(words) and all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part for part, word in zip(form, words, strict=True)
    )


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of one language; empty where there is no file."""
    found = Lexicon(prefixes=_PREFIXES.get(language, ()))
    path = FOLDER / f"{language}.tsv"
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        concept, _, forms = line.partition("\t")
        for form in forms.split("|"):
            found.add(form.strip(), concept, language)
    return found


def concepts(text: str, language: str) -> list[str]:
    """The meanings that a text in this language names, in a fixed order."""
    return sorted(lexicon(language).named(normalise(text, language).split()))


def with_pairs(found: Sequence[str]) -> list[str]:
    """The concepts and their pairs: the features of the model that all languages share."""
    return [*found, *(f"{a}+{b}" for a, b in combinations(found, 2))]
