"""The in-process engine: models of each language and models over the concepts that all languages share, mixed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlu import concepts, language
from nlu.concepts import Lexicon
from nlu.contract import INTENTS as CONTRACT
from nlu.contract import Risk
from nlu.features import Bag, grams
from nlu.linear import Floats, Linear, log_softmax
from nlu.network import Network
from nlu.places import Gazetteer
from nlu.safety import Patterns
from nlu.text import normalise

META, LEXICONS = "meta.json", "lexicons.json"
NAMES = tuple(CONTRACT)
DANGER = "danger"  #: beside the intents, each linear model learns whether a message is urgent at all
URGENT_COLUMNS = np.array([i for i, name in enumerate(NAMES) if CONTRACT[name].risk is Risk.URGENT])
#: Weights of the language's own model, of the linear one over concepts and of the network; by cross-validation.
MIXED = (0.6, 0.2, 0.2)
DANGER_WEIGHT = 0.4  #: of what the linear models say of danger, beside the urgent intents; by cross-validation


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Chosen by cross-validation on the training sentences (see training.py)."""

    sure: float  #: calibrated confidence from which an answer is given
    nearly: float  #: … from which up to three topics are offered
    urgent: float  #: danger from which a message is urgent


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """What the engine makes of a text in one language."""

    intents: Floats  #: the calibrated probability of each intent of NAMES
    danger: float  #: grows with the danger; to be held against the limit
    concepts: tuple[str, ...]  #: the meanings found, in the order of the text


@dataclass(slots=True)
class Engine:
    """A trained engine; reading needs no scikit-learn."""

    identifier: Linear
    own: Mapping[str, Linear]
    shared: Linear
    network: Network
    lexicons: Mapping[str, Lexicon]
    names: tuple[str, ...]  #: of the concepts, by their numbers
    patterns: Mapping[str, Patterns]  #: the safety words of each language
    gazetteer: Gazetteer
    temperatures: Mapping[str, float]
    limits: Limits

    @classmethod
    def load(cls, folder: Path) -> Engine:
        """From the folder that `training.train` wrote. FileNotFoundError if it was not trained."""
        meta = json.loads((folder / META).read_text("utf-8"))
        stored = json.loads((folder / LEXICONS).read_text("utf-8"))
        return cls(
            identifier=Linear.load(folder / "languages.npz"),
            own={name: Linear.load(folder / f"{name}.npz") for name in meta["temperatures"]},
            shared=Linear.load(folder / "concepts.npz"),
            network=Network.load(folder / "network.npz"),
            lexicons={name: Lexicon.restored(one) for name, one in stored["lexicons"].items()},
            names=tuple(stored["names"]),
            patterns=stored["safety"],
            gazetteer=Gazetteer(**stored["places"]),
            temperatures=meta["temperatures"],
            limits=Limits(**meta["limits"]),
        )

    def languages(self, text: str, *, plain: str | None = None, prior: str | None = None, hint: str | None = None) -> dict[str, float]:
        """How likely each language is, the likeliest first. `plain`: the text normalised for no language, where that is at hand."""
        return language.probabilities(self.identifier, text, normalise(text) if plain is None else plain, prior=prior, hint=hint)

    def understand(self, text: str, written_in: str) -> Understood:
        """What a text in this language asks, and how much danger it tells of."""
        normal = normalise(text, written_in)
        found = concepts.meanings(text, normal, written_in, self.lexicons)
        meanings = {"k": concepts.features(found, len(self.names))}
        own, shared = self.own[written_in].scores(grams(normal)), self.shared.scores(meanings)
        scores = mixed(own[: len(NAMES)], shared[: len(NAMES)], self.network.scores({"k": singles(meanings["k"], len(self.names))}))
        return Understood(
            intents=np.exp(log_softmax(scores / self.temperatures[written_in])),
            danger=float(danger(scores, own[-1], shared[-1])),
            concepts=tuple(dict.fromkeys(self.names[number] for number in found)),
        )

    def reasons(self, text: str, written_in: str, intent: str, at_most: int = 4) -> tuple[str, ...]:
        """The meanings in a text that speak most for an intent, the strongest first."""
        bag = concepts.features(concepts.meanings(text, normalise(text, written_in), written_in, self.lexicons), len(self.names))
        weight: dict[int, float] = {}
        for key, value in self.shared.parts({"k": bag}, NAMES.index(intent)):
            for number in (key,) if key < len(self.names) else (key // len(self.names) - 1, key % len(self.names)):
                weight[number] = weight.get(number, 0) + value
        best = sorted((number for number in weight if weight[number] > 0), key=lambda number: -weight[number])
        return tuple(self.names[number] for number in best[:at_most])


def singles(meanings: Bag, count: int) -> Bag:
    """The concepts alone, without their pairs."""
    alone = meanings[0] < count
    return meanings[0][alone], meanings[1][alone]


def mixed(own: Floats, shared: Floats, network: Floats) -> Floats:
    """The scores of the models for NAMES, as one."""
    weighed = [weight * log_softmax(scores) for weight, scores in zip(MIXED, (own, shared, network), strict=True)]
    found: Floats = weighed[0] + weighed[1] + weighed[2]
    return found


def danger(scores: Floats, own: Floats, shared: Floats) -> Floats:
    """One figure for how much danger a message tells of: the urgent intents together, and what the models say of danger itself."""
    together = np.log(np.exp(log_softmax(scores / 0.7))[..., URGENT_COLUMNS].sum(-1) + 1e-6)
    found: Floats = together + DANGER_WEIGHT * (own + shared)
    return found
