"""What each step of normalisation brings: `python -m tests.steps [LANGUAGE …]` trains each language's model once without each step.

The figures are first intents right in cross-validation, by the model of a language alone; a step that brings nothing anywhere is dropped.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence

import numpy as np

from bot.run import TRAINING_DATA
from nlu import LANGUAGES, linear, text
from nlu.examples import examples
from nlu.features import Vocabulary, grams
from nlu.linear import matrix
from nlu.unseen import FOLDS, Sentences


def right(language: str, those: Sentences) -> float:
    """Per cent of one language's sentences that its model, not having seen them, reads right."""
    at = np.flatnonzero(those.languages == language)
    labels, folds = those.labels[at], those.folds[at]
    texts = [grams(text.normalise(those.examples[place].text, language)) for place in at]
    vocabulary = Vocabulary.of(texts, 2)
    rows = matrix(vocabulary, texts)
    hits = np.zeros(len(at), bool)
    for fold in range(FOLDS):
        model = linear.fit(vocabulary, rows[folds != fold], labels[folds != fold], strength=10, passes=8)
        hits[folds == fold] = np.array(model.classes)[model.scores_of(rows[folds == fold]).argmax(1)] == labels[folds == fold]
    return 100 * float(hits.mean())


def main(languages: Sequence[str]) -> None:
    those, steps = Sentences.of(examples(TRAINING_DATA)), dict(text.STEPS)
    print("|what the step brings|" + "|".join(languages) + "|mean|\n|---|" + "---:|" * (len(languages) + 1), flush=True)
    whole = {language: right(language, those) for language in languages}
    print(_row("all steps: right", [whole[language] for language in languages], "{:.1f}"), flush=True)
    for name in steps:
        text.STEPS.clear()
        text.STEPS.update({other: step for other, step in steps.items() if other != name})
        print(_row(name, [whole[language] - right(language, those) for language in languages], "{:+.1f}"), flush=True)


def _row(name: str, figures: Sequence[float], form: str) -> str:
    return f"|{name}|" + "|".join(form.format(figure) for figure in [*figures, sum(figures) / len(figures)]) + "|"


if __name__ == "__main__":
    main(sys.argv[1:] or LANGUAGES)
