"""Forgetting: by itself after the days set, and at once on a person's word; then nothing of them is left in any table."""

import uuid
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text, update

from bot.channels import Kind
from bot.conversation.models import Conversation, Message, Person
from bot.db import now
from bot.errors import Unreachable
from bot.house import House
from bot.jobs import queue
from bot.retention import forget_silent
from bot.staff.models import Member, Role, SignInLink, StaffSession
from tests.messengers import between, until
from tests.world import World, Writer

OURS = ("person", "address", "conversation", "message", "case_file")


def rows(url: str, *tables: str) -> dict[str, int]:
    """How many rows each table has, where it has any."""
    with psycopg.connect(url) as connection:
        counts = {table: connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(table))).fetchone() for table in tables}
    return {table: count[0] for table, count in counts.items() if count and count[0]}


def traces(url: str, *ids: object) -> list[str]:
    """The tables in which any of these ids stands, in whatever column."""
    query = sql.SQL("select 1 from {} as row where row::text like any (%s) limit 1")
    with psycopg.connect(url) as connection:
        tables = [name for (name,) in connection.execute("select tablename from pg_tables where schemaname = 'public'")]
        return [table for table in tables if connection.execute(query.format(sql.Identifier(table)), [[f"%{one}%" for one in ids]]).fetchone()]


async def silent_for(world: World, writer: Writer, days: float) -> Conversation:
    """As if this person had last written so many days ago."""
    conversation = await writer.conversation()
    then = now() - timedelta(days=days)
    async with world.house.sessions.begin() as session:
        await session.execute(update(Conversation).where(Conversation.id == conversation.id).values(last_inbound_at=then, created_at=then))
        await session.execute(update(Person).where(Person.id == conversation.person_id).values(created_at=then))
        await session.execute(update(Message).where(Message.conversation_id == conversation.id).values(created_at=then, sent_at=then))
    return conversation


async def everything(world: World) -> Writer:
    """A person who has said, pressed and sent all there is, in danger, with a counsellor who answered."""
    writer = world.person(hint="en")
    await writer.asks("help, they want to kill me")
    await writer.asks(button="country:DE", kind=Kind.BUTTON)
    await writer.asks("my voice", kind=Kind.VOICE)
    [case] = await world.cases()
    counsellor = await world.counsellor()
    await world.takes(counsellor, case)
    await world.replies(counsellor, case, "I am here.")
    await world.falls_quiet()
    assert set(rows(world.house.url, *OURS)) == set(OURS)
    return writer


# --- by itself --------------------------------------------------------------------------------------------------------------


async def test_who_has_been_silent_for_the_days_set_is_forgotten_and_nobody_else(world: World) -> None:
    long_ago, just_now, never_silent = world.person(), world.person(), world.person()
    for writer in (long_ago, just_now, never_silent):
        await writer.asks("hello")
    days = world.house.settings.keep_days
    gone = await silent_for(world, long_ago, days + 0.1)
    stays = await silent_for(world, just_now, days - 0.1)
    assert await forget_silent(world.house) == 1
    assert traces(world.house.url, gone.id, gone.person_id, gone.address_id) == []
    assert "conversation" in traces(world.house.url, stays.id)
    assert rows(world.house.url, "person") == {"person": 2}
    async with world.house.sessions.begin() as session:
        session.add(Person())  # just come in, and not yet in any conversation
    await silent_for(world, just_now, 1000)
    await just_now.asks("hello")  # who writes again is remembered again
    assert await forget_silent(world.house) == 0


async def test_the_nightly_round_clears_silent_people_and_old_sign_ins(world: World) -> None:
    assert [periodic.cron for periodic in queue.periodic_registry.periodic_tasks.values() if periodic.task.name == "retention"] == ["17 3 * * *"]
    await silent_for(world, await everything(world), 91)
    async with world.house.sessions.begin() as session:
        member = Member(email="m@example.org", role=Role.ADMIN)
        session.add(member)
        await session.flush()
        for hours in (-1, 1):
            runs_out = {"member_id": member.id, "expires_at": now() + timedelta(hours=hours)}
            session.add_all([SignInLink(token_hash=uuid.uuid4().bytes, **runs_out), StaffSession(token_hash=uuid.uuid4().bytes, **runs_out)])
    await queue.configure_task("retention").defer_async(timestamp=0)
    await world.falls_quiet()
    assert rows(world.house.url, *OURS) == {}
    assert rows(world.house.url, "sign_in_link", "staff_session") == {"sign_in_link": 1, "staff_session": 1}


# --- at once ------------------------------------------------------------------------------------------------------------------


async def test_forgetting_at_once_leaves_nothing_in_any_table(world: World) -> None:
    writer = await everything(world)
    before = await writer.conversation()
    assert "message" in traces(world.house.url, before.id)
    assert await writer.asks("/forget") == [world.phrase("forgotten_terminal", "en")]
    assert traces(world.house.url, before.id, before.person_id, before.address_id) == []
    assert rows(world.house.url, *OURS, "procrastinate_jobs") == {}
    heard = await writer.asks("hello")
    assert len(heard) == 2  # a stranger: the notice again, and the greeting


async def test_the_words_are_gone_even_before_the_goodbye_has_left(world: World) -> None:
    writer = await everything(world)
    world.terminal.trouble = [Unreachable()]
    await writer.writes("/forget")
    how = {"install_signal_handlers": False, "delete_jobs": "successful", "additional_context": {"house": world.house}}
    await queue.run_worker_async(wait=False, **how)
    kept = {(message.text, message.intent, message.button, message.media) for message in await world.messages() if message.kind != "farewell"}
    assert kept == {("", None, None, None)}
    assert await world.cases() == []
    await world.falls_quiet()
    assert writer.heard[-1] == world.phrase("forgotten_terminal", "en")
    assert rows(world.house.url, *OURS) == {}


async def test_a_reply_that_still_waits_is_not_sent_after_forgetting(world: World) -> None:
    writer = world.person(hint="en")
    world.terminal.trouble = [Unreachable()] * 2
    await writer.writes("hello")
    await writer.writes("/forget")
    await world.falls_quiet()
    assert writer.heard == [world.phrase("forgotten_terminal", "en")]
    assert rows(world.house.url, *OURS) == {}


FAULTS = {"blocked": {"status": 403, "count": 1000}, "refused": {"status": 400, "count": 1000}, "out of order": {"status": 502, "count": 1}}


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_phone_that_cannot_be_erased_keeps_nobody_in_our_store(fault: str, house: House) -> None:
    async with between(house) as them:
        await them.telegram_says(21, "hello", language_code="en")
        await until(lambda: _said(them.telegram_chat(21), 2))
        await them.telegram.post("/control/faults", json={"method": "deleteMessages", **FAULTS[fault]})
        await them.telegram_says(21, "/forget")
        await until(lambda: _nothing_left(house), seconds=30)
        assert rows(house.url, *OURS) == {}


async def _said(messages: object, count: int) -> bool:
    return len(await messages) >= count  # type: ignore[misc]


async def _nothing_left(house: House) -> bool:
    async with house.sessions() as session:
        return not await session.scalar(text("select (select count(*) from person) + (select count(*) from procrastinate_jobs)"))
