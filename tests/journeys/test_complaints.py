"""What people complain about in other systems, each complaint with a test of its name: here it does not happen."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from sqlalchemy import select, update

from bot.cases.escalation import call_leads
from bot.cases.models import Case
from bot.conversation.models import Conversation, Message
from bot.house import House
from bot.staff.models import Role
from nlu import LANGUAGES
from tests.desk import Desk, at_desk, case_of, conversation_of
from tests.messengers import Messengers, between, until
from tests.world import World

NUMBER = "+4915112345678"
ADDRESS = f"whatsapp:{NUMBER}"
FREE_TEXT = ("body", "Body")


async def _case(house: House, channel: str = "whatsapp", name: str = ADDRESS) -> Case:
    found = await until(lambda: case_of(house, channel, name))
    assert isinstance(found, Case)
    return found


async def _asks_for_a_human(them: Messengers, house: House) -> Case:
    await them.whatsapp_says(NUMBER, "I want to talk to a human")
    return await _case(house)


async def _hears(them: Messengers, text: str) -> bool:
    return any(text in message["body"] for message in await them.whatsapp_chat(NUMBER))


async def _ages(them: Messengers, house: House, hours: float) -> None:
    """The person's last message is older now: for WhatsApp and for us."""
    await them.twilio.post("/control/age", json={"from": NUMBER, "hours": hours})
    async with house.sessions.begin() as session:
        await session.execute(update(Conversation).values(last_inbound_at=Conversation.last_inbound_at - timedelta(hours=hours)))


async def test_the_window_is_not_ignored(house: House) -> None:
    """Outside it nothing leaves, whatever form is sent, and the page says so before one writes."""
    async with between(house) as them, at_desk(house, them.base) as sara:
        case = await _asks_for_a_human(them, house)
        await sara.acts(case, "take")
        await until(lambda: _hears(them, house.library.phrase("counsellor_here", "en")))
        assert re.search(r"class=\"window\">23 hr 5\d min", await sara.page(f"/staff/cases/{case.id}"))
        await _ages(them, house, 24)
        assert "The 24-hour window of WhatsApp is closed" in await sara.page(f"/staff/cases/{case.id}")
        assert "window closed" in await sara.page("/staff")
        sent = len(await them.whatsapp_chat(NUMBER))
        answer = await sara.acts(case, "reply", text="Too late, by a form of my own")
        assert answer.status_code == 409
        assert "More than 24 hours have passed" in answer.text
        assert "Too late, by a form of my own" in answer.text  # the words are given back
        await asyncio.sleep(0.5)
        assert len(await them.whatsapp_chat(NUMBER)) == sent
        assert await them.refused() == []  # nor was it tried


async def test_sent_is_not_said_of_what_never_arrived(house: House) -> None:
    """WhatsApp takes a message and refuses it afterwards: the counsellor sees that, and why, in words."""
    async with between(house) as them, at_desk(house, them.base) as sara:
        case = await _asks_for_a_human(them, house)
        await sara.acts(case, "take")
        await them.twilio.post("/control/age", json={"from": NUMBER, "hours": 24.01})  # their clock is ahead of ours
        await sara.acts(case, "reply", text="Can you read this?")

        async def told() -> bool:
            return "not delivered" in await sara.page(f"/staff/cases/{case.id}")

        await until(told)
        page = await sara.page(f"/staff/cases/{case.id}")
        assert "WhatsApp refused it: more than 24 hours have passed since the person last wrote." in page
        assert not await _hears(them, "Can you read this?")


async def test_what_arrived_is_shown_as_delivered_and_read(house: House) -> None:
    async with between(house) as them, at_desk(house, them.base) as sara:
        case = await _asks_for_a_human(them, house)
        await sara.acts(case, "take")
        await sara.acts(case, "reply", text="Hello")

        async def read() -> object:
            return re.search(r"you ·\s+read\s", await sara.page(f"/staff/cases/{case.id}"))

        await until(read)


async def test_the_bot_does_not_talk_over_the_counsellor_and_answers_again_afterwards(house: House) -> None:
    async with between(house) as them, at_desk(house, them.base) as sara:
        case = await _asks_for_a_human(them, house)
        await sara.acts(case, "take")
        await until(lambda: _hears(them, house.library.phrase("counsellor_here", "en")))
        await sara.acts(case, "reply", text="I am Sara")
        await until(lambda: _hears(them, "I am Sara"))
        before = len(await them.whatsapp_chat(NUMBER))
        for text in ("is the return free of charge?", "menu", "how long does it take", "asdf qwer"):
            await them.whatsapp_says(NUMBER, text)
        await asyncio.sleep(1)
        assert [message["body"] for message in (await them.whatsapp_chat(NUMBER))[before:]] == [
            house.library.phrase("menu", "en")
        ]  # a command was asked for
        await sara.acts(case, "close", outcome="answered")
        await until(lambda: _hears(them, house.library.phrase("did_help", "en")))
        await them.whatsapp_says(NUMBER, "is the return free of charge?")
        cost = house.library.answer("return_cost", "en")
        assert cost is not None
        await until(lambda: _hears(them, cost.text.split("\n")[0][:40]))


