"""Coming in: links, passwords, the second step, lock-outs, sessions; the account, the members, the audit. In a real browser."""

import re
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.async_api import expect
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.db import now
from bot.staff.audit import Audit
from bot.staff.models import Member, Role, SignInFailure, StaffSession
from bot.staff.passwords import problem
from bot.staff.signin import IDLE
from tests.console.entrance import BETTER, GOOD, acts_of, chooses, code_is_new_again, member_named, press, sets_up, signs_in, somebody, with_password
from tests.console.home import Home, Visitor
from tests.messengers import free_port, served
from tests.oidc_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_from_the_invitation_to_the_desk_and_back_another_day(home: Home) -> None:
    name = somebody()
    async with home.visitor() as visitor:
        page = visitor.page
        await chooses(page, await home.link(Role.COUNSELLOR, name), name="Sara")
        await expect(page.get_by_role("heading", name="Set up the second step")).to_be_visible()
        await page.goto("/staff")
        await expect(page).to_have_url(re.compile("/staff/second-factor/new$"))  # nothing else is reached before
        app, codes = await sets_up(page)
        assert len(codes) == 10
        await page.get_by_role("link", name="I have kept them").click()
        await expect(page.get_by_role("heading", name="Cases")).to_be_visible()
        await expect(page.locator(".who")).to_contain_text("Sara")
        await press(page, "Sign out")
        await page.goto("/staff")
        await expect(page).to_have_url(re.compile("/staff/sign-in$"))
        await code_is_new_again(home, name)
        await signs_in(page, name)
        await page.get_by_label("Code from your app").fill(app.now())
        await press(page, "Continue")
        await expect(page.get_by_role("heading", name="Cases")).to_be_visible()
    acts = [("account.password", "link"), ("signin.done", "link"), ("account.factor", ""), ("signin.ended", "")]
    assert await acts_of(home, name) == [*acts, ("signin.done", "password"), ("signin.done", "code")]


async def test_the_picture_says_what_the_key_says(home: Home) -> None:
    async with home.visitor() as visitor:
        await chooses(visitor.page, await home.link(Role.LEAD, somebody()))
        key = (await visitor.page.locator("code.secret").inner_text()).replace(" ", "")
        address = await visitor.page.get_by_role("link", name="Open in an app").get_attribute("href")
        assert pyotp.parse_uri(address or "").secret == key
        assert await visitor.page.locator("img.qr").evaluate("(image) => image.complete && image.naturalWidth > 100")  # the policy lets it through
        await visitor.page.reload()
        assert (await visitor.page.locator("code.secret").inner_text()).replace(" ", "") == key


async def test_a_link_works_once_and_only_a_good_password_uses_it_up(home: Home) -> None:
    link = await home.link(Role.EDITOR, somebody())
    async with home.visitor() as first, home.visitor() as second:
        first.expected = second.expected = ("410", "422")
        await first.page.goto(link)
        await second.page.goto(link)  # programs that look at links before people do use nothing up
        await chooses(first.page, link, "passwordpassword", name="Ed")
        await expect(first.page.get_by_role("alert")).to_contain_text("among the first that are tried")
        await expect(first.page.get_by_label("Name, as colleagues see it")).to_have_value("Ed")
        await chooses(first.page, link)
        await expect(first.page.get_by_role("heading", name="To do")).to_be_visible()  # an editor needs no second step
        await second.page.get_by_label("New password", exact=True).fill(BETTER)
        await second.page.get_by_label("New password, again").fill(BETTER)
        await press(second.page, "Set the password and sign in")
        await expect(second.page.get_by_role("heading", name="This link no longer works")).to_be_visible()
        await second.page.goto("/staff")
        await expect(second.page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "short"),
        ("sara.miller and more", "email"),
        ("Passw0rd2026!", "common"),
        ("aaaaaaaabbbbbbb", "common"),
        ("123456789012", "common"),
        ("qwertyuiopasdfghjkl", "common"),
        ("x" * 300, "long"),
        (GOOD, ""),
        ("четыре слова без связи", ""),
    ],
)
async def test_what_a_password_must_be(password: str, why: str) -> None:
    assert problem(password, password, "sara.miller@example.org") == why
    assert problem(password, f"{password}.", "sara.miller@example.org") == "differ"


async def test_a_second_link_sets_a_new_password_and_ends_what_was(home: Home) -> None:
    name = somebody()
    await with_password(home, Role.COUNSELLOR, name)
    async with home.member(name=name) as before, home.visitor() as visitor:
        before.expected = ("404",)  # what the open page asks for is not there for somebody who is signed out
        await chooses(visitor.page, await home.link(Role.COUNSELLOR, name), BETTER)
        await expect(before.page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=30_000)  # the open page finds it out by itself
        visitor.expected = ("403",)
        await signs_in(visitor.page, name)
        await expect(visitor.page.get_by_role("alert")).to_be_visible()
        await signs_in(visitor.page, name, BETTER)
        await expect(visitor.page.get_by_role("heading", name="Set up the second step")).to_be_visible()


