"""All tables in one place, for the migrations and for the proof that they end where the models are."""

from bot.answers.contact_history import ContactChange, ContactChangeName
from bot.answers.media import AnswerMedia
from bot.answers.models import AnswerVariant, AnswerVersion, Contact, ContactName, Fact, TextComment, TextDraft, TextPresence, TextSave
from bot.cases.models import Case, Draft, Presence, SavedReply
from bot.cases.notes import Filing, Note
from bot.conversation.models import Address, Attachment, Conversation, Message, Person
from bot.db import Base
from bot.figures import Closing, FirstReply, Helped, Question, Useful
from bot.staff.audit import Audit
from bot.staff.models import Holiday, Member, RecoveryCode, SignInFailure, SignInLink, StaffSession, Team, TeamHours
from bot.teaching.models import MissingTopic, Model, ModelFigure, ModelFile, ModelLoss, Sentence, TestQuestion

__all__ = [
    "Address",
    "AnswerMedia",
    "AnswerVariant",
    "AnswerVersion",
    "Attachment",
    "Audit",
    "Base",
    "Case",
    "Closing",
    "Contact",
    "ContactChange",
    "ContactChangeName",
    "ContactName",
    "Conversation",
    "Draft",
    "Fact",
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
    "TextComment",
    "TextDraft",
    "TextPresence",
    "TextSave",
    "Useful",
]
