"""A text as on a phone: what a person would read of it, in bubbles as each messenger splits them, with buttons as it cuts them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from markupsafe import Markup, escape

from bot.answering.decide import Line, Standing, answer, understood
from bot.answering.speak import CLOSED, said, told
from bot.answers.checks import BUTTONS, LOCK_SCREEN
from bot.answers.fill import SPAN, split
from bot.answers.library import Answer, Library
from bot.answers.states import facts_in
from bot.answers.text import RETURN, Text
from bot.channels import Choice
from bot.channels.telegram import keyboard
from bot.channels.whatsapp import QUICK_LABEL, fitting, interactive, numbered
from bot.conversation.say import LIMITS, UNLIMITED
from bot.db import now
from bot.figures import today
from bot.house import House
from bot.i18n import SOURCE
from bot.web.pages import button_words, written
from nlu import INTENTS, Risk

PHONES = ("telegram", "whatsapp", "webchat")
#: What may stand around a sentence while the text takes its way; no keyboard has these signs.
_OPEN, _NUMBER, _CLOSE = "\ue000", "\ue001", "\ue002"
_MARK = re.compile(f"{_OPEN}(\\d+){_NUMBER}|{_CLOSE}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A fact that the text carries."""

    number: int
    id: str
    review_by: date | None  #: None: nobody knows this fact
    withheld: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Bubble:
    """One message."""

    html: Markup
    rows: Sequence[Sequence[str]] = ()  #: of buttons
    opens_list: str = ""  #: the one button that opens a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone:
    """A talk in one messenger."""

    channel: str
    bubbles: Sequence[Bubble]


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """Everything there is to look at."""

    phones: Sequence[Phone]
    facts: Sequence[Carried]
    lock_screen: str = ""  #: what a locked phone shows of it; only where that matters


def preview(house: House, text: Text, stay: str, home: str) -> Preview:
    """What somebody in `stay` who goes back to `home` would read, by the way that a real message takes."""
    facts = [
        Carried(number=number, id=name, review_by=house.library.review_dates.get(name), withheld=house.library.doubtful(name, today()))
        for number, name in enumerate(sorted(facts_in(text)), 1)
    ]
    numbers = {fact.id: fact.number for fact in facts}
    there = replace(house, library=_with(house.library, _marked(text, numbers)))
    lines = list(_lines(there, text, stay or None, home or None))
    guarded = text.kind == "answer" and text.name in INTENTS and INTENTS[text.name].risk is not Risk.NORMAL
    first = _MARK.sub("", lines[0][0]) if lines else ""
    phones = [Phone(channel=channel, bubbles=_bubbles(there, channel, text.language, lines)) for channel in PHONES]
    return Preview(phones=phones, facts=facts, lock_screen=first[:LOCK_SCREEN] if guarded else "")


def _marked(text: Text, numbers: dict[str, int]) -> Text:
    def mark(part: str) -> str:
        return SPAN.sub(lambda found: f"[[{found[1]}|{_OPEN}{numbers[found[1]]}{_NUMBER}{found[2]}{_CLOSE}]]", part)

    return replace(text, text=mark(text.text), variants={name: mark(part) for name, part in text.variants.items()})


def _with(library: Library, text: Text) -> Library:
    """The library as if this text were published, and current."""
    if text.kind == "phrase":
        return replace(library, phrases={**library.phrases, (text.name, text.language): text.text})
    source = library.answers.get((text.name, SOURCE))
    followups = text.followups if text.language == SOURCE else source.followups if source else ()
    there = Answer(
        intent=text.name,
        language=text.language,
        title=text.title,
        text=text.text,
        variants=text.variants,
        followups=followups,
        made_from=source.meaning if source else None,
        meaning=text.meaning,
    )
    return replace(library, answers={**library.answers, (text.name, text.language): there})


