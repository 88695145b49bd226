"""What we do about one message. No clock, no database, no network: only the rule."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass, field, replace

from bot.answering import menu
from bot.conversation.models import State
from nlu import INTENTS, Action, Certainty, Reading, Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing to say: an answer or a phrase by name, with the choices under it."""

    kind: str  #: answer · phrase · variant (what an answer adds for the country of stay) · home (for the country of return) · place (offices near)
    name: str
    choices: tuple[str, ...] = ()


def answer(intent: str, *choices: str) -> Line:
    return Line(kind="answer", name=intent, choices=choices)


def phrase(name: str, *choices: str) -> Line:
    return Line(kind="phrase", name=name, choices=choices)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Where the conversation stands when a message comes."""

    state: State = State.BOT
    unsure: int = 0  #: messages not understood in a row before this one
    language_doubted: int = 0  #: messages in a row, this one included, whose language was not clear
    offered: tuple[str, ...] = ()  #: the choices last offered
    country_known: bool = False
    home_asked: bool = False  #: the country of return is known, or was asked for: once is enough
    open_risk: Risk | None = None  #: of the open case
    open_intent: str | None = None
    by_country: Container[str] = field(default_factory=frozenset)  #: intents whose answer differs by country of stay
    by_home: Container[str] = field(default_factory=frozenset)  #: intents whose answer differs by country of return
    followups: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to say, whom to call, what to remember."""

    say: tuple[Line, ...] = ()
    call: Risk | None = None  #: open a case of this risk (or raise the open one)
    intent: str | None = None  #: what the case is about
    unsure: int = 0
    pending: str | None = None  #: the answer to be completed when the country of stay (after «home:», of return) is known
    action: Action = Action.ANSWER
    offered: tuple[str, ...] = ()  #: topics offered as possible meanings


PLACE = "place"  #: the kind of the line that names the offices near the place that was sent
HOME = "home:"  #: begins what is pending while the country of return is asked for
DOUBTS = 2  #: messages in a row whose language was not clear, after which the person is asked

#: Where a wrong guess costs nothing, nearly sure is sure enough: nobody is asked «Did you mean: Thank you?».
_HARMLESS = frozenset({"talk_to_human", "greet", "thanks", "goodbye", "affirm", "deny", "help_menu", "change_language", "bot_identity"})


def decide(reading: Reading, standing: Standing) -> Plan:
    """The rule: what the message asks for; and which language it is in, where that was not clear for the second time."""
    plan = _meant(reading, standing)
    if standing.language_doubted < DOUBTS or plan.action is Action.URGENT or not plan.say:
        return plan
    likely = tuple(f"lang:{language}" for language in reading.languages)
    return replace(plan, say=(*plan.say, phrase("choose_language", *likely, "language")))


def _meant(reading: Reading, standing: Standing) -> Plan:
    """Danger first; then a counsellor at work keeps the bot silent; then what the person asked for."""
    if reading.risk is Risk.URGENT:
        return urgent(reading.urgent_intent or reading.intent, standing)
    if standing.state is State.COUNSELLOR:
        return Plan()
    if reading.sure is Certainty.SURE or (reading.sure is Certainty.NEARLY and reading.intent in _HARMLESS):
        return understood(reading.intent, standing)
    if standing.state is State.WAITING:
        return Plan(say=(phrase("already_waiting"),), unsure=standing.unsure + 1, action=Action.HANDOVER)
    if reading.sure is Certainty.NEARLY:
        return did_you_mean(reading, standing)
    return not_understood(standing)


def urgent(intent: str, standing: Standing) -> Plan:
    """Contacts at once, one neutral question, a counsellor called. Said once for each danger, not at every further word."""
    if standing.open_risk is Risk.URGENT and standing.open_intent == intent:
        said = () if standing.state is State.COUNSELLOR else (phrase("already_waiting"),)
        return Plan(say=said, call=Risk.URGENT, intent=intent, action=Action.URGENT)
    asked = () if standing.country_known else (phrase("ask_country", *menu.countries()),)
    lines = (answer(intent), *asked, phrase("urgent_handover", "safe:yes", "safe:no"))
    pending = None if standing.country_known else intent
    return Plan(say=lines, call=Risk.URGENT, intent=intent, pending=pending, action=Action.URGENT)


