"""Coming in: links, passwords, the second step, lock-outs, sessions; the account, the members, the audit. In a real browser."""

import csv
import io
import re
import uuid
from contextlib import AsyncExitStack
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.async_api import Page, expect
from pydantic import SecretStr
from sqlalchemy import select, update

from bot.cases.models import CaseState
from bot.conversation.models import State
from bot.db import now
from bot.staff.audit import Audit
from bot.staff.models import Member, Role, SignInFailure, StaffSession
from bot.staff.passwords import problem
from bot.staff.second_factor import STEP
from bot.staff.signin import IDLE
from tests.console.home import Home, Visitor
from tests.messengers import free_port, served
from tests.oidc_provider import CLIENT, SECRET, Provider

pytestmark = pytest.mark.asyncio(loop_scope="package")

GOOD = "a bridge of paper boats"
BETTER = "seven lamps under the fig tree"


def somebody() -> str:
    return f"m{uuid.uuid4().hex[:12]}"


async def _press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def _chooses(page: Page, link: str, password: str = GOOD, name: str = "") -> None:
    await page.goto(link)
    if name:
        await page.get_by_label("Name, as colleagues see it").fill(name)
    await page.get_by_label("New password", exact=True).fill(password)
    await page.get_by_label("New password, again").fill(password)
    await _press(page, "Set the password and sign in")


async def _signs_in(page: Page, name: str, password: str = GOOD) -> None:
    await page.goto("/staff/sign-in")
    await page.get_by_label("E-mail address").fill(f"{name}@example.org")
    await page.get_by_label("Password").fill(password)
    await _press(page, "Sign in")


