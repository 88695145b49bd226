"""Words that act at once: a command, a typed number, the words of a button, the name of a language."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml

from bot.answers.library import Library
from bot.conversation.labels import label
from bot.i18n import locale, own_name
from nlu import LANGUAGES

#: Commands of a messenger, the same in every language.
SLASHES = {"start": "start", "menu": "menu", "help": "menu", "language": "language", "person": "person", "stop": "stop", "forget": "forget"}
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def bare(text: str) -> str:
    """Lower case, without marks at the edges, digits as Western ones: what two spellings of one word share."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("\u200c", " ").replace("ё", "е")
    folded = "".join(str(unicodedata.digit(c)) if c.isdigit() and unicodedata.digit(c, None) is not None else c for c in folded)
    return re.sub(r"\s+", " ", _EDGES.sub("", folded))


@cache
def words() -> dict[str, str]:
    """Each word or phrase that is a command when it is the whole message, in all languages."""
    import nlu

    folder = Path(nlu.__file__).parent / "lexicon" / "commands"
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.yml")):
        for command, forms in yaml.safe_load(path.read_text("utf-8")).items():
            if str(command) in ("menu", "language", "person", "stop", "forget"):
                found |= {bare(str(form)): str(command) for form in forms}
    return found


@cache
def language_names() -> dict[str, str]:
    """The names of our languages in all our languages."""
    names = {bare(own_name(code)): code for code in LANGUAGES}
    for other in LANGUAGES:
        names |= {bare(locale(other).languages[code]): code for code in LANGUAGES if code in locale(other).languages}
    for part in ("فارسی", "دری", "dari", "farsi", "дари", "дарӣ", "фарси"):
        names[bare(part)] = "fa"
    names |= {bare(word): code for word, code in (("sorani", "ckb"), ("kurdish", "ckb"), ("کوردی", "ckb"), ("كردي", "ckb"), ("tojiki", "tg"), ("uzbek", "uz"))}
    return names


def command(text: str) -> str | None:
    """The command that the whole message is: a slash command, or the word in any language."""
    if text.startswith("/"):
        return SLASHES.get(text[1:].split("@")[0].split()[0].casefold() if len(text) > 1 else "")
    return words().get(bare(text))


def typed_choice(text: str, offered: Sequence[str], language: str, library: Library) -> str | None:
    """The choice last offered that was typed: as its number, or in its own words."""
    typed = bare(text)
    if typed.isdigit() and len(typed) <= 2 and 1 <= int(typed) <= len(offered):
        return offered[int(typed) - 1]
    return next((choice for choice in offered if typed and bare(label(choice, language, library)) == typed), None)


def named_language(text: str) -> str | None:
    """The one language that a message names, if it names just one."""
    whole = language_names().get(bare(text))
    if whole:
        return whole
    padded = " " + re.sub(r"[\W_]+", " ", bare(text)) + " "
    found = {code for name, code in language_names().items() if len(name) > 2 and f" {name} " in padded}
    return found.pop() if len(found) == 1 else None
