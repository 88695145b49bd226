"""All texts in all languages with where each stands; and what is to be done by an editor who has just signed in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answering.menu import THEMES
from bot.answers.drafts import writers
from bot.answers.library import Library
from bot.answers.models import DraftState, TextDraft
from bot.answers.states import Standing, standings
from bot.answers.text import Key
from bot.i18n import SOURCE
from bot.reminders import due
from bot.staff.models import Member
from bot.staff.rights import may
from bot.web import text_words
from bot.web.account import Signed
from bot.web.editing_look import KINDS
from bot.web.editing_review import APPROVING
from bot.web.pages import house_of, staff_page
from nlu import LANGUAGES
from nlu.text import normalise

router = APIRouter()

CELLS = 120  #: on a page, which stays small on any line
FEW = 8  #: of each kind of work on the first page
ALL = "all"
REST = "others"  #: small talk, and phrases
STATES = tuple(text_words.SIGNS)
Short = Annotated[str, Query(max_length=64)]
Standings = Mapping[str, Mapping[str, Standing]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What of the list is asked for."""

    kind: str
    language: str
    state: str
    mine: bool
    q: str

    def query(self, **other: object) -> str:
        """The same again, but for what is named."""
        mine = {"mine": "yes"} if self.mine else {}
        plain = {"kind": self.kind, "language": self.language, "state": self.state, "q": self.q} | mine | other
        return urlencode({name: value for name, value in plain.items() if value})


def states_of(one: Standing) -> tuple[str, ...]:
    """Everything that is true of a text; the first is what its cell says, a draft before all else."""
    draft = one.draft.value if one.draft else ""
    there = "missing" if one.missing else "outdated" if one.outdated else "published"
    true = {"withheld": one.withheld, "review_due": one.review_due, "comments": one.comments, "machine": one.machine and not one.missing}
    found = (draft, there, *(code for code in true if true[code]), *(("published",) if one.outdated else ()))
    return tuple(code for code in found if code and not (code == "missing" and draft))


@router.get("/staff/texts")
async def show(
    request: Request,
    member: Signed,
    kind: Short = "",
    language: Short = "",
    state: Short = "",
    mine: Short = "",
    q: Annotated[str, Query(max_length=200)] = "",
    page: Annotated[int, Query(ge=0, le=1000)] = 0,
) -> Response:
    """The texts by topic and language."""
    wanted = Wanted(
        kind=kind if kind in KINDS else KINDS[0],
        language=language if language in (*LANGUAGES, ALL) else "",
        state=state if state in STATES else "",
        mine=bool(mine),
        q=q.strip(),
    )
    house = house_of(request)
    columns = _columns(wanted, member)
    async with house.sessions() as session:
        found = await standings(session, LANGUAGES, wanted.kind)
        own = await _to_review(session, member) if wanted.mine else None
    names = _ordered(wanted.kind, [name for name in found if _fits(house.library, found[name], name, wanted, columns, own)])
    size = max(9, CELLS // len(columns))
    values: dict[str, Any] = {
        "wanted": wanted,
        "columns": columns,
        "one": next((code for code in columns if code != SOURCE), columns[0]),
        "groups": _groups(wanted.kind, names[page * size : (page + 1) * size]),
        "found": found,
        "states_of": states_of,
        "counts": _counts(found),
        "earlier": page - 1 if page else None,
        "later": page + 1 if len(names) > (page + 1) * size else None,
        "library": house.library,
        "approves": may(member.role, APPROVING),
    }
    return staff_page(request, member, "editing_list.html", languages=LANGUAGES, states=STATES, kinds=KINDS, all=ALL, rest=REST, **values)


def _columns(wanted: Wanted, member: Member) -> tuple[str, ...]:
    if wanted.language in LANGUAGES:
        return (wanted.language,)
    own = tuple(code for code in LANGUAGES if code in member.languages or code == SOURCE)
    return LANGUAGES if wanted.language == ALL or not member.languages else own


def _fits(library: Library, row: Mapping[str, Standing], name: str, wanted: Wanted, columns: Sequence[str], own: set[Key] | None) -> bool:
    """Whether a text belongs on the list that is asked for."""
    shown = [row[code] for code in columns]
    if wanted.state and not any(wanted.state in states_of(one) for one in shown):
        return False
    if own is not None and not any(one.key in own for one in shown):
        return False
    if not wanted.q or wanted.q.casefold() in name.replace("_", " ") or wanted.q.casefold() in name:
        return True
    said = (f"{one.title} {_words(library, one.key)}" for one in row.values())
    words = normalise(wanted.q, SOURCE).split()
    return any(all(word in text for word in words) for text in (f" {normalise(part, SOURCE)}" for part in said))


def _words(library: Library, key: Key) -> str:
    if key.kind == "phrase":
        return library.phrases.get((key.name, key.language), "")
    answer = library.answers.get((key.name, key.language))
    return f"{answer.text} {' '.join(answer.variants.values())}" if answer else ""


def _ordered(kind: str, names: list[str]) -> list[str]:
    """As the menu has them, small talk last."""
    order = [name for theme in THEMES.values() for name in theme]
    return names if kind == "phrase" else sorted(names, key=lambda name: (order.index(name) if name in order else len(order), name))


def _groups(kind: str, names: list[str]) -> list[tuple[str, list[str]]]:
    theme_of = {name: theme for theme, those in THEMES.items() for name in those} if kind == "answer" else {}
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(theme_of.get(name, REST), []).append(name)
    return list(groups.items())


def _counts(found: Standings) -> dict[str, dict[str, int]]:
    """By state and language."""
    counts = {state: dict.fromkeys(LANGUAGES, 0) for state in STATES}
    for row in found.values():
        for language, one in row.items():
            for state in states_of(one):
                counts[state][language] += 1
    return counts


async def _to_review(session: AsyncSession, member: Member) -> set[Key]:
    """What this member could approve."""
    found = set()
    for draft in list(await session.scalars(select(TextDraft).where(TextDraft.state == DraftState.IN_REVIEW))):
        key = Key(kind=draft.kind, name=draft.name, language=draft.language)
        if member.id not in await writers(session, key, draft):
            found.add(key)
    return found


async def to_do(request: Request, member: Member) -> Response:
    """The first page of an editor: what is to be done in their languages."""
    house = house_of(request)
    own = tuple(code for code in LANGUAGES if code in member.languages) or LANGUAGES
    async with house.sessions() as session:
        rows = [one for kind in KINDS for row in (await standings(session, own, kind)).values() for one in row.values()]
        drafts = list(await session.scalars(select(TextDraft).where(TextDraft.updated_by == member.id).order_by(TextDraft.updated_at.desc())))
        review = await _to_review(session, member) if may(member.role, APPROVING) else set()
        to_check = await due(session, member)
    work = {
        "review": sorted(review, key=str),
        "mine": [Key(kind=draft.kind, name=draft.name, language=draft.language) for draft in drafts],
        "outdated": [one.key for one in rows if one.outdated],
        "missing": [one.key for one in rows if one.missing and not one.draft],
        "comments": [one.key for one in rows if one.comments],
    }
    values: dict[str, Any] = {"work": work, "due": to_check, "library": house.library, "few": FEW}
    return staff_page(request, member, "editing_to_do.html", own=own if member.languages else (), **values)
