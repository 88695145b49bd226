"""From a curated text to what a messenger sends: open places filled, contacts put in, long texts split in order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from bot.answers.library import Answer, KnownContact, Library
from bot.answers.text import RETURN
from bot.figures import today
from bot.i18n import RIGHT_TO_LEFT
from nlu import INTENTS, Risk

PLACE = re.compile(r"\{\{(contacts?):([a-z0-9_]+)\}\}")
#: A whole sentence, or a whole line of a list, with the fact that it carries.
SPAN = re.compile(r"\[\[([a-z0-9_]+)\|([^\n]*?)\]\]")
BLANK = re.compile(r"(?<!\{)\{([a-z_]+)\}(?!\})")
_FLAG_LETTERS = "".join(chr(code) for code in range(0x1F1E6, 0x1F200))  #: two of them make a flag
_JOINER = "\u200d"
_YEAR = re.compile(r"\b(?:19|20)\d\d(?:-\d\d(?:-\d\d)?)?")
#: Countries in which European numbers (112, 116 000) answer; the EU, the rest of the EEA, Switzerland, the Western Balkans.
EUROPE = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CH",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IS",
        "IT",
        "LI",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "NO",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "AL",
        "BA",
        "ME",
        "MK",
        "RS",
        "XK",
        "GB",
    ]
)
#: Topics where a number of another kind of country would not help: nothing is better than a wrong number.
EVERYWHERE = "INT"
#: The topic of those who are asked where an answer is being checked; of an answer on danger or need, those who help.
OFFICE, HELP = "return", "help"


def answer_text(answer: Answer, country: str | None, library: Library, *, language: str, home: str | None = None) -> str:
    """The whole answer for somebody who is in `country` and whose country of return is `home` (or who has not said)."""
    back = f"{RETURN}{home}" if home != country else ""  # whoever is there already needs what is said for those there
    parts = [answer.text, answer.variants.get(country or "", ""), answer.variants.get(back, "")]
    calm = answer.intent not in INTENTS or INTENTS[answer.intent].risk is Risk.NORMAL
    text = "\n\n".join(part for part in parts if part.strip())
    return filled(text, country, library, language=language, office=OFFICE if calm else HELP)


def filled(
    text: str,
    country: str | None,
    library: Library,
    *,
    language: str,
    blanks: Mapping[str, str] = MappingProxyType({}),
    office: str = OFFICE,
) -> str:
    """Contacts and blanks put in. A blank without a value stays away together with its braces, never its neighbours.

    A sentence whose fact is past its review date is withheld; then the office to ask stands at the end, in its place.
    """
    there, library = library, library.current(today())
    text, withheld = _of_age(text, library, today())
    stale = {contact.id for contact in there.contacts} - {contact.id for contact in library.contacts}
    withheld |= any(kind == "contact" and name in stale for kind, name in PLACE.findall(text))

    def contacts(match: re.Match[str]) -> str:
        kind, name = match.groups()
        chosen = [c for c in library.contacts if c.id == name] if kind == "contact" else list(_about(name, country, library))
        lines = [f"- {contact_line(contact, library, language)}" for contact in chosen]
        if kind == "contacts" and name == "emergency" and (country is None or not chosen):
            lines.append(f"- {library.phrase('emergency_unknown', language)}")
        return "\n".join(lines)

    if withheld:
        text += _whom_to_ask(office, country, library, language)
    text = PLACE.sub(contacts, text)
    text = BLANK.sub(lambda match: blanks.get(match[1], ""), text)
    return re.sub(r"\n{3,}", "\n\n", text).strip()


def _of_age(text: str, library: Library, day: date) -> tuple[str, bool]:
    """The text without the marks of its facts and without what may not be said on a day; whether anything was withheld."""
    withheld = False

    def kept(match: re.Match[str]) -> str:
        nonlocal withheld
        doubtful = library.doubtful(match[1], day)
        withheld |= doubtful
        return "" if doubtful else match[2]

    found = SPAN.sub(kept, text)
    if withheld:  # the line of a list, or the room between two sentences, that is left over
        found = re.sub(r"^(?:-[ \t]*|[ \t]+)$\n?|(?<=\S)[ \t]+$|^[ \t]+(?=\S)", "", found, flags=re.MULTILINE)
        found = re.sub(r"(?<=\S) {2,}(?=\S)", " ", found)
    return found, withheld


def _whom_to_ask(office: str, country: str | None, library: Library, language: str) -> str:
    if any(_about(office, country, library)):
        return f"\n\n{library.phrase('being_checked', language)}\n{{{{contacts:{office}}}}}"
    return f"\n\n{library.phrase('being_checked_alone', language)}"


def _about(topic: str, country: str | None, library: Library) -> Iterator[KnownContact]:
    """Live contacts on a topic where the person is; the national ones first, then the European and international ones."""
    reach = {EVERYWHERE} | ({country} if country else set()) | ({"EU"} if country is None or country in EUROPE else set())
    found = [contact for contact in library.contacts if topic in contact.topics and contact.country in reach]
    seen: set[str] = set()
    for contact in sorted(found, key=lambda c: c.country != country):
        if not contact.phones or not seen.issuperset(contact.phones):
            seen.update(contact.phones)
            yield contact


def contact_line(contact: KnownContact, library: Library, language: str) -> str:
    """«Name: number (day and night, free of charge, as of 2023)», numbers kept left-to-right inside right-to-left text."""
    reach = " / ".join(isolated(phone, language) for phone in contact.phones) or isolated(contact.url, language)
    notes = []
    if contact.hours == "24/7":
        notes.append(library.phrase("open_247", language))
    elif contact.hours and contact.hours not in ("unknown", "seven days a week"):
        notes.append(isolated(contact.hours.split(" since ")[0].split(" (")[0], language))
    if contact.free and contact.phones:
        notes.append(library.phrase("free_of_charge", language))
    if contact.kind != "emergency" and (year := _YEAR.search(contact.as_of)):
        notes.append(library.phrase("as_of", language).replace("{date}", isolated(year[0], language)))
    postal = f", {isolated(contact.postal, language)}" if contact.postal else ""
    return f"{contact.name(language)}: {reach}{postal}" + (f" ({', '.join(notes)})" if notes else "") if reach else contact.name(language)


def isolated(text: str, language: str) -> str:
    """Kept left-to-right inside right-to-left text."""
    return f"\u2066{text}\u2069" if text and language in RIGHT_TO_LEFT else text


def length(text: str) -> int:
    """As Telegram counts: UTF-16 units. Never less than what WhatsApp counts."""
    return len(text.encode("utf-16-le")) // 2


def split(text: str, limit: int, last: int | None = None) -> list[str]:
    """The text in order, in parts of at most `limit`, the last of at most `last`: at paragraphs, else lines, sentences, words."""
    last = min(limit, last or limit)
    parts: list[str] = []
    rest = text.strip()
    while length(rest) > last:
        head, rest = _cut(rest, limit if length(rest) > limit else last)
        parts.append(head)
    return [*parts, rest] if rest or not parts else parts


def _cut(text: str, limit: int) -> tuple[str, str]:
    window = text[:limit]
    while length(window) > limit:
        window = window[: -max(1, (length(window) - limit) // 2)]
    for boundary in ("\n\n", "\n", ". ", "؟ ", "? ", "! ", "۔ ", " "):
        at = window.rfind(boundary)
        if at > limit // 3:
            return window[: at + len(boundary)].strip(), text[at + len(boundary) :].strip()
    at = _between_letters(text, len(window))
    return text[:at], text[at:].strip()


def _between_letters(text: str, at: int) -> int:
    """The nearest place before `at` where no letter loses its marks, no emoji its parts, no flag its half."""
    found = at
    while 0 < found < len(text) and _belong_together(text[:found], text[found]):
        found -= 1
    return found or at


def _belong_together(before: str, letter: str) -> bool:
    if letter in _FLAG_LETTERS:
        return (len(before) - len(before.rstrip(_FLAG_LETTERS))) % 2 == 1
    return before[-1] == _JOINER or letter == _JOINER or "\U0001f3fb" <= letter <= "\U0001f3ff" or unicodedata.category(letter).startswith("M")


def plain(text: str) -> str:
    """Without marks, for a terminal."""
    return text.replace("**", "")
