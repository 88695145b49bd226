"""From a plan to what the person reads: texts in their language, the notice at first contact, a word where a language is missing."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.decide import Line, Plan
from bot.answers.fill import answer_text, filled
from bot.cases.hours import opening
from bot.conversation.models import Conversation, Message, Person
from bot.conversation.say import Spoken, say
from bot.db import now
from bot.house import House
from bot.i18n import country, fallbacks, moment, name_in, own_name


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
    texts = [(_text(house, conversation, person, line), line.choices) for line in plan.say]
    language = conversation.language or "en"
    if new_language and not house.library.speaks(language):
        texts.insert(0 if not priority else len(texts) - 1, (_not_yet(house, language), ()))
    if conversation.noticed_at is None:
        conversation.noticed_at = now()
        texts.insert(0 if not priority else len(texts) - 1, (_phrase(house, "notice", language, person), ()))
    spoken = [Spoken(text, choices) for text, choices in texts if text.strip()]
    await say(session, conversation, *spoken, priority=priority, answers_id=answers.id)


def _text(house: House, conversation: Conversation, person: Person, line: Line) -> str:
    language = conversation.language or "en"
    if line.kind == "phrase":
        return _phrase(house, line.name, language, person)
    found = house.library.answer(line.name, language)
    if found is None:
        return _phrase(house, "no_answer_here", language, person)
    if line.kind == "variant":
        return filled(found.variants[person.country_of_stay or ""], person.country_of_stay, house.library, language=found.language)
    text = answer_text(found, person.country_of_stay, house.library, language=found.language)
    if found.language != language and house.library.speaks(language):
        text = house.library.phrase("in_other_language", language).replace("{language}", name_in(language, found.language)) + "\n\n" + text
    return text


def _phrase(house: House, name: str, language: str, person: Person) -> str:
    opens = opening(now())
    if name == "handed_over" and opens is not None:
        name = "handed_over_closed"
    blanks = {
        "organisation": house.settings.organisation,
        "days": str(house.settings.keep_days),
        "language": own_name(language),
        "country": country(person.country_of_stay or "", language),
        "opening": moment(opens, language) if opens else "",
    }
    return filled(house.library.phrase(name, language), person.country_of_stay, house.library, language=language, blanks=blanks)


def _not_yet(house: House, language: str) -> str:
    other = next(tried for tried in fallbacks(language) if house.library.speaks(tried))
    text = house.library.phrase("language_not_yet", language)
    return text.replace("{language}", own_name(language)).replace("{other}", name_in(language, other))
