"""How often one may fail to sign in. Counted in the database before anything is checked, so that many at once get no more tries than one."""

from __future__ import annotations

import ipaddress
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import DateTime, Float, Interval, case, delete, func, literal, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import now
from bot.sealing import keyring
from bot.staff.models import SignInFailure

MOST_DOUBLED = 6  #: 15 minutes become at most 16 hours


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many failures within a time close the door for a time, which doubles when it happens again."""

    most: int
    within: timedelta
    closed: timedelta
    doubles: bool = False


PERSON = Limit(most=5, within=timedelta(hours=24), closed=timedelta(minutes=15), doubles=True)
ADDRESS = Limit(most=30, within=timedelta(minutes=15), closed=timedelta(minutes=15))


@dataclass(frozen=True, slots=True)
class Door:
    """Whose failures are counted together; the key says nothing without ours."""

    key: bytes
    limit: Limit


def of_email(email: str) -> Door:
    """An e-mail address, whether or not a member has it: a closed door tells nobody who works here."""
    return Door(keyring().fingerprint("sign-in", "email", email.strip().casefold()), PERSON)


def of_codes(member_id: uuid.UUID) -> Door:
    """The codes of one member."""
    return Door(keyring().fingerprint("sign-in", "codes", str(member_id)), PERSON)


def of_address(address: str) -> Door:
    """A network address; of the sixth version its first half, which is what one household or attacker is given."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        pass
    else:
        address = str(ipaddress.ip_network((found, 64), strict=False)) if found.version == 6 else str(found)
    return Door(keyring().fingerprint("sign-in", "address", address), ADDRESS)


async def knock(session: AsyncSession, *doors: Door) -> datetime | None:
    """Count one try at each door; None: go on and check. Otherwise until when a door is closed, and nothing may be checked."""
    for door in doors:
        if until := await _knock(session, door):
            return until
    return None


async def _knock(session: AsyncSession, door: Door) -> datetime | None:
    """One statement: those who come at once are counted one after another. The last try allowed closes the door behind itself."""
    moment, limit, row = now(), door.limit, SignInFailure
    count = case((row.first_at < moment - limit.within, 1), else_=row.failures + 1)
    times = func.power(2, func.least(count // limit.most - 1, MOST_DOUBLED), type_=Float) if limit.doubles else literal(1.0)
    seconds = times * limit.closed.total_seconds()
    closes = literal(moment, DateTime(timezone=True)) + func.make_interval(0, 0, 0, 0, 0, 0, seconds, type_=Interval)
    counted = insert(row).values(key=door.key, failures=1, first_at=moment)
    counted = counted.on_conflict_do_update(
        index_elements=[row.key],
        set_={
            "failures": count,
            "first_at": case((row.first_at < moment - limit.within, moment), else_=row.first_at),
            "locked_until": case((count % limit.most == 0, closes), else_=null()),
        },
        where=or_(row.locked_until.is_(None), row.locked_until <= moment),
    )
    if await session.scalar(counted.returning(row.failures)) is not None:
        return None
    return await session.scalar(select(row.locked_until).where(row.key == door.key))


async def opened(session: AsyncSession, *doors: Door) -> None:
    """It was right after all: the person's failures are forgotten; of the address only this try, for others may be guessing from there."""
    for door in doors:
        if door.limit is PERSON:
            await session.execute(delete(SignInFailure).where(SignInFailure.key == door.key))
        else:
            less = func.greatest(SignInFailure.failures - 1, 0)
            await session.execute(update(SignInFailure).where(SignInFailure.key == door.key).values(failures=less, locked_until=None))


async def forget_failures(session: AsyncSession) -> None:
    """Rows that no longer count."""
    old = SignInFailure.first_at < now() - 2 * PERSON.within
    await session.execute(delete(SignInFailure).where(old, or_(SignInFailure.locked_until.is_(None), SignInFailure.locked_until < now())))
