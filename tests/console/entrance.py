"""How members come in, for the tests of that and of what they do then."""

import uuid

import pyotp
from playwright.async_api import Page, expect
from sqlalchemy import select, update

from bot.staff.audit import Audit
from bot.staff.models import Member, Role
from tests.console.home import Home

GOOD = "a bridge of paper boats"
BETTER = "seven lamps under the fig tree"


def somebody() -> str:
    return f"m{uuid.uuid4().hex[:12]}"


async def press(page: Page, name: str) -> None:
    await page.get_by_role("button", name=name, exact=True).click()


async def chooses(page: Page, link: str, password: str = GOOD, name: str = "") -> None:
    await page.goto(link)
    if name:
        await page.get_by_label("Name, as colleagues see it").fill(name)
    await page.get_by_label("New password", exact=True).fill(password)
    await page.get_by_label("New password, again").fill(password)
    await press(page, "Set the password and sign in")


async def signs_in(page: Page, name: str, password: str = GOOD) -> None:
    await page.goto("/staff/sign-in")
    await page.get_by_label("E-mail address").fill(f"{name}@example.org")
    await page.get_by_label("Password").fill(password)
    await press(page, "Sign in")


async def sets_up(page: Page) -> tuple[pyotp.TOTP, list[str]]:
    """The app of a member, set up by the key on the page, and the recovery codes."""
    app = pyotp.TOTP((await page.locator("code.secret").inner_text()).replace(" ", ""))
    await page.get_by_label("Code from your app").fill(app.now())
    await press(page, "Continue")
    await expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    return app, await page.locator(".recovery code").all_inner_texts()


async def member_named(home: Home, name: str) -> Member:
    async with home.house.sessions() as session:
        return (await session.scalars(select(Member).where(Member.email == f"{name}@example.org"))).one()


async def code_is_new_again(home: Home, name: str) -> None:
    """As if half a minute had passed since the last code."""
    async with home.house.sessions.begin() as session:
        await session.execute(update(Member).where(Member.email == f"{name}@example.org").values(totp_last_step=Member.totp_last_step - 3))


async def acts_of(home: Home, name: str) -> list[tuple[str, str]]:
    """What the audit says of a member, in order."""
    member = await member_named(home, name)
    async with home.house.sessions() as session:
        rows = await session.scalars(select(Audit).where(Audit.member_id == member.id).order_by(Audit.id))
        return [(row.action, row.detail) for row in rows]


async def with_password(home: Home, role: Role, name: str) -> None:
    """A member who has set a password by their link, and is signed in nowhere."""
    async with home.client() as client:
        answer = await client.post(await home.link(role, name), data={"password": GOOD, "again": GOOD})
        assert answer.status_code == 303
