"""What may be written of a contact: a table; and that everything in the files may."""

import pytest

from bot.answers import contact_files
from bot.answers.contact_checks import confirmation_problems, is_phone, problems, unconfirmed
from bot.answers.contact_history import Fields, Value
from bot.answers.contacts import merged
from bot.answers.fact_files import read
from bot.answers.facts import ID
from tests.conftest import CONTENT

RIGHT: dict[str, Value] = {
    "kind": "office",
    "country": "XK",
    "topics": ("return",),
    "phones": ("+383 38 233 002 100", "110"),
    "hours": "24/7",
    "languages": ("sq",),
    "free": None,
    "url": "https://example.org/a",
    "postal": "",
    "latitude": 42.66,
    "longitude": 21.17,
    "show": "live",
    "source": "https://example.org",
    "as_of": "2026-11-01",
    "confidence": "verified-from-source",
    "secondary": False,
    "name:en": "An office",
}
WRONG: list[tuple[dict[str, Value], str]] = [
    ({"kind": "shop"}, "kind"),
    ({"country": "QQ"}, "country"),
    ({"country": "xk"}, "country"),
    ({"country": ""}, "country"),
    ({"topics": ("return", "weather")}, "topics"),
    ({"phones": ("call me",)}, "phones"),
    ({"phones": ("+49 (0) 30",)}, "phones"),
    ({"phones": ("1",)}, "phones"),
    ({"phones": ("+1234567890123456",)}, "phones"),
    ({"phones": ("110",) * 9}, "phones"),
    ({"url": "javascript:alert(1)"}, "url"),
    ({"url": "example.org"}, "url"),
    ({"url": "https://exa mple.org"}, "url"),
    ({"url": "http://[example"}, "url"),
    ({"latitude": None}, "latitude"),
    ({"longitude": None}, "latitude"),
    ({"latitude": 95.0}, "latitude"),
    ({"latitude": float("nan")}, "latitude"),
    ({"latitude": "north"}, "latitude"),
    ({"show": "yes"}, "show"),
    ({"confidence": ""}, "confidence"),
    ({"hours": "x" * 121}, "hours"),
    ({"name:en": ""}, "name:en"),
    ({"name:de": "x" * 201}, "name:de"),
    ({"name:xx": "x"}, "name:xx"),
]


@pytest.mark.parametrize(("change", "field"), WRONG)
def test_what_is_wrong_is_named(change: Fields, field: str) -> None:
    assert [name for name, _ in problems({**RIGHT, **change})] == [field]


def test_what_is_right_is_not() -> None:
    for country in ("DE", "XK", "EU", "INT"):
        assert list(problems({**RIGHT, "country": country, "latitude": None, "longitude": None})) == []


def test_everything_in_the_files_may_be_written() -> None:
    rows, names = contact_files.read(CONTENT)
    for row in rows:
        kept = {key: tuple(value) if isinstance(value, list) else value for key, value in contact_files.columns(row).items()}
        kept |= {f"name:{language}": by_id[row["id"]] for language, by_id in names.items() if by_id.get(row["id"])}
        assert list(problems(kept)) == [], row["id"]
    assert [name for name in read(CONTENT) if not ID.fullmatch(name)] == []


@pytest.mark.parametrize("phone", ["110", "116 016", "+49 911 943-0", "0800 111 0 111", "8 800 7000 600"])
def test_numbers_as_they_are_dialled(phone: str) -> None:
    assert is_phone(phone)


#: before, after, who confirmed it → whether people would be shown what nobody has confirmed
SURE: list[tuple[dict[str, Value], dict[str, Value], str, bool]] = [
    ({}, {}, "", False),
    ({}, {"phones": ("111",)}, "", False),
    ({"show": "confirm-first"}, {}, "", True),
    ({"show": "never"}, {}, "", True),
    ({"show": "confirm-first"}, {}, "the office", False),
    ({"secondary": True}, {"secondary": True}, "", True),
    ({"secondary": True}, {}, "", True),
    ({"confidence": "general-knowledge-unverified"}, {}, "", True),
    ({}, {"confidence": "general-knowledge-unverified"}, "", True),
    ({}, {"show": "confirm-first", "confidence": "general-knowledge-unverified"}, "", False),
]


@pytest.mark.parametrize(("before", "after", "who", "refused"), SURE)
def test_when_a_contact_is_not_sure(before: Fields, after: Fields, who: str, refused: bool) -> None:  # noqa: FBT001
    assert unconfirmed({**RIGHT, **before}, {**RIGHT, **after}, who) is refused


@pytest.mark.parametrize(
    ("change", "who", "field"),
    [
        ({"source": ""}, "x", "source"),
        ({"source": "None"}, "x", "source"),
        ({"as_of": "undated"}, "x", "as_of"),
        ({"as_of": "2999-01-01"}, "x", "as_of"),
        ({}, "", "confirmed_with"),
    ],
)
def test_to_confirm_is_to_name_source_day_and_who(change: Fields, who: str, field: str) -> None:
    assert [name for name, _ in confirmation_problems({**RIGHT, **change}, who)] == [field]
    assert list(confirmation_problems(RIGHT, "the office itself")) == []


def test_two_changes_become_one() -> None:
    base, there, mine = {"a": "1", "b": "1", "c": "1"}, {"a": "2", "b": "1", "c": "2"}, {"a": "1", "b": "3", "c": "3"}
    assert merged(base, there, mine) == ({"a": "2", "b": "3", "c": "3"}, ["c"])
    assert merged({"name:de": "x"}, {"name:de": "x"}, {}) == ({"name:de": None}, [])
