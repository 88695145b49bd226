"""Hours and holidays: a lead edits them, and the next person who asks for a counsellor is told when somebody reads."""

import uuid
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect
from sqlalchemy import delete, select

from bot.cases.hours import Stretch
from bot.cases.models import Case
from bot.db import notify, now
from bot.i18n import locale, moment_for
from bot.staff.audit import Audit
from bot.staff.models import Holiday, Member, Role, Team, TeamHours
from nlu import LANGUAGES
from tests.console.home import Home, Visitor
from tests.messengers import until

pytestmark = pytest.mark.asyncio(loop_scope="package")

BERLIN = ZoneInfo("Europe/Berlin")
SMALL = 50_000  #: bytes of a page


@pytest_asyncio.fixture(loop_scope="package", autouse=True)
async def nobody(home: Home) -> AsyncIterator[None]:
    """The house has no team before and after."""
    yield
    async with home.house.sessions.begin() as session:
        await session.execute(delete(Team))
        await notify(session, "hours")
    await until(lambda: _reads(home, 0))


@pytest_asyncio.fixture(loop_scope="package")
async def lea(home: Home) -> AsyncIterator[Visitor]:
    """A lead."""
    async with home.member(Role.LEAD, "lea") as member:
        yield member


async def _reads(home: Home, teams: int) -> bool:
    return len(home.house.calendars) == teams


async def _team(home: Home, name: str = "Night desk", week: Sequence[Stretch] = (), zone: str = "Europe/Berlin") -> uuid.UUID:
    async with home.house.sessions.begin() as session:
        team = Team(name=name, time_zone=zone)
        session.add(team)
        await session.flush()
        session.add_all(TeamHours(team_id=team.id, weekday=one.weekday, opens=one.opens, closes=one.closes) for one in week)
        await notify(session, "hours")
    return team.id


async def _week(home: Home, team_id: uuid.UUID) -> list[Stretch]:
    async with home.house.sessions() as session:
        rows = await session.scalars(select(TeamHours).where(TeamHours.team_id == team_id))
        return sorted(Stretch(row.weekday, row.opens, row.closes) for row in rows)


def _hours(member: Visitor, day: str) -> Locator:
    """The four fields of a weekday."""
    return member.page.get_by_role("group", name=day).locator("input")


async def _types(member: Visitor, day: str, *clocks: str) -> None:
    for number, clock in enumerate(clocks):
        await _hours(member, day).nth(number).fill(clock)


async def _typed(member: Visitor, day: str) -> list[str]:
    return [await field.input_value() for field in await _hours(member, day).all()]


async def _saves(member: Visitor) -> None:
    await member.page.get_by_role("button", name="Save the hours").click()


@pytest.fixture(params=["with script", "without"])
def options(request: pytest.FixtureRequest) -> dict[str, bool]:
    return {} if request.param == "with script" else {"java_script_enabled": False}


async def test_a_team_and_its_week(home: Home, options: dict[str, bool]) -> None:
    async with home.member(Role.LEAD, "lea", **options) as lea:
        await lea.page.get_by_role("link", name="Teams and hours").click()
        await expect(lea.page.get_by_text("There is no team yet")).to_be_visible()
        await lea.page.get_by_label("Name of the team").fill("Ночная смена")
        await lea.page.get_by_label("Time zone").select_option("Asia/Dushanbe")
        await lea.page.get_by_role("button", name="Add the team").click()
        await expect(lea.page.get_by_role("heading", name="Ночная смена")).to_be_visible()
        await expect(lea.page.locator(".stand")).to_have_text("Always at work (Tajikistan)")
        await _types(lea, "Monday", "09:00", "12:00", "13:00", "17:00")
        await lea.page.get_by_role("button", name="Copy Monday").click()
        await expect(lea.page.get_by_text("Monday was copied")).to_be_visible()
        assert await _typed(lea, "Friday") == ["09:00", "12:00", "13:00", "17:00"]
        await _types(lea, "Saturday", "22:00", "00:00")
        await _saves(lea)
        await expect(lea.page.get_by_role("status")).to_contain_text("The hours were saved")
        assert await _typed(lea, "Wednesday") == ["09:00", "12:00", "13:00", "17:00"]
        assert await _typed(lea, "Saturday") == ["22:00", "00:00", "", ""]
        assert await _typed(lea, "Sunday") == [""] * 4
        await expect(lea.page.locator(".stand")).to_contain_text("t work until")
        [team] = home.house.calendars
        week = await _week(home, team.team_id)
        assert week == list(team.week)  # the running house has taken them over
        assert len(week) == 11
        assert week[-1] == Stretch(5, time(22), time(0))


