"""All tables in one place, for the migrations and for the proof that they end where the models are."""

from bot.answers.models import AnswerVariant, AnswerVersion, Contact, ContactName
from bot.cases.models import Case
from bot.conversation.models import Address, Conversation, Message, Person
from bot.db import Base
from bot.staff.models import Member, SignInLink, StaffSession

__all__ = [
    "Address",
    "AnswerVariant",
    "AnswerVersion",
    "Base",
    "Case",
    "Contact",
    "ContactName",
    "Conversation",
    "Member",
    "Message",
    "Person",
    "SignInLink",
    "StaffSession",
]
