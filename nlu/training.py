"""Training the in-process engine, and choosing its limits by cross-validation on the training sentences."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu import concepts, language, limits, linear, network, places, safety
from nlu.contract import LANGUAGES
from nlu.engine import DANGER, LEXICONS, META, NAMES, URGENT_COLUMNS, danger, mixed, singles
from nlu.examples import Example, examples
from nlu.features import Grams, Vocabulary, grams
from nlu.linear import Floats, Linear, log_softmax, matrix
from nlu.text import normalise
from nlu.unseen import FOLDS, Folds, Labels, Sentences, Unseen

FORMAT = 2  #: raised when the files of a model change their meaning
_HERE = Path(__file__).parent
_CODE = (
    "text.py",
    "features.py",
    "concepts.py",
    "linear.py",
    "network.py",
    "language.py",
    "engine.py",
    "training.py",
    "limits.py",
    "safety.py",
    "places.py",
)
Progress = Callable[[str, int, int], None]


def fingerprint(data: Path) -> str:
    """Changes when the sentences, the concepts or the way of reading them change."""
    return _hash([*sorted(data.glob("*/*.yml")), *sorted((_HERE / "lexicon").glob("*.tsv")), *(_HERE / name for name in _CODE)])


def words_fingerprint() -> str:
    """Changes when the safety words or the places change: these are looked up and not learned."""
    return _hash([*sorted((_HERE / "lexicon" / "safety").glob("*.tsv")), _HERE / "lexicon" / "places.yml", _HERE / "safety.py", _HERE / "places.py"])


def _hash(paths: Sequence[Path]) -> str:
    whole = hashlib.sha256(str(FORMAT).encode())
    for path in paths:
        whole.update(path.name.encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def needs_training(data: Path, folder: Path) -> bool:
    meta = folder / META
    return not meta.exists() or json.loads(meta.read_text("utf-8")).get("fingerprint") != fingerprint(data)


def renew_words(folder: Path) -> bool:
    """Bring the safety words and places of a trained model up to date, which takes seconds; whether that was needed."""
    meta = json.loads((folder / META).read_text("utf-8"))
    if meta.get("words") == words_fingerprint():
        return False
    known = json.loads((folder / LEXICONS).read_text("utf-8")) | _looked_up()
    fresh = folder / f"{LEXICONS}.new"
    fresh.write_text(json.dumps(known, ensure_ascii=False), "utf-8")
    fresh.rename(folder / LEXICONS)
    (folder / META).write_text(json.dumps(meta | {"words": words_fingerprint()}, indent=1), "utf-8")
    return True


def train(data: Path, folder: Path, progress: Progress = lambda *_: None) -> dict[str, Any]:
    """Train on the sentences under `data` and write the model to `folder`, whole or not at all; what was measured.

    Takes about four minutes on two cores. `progress` is called with what is done, the steps done and their number.
    """
    return train_on(examples(data), folder, progress, fingerprint=fingerprint(data), words=words_fingerprint())


def train_on(found: Sequence[Example], folder: Path, progress: Progress = lambda *_: None, **about: str) -> dict[str, Any]:
    """As `train`, on these sentences; the model remembers `about` them."""
    those = Sentences.of(found)
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    unseen = _scored(those, fresh, progress)
    gold = np.array([NAMES.index(label) for label in those.labels])
    measured = limits.chosen(those.languages, unseen.scores, unseen.danger, gold)
    unseen.save(fresh)
    (fresh / META).write_text(json.dumps({**about, **measured}, indent=1), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return measured


def _scored(those: Sentences, folder: Path, progress: Progress) -> Unseen:
    """Train every model and keep it."""
    from joblib import Parallel, delayed

    spoken = list(dict.fromkeys(those.languages.tolist()))
    told = partial(_told, progress, iter(range(10**6)), len(spoken) + 3 * (FOLDS + 1))
    run = Parallel(n_jobs=2, return_as="generator")
    own = np.zeros((len(those.labels), len(NAMES) + 1), np.float32)
    shared, layered, languages = np.zeros_like(own), np.zeros_like(own[:, 1:]), np.zeros((len(own), len(spoken)), np.float32)
    meanings: list[Grams] = [{}] * len(own)
    writing: list[list[Grams]] = [[]] * len(own)
    lexicons = {}
    told("sentences")
    for name, scores, found_meanings, found_writing, lexicon in run(delayed(_one_language)(name, *_of(those, name), folder) for name in spoken):
        told(name)
        at = np.flatnonzero(those.languages == name)
        own[at], lexicons[name] = scores, lexicon
        for place, meaning, written in zip(at, found_meanings, found_writing, strict=True):
            meanings[place], writing[place] = meaning, written
    _keep_words(lexicons, folder)
    kinds = {"concepts": shared, "network": layered, "languages": languages}
    for kind, fold, found in run(_over_all(those, meanings, writing, folder)):
        told(kind)
        if fold is not None:
            kinds[kind][those.folds == fold] = found
    scores = mixed(own[:, :-1], shared[:, :-1], layered)
    likely = np.exp(log_softmax(languages))[np.arange(len(own)), [spoken.index(name) for name in those.languages]]
    return Unseen(scores, danger(scores, own[:, -1], shared[:, -1]), np.array(spoken)[languages.argmax(1)], likely)


def _told(progress: Progress, done: Iterator[int], steps: int, what: str) -> None:
    progress(what, next(done), steps)


def _keep_words(lexicons: Mapping[str, Any], folder: Path) -> None:
    """What is looked up in words rather than learned, ready to be loaded."""
    known = {"names": concepts.names(), "lexicons": lexicons, **_looked_up()}
    (folder / LEXICONS).write_text(json.dumps(known, ensure_ascii=False), "utf-8")


def _looked_up() -> dict[str, Any]:
    return {"safety": {name: safety.compiled(name) for name in LANGUAGES}, "places": asdict(places.compiled())}


def _over_all(those: Sentences, meanings: Sequence[Grams], writing: Sequence[Sequence[Grams]], folder: Path) -> Iterator[Any]:
    """The jobs that train the models of all languages: on everything, and without one fold for each."""
    from joblib import delayed

    every, alone = rows_of(meanings, 3), rows_of([{"k": singles(text["k"], len(concepts.names()))} for text in meanings], 3)
    written = rows_of([way for ways in writing for way in ways], 3)
    of = np.repeat(np.arange(len(writing)), [len(ways) for ways in writing])
    for fold in (None, *range(FOLDS)):
        yield delayed(_shared)(*every, those, fold, folder)
        yield delayed(_network)(*alone, those, fold, folder)
        yield delayed(_identifier)(*written, of, those, fold, folder)


def _of(those: Sentences, name: str) -> tuple[list[str], Labels, Folds]:
    """The texts, intents and folds of one language."""
    at = np.flatnonzero(those.languages == name)
    return [those.examples[place].text for place in at], those.labels[at], those.folds[at]


def rows_of(texts: Sequence[Grams], least: int) -> tuple[Vocabulary, Any]:
    """The features that `least` texts have, and the texts as rows of a sparse matrix over them."""
    vocabulary = Vocabulary.of(texts, least)
    return vocabulary, matrix(vocabulary, texts)


def _one_language(
    name: str, written: Sequence[str], labels: Labels, folds: Folds, folder: Path
) -> tuple[str, Floats, list[Grams], list[list[Grams]], dict[str, Any]]:
    """Train one language's model; its scores for sentences it was not trained on, their concepts and their writing, and the lexicon."""
    texts = [normalise(text, name) for text in written]
    vocabulary, rows = rows_of([grams(text) for text in texts], 2)
    of_language(vocabulary, rows, labels).save(folder / f"{name}.npz")
    scores = np.zeros((len(texts), len(NAMES) + 1), np.float32)
    for fold in range(FOLDS):
        scores[folds == fold] = of_language(vocabulary, rows[folds != fold], labels[folds != fold]).scores_of(rows[folds == fold])
    seen = Counter(word for text in texts for word in set(text.split()))
    lexicon = concepts.compiled(name, (word for word, count in seen.items() if count >= concepts.COMMON))
    lexicons = {**{other: concepts.compiled(other) for other in concepts.BORROWED[name]}, name: lexicon}
    found = (concepts.meanings(*both, name, lexicons) for both in zip(written, texts, strict=True))
    meanings: list[Grams] = [{"k": concepts.features(those, len(concepts.names()))} for those in found]
    return name, scores, meanings, [ways_to_write(text) for text in written], lexicon.stored()


