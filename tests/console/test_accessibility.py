"""Every page for everybody: axe finds nothing, nothing is cut off or needs scrolling sideways, the keyboard is enough."""

import uuid
from datetime import time, timedelta

import pyotp
import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Response, expect
from sqlalchemy import delete

from bot.db import now
from bot.staff.models import Holiday, Member, Role, Team, TeamHours
from nlu import LANGUAGES
from tests.console.home import Home, Visitor
from tests.console.leads import goes, speaks
from tests.messengers import free_port

pytestmark = pytest.mark.asyncio(loop_scope="package")

ALL = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"light": ALL, "dark": ["cat.color"]}  #: the scheme changes colours and nothing else
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
#: 1280 pixels at 200 and at 400 per cent (WCAG 1.4.10)
ZOOMED = ({"width": 640, "height": 400}, {"width": 320, "height": 200})


async def is_good(visitor: Visitor, page: str) -> None:
    """In light and dark, narrow and wide; and at large zoom, and with letters twice as large, nothing runs out sideways."""
    visitor.worn = True
    await visitor.page.evaluate(Axe().axe_script)
    for scheme, rules in RULES.items():
        await visitor.page.emulate_media(color_scheme=scheme)
        for size in (NARROW, WIDE):
            await visitor.page.set_viewport_size(size)
            found = await visitor.page.evaluate("(options) => axe.run(document, options)", {"resultTypes": ["violations"], "runOnly": rules})
            assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], (page, scheme, size)
            assert await visitor.sideways() <= 0, (page, size)
    for size in ZOOMED:
        await visitor.page.set_viewport_size(size)
        assert await visitor.sideways() <= 0, (page, size)
    await visitor.page.set_viewport_size(NARROW)
    await visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await visitor.sideways() <= 0, (page, "letters twice as large")
    await visitor.page.evaluate("document.documentElement.style.fontSize = ''")


@pytest.mark.parametrize(("locale", "question"), [("en", "who pays the plane ticket, is it free?"), ("fa", "پول چقدر میتن")])
async def test_chat(home: Home, locale: str, question: str) -> None:
    async with home.visitor(locale=locale) as person:
        await person.opens_chat()
        await is_good(person, "chat, empty")
        await person.asks(question, replies=2)
        await person.asks("/menu")
        await is_good(person, "chat")
        person.expected = ("net::ERR_",)
        await person.context.set_offline(True)
        await person.writes("x" * 200)
        await expect(person.page.locator("#trouble")).to_be_visible()
        await is_good(person, "chat, offline")


async def test_the_words_of_every_language_fit_a_small_telephone(home: Home) -> None:
    async with home.visitor(viewport={"width": 320, "height": 568}) as person:
        for language in LANGUAGES:
            await person.context.set_extra_http_headers({"accept-language": language})
            await person.opens_chat()
            await expect(person.page.locator("html")).to_have_attribute("lang", language)
            assert await person.sideways() <= 0, language
            header, box = await person.page.locator("header").bounding_box(), await person.page.locator("#text").bounding_box()
            assert header is not None
            assert box is not None
            assert header["height"] < 90, language  # one row
            assert box["width"] > 130, language


@pytest.mark.parametrize("locale", ["en", "ar"])
async def test_sign_in_and_not_found(home: Home, locale: str) -> None:
    async with home.visitor(locale=locale) as visitor:
        visitor.expected = ("403", "404", "410", "422", "429")
        page, name = visitor.page, f"lea-{locale}"
        await page.goto("/staff/sign-in")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl" if locale == "ar" else "ltr")
        await is_good(visitor, "sign-in")
        for number in range(6):  # wrong, until the door is closed
            await page.goto("/staff/sign-in")
            await page.locator("#email").fill(f"{name}@example.org")
            await page.locator("#password").fill("not it")
            await page.keyboard.press("Enter")
            await expect(page.get_by_role("alert")).to_be_visible()
            if number == 0:
                await is_good(visitor, "sign-in, wrong")
        await is_good(visitor, "sign-in, closed")
        await page.goto("/staff/sign-in/used")
        await is_good(visitor, "link, used")
        await page.goto("/staff/nowhere")
        await is_good(visitor, "not found")
        await page.goto(await home.link(Role.LEAD, name))
        await is_good(visitor, "link")
        for password in ("not the same, the other", "a bridge of paper boats"):
            await page.locator("#password").fill(password)
            await page.locator("#again").fill("a bridge of paper boats")
            await page.locator("form button").click()
            if password.startswith("not"):
                await is_good(visitor, "link, with a problem")
        await expect(page.locator("code.secret")).to_be_visible()
        await is_good(visitor, "second factor, set up")
        secret = (await page.locator("code.secret").inner_text()).replace(" ", "")
        await page.locator("#code").fill(pyotp.TOTP(secret).now())
        await page.keyboard.press("Enter")
        await expect(page.locator(".recovery")).to_be_visible()
        await is_good(visitor, "recovery codes")
        await visitor.is_signed_in(await home.cookie(Role.LEAD, name, second_factor=False))
        await page.goto("/staff/second-factor")
        await page.locator("summary").click()
        await is_good(visitor, "second factor")


