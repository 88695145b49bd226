"""When somebody is at work: a table of moments, by the clocks of each team."""

import uuid
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.cases.hours import AHEAD, Calendar, Stretch, closes, opening, opens
from bot.i18n import moment_for, zone_name
from bot.web.week import Row, checked, like_monday, sent, shown
from nlu import LANGUAGES

BERLIN, DUSHANBE, KABUL = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Dushanbe"), ZoneInfo("Asia/Kabul")
OFFICE = tuple(f"{day} 09:00-17:00" for day in ("mon", "tue", "wed", "thu", "fri"))
SPLIT = ("mon 09:00-12:00", "mon 13:00-17:00")
NIGHT = ("mon 22:00-00:00", "tue 00:00-06:00")
ALWAYS = tuple(f"{day} 00:00-00:00" for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def team(*week: str, zone: ZoneInfo = BERLIN, holidays: tuple[str, ...] = ()) -> Calendar:
    stretches = []
    for line in week:
        day, hours = line.split()
        begins, ends = hours.split("-")
        stretches.append(Stretch(DAYS.index(day), time.fromisoformat(begins), time.fromisoformat(ends)))
    return Calendar(team_id=uuid.uuid4(), name="a team", zone=zone, week=tuple(stretches), holidays=frozenset(map(date.fromisoformat, holidays)))


def at(text: str, zone: ZoneInfo = BERLIN, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone, fold=fold)


#: what happens → team, moment by its clocks → when it opens by its clocks and how far these are from UTC; None: at work
OPENS: dict[str, tuple[Calendar, datetime, str | None]] = {
    "in the middle of the day": (team(*OFFICE), at("2026-11-30 12:00"), None),
    "at the first minute": (team(*OFFICE), at("2026-11-30 09:00"), None),
    "at the last minute it is over": (team(*OFFICE), at("2026-11-30 17:00"), "2026-12-01T09:00:00+01:00"),
    "early in the morning": (team(*OFFICE), at("2026-11-30 08:59:59"), "2026-11-30T09:00:00+01:00"),
    "on Friday evening": (team(*OFFICE), at("2026-11-27 18:00"), "2026-11-30T09:00:00+01:00"),
    "in the pause": (team(*SPLIT), at("2026-11-30 12:30"), "2026-11-30T13:00:00+01:00"),
    "a week later": (team("mon 09:00-12:00"), at("2026-11-30 12:00"), "2026-12-07T09:00:00+01:00"),
    "no hours at all": (team(), at("2026-11-29 03:00"), None),
    "day and night": (team(*ALWAYS), at("2026-11-29 00:00"), None),
    "before midnight": (team(*NIGHT), at("2026-11-30 23:59:59"), None),
    "at midnight": (team(*NIGHT), at("2026-12-01 00:00"), None),
    "the night is over": (team(*NIGHT), at("2026-12-01 06:00"), "2026-12-07T22:00:00+01:00"),
    "a holiday": (team(*OFFICE, holidays=("2026-11-30",)), at("2026-11-30 12:00"), "2026-12-01T09:00:00+01:00"),
    "a holiday before a weekend": (team(*OFFICE, holidays=("2026-12-25",)), at("2026-12-24 17:30"), "2026-12-28T09:00:00+01:00"),
    "a holiday ends at midnight": (team(*NIGHT, holidays=("2026-11-30",)), at("2026-11-30 23:00"), "2026-12-01T00:00:00+01:00"),
    "a holiday by the team's clocks, not by UTC": (team(*ALWAYS, holidays=("2026-11-30",)), at("2026-11-30 00:30"), "2026-12-01T00:00:00+01:00"),
    "summer begins between": (team(*OFFICE), at("2026-03-27 18:00"), "2026-03-30T09:00:00+02:00"),
    "winter begins between": (team(*OFFICE), at("2026-10-23 18:00"), "2026-10-26T09:00:00+01:00"),
    "a time that summer skips comes an hour later": (team("sun 02:30-06:00"), at("2026-03-29 01:00"), "2026-03-29T03:30:00+02:00"),
    "a stretch that summer skips half of": (team("sun 02:15-03:00"), at("2026-03-29 01:00"), "2026-04-05T02:15:00+02:00"),
    "a time that comes twice opens the first time": (team("sun 02:30-06:00"), at("2026-10-25 01:00"), "2026-10-25T02:30:00+02:00"),
    "and is open the second time too": (team("sun 02:30-06:00"), at("2026-10-25 02:00", fold=1), None),
    "a closing time that comes twice is the second": (team("sun 00:00-02:30"), at("2026-10-25 02:15", fold=1), None),
    "after it": (team("sun 00:00-02:30"), at("2026-10-25 02:30", fold=1), "2026-11-01T00:00:00+01:00"),
    "elsewhere": (team(*OFFICE, zone=DUSHANBE), at("2026-11-30 08:00", DUSHANBE), "2026-11-30T09:00:00+05:00"),
    "half an hour off": (team(*OFFICE, zone=KABUL), at("2026-11-30 08:00", KABUL), "2026-11-30T09:00:00+04:30"),
}


@pytest.mark.parametrize("what", OPENS)
def test_when_a_team_opens(what: str) -> None:
    calendar, moment, expected = OPENS[what]
    for asked in (moment, moment.astimezone(UTC), moment.astimezone(DUSHANBE)):  # the same moment, whatever clocks it is told by
        found = opens(calendar, asked)
        assert (found and found.isoformat()) == expected


CLOSES: dict[str, tuple[Calendar, datetime, str | None]] = {
    "in the afternoon": (team(*OFFICE), at("2026-11-30 12:00"), "2026-11-30T17:00:00+01:00"),
    "before the pause": (team(*SPLIT), at("2026-11-30 09:00"), "2026-11-30T12:00:00+01:00"),
    "through midnight": (team(*NIGHT), at("2026-11-30 23:00"), "2026-12-01T06:00:00+01:00"),
    "day and night": (team(*ALWAYS), at("2026-11-30 23:00"), None),
    "until a holiday": (team(*ALWAYS, holidays=("2026-12-25",)), at("2026-11-30 23:00"), "2026-12-25T00:00:00+01:00"),
    "the longest day of the year": (team("sun 00:00-00:00"), at("2026-10-25 00:30"), "2026-10-26T00:00:00+01:00"),
}


@pytest.mark.parametrize("what", CLOSES)
def test_until_when_a_team_is_at_work(what: str) -> None:
    calendar, moment, expected = CLOSES[what]
    found = closes(calendar, moment.astimezone(UTC))
    assert (found and found.isoformat()) == expected


def test_of_several_teams_the_first_that_opens() -> None:
    here, there = team(*OFFICE), team(*OFFICE, zone=DUSHANBE)
    night = at("2026-11-30 02:00")
    assert opening([here, there], night) == at("2026-11-30 09:00", DUSHANBE)
    assert opening([here, there], night, here.team_id) == at("2026-11-30 09:00")
    assert opening([here, there], at("2026-11-30 06:00")) is None  # in Dushanbe it is ten
    assert opening([here, there], at("2026-11-30 06:00"), here.team_id) == at("2026-11-30 09:00")
    assert opening([here, team()], night) is None  # one is always there
    assert opening([here], night, uuid.uuid4()) == at("2026-11-30 09:00")  # a team that was deleted
    assert opening([], night) is None
    assert opening([], night, uuid.uuid4()) is None


def test_every_minute_of_a_year_agrees_with_itself() -> None:
    """At work exactly where the next opening is none; each opening is the first moment at work; nothing is skipped."""
    calendar = team(*SPLIT, *NIGHT, "sun 01:30-03:15", holidays=("2026-05-25", "2026-12-28"))
    moment = at("2026-01-01 00:00").astimezone(UTC)
    while moment < at("2027-01-01 00:00"):
        later = opens(calendar, moment)
        if later is None:
            ends = closes(calendar, moment)
            assert ends is not None
            assert opens(calendar, ends - timedelta(minutes=1)) is None
            assert opens(calendar, ends) is not None
            moment = ends.astimezone(UTC)
        else:
            assert opens(calendar, later) is None
            assert opens(calendar, later - timedelta(minutes=1)) == later
            moment = later.astimezone(UTC)


def test_a_team_on_holiday_for_ever_opens_far_away() -> None:
    start = date(2026, 11, 1)
    calendar = team(*OFFICE, holidays=tuple((start + timedelta(number)).isoformat() for number in range(AHEAD + 30)))
    found = opens(calendar, at("2026-11-10 12:00"))
    assert found is not None
    assert found.date() == date(2026, 11, 10) + timedelta(AHEAD)


NINE = at("2026-11-30 09:00")
#: language, country of stay → what a person reads of Monday at nine in Berlin
TOLD: list[tuple[str, str | None, str]] = [
    ("en", None, "Monday, 30 November, 09:00 (Berlin)"),
    ("en", "DE", "Monday, 30 November, 09:00"),  # where all clocks of a country show the same as the team's no place is named
    ("en", "GR", "Monday, 30 November, 10:00 (Greece)"),
    ("en", "RU", "Monday, 30 November, 09:00 (Berlin)"),  # eleven times: the team's own
    ("en", "UZ", "Monday, 30 November, 13:00 (Uzbekistan)"),  # two zones, one time
    ("sq", "XK", "e hënë, 30 nëntor, 09:00"),
    ("de", None, "Montag, 30. November, 09:00 (Berlin)"),
    ("fa", None, "دوشنبه، 30 نوامبر، 09:00 (برلین)"),
    ("fa", "TJ", "دوشنبه، 30 نوامبر، 13:00 (تاجیکستان)"),
    ("tg", "TJ", "Душанбе, 30 Ноябр, 13:00 (Тоҷикистон)"),
    ("ru", None, "понедельник, 30 ноября, 09:00 (Берлин)"),
]


@pytest.mark.parametrize(("language", "stay", "expected"), TOLD)
def test_how_an_opening_is_told(language: str, stay: str | None, expected: str) -> None:
    assert moment_for(NINE, language, stay) == expected


def test_every_language_tells_day_hour_and_place() -> None:
    told = {language: moment_for(NINE, language, "TJ") for language in LANGUAGES}
    assert [
        language for language, text in told.items() if "13:00" not in text or "30" not in text or zone_name("Asia/Dushanbe", language) not in text
    ] == []
    assert len(set(told.values())) == len(LANGUAGES)


def row(*typed: str, weekday: int = 0) -> Row:
    return Row(weekday=weekday, typed=(*typed, *[""] * (4 - len(typed))))


#: what a lead types for Monday → what is wrong with it
TYPED: list[tuple[tuple[str, ...], str]] = [
    ((), ""),
    (("09:00", "17:00"), ""),
    (("", "", "09:00", "17:00"), ""),
    (("13:00", "17:00", "09:00", "12:00"), ""),
    (("09:00", "12:00", "12:00", "00:00"), ""),
    (("00:00", "00:00"), ""),
    (("09:00:00", "17:00"), ""),
    (("09:00", ""), "half"),
    (("", "17:00"), "half"),
    (("09:00", "12:00", "13:00"), "half"),
    (("nine", "17:00"), "unreadable"),
    (("25:00", "26:00"), "unreadable"),
    (("09:00", "17:00+01"), "unreadable"),
    (("٠٩:٠٠", "17:00"), "unreadable"),
    (("17:00", "09:00"), "reversed"),
    (("09:00", "09:00"), "reversed"),
    (("22:00", "06:00"), "reversed"),
    (("09:00", "13:00", "12:00", "17:00"), "overlap"),
    (("12:00", "00:00", "13:00", "14:00"), "overlap"),
    (("00:00", "00:00", "13:00", "14:00"), "overlap"),
    (("09:00", "12:00", "09:00", "12:00"), "overlap"),
]


@pytest.mark.parametrize(("typed", "problem"), TYPED)
def test_what_is_typed_is_checked_and_kept(typed: tuple[str, ...], problem: str) -> None:
    [found], week = checked([row(*typed)])
    assert found.problem == problem
    assert found.typed == row(*typed).typed
    assert bool(week) == (not problem and bool(typed))


def test_a_form_goes_out_and_comes_back() -> None:
    week = team(*OFFICE, *NIGHT[:1], "sat 00:00-00:00").week
    rows = shown(week)
    assert rows[0].typed == ("09:00", "17:00", "22:00", "00:00")
    back = sent({name: value for one in rows for name, value in one.fields})
    assert back == rows
    assert set(checked(back)[1]) == set(week)
    assert checked(sent({}))[1] == []
    assert [one.typed for one in like_monday(rows)] == [rows[0].typed] * 5 + [rows[5].typed, rows[6].typed]
