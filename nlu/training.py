"""Training the in-process engine, and choosing its limits by cross-validation on the training sentences."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlu import language
from nlu.engine import META, NAMES, URGENT_COLUMNS, Limits, concept_features, in_order, mixed, word_features
from nlu.examples import Example, examples
from nlu.features import Vocabulary
from nlu.linear import Floats, Linear, fit, fit_matrix, log_softmax, matrix

FOLDS = 3
FORMAT = 1  #: raised when the files of a model change their meaning
WRONG = 0.04  #: at most this share of all messages may be answered wrongly (the rest is asked back or handed over)
USEFUL = 0.8  #: where the right topic is among the three offered at least this often, it is worth asking back
RECALL = 0.96  #: of urgent messages of the training sentences that the model alone must find
_HERE = Path(__file__).parent
_CODE = ("text.py", "features.py", "concepts.py", "linear.py", "language.py", "engine.py", "training.py")
Progress = Callable[[str, int, int], None]


def fingerprint(data: Path) -> str:
    """Changes when the sentences, the concepts or the way of reading them change."""
    whole = hashlib.sha256(str(FORMAT).encode())
    for path in [*sorted(data.glob("*/*.yml")), *sorted((_HERE / "lexicon").glob("*.tsv")), *(_HERE / name for name in _CODE)]:
        whole.update(path.name.encode())
        whole.update(path.read_bytes())
    return whole.hexdigest()


def needs_training(data: Path, folder: Path) -> bool:
    meta = folder / META
    return not meta.exists() or json.loads(meta.read_text("utf-8")).get("fingerprint") != fingerprint(data)


def train(data: Path, folder: Path, progress: Progress = lambda *_: None) -> dict[str, Any]:
    """Train on the sentences under `data` and write the model to `folder`, whole or not at all; what was measured.

    Takes about a minute on two cores. `progress` is called with what is done, the steps done and their number.
    """
    return train_on(examples(data), folder, progress, fingerprint=fingerprint(data))


def train_on(sentences: Sequence[Example], folder: Path, progress: Progress = lambda *_: None, **about: str) -> dict[str, Any]:
    """As `train`, on these sentences; the model remembers `about` them."""
    from joblib import Parallel, delayed

    found: dict[str, list[Example]] = defaultdict(list)
    for example in sentences:
        found[example.language].append(example)
    steps = len(found) + FOLDS + 2
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(parents=True)
    run = Parallel(n_jobs=2, return_as="generator")
    done, own, rows = 0, {}, {}
    progress("sentences", done, steps)
    for name, scores, features in run(delayed(_one_language)(name, those, fresh) for name, those in found.items()):
        done, own[name], rows[name] = done + 1, scores, features
        progress(name, done, steps)
    order = list(found)
    labels = [example.intent for name in order for example in found[name]]
    folds = np.concatenate([_folds(found[name]) for name in order])
    texts = [row for name in order for row in rows[name]]
    vocabulary = Vocabulary.of(texts, 3)
    sparse = matrix(vocabulary, texts)
    shared = np.zeros((len(labels), len(NAMES)), np.float32)
    jobs = [delayed(_identifier)([e for name in order for e in found[name]], fresh)]
    jobs += [delayed(_shared)(vocabulary, sparse, labels, folds, fold, fresh) for fold in (None, *range(FOLDS))]
    for fold, scores in run(jobs):
        done += 1
        progress("concepts", done, steps)
        if fold is not None:
            shared[folds == fold] = scores
    start, scores_of = 0, {}
    for name in order:
        scores_of[name] = mixed(own[name], shared[start : start + len(found[name])])
        start += len(found[name])
    measured = _limits(scores_of, {name: np.array([NAMES.index(example.intent) for example in found[name]]) for name in order})
    meta = {**about, **measured}
    (fresh / META).write_text(json.dumps(meta, indent=1), "utf-8")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return measured


def _folds(those: Sequence[Example]) -> NDArray[np.int64]:
    """Which fold each sentence is in: every intent is spread evenly."""
    seen: dict[str, int] = defaultdict(int)
    found = []
    for example in those:
        found.append(seen[example.intent] % FOLDS)
        seen[example.intent] += 1
    return np.array(found)


def _one_language(name: str, those: Sequence[Example], folder: Path) -> tuple[str, Floats, list[Any]]:
    """Train one language's model; its scores for sentences it was not trained on, and their concepts."""
    texts = [word_features(example.text, name) for example in those]
    labels = np.array([example.intent for example in those])
    vocabulary = Vocabulary.of(texts, 2)
    rows = matrix(vocabulary, texts)
    _own(vocabulary, rows, labels).save(folder / f"{name}.npz")
    scores = np.zeros((len(those), len(NAMES)), np.float32)
    folds = _folds(those)
    for fold in range(FOLDS):
        model = _own(vocabulary, rows[folds != fold], labels[folds != fold])
        scores[folds == fold] = _scores(model, rows[folds == fold])
    return name, scores, [concept_features(example.text, name) for example in those]


