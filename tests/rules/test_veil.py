"""Small counts are not shown and cannot be worked out; times stand only beside counts that are shown; spreadsheets carry out nothing."""

import itertools
import random
from collections.abc import Sequence
from datetime import date, timedelta

import pytest

from bot.figures import today
from bot.reports.measures import Scope, Wait
from bot.reports.report import OTHERS, TOPICS, grouped, waited
from bot.reports.veil import LEAST, Veil, total, veiled, veiled_grid
from bot.web.figures import PERIODS, USUAL, as_csv, asked_for

SMALL, HIDDEN = Veil.SMALL, Veil.HIDDEN


def told(counts: Sequence[int], shown: Sequence[object]) -> list[int]:
    """The small counts that somebody works out who knows the sum, what the marks mean, and that the next smallest are hidden."""
    most = min([count for count in shown if isinstance(count, int) and count], default=10_000)
    hidden = [index for index, count in enumerate(shown) if isinstance(count, Veil)]
    left = sum(counts) - sum(count for count in shown if isinstance(count, int))
    small = [index for index in hidden if shown[index] is SMALL]
    others = len(hidden) - len(small)
    possible: dict[int, set[int]] = {index: set() for index in small}
    for guess in itertools.product(range(1, LEAST), repeat=len(small)):
        rest = left - sum(guess)
        if LEAST * others <= rest <= most * others:
            for index, count in zip(small, guess, strict=True):
                possible[index].add(count)
    return [index for index, found in possible.items() if len(found) == 1]


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        ([], []),
        ([0, 5, 100], [0, 5, 100]),
        ([3], [SMALL]),
        ([0, 3], [0, SMALL]),  # nothing else could hide it
        ([2, 2, 50], [SMALL, SMALL, 50]),  # together 4: one and three, two and two
        ([3, 20, 9], [SMALL, 20, HIDDEN]),
        ([1, 1, 50, 60], [SMALL, SMALL, HIDDEN, 60]),  # together 2 can only be one and one
        ([4, 4, 50, 60], [SMALL, SMALL, HIDDEN, 60]),
        ([1, 5, 30], [SMALL, HIDDEN, HIDDEN]),  # together 6 can only be one and five
        ([4, 7, 7, 40], [SMALL, HIDDEN, HIDDEN, 40]),  # together 11, and the hidden one not above 7: can only be four and seven
        ([0, 0, 3, 5, 5, 5], [0, 0, SMALL, HIDDEN, HIDDEN, HIDDEN]),
    ],
)
def test_one_line(counts: list[int], shown: list[object]) -> None:
    assert list(veiled(dict(enumerate(counts))).values()) == shown


def test_nobody_who_knows_the_total_works_out_a_small_count() -> None:
    chance = random.Random(7)
    for _ in range(3_000):
        counts = [chance.choice([0, 1, 2, 3, 4, 5, 6, 7, 9, 30]) for _ in range(chance.randint(2, 6))]
        shown = list(veiled(dict(enumerate(counts))).values())
        assert all(not isinstance(one, int) or one == count for one, count in zip(shown, counts, strict=True))
        assert all(one is SMALL for one, count in zip(shown, counts, strict=True) if 0 < count < LEAST)
        if any(isinstance(one, int) and one for one in shown):  # where all is hidden, nothing more can be done
            assert told(counts, shown) == [], (counts, shown)


def test_no_row_and_no_column_of_a_table_tells_a_small_count() -> None:
    chance = random.Random(8)
    for _ in range(1_000):
        rows, columns = chance.randint(1, 4), chance.randint(2, 4)
        counts = {(f"r{row}", f"c{column}"): chance.choice([0, 1, 3, 4, 5, 8, 12, 40]) for row in range(rows) for column in range(columns)}
        grid = veiled_grid(counts)
        for side in (0, 1):
            for name in {key[side] for key in counts}:
                line = {key: count for key, count in counts.items() if key[side] == name}
                shown = [grid.cells[key] for key in line]
                if any(isinstance(one, int) and one for one in shown):
                    assert told(list(line.values()), shown) == [], (counts, grid)


def test_a_hidden_total_is_not_the_sum_of_what_is_shown() -> None:
    """Total 9 is hidden for the sake of 3; its parts must not be added up."""
    grid = veiled_grid({("fr", "a"): 3, ("fr", "b"): 0, ("de", "a"): 9, ("de", "b"): 0, ("ru", "a"): 40, ("ru", "b"): 30})
    assert grid.rows == {"fr": SMALL, "de": HIDDEN, "ru": 70}
    assert grid.cells["de", "a"] is HIDDEN
    assert grid.cells["de", "b"] == 0
    assert grid.cells["ru", "a"] == 40


def test_a_total_is_made_of_what_is_shown() -> None:
    assert total([5, SMALL, HIDDEN, 10, 0]) == 15


def test_of_fewer_than_five_people_no_time_is_shown() -> None:
    waits = {"fr": Wait(4, 60.0, 90.0), "de": Wait(5, 60.4, 90.6), "ru": Wait(6, 1.0, 2.0), "ar": Wait(50, 3.0, 4.0)}
    found = waited(waits)
    assert [(name, wait.count, wait.median, wait.ninetieth) for name, wait in found.items()] == [
        ("ar", 50, 3, 4),
        ("ru", 6, 1, 2),
        ("de", HIDDEN, None, None),
        ("fr", SMALL, None, None),
    ]


def test_five_are_enough_for_a_time() -> None:
    assert waited({"de": Wait(5, 60.4, 90.6)})["de"].median == 60


def test_topics_asked_about_least_are_put_together() -> None:
    topics = {f"t{number:02}": 100 - number for number in range(TOPICS + 3)}
    found = grouped(topics)
    assert len(found) == TOPICS + 1
    assert found[OTHERS] == sum(100 - number for number in range(TOPICS, TOPICS + 3))
    assert OTHERS not in grouped(dict(list(topics.items())[:TOPICS]))


@pytest.mark.parametrize("cell", ["=1+1", "+49", "-1", "@x", "\t=1", "\r=1"])
def test_a_spreadsheet_carries_out_nothing(cell: str) -> None:
    said = as_csv([("measure", cell), ("<5", "12")]).decode("utf-8")
    assert said.startswith("\ufeffmeasure,")
    assert f"'{cell.strip()}" in said or f"'{cell}" in said
    assert said.endswith("<5,12\r\n")


# --- what is asked for ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", PERIODS)
def test_a_button_for_a_period_goes_before_dates(number: int) -> None:
    scope = asked_for(days=str(number), start="2026-01-01", end="2026-01-05")
    assert scope == Scope(start=today() - timedelta(days=number - 1), end=today())


def test_dates_are_taken_in_any_order() -> None:
    first, last = today() - timedelta(days=20), today() - timedelta(days=10)
    assert asked_for(start=str(last), end=str(first)) == Scope(start=first, end=last)


@pytest.mark.parametrize("nonsense", [{}, {"days": "8"}, {"days": "0"}, {"start": "x", "end": "2026-13-01"}, {"language": "xx", "channel": "fax"}])
def test_what_makes_no_sense_counts_as_not_given(nonsense: dict[str, str]) -> None:
    assert asked_for(**nonsense) == Scope(start=today() - timedelta(days=USUAL - 1), end=today())


@pytest.mark.parametrize("far", ["0001-01-01", "9999-12-31"])
def test_no_day_is_too_far(far: str) -> None:
    for asked in ({"start": far}, {"end": far}, {"start": far, "end": far}):
        scope = asked_for(**asked)
        assert date(2000, 1, 1) < scope.start <= scope.end <= today()
