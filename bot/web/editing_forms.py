"""The form of a text: what it holds, as an editor typed it, and as a text."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from starlette.datastructures import FormData

from bot.answering.menu import COUNTRIES, HOMES
from bot.answers.drafts import Marks, Opened
from bot.answers.fill import EUROPE
from bot.answers.text import RETURN, Key, Text, body, in_order, one_line, parted, plain
from bot.errors import ContentError
from bot.i18n import SOURCE, is_country
from nlu import INTENTS

MOST = 20_000  #: characters of one part; whatever is longer was pasted by mistake
FOLLOWUPS = 6  #: fields for follow-up questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A form as it came."""

    text: Text
    opened: Opened
    step: str  #: save · submit · bring_in · preview · add · remove
    follows: bool = False
    shown_meaning: str = ""  #: of the source text that stood beside
    same_meaning: bool = False
    reviewed: bool = False
    stay: str = ""  #: the country of stay and of return of the look beforehand
    home: str = ""
    alone: bool = False  #: saved by the page itself while somebody writes
    twice: bool = False  #: a country stands twice
    added: str = ""  #: the part that has just been added
    beside: int = 0  #: the published version whose changes stood beside the form

    def marks(self, followed: str | None) -> Marks:
        """What the editor says of it; `followed` is the meaning that the translation followed before."""
        worked_in = 0 if self.alone else self.beside  # a page that saves by itself has not said that the work is done
        if self.text.language == SOURCE or self.text.kind == "phrase":
            return Marks(same_meaning=self.same_meaning, reviewed=self.reviewed, worked_in=worked_in)
        made_from = self.shown_meaning if self.follows and self.shown_meaning else followed
        return Marks(made_from=made_from, reviewed=self.reviewed, worked_in=worked_in)


def read(form: FormData, key: Key) -> Written | None:
    """What was typed; None where it is not our form."""
    revision, number, beside = (_clean(form, name) for name in ("revision", "number", "beside_number"))
    if not revision.isdecimal() or not number.isdecimal():
        return None
    step, _, value = _clean(form, "do").partition(":")
    text, twice = _text(form, key, removed=value if step == "remove" else "")
    added = _clean(form, "add")
    if step == "add" and added not in text.variants and is_country(added.removeprefix(RETURN)):
        text = replace(text, variants=in_order({**text.variants, added: ""}))
    return Written(
        text=text,
        opened=Opened(revision=min(int(revision), 2**31 - 1), number=min(int(number), 2**31 - 1)),
        step=step or "save",
        follows=bool(form.get("follows")),
        shown_meaning=_clean(form, "shown_meaning")[:64],
        same_meaning=bool(form.get("same_meaning")),
        reviewed=bool(form.get("reviewed")),
        stay=country_or_none(_clean(form, "stay")),
        home=country_or_none(_clean(form, "home")),
        alone=bool(form.get("alone")),
        twice=twice,
        added=added if step == "add" else "",
        beside=min(int(beside), 2**31 - 1) if beside.isdecimal() else 0,
    )


def _text(form: FormData, key: Key, removed: str) -> tuple[Text, bool]:
    """The words typed, and whether a country stands twice in them."""
    words = _clean(form, "text")
    plain = Text(kind=key.kind, name=key.name, language=key.language, title=one_line(_clean(form, "title"))[:200], text=words)
    if key.kind == "phrase":
        return replace(plain, title=""), False
    parts = zip(form.getlist("country"), form.getlist("part"), strict=False)
    variants = {str(country): clean(str(part)) for country, part in parts if is_country(str(country).removeprefix(RETURN)) and country != removed}
    kept = _clean(form, "do").partition(":")[0] in ("add", "remove", "preview")  # an empty part is still on the page
    plain = replace(plain, variants=in_order({name: part for name, part in variants.items() if part or kept}))
    if key.language == SOURCE:
        plain = replace(plain, followups=_followups(form), sources=_lines(form, "sources"), review_by=_day(_clean(form, "review_by")))
    try:
        base, found = parted(body(replace(plain, variants={name: part for name, part in plain.variants.items() if part})))
    except ContentError:
        return plain, True
    empty = {name: "" for name, part in plain.variants.items() if not part}
    return replace(plain, text=base, variants=in_order({**empty, **found})), False


def _followups(form: FormData) -> tuple[str, ...]:
    typed = (str(value).strip() for value in form.getlist("followup"))
    return tuple(dict.fromkeys(value for value in typed if value in INTENTS))[:FOLLOWUPS]


def _lines(form: FormData, name: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in _clean(form, name).splitlines() if line.strip())


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def _clean(form: FormData, name: str) -> str:
    return clean(str(form.get(name) or ""))


def clean(value: str) -> str:
    """As the store and a translator's file can keep it, with no room at either end."""
    return plain(value).strip()[:MOST]


def country_or_none(code: str) -> str:
    return code if is_country(code) else ""


def countries_of_stay() -> tuple[str, ...]:
    """Those a part can be written for, the likeliest first."""
    return tuple(dict.fromkeys((*(code for page in COUNTRIES for code in page), *sorted(EUROPE))))


def countries_of_look(text: Text) -> tuple[str, ...]:
    """Where somebody may be for whom the text is looked at."""
    return tuple(dict.fromkeys((*(code for page in COUNTRIES for code in page), *(name for name in text.variants if not name.startswith(RETURN)))))


def countries_of_return() -> tuple[str, ...]:
    return tuple(code for page in HOMES for code in page)
