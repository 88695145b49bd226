"""The pages of the saved replies: every counsellor reads them, leads keep them in all languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from bot.cases.models import SavedReply
from bot.cases.saved import LONGEST, LONGEST_TITLE, Wording, fits_name, problems, remove, replies, reply, save
from bot.db import one_at_a_time
from bot.errors import NotAllowed
from bot.i18n import SOURCE, fallbacks
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.staff.rights import may
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page
from nlu import LANGUAGES
from nlu.text import normalise

router = APIRouter()

PER_PAGE = 20
SAVING = "POST /staff/replies/{name}"
SAID = frozenset({"saved", "deleted"})


@router.get("/staff/replies")
async def show_all(request: Request, member: Signed, q: str = "", language: str = "", start: int = 0, said: str = "") -> Response:
    """The saved replies in one language; those without it are shown in the next best, and marked."""
    language = language if language in LANGUAGES else member.console_language
    async with house_of(request).sessions() as session:
        known = await replies(session)
    found = [(name, _best(rows, language), len(rows)) for name, rows in known.items() if _fits(name, rows, q)]
    start = max(start, 0)
    after = start + PER_PAGE
    values: dict[str, Any] = {"rows": found[start:after], "q": q, "in_language": language, "languages": LANGUAGES, "total": len(LANGUAGES)}
    values |= {"earlier": _page(q, language, start - PER_PAGE) if start else "", "later": _page(q, language, after) if after < len(found) else ""}
    return staff_page(request, member, "replies.html", edits=may(member.role, SAVING), said=said if said in SAID else "", **values)


def _page(q: str, language: str, start: int) -> str:
    return urlencode({"q": q, "language": language, "start": max(start, 0)})


def _best(rows: Mapping[str, SavedReply], language: str) -> SavedReply:
    return next(rows[tried] for tried in (*fallbacks(language), *rows) if tried in rows)


def _fits(name: str, rows: Mapping[str, SavedReply], q: str) -> bool:
    """Whether each word of the query begins a word of the reply, in the language it is written in."""
    if q.strip().casefold() in name:
        return True
    for language, row in rows.items():
        words = normalise(q[:200], language).split()
        whole = " " + normalise(f"{row.title} {row.text}", language)
        if words and all(f" {word}" in whole for word in words):
            return True
    return False


@router.get("/staff/replies/new")
async def begin(request: Request, member: Signed) -> Response:
    """An empty form."""
    return _form(request, member, "", {}, new=True)


@router.post("/staff/replies/new")
async def make(request: Request, member: Signed) -> Response:
    """Keep a reply under a new name."""
    form = await request.form()
    name = str(form.get("name") or "").strip()
    wordings = _wordings(form)
    async with house_of(request).sessions.begin() as session:
        await one_at_a_time(session, "saved replies")
        found = [("name", "", name)] if not fits_name(name) else [("taken", "", name)] if await reply(session, name) else problems(wordings)
        if not found:
            await save(session, name, wordings, member.id)
            await note_act(session, member.id, "reply.made", name)
    if found:
        return _form(request, member, name, wordings, new=True, found=found)
    return RedirectResponse(f"/staff/replies/{name}?said=saved", 303)


@router.get("/staff/replies/{name}")
async def show(request: Request, member: Signed, name: str, said: str = "") -> Response:
    """One reply in all languages."""
    async with house_of(request).sessions() as session:
        rows = await reply(session, name)
    if not rows:
        raise NotAllowed
    wordings = {language: Wording(title=row.title, text=row.text) for language, row in rows.items()}
    return _form(request, member, name, wordings, said=said if said in SAID else "")


@router.post("/staff/replies/{name}")
async def change(request: Request, member: Signed, name: str) -> Response:
    """Keep what was changed; where something is wrong all of it is given back, with what to mend."""
    wordings = _wordings(await request.form())
    found = problems(wordings)
    async with house_of(request).sessions.begin() as session:
        if not await reply(session, name):
            raise NotAllowed
        if not found and (changed := await save(session, name, wordings, member.id)):
            await note_act(session, member.id, "reply.changed", name, " ".join(changed))
    if found:
        return _form(request, member, name, wordings, found=found)
    return RedirectResponse(f"/staff/replies/{name}?said=saved", 303)


@router.post("/staff/replies/{name}/delete")
async def delete(request: Request, member: Signed, name: str) -> Response:
    """Take a reply away in all languages, once the box beside the button is ticked."""
    sure = bool((await request.form()).get("sure"))
    async with house_of(request).sessions.begin() as session:
        if not await reply(session, name):
            raise NotAllowed
        if sure:
            await remove(session, name)
            await note_act(session, member.id, "reply.deleted", name)
    return RedirectResponse("/staff/replies?said=deleted" if sure else f"/staff/replies/{name}", 303)


def _wordings(form: Mapping[str, Any]) -> dict[str, Wording]:
    """What the form holds, by language; a language with neither title nor text is not there."""
    found = {}
    for language in LANGUAGES:
        title, text = (str(form.get(f"{field}_{language}") or "").replace("\r\n", "\n").strip() for field in ("title", "text"))
        if title or text:
            found[language] = Wording(title=title, text=text)
    return found


def _form(
    request: Request,
    member: Member,
    name: str,
    wordings: Mapping[str, Wording],
    *,
    new: bool = False,
    found: list[tuple[str, str, str]] | None = None,
    said: str = "",
) -> Response:
    others = [language for language in LANGUAGES if language != SOURCE]
    values: dict[str, Any] = {"slug": name, "wordings": wordings, "source": SOURCE, "others": others, "new": new, "found": found or [], "said": said}
    return staff_page(request, member, "reply.html", edits=may(member.role, SAVING), longest=LONGEST, longest_title=LONGEST_TITLE, **values)
