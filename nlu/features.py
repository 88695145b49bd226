"""Weighted n-grams of letters and words, the same code for training and for reading (TF-IDF); names are kept as 32-bit keys."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from nlu.text import skeleton

Keys = NDArray[np.uint32]
Bag = tuple[Keys, NDArray[np.float32]]  #: different keys in ascending order, and how often each occurs
Grams = Mapping[str, Bag]  #: blocks of features; each has the same weight in every text
WEIGHTS = {"w": 0.6, "c": 1.0, "s": 0.4}  #: of words, letters and consonant skeletons
#: A run of letters becomes a key by weights for its places, all odd, of which it has as many as letters; and by the golden ratio in 64 bits.
_PLACES = np.array([0x9FB21C651E98DF25, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F, 0xE7037ED1A0B428DB, 0x8EBC6AF09C88C6E3], np.uint64)
_RUNS = np.triu(np.repeat(_PLACES[:, None], 5, axis=1))
_SIZES = np.arange(1, 6, dtype=np.uint64)
_NOTHING, _FIVE = np.zeros(4, np.uint64), np.arange(5)
_SPREAD, _TOP, _SPACE = np.uint64(0x9E3779B97F4A7C15), np.uint64(32), np.uint64(ord(" "))


def grams(text: str) -> Grams:
    """What a normalised text is made of: words and pairs, letters within words, skeletons of words."""
    return {**word_grams(text), "c": letter_grams(text, 2, 5)}


def word_grams(text: str) -> dict[str, Bag]:
    """The words and pairs of words, as they stand and as consonants alone."""
    words = text.split()
    bones = [bone for bone in skeleton(text).split() if len(bone) > 1]
    return {"w": bag(keys("w", [*words, *map(" ".join, pairwise(words))])), "s": bag(keys("s", [*bones, *map(" ".join, pairwise(bones))]))}


def letter_grams(text: str, shortest: int, longest: int) -> Bag:
    """The runs of so many letters that cross no word; the space before and after a word is a letter. `longest` is 5 at most."""
    padded = np.frombuffer(f" {text} ".encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.uint64)
    windows = np.concatenate([padded, _NOTHING])[np.arange(len(padded))[:, None] + _FIVE[:longest]]
    runs = (windows @ _RUNS[:longest, shortest - 1 : longest] + _SIZES[shortest - 1 : longest]) * _SPREAD
    inside = windows[:, shortest - 1 : longest] != 0
    first = max(shortest, 3)  # shorter runs have no letter between their ends
    inside[:, first - shortest :] &= np.cumsum(windows[:, 1 : longest - 1] == _SPACE, axis=1)[:, first - 3 :] == 0
    return bag((runs[inside] >> _TOP).astype(np.uint32))


def keys(block: str, names: Iterable[str]) -> Keys:
    """A key for each name; the same name has another key in another block."""
    start = crc32(block.encode())
    return np.fromiter((crc32(name.encode(), start) for name in names), np.uint32)


def bag(found: Keys) -> Bag:
    """As numpy.unique with counts, which takes four times as long for so few."""
    if not len(found):
        return found, np.zeros(0, np.float32)
    found = np.sort(found)
    new = np.empty(len(found), bool)
    new[0] = True
    np.not_equal(found[1:], found[:-1], out=new[1:])
    starts = np.flatnonzero(new)
    counts = np.empty(len(starts), np.float32)
    counts[:-1] = starts[1:] - starts[:-1]
    counts[-1] = len(found) - starts[-1]
    return found[starts], counts


@dataclass(slots=True)
class Vocabulary:
    """Which features count, in which column (their order), with which weight."""

    keys: Keys
    weights: NDArray[np.float32]  #: inverse document frequency by column

    @classmethod
    def of(cls, texts: Sequence[Grams], least: int = 1) -> Vocabulary:
        """The features that at least `least` texts have; idf is ln((1 + n) / (1 + df)) + 1."""
        found, seen = np.unique(np.concatenate([different for text in texts for different, _ in text.values()]), return_counts=True)
        kept = seen >= least
        return cls(found[kept], (np.log((1 + len(texts)) / (1 + seen[kept])) + 1).astype(np.float32))

    def __len__(self) -> int:
        return len(self.keys)

    def row(self, text: Grams) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Columns and values of one text; the values have length one, or there are none. Each block is brought to its weight before."""
        blocks = {block: those for block, those in text.items() if len(those[0])}
        if not blocks or not len(self.keys):
            return np.zeros(0, np.int64), np.zeros(0, np.float32)
        different, counts = (np.concatenate(parts) for parts in zip(*blocks.values(), strict=True))
        at = np.minimum(np.searchsorted(self.keys, different), len(self.keys) - 1)
        known = self.keys[at] == different
        values = (1 + np.log(counts)) * self.weights[at] * known
        sizes = [len(those[0]) for those in blocks.values()]
        lengths = np.sqrt(np.add.reduceat(values * values, np.cumsum([0, *sizes[:-1]])))
        weights = np.array([WEIGHTS.get(block, 1.0) for block in blocks], np.float32) / np.where(lengths > 0, lengths, 1)
        values = (values * np.repeat(weights, sizes))[known]
        return at[known], (values / (math.sqrt(float(values @ values)) or 1.0)).astype(np.float32)
