"""What admins do to members: invite, change, let go and take back. There is always an admin left who can sign in."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import now, one_at_a_time
from bot.staff.audit import note_act
from bot.staff.models import Member, Role
from bot.staff.signin import end_sessions, new_link

PAGE = 50
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+")


def looks_right(email: str) -> bool:
    """Whether somebody could have this e-mail address; only a message could tell for certain."""
    return len(email) <= 254 and _EMAIL.fullmatch(email.strip()) is not None


async def listed(session: AsyncSession, number: int) -> tuple[Sequence[Member], int]:
    """One page of all members, those who may sign in first; and how many pages there are."""
    query = select(Member).order_by(Member.disabled_at.is_not(None), Member.email).offset((number - 1) * PAGE).limit(PAGE)
    pages = -(-(await session.scalar(select(func.count()).select_from(Member)) or 0) // PAGE)
    return (await session.scalars(query)).all(), max(1, pages)


async def invite(session: AsyncSession, by: Member, email: str, values: dict[str, Any]) -> tuple[Member, str] | None:
    """A new member and the link for them; None where somebody has this e-mail address already."""
    email = email.strip().casefold()
    await one_at_a_time(session, f"member {email}")
    if await session.scalar(select(Member.id).where(Member.email == email)):
        return None
    member = Member(email=email, **values)
    session.add(member)
    await session.flush()
    await note_act(session, by.id, "member.invited", member.id, member.role.value)
    return member, await new_link(session, member)


async def change(session: AsyncSession, by: Member, member: Member, values: dict[str, Any]) -> bool:
    """Set what an admin sets; False, and nothing changes, where nobody could administer any more."""
    role = values.get("role", member.role)
    if role is not Role.ADMIN and await _is_last_admin(session, member):
        return False
    was = member.role
    for name, value in values.items():
        setattr(member, name, value)
    await note_act(session, by.id, "member.changed", member.id, role.value if role is was else f"{was.value} → {role.value}")
    return True


async def disable(session: AsyncSession, by: Member, member: Member) -> bool:
    """They are out at once and cannot come in; what they did stays theirs. False where nobody could administer any more."""
    if await _is_last_admin(session, member):
        return False
    if member.disabled_at is None:
        member.disabled_at, member.on_duty_since = now(), None
        await end_sessions(session, member.id)
        await note_act(session, by.id, "member.disabled", member.id)
    return True


async def enable(session: AsyncSession, by: Member, member: Member) -> None:
    if member.disabled_at is not None:
        member.disabled_at = None
        await note_act(session, by.id, "member.enabled", member.id)


async def _is_last_admin(session: AsyncSession, member: Member) -> bool:
    """Whether no other admin has ever signed in. Two who let each other go at the same moment are asked one after the other."""
    if member.role is not Role.ADMIN or member.disabled_at is not None or member.signed_in_at is None:
        return False
    await one_at_a_time(session, "admins")
    others = select(Member.id).where(Member.role == Role.ADMIN, Member.disabled_at.is_(None), Member.signed_in_at.is_not(None))
    return await session.scalar(others.where(Member.id != member.id).limit(1)) is None


async def found(session: AsyncSession, member_id: uuid.UUID) -> Member | None:
    """A member, whose row nobody else changes meanwhile."""
    return await session.get(Member, member_id, with_for_update=True, populate_existing=True)
