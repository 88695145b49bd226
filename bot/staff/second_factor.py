"""The second factor: codes of an app (TOTP), each good once, and recovery codes for the day the telephone is gone."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from datetime import datetime

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import now
from bot.sealing import keyring
from bot.staff.models import Member, RecoveryCode, Role

#: Roles that see conversations, or decide what people read: a wrong number hurts as much as a leaked word.
NEEDED = frozenset({Role.COUNSELLOR, Role.LEAD, Role.APPROVER, Role.ADMIN})
STEP = 30  #: seconds
RECOVERY_CODES = 10


def is_needed(member: Member) -> bool:
    """Whether the password alone is not enough: by role, or because the member set it up."""
    return member.role in NEEDED or member.totp_confirmed_at is not None


def secret_for(cookie: str) -> str:
    """The secret offered to a session, the same each time its page is opened; kept only once a code of it was given."""
    return base64.b32encode(keyring().fingerprint("totp", cookie)[:20]).decode()


def address_of(secret: str, email: str) -> str:
    """What the QR code says to the app."""
    return pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Homeward")


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step of time a code belongs to: now, or one before or after, for clocks that are not quite right."""
    code = "".join(code.split())
    here = int(at.timestamp()) // STEP
    found = None
    for step in (here - 1, here, here + 1):
        if hmac.compare_digest(pyotp.TOTP(secret).at(step * STEP).encode(), code.encode()):
            found = step
    return found


async def code_is_good(session: AsyncSession, member: Member, code: str) -> bool:
    """Whether a code is right and was not used before; who looks over a shoulder comes too late."""
    step = step_of(member.totp_secret, code, now()) if member.totp_secret and member.totp_confirmed_at else None
    if step is None:
        return False
    first = update(Member).where(Member.id == member.id, Member.totp_last_step < step).values(totp_last_step=step).returning(Member.id)
    return await session.scalar(first) is not None


async def set_up(session: AsyncSession, member: Member, secret: str, code: str) -> list[str]:
    """Take over a secret of which a code was given; the new recovery codes, or none where the code is wrong."""
    step = step_of(secret, code, now())
    if step is None:
        return []
    values = {"totp_secret": secret, "totp_confirmed_at": now(), "totp_last_step": step}
    await session.execute(update(Member).where(Member.id == member.id).values(**values))
    return await new_codes(session, member)


async def new_codes(session: AsyncSession, member: Member) -> list[str]:
    """Ten recovery codes, shown now and never again; earlier ones end."""
    codes = [_code() for _ in range(RECOVERY_CODES)]
    await session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
    session.add_all([RecoveryCode(member_id=member.id, code_hash=_hash(code)) for code in codes])
    await session.flush()
    return codes


def _code() -> str:
    """Eighty bits, in signs that are not mistaken for each other."""
    text = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, 16, 4))


def _hash(code: str) -> bytes:
    return hashlib.sha256("".join(sign for sign in code.casefold() if sign.isalnum()).encode()).digest()


async def use_recovery_code(session: AsyncSession, member: Member, code: str) -> bool:
    """Whether this is one of the member's codes and was not used before."""
    unused = (RecoveryCode.member_id == member.id, RecoveryCode.code_hash == _hash(code), RecoveryCode.used_at.is_(None))
    return await session.scalar(update(RecoveryCode).where(*unused).values(used_at=now()).returning(RecoveryCode.member_id)) is not None


async def codes_left(session: AsyncSession, member: Member) -> int:
    mine = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.member_id == member.id, RecoveryCode.used_at.is_(None))
    return await session.scalar(mine) or 0


async def take_away(session: AsyncSession, member: Member) -> None:
    """The member has no second factor any more, and sets one up at the next sign-in if the role needs it."""
    values = {"totp_secret": None, "totp_confirmed_at": None, "totp_last_step": 0}
    await session.execute(update(Member).where(Member.id == member.id).values(**values))
    await session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member.id))
