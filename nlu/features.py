"""Weighted n-grams of letters and words, the same code for training and for reading (TF-IDF as in scikit-learn)."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from nlu.text import skeleton

Grams = dict[str, Counter[str]]
WEIGHTS = {"w": 0.6, "c": 1.0, "s": 0.4}  #: of words, letters and consonant skeletons; each block has length one before


def grams(text: str, letters: tuple[int, int] = (2, 5)) -> Grams:
    """What a normalised text is made of: words and pairs, letters within words, skeletons of words."""
    words = text.split()
    bones = [bone for word in words if len(bone := skeleton(word)) > 1]
    return {
        "w": Counter([*words, *(f"{a} {b}" for a, b in pairwise(words))]),
        "c": Counter(_letters(words, *letters)),
        "s": Counter([*bones, *(f"{a} {b}" for a, b in pairwise(bones))]),
    }


def _letters(words: Iterable[str], shortest: int, longest: int) -> Iterator[str]:
    for word in words:
        padded = f" {word} "
        for size in range(shortest, longest + 1):
            if len(padded) <= size:
                yield padded
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


@dataclass(slots=True)
class Vocabulary:
    """Which features count, in which column, with which weight."""

    columns: dict[str, int]
    weights: NDArray[np.float32]  #: inverse document frequency by column

    @classmethod
    def of(cls, texts: Sequence[Grams], least: int = 1) -> Vocabulary:
        """The features that at least `least` texts have; idf is ln((1 + n) / (1 + df)) + 1."""
        seen: Counter[str] = Counter()
        for text in texts:
            for block, counts in text.items():
                seen.update(f"{block}{gram}" for gram in counts)
        kept = sorted(name for name, count in seen.items() if count >= least)
        weights = np.array([math.log((1 + len(texts)) / (1 + seen[name])) + 1 for name in kept], np.float32)
        return cls({name: column for column, name in enumerate(kept)}, weights)

    def row(self, text: Grams) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Columns and values of one text; the values have length one, or there are none."""
        columns: list[int] = []
        values: list[float] = []
        for block, counts in text.items():
            found = [(column, count) for gram, count in counts.items() if (column := self.columns.get(f"{block}{gram}")) is not None]
            weighted = [(1 + math.log(count)) * float(self.weights[column]) for column, count in found]
            length = math.sqrt(sum(value * value for value in weighted))
            columns += [column for column, _ in found]
            values += [WEIGHTS[block] * value / length for value in weighted]
        length = math.sqrt(sum(value * value for value in values)) or 1.0
        return np.array(columns, np.int64), np.array([value / length for value in values], np.float32)
