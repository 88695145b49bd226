"""Messages grouped by likeness, so that what many people ask is seen first: letters and words, no model, no library of its own."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlu.features import Vocabulary, letter_grams, word_grams
from nlu.text import normalise

WIDTH = 1024  #: columns that the grams share
ALIKE = 0.38  #: cosine from which two messages are about the same, by looking at held-out messages


def grouped(texts: Sequence[tuple[str, str]]) -> list[list[int]]:
    """Places of texts (language, text) that are alike, the largest group first; within a group the one most like the others comes first."""
    by_language: dict[str, list[int]] = {}
    for place, (language, _) in enumerate(texts):
        by_language.setdefault(language, []).append(place)
    found = [
        [places[one] for one in group]
        for language, places in by_language.items()
        for group in _alike(_vectors(language, [texts[at][1] for at in places]))
    ]
    return sorted(found, key=lambda group: (-len(group), min(group)))


def _vectors(language: str, texts: Sequence[str]) -> NDArray[np.float32]:
    """Each text as a row of length one: its letters and words, each weighing more the rarer it is."""
    seen = [{**word_grams(text), "c": letter_grams(text, 3, 4)} for text in (normalise(text, language) for text in texts)]
    rows = np.zeros((len(texts), WIDTH), np.float32)
    vocabulary = Vocabulary.of(seen)
    columns = (vocabulary.keys.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(54)).astype(np.int64)
    signs = np.where(vocabulary.keys & 1, 1.0, -1.0).astype(np.float32)
    for row, text in zip(rows, seen, strict=True):
        at, values = vocabulary.row(text)
        np.add.at(row, columns[at], values * signs[at])
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    rows /= np.where(lengths > 0, lengths, 1)
    return rows


def _alike(rows: NDArray[np.float32]) -> list[list[int]]:
    """Greedily: whoever has most alike that nobody has taken yet leads the next group."""
    near = rows @ rows.T >= ALIKE
    np.fill_diagonal(near, val=True)
    free, found = np.ones(len(rows), bool), []
    for leader in np.argsort(-near.sum(1), kind="stable"):
        if free[leader]:
            members = np.flatnonzero(near[leader] & free)
            free[members] = False
            found.append([int(leader), *(int(one) for one in members if one != leader)])
    return found
