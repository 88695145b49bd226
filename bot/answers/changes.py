"""What changed between two wordings, word by word, for whoever must look at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher

from bot.answers.text import Text

#: A word with the marks of its letters, a run of spaces, or one other sign.
_TOKEN = re.compile(r"\s+|[\w\u0300-\u036f\u064b-\u065f\u0670\u200c\u200d]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text."""

    kind: str  #: same · gone · new
    text: str


def changes(before: str, after: str) -> tuple[Piece, ...]:
    """Both wordings in one row: what stayed, what went, what came."""
    one, other = _TOKEN.findall(before), _TOKEN.findall(after)
    pieces: list[Piece] = []
    gone = new = ""
    for code, start, end, first, last in SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        old, fresh = "".join(one[start:end]), "".join(other[first:last])
        if code == "equal" and not (old.isspace() and "\n" not in old and (gone or new) and end < len(one)):
            pieces += _flushed(gone, new)
            gone = new = ""
            pieces.append(Piece("same", old))
        else:  # a space between two changed words belongs to both
            gone, new = gone + old, new + fresh
    return (*pieces, *_flushed(gone, new))


def _flushed(gone: str, new: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if new:
        yield Piece("new", new)


def changed_sections(before: Text | None, after: Text) -> Mapping[str, tuple[Piece, ...]]:
    """By section («title», «», countries): only those that differ."""
    old = before.sections if before else {}
    names = dict.fromkeys((*after.sections, *old))
    return {name: changes(old.get(name, ""), after.sections.get(name, "")) for name in names if old.get(name, "") != after.sections.get(name, "")}
