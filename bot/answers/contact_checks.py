"""What is wrong with a contact as an editor wrote it, as codes that the desk puts into words; and whether it may be shown. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.answers.contact_history import Fields, Value, names_of
from bot.answers.nearest import is_place
from bot.answers.review import parsed_day
from bot.figures import today
from bot.i18n import SOURCE, is_country
from nlu import LANGUAGES

ID = re.compile(r"[a-z][a-z0-9_]{2,63}")
KINDS = ("emergency", "hotline", "office", "portal")
SHOWS = ("live", "confirm-first", "never")
TOPICS = ("emergency", "women", "trafficking", "children", "suicide", "tracing", "return", "complaint", "work", "help")
UNVERIFIED = "general-knowledge-unverified"
CONFIDENCES = ("verified-from-source", "from-seed", UNVERIFIED)
AREAS = ("EU", "INT")  #: besides countries
MOST_PHONES = 8
LONGEST = {"hours": 120, "url": 300, "postal": 200, "source": 500, "as_of": 60}
LONGEST_NAME = 200
_PHONE = re.compile(r"\+?[0-9][0-9 -]{1,24}")
_DIGITS = (2, 15)  #: of a telephone number (ITU-T E.164), short emergency numbers included


def problems(fields: Fields) -> Iterator[tuple[str, str]]:
    """(field, code) of everything that must be mended."""
    for field, known in (("kind", KINDS), ("show", SHOWS), ("confidence", CONFIDENCES)):
        if fields[field] not in known:
            yield field, "choose"
    if not (fields["country"] in AREAS or is_country(str(fields["country"]))):
        yield "country", "country"
    if not set(_listed(fields["topics"])) <= set(TOPICS):
        yield "topics", "choose"
    phones = _listed(fields["phones"])
    if len(phones) > MOST_PHONES or not all(is_phone(phone) for phone in phones):
        yield "phones", "phone"
    if fields["url"] and not is_address(str(fields["url"])):
        yield "url", "url"
    yield from ((field, "long") for field, most in LONGEST.items() if len(str(fields[field])) > most)
    if any(len(language) > 120 for language in _listed(fields["languages"])):
        yield "languages", "long"
    if not _is_position(fields["latitude"], fields["longitude"]):
        yield "latitude", "position"
    yield from _names(fields)


def _names(fields: Fields) -> Iterator[tuple[str, str]]:
    names = names_of(fields)
    if SOURCE not in names:
        yield f"name:{SOURCE}", "name"
    yield from ((f"name:{language}", "long") for language, name in names.items() if language not in LANGUAGES or len(name) > LONGEST_NAME)


def is_phone(text: str) -> bool:
    """As dialled: digits, spaces, hyphens, a plus in front."""
    return _PHONE.fullmatch(text) is not None and _DIGITS[0] <= sum(sign.isdigit() for sign in text) <= _DIGITS[1]


def is_address(text: str) -> bool:
    try:
        url = urlsplit(text)
    except ValueError:
        return False
    return url.scheme in ("http", "https") and bool(url.hostname) and not re.search(r"\s", text)


def _is_position(latitude: Value, longitude: Value) -> bool:
    """Both or none."""
    if latitude is None or longitude is None:
        return latitude is longitude
    return isinstance(latitude, float) and isinstance(longitude, float) and is_place(latitude, longitude)


def _listed(value: Value) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def is_confirmed(fields: Fields) -> bool:
    """Whether a source says it that is the place itself."""
    return fields["confidence"] != UNVERIFIED and not fields["secondary"]


def unconfirmed(before: Fields, after: Fields, confirmed_with: str) -> bool:
    """Whether people would be shown what nobody has confirmed: what was not shown before, or was never sure."""
    if after["show"] != "live" or confirmed_with:
        return False
    return not (before["show"] == "live" and is_confirmed(before) and is_confirmed(after))


def confirmation_problems(fields: Fields, confirmed_with: str) -> Iterator[tuple[str, str]]:
    """To confirm is to say by which source, on which day, and who did it."""
    if not str(fields["source"]).strip() or str(fields["source"]).strip().casefold() == "none":
        yield "source", "confirm-source"
    day = parsed_day(str(fields["as_of"]))
    if day is None or day > today():
        yield "as_of", "confirm-day"
    if not confirmed_with or len(confirmed_with) > LONGEST_NAME:
        yield "confirmed_with", "confirm-who"


def confirmed(fields: Fields) -> dict[str, Value]:
    """The fields once somebody has confirmed them."""
    return {**fields, "confidence": CONFIDENCES[0], "secondary": False}
