"""Links by which members set a password, and the sessions of those who signed in. Only hashes of links and cookies are kept."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import now
from bot.staff.audit import note_act
from bot.staff.models import Member, Role, SignInLink, StaffSession
from bot.staff.second_factor import is_needed, take_away

LINK_LIVES = timedelta(hours=24)
SESSION_LIVES = timedelta(hours=12)
HALF_LIVES = timedelta(minutes=30)  #: of a session in which only the password was given
IDLE = timedelta(minutes=60)  #: without an act of the member, a session ends; on duty an open page is act enough
NOTED_AGAIN = timedelta(minutes=1)  #: how exactly the last act is known
FIRST_ADMIN = "admin@localhost"


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


# --- links -------------------------------------------------------------------------------------------------------------------


async def new_link(session: AsyncSession, member: Member) -> str:
    """The token of a link by which this member sets a password, once, within a day; earlier links end."""
    token = secrets.token_urlsafe(24)
    await session.execute(delete(SignInLink).where(SignInLink.member_id == member.id))
    session.add(SignInLink(token_hash=_hash(token), member_id=member.id, expires_at=now() + LINK_LIVES))
    return token


async def member_of_link(session: AsyncSession, token: str) -> Member | None:
    """Whose link this is; None where it was used or has run out."""
    query = select(Member).join(SignInLink, SignInLink.member_id == Member.id)
    return await session.scalar(query.where(SignInLink.token_hash == _hash(token), SignInLink.expires_at > now(), Member.disabled_at.is_(None)))


async def use_link(session: AsyncSession, token: str, *, name: str, password_hash: str) -> Member | None:
    """Set name and password by a link, which is used up; everything the member was signed in with ends."""
    used = delete(SignInLink).where(SignInLink.token_hash == _hash(token), SignInLink.expires_at > now()).returning(SignInLink.member_id)
    member_id = await session.scalar(used)
    member = await session.get(Member, member_id, with_for_update=True, populate_existing=True) if member_id else None
    if member is None or member.disabled_at:
        return None
    member.name, member.password_hash = name or member.name, password_hash
    await end_sessions(session, member.id)
    return member


# --- sessions ----------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """A member, and the session in which they ask."""

    member: Member
    session: StaffSession

    @property
    def whole(self) -> bool:
        """Whether everything was given that this member must give. Asked anew each time: a role may have changed since."""
        return self.session.second_factor_at is not None or not is_needed(self.member)


async def new_session(session: AsyncSession, member: Member, *, second_factor: bool) -> str:
    """The cookie of a new session; without the second factor it leads a member who needs one no further than there."""
    cookie = secrets.token_urlsafe(32)
    whole = second_factor or not is_needed(member)
    row = StaffSession(token_hash=_hash(cookie), member_id=member.id, expires_at=now() + (SESSION_LIVES if whole else HALF_LIVES))
    row.second_factor_at = now() if second_factor else None
    session.add(row)
    await session.flush()
    if whole:
        await session.execute(update(Member).where(Member.id == member.id).values(signed_in_at=now()))
    return cookie


async def standing_of(session: AsyncSession, cookie: str | None) -> Standing | None:
    """Who asks with this cookie; None where the session has ended in any of its ways."""
    if not cookie:
        return None
    query = select(Member, StaffSession).join(StaffSession, StaffSession.member_id == Member.id)
    lives = (StaffSession.expires_at > now(), StaffSession.seen_at > now() - IDLE, Member.disabled_at.is_(None))
    found = (await session.execute(query.where(StaffSession.token_hash == _hash(cookie), *lives))).first()
    return Standing(found[0], found[1]) if found else None


async def is_seen(session: AsyncSession, member: Member) -> None:
    """A page of the member is open: they can be counted on. Known to the minute."""
    if member.seen_at is None or member.seen_at < now() - NOTED_AGAIN:
        await session.execute(update(Member).where(Member.id == member.id).values(seen_at=now()))


async def member_of(session: AsyncSession, cookie: str | None) -> Member | None:
    """The member who is wholly signed in with this cookie."""
    standing = await standing_of(session, cookie)
    return standing.member if standing and standing.whole else None


async def renew(session: AsyncSession, cookie: str, standing: Standing, *, second_factor: bool) -> str:
    """A new cookie in place of this one, at each step: nobody can plant one and wait for it to be worth something."""
    await sign_out(session, cookie)
    fresh = await new_session(session, standing.member, second_factor=second_factor or standing.session.second_factor_at is not None)
    if standing.whole:  # it does not live longer by that
        await session.execute(update(StaffSession).where(StaffSession.token_hash == _hash(fresh)).values(expires_at=standing.session.expires_at))
    return fresh


def is_stale(row: StaffSession) -> bool:
    """Whether an act should be noted in the session."""
    return row.seen_at < now() - NOTED_AGAIN


async def touch(session: AsyncSession, row: StaffSession) -> None:
    """The member did something."""
    await session.execute(update(StaffSession).where(StaffSession.token_hash == row.token_hash).values(seen_at=now()))


async def sessions_of(session: AsyncSession, member_id: uuid.UUID) -> Sequence[StaffSession]:
    """Where a member is signed in, newest first."""
    lives = (StaffSession.expires_at > now(), StaffSession.seen_at > now() - IDLE)
    query = select(StaffSession).where(StaffSession.member_id == member_id, *lives).order_by(StaffSession.seen_at.desc())
    return (await session.scalars(query.limit(50))).all()


async def sign_out(session: AsyncSession, cookie: str) -> None:
    await session.execute(delete(StaffSession).where(StaffSession.token_hash == _hash(cookie)))


async def end_sessions(session: AsyncSession, member_id: uuid.UUID, besides: StaffSession | None = None) -> int:
    """End all sessions of a member, or all but one; how many there were."""
    mine = delete(StaffSession).where(StaffSession.member_id == member_id)
    if besides is not None:
        mine = mine.where(StaffSession.token_hash != besides.token_hash)
    return len((await session.scalars(mine.returning(StaffSession.created_at))).all())


# --- members -----------------------------------------------------------------------------------------------------------------


async def add(session: AsyncSession, email: str, role: Role, languages: list[str], *, new_second_factor: bool = False) -> str:
    """The link of a member, who is made or, if known by this e-mail, changed and let in again; on request without the second factor they lost."""
    email = email.strip().casefold()
    member = await session.scalar(select(Member).where(Member.email == email))
    known = member is not None
    if member is None:
        member = Member(email=email, role=role, languages=languages)
        session.add(member)
    member.role, member.languages, member.disabled_at = role, languages or member.languages, None
    await session.flush()
    await note_act(session, None, "member.changed" if known else "member.invited", member.id, role.value)
    if new_second_factor:
        await take_away(session, member)
        await end_sessions(session, member.id)
        await note_act(session, None, "member.factor_reset", member.id)
    return await new_link(session, member)


async def first_admin(session: AsyncSession) -> str | None:
    """A fresh link for the first admin, as long as no admin has come in by a way that is still there."""
    ways = (Member.signed_in_at.is_not(None), or_(Member.password_hash.is_not(None), Member.oidc_subject.is_not(None)))
    if await session.scalar(select(Member.id).where(Member.role == Role.ADMIN, Member.disabled_at.is_(None), *ways).limit(1)):
        return None
    return await add(session, FIRST_ADMIN, Role.ADMIN, [])