async def test_the_greeting_is_not_repeated_after_a_transfer(house: House) -> None:
    async with between(house) as them, at_desk(house, them.base, name="Sara") as sara, at_desk(house, them.base, name="Tom") as tom:
        case = await _asks_for_a_human(them, house)
        await sara.acts(case, "take")
        await sara.acts(case, "reply", text="I am Sara")
        await sara.acts(case, "hand", to=f"member:{tom.member.id}", note="She needs somebody who knows Greece")
        await tom.acts(case, "take")
        assert "She needs somebody who knows Greece" in await tom.page(f"/staff/cases/{case.id}")
        await tom.acts(case, "reply", text="I am Tom")
        await tom.acts(case, "pass")
        await sara.acts(case, "take")
        await sara.acts(case, "reply", text="Here again")
        await until(lambda: _hears(them, "Here again"))
        heard = [message["body"] for message in await them.whatsapp_chat(NUMBER)]
        assert heard.count(house.library.phrase("counsellor_here", "en")) == 1
        assert heard.count(house.library.phrase("handed_over", "en")) == 1
        assert heard[-3:] == ["I am Sara", "I am Tom", "Here again"]


@pytest.mark.parametrize("language", LANGUAGES)
async def test_handing_over_is_announced_in_the_persons_language(world: World, language: str) -> None:
    person = world.person(hint=language)
    await person.presses("person")
    await world.falls_quiet()
    library = world.house.library
    assert (("handed_over", language) in library.phrases) and library.phrases["handed_over", language] in person.heard
    assert len(await world.cases()) == 1  # the promise and the row, or neither


async def test_asking_for_a_human_notifies_somebody(house: House) -> None:
    """An open page hears of it at once, and the sound says nothing of what it is about."""
    async with between(house) as them, at_desk(house, them.base) as sara, sara.client.stream("GET", "/staff/events") as stream:
        lines = stream.aiter_lines()
        while "data: changed" not in await anext(lines):
            pass  # the first nudge, at once
        await them.telegram_says(77, "help, they want to kill me", language_code="en")
        async with asyncio.timeout(10):
            while "data: changed" not in await anext(lines):
                pass
        case = await _case(house, "telegram", "77")
        assert (await sara.client.get("/staff/alarms")).json() == [str(case.id)]
        assert (await sara.queue()) == [str(case.id)]


async def test_somebody_in_danger_whom_nobody_answers_is_shown_to_the_lead(house: House) -> None:
    async with between(house) as them, at_desk(house, them.base, Role.LEAD) as lead, at_desk(house, them.base) as sara:
        await them.telegram_says(78, "help, they want to kill me", language_code="en")
        case = await _case(house, "telegram", "78")
        async with house.sessions.begin() as session:
            assert await call_leads(session) == 0  # not yet
            await session.execute(update(Case).values(opened_at=Case.opened_at - timedelta(minutes=6)))
            assert await call_leads(session) == 1
            assert await call_leads(session) == 0  # once
        assert (await lead.client.get("/staff/alarms")).json() == [f"{case.id}!"]
        assert "unanswered for too long" in await lead.page("/staff")
        await sara.acts(case, "take")
        assert "unanswered for too long" in await lead.page("/staff")  # taken is not answered
        await sara.acts(case, "reply", text="I am here")
        assert "unanswered for too long" not in await lead.page("/staff")
        await them.telegram_says(78, "please answer")
        await until(lambda: _unanswered(lead))
        async with house.sessions.begin() as session:
            await session.execute(update(Case).values(answered_at=Case.answered_at - timedelta(minutes=30)))
            await session.execute(update(Message).where(Message.direction == "in").values(created_at=Message.created_at - timedelta(minutes=20)))
        await them.telegram_says(78, "please")  # a further word does not set the clock back
        await asyncio.sleep(0.5)
        async with house.sessions.begin() as session:
            assert await call_leads(session) == 1


async def _unanswered(desk: Desk) -> bool:
    return "has written" in await desk.page("/staff")


async def test_a_note_is_never_sent_to_the_person(house: House) -> None:
    """By no way: not as a note, not with a transfer, not as a tag."""
    async with between(house) as them, at_desk(house, them.base) as sara, at_desk(house, them.base) as tom:
        case = await _asks_for_a_human(them, house)
        await sara.acts(case, "take")
        await sara.acts(case, "notes", note="Zwetschgenkuchen one")
        await sara.acts(case, "filing", tags="Zwetschgenkuchen two", follow_up_on="2026-01-01")
        await sara.acts(case, "hand", to=f"member:{tom.member.id}", note="Zwetschgenkuchen three")
        await tom.acts(case, "take")
        await tom.acts(case, "reply", text="Good day")
        await until(lambda: _hears(them, "Good day"))
        await tom.acts(case, "close", outcome="answered")
        await until(lambda: _hears(them, house.library.phrase("did_help", "en")))
        told = json.dumps([(await them.twilio.get("/control/calls")).json(), await them.whatsapp_chat(NUMBER)])
        assert "Good day" in told
        assert "Zwetschgenkuchen" not in told
        page = await tom.page(f"/staff/cases/{case.id}")
        assert all(f"Zwetschgenkuchen {which}" in page for which in ("one", "two", "three"))
        async with house.sessions() as session:
            kept = [message.text for message in await session.scalars(select(Message))]
        assert "Good day" in kept
        assert not any("Zwetschgenkuchen" in text for text in kept)


