"""From a plan to what the person reads: texts in their language, the notice at first contact, a word where a language is missing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.decide import PLACE, Line, Plan
from bot.answering.places import nearby
from bot.answering.show import pieces_of
from bot.answers.fill import answer_text, filled
from bot.answers.text import RETURN
from bot.cases.hours import opening
from bot.cases.models import Case, CaseState
from bot.conversation.models import Conversation, Message, Person
from bot.conversation.say import Spoken, say
from bot.db import now
from bot.house import House
from bot.i18n import country, fallbacks, moment_for, name_in, own_name
from nlu import INTENTS, Risk

#: Nobody is asked whether a greeting was helpful.
SMALL_TALK = frozenset(
    {"greet", "thanks", "goodbye", "affirm", "deny", "help_menu", "out_of_scope", "change_language", "bot_identity", "delete_data"}
)
#: What calls a counsellor; each has a twin, «…_closed», for the hours in which none is at work.
CLOSED = frozenset({"handed_over", "urgent_handover", "already_waiting"})


async def speak(
    session: AsyncSession,
    house: House,
    conversation: Conversation,
    person: Person,
    plan: Plan,
    *,
    answers: Message,
    new_language: bool,
    priority: int,
) -> None:
    """Say the lines of a plan, in order. The notice comes first, but never before help in danger."""
    if not plan.say:
        return
    opens = await _opening(session, house, conversation, plan)
    texts = [
        Spoken(
            _text(house, conversation, person, line, opens, answers),
            (*line.choices, *_opinions(house, conversation, line)),
            pieces_of(house, conversation, person, line),
        )
        for line in plan.say
    ]
    language = conversation.language or "en"
    if new_language and not house.library.speaks(language):
        texts.insert(0 if not priority else len(texts) - 1, Spoken(_not_yet(house, language)))
    if conversation.noticed_at is None:
        conversation.noticed_at = now()
        texts.insert(0 if not priority else len(texts) - 1, Spoken(_phrase(house, "notice", language, person)))
    await say(session, conversation, *(one for one in texts if one.text.strip()), priority=priority, answers_id=answers.id)


def said(house: House, line: Line, language: str, stay: str | None, home: str | None) -> tuple[str, tuple[str, ...]]:
    """What somebody in a country reads of one line, with the choices under it: for an editor's look beforehand."""
    conversation, person = Conversation(language=language), Person(country_of_stay=stay, country_of_return=home)
    return _text(house, conversation, person, line, None, Message(text="")), (*line.choices, *_opinions(house, conversation, line))


def _text(house: House, conversation: Conversation, person: Person, line: Line, opens: datetime | None, message: Message) -> str:
    language = conversation.language or "en"
    if line.kind == PLACE:
        return nearby(house.library, message.text, person.country_of_stay, language)
    if line.kind == "phrase":
        return _phrase(house, line.name, language, person, opens)
    found = house.library.answer(line.name, language)
    if found is None:
        return _phrase(house, "no_answer_here", language, person)
    stay, home = person.country_of_stay, person.country_of_return
    if line.kind in ("variant", "home"):
        added = found.variants.get((stay or "") if line.kind == "variant" else f"{RETURN}{home}", "")
        return filled(added, stay, house.library, language=found.language)
    text = answer_text(found, stay, house.library, language=found.language, home=home)
    if found.language != language and house.library.speaks(language):
        text = house.library.phrase("in_other_language", language).replace("{language}", name_in(language, found.language)) + "\n\n" + text
    return text


def _opinions(house: House, conversation: Conversation, line: Line) -> tuple[str, ...]:
    """Two more choices under an answer on an everyday topic: whether it was helpful. In fear nobody is asked for an opinion."""
    if line.kind in ("phrase", PLACE) or not line.choices or line.name in SMALL_TALK or INTENTS[line.name].risk is not Risk.NORMAL:
        return ()
    found = house.library.answer(line.name, conversation.language or "en")
    return (f"useful:yes:{found.id}", f"useful:no:{found.id}") if found else ()


def _phrase(house: House, name: str, language: str, person: Person, opens: datetime | None = None) -> str:
    return told(house, name, language, person.country_of_stay, opens, home=person.country_of_return)


def told(house: House, name: str, language: str, stay: str | None, opens: datetime | None, *, home: str | None = None) -> str:
    """A phrase as a person in a country reads it; where counsellors are not at work, what calls one says when they read again."""
    if opens is not None and name in CLOSED:
        name = f"{name}_closed"
    blanks = {
        "organisation": house.settings.organisation,
        "days": str(house.settings.keep_days),
        "language": own_name(language),
        "country": country((home if name == "return_noted" else stay) or "", language),
        "opening": moment_for(opens, language, stay) if opens else "",
    }
    return filled(house.library.phrase(name, language), stay, house.library, language=language, blanks=blanks)


async def _opening(session: AsyncSession, house: House, conversation: Conversation, plan: Plan) -> datetime | None:
    """When the team that has the case reads again, else the first of any; None while one is at work, or where nobody is called."""
    if not any(line.name in CLOSED for line in plan.say):
        return None
    mine = select(Case.team_id).where(Case.conversation_id == conversation.id, Case.state != CaseState.CLOSED)
    return opening(house.calendars, now(), await session.scalar(mine))


def _not_yet(house: House, language: str) -> str:
    other = next(tried for tried in fallbacks(language) if house.library.speaks(tried))
    text = house.library.phrase("language_not_yet", language)
    return text.replace("{language}", own_name(language)).replace("{other}", name_in(language, other))
