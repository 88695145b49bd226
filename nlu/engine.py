"""The in-process engine: one model for each language, and one over the concepts that all languages share, mixed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu import language, places, safety
from nlu.concepts import concepts, lexicon, with_pairs
from nlu.contract import INTENTS as CONTRACT
from nlu.contract import Risk
from nlu.features import Grams, grams
from nlu.linear import Floats, Linear, log_softmax
from nlu.text import normalise

META = "meta.json"
SHARED = 0.4  #: weight of the model over concepts; by measurement on the training sentences and on lab.md's
NAMES = tuple(CONTRACT)
URGENT_COLUMNS = np.array([i for i, name in enumerate(NAMES) if CONTRACT[name].risk is Risk.URGENT])


def concept_features(text: str, written_in: str) -> Grams:
    """The concepts of a text and their pairs, as one block of features."""
    from collections import Counter

    return {"w": Counter(with_pairs(concepts(text, written_in)))}


def word_features(text: str, written_in: str) -> Grams:
    return grams(normalise(text, written_in))


def mixed(own: Floats, shared: Floats) -> Floats:
    """The scores of both models for NAMES, as one."""
    return (1 - SHARED) * log_softmax(own) + SHARED * log_softmax(shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Chosen by cross-validation on the training sentences (see training.py)."""

    sure: float  #: calibrated confidence from which an answer is given
    nearly: float  #: … from which up to three topics are offered
    urgent: float  #: probability of all urgent intents together from which a message is urgent


@dataclass(slots=True)
class Engine:
    """A trained engine; reading takes about a millisecond and no scikit-learn."""

    identifier: Linear
    shared: Linear
    models: Mapping[str, Linear]
    temperatures: Mapping[str, float]
    limits: Limits

    @classmethod
    def load(cls, folder: Path) -> Engine:
        """From the folder that `training.train` wrote. FileNotFoundError if it was not trained."""
        meta = json.loads((folder / META).read_text("utf-8"))
        models = {name: Linear.load(folder / f"{name}.npz") for name in meta["temperatures"]}
        for name in models:
            lexicon(name)  # now, in nobody's way: read at a first message it would keep all others waiting
            safety.patterns(name)
        places.known()
        return cls(
            Linear.load(folder / "languages.npz"), Linear.load(folder / "concepts.npz"), models, meta["temperatures"], Limits(**meta["limits"])
        )

    def languages(self, text: str, *, prior: str | None = None, hint: str | None = None) -> dict[str, float]:
        """How likely each language is, the likeliest first."""
        return language.probabilities(self.identifier, text, prior=prior, hint=hint)

    def intents(self, text: str, written_in: str) -> Floats:
        """The calibrated probability of each intent of NAMES, for a text in this language."""
        own = in_order(self.models[written_in], self.models[written_in].scores(word_features(text, written_in)))
        shared = in_order(self.shared, self.shared.scores(concept_features(text, written_in)))
        return np.exp(log_softmax(mixed(own, shared) / self.temperatures[written_in]))


def in_order(model: Linear, scores: Floats) -> Floats:
    """Scores in the order of NAMES; an intent that the model has never seen gets the lowest."""
    columns = {name: column for column, name in enumerate(model.classes)}
    lowest = scores.min(axis=-1, keepdims=True)
    found = [scores[..., columns[name]][..., None] if name in columns else lowest for name in NAMES]
    return np.concatenate(found, axis=-1)
