"""Locking out, second factor, recovery codes, links and sessions: in the store, where many processes meet."""

import asyncio
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Sessions, connect, now
from bot.retention import forget_sign_ins
from bot.staff import second_factor
from bot.staff.audit import Audit, note_act
from bot.staff.lockout import Door, knock, of_address, of_codes, of_email, opened
from bot.staff.models import Member, RecoveryCode, Role, SignInFailure, StaffSession
from bot.staff.signin import (
    HALF_LIVES,
    IDLE,
    add,
    end_sessions,
    first_admin,
    member_of,
    member_of_link,
    new_session,
    renew,
    sessions_of,
    standing_of,
    use_link,
)


async def member_in(session: AsyncSession, role: Role = Role.COUNSELLOR) -> Member:
    member = Member(email=f"{role}-{id(session)}@example.org", role=role)
    session.add(member)
    await session.flush()
    return member


async def later(session: AsyncSession, door: Door, by: timedelta) -> None:
    """As if so much time had passed since the failures."""
    row = await session.get(SignInFailure, door.key, populate_existing=True)
    assert row is not None
    row.first_at -= by
    row.locked_until = row.locked_until and row.locked_until - by
    await session.flush()


async def fails(session: AsyncSession, door: Door, times: int) -> int:
    """How many of so many tries were let through."""
    return [await knock(session, door) for _ in range(times)].count(None)


# --- locking out -------------------------------------------------------------------------------------------------------------


async def test_five_failures_close_the_door_and_each_five_more_close_it_twice_as_long(session: AsyncSession) -> None:
    door = of_email("sara@example.org")
    for minutes in (15, 30, 60):
        assert await fails(session, door, 9) == 5
        until = await knock(session, door)
        assert until is not None
        assert timedelta(minutes=minutes - 1) < until - now() <= timedelta(minutes=minutes)
        await later(session, door, until - now() + timedelta(seconds=1))
    assert await knock(session, door) is None


async def test_what_is_long_ago_no_longer_counts(session: AsyncSession) -> None:
    door = of_email("sara@example.org")
    await fails(session, door, 4)
    await later(session, door, timedelta(hours=25))
    assert await fails(session, door, 9) == 5


async def test_a_right_password_opens_the_door_of_the_person_again(session: AsyncSession) -> None:
    door = of_email("sara@example.org")
    for _ in range(4):
        assert await fails(session, door, 5) == 5
        await opened(session, door)


async def test_an_address_is_let_through_as_often_as_it_is_right(session: AsyncSession) -> None:
    """A whole office signs in from one address in the morning; who guesses from there and is once right has no more tries for that."""
    office = of_address("192.0.2.7")
    for _ in range(40):
        assert await knock(session, office) is None
        await opened(session, office)
    assert await fails(session, office, 29) == 29
    assert await knock(session, office) is None
    await opened(session, office)
    assert await fails(session, office, 5) == 1
    until = await knock(session, office)
    assert until is not None
    await later(session, office, timedelta(minutes=16))
    assert await knock(session, office) is None


async def test_a_closed_address_does_not_close_the_doors_of_persons(session: AsyncSession) -> None:
    address, person = of_address("192.0.2.8"), of_email("tom@example.org")
    await fails(session, address, 30)
    for _ in range(9):
        assert await knock(session, address, person) is not None
    assert await knock(session, person) is None


def test_doors() -> None:
    assert of_email(" Sara@Example.org ") == of_email("sara@example.org") != of_email("tara@example.org")
    assert of_address("2001:db8:1:2::1") == of_address("2001:db8:1:2:ffff::9") != of_address("2001:db8:1:3::1")
    assert of_address("192.0.2.1") != of_address("192.0.2.2")
    assert of_address("somewhere").key != of_email("somewhere").key
    assert b"sara" not in of_email("sara@example.org").key


async def test_many_processes_at_once_get_no_more_tries_than_one(database: str) -> None:
    engines = [connect(database, pool_size=3) for _ in range(4)]
    door = of_email("sara@example.org")

    async def tries(sessions: Sessions) -> bool:
        async with sessions.begin() as session:
            return await knock(session, door) is None

    let_through = await asyncio.gather(*(tries(sessions) for _, sessions in engines for _ in range(10)))
    assert sum(let_through) == 5
    for engine, _ in engines:
        await engine.dispose()


# --- second factor -----------------------------------------------------------------------------------------------------------


async def enrolled(session: AsyncSession) -> tuple[Member, pyotp.TOTP, list[str]]:
    """A member whose app gave its first code a minute and a half ago."""
    member = await member_in(session)
    app = pyotp.TOTP(second_factor.secret_for("a cookie"))
    codes = await second_factor.set_up(session, member, second_factor.secret_for("a cookie"), app.now())
    await session.refresh(member)
    await session.execute(update(Member).where(Member.id == member.id).values(totp_last_step=Member.totp_last_step - 3))
    return member, app, codes