def _own(vocabulary: Vocabulary, rows: Any, labels: Any) -> Linear:
    return fit_matrix(vocabulary, rows, labels, strength=10, passes=15)


def _shared(vocabulary: Vocabulary, rows: Any, labels: Sequence[str], folds: Any, fold: int | None, folder: Path) -> tuple[int | None, Floats | None]:
    """Train the model over concepts on all (and keep it), or on all but one fold (and score that)."""
    known: Any = np.array(labels)
    if fold is None:
        fit_matrix(vocabulary, rows, known, strength=3, passes=15).save(folder / "concepts.npz")
        return None, None
    model = fit_matrix(vocabulary, rows[folds != fold], known[folds != fold], strength=3, passes=15)
    return fold, _scores(model, rows[folds == fold])


def _scores(model: Linear, rows: Any) -> Floats:
    return in_order(model, np.asarray(rows @ model.weights.astype(np.float32) + model.bias, np.float32))


def _identifier(those: Sequence[Example], folder: Path) -> tuple[None, None]:
    """Train the model that tells languages apart."""
    texts = [language.features(example.text) for example in those]
    fit(texts, [example.language for example in those], least=3, strength=10, passes=15).save(folder / "languages.npz")
    return None, None


def _temperature(scores: Floats, right: NDArray[np.int64]) -> float:
    """What the scores are divided by so that probabilities come true: the likeliest of a fine row of values."""
    tried = np.arange(0.3, 1.51, 0.05)
    return float(min(tried, key=lambda t: -log_softmax(scores / t)[np.arange(len(right)), right].mean()))


def _limits(scores: dict[str, Floats], right: dict[str, NDArray[np.int64]]) -> dict[str, Any]:
    """Temperatures, limits, and what they mean on sentences that no model had seen."""
    temperatures = {name: _temperature(scores[name], right[name]) for name in scores}
    probabilities = np.concatenate([np.exp(log_softmax(scores[name] / temperatures[name])) for name in scores])
    gold = np.concatenate([right[name] for name in scores])
    top, confidence = probabilities.argmax(1), probabilities.max(1)
    hit = top == gold
    sure = next((t for t in np.arange(0.3, 0.96, 0.01) if ((confidence >= t) & ~hit).mean() <= WRONG), 0.96)
    among = (np.argsort(-probabilities, 1)[:, :3] == gold[:, None]).any(1)
    useful = [t for t in np.arange(0.05, sure, 0.01) if among[(confidence >= t) & (confidence < t + 0.05)].mean() >= USEFUL]
    nearly = min(useful, default=sure)
    danger = probabilities[:, URGENT_COLUMNS].sum(1)
    urgent = np.isin(gold, URGENT_COLUMNS)
    alarm = float(np.quantile(danger[urgent], 1 - RECALL))
    answered = confidence >= sure
    return {
        "temperatures": temperatures,
        "limits": {"sure": round(float(sure), 3), "nearly": round(float(nearly), 3), "urgent": round(alarm, 3)},
        "cross_validation": {
            "right": round(float(hit.mean()), 4),
            "right_by_language": {name: round(float((scores[name].argmax(1) == right[name]).mean()), 4) for name in scores},
            "answered": round(float(answered.mean()), 4),
            "answered_wrongly": round(float((answered & ~hit).mean()), 4),
            "urgent_found": round(float((danger[urgent] >= alarm).mean()), 4),
            "false_alarms": round(float((danger[~urgent] >= alarm).mean()), 4),
        },
    }


__all__ = ["Limits", "fingerprint", "needs_training", "train", "train_on"]
