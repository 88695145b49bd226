"""The words on a button, from its stable id."""

from __future__ import annotations

from bot.answers.library import Library
from bot.i18n import country, own_name

#: Ids whose label is a phrase of the same meaning.
PHRASES = {
    "menu": "menu_button",
    "person": "person",
    "language": "language_button",
    "something_else": "something_else",
    "safe:yes": "safe_yes",
    "safe:no": "safe_no",
    "helped:yes": "yes",
    "helped:no": "no",
    "forget": "forget_now",
    "go_on": "go_on",
    "country:other": "other_country",
    "home:other": "other_country",
}


THUMBS = ("\N{THUMBS DOWN SIGN}", "\N{THUMBS UP SIGN}")  #: read by whoever reads nothing


def label(choice: str, language: str, library: Library) -> str:
    """What stands on the button `choice`; at most what the content lint allows."""
    kind, _, value = choice.partition(":")
    match kind:
        case "answer":
            return library.title(value, language)
        case "theme":
            return library.phrase(f"theme_{value}", language)
        case "useful":
            return THUMBS[value.partition(":")[0] == "yes"]
        case "lang" | "country" | "home" if value == "more":
            return library.phrase("more", language)
        case "lang":
            return own_name(value)
        case "country" | "home" if value != "other":
            return country(value, language)
        case _:
            return library.phrase(PHRASES[choice], language)