async def _sets_up(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    """The app of a member, set up by the key on the page, and the recovery codes."""
    app = pyotp.TOTP((await page.locator("code.secret").inner_text()).replace(" ", ""))
    await page.get_by_label("Code from your app").fill(app.now())
    await _press(page, "Continue")
    await expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return app, await page.locator(".recovery code").all_inner_texts()


async def _member(home: Home, name: str) -> Member:
    async with home.house.sessions() as session:
        return (await session.scalars(select(Member).where(Member.email == f"{name}@example.org"))).one()


async def _code_is_new_again(home: Home, name: str) -> None:
    """As if half a minute had passed since the last code."""
    async with home.house.sessions.begin() as session:
        await session.execute(update(Member).where(Member.email == f"{name}@example.org").values(totp_last_step=Member.totp_last_step - 3))


async def _acts(home: Home, name: str) -> list[tuple[str, str]]:
    """What the audit says of a member, in order."""
    member = await _member(home, name)
    async with home.house.sessions() as session:
        rows = await session.scalars(select(Audit).where(Audit.member_id == member.id).order_by(Audit.id))
        return [(row.action, row.detail) for row in rows]


async def _with_password(home: Home, role: Role, name: str) -> None:
    """A member who has set a password by their link, and is signed in nowhere."""
    async with home.client() as client:
        answer = await client.post(await home.link(role, name), data={"password": GOOD, "again": GOOD})
        assert answer.status_code == 303


async def test_from_the_invitation_to_the_desk_and_back_another_day(home: Home) -> None:
    name = somebody()
    async with home.visitor() as visitor:
        page = visitor.page
        await _chooses(page, await home.link(Role.COUNSELLOR, name), name="Sara")
        await expect(page.get_by_role("heading", name="Set up the second step")).to_be_visible()
        await page.goto("/staff")
        await expect(page).to_have_url(re.compile("/staff/second-factor/new$"))  # nothing else is reached before
        app, codes = await _sets_up(page)
        assert len(codes) == 10
        await page.get_by_role("link", name="I have kept them").click()
        await expect(page.get_by_role("heading", name="Cases")).to_be_visible()
        await expect(page.locator(".who")).to_contain_text("Sara")
        await _press(page, "Sign out")
        await page.goto("/staff")
        await expect(page).to_have_url(re.compile("/staff/sign-in$"))
        await _code_is_new_again(home, name)
        await _signs_in(page, name)
        await page.get_by_label("Code from your app").fill(app.now())
        await _press(page, "Continue")
        await expect(page.get_by_role("heading", name="Cases")).to_be_visible()
    acts = [("account.password", "link"), ("signin.done", "link"), ("account.factor", ""), ("signin.ended", "")]
    assert await _acts(home, name) == [*acts, ("signin.done", "password"), ("signin.done", "code")]


async def test_the_picture_says_what_the_key_says(home: Home) -> None:
    async with home.visitor() as visitor:
        await _chooses(visitor.page, await home.link(Role.LEAD, somebody()))
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
        await _chooses(first.page, link, "passwordpassword", name="Ed")
        await expect(first.page.get_by_role("alert")).to_contain_text("among the first that are tried")
        await expect(first.page.get_by_label("Name, as colleagues see it")).to_have_value("Ed")
        await _chooses(first.page, link)
        await expect(first.page.get_by_role("heading", name="Cases")).to_be_visible()  # an editor needs no second step
        await second.page.get_by_label("New password", exact=True).fill(BETTER)
        await second.page.get_by_label("New password, again").fill(BETTER)
        await _press(second.page, "Set the password and sign in")
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
    await _with_password(home, Role.COUNSELLOR, name)
    async with home.member(name=name) as before, home.visitor() as visitor:
        await _chooses(visitor.page, await home.link(Role.COUNSELLOR, name), BETTER)
        await before.page.goto("/staff")
        await expect(before.page.get_by_role("heading", name="Sign in")).to_be_visible()
        visitor.expected = ("403",)
        await _signs_in(visitor.page, name)
        await expect(visitor.page.get_by_role("alert")).to_be_visible()
        await _signs_in(visitor.page, name, BETTER)
        await expect(visitor.page.get_by_role("heading", name="Set up the second step")).to_be_visible()


async def test_one_answer_for_every_way_to_be_wrong(home: Home) -> None:
    """A wrong password, nobody, somebody without a password, somebody disabled: the same words, and the same when the door is closed."""
    known, invited, gone = somebody(), somebody(), somebody()
    for name in (known, gone):
        await _with_password(home, Role.EDITOR, name)
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
    await _with_password(home, Role.EDITOR, name)
    async with home.visitor() as visitor, home.client(**{"x-forwarded-for": "192.0.2.20"}) as client:
        for _ in range(5):
            await client.post("/staff/sign-in", data={"email": f" {name.upper()}@Example.org", "password": "wrong"})
        visitor.expected = ("429",)
        await _signs_in(visitor.page, name)
        await expect(visitor.page.get_by_role("alert")).to_contain_text("Try again in 15 minutes")
        async with home.member(Role.ADMIN, "keyholder") as admin:
            await admin.page.goto(f"/staff/members/{(await _member(home, name)).id}")
            await _press(admin.page, "End a lock-out")
        await _signs_in(visitor.page, name)
        await expect(visitor.page.get_by_role("heading", name="Cases")).to_be_visible()
    assert [act for act, _ in await _acts(home, name)].count("signin.failed") == 5


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
        await _chooses(page, await home.link(Role.COUNSELLOR, name))
        app, codes = await _sets_up(page)
        await _signs_in(page, name)
        await page.get_by_label("Code from your app").fill(app.now())  # the one it was set up with, seen over a shoulder
        await _press(page, "Continue")
        await expect(page.get_by_role("alert")).to_contain_text("was used already")
        await page.goto("/staff/second-factor/new")  # the password alone replaces no second factor
        await expect(page).to_have_url(re.compile("/staff/second-factor$"))
        await page.get_by_text("I do not have my telephone").click()
        await page.get_by_label("One of your recovery codes").fill(codes[3])
        await _press(page, "Use the recovery code")
        await expect(page.get_by_role("heading", name="Cases")).to_be_visible()
        await _signs_in(page, name)
        await page.get_by_text("I do not have my telephone").click()
        await page.get_by_label("One of your recovery codes").fill(codes[3])
        await _press(page, "Use the recovery code")
        await expect(page.get_by_role("alert")).to_be_visible()
        await _code_is_new_again(home, name)
        for _ in range(4):
            await page.get_by_label("Code from your app").fill("000000")
            await _press(page, "Continue")
        await page.get_by_label("Code from your app").fill(app.now())
        await _press(page, "Continue")
        await expect(page.get_by_role("heading", name="Too many tries")).to_be_visible()
        await page.goto("/staff")
        await expect(page).to_have_url(re.compile("/staff/second-factor$"))


async def test_each_step_has_a_cookie_of_its_own(home: Home) -> None:
    """A cookie planted before signing in is worth nothing after."""
    name = somebody()
    async with home.visitor() as visitor:
        seen = []
        await visitor.is_signed_in("planted")
        await _chooses(visitor.page, await home.link(Role.COUNSELLOR, name))
        seen.append(await _cookie(visitor))
        await _sets_up(visitor.page)
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
    member = await _member(home, name)
    async with home.house.sessions.begin() as session:
        mine = update(StaffSession).where(StaffSession.member_id == member.id)
        await session.execute(mine.values(seen_at=StaffSession.seen_at - by).execution_options(synchronize_session=False))


async def _last_act(home: Home, name: str) -> timedelta:
    member = await _member(home, name)
    async with home.house.sessions() as session:
        return now() - (await session.scalars(select(StaffSession.seen_at).where(StaffSession.member_id == member.id))).one()


async def test_ones_own_account(home: Home) -> None:
    name = somebody()
    await _with_password(home, Role.COUNSELLOR, name)
    async with home.member(name=name) as member, home.member(name=name) as other:
        page = member.page
        await page.goto("/staff/account")
        await page.get_by_label("Name, as colleagues see it").fill("Sara  of the sea")
        await page.get_by_label("Russian").check()
        await page.get_by_label("Problems at work").check()
        await page.get_by_label("Open cases at most").fill("3")
        await page.get_by_label("Language of these pages").select_option("ar")
        await _press(page, "Save")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await page.locator("#console_language").select_option("en")
        await page.locator("main form button").first.click()
        await expect(page.get_by_role("status")).to_have_text("Saved.")
        found = await _member(home, name)
        assert (found.name, found.languages, found.topics, found.most_cases) == ("Sara of the sea", ["ru"], ["work"], 3)
        await page.get_by_label("Present password").first.fill("not it")
        await page.get_by_label("New password", exact=True).fill(BETTER)
        await page.get_by_label("New password, again").fill(BETTER)
        await _press(page, "Change the password")
        await expect(page.get_by_role("alert")).to_contain_text("The password is wrong. Nothing was changed.")
        await page.get_by_label("Present password").first.fill(GOOD)
        await page.get_by_label("New password", exact=True).fill(BETTER)
        await page.get_by_label("New password, again").fill(BETTER)
        await _press(page, "Change the password")
        await expect(page.get_by_role("status")).to_contain_text("The password is changed.")
        await other.page.goto("/staff")
        await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_ending_the_other_sessions(home: Home) -> None:
    name = somebody()
    async with home.member(name=name) as member, home.member(name=name) as other:
        await member.page.goto("/staff/account")
        await expect(member.page.get_by_text("this browser")).to_be_visible()
        await _press(member.page, "End the others")
        await expect(member.page.get_by_role("status")).to_have_text("You are signed in only here now.")
        await expect(member.page.get_by_role("button", name="End the others")).to_have_count(0)
        await other.page.goto("/staff")
        await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_second_step_of_ones_own_choice(home: Home) -> None:
    """An editor needs none, sets it up, makes new recovery codes, and gives it up again; each asks for the password."""
    name = somebody()
    await _with_password(home, Role.EDITOR, name)
    async with home.visitor() as visitor:
        page = visitor.page
        await _signs_in(page, name)
        await page.goto("/staff/account")
        await page.get_by_role("link", name="Set up the second step").click()
        visitor.expected = ("422",)
        await page.get_by_label("Password").fill("not it")
        key = (await page.locator("code.secret").inner_text()).replace(" ", "")
        await page.get_by_label("Code from your app").fill(pyotp.TOTP(key).now())
        await _press(page, "Continue")
        await expect(page.get_by_role("alert")).to_have_text("The password is wrong.")
        await page.get_by_label("Password").fill(GOOD)
        _, codes = await _sets_up(page)
        await page.goto("/staff/account")
        await expect(page.get_by_text("10 recovery codes are left")).to_be_visible()
        await page.locator("#codes-password").fill(GOOD)
        await _press(page, "New recovery codes")
        fresh = await page.locator(".recovery code").all_inner_texts()
        assert not set(fresh) & set(codes)
        await _signs_in(page, name)
        await expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        await page.get_by_text("I do not have my telephone").click()
        await page.get_by_label("One of your recovery codes").fill(fresh[0])
        await _press(page, "Use the recovery code")
        await page.goto("/staff/account")
        await page.locator("#codes-password").fill(GOOD)
        await _press(page, "No second step any more")
        await expect(page.get_by_role("status")).to_have_text("The second step is no longer asked.")
    assert (await _member(home, name)).totp_secret is None


async def test_an_admin_invites_changes_and_lets_go(home: Home, person: Visitor) -> None:
    name = somebody()
    async with home.member(Role.ADMIN, "inviter") as admin, home.visitor() as invited:
        page = admin.page
        await page.goto("/staff/members")
        await page.get_by_text("Invite somebody").click()
        await page.get_by_label("E-mail address").fill(f"{name}@example.org")
        await page.get_by_label("Role", exact=True).select_option("counsellor")
        await page.get_by_label("Arabic").check()
        await _press(page, "Make the link")
        link = await page.locator("code.once").inner_text()
        await _chooses(invited.page, link)
        await _sets_up(invited.page)
        await person.asks("/person", replies=2)
        case = await person.case()
        await invited.page.goto(f"/staff/cases/{case.id}")
        await _press(invited.page, "Take this case")
        await expect(invited.page.get_by_label("Your reply")).to_be_visible()
        member = await _member(home, name)
        assert member.languages == ["ar"]
        await page.goto(f"/staff/members/{member.id}")
        await page.get_by_label("Open cases at most").fill("2")
        await page.get_by_label("Role", exact=True).select_option("lead")
        await _press(page, "Save")
        changed = await _member(home, name)
        assert (changed.role, changed.most_cases, changed.languages) == (Role.LEAD, 2, ["ar"])
        invited.expected = ("404",)
        await _press(page, "Disable")
        await expect(page.get_by_role("status")).to_contain_text("Their cases wait for somebody else.")
        await invited.page.goto("/staff")
        await expect(invited.page.get_by_role("heading", name="Sign in")).to_be_visible()
        case = await person.case()
        assert (case.state, case.taken_by) == (CaseState.WAITING, None)
        assert (await person.conversation()).state is State.WAITING
        await _press(page, "Let them in again")
        await _press(page, "Take the second step away")
        await _press(page, "Make a new link")
        await _chooses(invited.page, await page.locator("code.once").inner_text(), BETTER)
        await expect(invited.page.get_by_role("heading", name="Set up the second step")).to_be_visible()
    done = [act for act, _ in await _acts(home, "inviter")]
    wanted = ["member.invited", "member.changed", "member.disabled", "member.enabled", "member.factor_reset", "member.link"]
    assert [act for act in done if act in wanted] == wanted


async def test_who_is_known_already_is_not_invited_twice(home: Home) -> None:
    async with home.member(Role.ADMIN, "inviter") as admin:
        for email, words in (("inviter@example.org", "Somebody has this e-mail address already."), ("a@b@c", "That is not an e-mail address.")):
            answer = await admin.context.request.post("/staff/members", form={"email": email, "role": "admin"}, headers={"origin": home.base})
            assert words in await answer.text()


async def test_the_last_admin_stays(home: Home) -> None:
    async with home.house.sessions.begin() as session:
        others = (Member.role == Role.ADMIN, Member.disabled_at.is_(None))
        away = list(await session.scalars(update(Member).where(*others).values(disabled_at=now()).returning(Member.id)))
    try:
        async with home.member(Role.ADMIN, "alone") as admin:
            await home.link(Role.ADMIN, "never-came")  # an admin who never signed in cannot help anybody
            here = f"/staff/members/{(await _member(home, 'alone')).id}"
            await admin.page.goto(here)
            await _press(admin.page, "Disable")
            await expect(admin.page.get_by_role("alert")).to_contain_text("there must always be an admin")
            await admin.page.get_by_label("Role", exact=True).select_option("editor")
            await _press(admin.page, "Save")
            await expect(admin.page.get_by_role("alert")).to_contain_text("there must always be an admin")
            await home.cookie(Role.ADMIN, "another")
            await admin.page.get_by_label("Role", exact=True).select_option("editor")
            admin.expected = ("404",)
            await _press(admin.page, "Save")
            await expect(admin.page.get_by_role("heading", name="Not found")).to_be_visible()  # no longer an admin
    finally:
        async with home.house.sessions.begin() as session:
            await session.execute(update(Member).where(Member.id.in_(away)).values(disabled_at=None))


async def test_the_audit_is_paged_filtered_and_exported_and_says_so(home: Home) -> None:
    name = somebody()
    async with home.client(**{"x-forwarded-for": "192.0.2.40"}) as client:
        await _with_password(home, Role.EDITOR, name)
        await client.post("/staff/sign-in", data={"email": f"{name}@example.org", "password": "wrong"})
        for _ in range(51):
            await client.post("/staff/sign-in", data={"email": f"{name}@example.org", "password": GOOD})
    async with home.member(Role.ADMIN, "auditor") as admin:
        page = admin.page
        await page.goto("/staff/audit")
        await page.get_by_label("Member (e-mail)").fill(f"{name}@example.org")
        await page.get_by_label("Act", exact=True).fill("signin.")
        await _press(page, "Show")
        await expect(page.locator("tbody tr")).to_have_count(50)
        await page.get_by_role("link", name="Older").click()
        await expect(page.locator("tbody tr")).to_have_count(3)
        await expect(page.locator("tbody tr").nth(1)).to_contain_text("failed to sign in")
        assert len(await page.content()) < 50_000
        answer = await admin.context.request.get(f"/staff/audit.csv?member={name}@example.org&action=signin.")
        rows = list(csv.DictReader(io.StringIO(await answer.text())))
        assert len(rows) == 53
        assert {row["member"] for row in rows} == {f"{name}@example.org"}
        assert [int(row["id"]) for row in rows] == sorted((int(row["id"]) for row in rows), reverse=True)
        for day, count in ((f"{now():%Y-%m-%d}", 50), ("2001-01-01", 0), ("never", 50)):
            await page.goto(f"/staff/audit?member={name}@example.org&action=signin.&day={day}")
            await expect(page.locator("tbody tr")).to_have_count(count)
        await page.goto(f"/staff/audit?subject={(await _member(home, name)).id}")
        await expect(page.locator("tbody tr").first).to_be_visible()
    acts = await _acts(home, "auditor")
    assert ("audit.read", "action, member") in acts
    assert ("audit.exported", "action, member") in acts


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
        await _chooses(visitor.page, await home.link(Role.COUNSELLOR, name))
        await _sets_up(visitor.page)
        await visitor.page.get_by_role("link", name="I have kept them").click()
        await visitor.page.get_by_role("link", name="My account").click()
        await visitor.page.get_by_label("Name, as colleagues see it").fill("Plain")
        await _press(visitor.page, "Save")
        await expect(visitor.page.get_by_role("status")).to_have_text("Saved.")


async def test_a_failure_keeps_no_words(home: Home) -> None:
    """Somebody types a password into the field for the e-mail: it is kept nowhere."""
    async with home.client(**{"x-forwarded-for": "192.0.2.50"}) as client:
        await client.post("/staff/sign-in", data={"email": "my secret words", "password": ""})
    async with home.house.sessions() as session:
        last = (await session.scalars(select(Audit).where(Audit.action == "signin.failed").order_by(Audit.id.desc()).limit(1))).one()
        assert (last.member_id, last.subject_id, last.detail) == (None, None, "password")
        assert all(b"secret" not in key for key in await session.scalars(select(SignInFailure.key)))
    assert STEP == 30
