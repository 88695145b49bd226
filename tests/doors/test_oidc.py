"""Signing in at the organisation's own service, against a real one: who is let in, and everything that is refused."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot import run
from bot.db import now
from bot.house import House
from bot.settings import Settings
from bot.staff.audit import Audit
from bot.staff.models import Member, Role
from bot.web.account import COOKIE
from bot.web.signing_in_elsewhere import PATH, VISIT
from tests.messengers import free_port, served
from tests.oidc_provider import CLIENT, SECRET, Provider


@dataclass
class Entrance:
    """Our sign-in page, the service, and a browser between them."""

    house: House
    provider: Provider
    browser: httpx.AsyncClient

    async def member(self, email: str, role: Role = Role.EDITOR, **more: object) -> Member:
        async with self.house.sessions.begin() as session:
            member = Member(email=email, role=role, **more)
            session.add(member)
        return member

    async def goes(self) -> str:
        """To the service and, signed in there, as far as the address by which it sends back."""
        away = await self.browser.get(PATH)
        assert away.status_code == 303
        there = await self.browser.get(away.headers["location"])
        return str(there.headers["location"])

    async def comes_in(self) -> httpx.Response:
        return await self.browser.get(await self.goes())

    async def is_in(self) -> bool:
        """Asked with the cookie as the page that leads onward is followed."""
        return (await self.browser.get("/staff/account")).status_code == 200


@pytest.fixture
async def entrance(house: House) -> AsyncIterator[Entrance]:
    ours, theirs = free_port(), free_port()
    provider = Provider(f"http://127.0.0.1:{theirs}")
    house.settings = Settings(
        data_dir=house.settings.data_dir,
        port=ours,
        oidc_issuer=provider.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SecretStr(SECRET),
        oidc_name="the Red House",
    )
    async with AsyncExitStack() as stack:
        await served(stack, provider.application(), theirs)
        await stack.enter_async_context(run.web(house))
        base = f"http://127.0.0.1:{ours}"
        yield Entrance(house, provider, await stack.enter_async_context(httpx.AsyncClient(base_url=base, headers={"origin": base})))


async def test_the_first_time_by_verified_email_and_then_by_subject(entrance: Entrance) -> None:
    member = await entrance.member("ada@example.org")
    assert "Sign in with the Red House" in (await entrance.browser.get("/staff/sign-in")).text
    entrance.provider.who = {"sub": "ada-1", "email": "Ada@example.org", "email_verified": True}
    answer = await entrance.comes_in()
    assert answer.status_code == 200
    assert 'href="/staff"' in answer.text
    assert await entrance.is_in()
    entrance.browser.cookies.clear()
    entrance.provider.who = {"sub": "ada-1", "email": "ada@elsewhere.example"}  # another e-mail, not verified: the same subject
    await entrance.comes_in()
    assert await entrance.is_in()
    async with entrance.house.sessions() as session:
        found = await session.get_one(Member, member.id)
        assert (found.email, found.oidc_subject) == ("ada@example.org", f"{entrance.provider.issuer} ada-1")
        assert list(await session.scalars(select(Audit.detail).where(Audit.action == "signin.done", Audit.member_id == member.id))) == ["oidc"] * 2


async def test_a_second_factor_given_there_counts_and_otherwise_ours_is_asked(entrance: Entrance) -> None:
    await entrance.member("lea@example.org", Role.LEAD)
    entrance.provider.who = {"sub": "lea-1", "email": "lea@example.org", "email_verified": True, "amr": ["pwd"]}
    assert 'href="/staff/second-factor"' in (await entrance.comes_in()).text
    assert not await entrance.is_in()
    assert (await entrance.browser.get("/staff/second-factor")).headers["location"] == "/staff/second-factor/new"
    entrance.provider.who["amr"] = ["pwd", "otp"]
    assert 'href="/staff"' in (await entrance.comes_in()).text
    assert await entrance.is_in()


SPOILT = {
    "wrong nonce": {"nonce": "of another visit"},
    "no nonce": {"nonce": None},
    "wrong audience": {"aud": "another-client"},
    "several audiences, another party": {"aud": [CLIENT, "another-client"], "azp": "another-client"},
    "another issuer": {"iss": "https://elsewhere.example"},
    "expired": {"exp": int(time.time()) - 3600},
    "never expires": {"exp": None},
    "from the future": {"iat": int(time.time()) + 86_400},
    "nobody": {"sub": None},
}


@pytest.mark.parametrize("spoils", SPOILT.values(), ids=SPOILT.keys())
async def test_a_token_that_is_not_for_this_visit_is_refused(entrance: Entrance, spoils: dict[str, object]) -> None:
    await entrance.member("ada@example.org")
    entrance.provider.who = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True}
    entrance.provider.spoils = spoils
    await _is_refused(entrance, await entrance.comes_in(), "could not be verified")


async def test_a_token_signed_by_a_stranger_is_refused(entrance: Entrance) -> None:
    await entrance.member("ada@example.org")
    entrance.provider.who = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True}
    entrance.provider.stranger = True
    await _is_refused(entrance, await entrance.comes_in(), "could not be verified")


@pytest.mark.parametrize("verified", [False, None, "true"])
async def test_an_email_that_is_not_verified_is_nobodys(entrance: Entrance, verified: object) -> None:
    await entrance.member("ada@example.org")
    entrance.provider.who = {"sub": "ada-1", "email": "ada@example.org", "email_verified": verified}
    await _is_refused(entrance, await entrance.comes_in(), "has not verified your e-mail address")


async def test_nobody_is_created(entrance: Entrance) -> None:
    entrance.provider.who = {"sub": "eve-1", "email": "eve@example.org", "email_verified": True}
    await _is_refused(entrance, await entrance.comes_in(), "nobody here has that e-mail address")
    async with entrance.house.sessions() as session:
        assert list(await session.scalars(select(Member))) == []


async def test_a_disabled_member_and_an_email_already_bound_are_refused(entrance: Entrance) -> None:
    await entrance.member("old@example.org", disabled_at=now())
    await entrance.member("ada@example.org", oidc_subject=f"{entrance.provider.issuer} ada-1")
    for subject, email in (("old-1", "old@example.org"), ("eve-1", "ada@example.org")):
        entrance.provider.who = {"sub": subject, "email": email, "email_verified": True}
        await _is_refused(entrance, await entrance.comes_in(), "nobody here has that e-mail address")


async def test_a_way_back_works_once_and_only_in_the_browser_that_left(entrance: Entrance) -> None:
    await entrance.member("ada@example.org")
    entrance.provider.who = {"sub": "ada-1", "email": "ada@example.org", "email_verified": True}
    way_back = await entrance.goes()
    visit = str(entrance.browser.cookies[VISIT])
    async with httpx.AsyncClient() as another:
        assert "begun in another window" in (await another.get(way_back)).text  # planted, or passed on
    foreign = await entrance.browser.get(way_back.replace("state=", "state=x"))
    await _is_refused(entrance, foreign, "begun in another window")
    entrance.browser.cookies.set(VISIT, visit, domain="127.0.0.1", path=PATH)
    assert (await entrance.browser.get(way_back)).status_code == 200
    assert VISIT not in entrance.browser.cookies
    entrance.browser.cookies.clear()
    await _is_refused(entrance, await entrance.browser.get(way_back), "begun in another window")
    entrance.browser.cookies.set(VISIT, visit, domain="127.0.0.1", path=PATH)  # even with a cookie that was kept
    await _is_refused(entrance, await entrance.browser.get(way_back), "could not be verified")


async def test_each_visit_has_its_own_state_nonce_and_challenge(entrance: Entrance) -> None:
    for _ in range(2):
        await entrance.goes()
    first, second = entrance.provider.seen
    assert all(first[name] != second[name] for name in ("state", "nonce", "code_challenge"))
    visit = parse_qs(urlsplit(await entrance.goes()).query)["state"][0]
    assert visit not in entrance.browser.cookies[VISIT]  # sealed


async def test_who_is_not_let_in_there_is_told_so(entrance: Entrance) -> None:
    entrance.provider.denies = True
    await _is_refused(entrance, await entrance.comes_in(), "did not let you in")


async def test_a_service_that_is_away(entrance: Entrance) -> None:
    entrance.house.settings = entrance.house.settings.model_copy(update={"oidc_issuer": f"http://127.0.0.1:{free_port()}"})
    answer = await entrance.browser.get(PATH)
    assert answer.status_code == 503
    assert "does not answer" in answer.text


async def test_without_a_service_there_is_no_such_page(entrance: Entrance) -> None:
    entrance.house.settings = entrance.house.settings.model_copy(update={"oidc_issuer": None})
    assert "Sign in with" not in (await entrance.browser.get("/staff/sign-in")).text
    for path in (PATH, f"{PATH}/callback"):
        assert (await entrance.browser.get(path)).status_code == 404


async def _is_refused(entrance: Entrance, answer: httpx.Response, why: str) -> None:
    assert answer.status_code == 403
    assert why in answer.text
    assert COOKIE not in entrance.browser.cookies
    async with entrance.house.sessions() as session:
        last = await session.scalar(select(Audit).order_by(Audit.id.desc()).limit(1))
        assert last is not None
        assert last.action == "signin.failed"
        assert "@" not in last.detail
