"""Cross-validation: what is said of each training sentence by models that had not seen it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlu.examples import Example, examples
from nlu.linear import Floats

FOLDS = 3
FILE = "unseen.npz"  #: in the folder of a model
Labels = NDArray[np.str_]
Folds = NDArray[np.int64]


@dataclass(slots=True)
class Sentences:
    """The training sentences, those of one language together, and what is known of each."""

    examples: list[Example]
    labels: Labels
    folds: Folds  #: every intent of every language is spread evenly over the folds
    languages: Labels

    @classmethod
    def of(cls, found: Sequence[Example]) -> Sentences:
        ordered = sorted(found, key=lambda example: example.language)
        seen: Counter[tuple[str, str]] = Counter()
        folds = []
        for example in ordered:
            folds.append(seen[example.language, example.intent] % FOLDS)
            seen[example.language, example.intent] += 1
        labels, languages = np.array([e.intent for e in ordered]), np.array([e.language for e in ordered])
        return cls(ordered, labels, np.array(folds), languages)


@dataclass(slots=True)
class Unseen:
    """In the order of `Sentences`."""

    scores: Floats  #: of all intents, by the models of the language that a sentence is written in
    danger: Floats
    languages: Labels  #: as found
    likely: Floats  #: how likely the language is that a sentence is written in

    def save(self, folder: Path) -> None:
        np.savez(folder / FILE, scores=self.scores.astype(np.float16), danger=self.danger, languages=self.languages, likely=self.likely)

    @classmethod
    def load(cls, folder: Path) -> Unseen:
        with np.load(folder / FILE, allow_pickle=False) as found:
            return cls(found["scores"].astype(np.float32), found["danger"], found["languages"], found["likely"])


def unseen(folder: Path, data: Path) -> Iterator[tuple[Example, str, Floats, float]]:
    """Each sentence that the model in `folder` was trained on: its language as found, its scores and its danger."""
    kept = Unseen.load(folder)
    those = Sentences.of(examples(data)).examples
    yield from zip(those, kept.languages.tolist(), kept.scores, kept.danger.tolist(), strict=True)
