"""Persons and counsellors for the journeys: they write and read through the real way of a message."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from sqlalchemy import select

from bot.answering.receive import receive
from bot.cases.actions import take
from bot.cases.models import Case
from bot.channels import Inbound, Kind, Outbound
from bot.channels.terminal import Terminal
from bot.conversation.models import Address, Conversation, Message, Person
from bot.conversation.say import Spoken, say
from bot.db import now
from bot.house import House
from bot.jobs import drain
from bot.sealing import keyring
from bot.staff.models import Member, Role


@dataclass
class World:
    """One house, and those who meet in it."""

    house: House

    @property
    def terminal(self) -> Terminal:
        found = self.house.channels["terminal"]
        assert isinstance(found, Terminal)
        return found

    def person(self, name: str | None = None, hint: str = "") -> Writer:
        return Writer(self, name or uuid.uuid4().hex, hint)

    def phrase(self, name: str, language: str) -> str:
        return self.house.library.phrase(name, language)

    async def falls_quiet(self) -> None:
        """The worker runs until nothing is left to do."""
        await drain({"house": self.house})

    async def cases(self) -> list[Case]:
        async with self.house.sessions() as session:
            return list(await session.scalars(select(Case).order_by(Case.opened_at)))

    async def messages(self) -> list[Message]:
        async with self.house.sessions() as session:
            return list(await session.scalars(select(Message).order_by(Message.id)))

    async def counsellor(self) -> Member:
        async with self.house.sessions.begin() as session:
            member = Member(email=f"{uuid.uuid4().hex}@example.org", role=Role.COUNSELLOR)
            session.add(member)
        return member

    async def takes(self, member: Member, case: Case) -> bool:
        async with self.house.sessions.begin() as session:
            return await take(session, case.id, member.id)

    async def replies(self, member: Member, case: Case, text: str) -> None:
        async with self.house.sessions.begin() as session:
            conversation = await session.get_one(Conversation, case.conversation_id)
            await say(session, conversation, Spoken(text), author=str(member.id))


@dataclass
class Writer:
    """Somebody who writes to us in a terminal."""

    world: World
    name: str
    hint: str = ""
    sent: list[Inbound] = field(default_factory=list)

    async def writes(self, text: str = "", *, kind: Kind = Kind.TEXT, button: str = "", external_id: str = "") -> bool:
        inbound = Inbound(
            channel="terminal",
            person=self.name,
            external_id=external_id or uuid.uuid4().hex,
            kind=kind,
            text=text,
            button=button,
            hint=self.hint,
            sent_at=now(),
        )
        self.sent.append(inbound)
        async with self.world.house.sessions.begin() as session:
            return await receive(session, inbound)

    async def presses(self, button: str) -> bool:
        return await self.writes(kind=Kind.BUTTON, button=button)

    async def asks(self, text: str = "", **how: object) -> list[str]:
        """Writes, waits for quiet, and gets what was said since."""
        before = len(self.replies)
        await self.writes(text, **how)  # type: ignore[arg-type]
        await self.world.falls_quiet()
        return [reply.text for reply in self.replies[before:]]

    @property
    def replies(self) -> list[Outbound]:
        return [message for message in self.world.terminal.sent if message.person == self.name]

    @property
    def heard(self) -> list[str]:
        return [message.text for message in self.replies]

    @property
    def choices(self) -> list[str]:
        """Ids of the buttons last shown."""
        return [choice.id for choice in self.replies[-1].choices]

    async def conversation(self) -> Conversation:
        async with self.world.house.sessions() as session:
            query = select(Conversation).join(Address, Address.id == Conversation.address_id)
            found = await session.scalar(query.where(Address.fingerprint == keyring().fingerprint("terminal", self.name)))
            assert found is not None
            return found

    async def row(self) -> Person:
        """What is known of the person."""
        conversation = await self.conversation()
        async with self.world.house.sessions() as session:
            return await session.get_one(Person, conversation.person_id)
