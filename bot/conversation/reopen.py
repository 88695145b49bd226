"""Reopening the window of WhatsApp: one neutral sentence with one button, which WhatsApp has approved beforehand."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.channels import Choice, Outbound
from bot.channels.whatsapp import WhatsApp
from bot.conversation.labels import label
from bot.conversation.models import Conversation, Message, State
from bot.conversation.say import WINDOW, keep, new_reply, window_open
from bot.db import now
from bot.errors import HomewardError, Refused, SendError
from bot.house import House
from bot.jobs import URGENT
from nlu import LANGUAGES

REOPENING = "reopening"  #: kind of the message, name of its phrase and of the template
GO_ON = "go_on"  #: the choice under it


class CannotReopen(HomewardError):
    """The template may not be sent now. `code` is one of not-whatsapp, window-open, stopped, not-safe, asked-already."""

    def __init__(self, code: str) -> None:
        super().__init__(f"refused: {code}")
        self.code = code


def why_not(conversation: Conversation) -> str:
    """Why the template may not be sent now, as a code; empty where it may."""
    if conversation.channel != "whatsapp":
        return "not-whatsapp"
    if conversation.state is State.STOPPED:
        return "stopped"
    if conversation.safe_to_write is False:
        return "not-safe"
    if window_open(conversation):
        return "window-open"
    asked = conversation.reopened_at
    unanswered = asked is not None and (conversation.last_inbound_at is None or conversation.last_inbound_at < asked)
    return "asked-already" if asked is not None and unanswered and now() - asked < WINDOW else ""


async def reopen(session: AsyncSession, house: House, conversation: Conversation, author: str) -> Message:
    """Send the template in the person's language; CannotReopen where it may not be sent now."""
    await session.refresh(conversation, with_for_update=True)  # two who press at once: one is told that it was sent
    if code := why_not(conversation):
        raise CannotReopen(code)
    text = house.library.phrase(REOPENING, conversation.language or "en")
    reply = new_reply(conversation, text, (GO_ON,), author=author, kind=REOPENING)
    await keep(session, conversation, [reply], priority=URGENT)
    conversation.reopened_at = now()
    return reply


def outbound(house: House, language: str) -> Outbound:
    """The template in a language, for nobody in particular."""
    choice = Choice(id=GO_ON, label=label(GO_ON, language, house.library))
    return Outbound(person="", text=house.library.phrase(REOPENING, language), choices=(choice,), template=REOPENING, language=language)


async def approvals(house: House) -> dict[str, str]:
    """What WhatsApp says of the template in each language, submitted where it was not; our word for why it could not be asked."""
    channel = house.channels.get("whatsapp")
    if not isinstance(channel, WhatsApp):
        return {}
    found = {}
    for language in LANGUAGES:
        try:
            found[language] = await channel.approval(outbound(house, language))
        except SendError as error:
            found[language] = f"refused: {error.code}" if isinstance(error, Refused) else "Twilio does not answer"
    return found