def ways_to_write(text: str) -> list[Grams]:
    """What tells the language of a text: as it stands, and as it comes out on the keyboards of others."""
    return [language.features(way, normalise(way)) for way in (text, *language.retyped(text))]


def of_language(vocabulary: Vocabulary, rows: Any, labels: Labels) -> Linear:
    """The model of one language, from its sentences as rows: intents, and danger."""
    intents = linear.fit(vocabulary, rows, labels, strength=10, passes=15).ordered(NAMES)
    return intents.joined(linear.fit_one(vocabulary, rows, _urgent(labels), DANGER, strength=10))


def _shared(vocabulary: Vocabulary, rows: Any, those: Sentences, fold: int | None, folder: Path) -> tuple[str, int | None, Floats | None]:
    """Train the linear model over concepts on all (and keep it), or on all but one fold (and score that)."""
    known = those.folds != fold if fold is not None else np.ones(len(those.folds), bool)
    intents = linear.fit(vocabulary, rows[known], those.labels[known], strength=3, passes=15).ordered(NAMES)
    model = intents.joined(linear.fit_one(vocabulary, rows[known], _urgent(those.labels[known]), DANGER, strength=1))
    if fold is None:
        model.save(folder / "concepts.npz")
    return "concepts", fold, model.scores_of(rows[~known]) if fold is not None else None


