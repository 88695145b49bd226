"""How easily a text is read: sentence and word length, one simple level, and the sentences that are worth dividing.

Two measures. For Latin and Cyrillic letters it is LIX (C. H. Björnsson, Läsbarhet, 1968): words per sentence plus the percentage of
words longer than six letters. Arabic letters leave most vowels unwritten, so words are shorter than they are read; there, a word
is long from six letters on. Languages that put much into one word (Turkish, Uzbek) and such with long words (German, Russian) have
higher figures in equally simple texts: so each language has its own two limits, made from the distribution over our own answers,
which are all written to the same rule (short sentences, plain words): at the level of nine answers in ten a text is still easy,
and well above the longest of them it is hard. They are hints for an editor, never a reason to refuse a text.

Only codes and numbers leave this module; the pages have the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Up to the first limit a text is easy, above the second it is hard.
LIMITS = {
    "en": (26, 36),
    "de": (34, 44),
    "fr": (40, 50),
    "ru": (42, 54),
    "sr": (38, 48),
    "sq": (36, 46),
    "tr": (58, 70),
    "uz": (56, 68),
    "tg": (36, 48),
    "fa": (33, 43),
    "ar": (43, 57),
    "ps": (29, 39),
    "ckb": (54, 70),
}
LONG_SENTENCE = 20  #: words; B1 texts and the rules for easy language advise at most 15 to 20
_ARABIC = frozenset({"fa", "ar", "ps", "ckb"})
_LONG_WORD = dict.fromkeys(_ARABIC, 5)
_MARKS = re.compile(r"\{\{[^{}\n]*\}\}|\[\[[^|\]\n]*\||\]\]|\*\*|https?://\S+")
_LINE_START = re.compile(r"^(?:- |#+ )", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?؟۔:])[)»”\"]*\s+|\n+")
_WORD = re.compile(r"[^\W\d_]+(?:[’'ʻ\u200c-][^\W\d_]+)*|\d+(?:[.,٬]\d+)*")


@dataclass(frozen=True, slots=True)
class Hint:
    """Something an editor may look at. `sentence` is empty where the hint is about the whole text."""

    code: str  #: level_easy · level_medium · level_hard · mean_sentence · longest_sentence · long_words · long_sentence
    value: float
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """The figures of a text."""

    sentences: tuple[tuple[int, str], ...]  #: words and wording, in order
    words: int
    long_share: float  #: of all words, 0 to 1

    @property
    def mean(self) -> float:
        return self.words / len(self.sentences) if self.sentences else 0.0

    @property
    def lix(self) -> float:
        return self.mean + 100 * self.long_share


def measure(text: str, language: str) -> Measure:
    """Sentences and words of a text; a list line is a sentence of its own, open places count nothing."""
    plain = _LINE_START.sub("", _MARKS.sub("", text))
    parts = [part.strip() for part in _SENTENCE.split(plain)]
    sentences = [(len(_WORD.findall(part)), part) for part in parts if _WORD.search(part)]
    words = [word for part in parts for word in _WORD.findall(part)]
    limit = _LONG_WORD.get(language, 6)
    long = sum(len(word.replace("\u200c", "")) > limit for word in words)
    return Measure(tuple(sentences), len(words), long / len(words) if words else 0.0)


def hints(text: str, language: str) -> list[Hint]:
    """The level, the figures behind it, and the two longest sentences if they are long; nothing for a text without words."""
    found = measure(text, language)
    if not found.sentences:
        return []
    longest = sorted(found.sentences, key=lambda sentence: -sentence[0])
    return [
        Hint(f"level_{level(found, language)}", round(found.lix)),
        Hint("mean_sentence", round(found.mean, 1)),
        Hint("longest_sentence", longest[0][0]),
        Hint("long_words", round(found.long_share, 2)),
        *(Hint("long_sentence", count, sentence) for count, sentence in longest[:2] if count >= LONG_SENTENCE),
    ]


def level(found: Measure, language: str) -> str:
    """One of easy, medium, hard."""
    easy, medium = LIMITS[language]
    return "easy" if found.lix <= easy else "medium" if found.lix <= medium else "hard"
