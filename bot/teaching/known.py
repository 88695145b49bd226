"""What understanding is trained on and measured with, from the files: so that nothing is taught twice, and no test is ever taught."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from nlu.examples import Example, examples
from nlu.text import normalise


@cache
def _examples(data: Path) -> list[Example]:
    return examples(data)


@cache
def trained(data: Path, language: str) -> Mapping[str, str]:
    """The training sentences of a language as understanding sees them, and their intents. Takes half a second the first time."""
    return {normalise(example.text): example.intent for example in _examples(data) if example.language == language}


@cache
def held_out_lines(data: Path) -> tuple[dict[str, str], ...]:
    """The messages that every model is measured with and none is trained on: they lie beside the training sentences."""
    return tuple(
        json.loads(line)
        for path in sorted((data.parent / "held-out").glob("*.jsonl"))
        for line in path.read_text("utf-8").splitlines()
        if line.strip()
    )


@cache
def held_out(data: Path) -> frozenset[str]:
    """The same, as understanding sees them."""
    return frozenset(normalise(line["text"]) for line in held_out_lines(data))
