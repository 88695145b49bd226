"""Whether a sentence says the figures of the fact that stands behind it: [[fact|sentence]] may name none that the fact does not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.fill import SPAN
from bot.answers.models import Fact
from bot.answers.text import Text

#: A number with its thousands, as any of our languages parts them.
_NUMBER = re.compile(r"(?<!\d)\d{1,3}(?:[ .,'\u00a0\u202f]\d{3})+(?!\d)|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Beyond:
    """Figures of a sentence that its fact does not name."""

    fact: str
    name: str  #: of the text
    section: str
    figures: tuple[str, ...]
    says: str  #: what the fact says


def beyond(text: Text, facts: Mapping[str, tuple[str, str]]) -> Iterator[Beyond]:
    """For each sentence of a text the figures that its fact does not name. `facts`: what each says, and as of when."""
    for section, part in text.sections.items():
        for name, sentence in SPAN.findall(part):
            said = facts.get(name)
            if said is None:
                continue  # that nobody knows the fact is told elsewhere
            known = {_bare(figure) for words in said for figure in _NUMBER.findall(words)}
            more = [figure for figure in _NUMBER.findall(sentence) if _bare(figure) not in known]
            if more:
                yield Beyond(fact=name, name=text.name, section=section, figures=tuple(dict.fromkeys(more)), says=said[0])


async def beyond_facts(session: AsyncSession, *texts: Text) -> list[Beyond]:
    """The same with the facts of the store."""
    facts = {fact.id: (fact.says, fact.as_of) for fact in await session.scalars(select(Fact))}
    return [one for text in texts for one in beyond(text, facts)]


def _bare(figure: str) -> str:
    """Its digits, 0-9."""
    return "".join(str(int(letter)) for letter in figure if letter.isdecimal())