def test_a_code_is_good_for_a_little_while() -> None:
    """One step of half a minute before and after: no clock is quite right."""
    secret = second_factor.secret_for("a cookie")
    at = datetime(2026, 11, 28, 12, 0, 10, tzinfo=UTC)
    step = int(at.timestamp()) // second_factor.STEP
    shown = {number: pyotp.TOTP(secret).at(at + timedelta(seconds=number * second_factor.STEP)) for number in (-2, -1, 0, 1, 2)}
    found = {number: second_factor.step_of(secret, code, at) for number, code in shown.items()}
    assert found == {-2: None, -1: step - 1, 0: step, 1: step + 1, 2: None}
    assert second_factor.step_of(secret, f" {shown[0][:3]} {shown[0][3:]}", at) == step
    assert second_factor.step_of(secret, "", at) is None
    assert second_factor.step_of(secret, "١٢٣٤٥٦", at) is None


async def test_a_code_is_good_once(session: AsyncSession) -> None:
    member, app, _ = await enrolled(session)
    code, earlier = app.now(), app.at(now() - timedelta(seconds=second_factor.STEP))
    assert await second_factor.code_is_good(session, member, code)
    assert not await second_factor.code_is_good(session, member, code)
    assert not await second_factor.code_is_good(session, member, earlier)  # nor one from before


async def test_no_code_is_good_before_one_was_given(session: AsyncSession) -> None:
    member = await member_in(session)
    secret = second_factor.secret_for("a cookie")
    assert await second_factor.set_up(session, member, secret, "000 00") == []
    await session.refresh(member)
    assert member.totp_confirmed_at is None
    assert not await second_factor.code_is_good(session, member, pyotp.TOTP(secret).now())


async def test_the_code_that_set_it_up_is_used(session: AsyncSession) -> None:
    member = await member_in(session)
    secret = second_factor.secret_for("a cookie")
    code = pyotp.TOTP(secret).now()
    assert await second_factor.set_up(session, member, secret, code)
    await session.refresh(member)
    assert not await second_factor.code_is_good(session, member, code)


def test_the_secret_stays_for_a_session_and_is_long() -> None:
    assert second_factor.secret_for("a") == second_factor.secret_for("a") != second_factor.secret_for("b")
    assert len(second_factor.secret_for("a")) == 32


async def test_recovery_codes_are_good_once_each_and_only_for_their_member(session: AsyncSession) -> None:
    member, _, codes = await enrolled(session)
    other = await member_in(session, Role.LEAD)
    assert len(set(codes)) == 10
    assert not await second_factor.use_recovery_code(session, other, codes[0])
    assert await second_factor.use_recovery_code(session, member, codes[0].upper().replace("-", " "))
    assert not await second_factor.use_recovery_code(session, member, codes[0])
    assert await second_factor.codes_left(session, member) == 9
    assert len(await second_factor.new_codes(session, member)) == 10
    assert not await second_factor.use_recovery_code(session, member, codes[1])
    kept = await session.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.member_id == member.id))
    assert all(codes[2].encode() not in one for one in kept)


async def test_the_database_sees_no_secret(session: AsyncSession) -> None:
    member, app, _ = await enrolled(session)
    kept = await session.scalar(text("select totp_secret from member where id = :id").bindparams(id=member.id))
    assert app.secret.encode() not in bytes(kept)


async def test_taken_away(session: AsyncSession) -> None:
    member, app, codes = await enrolled(session)
    await second_factor.take_away(session, member)
    await session.refresh(member)
    assert not await second_factor.code_is_good(session, member, app.now())
    assert not await second_factor.use_recovery_code(session, member, codes[0])


# --- links and sessions ------------------------------------------------------------------------------------------------------


async def test_a_link_sets_a_password_once_and_ends_what_was(session: AsyncSession) -> None:
    token = await add(session, "Sara@Example.org", Role.COUNSELLOR, ["fa"])
    member = await member_of_link(session, token)
    assert member is not None
    before = await new_session(session, member, second_factor=True)
    used = await use_link(session, token, name="Sara", password_hash="hash")
    assert used is member
    assert (member.name, member.password_hash) == ("Sara", "hash")
    assert await member_of(session, before) is None
    assert await member_of_link(session, token) is None
    assert await use_link(session, token, name="", password_hash="another") is None


