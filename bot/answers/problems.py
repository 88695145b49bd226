"""Everything an editor must still mend, in words an editor understands; one list for start-up, tests, lint and desk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from bot.answers.files import Draft, contacts, read, stems
from bot.answers.fill import BLANK, PLACE, length
from bot.answers.nearest import is_place
from bot.i18n import SOURCE
from nlu import INTENTS, LANGUAGES, Risk
from nlu.contract import URGENT

#: Languages in which all answers exist; the others have the phrases and what is said in danger until their answers are written.
ANSWERED = ("en", "de", "fa", "ar", "ru", "tg")
BUTTON = 20  #: characters of a WhatsApp quick reply (peers: Twilio content types)
LOCK_SCREEN = 60  #: characters that a locked phone shows of a message
LONGEST = 3_000  #: characters of an answer with its longest variant; more is not read on a phone
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
        "go_on",
        "yes",
        "no",
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
    "reopening",
    "go_on_question",
)
#: What a phrase may leave open (see answering/speak.py and contact_line).
FILLED = frozenset({"organisation", "days", "language", "other", "country", "opening", "date"})
_DIGITS = re.compile(r"\d+")
_MARKUP = re.compile(r"<[a-zA-Z/]|^#{1,6} |\]\(|`", re.MULTILINE)


def problems(folder: Path) -> Iterator[str]:
    """Every fault of the files under content/, one sentence each."""
    drafts = read(folder)
    answers = {(draft.name, draft.language): draft for draft in drafts if draft.kind == "answer"}
    phrases = {(draft.name, draft.language): draft for draft in drafts if draft.kind == "phrase"}
    yield from _missing(answers, phrases)
    yield from _titles(answers)
    for draft in answers.values():
        yield from _answer(draft, answers.get((draft.name, SOURCE)))
    for draft in phrases.values():
        yield from _phrase(draft, phrases.get((draft.name, SOURCE)))
    yield from _references(drafts, folder)
    yield from _positions(folder)
    yield from _indiscreet(answers, phrases, folder)


def _missing(answers: dict[tuple[str, str], Draft], phrases: dict[tuple[str, str], Draft]) -> Iterator[str]:
    """Answers where a language has all of them, and in every language what is said in danger and all phrases."""
    names = sorted({name for name, written in phrases if written == SOURCE})
    for language in LANGUAGES:
        wanted = INTENTS if language in ANSWERED else URGENT
        yield from (f"{intent}/{language}: there is no answer" for intent in wanted if not _has_text(answers, intent, language))
        yield from (f"{name}/{language}: there is no phrase" for name in names if not _has_text(phrases, name, language))


def _has_text(drafts: dict[tuple[str, str], Draft], name: str, language: str) -> bool:
    return (name, language) in drafts and bool(drafts[name, language].text.strip())


def _titles(answers: dict[tuple[str, str], Draft]) -> Iterator[str]:
    for language in {written for _, written in answers}:
        count = Counter(draft.title for draft in answers.values() if draft.language == language)
        yield from (
            f"{language}: {number} answers are called «{title}»; a person cannot tell them apart" for title, number in count.items() if number > 1
        )


def _answer(draft: Draft, source: Draft | None) -> Iterator[str]:
    where = f"{draft.name}/{draft.language}"
    if draft.name not in INTENTS:
        yield f"{where}: nobody can ask this; is the folder misspelt?"
    if draft.language not in LANGUAGES:
        yield f"{where}: we do not know this language"
    if not 1 <= length(draft.title) <= BUTTON:
        yield f"{where}: the title has {length(draft.title)} characters, a button takes 1 to {BUTTON}"
    longest = length(draft.text) + max((length(text) for text in draft.variants.values()), default=0)
    if longest > LONGEST:
        yield f"{where}: {longest} characters are too many to read on a phone ({LONGEST})"
    if _MARKUP.search("\n".join((draft.text, *draft.variants.values()))):
        yield f"{where}: only paragraphs, lines that begin with '- ' and **bold** are allowed"
    yield from (f"{where}: nothing fills {{{name}}} in an answer" for name in BLANK.findall("\n".join((draft.text, *draft.variants.values()))))
    if draft.language == SOURCE:
        yield from (f"{where}: follow-up {name} is no intent" for name in draft.followups if name not in INTENTS)
        if not draft.review_by:
            yield f"{where}: has no review_by date"
    elif source:
        yield from _against_source(draft, source, where)


def _against_source(draft: Draft, source: Draft, where: str) -> Iterator[str]:
    if draft.made_from != source.content_hash:
        yield f"{where}: was made from another {SOURCE} text; compare them, then set made_from: {source.content_hash}"
    if set(draft.variants) != set(source.variants):
        yield f"{where}: countries {sorted(draft.variants)} differ from {SOURCE}: {sorted(source.variants)}"
    for country, theirs in {"": source.text, **source.variants}.items():
        ours = draft.variants.get(country, "") if country else draft.text
        if Counter(PLACE.findall(ours)) != Counter(PLACE.findall(theirs)):
            yield f"{where} {country}: open places differ from {SOURCE}"
        if Counter(_DIGITS.findall(_western(ours))) != Counter(_DIGITS.findall(theirs)):
            yield f"{where} {country}: numbers differ from {SOURCE}"


def _western(text: str) -> str:
    """Eastern digits as Western ones; thousands separators away."""
    return text.translate({ord(d): str(i % 10) for i, d in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")})


def _phrase(draft: Draft, source: Draft | None) -> Iterator[str]:
    where = f"{draft.name}/{draft.language}"
    if source is None:
        yield f"{where}: no phrase of this name exists in {SOURCE}"
    elif sorted(BLANK.findall(draft.text)) != sorted(BLANK.findall(source.text)):
        yield f"{where}: blanks differ from {SOURCE}"
    yield from (f"{where}: nothing fills {{{name}}}" for name in BLANK.findall(draft.text) if name not in FILLED)
    if draft.name in BUTTONS and length(draft.text) > BUTTON:
        yield f"{where}: {length(draft.text)} characters, a button takes {BUTTON}"


def _references(drafts: list[Draft], folder: Path) -> Iterator[str]:
    rows, _ = contacts(folder)
    live = {row["id"] for row in rows if row["show"] == "live"}
    topics = {topic for row in rows if row["show"] == "live" for topic in row.get("topics") or ()}
    for draft in drafts:
        for kind, name in PLACE.findall("\n".join((draft.text, *draft.variants.values()))):
            if name not in (live if kind == "contact" else topics):
                yield f"{draft.name}/{draft.language}: {{{{{kind}:{name}}}}} is not a contact that may be shown"


def _positions(folder: Path) -> Iterator[str]:
    """A position is two numbers in degrees, or there is none."""
    rows, _ = contacts(folder)
    for row in rows:
        latitude, longitude = row.get("latitude"), row.get("longitude")
        there = isinstance(latitude, float) and isinstance(longitude, float) and is_place(latitude, longitude)
        if not there and (latitude, longitude) != (None, None):
            yield f"{row['id']}: latitude and longitude are two numbers in degrees such as 42.66 and 21.17, or neither is there"


def _indiscreet(answers: dict[tuple[str, str], Draft], phrases: dict[tuple[str, str], Draft], folder: Path) -> Iterator[str]:
    words: dict[str, list[str]] = {}
    for language, word in stems(folder):
        words.setdefault(language, []).append(word)
    guarded = [draft for (intent, _), draft in answers.items() if intent in INTENTS and INTENTS[intent].risk is not Risk.NORMAL]
    guarded += [draft for (name, _), draft in phrases.items() if name in DISCREET_PHRASES]
    for draft in guarded:
        start = PLACE.sub("", draft.text)[:LOCK_SCREEN].casefold()
        shown = [word for word in words.get(draft.language, ()) if re.search(rf"(?<!\w){re.escape(word)}", start)]
        if shown:
            yield f"{draft.name}/{draft.language}: a locked phone would show «{shown[0]}»"
