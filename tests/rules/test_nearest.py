"""The offices nearest to a place, and how a counsellor sees them."""

import re
from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

from bot.answering.places import NEAR, nearby
from bot.answers.checks import LOCK_SCREEN
from bot.answers.library import Library
from bot.answers.nearest import distance, nearest, place_of
from bot.i18n import reading
from bot.web.pages import templates
from nlu import LANGUAGES

#: what is kept of a shared place → where it is
PLACES: list[tuple[str, tuple[float, float] | None]] = [
    ("48.1, 11.5", (48.1, 11.5)),
    ("48.137154, 11.576124, Marienplatz, 80331 München", (48.137154, 11.576124)),
    ("-33.9,18.4", (-33.9, 18.4)),
    ("38.56, 68.79, Идора, кӯчаи 22, хонаи 5", (38.56, 68.79)),
    ("0, 0", (0, 0)),
    ("48.1", None),
    ("", None),
    ("48.1, here", None),
    ("95.0, 11.5", None),
    ("48.1, 181", None),
    ("48.1, 11.5.7", None),
    ("house 48, 11 steps", None),
    ("my number is 48, 11", None),
]

#: two cities → kilometres between them on the ellipsoid (Vincenty)
FAR: list[tuple[tuple[float, float], tuple[float, float], float]] = [
    ((52.52, 13.40), (48.14, 11.58), 504),
    ((52.52, 13.40), (38.56, 68.79), 4470),
    ((42.66, 21.17), (37.98, 23.73), 563),
    ((64.2, 179.5), (64.2, -179.5), 48),  # over the date line
    ((90, 0), (-90, 0), 20015),
    ((42.66, 21.17), (42.66, 21.17), 0),
]


@pytest.mark.parametrize(("text", "place"), PLACES)
def test_where_a_place_is(text: str, place: tuple[float, float] | None) -> None:
    assert place_of(text) == place


@pytest.mark.parametrize(("here", "there", "kilometres"), FAR)
def test_how_far_it_is(here: tuple[float, float], there: tuple[float, float], kilometres: float) -> None:
    assert distance(*here, *there) == pytest.approx(kilometres, rel=0.005, abs=1)
    assert distance(*there, *here) == pytest.approx(distance(*here, *there))


def test_the_nearest_come_first(library: Library) -> None:
    found = nearest(library, 42.21, 20.74)  # Prizren
    assert [contact.id for contact, _ in found] == ["xk_ura", "xk_iom", "gr_iom_avrr"]
    assert found[0][1] == pytest.approx(61, abs=3)
    assert [contact.id for contact, _ in nearest(library, 37.8, 69.6, 1)] == ["tj_iom_office"]


def test_only_what_may_be_shown_is_near(library: Library) -> None:
    """The office in Nuremberg waits to be confirmed, and a telephone line is nowhere."""
    assert {contact.country for contact, _ in nearest(library, 49.45, 11.08, 1000)} == {"XK", "GR", "TJ"}


@pytest.mark.parametrize("language", ["en", "de", "ru", "ar"])
def test_a_place_is_one_line_and_the_offices_below(language: str, library: Library) -> None:
    message = SimpleNamespace(id=7, text="42.21, 20.74, <b>حديقة</b>")
    with reading(language):
        html = templates.env.get_template("_place.html").module.place(message, library)  # type: ignore[attr-defined]
    assert '<code dir="ltr">42.21, 20.74, &lt;b&gt;حديقة&lt;/b&gt;</code>' in html
    assert len(re.findall(r'<span class="distance">[\d.,\s]+(?:km|км|كم)</span>', html)) == html.count("<li>") == 3
    assert "10000 Pristina" in html
    assert "http" not in html  # nothing to press that would tell a map where the person is


def test_a_place_that_cannot_be_read_is_still_shown(library: Library) -> None:
    html = templates.env.get_template("_place.html").module.place(SimpleNamespace(id=7, text="by the river"), library)  # type: ignore[attr-defined]
    assert "by the river" in html
    assert "<li>" not in html


#: a place → language, what stands in the answer, what does not
ANSWERS: list[tuple[str, str, tuple[str, ...], tuple[str, ...]]] = [
    ("42.21, 20.74", "en", ("URA", "+383 38 233 002 100", "10000 Pristina", "61 km", "IOM Kosovo"), ("Greece", "Tajikistan")),
    ("42.21, 20.74", "ru", ("61 км",), ("61 km",)),
    ("42.21, 20.74", "ar", ("61 كم", "\u2066+383 38 233 002 100\u2069"), ("61 km",)),
    ("38.56, 68.79, somewhere", "en", ("IOM Tajikistan", "1 km"), ("Kosovo",)),
    ("52.52, 13.40", "en", (), ("Geneva", "km")),
    ("by the river", "en", (), ("km",)),
]


@pytest.mark.parametrize(("text", "language", "there", "not_there"), ANSWERS)
def test_what_a_person_reads_of_a_place(text: str, language: str, there: tuple[str, ...], not_there: tuple[str, ...], library: Library) -> None:
    said = nearby(library, text, None, language).replace("\xa0", " ")
    assert [words for words in there if words not in said] == []
    assert library.phrase("nearest" if there else "nearest_none", language) in said
    assert [words for words in not_there if words in said] == []


def test_far_from_all_offices_the_contacts_of_the_country_stand_instead(library: Library) -> None:
    assert "Return counselling centres" in nearby(library, "52.52, 13.40", "DE", "en")
    assert distance(52.52, 13.40, 42.66, 21.17) > NEAR


def test_an_office_that_nobody_has_checked_in_time_is_not_near(library: Library) -> None:
    old = replace(library, contacts=tuple(replace(contact, review_by=date(2020, 1, 1)) for contact in library.contacts))
    assert "km" not in nearby(old, "42.21, 20.74", None, "en")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", ["42.21, 20.74", "52.52, 13.40"])
def test_a_locked_phone_shows_no_office(language: str, place: str, library: Library) -> None:
    shown = nearby(library, place, "DE", language)[:LOCK_SCREEN]
    assert [contact.id for contact in library.contacts if contact.name(language)[:20] in shown] == []
