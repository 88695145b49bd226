"""A network with one hidden layer over the concepts of a text: it learns which meanings together ask what."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.features import Grams, Vocabulary
from nlu.linear import UNSEEN, Floats, as_text, from_text

HIDDEN, PASSES = 256, 12


@dataclass(slots=True)
class Network:
    """Scores of a text for each class; softmax of them are probabilities."""

    vocabulary: Vocabulary
    first: Floats  #: features × hidden
    first_bias: Floats
    second: Floats  #: hidden × classes
    second_bias: Floats
    classes: tuple[str, ...]

    def scores(self, text: Grams) -> Floats:
        columns, values = self.vocabulary.row(text)
        return self._beyond(values @ self.first[columns] + self.first_bias if len(columns) else self.first_bias)

    def scores_of(self, rows: Any) -> Floats:
        """As `scores`, for the rows of a sparse matrix."""
        return self._beyond(np.asarray(rows @ self.first, np.float32) + self.first_bias)

    def _beyond(self, hidden: Floats) -> Floats:
        found: Floats = np.maximum(hidden, 0) @ self.second + self.second_bias
        return found

    def ordered(self, names: Sequence[str]) -> Network:
        """With these classes, in this order; one that the network has never seen gets a score that nothing raises."""
        columns = [self.classes.index(name) if name in self.classes else -1 for name in names]
        unseen = np.array([column < 0 for column in columns])
        second, bias = self.second[:, columns], self.second_bias[columns]
        second[:, unseen], bias[unseen] = 0, UNSEEN
        return Network(self.vocabulary, self.first, self.first_bias, second, bias, tuple(names))

    def save(self, path: Path) -> None:
        keys, idf, classes = self.vocabulary.keys, self.vocabulary.weights, as_text(self.classes)
        np.savez(
            path, keys=keys, idf=idf, classes=classes, first=self.first, first_bias=self.first_bias, second=self.second, second_bias=self.second_bias
        )

    @classmethod
    def load(cls, path: Path) -> Network:
        with np.load(path, allow_pickle=False) as found:
            vocabulary, classes = Vocabulary(found["keys"], found["idf"]), from_text(found["classes"])
            return cls(vocabulary, found["first"], found["first_bias"], found["second"], found["second_bias"], classes)


def fit(vocabulary: Vocabulary, rows: Any, labels: NDArray[np.str_], seed: int = 0) -> Network:
    """Train on the rows of a sparse matrix; `labels` is one word for each row."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the number of passes is part of the choice
        model = MLPClassifier((HIDDEN,), alpha=1e-3, batch_size=128, learning_rate_init=2e-3, max_iter=PASSES, random_state=seed)
        model.fit(rows, labels)
    (first, second), (first_bias, second_bias) = model.coefs_, model.intercepts_
    as_kept = partial(np.asarray, dtype=np.float32)
    return Network(vocabulary, as_kept(first), as_kept(first_bias), as_kept(second), as_kept(second_bias), tuple(map(str, model.classes_)))