async def test_a_disabled_member_has_no_way_in(session: AsyncSession) -> None:
    token = await add(session, "sara@example.org", Role.EDITOR, [])
    member = await member_of_link(session, token)
    assert member is not None
    cookie = await new_session(session, member, second_factor=True)
    member.disabled_at = now()
    await session.flush()
    assert await member_of(session, cookie) is None
    assert await member_of_link(session, token) is None
    assert await use_link(session, token, name="", password_hash="hash") is None


async def test_the_password_alone_is_enough_only_for_who_sees_no_conversations(session: AsyncSession) -> None:
    for role in Role:
        member = await member_in(session, role)
        half = await new_session(session, member, second_factor=False)
        assert (await member_of(session, half) is not None) == (role is Role.EDITOR), role
        assert await member_of(session, await new_session(session, member, second_factor=True)) is not None


async def test_who_becomes_a_counsellor_must_give_more(session: AsyncSession) -> None:
    member = await member_in(session, Role.EDITOR)
    cookie = await new_session(session, member, second_factor=False)
    member.role = Role.COUNSELLOR
    await session.flush()
    assert await member_of(session, cookie) is None
    assert await standing_of(session, cookie) is not None


async def moved(session: AsyncSession, by: timedelta) -> None:
    moved_back = {"seen_at": StaffSession.seen_at - by, "expires_at": StaffSession.expires_at - by}
    await session.execute(update(StaffSession).values(**moved_back).execution_options(synchronize_session=False))


async def test_sessions_end_by_themselves(session: AsyncSession) -> None:
    member = await member_in(session)
    idle = await new_session(session, member, second_factor=True)
    await moved(session, IDLE - timedelta(minutes=1))
    half = await new_session(session, member, second_factor=False)
    assert await member_of(session, idle) is not None
    await moved(session, timedelta(minutes=2))
    assert await member_of(session, idle) is None
    await moved(session, HALF_LIVES)
    assert await standing_of(session, half) is None
    busy = await new_session(session, member, second_factor=True)
    await moved(session, timedelta(hours=12))
    await session.execute(update(StaffSession).values(seen_at=now()))
    assert await member_of(session, busy) is None
    assert list(await sessions_of(session, member.id)) == []
    await forget_sign_ins(session)
    assert await session.scalar(select(func.count()).select_from(StaffSession).where(StaffSession.member_id == member.id)) == 0


async def test_each_step_gives_a_new_cookie_and_no_longer_life(session: AsyncSession) -> None:
    member = await member_in(session)
    half = await new_session(session, member, second_factor=False)
    standing = await standing_of(session, half)
    assert standing is not None
    whole = await renew(session, half, standing, second_factor=True)
    assert await standing_of(session, half) is None
    standing = await standing_of(session, whole)
    assert standing is not None
    await moved(session, timedelta(minutes=30))
    session.expire_all()
    standing = await standing_of(session, whole)
    assert standing is not None
    again = await standing_of(session, await renew(session, whole, standing, second_factor=False))
    assert again is not None
    assert again.whole
    assert again.session.expires_at == standing.session.expires_at


async def test_ending_the_others_keeps_this_one(session: AsyncSession) -> None:
    member = await member_in(session)
    this, other = [await new_session(session, member, second_factor=True) for _ in range(2)]
    standing = await standing_of(session, this)
    assert standing is not None
    assert await end_sessions(session, member.id, besides=standing.session) == 1
    assert await member_of(session, this) is not None
    assert await member_of(session, other) is None


async def test_the_first_admin_gets_links_until_somebody_is_in(session: AsyncSession) -> None:
    token = await first_admin(session)
    assert token is not None
    member = await use_link(session, token, name="", password_hash="hash")
    assert member is not None
    await new_session(session, member, second_factor=False)
    assert await first_admin(session) is not None  # the password alone is not in
    await new_session(session, member, second_factor=True)
    assert await first_admin(session) is None
    member.password_hash = None  # came in when a link alone let people in
    await session.flush()
    assert await first_admin(session) is not None


async def test_old_failures_are_forgotten(session: AsyncSession) -> None:
    old, young = of_email("old@example.org"), of_codes((await member_in(session)).id)
    await fails(session, old, 2)
    await fails(session, young, 2)
    await later(session, old, timedelta(days=3))
    await forget_sign_ins(session)
    assert await session.get(SignInFailure, old.key) is None
    assert await session.get(SignInFailure, young.key) is not None


# --- audit -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("statement", ["update audit set detail = 'nothing'", "delete from audit", "truncate audit"])
async def test_the_database_refuses_to_change_the_audit(session: AsyncSession, statement: str) -> None:
    await note_act(session, None, "signin.failed")
    with pytest.raises(DBAPIError, match="append-only"):
        async with session.begin_nested():
            await session.execute(text(statement))
    assert await session.scalar(select(func.count()).select_from(Audit)) == 1
