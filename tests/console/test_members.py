"""A member's own account, and the admin's pages: members and audit. In a real browser."""

import csv
import io

import pyotp
import pytest
from playwright.async_api import expect
from sqlalchemy import update

from bot.cases.models import CaseState
from bot.conversation.models import State
from bot.db import now
from bot.staff.models import Member, Role
from tests.console.entrance import BETTER, GOOD, acts_of, chooses, member_named, press, sets_up, signs_in, somebody, with_password
from tests.console.home import Home, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_ones_own_account(home: Home) -> None:
    name = somebody()
    await with_password(home, Role.COUNSELLOR, name)
    async with home.member(name=name) as member, home.member(name=name) as other:
        page = member.page
        await page.goto("/staff/account")
        await page.get_by_label("Name, as colleagues see it").fill("Sara  of the sea")
        await page.get_by_label("Russian").check()
        await page.get_by_label("Problems at work").check()
        await page.get_by_label("Open cases at most").fill("3")
        await page.get_by_label("Language of these pages").select_option("ar")
        await press(page, "Save")
        await expect(page.locator("html")).to_have_attribute("dir", "rtl")
        await page.locator("#console_language").select_option("en")
        await page.locator("main form button").first.click()
        await expect(page.get_by_role("status")).to_have_text("Saved.")
        found = await member_named(home, name)
        assert (found.name, found.languages, found.topics, found.most_cases) == ("Sara of the sea", ["ru"], ["work"], 3)
        await page.get_by_label("Present password").first.fill("not it")
        await page.get_by_label("New password", exact=True).fill(BETTER)
        await page.get_by_label("New password, again").fill(BETTER)
        await press(page, "Change the password")
        await expect(page.get_by_role("alert")).to_contain_text("The password is wrong. Nothing was changed.")
        await page.get_by_label("Present password").first.fill(GOOD)
        await page.get_by_label("New password", exact=True).fill(BETTER)
        await page.get_by_label("New password, again").fill(BETTER)
        await press(page, "Change the password")
        await expect(page.get_by_role("status")).to_contain_text("The password is changed.")
        await other.page.goto("/staff")
        await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_ending_the_other_sessions(home: Home) -> None:
    name = somebody()
    async with home.member(name=name) as member, home.member(name=name) as other:
        await member.page.goto("/staff/account")
        await expect(member.page.get_by_text("this browser")).to_be_visible()
        await press(member.page, "End the others")
        await expect(member.page.get_by_role("status")).to_have_text("You are signed in only here now.")
        await expect(member.page.get_by_role("button", name="End the others")).to_have_count(0)
        await other.page.goto("/staff")
        await expect(other.page.get_by_role("heading", name="Sign in")).to_be_visible()


async def test_a_second_step_of_ones_own_choice(home: Home) -> None:
    """An editor needs none, sets it up, makes new recovery codes, and gives it up again; each asks for the password."""
    name = somebody()
    await with_password(home, Role.EDITOR, name)
    async with home.visitor() as visitor:
        page = visitor.page
        await signs_in(page, name)
        await page.goto("/staff/account")
        await page.get_by_role("link", name="Set up the second step").click()
        visitor.expected = ("422",)
        await page.get_by_label("Password").fill("not it")
        key = (await page.locator("code.secret").inner_text()).replace(" ", "")
        await page.get_by_label("Code from your app").fill(pyotp.TOTP(key).now())
        await press(page, "Continue")
        await expect(page.get_by_role("alert")).to_have_text("The password is wrong.")
        await page.get_by_label("Password").fill(GOOD)
        _, codes = await sets_up(page)
        await page.goto("/staff/account")
        await expect(page.get_by_text("10 recovery codes are left")).to_be_visible()
        await page.locator("#codes-password").fill(GOOD)
        await press(page, "New recovery codes")
        fresh = await page.locator(".recovery code").all_inner_texts()
        assert not set(fresh) & set(codes)
        await signs_in(page, name)
        await expect(page.get_by_role("heading", name="Second step")).to_be_visible()
        await page.get_by_text("I do not have my telephone").click()
        await page.get_by_label("One of your recovery codes").fill(fresh[0])
        await press(page, "Use the recovery code")
        await page.goto("/staff/account")
        await page.locator("#codes-password").fill(GOOD)
        await press(page, "No second step any more")
        await expect(page.get_by_role("status")).to_have_text("The second step is no longer asked.")
    assert (await member_named(home, name)).totp_secret is None


