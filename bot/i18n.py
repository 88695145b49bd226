"""Languages: their own names, their direction, what is tried next when a text is missing, names of countries and dates."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from zoneinfo import ZoneInfo

import yaml
from babel import Locale
from babel.core import get_global
from babel.dates import format_datetime, get_timezone_location
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from nlu import LANGUAGES

SOURCE = "en"  #: the language every text is written in first
RIGHT_TO_LEFT = frozenset({"fa", "ps", "ar", "ckb"})
#: Which language most speakers of another also read; a missing text is looked for here, in this order, then in SOURCE.
NEXT_BEST = {"tg": ("ru",), "uz": ("ru",), "ps": ("fa",), "ckb": ("ar",)}
#: CLDR has no name of Sorani in itself, and calls Dari and Persian by one code.
OWN_NAMES = {"ckb": "کوردیی ناوەندی", "fa": "فارسی / دری", "tg": "Тоҷикӣ", "uz": "Oʻzbekcha"}
#: CLDR has no time zone for Kosovo.
_ZONES = {"XK": ("Europe/Belgrade",)}
_LOCALES = {"ckb": "ckb", "uz": "uz_Latn", "sr": "sr_Latn"}


def fallbacks(language: str) -> tuple[str, ...]:
    """The language itself, then those that its speakers are most likely to read."""
    return tuple(dict.fromkeys((language, *NEXT_BEST.get(language, ()), SOURCE)))


def direction(language: str) -> str:
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


@cache
def locale(language: str) -> Locale:
    return Locale.parse(_LOCALES.get(language, language))


@cache
def own_name(language: str) -> str:
    """The language's name in itself: what a person who reads nothing else can find."""
    return OWN_NAMES.get(language) or str(locale(language).get_display_name(language) or language).capitalize()


def name_in(language: str, other: str) -> str:
    """The name of `other` as `language` calls it."""
    return str(locale(language).languages.get(other, own_name(other)))


def country(code: str, language: str) -> str:
    """A country's name; CLDR's own, which says Kosovo and names no status."""
    return str(locale(language).territories.get(code, code))


def is_country(code: str) -> bool:
    """Whether CLDR knows a country by these two letters."""
    return len(code) == 2 and code.isalpha() and code in locale(SOURCE).territories


def moment(when: datetime, language: str) -> str:
    """«Monday, 30 November, 09:00», by the clocks of the moment's own zone."""
    found = locale("en_GB" if language == SOURCE else language)
    comma = "\u060c" if language in RIGHT_TO_LEFT else ","
    return format_datetime(when, f"EEEE{comma} {found.datetime_skeletons['MMMMd'].pattern}{comma} HH:mm", locale=found)


def moment_for(when: datetime, language: str, stay: str | None) -> str:
    """A moment for somebody in a country: by their clocks where that country has but one time, with the place named where it may be another."""
    zones = (*_ZONES.get(stay or "", ()), *get_global("territory_zones").get(stay or "", ()))
    here = {_clock(when.astimezone(ZoneInfo(zone))): zone for zone in zones}
    if len(here) != 1:
        return f"{moment(when, language)} ({zone_name(str(when.tzinfo), language)})"
    [(clock, zone)] = here.items()
    place = "" if clock == _clock(when) else f" ({country(stay or '', language)})"
    return moment(when.astimezone(ZoneInfo(zone)), language) + place


def _clock(when: datetime) -> datetime:
    return when.replace(tzinfo=None, fold=0)


def zone_name(zone: str, language: str) -> str:
    """A time zone's country where that has no other, else its city: Dushanbe is, in Persian, also a Monday."""
    where = get_global("zone_territories").get(zone, "")
    if len(get_global("territory_zones").get(where, ())) == 1 and where != "001":
        return country(where, language)
    return zone_city(zone, language)


def zone_city(zone: str, language: str) -> str:
    """The city that a time zone is named after."""
    return get_timezone_location(ZoneInfo(zone), locale=locale(language), return_city=True)


def of_app(hint: str | None) -> str | None:
    """One of our languages for the language tag of an app ("de-AT", "fa-AF", "prs", "ku"), if any."""
    tag = (hint or "").lower().replace("_", "-").split("-")[0]
    tag = {"prs": "fa", "ku": "ckb", "hr": "sr", "bs": "sr", "pes": "fa"}.get(tag, tag)
    return tag if tag in LANGUAGES else None


@cache
def interface(language: str) -> dict[str, str]:
    """The words of the public chat page; English where a language lacks one."""
    folder = Path(__file__).parent / "web" / "words"
    words: dict[str, str] = yaml.safe_load((folder / f"{SOURCE}.yml").read_text("utf-8"))
    path = folder / f"{language}.yml"
    if path.exists():
        words |= {key: text for key, text in yaml.safe_load(path.read_text("utf-8")).items() if text}
    return words


CONSOLE = LANGUAGES  #: languages of the staff pages
CATALOGUES = Path(__file__).parent / "web" / "locale"
_reading: ContextVar[str] = ContextVar("reading", default=SOURCE)  #: the language of whoever reads the page that is being made


@cache
def catalogue(language: str) -> NullTranslations:
    """The translations of the staff pages; a text without one is shown in English."""
    path = CATALOGUES / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


@contextmanager
def reading(language: str) -> Iterator[None]:
    """Texts of the staff pages are in this language as long as the block."""
    token = _reading.set(language)
    try:
        yield
    finally:
        _reading.reset(token)


def reader_language() -> str:
    return _reading.get()


def gettext(text: str) -> str:
    return catalogue(_reading.get()).gettext(text)


def ngettext(one: str, many: str, count: int) -> str:
    return catalogue(_reading.get()).ngettext(one, many, count)


def pgettext(context: str, text: str) -> str:
    return catalogue(_reading.get()).pgettext(context, text)


def npgettext(context: str, one: str, many: str, count: int) -> str:
    return catalogue(_reading.get()).npgettext(context, one, many, count)