async def test_refused_elsewhere(home: Home) -> None:
    before = home.house.settings
    home.house.settings = before.model_copy(update={"oidc_issuer": f"http://localhost:{free_port()}", "oidc_client_id": "homeward"})
    try:
        async with home.visitor() as visitor:
            visitor.expected = ("503", "403")
            await visitor.page.goto("/staff/sign-in")
            await is_good(visitor, "sign-in, with a service")
            await visitor.page.get_by_role("link", name="Sign in with localhost").click()
            await is_good(visitor, "sign-in service away")
            await visitor.page.goto("/staff/sign-in/oidc/callback?state=x&code=y")
            await is_good(visitor, "sign-in service, refused")
    finally:
        home.house.settings = before


async def test_account_members_and_audit(home: Home) -> None:
    async with home.member(Role.ADMIN, "axe-admin") as admin:
        page = admin.page
        for role in Role:
            await home.cookie(role, f"axe-a-rather-long-name-of-a-{role}-nobody-can-say")
        await page.goto("/staff/account?problem=common")
        await is_good(admin, "account")
        await page.goto("/staff/members?problem=known")
        await is_good(admin, "members, with a problem")
        await page.locator("#email").fill("axe-invited@example.org")
        await page.get_by_role("button", name="Make the link").click()
        await expect(page.locator("code.once")).to_be_visible()
        await is_good(admin, "members, somebody invited")
        await page.get_by_role("link", name="axe-invited").click()
        await is_good(admin, "member")
        await page.get_by_role("button", name="Make a new link").click()
        await is_good(admin, "member, with a link")
        await page.get_by_role("button", name="Disable").click()
        await is_good(admin, "member, disabled")
        await page.goto("/staff/audit")
        await is_good(admin, "audit")
        await page.goto("/staff/audit?day=2001-01-01")
        await is_good(admin, "audit, nothing found")


@pytest.mark.parametrize("address", ["account", "members", "audit"])
async def test_pages_of_the_console_are_small(home: Home, address: str) -> None:
    async with home.member(Role.ADMIN, "axe-admin") as admin:
        async with home.house.sessions.begin() as session:
            session.add_all(
                [Member(email=f"{uuid.uuid4()}@a-long-domain.example.org", role=Role.COUNSELLOR, languages=list(LANGUAGES)) for _ in range(60)]
            )
        answer = await admin.context.request.get(f"/staff/{address}")
        assert len(await answer.body()) < 50_000
        async with home.house.sessions.begin() as session:
            await session.execute(delete(Member).where(Member.email.endswith("a-long-domain.example.org")))


async def test_queue_and_case(home: Home, person: Visitor) -> None:
    await person.asks("کمک، می‌خواهند مرا بکشند", replies=3)
    case = f"/staff/cases/{(await person.case()).id}"
    async with home.member(name="axe") as member:
        await is_good(member, "queue")
        await member.page.goto(case)
        await is_good(member, "case, waiting")
        await member.page.get_by_role("button", name="Take this case").click()
        await expect(member.page.get_by_label("Your reply")).to_be_focused()
        await is_good(member, "case, mine")
        await member.page.goto(f"{case}?problem=empty")
        await is_good(member, "case, with a problem")
    async with home.member(name="other") as member:
        await member.page.goto(case)
        await is_good(member, "case of a colleague")
    async with home.member(Role.EDITOR, "axe-editor") as member:
        await is_good(member, "queue of an editor")


