"""A person, the addresses they write from, their conversation and its messages."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ARRAY, BigInteger, ForeignKey, Identity, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now, words
from bot.sealing import Sealed, SealedBytes


class State(StrEnum):
    """Who answers in a conversation; every sender asks."""

    BOT = "bot"
    WAITING = "waiting"  #: handed over, no counsellor has taken it yet
    COUNSELLOR = "counsellor"
    STOPPED = "stopped"  #: asked not to be written to


class Delivery(StrEnum):
    """What became of a reply; only ever moves forward."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"

    def may_become(self, later: Delivery) -> bool:
        order = list(Delivery)
        if self is Delivery.FAILED:
            return False
        return (later is Delivery.FAILED and self in (Delivery.QUEUED, Delivery.SENT)) or (
            later is not Delivery.FAILED and order.index(later) > order.index(self)
        )


class Person(Base):
    """Somebody who writes to us; known by nothing but an id of ours."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    created_at: Mapped[datetime] = mapped_column(default=now)
    country_of_stay: Mapped[str | None] = mapped_column(String(2))
    country_of_return: Mapped[str | None] = mapped_column(String(2))


class Address(Base):
    """Where a person can be reached: sealed, and found again by its keyed hash."""

    __tablename__ = "address"
    __table_args__ = (UniqueConstraint("channel", "fingerprint"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    fingerprint: Mapped[bytes] = mapped_column(LargeBinary(32))
    name: Mapped[str] = mapped_column(Sealed)
    gone_at: Mapped[datetime | None]  #: the person blocked us or closed the chat


class Conversation(Base):
    """What a person and we say to each other at one address."""

    __tablename__ = "conversation"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    address_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("address.id", ondelete="CASCADE"), unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    state: Mapped[State] = mapped_column(words(State), default=State.BOT)
    language: Mapped[str | None] = mapped_column(String(3))
    language_chosen: Mapped[bool] = mapped_column(default=False)  #: by the person, so no longer guessed from each message
    language_doubted: Mapped[int] = mapped_column(default=0, server_default="0")  #: messages in a row whose language was not clear
    hint: Mapped[str | None] = mapped_column(String(16))  #: language of the person's app
    noticed_at: Mapped[datetime | None]  #: when the privacy notice was given
    unsure: Mapped[int] = mapped_column(default=0)  #: messages not understood in a row
    offered: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)  #: ids of the choices last offered, for typed numbers
    pending: Mapped[str | None] = mapped_column(
        String(64)
    )  #: the answer to be completed once the country of stay (after «home:», of return) is known
    home_asked: Mapped[bool] = mapped_column(default=False, server_default="false")  #: for the country of return: once is enough
    safe_to_write: Mapped[bool | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    last_inbound_at: Mapped[datetime | None] = mapped_column(index=True)  #: the 24-hour window of WhatsApp counts from here
    asked_on_at: Mapped[datetime | None]  #: when the person was last asked, near the end of the window, whether to go on
    reopened_at: Mapped[datetime | None]  #: when a template was last sent to reopen the window


class Message(Base):
    """One message, heard or said."""

    __tablename__ = "message"
    __table_args__ = (
        Index("message_heard_once", "channel", "external_id", unique=True, postgresql_where="direction = 'in'"),
        Index("message_said", "channel", "external_id", postgresql_where="direction = 'out'"),
        Index("message_thread", "conversation_id", "id"),
        Index("message_to_sort", "created_at", postgresql_where="sorted_at is null and (wrong or action in ('clarify', 'handover'))"),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    conversation_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("conversation.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    direction: Mapped[str] = mapped_column(String(3))  #: in · out
    external_id: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(16), default="text")
    text: Mapped[str] = mapped_column(Sealed)
    created_at: Mapped[datetime] = mapped_column(default=now)
    sent_at: Mapped[datetime | None]  #: heard: the messenger's time; said: when the messenger took it

    # heard
    button: Mapped[str | None] = mapped_column(Text)
    media: Mapped[str | None] = mapped_column(Sealed)
    callback: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    language: Mapped[str | None] = mapped_column(String(3))
    intent: Mapped[str | None] = mapped_column(String(64))
    confidence: Mapped[float | None]
    risk: Mapped[str | None] = mapped_column(String(16))
    action: Mapped[str | None] = mapped_column(
        String(16)
    )  #: what the bot did about words it read: answer · clarify · handover (not understood, or not for us) · urgent
    wrong: Mapped[bool] = mapped_column(default=False, server_default="false")  #: somebody said that it was read wrongly
    sorted_at: Mapped[datetime | None]  #: when an editor dealt with it

    # said
    author: Mapped[str] = mapped_column(String(64), default="person")  #: person · bot · the id of a member of staff
    choices: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    useful: Mapped[bool | None]  #: what the person said of the answer
    delivery: Mapped[Delivery | None] = mapped_column(words(Delivery))
    reason: Mapped[str | None] = mapped_column(Text)  #: why it failed, as a code of the messenger
    attempts: Mapped[int] = mapped_column(default=0)
    answers_id: Mapped[int | None] = mapped_column(BigInteger)  #: the inbound message that this reply answers


class Attachment(Base):
    """A file below a reply: what a counsellor sends is kept here; what follows an answer is kept, or drawn, elsewhere."""

    __tablename__ = "attachment"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    message_id: Mapped[int] = mapped_column(ForeignKey("message.id", ondelete="CASCADE"), unique=True)
    content_type: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(Text, default="")
    content: Mapped[bytes | None] = mapped_column(SealedBytes)
    media_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("answer_media.id"), index=True)
    drawn: Mapped[str] = mapped_column(String(16), default="", server_default="")  #: name of a drawing, made when it is needed
