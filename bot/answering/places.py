"""What a person who has sent a place reads: the offices near it, in their language."""

from __future__ import annotations

from babel.units import format_unit

from bot.answers.checks import LOCK_SCREEN
from bot.answers.fill import OFFICE, contact_line, filled, isolated, length
from bot.answers.library import Library
from bot.answers.nearest import nearest, place_of
from bot.figures import today
from bot.i18n import locale

NEAR = 150.0  #: kilometres; nobody is sent further by us
MOST = 3


def nearby(library: Library, text: str, stay: str | None, language: str) -> str:
    """The offices near a place as it is kept of a message; where there are none, whom to ask in the country of stay.

    The names of offices stand below what a locked phone shows.
    """
    here = place_of(text)
    now = library.current(today())
    found = [(contact, far) for contact, far in nearest(now, *here, kinds=("office",), count=MOST) if far <= NEAR] if here else []
    if not found:
        return filled(f"{_above(library, 'nearest_none', language)}\n\n{{{{contacts:{OFFICE}}}}}", stay, library, language=language)
    lines = [f"- {contact_line(contact, now, language)} · {isolated(kilometres(far, language), language)}" for contact, far in found]
    return "\n".join([_above(library, "nearest", language), "", *lines])


def _above(library: Library, name: str, language: str) -> str:
    """The heading; where it is too short to fill what a locked phone shows, something kind stands above it."""
    heading = library.phrase(name, language)
    return heading if length(heading) >= LOCK_SCREEN else f"{library.phrase('offer_counsellor', language)}\n\n{heading}"


def kilometres(far: float, language: str) -> str:
    """Whole kilometres, as the language writes them: positions are those of a city."""
    return format_unit(max(1, round(far)), "length-kilometer", "short", locale=locale(language))
