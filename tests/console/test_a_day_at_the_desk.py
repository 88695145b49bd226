"""A day at the desk: three counsellors in real browsers, sixty people on both messengers; nobody forgotten, nobody answered by two.

Its name puts it before the other tests of the pages: it runs a house of its own, and a process has one queue of jobs at a time.
"""

from __future__ import annotations

import asyncio
import json
import random
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from bot.cases.models import Case, CaseState, Outcome
from bot.cases.notes import Note
from bot.conversation.models import Address, Conversation, Message, State
from bot.house import House
from bot.sealing import keyring
from tests.console.home import browsing
from tests.desk import cookie_of, member_row
from tests.messengers import Messengers, between, until

PEOPLE = 60
WORDS = {
    "help they want to kill me": True,
    "mein chef schlägt mich, ich habe angst": True,
    "می‌خواهند مرا بکشند": True,
    "I want to talk to a human": False,
    "ich möchte mit einem menschen sprechen": False,
    "хочу поговорить с человеком": False,
    "أريد التحدث مع شخص": False,
}


@dataclass
class Somebody:
    """One of the sixty."""

    number: int
    text: str
    urgent: bool

    @property
    def late(self) -> bool:
        """One whose window is closed when a counsellor comes."""
        return not self.telegram and self.number % 10 == 3

    @property
    def telegram(self) -> bool:
        return self.number % 2 == 0

    @property
    def name(self) -> str:
        return str(5000 + self.number) if self.telegram else f"+49151000{self.number:05}"

    async def writes(self, them: Messengers, text: str) -> None:
        await (them.telegram_says(int(self.name), text) if self.telegram else them.whatsapp_says(self.name, text))

    async def comes_back(self, them: Messengers) -> None:
        """Presses the button under the sentence that opens the window again, as soon as it comes."""

        async def pressed() -> bool:
            return (await them.twilio.post("/control/press", json={"from": self.name, "id": "go_on"})).status_code == 200

        await until(pressed, 120)

    async def heard(self, them: Messengers) -> list[str]:
        if self.telegram:
            return [message.get("text", "") for message in await them.telegram_chat(int(self.name))]
        return [message["body"] for message in await them.whatsapp_chat(self.name)]


@dataclass
class Counsellor:
    """One of the three, with a browser of their own; works until nothing waits."""

    name: str
    page: Page
    order: list[str] = field(default_factory=list)  #: the risk of each case, as it was taken

    async def works(self, base: str) -> None:
        await self.page.goto(f"{base}/staff")
        while True:
            await self.page.get_by_role("button", name="Take the next case").click()
            if await self.page.get_by_text("No case that waits fits").count():
                return
            await self._answers()

    async def _answers(self) -> None:
        await expect(self.page.get_by_label("Your reply")).to_be_visible()
        self.order.append(await self.page.locator(".facts .risk").inner_text())
        case = re.search(r"cases/([0-9a-f-]+)", self.page.url)
        assert case is not None
        if len(self.order) % 3 == 0:
            await self.page.get_by_label("New note").fill(f"Zwetschgenkuchen {case[1]}")
            await self.page.get_by_role("button", name="Keep the note").click()
        box = self.page.get_by_label("Your reply")
        if not await box.is_editable():
            await self.page.get_by_role("button", name="Send this sentence").click()
            await expect(box).to_be_editable()  # the person has come back, and the page knows it by itself
        await box.fill(f"{self.name} answers {case[1]}")
        await self.page.get_by_role("button", name="Send", exact=True).click()
        await expect(self.page.locator("article").last).to_contain_text(f"{self.name} answers")
        await self.page.get_by_role("button", name="Close the case").click()
        await expect(self.page.get_by_role("heading", name="Cases")).to_be_visible()


@asynccontextmanager
async def _counsellors(house: House, browser: Browser, base: str) -> AsyncIterator[list[Counsellor]]:
    async with AsyncExitStack() as stack:
        found = []
        for name in ("Sara", "Tom", "Nour"):
            context: BrowserContext = await stack.enter_async_context(await browser.new_context())
            member = await member_row(house, name=name)
            await context.add_cookies([{"name": "homeward_staff", "value": await cookie_of(house, member), "url": f"{base}/staff"}])
            found.append(Counsellor(name, await context.new_page()))
        yield found


