"""What thinking hands to acting: what was heard, and what it is."""

from __future__ import annotations

from dataclasses import dataclass

from bot.channels import Kind
from nlu import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a person sent."""

    kind: Kind
    text: str
    button: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One message, thought about: at most one of choice, command and reading is set."""

    heard: Heard
    choice: str | None = None
    command: str | None = None
    reading: Reading | None = None