def understood(intent: str, standing: Standing) -> Plan:
    """The person's wish is clear."""
    match intent:
        case "talk_to_human":
            return hand_over(standing)
        case "change_language":
            return Plan(say=(phrase("choose_language", *menu.languages()),))
        case "help_menu":
            return Plan(say=(phrase("menu", *menu.menu()),))
        case "delete_data":
            return Plan(say=(answer(intent, "forget", "menu"),))
        case "greet" | "out_of_scope":
            return Plan(say=(answer(intent, *menu.menu()),))
        case "affirm" | "deny":
            return yes_or_no(intent, standing)
        case "thanks" | "goodbye" | "bot_identity":
            return Plan(say=(answer(intent, "menu", "person"),))
    return topic(intent, standing)


def topic(intent: str, standing: Standing) -> Plan:
    """A curated answer; its variant by country, or the one question that it needs; the discreet offer where it is sensitive."""
    if INTENTS[intent].risk is Risk.URGENT:
        return urgent(intent, standing)
    after = tuple(f"answer:{follow}" for follow in standing.followups.get(intent, ()) if follow != "talk_to_human")[:2]
    if intent in standing.by_country and not standing.country_known:
        lines: tuple[Line, ...] = (answer(intent), phrase("ask_country", *menu.countries()))
        return Plan(say=lines, pending=intent)
    if asks_home(intent, standing):
        return Plan(say=(answer(intent), phrase("ask_return", *menu.homes())), pending=f"{HOME}{intent}")
    if INTENTS[intent].risk is Risk.SENSITIVE:
        return Plan(say=(answer(intent), phrase("offer_counsellor", "person", *after[:1], "menu")))
    return Plan(say=(answer(intent, *after, "person"),))


def asks_home(intent: str, standing: Standing) -> bool:
    """Whether the country of return is asked for: once, where the answer depends on it, and never on a topic that might frighten."""
    return intent in standing.by_home and not standing.home_asked and INTENTS[intent].risk is Risk.NORMAL


def hand_over(standing: Standing) -> Plan:
    """A counsellor is called; not twice, and not while one is at work and reads this."""
    if standing.state is State.COUNSELLOR:
        return Plan()
    if standing.state is State.WAITING:
        return Plan(say=(phrase("already_waiting"),), action=Action.HANDOVER)
    return Plan(say=(phrase("handed_over"),), call=Risk.NORMAL, intent="talk_to_human", action=Action.HANDOVER)


def yes_or_no(intent: str, standing: Standing) -> Plan:
    """A bare yes or no answers what was asked last, or opens the menu."""
    if intent == "affirm" and standing.offered[:1] == ("person",):
        return hand_over(standing)
    if intent == "affirm" and len([c for c in standing.offered if c.startswith("answer:")]) == 1:
        return topic(next(c for c in standing.offered if c.startswith("answer:")).removeprefix("answer:"), standing)
    return Plan(say=(answer(intent, *menu.menu()),))


def did_you_mean(reading: Reading, standing: Standing) -> Plan:
    """Nearly sure: up to three topics and a way out. Small talk is not worth a question."""
    likely = tuple(ranked.intent for ranked in reading.ranking if ranked.intent not in _HARMLESS and ranked.intent != "out_of_scope")[:3]
    choices = (*(f"answer:{intent}" for intent in likely), "something_else")
    return Plan(say=(phrase("did_you_mean", *choices),), unsure=standing.unsure, action=Action.CLARIFY, offered=likely)


def not_understood(standing: Standing) -> Plan:
    """Not understood: topics and a person; at the second time in a row a person is offered first."""
    if standing.unsure:
        return Plan(say=(phrase("not_understood_again", "person", "menu"),), unsure=standing.unsure + 1, action=Action.HANDOVER)
    return Plan(say=(phrase("not_understood", *menu.menu()),), unsure=1, action=Action.HANDOVER)
