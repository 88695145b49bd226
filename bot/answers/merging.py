"""Two who changed one text: both changes in one, part by part, so that what is put together is always a whole text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from merge3 import Merge3

from bot.answers.text import Key, Text, document, in_order, parsed

T = TypeVar("T")


class _SameLines(Exception):
    """Both changed the same lines."""


def merged(key: Key, base: str, theirs: str, mine: str) -> str | None:
    """Both changes in one document; None where they touch the same lines."""
    try:
        return document(_both(*(parsed(key, one) for one in (base, theirs, mine)), mine_first=False))
    except _SameLines:
        return None


def mine_on_top(key: Key, base: str, theirs: str, mine: str) -> Text:
    """Both changes in one text; where they touch the same lines, mine."""
    return _both(*(parsed(key, one) for one in (base, theirs, mine)), mine_first=True)


def _both(base: Text, theirs: Text, mine: Text, *, mine_first: bool) -> Text:
    names = in_order({**base.variants, **theirs.variants, **mine.variants})
    parts = {name: _part(*(one.variants.get(name) for one in (base, theirs, mine)), mine_first=mine_first) for name in names}
    return replace(
        mine,
        title=_either(base.title, theirs.title, mine.title, mine_first=mine_first),
        text=_part(base.text, theirs.text, mine.text, mine_first=mine_first) or "",
        variants={name: part for name, part in parts.items() if part is not None},
        followups=tuple(_lines(base.followups, theirs.followups, mine.followups, mine_first=mine_first)),
        sources=tuple(_lines(base.sources, theirs.sources, mine.sources, mine_first=mine_first)),
        review_by=_either(base.review_by, theirs.review_by, mine.review_by, mine_first=mine_first),
    )


def _either(base: T, theirs: T, mine: T, *, mine_first: bool) -> T:
    """What one of them changed; both are not mixed."""
    if theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    if mine_first:
        return mine
    raise _SameLines


def _part(base: str | None, theirs: str | None, mine: str | None, *, mine_first: bool) -> str | None:
    """One part of the text; None where it is not there."""
    if base is None or theirs is None or mine is None:
        return _either(base, theirs, mine, mine_first=mine_first)
    return "\n".join(_lines(*(one.split("\n") for one in (base, theirs, mine)), mine_first=mine_first))


def _lines(base: Sequence[str], theirs: Sequence[str], mine: Sequence[str], *, mine_first: bool) -> Sequence[str]:
    if theirs in (base, mine):
        return mine
    if mine == base:
        return theirs
    groups = list(Merge3(list(base), list(theirs), list(mine)).merge_groups())
    if any(group[0] == "conflict" for group in groups) and not mine_first:
        raise _SameLines
    found = [line for group in groups for line in (group[3] if group[0] == "conflict" else group[1])]
    if not _is_whole(found, theirs, mine):
        return _either(base, theirs, mine, mine_first=mine_first)
    return found


def _is_whole(found: Sequence[str], theirs: Sequence[str], mine: Sequence[str]) -> bool:
    """Whether no line is twice there, or gone, because both moved or added or removed it in two places."""
    here, there, counted = Counter(theirs), Counter(mine), Counter(found)
    lines = (line for line in {*counted, *here, *there} if line.strip())
    return all(min(here[line], there[line]) <= counted[line] <= max(here[line], there[line]) for line in lines)