async def test_one_answer_for_every_way_to_be_wrong(home: Home) -> None:
    """A wrong password, nobody, somebody without a password, somebody disabled: the same words, and the same when the door is closed."""
    known, invited, gone = somebody(), somebody(), somebody()
    for name in (known, gone):
        await with_password(home, Role.EDITOR, name)
    await home.link(Role.EDITOR, invited)
    async with home.house.sessions.begin() as session:
        await session.execute(update(Member).where(Member.email == f"{gone}@example.org").values(disabled_at=now()))
    told: dict[str, list[tuple[int, str]]] = {}
    for number, name in enumerate((known, invited, gone, somebody())):
        async with home.client(**{"x-forwarded-for": f"192.0.2.{number + 1}"}) as client:
            password = GOOD if name == gone else "not the password"
            answers = [await client.post("/staff/sign-in", data={"email": f"{name}@example.org", "password": password}) for _ in range(6)]
        told[name] = [(answer.status_code, answer.text.replace(name, "…")) for answer in answers]
        assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert len({tuple(answers) for answers in told.values()}) == 1


async def test_five_wrong_passwords_close_the_door_even_for_the_right_one(home: Home) -> None:
    name = somebody()
    await with_password(home, Role.EDITOR, name)
    async with home.visitor() as visitor, home.client(**{"x-forwarded-for": "192.0.2.20"}) as client:
        for _ in range(5):
            await client.post("/staff/sign-in", data={"email": f" {name.upper()}@Example.org", "password": "wrong"})
        visitor.expected = ("429",)
        await signs_in(visitor.page, name)
        await expect(visitor.page.get_by_role("alert")).to_contain_text("Try again in 15 minutes")
        async with home.member(Role.ADMIN, "keyholder") as admin:
            await admin.page.goto(f"/staff/members/{(await member_named(home, name)).id}")
            await press(admin.page, "End a lock-out")
        await signs_in(visitor.page, name)
        await expect(visitor.page.get_by_role("heading", name="To do")).to_be_visible()
    assert [act for act, _ in await acts_of(home, name)].count("signin.failed") == 5


async def test_who_tries_many_addresses_from_one_place_is_stopped(home: Home) -> None:
    async with home.client(**{"x-forwarded-for": "192.0.2.30"}) as client:
        answers = [await client.post("/staff/sign-in", data={"email": f"{somebody()}@example.org", "password": "x"}) for _ in range(31)]
        assert [answer.status_code for answer in answers] == [403] * 30 + [429]
        assert 0 < int(answers[-1].headers["retry-after"]) <= 15 * 60
    async with home.client(**{"x-forwarded-for": "192.0.2.31"}) as another:
        assert (await another.post("/staff/sign-in", data={"email": f"{somebody()}@example.org", "password": "x"})).status_code == 403


async def test_codes_are_counted_too_and_are_good_once(home: Home) -> None:
    name = somebody()
    async with home.visitor() as visitor:
        page = visitor.page
        visitor.expected = ("403", "429")
        await chooses(page, await home.link(Role.COUNSELLOR, name))
        app, codes = await sets_up(page)
        await signs_in(page, name)
        await page.get_by_label("Code from your app").fill(app.now())  # the one it was set up with, seen over a shoulder
        await press(page, "Continue")
        await expect(page.get_by_role("alert")).to_contain_text("was used already")
        await page.goto("/staff/second-factor/new")  # the password alone replaces no second factor
        await expect(page).to_have_url(re.compile("/staff/second-factor$"))
        await page.get_by_text("I do not have my telephone").click()
        await page.get_by_label("One of your recovery codes").fill(codes[3])
        await press(page, "Use the recovery code")
        await expect(page.get_by_role("heading", name="Cases")).to_be_visible()
        await signs_in(page, name)
        await page.get_by_text("I do not have my telephone").click()
        await page.get_by_label("One of your recovery codes").fill(codes[3])
        await press(page, "Use the recovery code")
        await expect(page.get_by_role("alert")).to_be_visible()
        await code_is_new_again(home, name)
        for _ in range(4):
            await page.get_by_label("Code from your app").fill("000000")
            await press(page, "Continue")
        await page.get_by_label("Code from your app").fill(app.now())
        await press(page, "Continue")
        await expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()
        await page.goto("/staff")
        await expect(page).to_have_url(re.compile("/staff/second-factor$"))


