"""The training sentences: Rasa NLU YAML files by language and theme, read into plain pairs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True, slots=True)
class Example:
    """One sentence that somebody could write, and what it asks."""

    text: str
    intent: str
    language: str
    path: Path


def examples(folder: Path, language: str = "*") -> list[Example]:
    """Every sentence under folder/<language>/*.yml, in a fixed order. ValueError names a file that cannot be read."""
    return [example for path in sorted(folder.glob(f"{language}/*.yml")) for example in _in(path)]


def _in(path: Path) -> Iterator[Example]:
    try:
        blocks = yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))["nlu"]  # noqa: S506  (both loaders are safe; one is quick)
        for block in blocks:
            for line in block["examples"].splitlines():
                if line.strip():
                    yield Example(line.strip().removeprefix("-").strip(), block["intent"], path.parent.name, path)
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise ValueError(f"{path}: is not Rasa NLU YAML with `nlu`, `intent` and `examples`") from error
