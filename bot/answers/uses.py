"""Where facts and contacts stand: which texts carry them, for which countries, published or still being written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.drafts import as_text
from bot.answers.files import published
from bot.answers.fill import PLACE, SPAN
from bot.answers.models import TextDraft
from bot.answers.text import Text


@dataclass(slots=True, kw_only=True)
class Use:
    """One text that carries something."""

    kind: str  #: answer · phrase
    name: str
    sections: set[str] = field(default_factory=set)  #: «»: for everybody; «DE»: for people there; «to IQ»: for those who go back there
    languages: set[str] = field(default_factory=set)
    published: bool = False  #: else only in a draft


async def uses(session: AsyncSession) -> dict[str, list[Use]]:
    """By what is carried: «fact:id», «contact:id» or «contacts:topic»."""
    found: dict[tuple[str, str, str], Use] = {}
    for text in await published(session):
        _note(found, text, is_published=True)
    for draft in await session.scalars(select(TextDraft)):
        _note(found, as_text(draft), is_published=False)
    by_reference: dict[str, list[Use]] = {}
    for (reference, _, _), use in sorted(found.items()):
        by_reference.setdefault(reference, []).append(use)
    return by_reference


def together(found: Mapping[str, list[Use]], *references: str) -> list[Use]:
    """The texts that carry any of these, each once."""
    whole: dict[tuple[str, str], Use] = {}
    for use in (use for reference in references for use in found.get(reference, [])):
        one = whole.setdefault((use.kind, use.name), Use(kind=use.kind, name=use.name))
        one.sections |= use.sections
        one.languages |= use.languages
        one.published |= use.published
    return [whole[key] for key in sorted(whole)]


def _note(found: dict[tuple[str, str, str], Use], text: Text, *, is_published: bool) -> None:
    for reference, section in carried(text):
        use = found.setdefault((reference, text.kind, text.name), Use(kind=text.kind, name=text.name))
        use.sections.add(section)
        use.languages.add(text.language)
        use.published |= is_published


def carried(text: Text) -> Iterator[tuple[str, str]]:
    """What a text refers to, and in which of its parts."""
    for section, part in text.sections.items():
        yield from ((f"fact:{name}", section) for name, _ in SPAN.findall(part))
        yield from ((f"{kind}:{name}", section) for kind, name in PLACE.findall(part))
