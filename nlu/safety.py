"""The safety words: whatever a model says, these words in any language raise the risk to urgent; they never lower it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from nlu.text import normalise

FOLDER = Path(__file__).parent / "lexicon" / "safety"
GAP = 4  #: other words that may stand where a pattern has « .. »
Pattern = Sequence[Sequence[str]]  #: groups of words; between two groups other words may stand
Patterns = Mapping[str, Sequence[tuple[Pattern, str]]]  #: patterns by their first word, each with the danger it names


def compiled(language: str) -> dict[str, list[tuple[Pattern, str]]]:
    """The patterns of one language from its file; a first word that may end in any way keeps its *."""
    found: dict[str, list[tuple[Pattern, str]]] = {}
    path = FOLDER / f"{language}.tsv"
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        intent, _, written = line.partition("\t")
        for one in written.split("|"):
            if pattern := _parsed(one, language):
                found.setdefault(pattern[0][0], []).append((pattern, intent))
    return found


def _parsed(written: str, language: str) -> Pattern:
    groups = []
    for part in written.split(".."):
        words: list[str] = []
        for token in part.split():
            folded = normalise(token.replace("*", ""), language, numbers=True).split()
            words += [*folded[:-1], folded[-1] + "*"] if folded and token.endswith("*") else folded
        groups.append(words)
    return [group for group in groups if group]


def danger(text: str, language: str, known: Patterns) -> str | None:
    """The danger that the words name, if they do, read in this language."""
    words = normalise(text, language, numbers=True).split()
    for start, word in enumerate(words):
        for first in (word, *(f"{word[:end]}*" for end in range(2, len(word) + 1))):
            if first in known:
                for pattern, intent in known[first]:
                    if _stands(pattern, words, start):
                        return intent
    return None


def _stands(pattern: Pattern, words: Sequence[str], start: int) -> bool:
    """Whether the first group stands at `start` and the others follow, each after at most GAP other words."""
    first, *rest = pattern
    if not _group(first, words[start : start + len(first)]):
        return False
    if not rest:
        return True
    after = start + len(first)
    return any(_stands(rest, words, at) for at in range(after, min(after + GAP + 1, len(words))))


def _group(group: Sequence[str], words: Sequence[str]) -> bool:
    if len(group) != len(words):
        return False
    for part, word in zip(group, words, strict=True):  # a plain loop: this is asked for every word of every message
        if part == word or (part[-1] == "*" and word.startswith(part[:-1])):
            continue
        return False
    return True
