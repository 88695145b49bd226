"""Our one part of the Rasa engine: the algorithm of the in-process engine, trained on the sentences that Rasa was given."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu import INTENTS, LANGUAGES, Engine, training
from nlu.engine import NAMES
from nlu.examples import Example

FOLDER = "engine"  #: within what Rasa keeps of us; arrays and JSON, loading them can run no code


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class HomewardClassifier(GraphComponent, IntentClassifier):
    """Tells the language of a message, and ranks all intents. Rasa finds the methods' parameters by their names."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, engine: Engine | None = None) -> None:
        self._storage = model_storage
        self._resource = resource
        self._engine = engine

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> HomewardClassifier:
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> HomewardClassifier:
        with model_storage.read_from(resource) as folder:
            return cls(model_storage, resource, Engine.load(folder / FOLDER))

    def train(self, training_data: TrainingData) -> Resource:
        with self._storage.write_to(self._resource) as folder:
            training.train_on(list(sentences(training_data)), folder / FOLDER)
            self._engine = Engine.load(folder / FOLDER)
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        return training_data  # nothing after us learns from it

    def process(self, messages: list[Message]) -> list[Message]:
        for message in messages:
            self._read(message)
        return messages

    def _read(self, message: Message) -> None:
        assert self._engine is not None, "Rasa trains or loads us before it asks"
        text = message.get("text") or ""
        language, likely = next(iter(self._engine.languages(text).items()))
        found = self._engine.understand(text, language).intents
        ranking = [{"name": NAMES[i], "confidence": float(found[i])} for i in np.argsort(-found)]
        message.set("intent", ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        message.set("language", {"name": language, "confidence": likely}, add_to_output=True)


def sentences(training_data: TrainingData) -> Iterator[Example]:
    """What Rasa read, each with the language that its block names. InvalidConfigException where a block names none of ours."""
    for message in training_data.intent_examples:
        intent, language = message.get("intent"), ((message.get("metadata") or {}).get("intent") or {}).get("language")
        if intent not in INTENTS or language not in LANGUAGES:
            raise InvalidConfigException(f"a block of the intent {intent!r} names the language {language!r}; nlu/intents.yml says which exist")
        yield Example(message.get("text"), intent, language, Path())
