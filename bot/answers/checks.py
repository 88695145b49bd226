"""What is wrong with one text, as codes that the lint and the desk put into words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.answers.fill import BLANK, PLACE, SPAN, length
from bot.answers.text import RETURN, Text
from bot.i18n import SOURCE, is_country
from nlu import INTENTS, LANGUAGES, Risk

BUTTON = 20  #: characters of a WhatsApp quick reply (peers: Twilio content types)
LOCK_SCREEN = 60  #: characters that a locked phone shows of a message
LONGEST = 3_000  #: characters of an answer with its longest variants; more is not read on a phone
BUTTONS = frozenset(
    [
        "something_else",
        "go_on",
        "yes",
        "no",
        "person",
        "menu_button",
        "language_button",
        "more",
        "back",
        "safe_yes",
        "safe_no",
        "other_country",
        "forget_now",
        "list_button",
        "theme_return",
        "theme_arrival",
        "theme_papers",
        "theme_stay",
        "theme_family",
        "theme_work",
        "theme_help",
        "theme_service",
    ]
)
#: What a sensitive or urgent conversation may begin with besides the answer itself.
DISCREET_PHRASES = (
    "notice",
    "offer_counsellor",
    "handed_over",
    "handed_over_closed",
    "urgent_handover",
    "urgent_handover_closed",
    "already_waiting_closed",
    "counsellor_here",
    "did_help",
    "helped_yes_reply",
    "helped_no_reply",
    "reopening",
    "go_on",
    "go_on_question",
    "safe_yes_reply",
    "safe_no_reply",
    "bot_again",
    "ask_return",
    "useful_sorry",
    "nearest",
    "nearest_none",
)
#: What a phrase may leave open (see answering/speak.py and contact_line).
FILLED = frozenset({"organisation", "days", "language", "other", "country", "opening", "date"})
_MARKUP = re.compile(r"<[a-zA-Z/]|^#{1,6} |\]\(|`", re.MULTILINE)
_DIGIT = re.compile(r"\d")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing to mend. `code` says which, `section` where («title», «» or a country), the rest are the values that its words need."""

    code: str
    section: str = ""
    name: str = ""
    count: int = 0
    most: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a text may refer to."""

    contacts: frozenset[str]  #: ids of those that may be shown
    topics: frozenset[str]
    facts: frozenset[str]
    discreet: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  #: by language, beginnings of words that a locked phone must not show


def checked(text: Text, source: Text | None, known: Known) -> Iterator[Problem]:
    """Everything that must be mended before this text may be published. `source`: the English text, None where there is none (yet)."""
    yield from _answer(text) if text.kind == "answer" else _phrase(text)
    yield from _references(text, known)
    yield from _of_age(text)
    yield from _indiscreet(text, known)
    if source and text.language != SOURCE:
        yield from _against(text, source)
    elif text.kind == "phrase" and source is None:
        yield Problem(code="no-source")


def _whole(text: Text) -> str:
    return "\n".join((text.text, *text.variants.values()))


def _answer(text: Text) -> Iterator[Problem]:
    if text.name not in INTENTS:
        yield Problem(code="no-intent")
    if text.language not in LANGUAGES:
        yield Problem(code="no-language")
    if not text.text.strip():
        yield Problem(code="empty")
    if not 1 <= length(text.title) <= BUTTON:
        yield Problem(code="title", section="title", count=length(text.title), most=BUTTON)
    if longest(text) > LONGEST:
        yield Problem(code="long", count=longest(text), most=LONGEST)
    for section, part in text.sections.items():
        if _MARKUP.search(part) or "[[" in SPAN.sub("", part) or "]]" in SPAN.sub("", part):
            yield Problem(code="markup", section=section)
        yield from (Problem(code="blank", section=section, name=name) for name in BLANK.findall(part))
    yield from (Problem(code="country", section=name) for name in text.variants if not is_country(name.removeprefix(RETURN)))
    if text.language == SOURCE:
        yield from (Problem(code="followup", name=name) for name in text.followups if name not in INTENTS)
        if not text.review_by:
            yield Problem(code="review-date")


def longest(text: Text) -> int:
    """Characters of the text for somebody who gets its longest variants, without marks."""
    bare = {name: length(PLACE.sub("", SPAN.sub(r"\2", part))) for name, part in text.variants.items()}
    there = max((count for name, count in bare.items() if not name.startswith(RETURN)), default=0)
    back = max((count for name, count in bare.items() if name.startswith(RETURN)), default=0)
    return length(PLACE.sub("", SPAN.sub(r"\2", text.text))) + there + back


def _phrase(text: Text) -> Iterator[Problem]:
    if not text.text.strip():
        yield Problem(code="empty")
    yield from (Problem(code="blank", name=name) for name in BLANK.findall(text.text) if name not in FILLED)
    if text.name in BUTTONS and length(text.text) > BUTTON:
        yield Problem(code="button", count=length(text.text), most=BUTTON)


def _references(text: Text, known: Known) -> Iterator[Problem]:
    for section, part in text.sections.items():
        for kind, name in PLACE.findall(part):
            if name not in (known.contacts if kind == "contact" else known.topics):
                yield Problem(code="reference", section=section, name=f"{kind}:{name}")
        yield from (Problem(code="fact", section=section, name=name) for name, _ in SPAN.findall(part) if name not in known.facts)


def _of_age(text: Text) -> Iterator[Problem]:
    """Every figure of an answer stands in a sentence that knows its fact, so that it can be withheld when nobody has checked it."""
    if text.kind == "answer":
        for section, part in text.sections.items():
            if section != "title" and (found := _DIGIT.search(_western(PLACE.sub("", SPAN.sub("", part))))):
                yield Problem(code="ageless", section=section, name=found[0])


def _indiscreet(text: Text, known: Known) -> Iterator[Problem]:
    guarded = text.name in DISCREET_PHRASES if text.kind == "phrase" else text.name in INTENTS and INTENTS[text.name].risk is not Risk.NORMAL
    if guarded:
        start = PLACE.sub("", SPAN.sub(r"\2", text.text))[:LOCK_SCREEN].casefold()
        shown = [word for word in known.discreet.get(text.language, ()) if re.search(rf"(?<!\w){re.escape(word)}", start)]
        yield from (Problem(code="indiscreet", name=word) for word in shown[:1])


def _against(text: Text, source: Text) -> Iterator[Problem]:
    if text.kind == "phrase" and sorted(BLANK.findall(text.text)) != sorted(BLANK.findall(source.text)):
        yield Problem(code="blanks")


def _western(text: str) -> str:
    """Eastern digits as Western ones."""
    return text.translate({ord(d): str(i % 10) for i, d in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")})