async def test_a_day_at_the_desk(house: House) -> None:
    people = [Somebody(number, text, urgent) for number, (text, urgent) in enumerate(random.Random(7).choices(list(WORDS.items()), k=PEOPLE))]
    async with between(house) as them, browsing() as browser, _counsellors(house, browser, them.base) as desk:
        await asyncio.gather(*(one.writes(them, one.text) for one in people))
        await until(lambda: _cases(house, PEOPLE), 60)
        late = [one for one in people if one.late]
        await _closes_windows(house, them, late)
        await asyncio.gather(*(one.works(them.base) for one in desk), *(one.comes_back(them) for one in late))
        await until(lambda: _quiet(house), 30)
        assert sum(len(one.order) for one in desk) == PEOPLE
        for one in desk:  # urgent ones first, whoever takes them
            assert one.order == sorted(one.order, key=lambda risk: risk != "urgent"), one.order
        assert len(late) == 6
        answered = Counter()
        for one in people:
            heard = await one.heard(them)
            replies = [text for text in heard if re.match(r"(Sara|Tom|Nour) answers", text)]
            assert len(replies) == 1, (one, heard)  # nobody forgotten, nobody answered by two
            answered[replies[0].split()[0]] += 1
            assert not any("Zwetschgenkuchen" in text for text in heard)
        assert set(answered) == {"Sara", "Tom", "Nour"}
        await _is_settled(house, len(late))
        await _goes_on(house, them, people)
        assert await them.refused() == []  # nothing was tried that a messenger refuses
        told = json.dumps([(await them.telegram.get("/control/calls")).json(), (await them.twilio.get("/control/calls")).json()])
        assert "Zwetschgenkuchen" not in told


async def _closes_windows(house: House, them: Messengers, late: list[Somebody]) -> None:
    """More than a day goes by for some: for WhatsApp, and for us."""
    for one in late:
        await them.twilio.post("/control/age", json={"from": one.name, "hours": 25})
    addresses = [keyring().fingerprint("whatsapp", f"whatsapp:{one.name}") for one in late]
    theirs = select(Address.id).where(Address.fingerprint.in_(addresses))
    async with house.sessions.begin() as session:
        aged = update(Conversation).where(Conversation.address_id.in_(theirs))
        await session.execute(aged.values(last_inbound_at=Conversation.last_inbound_at - timedelta(hours=25)))


async def _cases(house: House, count: int) -> bool:
    async with house.sessions() as session:
        return len(list(await session.scalars(select(Case)))) == count


async def _quiet(house: House) -> bool:
    async with house.sessions() as session:
        return await session.scalar(select(Message.id).where(Message.delivery == "queued").limit(1)) is None


async def _is_settled(house: House, late: int) -> None:
    """Every case is closed with its outcome, every conversation is the bot's again, the notes are with colleagues alone."""
    async with house.sessions() as session:
        cases = list(await session.scalars(select(Case)))
        assert {(case.state, case.outcome) for case in cases} == {(CaseState.CLOSED, Outcome.ANSWERED)}
        assert all(case.replied_at for case in cases)
        assert len([case for case in cases if not case.greeted_at]) == late  # nothing could be said when they were taken
        assert set(await session.scalars(select(Conversation.state))) == {State.BOT}
        assert len(list(await session.scalars(select(Note)))) >= PEOPLE // 3 - 3
        texts = list(await session.scalars(select(Message.text)))
        assert not any("Zwetschgenkuchen" in text for text in texts)


async def _goes_on(house: House, them: Messengers, people: list[Somebody]) -> None:
    """The bot answers again: the same people ask something, and none of it makes a case."""
    before = {one.name: len(await one.heard(them)) for one in people[:10]}
    await asyncio.gather(*(one.writes(them, "menu") for one in people[:10]))
    for one in people[:10]:

        async def answered(one: Somebody = one) -> bool:
            return len(await one.heard(them)) > before[one.name]

        await until(answered, 20)
    async with house.sessions() as session:
        assert await session.scalar(select(Case.id).where(Case.state != CaseState.CLOSED).limit(1)) is None


@pytest.mark.parametrize("language", ["ar", "de", "ru"])
async def test_the_desk_in_the_languages_of_the_console(house: House, language: str) -> None:
    """Right-to-left inside left-to-right and the other way round: each message has its own direction, the page that of its reader."""
    async with between(house) as them, browsing() as browser:
        await them.telegram_says(91, "می‌خواهم با یک انسان صحبت کنم")
        await them.telegram_says(91, "I also write English")
        await until(lambda: _cases(house, 1), 20)
        async with await browser.new_context() as context:
            member = await member_row(house, console_language=language)
            await context.add_cookies([{"name": "homeward_staff", "value": await cookie_of(house, member), "url": f"{them.base}/staff"}])
            page = await context.new_page()
            await page.goto(f"{them.base}/staff")
            await expect(page.locator("html")).to_have_attribute("dir", "rtl" if language == "ar" else "ltr")
            await page.locator(".cases a").first.click()
            directions = await page.locator("article.theirs .bubble p").evaluate_all("(all) => all.map((one) => getComputedStyle(one).direction)")
            assert directions == ["rtl", "ltr"]
            english = await page.locator("body").inner_text()
            assert "Take this case" not in english
