"""Figures on labelled messages: how often the first intent, the language and the danger were right, and what that means for people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from nlu.contract import INTENTS, Risk

Pair = tuple[Mapping[str, Any], Mapping[str, Any]]  #: a line with `lang` and `intent`, and what was predicted for it
HEAD = ("", "n", "first", "in three", "language", "answered", "wrongly", "urgent", "found", "false alarms")


def report(pairs: Sequence[Pair]) -> str:
    """A table by language and style, in per cent.

    first: the first intent is right. in three: among the first three. answered: sent an answer at once; wrongly: sent a wrong one
    (share of all). found: urgent messages treated as urgent. false alarms: others treated as urgent. ValueError without labels.
    """
    if any("intent" not in line for line, _ in pairs):
        raise ValueError("every line needs `intent` (and `lang` for the figures by language)")
    groups: dict[str, list[Pair]] = defaultdict(list)
    for line, found in pairs:
        for key in ("lang", "style"):
            if key in line:
                groups[str(line[key])].append((line, found))
    rows = [HEAD, *(_row(name, those) for name, those in groups.items()), _row("all", pairs)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _row(name: str, pairs: Sequence[Pair]) -> tuple[str, ...]:
    urgent = [pair for pair in pairs if INTENTS[pair[0]["intent"]].risk is Risk.URGENT]
    others = [pair for pair in pairs if INTENTS[pair[0]["intent"]].risk is not Risk.URGENT]
    return (
        name,
        str(len(pairs)),
        _share(pairs, lambda line, found: found["intent"] == line["intent"]),
        _share(pairs, lambda line, found: line["intent"] in [one["intent"] for one in found["ranking"][:3]]),
        _share(pairs, lambda line, found: found["language"] == line.get("lang")),
        _share(pairs, lambda _line, found: found["action"] == "answer"),
        _share(pairs, lambda line, found: found["action"] == "answer" and found["intent"] != line["intent"]),
        str(len(urgent)),
        _share(urgent, lambda _line, found: found["action"] == "urgent"),
        _share(others, lambda _line, found: found["action"] == "urgent"),
    )


def _share(pairs: Sequence[Pair], holds: Callable[[Mapping[str, Any], Mapping[str, Any]], bool]) -> str:
    return f"{100 * sum(holds(line, found) for line, found in pairs) / len(pairs):.1f}" if pairs else "-"
