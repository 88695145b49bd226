"""How well languages are told apart, by us and by two libraries: `python -m tests.languages`, where both are installed.

Ours is judged on sentences that its model had not seen (cross-validation); the libraries read the same sentences.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from bot.run import TRAINING_DATA, train_if_needed
from bot.settings import Settings
from nlu import LANGUAGES
from nlu.evaluation import style_of
from nlu.examples import Example
from nlu.unseen import unseen

COUNT = 6000  #: sentences compared
_SAME = {"hr": "sr", "bs": "sr", "ku": "ckb", "prs": "fa"}  #: what a library may call our languages


def main() -> None:
    found = [(example, language) for example, language, *_ in unseen(train_if_needed(Settings()), TRAINING_DATA)]
    those = random.Random(1).sample(found, min(COUNT, len(found)))
    examples = [example for example, _ in those]
    styles = sorted({style_of(example.text, example.language) for example in examples})
    print("per cent right".ljust(34), *(name.rjust(6) for name in ("all", *styles, *LANGUAGES)))
    _row("ours", examples, [language for _, language in those], styles)
    for name, library in (("lingua (the nine of ours it knows)", _lingua), ("py3langid (restricted to ours)", _py3langid)):
        try:
            told = library()
        except ImportError:
            print(f"{name}: not installed")
            continue
        _row(name, examples, [told(example.text) for example in examples], styles)


def _row(name: str, examples: Sequence[Example], told: Sequence[str], styles: Sequence[str]) -> None:
    right = [(example, _SAME.get(language, language) == example.language) for example, language in zip(examples, told, strict=True)]
    groups = [[hit for _, hit in right]]
    groups += [[hit for example, hit in right if style_of(example.text, example.language) == style] for style in styles]
    groups += [[hit for example, hit in right if example.language == language] for language in LANGUAGES]
    print(name.ljust(34), *(f"{100 * sum(hits) / len(hits):6.1f}" if hits else "     -" for hits in groups), flush=True)


def _lingua() -> Callable[[str], str]:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [
        getattr(IsoCode639_1, code.upper())
        for code in ("en", "de", "fr", "ru", "fa", "ar", "tr", "sq", "sr", "hr", "bs")
        if hasattr(IsoCode639_1, code.upper())
    ]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).build()
    return lambda text: found.iso_code_639_1.name.lower() if (found := detector.detect_language_of(text)) else ""


def _py3langid() -> Callable[[str], str]:
    from py3langid import langid

    langid.classify("")  # loads it
    langid.set_languages([*({*LANGUAGES, *_SAME} & set(langid.IDENTIFIER.labels))])
    return lambda text: str(langid.classify(text)[0])


if __name__ == "__main__":
    main()
