"""What a pressed or typed choice and a command mean. Pure, like `decide`: ids in, plan out."""

from __future__ import annotations

from dataclasses import dataclass

from bot.answering import menu
from bot.answering.decide import HOME, PLACE, Line, Plan, Standing, asks_home, hand_over, phrase, topic, understood
from bot.conversation.models import State
from bot.i18n import is_country, of_app
from nlu import INTENTS, Action, Risk


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a choice changes besides what is said."""

    language: str | None = None
    country: str | None = None
    home: str | None = None  #: country of return
    safe_to_write: bool | None = None
    helped: bool | None = None  #: what the person says to "did this help?"
    useful: tuple[int, bool] | None = None  #: what the person says of an answer: its version, and whether it was helpful
    stop: bool = False
    forget: bool = False


UNCHANGED = Change()


def chosen(choice: str, standing: Standing, pending: str | None) -> tuple[Plan, Change]:
    """The plan for a choice; an id that no longer exists opens the menu, so an old button is never a dead end."""
    kind, _, value = choice.partition(":")
    match kind:
        case "answer" if value in INTENTS:
            return _told(value, standing), UNCHANGED
        case "theme" if value in menu.THEMES:
            return Plan(say=(phrase("menu", *menu.topics(value)),)), UNCHANGED
        case "lang":
            return _language(value)
        case "country" | "home" if value in ("more", "other") or is_country(value):
            return (_country if kind == "country" else _home)(value, standing, pending)
        case "useful" if value.partition(":")[2].isdigit():
            return _useful(value)
        case "safe" | "helped":
            return (_safe if kind == "safe" else _helped)(value)
        case "person" | "go_on" if kind == "person" or standing.state in (State.WAITING, State.COUNSELLOR):
            return hand_over(standing), UNCHANGED  # go on: the window is open again, a counsellor who is at work goes on
        case "language" | "forget":
            return commanded(kind, standing)
    return Plan(say=(phrase("menu", *menu.menu()),)), UNCHANGED


def commanded(command: str, standing: Standing) -> tuple[Plan, Change]:
    """The plan for a command; stop and forget are carried out by the act, which also says so."""
    match command:
        case "stop":
            return Plan(), Change(stop=True)
        case "forget":
            return Plan(), Change(forget=True)
        case "person":
            return hand_over(standing), UNCHANGED
        case "language":
            return understood("change_language", standing), UNCHANGED
        case "start":
            return understood("greet", standing), UNCHANGED
    return understood("help_menu", standing), UNCHANGED


def cannot_read(kind: str, standing: Standing) -> Plan:
    """Voice, picture, document, sticker, contact: a kind sentence; a place: the offices near it. A counsellor who is at work sees it anyway."""
    if standing.state is State.COUNSELLOR:
        return Plan()
    if kind == "location":
        return Plan(say=(Line(kind=PLACE, name=kind, choices=("person", "menu")),), unsure=standing.unsure)
    return Plan(say=(phrase(kind, "person", "menu"),), unsure=standing.unsure, action=Action.HANDOVER)


def _told(intent: str, standing: Standing) -> Plan:
    """A topic chosen from a list is what the person asked for, however the words are read; a counsellor at work changes nothing."""
    if INTENTS[intent].risk is Risk.URGENT or intent not in _SERVICE:
        return topic(intent, standing)
    return understood(intent, standing)


_SERVICE = frozenset(
    {"talk_to_human", "change_language", "help_menu", "delete_data", "greet", "out_of_scope", "thanks", "goodbye", "affirm", "deny", "bot_identity"}
)


def _language(value: str) -> tuple[Plan, Change]:
    if value == "more":
        return Plan(say=(phrase("choose_language", *menu.languages(1)),)), UNCHANGED
    if of_app(value) != value:
        return Plan(say=(phrase("language_not_named", *menu.languages()),)), UNCHANGED
    return Plan(say=(phrase("language_changed", "menu", "person"),)), Change(language=value)


def _country(value: str, standing: Standing, pending: str | None) -> tuple[Plan, Change]:
    """The country of stay is known now: the answer that waited for it is completed."""
    if value == "more":
        return Plan(say=(phrase("ask_country", *menu.countries(1)),), pending=pending), UNCHANGED
    if value == "other":
        return Plan(say=(phrase("no_variant", "person", "menu"),)), UNCHANGED
    noted: tuple[Line, ...] = (phrase("country_noted", "menu", "person"),)
    if pending and pending.startswith(HOME):
        pending = None
    if pending and asks_home(pending, standing):
        added = Line(kind="variant", name=pending)
        return Plan(say=(added, phrase("ask_return", *menu.homes())), pending=f"{HOME}{pending}"), Change(country=value)
    if pending:
        after = tuple(f"answer:{follow}" for follow in standing.followups.get(pending, ()))[:2]
        noted = (Line(kind="variant", name=pending, choices=(*after, "person")),)
    return Plan(say=noted), Change(country=value)


def _home(value: str, standing: Standing, pending: str | None) -> tuple[Plan, Change]:
    """The country of return is known now; where nothing is added for it, that is said."""
    if value == "more":
        return Plan(say=(phrase("ask_return", *menu.homes(1)),), pending=pending), UNCHANGED
    intent = pending.removeprefix(HOME) if pending and pending.startswith(HOME) else None
    after = tuple(f"answer:{follow}" for follow in standing.followups.get(intent or "", ()))[:2]
    if value == "other":
        return Plan(say=(phrase("menu", *after, "person", "menu"),)), UNCHANGED
    if intent is None:
        return Plan(say=(phrase("return_noted", "menu", "person"),)), Change(home=value)
    return Plan(say=(Line(kind="home", name=intent, choices=(*after, "person")),)), Change(home=value)


def _useful(value: str) -> tuple[Plan, Change]:
    said, _, version = value.partition(":")
    if said == "yes":
        return Plan(say=(phrase("useful_thanks", "menu"),)), Change(useful=(int(version), True))
    return Plan(say=(phrase("useful_sorry", "person", "menu"),)), Change(useful=(int(version), False))


def _safe(value: str) -> tuple[Plan, Change]:
    if value == "yes":
        return Plan(say=(phrase("safe_yes_reply"),)), Change(safe_to_write=True)
    return Plan(say=(phrase("safe_no_reply"),)), Change(safe_to_write=False)


def _helped(value: str) -> tuple[Plan, Change]:
    if value == "yes":
        return Plan(say=(phrase("helped_yes_reply", "menu"),)), Change(helped=True)
    return Plan(say=(phrase("helped_no_reply", "person", "menu"),)), Change(helped=False)
