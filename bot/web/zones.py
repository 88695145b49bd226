"""The time zones that a team can be in, by part of the world, called as the reader calls them."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones

from babel.core import get_global

from bot.i18n import reader_language, zone_city

AREAS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
_KNOWN = frozenset(available_timezones())


def is_zone(name: str) -> bool:
    return name in _KNOWN


def zones() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Parts of the world, each with the names of its zones and what they are called."""
    return _zones(reader_language())


@cache
def _zones(language: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    known = [name for name in get_global("zone_territories") if is_zone(name)]
    return tuple(
        (area, tuple(sorted(((name, zone_city(name, language)) for name in known if name.startswith(f"{area}/")), key=lambda one: one[1].casefold())))
        for area in AREAS
    )
