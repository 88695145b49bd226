"""The safety words: whatever a model says, these words in any language raise the risk to urgent; they never lower it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from nlu.text import normalise

FOLDER = Path(__file__).parent / "lexicon" / "safety"
GAP = 4  #: other words that may stand where a pattern has « .. »
Pattern = tuple[tuple[str, ...], ...]  #: groups of words; between two groups other words may stand


@cache
def patterns(language: str) -> dict[str, list[tuple[Pattern, str]]]:
    """The patterns of one language by the first letters of their first word, each with the danger it names."""
    found: dict[str, list[tuple[Pattern, str]]] = {}
    path = FOLDER / f"{language}.tsv"
    for line in path.read_text("utf-8").splitlines() if path.exists() else ():
        intent, _, written = line.partition("\t")
        for one in written.split("|"):
            if pattern := _parsed(one, language):
                found.setdefault(pattern[0][0].rstrip("*")[:2], []).append((pattern, intent))
    return found


def _parsed(written: str, language: str) -> Pattern:
    groups = []
    for part in written.split(".."):
        words: list[str] = []
        for token in part.split():
            folded = normalise(token.replace("*", ""), language, numbers=True).split()
            words += [*folded[:-1], folded[-1] + "*"] if folded and token.endswith("*") else folded
        groups.append(tuple(words))
    return tuple(group for group in groups if group)


def danger(text: str, languages: Iterable[str]) -> str | None:
    """The danger that the words name, if they do, read in each of these languages."""
    for language in languages:
        words = normalise(text, language, numbers=True).split()
        known = patterns(language)
        for start, word in enumerate(words):
            for pattern, intent in known.get(word[:2], []) + (known.get(word[:1], []) if len(word) > 1 else []):
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
    return any(_stands(tuple(rest), words, at) for at in range(after, min(after + GAP + 1, len(words))))


def _group(group: Sequence[str], words: Sequence[str]) -> bool:
    return len(group) == len(words) and all(
        word.startswith(part[:-1]) if part.endswith("*") else word == part for part, word in zip(group, words, strict=True)
    )
