"""A running Homeward and real browsers before it: people at the chat page, members of staff at theirs."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, async_playwright, expect
from sqlalchemy import select

from bot import run
from bot.cases.models import Case, CaseState
from bot.conversation.models import Address, Conversation, Message
from bot.house import House
from bot.i18n import interface
from bot.sealing import keyring
from bot.staff.models import Member, Role
from bot.staff.signin import add, new_session
from bot.web.account import COOKIE as STAFF_COOKIE
from bot.web.chat import COOKIE

QUIET = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
QUIET += ["--disable-site-isolation-trials"]  # all pages are ours: without it each costs two processes more
WITHIN = 8_000  #: milliseconds for anything to happen on a page
expect.set_options(timeout=WITHIN)


def chromium() -> str:
    """Where the browser is."""
    found = shutil.which("chromium")
    if found is None:
        pytest.fail("The console is tested in a real browser, and there is none: install Debian's with `apt-get install chromium`.", pytrace=False)
    return found


@asynccontextmanager
async def browsing() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium(), args=QUIET)
        yield browser
        await browser.close()


@dataclass
class Home:
    """One house with its worker running, and its web part, which can go away and come back."""

    house: House = field(repr=False)  # whole libraries and models: asyncio and pytest show what a fixture returns
    browser: Browser
    _web: AsyncExitStack = field(default_factory=AsyncExitStack)
    _idle: list[Visitor] = field(default_factory=list, repr=False)  #: browser profiles washed for the next test: opening one takes longest

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.house.settings.port}"

    async def web_starts(self) -> None:
        await self._web.enter_async_context(run.web(self.house))

    async def web_stops(self) -> None:
        await self._web.aclose()

    @asynccontextmanager
    async def visitor(self, **options: Any) -> AsyncIterator[Visitor]:
        """A browser of its own; whatever its pages complained of, or asked of other hosts, fails the test."""
        visitor = self._idle.pop() if self._idle and not options else await self._fresh(options)
        visitor.complaints, visitor.elsewhere, visitor.expected = [], [], ()
        try:
            yield visitor
        except BaseException:
            await visitor.context.close()
            raise
        if options or visitor.worn:
            await visitor.context.close()
        else:
            await visitor.washes()
            self._idle.append(visitor)
        assert not visitor.complaints, visitor.complaints
        assert not visitor.elsewhere, visitor.elsewhere

    async def _fresh(self, options: dict[str, Any]) -> Visitor:
        context = await self.browser.new_context(base_url=self.base, **options)
        context.set_default_timeout(WITHIN)
        return Visitor(self, context, await context.new_page())

    @asynccontextmanager
    async def member(self, role: Role = Role.COUNSELLOR, name: str = "sara", **options: Any) -> AsyncIterator[Visitor]:
        """A member of staff who is signed in; how one gets there has tests of its own."""
        async with self.visitor(**options) as visitor:
            await visitor.is_signed_in(await self.cookie(role, name))
            await visitor.page.goto("/staff")
            yield visitor

    async def cookie(self, role: Role = Role.COUNSELLOR, name: str = "sara", *, second_factor: bool = True) -> str:
        """The cookie of a session of this member, who is made if there is none by that name."""
        async with self.house.sessions.begin() as session:
            await add(session, f"{name}@example.org", role, [])
            member = (await session.scalars(select(Member).where(Member.email == f"{name}@example.org"))).one()
            return await new_session(session, member, second_factor=second_factor)

    def client(self, cookie: str = "", **headers: str) -> httpx.AsyncClient:
        """A browser without pages: sends its forms as one of ours."""
        return httpx.AsyncClient(base_url=self.base, headers={"origin": self.base, **headers}, cookies={STAFF_COOKIE: cookie} if cookie else None)

    async def link(self, role: Role = Role.COUNSELLOR, name: str = "sara") -> str:
        async with self.house.sessions.begin() as session:
            return f"{self.base}/staff/sign-in/{await add(session, f'{name}@example.org', role, [])}"

    def text(self, intent: str, language: str) -> str:
        """A curated answer, as the store has it."""
        found = self.house.library.answer(intent, language)
        assert found is not None
        assert found.language == language
        return found.text

    def title(self, intent: str, language: str) -> str:
        return self.house.library.title(intent, language)

    def interface(self, language: str) -> dict[str, str]:
        """The words of the chat page."""
        return interface(language)

    def phrase(self, name: str, language: str) -> str:
        return self.house.library.phrase(name, language)


@dataclass
class Visitor:
    """One browser: its open page, and what it noted."""

    home: Home
    context: BrowserContext
    page: Page
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    worn: bool = False  #: changed in a way that does not wash out
    expected: tuple[str, ...] = ()  #: parts of complaints that belong to the test: a page that is not found, a server that is away

    def __post_init__(self) -> None:
        self.context.on("console", self._note)
        self.context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self.context.on("request", self._watch)

    async def is_signed_in(self, cookie: str) -> None:
        """As a member of staff, by the cookie of a session."""
        where = {"domain": "127.0.0.1", "path": "/staff", "httpOnly": True, "sameSite": "Strict"}
        await self.context.add_cookies([{"name": STAFF_COOKIE, "value": cookie, **where}])  # type: ignore[typeddict-item]

    async def washes(self) -> None:
        """Forgets who it was."""
        for page in self.context.pages:
            if page is not self.page:
                await page.close()
        await self.page.unroute_all()
        await self.context.set_offline(False)
        if self.page.url.startswith(self.home.base):
            await self.page.evaluate("sessionStorage.clear()")
        await self.page.goto("/static/icon.svg")  # stays in its process, which takes long to start
        await self.context.clear_cookies()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not any(part in message.text for part in self.expected):
            self.complaints.append(f"{message.text} ({message.location['url']})")

    def _watch(self, request: Request) -> None:
        if urlsplit(request.url).scheme in ("http", "https") and not request.url.startswith(self.home.base):
            self.elsewhere.append(request.url)

    @property
    def articles(self) -> Locator:
        return self.page.locator("article")

    @property
    def heard(self) -> Locator:
        """What was said to the person."""
        return self.page.locator("article.theirs")

    @property
    def said(self) -> Locator:
        return self.page.locator("article.mine")

    async def opens_chat(self) -> Visitor:
        await self.page.goto("/chat")
        return self

    async def writes(self, text: str) -> None:
        await self.page.locator("#text").fill(text)
        await self.page.keyboard.press("Enter")

    async def asks(self, text: str, *, replies: int = 1) -> None:
        """Writes, and waits until so many more replies are there."""
        before = await self.heard.count()
        await self.writes(text)
        await self.hears(before + replies)

    async def hears(self, count: int) -> None:
        await expect(self.heard.nth(count - 1)).to_be_attached()

    async def presses(self, label: str) -> None:
        """The newest button with these words."""
        await self.page.locator(".choices button", has_text=label).last.click()

    async def sideways(self) -> int:
        """By how many pixels the page, or its list of messages, is wider than the window; a table may scroll in its own frame (WCAG 1.4.10)."""
        script = """() => Math.max(...[document.scrollingElement, ...document.querySelectorAll("main, main *:not(.scroll)")]
            .filter((e) => e === document.scrollingElement || ["auto", "scroll"].includes(getComputedStyle(e).overflowX))
            .map((e) => e.scrollWidth - e.clientWidth))"""
        return int(await self.page.evaluate(script))

    async def name(self) -> str:
        """What the chat page calls this browser."""
        return next(str(cookie["value"]) for cookie in await self.context.cookies(f"{self.home.base}/chat") if cookie["name"] == COOKIE)

    async def conversation(self) -> Conversation:
        async with self.home.house.sessions() as session:
            query = select(Conversation).join(Address, Address.id == Conversation.address_id)
            return (await session.scalars(query.where(Address.fingerprint == keyring().fingerprint("webchat", await self.name())))).one()

    async def kept(self) -> list[Message]:
        """What the store holds of what this person wrote."""
        conversation = await self.conversation()
        async with self.home.house.sessions() as session:
            query = select(Message).where(Message.conversation_id == conversation.id, Message.direction == "in")
            return list(await session.scalars(query.order_by(Message.id)))

    async def case(self) -> Case:
        conversation = await self.conversation()
        async with self.home.house.sessions() as session:
            query = select(Case).where(Case.conversation_id == conversation.id, Case.state != CaseState.CLOSED)
            return (await session.scalars(query)).one()
