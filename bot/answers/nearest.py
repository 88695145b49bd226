"""Which offices are nearest to a place that a person has sent. Worked out here: no place is ever looked up elsewhere."""

from __future__ import annotations

import re
from collections.abc import Container
from math import asin, cos, radians, sin, sqrt

from bot.answers.library import KnownContact, Library

RADIUS = 6371.0  #: of the earth, in kilometres
_PLACE = re.compile(r"\s*(-?\d{1,2}(?:\.\d+)?)\s*,\s*(-?\d{1,3}(?:\.\d+)?)\s*(?:,|$)")


def place_of(text: str) -> tuple[float, float] | None:
    """Latitude and longitude at the head of what is kept of a shared place («48.1, 11.5, label …»)."""
    found = _PLACE.match(text)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if is_place(latitude, longitude) else None


def is_place(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= 90 and abs(longitude) <= 180


def nearest(
    library: Library, latitude: float, longitude: float, count: int = 3, kinds: Container[str] = ("office", "hotline", "portal", "emergency")
) -> list[tuple[KnownContact, float]]:
    """The contacts with a position that are nearest, and their distance in kilometres as the crow flies."""
    found = [
        (contact, distance(latitude, longitude, contact.latitude, contact.longitude))
        for contact in library.contacts
        if contact.kind in kinds and contact.latitude is not None and contact.longitude is not None
    ]
    return sorted(found, key=lambda one: one[1])[:count]


def distance(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Kilometres between two places on a round earth (haversine): wrong by half a per cent at most."""
    here, there = radians(latitude), radians(other_latitude)
    east = radians(other_longitude - longitude)
    chord = sin((there - here) / 2) ** 2 + cos(here) * cos(there) * sin(east / 2) ** 2
    return 2 * RADIUS * asin(sqrt(min(1.0, chord)))
