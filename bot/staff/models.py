"""Members of staff: who they are, how they sign in, what they can do, which team they belong to."""

from __future__ import annotations

import uuid
from datetime import date, datetime, time
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, Date, ForeignKey, Identity, LargeBinary, String, Text, Time, func
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now, words
from bot.sealing import Sealed


class Role(StrEnum):
    """What a member of staff is here for."""

    COUNSELLOR = "counsellor"
    LEAD = "lead"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"


class Team(Base):
    """Counsellors who share working hours."""

    __tablename__ = "team"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    name: Mapped[str] = mapped_column(Text, unique=True)
    time_zone: Mapped[str] = mapped_column(Text, default="UTC")  #: IANA name
    created_at: Mapped[datetime] = mapped_column(default=now)


class TeamHours(Base):
    """One stretch of a weekday in which a team is at work; a team without any is always at work."""

    __tablename__ = "team_hours"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), index=True)
    weekday: Mapped[int]  #: 0 is Monday
    opens: Mapped[time] = mapped_column(Time)
    closes: Mapped[time] = mapped_column(Time)  #: 00:00 is the end of the day


class Holiday(Base):
    """A day on which a team is not at work, whatever the weekday."""

    __tablename__ = "holiday"

    team_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("team.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(Text, default="")


class Member(Base):
    """A member of staff."""

    __tablename__ = "member"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    email: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text, default="", server_default="")  #: as colleagues see it; never sent to a person
    role: Mapped[Role] = mapped_column(words(Role))
    created_at: Mapped[datetime] = mapped_column(default=now)
    signed_in_at: Mapped[datetime | None]  #: last
    disabled_at: Mapped[datetime | None]  #: may no longer sign in; what they did stays theirs

    # how they sign in
    password_hash: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[str | None] = mapped_column(Sealed)
    totp_confirmed_at: Mapped[datetime | None]  #: None: the secret was shown, but no code of it was given yet
    totp_last_step: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")  #: a code is good once
    oidc_subject: Mapped[str | None] = mapped_column(Text, unique=True)  #: issuer and subject at the organisation's own sign-in service

    # how they work
    console_language: Mapped[str] = mapped_column(String(3), default="en", server_default="en")
    languages: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  #: they answer in; none named: all
    topics: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")  #: themes they answer on; none named: all
    team_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("team.id", ondelete="SET NULL"))
    most_cases: Mapped[int] = mapped_column(default=6, server_default="6")  #: open cases that may be given to them
    on_duty_since: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]  #: last time a page of theirs was open

    @property
    def called(self) -> str:
        """How colleagues know them."""
        return self.name or self.email.partition("@")[0]


class SignInLink(Base):
    """A link by which a member sets a password, once; only its hash is kept."""

    __tablename__ = "sign_in_link"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime]


class StaffSession(Base):
    """A signed-in browser; only the hash of its cookie is kept."""

    __tablename__ = "staff_session"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(default=now, server_default=func.now())
    seen_at: Mapped[datetime] = mapped_column(default=now, server_default=func.now())
    expires_at: Mapped[datetime]
    second_factor_at: Mapped[datetime | None]  #: None: only the password was given so far


class RecoveryCode(Base):
    """Signs in once in place of a lost second factor; only its hash is kept."""

    __tablename__ = "recovery_code"

    member_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """How often somebody failed to sign in: with one e-mail address, or from one network address (keyed hashes of either)."""

    __tablename__ = "sign_in_failure"

    key: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    first_at: Mapped[datetime] = mapped_column(default=now)
    locked_until: Mapped[datetime | None]