async def test_hours_that_cannot_be_meant_are_said_beside_the_day_and_nothing_is_lost(home: Home, lea: Visitor) -> None:
    before = [Stretch(0, time(8), time(9))]
    team = await _team(home, week=before)
    await lea.page.goto(f"/staff/teams/{team}")
    await _types(lea, "Monday", "09:00", "13:00", "12:00", "17:00")
    await _types(lea, "Tuesday", "17:00", "09:00")
    await _types(lea, "Wednesday", "09:00")
    await _types(lea, "Thursday", "09:00", "17:00")
    await _saves(lea)
    for day, words in (("Monday", "overlap"), ("Tuesday", "closes before it opens"), ("Wednesday", "A time is missing")):
        group = lea.page.get_by_role("group", name=day)
        await expect(group).to_contain_text(words)
        await expect(group.locator("input").first).to_have_attribute("aria-invalid", "true")
        await expect(group.locator("input").first).to_have_accessible_description(await group.locator(".problem").inner_text())
    await expect(lea.page.get_by_role("group", name="Thursday").locator(".problem")).to_have_count(0)
    await expect(lea.page.get_by_role("alert")).to_contain_text("were not saved")
    assert await _typed(lea, "Monday") == ["09:00", "13:00", "12:00", "17:00"]
    assert await _typed(lea, "Tuesday") == ["17:00", "09:00", "", ""]
    assert await _typed(lea, "Thursday") == ["09:00", "17:00", "", ""]
    assert await _week(home, team) == before
    await _types(lea, "Monday", "", "", "", "")
    await _types(lea, "Tuesday", "", "")
    await _types(lea, "Wednesday", "")
    await _saves(lea)
    await expect(lea.page.get_by_role("status")).to_contain_text("The hours were saved")
    assert await _week(home, team) == [Stretch(3, time(9), time(17))]


async def test_names_and_zones_that_cannot_be(home: Home, lea: Visitor) -> None:
    await _team(home, "Night desk")
    await lea.page.goto("/staff/teams")
    await lea.page.get_by_label("Name of the team").fill("night DESK")
    await lea.page.get_by_label("Time zone").select_option("Asia/Tashkent")
    await lea.page.get_by_role("button", name="Add the team").click()
    await expect(lea.page.get_by_role("alert")).to_have_text("Another team has this name already.")
    await expect(lea.page.get_by_label("Name of the team")).to_have_value("night DESK")
    await expect(lea.page.get_by_label("Time zone")).to_have_value("Asia/Tashkent")
    for form in (
        {"name": "", "time_zone": "UTC"},
        {"name": "x" * 61, "time_zone": "UTC"},
        {"name": "Day", "time_zone": "Mars/Olympus"},
        {"name": "Day"},
    ):
        answer = await lea.context.request.post("/staff/teams", form=form, headers={"origin": home.base})
        assert 'role="alert"' in await answer.text(), form
    async with home.house.sessions() as session:
        assert list(await session.scalars(select(Team.name))) == ["Night desk"]


async def test_renaming_a_team(home: Home, lea: Visitor) -> None:
    team = await _team(home, zone="Asia/Kolkata")  # a name that is in no list, but is one
    await lea.page.goto(f"/staff/teams/{team}")
    await expect(lea.page.get_by_label("Time zone")).to_have_value("Asia/Kolkata")
    await lea.page.get_by_label("Name of the team").fill("Day desk")
    await lea.page.get_by_role("button", name="Save the team").click()
    await expect(lea.page.get_by_role("heading", name="Day desk")).to_be_visible()
    await until(lambda: _called(home, "Day desk"))


async def _called(home: Home, name: str) -> bool:
    return [team.name for team in home.house.calendars] == [name]