def _network(vocabulary: Vocabulary, rows: Any, those: Sentences, fold: int | None, folder: Path) -> tuple[str, int | None, Floats | None]:
    """As `_shared`, for the network."""
    known = those.folds != fold if fold is not None else np.ones(len(those.folds), bool)
    model = network.fit(vocabulary, rows[known], those.labels[known]).ordered(NAMES)
    if fold is None:
        model.save(folder / "network.npz")
    return "network", fold, model.scores_of(rows[~known]) if fold is not None else None


def _urgent(labels: Labels) -> NDArray[np.bool_]:
    return np.isin(labels, [NAMES[column] for column in URGENT_COLUMNS])


def of_languages(vocabulary: Vocabulary, rows: Any, labels: Labels) -> Linear:
    """The model that tells languages apart, in alphabetical order, from the ways to type sentences as rows."""
    return linear.fit(vocabulary, rows, labels, strength=10, passes=6).ordered(sorted(set(labels.tolist())))


def _identifier(
    vocabulary: Vocabulary, rows: Any, of: Folds, those: Sentences, fold: int | None, folder: Path
) -> tuple[str, int | None, Floats | None]:
    """As `_shared`, for the model that tells languages apart. `of`: the sentence that each row is a way to type; the first is the sentence."""
    known = those.folds[of] != fold if fold is not None else np.ones(len(of), bool)
    labels = those.languages[of]
    model = of_languages(vocabulary, rows[known], labels[known])
    if fold is None:
        model.save(folder / "languages.npz")
        return "languages", None, None
    first = np.flatnonzero(np.diff(of, prepend=-1))
    return "languages", fold, model.scores_of(rows[first[those.folds == fold]])
