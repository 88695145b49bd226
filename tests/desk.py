"""Members of staff who work over real HTTP: signed in by a row in the store, then nothing but the pages' own forms."""

from __future__ import annotations

import hashlib
import re
import secrets
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
from sqlalchemy import select

from bot.cases.models import Case, CaseState
from bot.conversation.models import Address, Conversation
from bot.db import now
from bot.house import House
from bot.sealing import keyring
from bot.staff.models import Member, Role, StaffSession
from bot.web.account import COOKIE


async def member_row(house: House, role: Role = Role.COUNSELLOR, **about: Any) -> Member:
    async with house.sessions.begin() as session:
        values = {"email": f"{uuid.uuid4().hex}@example.org", "name": "Sara", "on_duty_since": now(), "seen_at": now()} | about
        member = Member(role=role, **values)
        session.add(member)
    return member


async def cookie_of(house: House, member: Member) -> str:
    """The cookie of a member who has signed in with both factors."""
    cookie = secrets.token_urlsafe(32)
    async with house.sessions.begin() as session:
        kept = {"token_hash": hashlib.sha256(cookie.encode()).digest(), "member_id": member.id, "expires_at": now() + timedelta(hours=12)}
        session.add(StaffSession(**kept, second_factor_at=now()))
    return cookie


@dataclass
class Desk:
    """One member at the pages."""

    house: House
    member: Member
    client: httpx.AsyncClient

    async def page(self, path: str) -> str:
        answer = await self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return answer.text

    async def does(self, what: str, **form: str) -> httpx.Response:
        """Sends a form; the page it leads to."""
        return await self.client.post(f"/staff/{what}", data=form, follow_redirects=True)

    async def acts(self, case: Case, what: str, **form: str) -> httpx.Response:
        return await self.does(f"cases/{case.id}/{what}", **form)

    async def queue(self) -> list[str]:
        """Ids of the cases on the first page, in order."""
        return re.findall(r'id="case-([0-9a-f-]+)"', await self.page("/staff"))


@asynccontextmanager
async def at_desk(house: House, base: str, role: Role = Role.COUNSELLOR, **about: Any) -> AsyncIterator[Desk]:
    member = await member_row(house, role, **about)
    cookies = {COOKIE: await cookie_of(house, member)}
    async with httpx.AsyncClient(base_url=base, headers={"origin": base}, cookies=cookies, timeout=20) as client:
        yield Desk(house, member, client)


async def conversation_of(house: House, channel: str, name: str) -> Conversation:
    async with house.sessions() as session:
        query = select(Conversation).join(Address, Address.id == Conversation.address_id)
        return (await session.scalars(query.where(Address.fingerprint == keyring().fingerprint(channel, name)))).one()


async def case_of(house: House, channel: str, name: str) -> Case | None:
    """The open case of somebody."""
    async with house.sessions() as session:
        query = select(Case).join(Conversation).join(Address, Address.id == Conversation.address_id)
        query = query.where(Address.fingerprint == keyring().fingerprint(channel, name), Case.state != CaseState.CLOSED)
        return await session.scalar(query)