async def test_each_step_has_a_cookie_of_its_own(home: Home) -> None:
    """A cookie planted before signing in is worth nothing after."""
    name = somebody()
    async with home.visitor() as visitor:
        seen = []
        await visitor.is_signed_in("planted")
        await chooses(visitor.page, await home.link(Role.COUNSELLOR, name))
        seen.append(await _cookie(visitor))
        await sets_up(visitor.page)
        seen.append(await _cookie(visitor))
        assert len({"planted", *seen}) == 3
        for old in ("planted", seen[0]):
            async with home.client(old) as client:
                assert (await client.get("/staff/second-factor")).headers["location"] == "/staff/sign-in"


async def _cookie(visitor: Visitor) -> str:
    return next(str(cookie["value"]) for cookie in await visitor.context.cookies(f"{visitor.home.base}/staff") if cookie["name"] == "homeward_staff")


async def test_a_page_left_alone_signs_itself_out_and_one_in_use_does_not(home: Home) -> None:
    name = somebody()
    async with home.member(name=name) as member:
        await _left_alone(home, name, IDLE - timedelta(minutes=5))
        await member.page.goto("/staff")
        assert await _last_act(home, name) < timedelta(minutes=1)
        await _left_alone(home, name, IDLE - timedelta(minutes=5))
        await member.page.evaluate("fetch('/staff').then((answer) => answer.text())")  # as its script does by itself
        assert await _last_act(home, name) > IDLE - timedelta(minutes=6)
        await _left_alone(home, name, timedelta(minutes=6))
        member.expected = ("404",)
        assert await member.page.evaluate("fetch('/staff').then((answer) => answer.status)") == 404  # then the script loads the page anew
        await member.page.goto("/staff")
        await expect(member.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def _left_alone(home: Home, name: str, by: timedelta) -> None:
    member = await member_named(home, name)
    async with home.house.sessions.begin() as session:
        mine = update(StaffSession).where(StaffSession.member_id == member.id)
        await session.execute(mine.values(seen_at=StaffSession.seen_at - by).execution_options(synchronize_session=False))


async def _last_act(home: Home, name: str) -> timedelta:
    member = await member_named(home, name)
    async with home.house.sessions() as session:
        return now() - (await session.scalars(select(StaffSession.seen_at).where(StaffSession.member_id == member.id))).one()


async def test_signing_in_elsewhere_in_a_real_browser(home: Home) -> None:
    """Two sites, as the browser sees it: the visit comes back, and the strict cookie is there after."""
    name, port = somebody(), free_port()
    await home.link(Role.LEAD, name)
    provider = Provider(f"http://localhost:{port}", {"sub": name, "email": f"{name}@example.org", "email_verified": True, "amr": ["mfa"]})
    before = home.house.settings
    changed: dict[str, Any] = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_client_secret": SecretStr(SECRET)}
    async with AsyncExitStack() as stack:
        await served(stack, provider.application(), port)
        home.house.settings = before.model_copy(update=changed)
        stack.callback(setattr, home.house, "settings", before)
        visitor = await stack.enter_async_context(home.visitor())
        await visitor.page.goto("/staff/sign-in")
        await visitor.page.get_by_role("link", name="Sign in with localhost").click()
        await expect(visitor.page.get_by_role("heading", name="Cases")).to_be_visible()
        assert {urlsplit(url).hostname for url in visitor.elsewhere} == {"localhost"}
        visitor.elsewhere.clear()


async def test_all_of_it_works_without_javascript(home: Home) -> None:
    name = somebody()
    async with home.visitor(java_script_enabled=False) as visitor:
        await chooses(visitor.page, await home.link(Role.COUNSELLOR, name))
        await sets_up(visitor.page)
        await visitor.page.get_by_role("link", name="I have kept them").click()
        await visitor.page.get_by_role("link", name="My account").click()
        await visitor.page.get_by_label("Name, as colleagues see it").fill("Plain")
        await press(visitor.page, "Save")
        await expect(visitor.page.get_by_role("status")).to_have_text("Saved.")


async def test_a_failure_keeps_no_words(home: Home) -> None:
    """Somebody types a password into the field for the e-mail: it is kept nowhere."""
    async with home.client(**{"x-forwarded-for": "192.0.2.50"}) as client:
        await client.post("/staff/sign-in", data={"email": "my secret words", "password": ""})
    async with home.house.sessions() as session:
        last = (await session.scalars(select(Audit).where(Audit.action == "signin.failed").order_by(Audit.id.desc()).limit(1))).one()
        assert (last.member_id, last.subject_id, last.detail) == (None, None, "password")
        assert all(b"secret" not in key for key in await session.scalars(select(SignInFailure.key)))
