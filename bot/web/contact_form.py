"""The form of a contact: from what is kept to what an editor types, and back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from bot.answers.contact_checks import TOPICS, confirmation_problems, confirmed, problems
from bot.answers.contact_history import Fields, Value, names_of
from nlu import LANGUAGES

WORDS = ("kind", "country", "hours", "url", "postal", "show", "source", "as_of", "confidence")
FREE = {"yes": True, "no": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What an editor sent."""

    fields: Fields
    base_id: int  #: the row of the history that the form was filled from
    confirmed_with: str = ""
    found: tuple[tuple[str, str], ...] = ()  #: (field, code) of what must be mended


def read(form: FormData) -> Sent:
    """A field that the form lacks is empty."""
    fields: dict[str, Value] = {name: _text(form, name) for name in WORDS}
    chosen = {str(topic) for topic in form.getlist("topics")}
    fields["topics"] = tuple(topic for topic in TOPICS if topic in chosen) + tuple(sorted(chosen - set(TOPICS)))
    fields["phones"] = tuple(line.strip() for line in _text(form, "phones").splitlines() if line.strip())
    fields["languages"] = tuple(part.strip() for part in _text(form, "languages").split(",") if part.strip())
    fields["free"] = FREE.get(_text(form, "free"))
    fields["latitude"], fields["longitude"] = _degrees(_text(form, "latitude")), _degrees(_text(form, "longitude"))
    fields["secondary"] = bool(form.get("secondary"))
    fields |= {f"name:{language}": name for language in LANGUAGES if (name := _text(form, f"name_{language}"))}
    return _checked(form, fields)


def _checked(form: FormData, fields: dict[str, Value]) -> Sent:
    base = _text(form, "base")
    who = _text(form, "confirmed_with") if form.get("confirmed") else ""
    found = list(problems(fields))
    if form.get("confirmed"):
        found += confirmation_problems(fields, who)
        if not found:
            fields = confirmed(fields)
    return Sent(fields=fields, base_id=int(base) if base.isascii() and base.isdigit() else 0, confirmed_with=who, found=tuple(found))


def _text(form: FormData, name: str) -> str:
    return str(form.get(name) or "").replace("\r\n", "\n").replace("\x00", "").strip()


def _degrees(text: str) -> Value:
    """A number, or what was written where it is none, to be given back."""
    try:
        return float(text.replace(",", ".")) if text else None
    except ValueError:
        return text


def typed(fields: Fields) -> dict[str, Any]:
    """What stands in the inputs."""
    shown: dict[str, Any] = dict(fields)
    shown |= {"phones": "\n".join(_listed(fields["phones"])), "languages": ", ".join(_listed(fields["languages"]))}
    shown |= {"free": "unknown" if fields["free"] is None else "yes" if fields["free"] else "no", "names": names_of(fields)}
    return shown


def _listed(value: Value) -> Iterator[str]:
    yield from value if isinstance(value, tuple) else ()