async def test_an_admin_invites_changes_and_lets_go(home: Home, person: Visitor) -> None:
    name = somebody()
    async with home.member(Role.ADMIN, "inviter") as admin, home.visitor() as invited:
        page = admin.page
        await page.goto("/staff/members")
        await page.get_by_text("Invite somebody").click()
        await page.get_by_label("E-mail address").fill(f"{name}@example.org")
        await page.get_by_label("Role", exact=True).select_option("counsellor")
        await page.get_by_label("Arabic").check()
        await press(page, "Make the link")
        link = await page.locator("code.once").inner_text()
        await chooses(invited.page, link)
        await sets_up(invited.page)
        await person.asks("/person", replies=2)
        case = await person.case()
        await invited.page.goto(f"/staff/cases/{case.id}")
        await press(invited.page, "Take this case")
        await expect(invited.page.get_by_label("Your reply")).to_be_visible()
        member = await member_named(home, name)
        assert member.languages == ["ar"]
        await page.goto(f"/staff/members/{member.id}")
        await page.get_by_label("Open cases at most").fill("2")
        await page.get_by_label("Role", exact=True).select_option("lead")
        await press(page, "Save")
        changed = await member_named(home, name)
        assert (changed.role, changed.most_cases, changed.languages) == (Role.LEAD, 2, ["ar"])
        invited.expected = ("404",)
        await press(page, "Disable")
        await expect(page.get_by_role("status")).to_contain_text("Their cases wait for somebody else.")
        await invited.page.goto("/staff")
        await expect(invited.page.get_by_role("heading", name="Sign in")).to_be_visible()
        case = await person.case()
        assert (case.state, case.taken_by) == (CaseState.WAITING, None)
        assert (await person.conversation()).state is State.WAITING
        await press(page, "Let them in again")
        await press(page, "Take the second step away")
        await press(page, "Make a new link")
        await chooses(invited.page, await page.locator("code.once").inner_text(), BETTER)
        await expect(invited.page.get_by_role("heading", name="Set up the second step")).to_be_visible()
    done = [act for act, _ in await acts_of(home, "inviter")]
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
            here = f"/staff/members/{(await member_named(home, 'alone')).id}"
            await admin.page.goto(here)
            await press(admin.page, "Disable")
            await expect(admin.page.get_by_role("alert")).to_contain_text("there must always be an admin")
            await admin.page.get_by_label("Role", exact=True).select_option("editor")
            await press(admin.page, "Save")
            await expect(admin.page.get_by_role("alert")).to_contain_text("there must always be an admin")
            await home.cookie(Role.ADMIN, "another")
            await admin.page.get_by_label("Role", exact=True).select_option("editor")
            admin.expected = ("404",)
            await press(admin.page, "Save")
            await expect(admin.page.get_by_role("heading", name="Not found")).to_be_visible()  # no longer an admin
    finally:
        async with home.house.sessions.begin() as session:
            await session.execute(update(Member).where(Member.id.in_(away)).values(disabled_at=None))


async def test_the_audit_is_paged_filtered_and_exported_and_says_so(home: Home) -> None:
    name = somebody()
    async with home.client(**{"x-forwarded-for": "192.0.2.40"}) as client:
        await with_password(home, Role.EDITOR, name)
        await client.post("/staff/sign-in", data={"email": f"{name}@example.org", "password": "wrong"})
        for _ in range(51):
            await client.post("/staff/sign-in", data={"email": f"{name}@example.org", "password": GOOD})
    async with home.member(Role.ADMIN, "auditor") as admin:
        page = admin.page
        await page.goto("/staff/audit")
        await page.get_by_label("Member (e-mail)").fill(f"{name}@example.org")
        await page.get_by_label("Act", exact=True).fill("signin.")
        await press(page, "Show")
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
        await page.goto(f"/staff/audit?subject={(await member_named(home, name)).id}")
        await expect(page.locator("tbody tr").first).to_be_visible()
    acts = await acts_of(home, "auditor")
    assert ("audit.read", "action, member") in acts
    assert ("audit.exported", "action, member") in acts