async def test_holidays(home: Home, lea: Visitor) -> None:
    team = await _team(home)
    first = now().astimezone(BERLIN).date() + timedelta(10)
    await lea.page.goto(f"/staff/teams/{team}")
    await lea.page.get_by_label("Day", exact=True).fill(first.isoformat())
    await lea.page.get_by_label("Last day").fill((first - timedelta(1)).isoformat())
    await lea.page.get_by_label("Name, for colleagues").fill("Наврӯз")
    await lea.page.get_by_role("button", name="Add the holiday").click()
    await expect(lea.page.get_by_role("alert")).to_contain_text("cannot be before the first")
    await expect(lea.page.get_by_label("Name, for colleagues")).to_have_value("Наврӯз")
    await lea.page.get_by_label("Last day").fill((first + timedelta(2)).isoformat())
    await lea.page.get_by_role("button", name="Add the holiday").click()
    await expect(lea.page.get_by_role("status")).to_contain_text("The holidays were saved")
    await expect(lea.page.get_by_role("button", name="Remove")).to_have_count(3)
    await lea.page.get_by_role("button", name="Remove").nth(1).click()
    await expect(lea.page.get_by_role("button", name="Remove")).to_have_count(2)
    assert await _days(home, team) == [first, first + timedelta(2)]
    await until(lambda: _knows(home, {first, first + timedelta(2)}))


async def _days(home: Home, team_id: uuid.UUID) -> list[date]:
    async with home.house.sessions() as session:
        return list(await session.scalars(select(Holiday.day).where(Holiday.team_id == team_id).order_by(Holiday.day)))


async def _knows(home: Home, days: set[date]) -> bool:
    return [team.holidays for team in home.house.calendars] == [days]


async def test_deleting_a_team_takes_it_from_members_and_cases(home: Home, lea: Visitor, person: Visitor) -> None:
    team = await _team(home)
    await person.asks("/person", replies=2)
    case = await person.case()
    async with home.house.sessions.begin() as session:
        member = Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.COUNSELLOR, team_id=team)
        session.add(member)
        (await session.get_one(Case, case.id)).team_id = team
    await lea.page.goto(f"/staff/teams/{team}")
    await lea.page.get_by_role("link", name="Delete this team").click()
    await expect(lea.page.get_by_text("1 member loses this team.")).to_be_visible()
    await expect(lea.page.get_by_text("1 open case loses it too")).to_be_visible()
    await lea.page.get_by_role("button", name="Delete the team").click()
    await expect(lea.page.get_by_text("There is no team yet")).to_be_visible()
    async with home.house.sessions() as session:
        assert (await session.get_one(Member, member.id)).team_id is None
        assert (await session.get_one(Case, case.id)).team_id is None
    lea.expected = ("404",)
    await lea.page.goto(f"/staff/teams/{team}")
    await expect(lea.page.get_by_role("heading", name="Not found")).to_be_visible()


async def test_every_change_is_noted(home: Home, lea: Visitor) -> None:
    post, headers = lea.context.request.post, {"origin": home.base}
    answer = await post("/staff/teams", form={"name": "Noted", "time_zone": "UTC"}, headers=headers, max_redirects=0)
    path = answer.headers["location"].partition("?")[0]
    await post(path, form={"name": "Noted again", "time_zone": "Asia/Dushanbe"}, headers=headers)
    await post(f"{path}/hours", form={"day0_opens1": "09:00", "day0_closes1": "17:00"}, headers=headers)
    await post(f"{path}/holidays", form={"day": "2030-01-01", "until": "2030-01-03"}, headers=headers)
    await post(f"{path}/holidays/remove", form={"day": "2030-01-02"}, headers=headers)
    await post(f"{path}/delete", headers=headers)
    async with home.house.sessions() as session:
        rows = list(await session.scalars(select(Audit).where(Audit.subject_id == path.rpartition("/")[2]).order_by(Audit.id)))
    assert {row.action for row in rows} == {"team.changed"}
    assert None not in {row.member_id for row in rows}
    details = ["added", "name, zone Asia/Dushanbe", "hours", "holiday 2030-01-01 … 2030-01-03", "no holiday 2030-01-02", "deleted"]
    assert [row.detail for row in rows] == details


