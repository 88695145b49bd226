"""A trained model with more sentences: what they touch is trained again, all the rest stays as it is."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from nlu.engine import NAMES, Engine
from nlu.examples import Example
from nlu.features import grams
from nlu.linear import Linear
from nlu.text import normalise
from nlu.training import Progress, of_language, of_languages, rows_of, ways_to_write
from nlu.unseen import FILE as UNSEEN

#: So many times a sentence counts that somebody taught. Counted once among the thousands of its language, it is often still read as
#: before; counted ten times it is read as taught, and others are not read otherwise. What is as strange as to be read otherwise even
#: then counts three times as much again.
COUNTS, MORE, ROUNDS = 10, 3, 3
_LANGUAGES = "languages"


def extend(base: Path, known: Sequence[Example], added: Sequence[Example], folder: Path, progress: Progress = lambda *_: None) -> None:
    """Write to `folder`, whole or not at all, the model in `base`, which was trained on the sentences `known`, with those `added`.

    Trained again are the models of the languages that were added to, and the one that tells languages apart if it takes an added
    sentence for another language. The models over concepts, the temperatures and the limits stay: trained anew they read one of a
    hundred messages otherwise, in every language, whatever was added. About ten seconds for each language, and a minute where
    languages are told apart anew. FileNotFoundError where `base` was not trained; ValueError for a language that it does not know.
    """
    engine = Engine.load(base)
    touched = sorted({example.language for example in added})
    if unknown := set(touched) - set(engine.own):
        raise ValueError(f"the model knows no {', '.join(sorted(unknown))}")
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    shutil.copytree(base, fresh, ignore=shutil.ignore_patterns(UNSEEN))
    jobs = [*touched, *([_LANGUAGES] if any(_taken_for_another(engine, example) for example in added) else [])]
    for number, name in enumerate(jobs):
        progress(name, number, len(jobs))
        trained = _told_apart(known, added) if name == _LANGUAGES else _one_language(engine, name, known, added)
        trained.save(fresh / f"{name}.npz")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _one_language(engine: Engine, name: str, known: Iterable[Example], added: Iterable[Example]) -> Linear:
    """The language's own model, trained until the sentences added are read as they were taught, or ROUNDS times."""
    those, taught = ([example for example in some if example.language == name] for some in (known, added))
    texts = [grams(normalise(example.text, name)) for example in those]
    counts = [COUNTS] * len(taught)
    for _ in range(ROUNDS):
        repeated = [example for example, count in zip(taught, counts, strict=True) for _ in range(count)]
        vocabulary, rows = rows_of([*texts, *(grams(normalise(example.text, name)) for example in repeated)], 2)
        trained = of_language(vocabulary, rows, np.array([example.intent for example in (*those, *repeated)]))
        reading = replace(engine, own={**engine.own, name: trained})
        counts = [count if _is_read(reading, example) else count * MORE for count, example in zip(counts, taught, strict=True)]
        if len(repeated) == sum(counts):
            break
    return trained


def _is_read(engine: Engine, example: Example) -> bool:
    """Whether a sentence is read as it was taught, surely enough to be answered."""
    found = engine.understand(example.text, example.language).intents
    return NAMES[int(found.argmax())] == example.intent and bool(found.max() >= engine.limits.sure)


def _told_apart(known: Iterable[Example], added: Iterable[Example]) -> Linear:
    repeated = [example for example in added for _ in range(COUNTS)]
    ways = [(example.language, way) for example in (*known, *repeated) for way in ways_to_write(example.text)]
    vocabulary, rows = rows_of([way for _, way in ways], 3)
    return of_languages(vocabulary, rows, np.array([name for name, _ in ways]))


def _taken_for_another(engine: Engine, example: Example) -> bool:
    """Whether a sentence looks like another language than the one it was taught in."""
    return next(iter(engine.languages(example.text))) != example.language
