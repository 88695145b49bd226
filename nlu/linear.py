"""A linear model over sparse features: trained with scikit-learn, read with NumPy alone, kept without pickle."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu.features import Grams, Vocabulary

Floats = NDArray[np.float32]
UNSEEN = -20.0  #: the score of a class without an example


@dataclass(slots=True)
class Linear:
    """Scores of a text for each class; softmax of them are probabilities."""

    vocabulary: Vocabulary
    weights: NDArray[np.float16]  #: features × classes
    bias: Floats
    classes: tuple[str, ...]

    def scores(self, text: Grams) -> Floats:
        """One score for each class; the bias alone where nothing of the text is known."""
        columns, values = self.vocabulary.row(text)
        found: Floats = values @ self.weights[columns].astype(np.float32) + self.bias if len(columns) else self.bias.copy()
        return found

    def parts(self, text: Grams, column: int) -> list[tuple[int, float]]:
        """What each known feature of a text adds to the score of one class."""
        columns, values = self.vocabulary.row(text)
        return list(zip(self.vocabulary.keys[columns].tolist(), (values * self.weights[columns, column].astype(np.float32)).tolist(), strict=True))

    def scores_of(self, rows: Any) -> Floats:
        """As `scores`, for the rows of a sparse matrix."""
        return np.asarray(rows @ self.weights.astype(np.float32) + self.bias, np.float32)

    def joined(self, other: Linear) -> Linear:
        """Both models over the same vocabulary as one."""
        weights = np.concatenate([self.weights, other.weights], axis=1)
        return Linear(self.vocabulary, weights, np.concatenate([self.bias, other.bias]), self.classes + other.classes)

    def ordered(self, names: Sequence[str]) -> Linear:
        """With these classes, in this order; one that the model has never seen gets a score that nothing raises."""
        columns = [self.classes.index(name) if name in self.classes else -1 for name in names]
        unseen = np.array([column < 0 for column in columns])
        weights, bias = self.weights[:, columns], self.bias[columns]
        weights[:, unseen], bias[unseen] = 0, UNSEEN
        return Linear(self.vocabulary, weights, bias, tuple(names))

    def save(self, path: Path) -> None:
        """One file of arrays; loading it can run no code."""
        keys, idf = self.vocabulary.keys, self.vocabulary.weights
        np.savez(path, keys=keys, idf=idf, weights=self.weights, bias=self.bias, classes=as_text(self.classes))

    @classmethod
    def load(cls, path: Path) -> Linear:
        with np.load(path, allow_pickle=False) as found:
            return cls(Vocabulary(found["keys"], found["idf"]), found["weights"], found["bias"], from_text(found["classes"]))


def as_text(names: Sequence[str]) -> NDArray[np.uint8]:
    """Names as an array, which can be kept beside other arrays."""
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def from_text(array: NDArray[np.uint8]) -> tuple[str, ...]:
    return tuple(array.tobytes().decode().split("\n"))


def fit(vocabulary: Vocabulary, rows: Any, labels: NDArray[np.str_], *, strength: float, passes: int) -> Linear:
    """Multinomial logistic regression; `labels` is one word for each row, `strength` the inverse of the regularisation."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the number of passes is part of the choice
        # saga: seven times as fast here as lbfgs, with the same figures, and it keeps single precision
        model = LogisticRegression(C=strength, solver="saga", max_iter=passes, tol=1e-4, random_state=0).fit(rows, labels)
    if int(model.n_iter_[0]) < 2:
        raise RuntimeError("training stopped at its first step")
    weights, bias = model.coef_.T, model.intercept_
    if len(model.classes_) == 2:  # scikit-learn keeps one score for two classes
        weights, bias = np.concatenate([0 * weights, weights], axis=1), np.concatenate([0 * bias, bias])
    return Linear(vocabulary, weights.astype(np.float16), bias.astype(np.float32), tuple(map(str, model.classes_)))


def fit_one(vocabulary: Vocabulary, rows: Any, holds: NDArray[np.bool_], name: str, *, strength: float) -> Linear:
    """Logistic regression of one yes or no; its only score is the log of the odds."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=strength, solver="liblinear", random_state=0).fit(rows, holds)
    return Linear(vocabulary, model.coef_.T.astype(np.float16), model.intercept_.astype(np.float32), (name,))


def matrix(vocabulary: Vocabulary, texts: Sequence[Grams]) -> Any:
    """The texts as rows of a sparse matrix."""
    from scipy.sparse import csr_matrix

    rows = [vocabulary.row(text) for text in texts]
    ends = np.cumsum([0, *(len(columns) for columns, _ in rows)])
    values = np.concatenate([found for _, found in rows]) if rows else np.zeros(0, np.float32)
    columns = np.concatenate([found for found, _ in rows]) if rows else np.zeros(0, np.int64)
    return csr_matrix((values, columns, ends), shape=(len(texts), len(vocabulary)))


def log_softmax(scores: Floats) -> Floats:
    """Along the last axis."""
    shifted = scores - scores.max(axis=-1, keepdims=True)
    found: Floats = shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
    return found