async def test_teams(home: Home) -> None:
    async with home.house.sessions.begin() as session:
        team = Team(name="Nachtdienst " * 4, time_zone="Europe/Berlin")
        session.add(team)
        await session.flush()
        session.add(TeamHours(team_id=team.id, weekday=0, opens=time(9), closes=time(17)))
        session.add(Holiday(team_id=team.id, day=now().date() + timedelta(9), name="Neujahr"))
    try:
        async with home.member(Role.LEAD, "axe-lead") as lead:
            await lead.page.goto("/staff/teams")
            await is_good(lead, "teams")
            await lead.page.get_by_role("button", name="Add the team").evaluate("(button) => { button.form.noValidate = true; button.click() }")
            await expect(lead.page.get_by_role("alert")).to_be_visible()
            await is_good(lead, "teams, with a problem")
            await lead.page.goto(f"/staff/teams/{team.id}")
            await lead.page.locator("summary").click()
            await is_good(lead, "team")
            await lead.page.get_by_role("group", name="Monday").locator("input").first.fill("18:00")
            await lead.page.get_by_role("button", name="Save the hours").click()
            await expect(lead.page.get_by_role("alert")).to_be_visible()
            await is_good(lead, "team, with a problem")
            await lead.page.goto(f"/staff/teams/{team.id}/delete")
            await is_good(lead, "team, to be deleted")
    finally:
        async with home.house.sessions.begin() as session:
            await session.execute(delete(Team).where(Team.id == team.id))


async def test_figures(home: Home, counted: None) -> None:
    async with home.member(Role.LEAD, "axe-lead") as lead:
        for language in ("en", "ar"):
            await speaks(home, "axe-lead", language)
            await lead.page.goto("/staff/figures?days=90")
            for summary in await lead.page.locator("summary").all():
                await summary.click()
            await is_good(lead, f"figures, {language}")
        await lead.page.goto("/staff/figures?language=tr")
        await is_good(lead, "figures, empty")


async def test_the_floor(home: Home, person: Visitor) -> None:
    await person.asks("کمک، می‌خواهند مرا بکشند", replies=3)
    await home.link(Role.COUNSELLOR, "axe-floor")
    async with home.member(Role.LEAD, "axe-lead") as lead:
        await lead.page.goto("/staff/floor")
        await is_good(lead, "floor, nobody on duty")
        await goes(home, "axe-floor", on=True, languages=("fr", "ckb", "fa"))
        for language in ("en", "ar"):
            await speaks(home, "axe-lead", language)
            await lead.page.goto("/staff/floor")
            await is_good(lead, f"floor, {language}")
    await goes(home, "axe-floor", on=False)


async def test_the_keyboard_is_enough(person: Visitor) -> None:
    """From the top: skip link, language, exit, messages, choices, box; each is seen when it is reached."""
    await person.asks("/menu", replies=2)
    await person.page.reload()
    await person.page.locator("#skip").focus()
    reached = []
    for number in range(16):
        if number:
            await person.page.keyboard.press("Tab")
        reached.append(await person.page.evaluate("document.activeElement.className || document.activeElement.id || document.activeElement.name"))
        assert await person.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", reached
        await expect(person.page.locator(":focus")).to_be_in_viewport()
    assert reached == ["skip", "quiet", "leave", "messages", *["choice"] * 10, "text", "send"]
    await person.page.locator(".choices button").first.focus()
    await person.page.keyboard.press("Enter")
    await person.hears(3)


async def test_the_page_is_small(home: Home) -> None:
    """What a telephone loads before it can ask: page, sheet and script, without compression."""
    async with home.visitor(locale="en") as person:
        answers: list[Response] = []

        def note(answer: Response) -> None:
            answers.append(answer)

        person.page.on("response", note)
        await person.opens_chat()
        assert len(answers) >= 3
        assert sum([len(await answer.body()) for answer in answers]) < 30_000


async def test_the_policy_is_strict(person: Visitor) -> None:
    """The browser itself refuses what a slip in a template could let in."""
    person.expected = ("Content Security Policy",)
    await person.page.evaluate("""() => { const script = document.createElement("script"); script.textContent = "window.slipped = true";
        document.body.append(script); const image = document.createElement("img"); image.src = "https://elsewhere.example/x.png"; document.body.append(image); }""")
    await person.page.wait_for_timeout(200)
    assert await person.page.evaluate("window.slipped") is None
    person.elsewhere.clear()
