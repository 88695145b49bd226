"""What editors teach, what they ask of every model, and the models that were made of it."""

from __future__ import annotations

import uuid
from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import Base, now, words


class Sentence(Base):
    """A sentence that an editor has taught: nobody's any more, its personal data were removed before."""

    __tablename__ = "sentence"
    __table_args__ = (UniqueConstraint("language", "normal", "intent"), Index("sentence_newest", "created_at"))

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    text: Mapped[str] = mapped_column(Text)
    normal: Mapped[str] = mapped_column(Text)  #: as understanding sees it, so that nothing is taught twice
    language: Mapped[str] = mapped_column(String(3))
    intent: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(String(16))  #: unanswered · typed
    member_id: Mapped[uuid.UUID | None]  #: who taught it; no foreign key, it outlives the member
    created_at: Mapped[datetime] = mapped_column(default=now)


class MissingTopic(Base):
    """Something that people ask about and no answer exists for."""

    __tablename__ = "missing_topic"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text, unique=True)  #: the name as it is compared
    count: Mapped[int] = mapped_column(default=0)  #: messages noted under it
    member_id: Mapped[uuid.UUID | None]  #: who named it first
    noted_at: Mapped[datetime] = mapped_column(default=now)  #: last


class TestQuestion(Base):
    """A question that must lead to its answer; no model is ever trained on it."""

    __tablename__ = "test_question"
    __table_args__ = (UniqueConstraint("language", "normal"), Index("test_question_of", "intent", "language"))
    __test__ = False  #: no test of ours, whatever its name begins with

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    intent: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(Text)
    normal: Mapped[str] = mapped_column(Text)
    member_id: Mapped[uuid.UUID | None]  #: None: it came with the files
    created_at: Mapped[datetime] = mapped_column(default=now)


class ModelState(StrEnum):
    """What became of a training."""

    TRAINING = "training"
    CANDIDATE = "candidate"  #: trained and compared
    LIVE = "live"  #: messages are read by it
    EARLIER = "earlier"  #: was live
    FAILED = "failed"
    CANCELLED = "cancelled"
    REPLACED = "replaced"  #: never live, and there is a newer one


class Model(Base):
    """One training from the desk, and the model it made. Without a live one messages are read by the model that Homeward came with."""

    __tablename__ = "model"
    __table_args__ = (Index("model_live_once", "state", unique=True, postgresql_where="state = 'live'"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    state: Mapped[ModelState] = mapped_column(words(ModelState), default=ModelState.TRAINING)
    base: Mapped[str] = mapped_column(String(64), default="")  #: fingerprint of the sentences and the code it was made from
    sentences: Mapped[int] = mapped_column(default=0)  #: taught ones in it
    against_id: Mapped[int | None] = mapped_column(BigInteger)  #: the model it was compared with; None: the one that Homeward came with
    started_by: Mapped[uuid.UUID | None]
    started_at: Mapped[datetime] = mapped_column(default=now)
    made_at: Mapped[datetime | None]
    live_by: Mapped[uuid.UUID | None]
    live_at: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(String(32), default="")  #: why it failed, as a code

    # while it is trained
    stage: Mapped[str] = mapped_column(String(16), default="waiting")  #: waiting · a language · languages · comparing · keeping
    step: Mapped[int] = mapped_column(default=0)
    steps: Mapped[int] = mapped_column(default=0)
    heard_at: Mapped[datetime] = mapped_column(default=now)  #: last sign of life of the training


class ModelFile(Base):
    """A file of a model, packed, so that every machine can fetch it."""

    __tablename__ = "model_file"

    model_id: Mapped[int] = mapped_column(ForeignKey("model.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class ModelFigure(Base):
    """One measure of a model beside that of the model it was compared with, in per cent."""

    __tablename__ = "model_figure"

    model_id: Mapped[int] = mapped_column(ForeignKey("model.id", ondelete="CASCADE"), primary_key=True)
    language: Mapped[str] = mapped_column(String(4), primary_key=True)  #: «mean»: of all languages
    name: Mapped[str] = mapped_column(String(16), primary_key=True)
    before: Mapped[float]
    after: Mapped[float]


class ModelLoss(Base):
    """One of our own messages that the model compared with read well and this one does not."""

    __tablename__ = "model_loss"

    id: Mapped[int] = mapped_column(BigInteger, Identity(), primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("model.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(8))  #: urgent · question · worse
    language: Mapped[str] = mapped_column(String(3))
    intent: Mapped[str] = mapped_column(String(64))  #: what is meant
    read_as: Mapped[str] = mapped_column(String(64))
    text: Mapped[str] = mapped_column(Text)
