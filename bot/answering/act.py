"""Acting: everything that one message changes, in one transaction with its row locked."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import retention
from bot.answering.choose import UNCHANGED, Change, cannot_read, chosen, commanded
from bot.answering.commands import named_language
from bot.answering.count import asked
from bot.answering.decide import HOME, Line, Plan, Standing, decide
from bot.answering.speak import speak
from bot.answering.step import Step
from bot.answering.useful import note_useful
from bot.answers.text import RETURN
from bot.cases.actions import note_help, open_case, open_case_of, whose_turn
from bot.cases.models import Case, CaseState
from bot.channels import Kind
from bot.conversation.deliver import FAREWELL
from bot.conversation.marking import mark_wrong
from bot.conversation.models import Conversation, Message, Person, State
from bot.conversation.say import Spoken, say
from bot.db import notify, now
from bot.figures import Question
from bot.house import House
from bot.i18n import of_app
from bot.jobs import NORMAL, URGENT
from nlu import Action, Certainty, Reading, Risk

CLEAR = 0.6  #: how likely the language of a message must be for the conversation to follow it
NO_LETTERS = "Zyyy"


async def act(session: AsyncSession, house: House, message_id: int, step: Step) -> Plan | None:
    """Answer the message; None if it was answered before."""
    query = (
        select(Message, Conversation, Person)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Person, Person.id == Conversation.person_id)
    )
    row = (await session.execute(query.where(Message.id == message_id).with_for_update(of=(Message, Conversation)))).one_or_none()
    if row is None or row[0].answered_at is not None:
        return None
    message, conversation, person = row
    message.answered_at = now()
    if conversation.state is State.STOPPED:  # whoever writes again wants an answer: from the counsellor who has the case, if one has
        conversation.state = whose_turn(await open_case_of(session, conversation.id))
    if conversation.state is State.COUNSELLOR:
        await notify(session, "cases", str(conversation.id))  # the queue shows who has written
    if conversation.safe_to_write is False:
        conversation.safe_to_write = None  # we promised silence until the person writes again
    before = conversation.language
    _note(message, conversation, person, step.reading)
    standing = await _standing(session, house, conversation, person)
    plan, change = _plan(step, standing, conversation)
    if change.forget:
        await retention.forget_and_say(session, house, conversation)
        return plan
    if step.choice == "something_else" or change.helped is False:
        await mark_wrong(session, conversation)  # before this message is marked itself: «no» is read rightly
    message.action = _done(step, plan)
    _count(session, conversation, step, plan)
    plan = await _apply(session, house, conversation, person, plan, change)
    priority = URGENT if plan.call is Risk.URGENT else NORMAL
    await speak(session, house, conversation, person, plan, answers=message, new_language=before != conversation.language, priority=priority)
    return plan


def _note(message: Message, conversation: Conversation, person: Person, reading: Reading | None) -> None:
    """Keep how the message was read and which countries it names, and follow the person into the language they write."""
    if reading is not None:
        message.language, message.intent, message.confidence, message.risk = reading.language, reading.intent, reading.confidence, reading.risk.value
        person.country_of_stay = person.country_of_stay or reading.stay
        person.country_of_return = person.country_of_return or reading.back
        clear = reading.language_confidence >= CLEAR or reading.script == NO_LETTERS
        if not conversation.language_chosen:
            conversation.language_doubted = 0 if clear else conversation.language_doubted + 1
            if conversation.language is None or clear:
                conversation.language = reading.language
    conversation.language = conversation.language or of_app(conversation.hint) or "en"


def _done(step: Step, plan: Plan) -> str | None:
    """What was done about words that were read; None where the bot read none, or kept silent.

    Who asks for a person and gets one was answered; who is told that this is not for us was not.
    """
    if step.reading is None or step.heard.kind is not Kind.TEXT or not plan.say:
        return None
    if plan.action is Action.ANSWER and any(line.name == "out_of_scope" for line in plan.say):
        return Action.HANDOVER.value
    asked_for = plan.action is Action.HANDOVER and step.reading.intent == "talk_to_human" and step.reading.sure is not Certainty.NOT
    return (Action.ANSWER if asked_for else plan.action).value


def _count(session: AsyncSession, conversation: Conversation, step: Step, plan: Plan) -> None:
    """Count the question, without the person; a talk in a terminal is somebody trying things out."""
    topic = asked(step, plan)
    if topic and conversation.channel != "terminal":
        language = conversation.language or "en"
        session.add(Question(channel=conversation.channel, language=language, intent=topic, action=plan.action.value))


async def _standing(session: AsyncSession, house: House, conversation: Conversation, person: Person) -> Standing:
    case = None
    if conversation.state is not State.BOT:
        case = await session.scalar(select(Case).where(Case.conversation_id == conversation.id, Case.state != CaseState.CLOSED))
    return Standing(
        state=conversation.state,
        language_doubted=conversation.language_doubted,
        unsure=conversation.unsure,
        offered=tuple(conversation.offered),
        country_known=person.country_of_stay is not None,
        home_asked=conversation.home_asked or person.country_of_return is not None,
        open_risk=Risk(case.risk) if case else None,
        open_intent=case.intent if case else None,
        by_country=house.by_country,
        by_home=house.by_home,
        followups=house.followups,
    )


def _plan(step: Step, standing: Standing, conversation: Conversation) -> tuple[Plan, Change]:
    if step.choice:
        return chosen(step.choice, standing, conversation.pending)
    if step.command:
        return commanded(step.command, standing)
    if step.reading is None or step.heard.kind not in (Kind.TEXT, Kind.BUTTON):
        return _without_words(step, standing)
    return _read(step.reading, step.heard.text, standing, conversation)


def _without_words(step: Step, standing: Standing) -> tuple[Plan, Change]:
    """A picture may carry words of danger below it; those count. Emoji alone are like a message not understood."""
    if step.reading is not None and step.reading.risk is Risk.URGENT:
        return decide(step.reading, standing), UNCHANGED
    kind = step.heard.kind
    return cannot_read("sticker" if kind in (Kind.TEXT, Kind.BUTTON) else kind.value, standing), UNCHANGED


def _read(reading: Reading, text: str, standing: Standing, conversation: Conversation) -> tuple[Plan, Change]:
    if reading.risk is not Risk.URGENT and standing.state is not State.COUNSELLOR:
        if reading.intent == "change_language" and (language := named_language(text)):
            return chosen(f"lang:{language}", standing, None)
        if conversation.pending and len(reading.places) == 1 and reading.text_length < 40:
            kind = "home" if conversation.pending.startswith(HOME) else "country"
            return chosen(f"{kind}:{reading.places[0]}", standing, conversation.pending)
        if conversation.offered and (language := named_language(text)) and conversation.offered[0].startswith("lang:"):
            return chosen(f"lang:{language}", standing, None)
        if {"safe:yes", "safe:no"} <= set(standing.offered) and reading.intent in ("affirm", "deny"):
            return chosen("safe:yes" if reading.intent == "affirm" else "safe:no", standing, None)
        if {"helped:yes", "helped:no"} <= set(standing.offered) and reading.intent in ("affirm", "deny"):
            return chosen("helped:yes" if reading.intent == "affirm" else "helped:no", standing, None)
    return decide(reading, standing), UNCHANGED


async def _apply(session: AsyncSession, house: House, conversation: Conversation, person: Person, plan: Plan, change: Change) -> Plan:
    """Everything a plan changes besides what is said; returns the plan with what follows from the change."""
    conversation.unsure = plan.unsure
    if any(line.name == "choose_language" for line in plan.say):
        conversation.language_doubted = 0  # asked now; not at every message
    conversation.pending = plan.pending
    _take_over(conversation, person, change)
    if any(line.name == "ask_return" for line in plan.say):
        conversation.home_asked = True
    if change.useful is not None:
        await note_useful(session, conversation, *change.useful)
        if not change.useful[1]:
            await mark_wrong(session, conversation)
    if change.helped is not None:
        await note_help(session, conversation, helped=change.helped)
    if change.stop:
        text = house.library.phrase("stopped", conversation.language or "en")
        await say(session, conversation, Spoken(text), kind=FAREWELL)
        conversation.state = State.STOPPED
    if plan.call is not None:
        await open_case(session, conversation, plan.call, plan.intent)
    return replace(plan, say=tuple(_known(line, house, person) for line in plan.say))


def _take_over(conversation: Conversation, person: Person, change: Change) -> None:
    """What the person has just said of themselves."""
    if change.language:
        conversation.language, conversation.language_chosen = change.language, True
    person.country_of_stay = change.country or person.country_of_stay
    person.country_of_return = change.home or person.country_of_return
    if change.safe_to_write is not None:
        conversation.safe_to_write = change.safe_to_write


def _known(line: Line, house: House, person: Person) -> Line:
    """Where an answer has nothing for the country just named, its urgent contacts still change; anything else is said plainly."""
    if line.kind == "home" and f"{RETURN}{person.country_of_return}" not in house.variants(line.name):
        return Line(kind="phrase", name="return_noted", choices=line.choices)
    if line.kind != "variant":
        return line
    if line.name in house.urgent:
        return Line(kind="answer", name=line.name, choices=("person",))
    if person.country_of_stay not in house.variants(line.name):
        return Line(kind="phrase", name="no_variant", choices=line.choices)
    return line
