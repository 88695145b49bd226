"""The page on which a text is written: the source beside it, a look as on a phone, and nothing lost when two write at once."""

# ruff: noqa: FAST003  (kind, slug and language are read by `Asked`)

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers.changes import changed_sections
from bot.answers.checks import BUTTON, BUTTONS, LONGEST, Problem, checked, longest
from bot.answers.comments import is_open_at, opinions
from bot.answers.drafts import Marks, draft_of, hold, save, shown, text_at
from bot.answers.fact_figures import beyond_facts
from bot.answers.fill import PLACE, SPAN, length
from bot.answers.library import Library
from bot.answers.merging import mine_on_top
from bot.answers.publishing import NotNow, bring_in, known, submit
from bot.answers.readability import hints
from bot.answers.text import Key, Text, document, parsed
from bot.db import notify
from bot.house import House
from bot.i18n import SOURCE
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.web import text_words
from bot.web.account import Signed
from bot.web.editing_forms import FOLLOWUPS, Written, countries_of_look, countries_of_return, countries_of_stay, read
from bot.web.editing_look import Asked, Look, asked_text, look, to_text
from bot.web.editing_preview import counts, first_country, preview
from bot.web.pages import fragment, house_of, live_of, staff_page
from nlu import INTENTS, LANGUAGES

router = APIRouter()


