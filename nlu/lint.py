"""What is wrong in the training sentences: unknown intents, too few, the same sentence twice or under two intents, a wrong alphabet."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from nlu.contract import INTENTS, LANGUAGES, WRITTEN_IN, Risk
from nlu.examples import Example, examples
from nlu.text import normalise, script_of
from nlu.unseen import Sentences, Unseen

FEWEST, FEWEST_RISKY, FEWEST_FOREIGN = 60, 80, 250  #: sentences of an intent in one language; of a sensitive or urgent one; of out_of_scope
FOREIGN, LONG = 0.001, 6  #: below this likelihood, and from so many words on, a sentence looks foreign
_SAID_IN_MANY = frozenset(
    {"greet", "thanks", "goodbye", "affirm", "deny", "help_menu", "change_language", "bot_identity", "talk_to_human", "out_of_scope"}
)


def problems(folder: Path) -> Iterator[str]:
    """Every fault of the sentences under `folder`, one sentence each."""
    found = examples(folder)
    yield from (
        f"{example.path.parent.name}/{example.path.name}: {example.intent} is no intent" for example in found if example.intent not in INTENTS
    )
    yield from (f"{language}: is none of our languages" for language in sorted({example.language for example in found} - set(LANGUAGES)))
    yield from _few(found)
    yield from _twice(found)
    yield from _alphabets(found)


def foreign(model: Path, folder: Path) -> Iterator[str]:
    """Longer sentences that models which had not seen them take for another language, as good as certainly. `model`: a trained one."""
    kept = Unseen.load(model)
    for example, language, likely in zip(Sentences.of(examples(folder)).examples, kept.languages.tolist(), kept.likely.tolist(), strict=True):
        if likely < FOREIGN and len(example.text.split()) >= LONG:
            yield f"{example.language}/{example.path.name}: «{example.text}» looks like {language}"


def _few(found: Sequence[Example]) -> Iterator[str]:
    count = Counter((example.language, example.intent) for example in found)
    for language in sorted({example.language for example in found}):
        yield from (
            f"{language}: {intent} has {count[language, intent]} sentences, {fewest(intent)} are the fewest"
            for intent in INTENTS
            if count[language, intent] < fewest(intent)
        )


def fewest(intent: str) -> int:
    """How many sentences an intent must have in each language."""
    if intent == "out_of_scope":
        return FEWEST_FOREIGN
    return FEWEST if INTENTS[intent].risk is Risk.NORMAL else FEWEST_RISKY


def _twice(found: Sequence[Example]) -> Iterator[str]:
    places: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in found:
        places[example.language, normalise(example.text) or example.text].append(example)
    for those in places.values():
        intents = sorted({example.intent for example in those})
        if len(intents) > 1:
            yield f"{those[0].language}: «{those[0].text}» stands under {' and '.join(intents)}"
        elif len(those) > 1 and len({example.text for example in those}) < len(those):
            yield f"{those[0].language}: «{those[0].text}» stands twice under {intents[0]}"


def _alphabets(found: Sequence[Example]) -> Iterator[str]:
    """A whole sentence in an alphabet that its language is never written in, where no other language is expected."""
    for example in found:
        script = script_of(example.text)
        if example.language not in WRITTEN_IN.get(script, set(LANGUAGES)) and example.intent not in _SAID_IN_MANY:
            yield f"{example.language}/{example.path.name}: «{example.text}» is written in {script}"
