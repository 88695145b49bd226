"""Personal data taken out of what people wrote, in every language, before an editor sees it: rather too much than too little."""

from __future__ import annotations

import re

from bot.teaching.addresses import ADDRESS, without_addresses
from bot.teaching.names import NAME, without_names
from bot.teaching.numbers import NUMBER, plain_digits, without_numbers

MARK = re.compile(f"{NAME}|{NUMBER}|{ADDRESS}")


def redacted(text: str, language: str) -> str:
    """The text with names, numbers and addresses replaced by marks. Years and amounts stay, and so do places."""
    text = plain_digits(text.replace("‹", "").replace("›", ""))
    return without_names(without_numbers(without_addresses(text)), language)


def bare(text: str) -> str:
    """The text without marks: what may become training data."""
    return " ".join(MARK.sub(" ", text).split())
