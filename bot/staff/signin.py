"""Signing in by a one-time link, and the session that follows. Only hashes of links and cookies are kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import now
from bot.staff.models import Member, Role, SignInLink, StaffSession

LINK_LIVES = timedelta(hours=24)
SESSION_LIVES = timedelta(hours=12)
FIRST_ADMIN = "admin@localhost"


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


async def new_link(session: AsyncSession, member: Member) -> str:
    """The token of a link that signs this member in once, within a day; earlier links end."""
    token = secrets.token_urlsafe(24)
    await session.execute(delete(SignInLink).where(SignInLink.member_id == member.id))
    session.add(SignInLink(token_hash=_hash(token), member_id=member.id, expires_at=now() + LINK_LIVES))
    return token


async def link_is_good(session: AsyncSession, token: str) -> bool:
    found = await session.get(SignInLink, _hash(token))
    return found is not None and found.expires_at > now()


async def sign_in(session: AsyncSession, token: str) -> str | None:
    """The cookie of a new session; None where the link was used or has run out."""
    used = delete(SignInLink).where(SignInLink.token_hash == _hash(token), SignInLink.expires_at > now()).returning(SignInLink.member_id)
    member_id = await session.scalar(used)
    if member_id is None:
        return None
    cookie = secrets.token_urlsafe(32)
    session.add(StaffSession(token_hash=_hash(cookie), member_id=member_id, expires_at=now() + SESSION_LIVES))
    member = await session.get_one(Member, member_id)
    member.signed_in_at = now()
    return cookie


async def member_of(session: AsyncSession, cookie: str | None) -> Member | None:
    if not cookie:
        return None
    query = select(Member).join(StaffSession, StaffSession.member_id == Member.id)
    return await session.scalar(query.where(StaffSession.token_hash == _hash(cookie), StaffSession.expires_at > now()))


async def sign_out(session: AsyncSession, cookie: str) -> None:
    await session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(cookie)))


async def add(session: AsyncSession, email: str, role: Role, languages: list[str]) -> str:
    """The sign-in link of a member, who is made or, if known by this e-mail, changed."""
    member = await session.scalar(select(Member).where(Member.email == email.strip().casefold()))
    if member is None:
        member = Member(email=email.strip().casefold(), role=role, languages=languages)
        session.add(member)
    member.role, member.languages = role, languages or member.languages
    await session.flush()
    return await new_link(session, member)


async def first_admin(session: AsyncSession) -> str | None:
    """A fresh link for the first admin, as long as nobody has ever signed in."""
    if await session.scalar(select(Member.id).where(Member.signed_in_at.is_not(None)).limit(1)):
        return None
    return await add(session, FIRST_ADMIN, Role.ADMIN, [])
