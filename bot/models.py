"""All tables in one place, for the migrations and for the proof that they end where the models are."""

from bot.answers.models import AnswerVariant, AnswerVersion, Contact, ContactName
from bot.cases.models import Case, Draft, Presence, SavedReply
from bot.cases.notes import Filing, Note
from bot.conversation.models import Address, Attachment, Conversation, Message, Person
from bot.db import Base
from bot.figures import Closing, FirstReply, Helped, Question
from bot.staff.audit import Audit
from bot.staff.models import Holiday, Member, RecoveryCode, SignInFailure, SignInLink, StaffSession, Team, TeamHours
from bot.teaching.models import MissingTopic, Model, ModelFigure, ModelFile, ModelLoss, Sentence, TestQuestion

__all__ = [
    "Address",
    "AnswerVariant",
    "AnswerVersion",
    "Attachment",
    "Audit",
    "Base",
    "Case",
    "Closing",
    "Contact",
    "ContactName",
    "Conversation",
    "Draft",
    "Filing",
    "FirstReply",
    "Helped",
    "Holiday",
    "Member",
    "Message",
    "MissingTopic",
    "Model",
    "ModelFigure",
    "ModelFile",
    "ModelLoss",
    "Note",
    "Person",
    "Presence",
    "Question",
    "RecoveryCode",
    "SavedReply",
    "Sentence",
    "SignInFailure",
    "SignInLink",
    "StaffSession",
    "Team",
    "TeamHours",
    "TestQuestion",
]