def _lines(house: House, text: Text, stay: str | None, home: str | None) -> Sequence[tuple[str, tuple[str, ...]]]:
    """What is said, each with the choices under it."""
    if text.kind == "phrase":
        opens = None if text.name in CLOSED else now() + timedelta(hours=12)
        return [(told(house, text.name, text.language, stay, opens, home=home), ())] if text.text and text.name not in BUTTONS else []
    followups = {**house.followups, text.name: house.library.answers[text.name, text.language].followups}
    plan = understood(text.name, Standing(country_known=True, home_asked=True, followups=followups))
    own = answer(text.name)
    shown: tuple[Line, ...] = plan.say if own.name in {line.name for line in plan.say if line.kind == "answer"} else (own,)
    return [said(house, line, text.language, stay, home) for line in shown]


def _bubbles(house: House, channel: str, language: str, lines: Sequence[tuple[str, tuple[str, ...]]]) -> list[Bubble]:
    return [bubble for text, choices in lines if text.strip() for bubble in _parts(house, channel, language, text, choices)]


def _parts(house: House, channel: str, language: str, marked: str, choices: tuple[str, ...]) -> list[Bubble]:
    """One text in the parts that this messenger takes, the choices under the last."""
    text, ranges = _unmarked(marked)
    limit, with_choices = LIMITS.get(channel, UNLIMITED)
    parts = split(text, limit, with_choices if choices else limit)
    buttons = tuple(Choice(id=choice, label=button_words(choice, language, house.library)) for choice in choices)
    bubbles, at = [], 0
    for number, part in enumerate(parts):
        at = max(text.find(part, at), at)
        own = [(max(start - at, 0), min(end - at, len(part)), fact) for start, end, fact in ranges if start < at + len(part) and end > at]
        last = number == len(parts) - 1
        bubbles.append(_bubble(house, channel, language, part, own, buttons if last else ()))
        at += len(part)
    return bubbles


def _bubble(house: House, channel: str, language: str, part: str, own: list[tuple[int, int, str]], buttons: tuple[Choice, ...]) -> Bubble:
    rows: list[list[str]] = []
    opens = ""
    if channel == "telegram" and (board := keyboard(buttons)):
        rows = [[button.text for button in row] for row in board.inline_keyboard]
    elif channel == "whatsapp" and buttons:
        shown = fitting(buttons)
        kind = interactive(shown, part)
        rows = [[choice.label] for choice in shown] if kind else []
        opens = house.library.phrase("list_button", language)[:QUICK_LABEL] if kind == "list" else ""
        if kind is None:
            hint = numbered("", shown, "").strip()
            return Bubble(html=_shown(part, own) + written(hint))
    elif buttons:
        rows = [[choice.label] for choice in buttons]
    return Bubble(html=_shown(part, own), rows=rows, opens_list=opens)


def _unmarked(marked: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The text as it is sent, and from where to where each fact stands in it."""
    text, ranges, start, fact, last = "", list[tuple[int, int, str]](), 0, "", 0
    for found in _MARK.finditer(marked):
        text += marked[last : found.start()]
        last = found.end()
        if found[1]:
            start, fact = len(text), found[1]
        else:
            ranges.append((start, len(text), fact))
    text += marked[last:]
    lead = len(text) - len(text.lstrip())
    return text.strip(), [(start - lead, end - lead, fact) for start, end, fact in ranges]


def _shown(part: str, own: list[tuple[int, int, str]]) -> Markup:
    """A part as HTML, what carries a fact in a frame with the number of that fact."""
    for start, end, fact in sorted(own, reverse=True):
        part = f"{part[:start]}{_OPEN}{fact}{_NUMBER}{part[start:end]}{_CLOSE}{part[end:]}"
    html = str(written(part)).replace(_CLOSE, "</mark>")
    return Markup(re.sub(f"{_OPEN}(\\d+){_NUMBER}", lambda found: f"<mark><sup>{escape(found[1])}</sup>", html))  # noqa: S704  (escaped by written)


def first_country(text: Text, *, back: bool) -> str:
    """The first country that the text says more for."""
    return next((name.removeprefix(RETURN) for name in text.variants if name.startswith(RETURN) is back), "")


def counts(shown: Preview) -> dict[str, Any]:
    """How many messages each messenger makes of it."""
    return {phone.channel: len(phone.bubbles) for phone in shown.phones}