async def test_a_draft_is_not_lost(house: House) -> None:
    """Reloaded, on another computer, and when the case has gone to a colleague meanwhile."""
    async with between(house) as them, at_desk(house, them.base) as sara, at_desk(house, them.base, Role.LEAD) as lead:
        case = await _asks_for_a_human(them, house)
        await sara.acts(case, "take")
        await sara.acts(case, "draft", text="I was about to say\nthat")
        assert "I was about to say\nthat</textarea>" in await sara.page(f"/staff/cases/{case.id}")
        assert "I was about to say" not in await lead.page(f"/staff/cases/{case.id}")  # it is hers
        await lead.acts(case, "pass")
        await lead.acts(case, "take")
        assert "I was about to say" in await sara.page(f"/staff/cases/{case.id}")
        answer = await sara.acts(case, "reply", text="I was about to say that")
        assert "Another counsellor has this case" in answer.text
        assert "I was about to say that" in answer.text


async def test_two_agents_cannot_answer(house: House) -> None:
    """Twenty take at once, by either button: one has it, and only that one's words arrive."""
    async with between(house) as them, at_desk(house, them.base) as sara, at_desk(house, them.base) as tom:
        case = await _asks_for_a_human(them, house)
        await asyncio.gather(*(desk.acts(case, "take") for desk in (sara, tom) * 5), *(desk.does("next") for desk in (sara, tom) * 5))
        await asyncio.gather(*(desk.acts(case, "reply", text=f"from {desk.member.id}") for desk in (sara, tom)))
        taken = await _case(house)
        await until(lambda: _hears(them, f"from {taken.taken_by}"))
        assert [message["body"] for message in await them.whatsapp_chat(NUMBER) if message["body"].startswith("from ")] == [f"from {taken.taken_by}"]


async def test_two_who_take_the_next_at_once_get_two_cases(house: House) -> None:
    async with between(house) as them, at_desk(house, them.base) as sara, at_desk(house, them.base) as tom:
        for chat in (81, 82):
            await them.telegram_says(chat, "/person", language_code="en")
            await _case(house, "telegram", str(chat))
        pages = await asyncio.gather(sara.does("next"), tom.does("next"))
        assert len({str(page.url) for page in pages}) == 2
        assert "fits your languages and topics" in (await sara.does("next")).text


async def test_times_are_right_after_an_outage(house: House) -> None:
    """Two messages that reached us late, the later one first: the thread shows when they were written, in that order, and when they came."""
    async with between(house) as them, at_desk(house, them.base) as sara:
        await them.telegram_says(79, "/person", language_code="en")
        case = await _case(house, "telegram", "79")
        await sara.acts(case, "take")
        conversation = await conversation_of(house, "telegram", "79")
        written = datetime(2026, 3, 1, 10, 0, tzinfo=UTC)
        async with house.sessions.begin() as session:
            for number, (text, minutes) in enumerate((("second", 5), ("first", 0)), 1):
                sent = written + timedelta(minutes=minutes)
                kept = {"channel": "telegram", "direction": "in", "external_id": f"late:{number}", "text": f"the {text} one", "sent_at": sent}
                session.add(Message(conversation_id=conversation.id, answered_at=sent, **kept))
        page = unescape(await sara.page(f"/staff/cases/{case.id}"))
        assert page.index("the first one") < page.index("the second one") < page.index("/person")
        assert '2026-03-01T10:00:00+00:00">3/1/26, 10:00\u202fAM UTC' in page
        assert "reached us" in page


async def test_a_person_who_asked_for_silence_is_not_written_to(house: House) -> None:
    """Stop, and "it is not safe": the promise binds the counsellor too, until the person writes again."""
    async with between(house) as them, at_desk(house, them.base) as sara:
        case = await _asks_for_a_human(them, house)
        await sara.acts(case, "take")
        await them.whatsapp_says(NUMBER, "stop")
        await until(lambda: _hears(them, house.library.phrase("stopped", "en")[:30]))
        assert "asked not to be written to" in (await sara.acts(case, "reply", text="Are you there?")).text
        await them.whatsapp_says(NUMBER, "I am here again")
        await until(lambda: _hears_us(sara, case))
        assert (await sara.acts(case, "reply", text="Good to hear from you")).status_code == 200
        await until(lambda: _hears(them, "Good to hear from you"))
        async with house.sessions.begin() as session:
            await session.execute(update(Conversation).values(safe_to_write=False))
        assert "not safe to write to them" in (await sara.acts(case, "reply", text="Hello?")).text


async def _hears_us(desk: Desk, case: Case) -> bool:
    return "readonly" not in await desk.page(f"/staff/cases/{case.id}")