@router.get("/staff/texts/events")
async def events(request: Request, _member: Signed) -> Response:
    """A nudge whenever a text is saved, remarked on, published; the page then asks for itself again."""

    async def nudges() -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        async for changed in live_of(request).changes("texts"):
            yield "data: changed\n\n" if changed else ": still here\n\n"

    return StreamingResponse(nudges(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.post("/staff/texts/preview")
async def show_preview(request: Request, member: Signed) -> Response:
    """The parts of the page that follow what is typed, for its script."""
    form = await request.form()
    key = asked_text(request, *(str(form.get(name) or "") for name in ("kind", "slug", "in_language"))) if form.get("kind") else None
    written = read(form, key) if key else None
    if key is None or written is None:
        return HTMLResponse("")
    house = house_of(request)
    async with house.sessions() as session:
        source = None if key.language == SOURCE else await text_at(session, replace(key, language=SOURCE))
        values = await _beside(house, session, written, source)
    return HTMLResponse(fragment("_editing_live.html", language=member.console_language, key=key, **values))


@router.get("/staff/texts/{kind}/{slug}/{language}")
async def show(request: Request, member: Signed, key: Asked, beside: str = "", said: str = "", problem: str = "") -> Response:
    """A text to be written: its draft, else what is published."""
    house = house_of(request)
    async with house.sessions.begin() as session:
        if await is_open_at(session, key, member.id):
            await notify(session, "texts", str(key))  # whoever is at it already is told
        found = await look(session, key, member)
        written = _as_it_is(found)
        return await _page(request, session, member, found, written, beside=beside, said=said, problem=problem)


@router.post("/staff/texts/{kind}/{slug}/{language}")
async def change(request: Request, member: Signed, key: Asked) -> Response:
    """Keep what was written, or only show it; whatever is wrong, all of it is given back."""
    written = read(await request.form(), key)
    if written is None:
        return to_text(key)
    house = house_of(request)
    async with house.sessions.begin() as session:
        await hold(session, key)
        found = await look(session, key, member)
        if written.twice or written.step in ("add", "remove", "preview"):
            if written.alone:
                return JSONResponse({"said": "twice"})
            return await _page(request, session, member, found, written, problem="twice" if written.twice else "")
        marks = written.marks(found.followed)
        if written.alone and found.opened != written.opened:
            return JSONResponse({"said": "other"})  # somebody else has saved: the editor should see it before theirs is mixed in
        if _nothing_new(found, written.text, marks):
            return JSONResponse({"said": "same"}) if written.alone else await _onward(session, house, member, found, written, "same")
        done = await save(session, key, written.text, written.opened, marks, member.id)
        if not (written.alone and found.draft and found.draft.updated_by == member.id):  # not again every twenty seconds
            await note_act(session, member.id, "text.saved", key, key.kind if not done.conflict else f"{key.kind} (beside)")
        if written.alone:
            return JSONResponse({"said": "saved", "revision": done.revision})
        if done.conflict:
            return await _conflict(request, session, member, key, written)
        found = await look(session, key, member)
        return await _onward(session, house, member, found, written, "merged" if done.merged else "saved")


async def _onward(session: AsyncSession, house: House, member: Member, found: Look, written: Written, said: str) -> Response:
    """Hand in what was saved, or bring in what was published since, where that was asked for; what two have mixed is looked at first."""
    if written.step == "bring_in" and said != "merged":
        return await _brought_in(session, member, found)
    if written.step != "submit" or said == "merged":
        return to_text(found.key, said=said)
    try:
        await submit(session, house.settings, found.key, found.opened.revision)
    except NotNow as stopped:
        return to_text(found.key, problem=stopped.code)
    await note_act(session, member.id, "text.submitted", found.key, found.key.kind)
    return to_text(found.key, said="submitted")


async def _brought_in(session: AsyncSession, member: Member, found: Look) -> Response:
    """The draft with what was published since; where both changed the same lines, the editor does it."""
    if not found.overtaken:
        return to_text(found.key)
    if not await bring_in(session, found.key, found.opened.revision, member.id):
        return to_text(found.key, problem="side-by-side")
    await note_act(session, member.id, "text.saved", found.key, found.key.kind)
    return to_text(found.key, said="brought-in")


async def _conflict(request: Request, session: AsyncSession, member: Member, key: Key, written: Written) -> Response:
    """Both changed the same lines: mine stays in the form, with what they changed elsewhere; all that they changed stands above it,
    and the next save goes on top of theirs.
    """
    before = await shown(session, key, written.opened)
    found = await look(session, key, member)
    theirs = changed_sections(parsed(key, before) if before else written.text, found.text)
    text = mine_on_top(key, before, document(found.text), document(written.text)) if before else written.text
    return await _page(request, session, member, found, replace(written, text=text, opened=found.opened), problem="conflict", theirs=theirs)


def _nothing_new(found: Look, text: Text, marks: Marks) -> bool:
    """Whether a save would keep what is there already."""
    if document(text) != document(found.text) or (found.overtaken and marks.worked_in):
        return False
    if found.draft:
        return (found.draft.made_from, found.draft.same_meaning, found.draft.reviewed) == (marks.made_from, marks.same_meaning, marks.reviewed)
    there = found.version
    return (there.made_from, there.reviewed) == (marks.made_from, marks.reviewed) and not marks.same_meaning if there else not text.text


def _as_it_is(found: Look) -> Written:
    """The form as it is when the page is opened."""
    draft, version = found.draft, found.version
    return Written(
        text=found.text,
        opened=found.opened,
        step="save",
        follows=not found.outdated,
        shown_meaning=found.source.meaning if found.source else "",
        same_meaning=bool(draft and draft.same_meaning),
        reviewed=draft.reviewed if draft else bool(version and version.reviewed),
        stay=first_country(found.text, back=False),
        home=first_country(found.text, back=True),
    )


async def _beside(house: House, session: AsyncSession, written: Written, source: Text | None) -> dict[str, Any]:
    """What follows from the words that are typed: problems, counts, the look as on a phone."""
    text = written.text
    problems: dict[str, list[Problem]] = {}
    for one in checked(text, source, await known(session, house.settings)):
        problems.setdefault(one.section, []).append(one)
    look_of = preview(house, text, written.stay, written.home)
    most = BUTTON if text.kind == "phrase" and text.name in BUTTONS else LONGEST
    number = longest(text) if text.kind == "answer" else length(text.text)
    return {
        "text": text,
        "problems": problems,
        "preview": look_of,
        "beyond": await beyond_facts(session, text),
        "counts": counts(look_of),
        "title_length": length(text.title),
        "title_most": BUTTON,
        "text_length": number,
        "text_most": most,
        "hints": hints("\n\n".join(part for name, part in text.sections.items() if name != "title"), text.language),
        "is_button": text.kind == "phrase" and text.name in BUTTONS,
    }


async def _page(request: Request, session: AsyncSession, member: Member, found: Look, written: Written, **values: Any) -> Response:
    """The page with what stands in the form now."""
    house, key = house_of(request), found.key
    beside = values.pop("beside", "")
    said, problem = values.pop("said", ""), values.pop("problem", "")
    other = beside if beside in LANGUAGES and beside not in (SOURCE, key.language) else ""
    values |= await _beside(house, session, written, found.source)
    values |= {
        "found": found,
        "key": key,
        "form": written,
        "other": other,
        "other_text": await text_at(session, replace(key, language=other)) if other else None,
        "draft_changes": changed_sections(found.published, written.text) if found.published else {},
        "source_draft": bool(found.source) and await draft_of(session, replace(key, language=SOURCE)) is not None,
        "inserts": _inserts(found.source or written.text, house.library),
        "opinion": (await opinions(session, key)).get(found.version.number if found.version else 0),
        "said": said if said in text_words.said else "",
        "problem": problem if problem in text_words.problem else "",
    }
    lists: dict[str, Any] = {"languages": LANGUAGES, "stays": countries_of_stay(), "homes": countries_of_return()}
    lists |= {"looks": countries_of_look(written.text), "intents": INTENTS}
    return staff_page(request, member, "editing_text.html", library=house.library, followups=FOLLOWUPS, source=SOURCE, **lists, **values)


def _inserts(text: Text, library: Library) -> list[str]:
    """What a translation takes over as it is: open places, and the marks of facts. In a source, every topic of contacts too."""
    whole = "\n".join(text.sections.values())
    places = [found[0] for found in PLACE.finditer(whole)]
    marks = [f"[[{found[1]}|]]" for found in SPAN.finditer(whole)]
    topics = sorted({f"{{{{contacts:{topic}}}}}" for contact in library.contacts for topic in contact.topics})
    more = [*topics, *(f"[[{name}|]]" for name in sorted(library.review_dates))] if text.language == SOURCE and text.kind == "answer" else []
    return list(dict.fromkeys((*places, *marks, *more)))
