"""Words that act at once: a command, a typed number, the words of a button, the name of a language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

from bot.answers.library import Library
from bot.conversation.labels import THUMBS, label
from bot.i18n import locale, own_name
from nlu import LANGUAGES

#: Commands of a messenger, the same in every language.
SLASHES = {"start": "start", "menu": "menu", "help": "menu", "language": "language", "person": "person", "stop": "stop", "forget": "forget"}


def bare(text: str) -> str:
    """Lower case, without marks at the edges, digits as Western ones: what two spellings of one word share."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u200c", " ").replace("ё", "е")
    folded = "".join(str(unicodedata.digit(c)) if c.isdigit() and unicodedata.digit(c, None) is not None else c for c in folded)
    return re.sub(r"\s+", " ", folded.strip("".join({c for c in folded if not c.isalnum()})))  # no regex: on «a!!!…!a» it takes seconds


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    """The words that act at once, by language and by what they do."""
    import nlu

    folder = Path(nlu.__file__).parent / "lexicon" / "commands"
    return {path.stem: yaml.safe_load(path.read_text("utf-8")) for path in sorted(folder.glob("*.yml"))}


@cache
def words() -> dict[str, str]:
    """Each word or phrase that is a command when it is the whole message, in all languages."""
    return {bare(str(form)): does for lists in _lists().values() for does, forms in lists.items() if does not in ("yes", "no") for form in forms}


@cache
def _yes_and_no(language: str) -> dict[str, str]:
    """Only in the language of the conversation: one language's yes is another's no."""
    lists = _lists().get(language, {})
    return {bare(str(form)): f"safe:{does}" for does in ("yes", "no") for form in lists.get(does, ())}


@cache
def language_names() -> dict[str, str]:
    """The names of our languages in all our languages."""
    names = {bare(own_name(code)): code for code in LANGUAGES}
    for other in LANGUAGES:
        names |= {bare(locale(other).languages[code]): code for code in LANGUAGES if code in locale(other).languages}
    for part in ("فارسی", "دری", "dari", "farsi", "дари", "дарӣ", "фарси"):
        names[bare(part)] = "fa"
    names |= {
        bare(word): code
        for word, code in (("sorani", "ckb"), ("kurdish", "ckb"), ("کوردی", "ckb"), ("كردي", "ckb"), ("tojiki", "tg"), ("uzbek", "uz"))
    }
    return names


def command(text: str) -> str | None:
    """The command that the whole message is: a slash command, or the word in any language."""
    if text.startswith("/"):
        return SLASHES.get(text[1:].split("@", maxsplit=1)[0].split(maxsplit=1)[0].casefold() if len(text) > 1 else "")
    return words().get(bare(text))


def typed_choice(text: str, offered: Sequence[str], language: str, library: Library) -> str | None:
    """The choice last offered that was typed: as its number, or in its own words."""
    typed, thumb = bare(text), text.strip()[:1]
    if thumb in THUMBS:
        return next((choice for choice in offered if choice.startswith("useful:") and label(choice, language, library) == thumb), None)
    if typed.isdigit() and len(typed) <= 2 and 1 <= int(typed) <= len(offered):
        return offered[int(typed) - 1]
    if "safe:yes" in offered and (meant := _yes_and_no(language).get(typed)):
        return meant
    return next((choice for choice in offered if typed and bare(label(choice, language, library)) == typed), None)


def named_language(text: str) -> str | None:
    """The one language that a message names, if it names just one."""
    whole = language_names().get(bare(text))
    if whole:
        return whole
    padded = " " + re.sub(r"[\W_]+", " ", bare(text)) + " "
    found = {code for name, code in language_names().items() if len(name) > 2 and f" {name} " in padded}
    return found.pop() if len(found) == 1 else None
