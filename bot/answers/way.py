"""The way in six steps: its words from the phrases, its picture, and which answers it follows."""

from __future__ import annotations

from bot.answers.drawing import Way, picture
from bot.answers.library import Library
from bot.answers.media import Piece
from bot.channels import Kind
from bot.i18n import SOURCE, fallbacks

NAME = "way"
STEPS = tuple(f"way_{number}" for number in range(1, 7))
FOLLOWS = frozenset({"return_overview", "return_apply"})


def way_in(library: Library, language: str) -> Way | None:
    """In the best language that has all of its words: a picture in two languages helps nobody. None where no language has them."""
    for tried in fallbacks(language):
        found = [library.phrases.get((name, tried), "") for name in ("way_title", *STEPS, "way_alt")]
        if all(found):
            return Way(tried, found[0], tuple(found[1:-1]), found[-1])
    return None


def drawn(library: Library, language: str | None) -> bytes | None:
    """The picture for somebody who reads this language."""
    way = way_in(library, language or SOURCE)
    return picture(way) if way else None


def piece(library: Library, language: str) -> Piece | None:
    """The picture as it follows an answer."""
    way = way_in(library, language)
    return Piece(kind=Kind.PICTURE, content_type="image/png", caption=way.alt, drawn=NAME) if way else None
