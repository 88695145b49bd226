"""Small counts are not shown, and cannot be worked out from what is shown. No clock, no database: only the rule.

A count of 1 to 4 could point at one person, so it is shown as "<5". Who knows the total of a line (the same questions are
counted by day, by language and by topic) could subtract what is shown; so where the sum of the hidden counts of a line would
tell a small one, the next smallest is hidden too, and so on. Totals are made of the shown counts alone: "at least so many".
What this does not keep: who asks again and again for slightly different periods can subtract the answers. Such people are
leads and admins, who may read the conversations themselves; it is what they hand on that must not give anybody away.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

LEAST = 5  #: the smallest count that is shown; zero is shown too


class Veil(StrEnum):
    """What stands in place of a count."""

    SMALL = "<5"
    HIDDEN = "hidden"  #: not small itself: it would tell a small one


Shown = int | Veil


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of counts with the totals of its rows and columns, all of them veiled together."""

    rows: dict[str, Shown]
    columns: dict[str, Shown]
    cells: dict[tuple[str, str], Shown]


def veiled(counts: Mapping[Key, int]) -> dict[Key, Shown]:
    """The counts of one line as they may be shown."""
    hidden = {key for key, count in counts.items() if _small(count)}
    _hide_enough(counts, hidden)
    return _shown(counts, hidden)


def veiled_grid(counts: Mapping[tuple[str, str], int]) -> Grid:
    """The same for a table: a total that is hidden hides its whole line, and no row or column tells what it hides."""
    lines = _lines(counts, 0), _lines(counts, 1)
    rows, columns = (veiled({name: sum(line.values()) for name, line in side.items()}) for side in lines)
    hidden = {
        (row, column)
        for (row, column), count in counts.items()
        if count and (_small(count) or isinstance(rows[row], Veil) or isinstance(columns[column], Veil))
    }
    before = -1
    while before != len(hidden):  # what is hidden for its row may tell something of its column, and the other way round
        before = len(hidden)
        for line in (*lines[0].values(), *lines[1].values()):
            _hide_enough(line, hidden)
    return Grid(rows, columns, _shown(counts, hidden))


def total(shown: Iterable[Shown]) -> int:
    """At least so many: the counts that are shown."""
    return sum(count for count in shown if not isinstance(count, Veil))


def _small(count: int) -> bool:
    return 0 < count < LEAST


def _shown(counts: Mapping[Key, int], hidden: set[Key]) -> dict[Key, Shown]:
    return {key: (Veil.SMALL if _small(count) else Veil.HIDDEN) if key in hidden else count for key, count in counts.items()}


def _lines(counts: Mapping[tuple[str, str], int], side: int) -> dict[str, dict[tuple[str, str], int]]:
    found: dict[str, dict[tuple[str, str], int]] = {}
    for key, count in counts.items():
        found.setdefault(key[side], {})[key] = count
    return found


def _hide_enough(line: Mapping[Key, int], hidden: set[Key]) -> None:
    """Hide the next smallest of a line as long as what is hidden can be told."""
    left = sorted((key for key, count in line.items() if count and key not in hidden), key=lambda key: line[key])
    while left and _told([line[key] for key in line if key in hidden], most=line[left[0]]):
        hidden.add(left.pop(0))


def _told(hidden: list[int], most: int) -> bool:
    """Whether somebody who knows the sum of these counts, and that no other than the next smallest were hidden, learns a small one."""
    small = [count for count in hidden if _small(count)]
    others = len(hidden) - len(small)
    together = sum(hidden)
    lowest = max(len(small), together - most * others)
    highest = min((LEAST - 1) * len(small), together - LEAST * others)
    only_one_way = lowest == highest and (len(small) == 1 or lowest in (len(small), (LEAST - 1) * len(small)))
    return bool(small) and only_one_way
