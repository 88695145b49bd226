"""The contract: which intents exist, how risky each is, which languages people write in; read from intents.yml."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import yaml

__all__ = ["INTENTS", "LANGUAGES", "URGENT", "WRITTEN_IN", "Intent", "Risk", "Word"]

if sys.version_info >= (3, 11):  # noqa: UP036  (the Rasa engine lives in Python 3.10)
    from enum import StrEnum as Word
else:
    from enum import Enum

    class Word(str, Enum):  # noqa: UP042
        """One of a few words."""


class Risk(Word):
    """How much a person may be in danger who asks this."""

    NORMAL = "normal"
    SENSITIVE = "sensitive"
    URGENT = "urgent"

    @property
    def rank(self) -> int:
        """Grows with the danger."""
        return list(Risk).index(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """One thing a person can ask."""

    name: str
    risk: Risk
    means: str


def _read() -> tuple[Mapping[str, Intent], tuple[str, ...]]:
    found = yaml.safe_load((Path(__file__).parent / "intents.yml").read_text("utf-8"))
    intents = {name: Intent(name=name, risk=Risk(row["risk"]), means=row["means"]) for name, row in found["intents"].items()}
    return MappingProxyType(intents), tuple(found["languages"])


INTENTS, LANGUAGES = _read()
#: Scripts (ISO 15924) in which only some of our languages are written; Latin letters are used for all of them.
WRITTEN_IN = MappingProxyType({"Arab": frozenset({"fa", "ps", "ar", "ckb"}), "Cyrl": frozenset({"ru", "tg", "uz", "sr"})})
URGENT = tuple(name for name, intent in INTENTS.items() if intent.risk is Risk.URGENT)