async def test_the_page_says_what_a_person_would_be_told_in_every_language(home: Home, lea: Visitor) -> None:
    tomorrow = now().astimezone(BERLIN).date() + timedelta(1)
    team = await _team(home, week=[Stretch(tomorrow.weekday(), time(9), time(17))])
    opens = datetime.combine(tomorrow, time(9), BERLIN)
    await lea.page.goto(f"/staff/teams/{team}")
    await lea.page.locator("summary").click()
    for language in LANGUAGES:
        said = lea.page.locator(f"dd[lang={language}]")
        await expect(said).to_have_text(home.phrase("handed_over_closed", language).replace("{opening}", moment_for(opens, language, None)))
        await expect(said).to_have_attribute("dir", "rtl" if language in ("fa", "ps", "ar", "ckb") else "ltr")


@pytest.mark.parametrize("language", ["en", "de", "ru", "ar"])
async def test_pages_are_small_in_every_language_of_the_console(home: Home, lea: Visitor, language: str) -> None:
    week = [Stretch(day, time(hour), time(hour + 2)) for day in range(7) for hour in (9, 13)]
    team = await _team(home, week=week)
    async with home.house.sessions.begin() as session:
        member = (await session.scalars(select(Member).where(Member.email == "lea@example.org"))).one()
        member.console_language = language
        session.add_all(Holiday(team_id=team, day=now().date() + timedelta(2 + number), name="Наврӯз") for number in range(30))
    for path in ("/staff/teams", f"/staff/teams/{team}"):
        answer = await lea.context.request.get(path)
        text = await answer.text()
        assert f'lang="{language}"' in text
        assert str(locale(language).days["stand-alone"]["wide"][0]) in text or path == "/staff/teams"
        assert len(await answer.body()) < SMALL, path
    async with home.house.sessions.begin() as session:
        (await session.get_one(Member, member.id)).console_language = "en"


async def test_after_hours_a_person_is_told_when_somebody_reads(home: Home, lea: Visitor) -> None:
    """Edited in the console, told in the next reply, no restart; in danger the numbers come first all the same."""
    team = await _team(home)
    await until(lambda: _reads(home, 1))
    async with AsyncExitStack() as stack:
        early = await (await stack.enter_async_context(home.visitor(locale="de"))).opens_chat()
        await early.asks("/person", replies=2)
        await expect(early.heard.filter(has_text=_line(home, "handed_over", "de"))).to_have_count(1)  # no hours yet: always at work

        opens = await _closes_until_tomorrow(lea, team)
        for language in ("fa", "de", "tg"):
            person = await (await stack.enter_async_context(home.visitor(locale=language))).opens_chat()
            await person.asks("/person", replies=2)
            said = home.phrase("handed_over_closed", language).replace("{opening}", moment_for(opens, language, None))
            await expect(person.heard.filter(has_text=said)).to_have_count(1)
        await early.asks("/person")
        await expect(early.heard.last).to_contain_text(_filled(home, "already_waiting_closed", "de", opens))
        await early.asks("Hilfe, sie wollen mich umbringen", replies=3)
        await _danger_comes_first(early, opens)


async def _danger_comes_first(person: Visitor, opens: datetime) -> None:
    """The numbers, unchanged and before all else; then that somebody is called, and when they read."""
    heard = [text.partition("\n\n")[2] for text in await person.heard.all_inner_texts()][-3:]
    answer = person.home.text("immediate_danger", "de")
    assert heard[0].startswith(answer.split("\n")[0])
    assert "112" in heard[0]
    assert heard[2].startswith(_filled(person.home, "urgent_handover_closed", "de", opens).split("\n")[0])


def _line(home: Home, name: str, language: str) -> str:
    return home.phrase(name, language).split("\n")[0]


def _filled(home: Home, name: str, language: str, opens: datetime) -> str:
    return home.phrase(name, language).replace("{opening}", moment_for(opens, language, None))


async def _closes_until_tomorrow(lea: Visitor, team: uuid.UUID) -> datetime:
    """A lead sets hours on tomorrow's weekday alone."""
    tomorrow = now().astimezone(BERLIN).date() + timedelta(1)
    await lea.page.goto(f"/staff/teams/{team}")
    await _types(lea, str(locale("en").days["stand-alone"]["wide"][tomorrow.weekday()]), "09:30", "17:00")
    await _saves(lea)
    await expect(lea.page.get_by_role("status")).to_contain_text("hold from now on")
    return datetime.combine(tomorrow, time(9, 30), BERLIN)
