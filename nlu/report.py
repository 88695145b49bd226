"""A report of figures as people read it: a table for the terminal, a page of Markdown, a picture of what is taken for what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from nlu.contract import INTENTS
from nlu.evaluation import MEANS, Measures, Report

_HEAD = ("", "n", *MEANS)
_CELL, _LEFT, _TOP = 12, 150, 150  #: of the picture, in pixels


def table(found: Report) -> str:
    """For a terminal, in per cent."""
    rows = _rows(found)
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "\n".join("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _rows(found: Report) -> list[tuple[str, ...]]:
    groups: dict[str, Measures] = {**found["languages"], **found["styles"], "mean of languages": found["mean_of_languages"], "all": found["all"]}
    return [_HEAD, *((name, *(_cell(those, column) for column in _HEAD[1:])) for name, those in groups.items())]


def _cell(those: Measures, column: str) -> str:
    return "" if column not in those else str(int(those[column])) if column == "n" else f"{those[column]:.1f}"


def markdown(found: Report, title: str, made_by: str, picture: str) -> str:
    """A page with every figure, what it means, and how to make it again."""
    head, *rows = _rows(found)
    lines = [f"# {title}", "", f"Made by `{made_by}`; in per cent.", "", f"|{'|'.join(head)}|", f"|---|{'---:|' * (len(head) - 1)}"]
    lines += [f"|{'|'.join(row)}|" for row in rows]
    lines += [
        "",
        *(f"- **{name}**: {what}" for name, what in MEANS.items()),
        "",
        "## What is most often taken for what",
        "",
        f"![confusion]({picture})",
        "",
    ]
    lines += [f"- {meant} as {said}: {count}" for meant, said, count in _worst(found["confusion"])[:25]]
    return "\n".join(lines) + "\n"


def _worst(confusion: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str, int]]:
    pairs = [(meant, said, count) for meant, row in confusion.items() for said, count in row.items() if meant != said]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[:2]))


def picture(confusion: Mapping[str, Mapping[str, int]]) -> str:
    """An SVG: a row for each intent meant, a column for each understood; the darker, the more often."""
    names = list(INTENTS)
    width, height = _LEFT + _CELL * len(names) + 10, _TOP + _CELL * len(names) + 10
    shapes = [*_labels(names), *(shape for row, meant in enumerate(names) for shape in _cells(row, confusion.get(meant, {}), names, meant))]
    style = "<style>text{font:9px sans-serif;fill:#333}rect{stroke:#eee;stroke-width:.5}</style>"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"><rect width="100%" height="100%" fill="#fff"/>{style}{"".join(shapes)}</svg>\n'


def _labels(names: Sequence[str]) -> list[str]:
    rows = [f'<text x="{_LEFT - 4}" y="{_TOP + _CELL * i + 9}" text-anchor="end">{name}</text>' for i, name in enumerate(names)]
    columns = [f'<text transform="translate({_LEFT + _CELL * i + 9},{_TOP - 4}) rotate(-90)">{name}</text>' for i, name in enumerate(names)]
    return rows + columns


def _cells(row: int, said: Mapping[str, int], names: Sequence[str], meant: str) -> list[str]:
    whole = sum(said.values()) or 1
    found = []
    for column, name in enumerate(names):
        if count := said.get(name, 0):
            colour = "#1b7a4b" if name == meant else "#b3261e"
            at = f'x="{_LEFT + _CELL * column}" y="{_TOP + _CELL * row}" width="{_CELL}" height="{_CELL}"'
            about = f"<title>{meant} understood as {name}: {count} of {whole}</title>"
            found.append(f'<rect {at} fill="{colour}" fill-opacity="{max(0.08, count / whole):.2f}">{about}</rect>')
    return found
