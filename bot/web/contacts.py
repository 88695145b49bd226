"""The desk of the contacts: the list, the form in which a change is proposed, and what colleagues alone see of a contact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.answers import contacts as desk
from bot.answers.contact_checks import AREAS, CONFIDENCES, ID, KINDS, LONGEST_NAME, SHOWS, TOPICS, is_confirmed
from bot.answers.contact_history import ContactChange, Fields, present, wanted
from bot.answers.models import Contact, ContactName
from bot.answers.publishing import NotNow
from bot.answers.review import SOON, next_review, parsed_day, review_problem
from bot.answers.uses import Use, together, uses
from bot.errors import NotAllowed
from bot.figures import today
from bot.i18n import SOURCE, is_country, locale
from bot.reminders import in_charge, keepers
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.web import contact_words
from bot.web.account import Signed
from bot.web.contact_form import Sent, read, typed
from bot.web.pages import house_of, staff_page
from nlu import LANGUAGES

router = APIRouter()

PAGE = 30
WAYS = ("all", "live", "hidden", "unconfirmed", "waiting", "due", "mine")
Short = Annotated[str, Query(max_length=200)]
Typed = Annotated[str, Form()]


@dataclass(frozen=True, slots=True)
class Filters:
    """What of the list is asked for."""

    show: Short = "all"
    country: Short = ""
    kind: Short = ""
    q: Short = ""
    start: int = 0

    def at(self, start: int) -> str:
        return urlencode({"show": self.show, "country": self.country, "kind": self.kind, "q": self.q, "start": start})


@router.get("/staff/contacts")
async def contacts(request: Request, member: Signed, asked: Annotated[Filters, Depends()]) -> Response:
    """All contacts by country, as they are shown."""
    async with house_of(request).sessions() as session:
        rows = list(await session.scalars(select(Contact).order_by(Contact.country, Contact.position)))
        those, names, waiting = await keepers(session), await _names(session), await desk.proposals(session)
    open_ones = {change.contact_id for change in waiting}
    found = [row for row in rows if _asked(row, asked, names[row.id]) and _of(row, asked.show, open_ones, member, those)]
    start = max(asked.start, 0)
    values: dict[str, Any] = {"rows": found[start : start + PAGE], "count": len(found), "names": names, "waiting": open_ones, "asked": asked}
    values |= {"earlier": max(start - PAGE, 0) if start else None, "later": start + PAGE if start + PAGE < len(found) else None}
    values |= {"countries": sorted({row.country for row in rows}, key=contact_words.area), "kinds": KINDS, "ways": WAYS, "source": SOURCE}
    values |= {"keepers": {one.id: one.called for one in those}, "soon": today() + SOON, "today": today(), "is_confirmed": _is_confirmed}
    return staff_page(request, member, "contacts.html", **values)


async def _names(session: AsyncSession) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {name: {} for name in await session.scalars(select(Contact.id))}
    for row in await session.scalars(select(ContactName)):
        found[row.contact_id][row.language] = row.name
    return found


def _asked(row: Contact, asked: Filters, names: Mapping[str, str]) -> bool:
    if (asked.country and row.country != asked.country) or (asked.kind and row.kind != asked.kind):
        return False
    whole = " ".join((row.id, *names.values(), *row.phones, row.url, row.postal, row.remark)).casefold()
    close = whole.replace(" ", "").replace("-", "")  # a number, however it is grouped
    return all(word in whole or word.replace("-", "") in close for word in asked.q.casefold().split())


def _is_confirmed(row: Contact) -> bool:
    return is_confirmed({"confidence": row.confidence, "secondary": row.secondary})


def _of(row: Contact, show: str, waiting: set[str], member: Member, those: Sequence[Member]) -> bool:
    match show:
        case "live":
            return row.show == "live"
        case "hidden":
            return row.show != "live"
        case "unconfirmed":
            return row.show == "confirm-first" or not _is_confirmed(row)
        case "waiting":
            return row.id in waiting
        case "due":
            return row.show == "live" and row.review_by is not None and row.review_by <= today() + SOON
        case "mine":
            return any(one.id == member.id for one in in_charge(row.owner_id, those))
    return True


@router.get("/staff/contacts/new")
async def begin(request: Request, member: Signed) -> Response:
    return _new(request, member)


def _new(request: Request, member: Member, found: Sequence[str] = (), **values: str) -> Response:
    given = {"id": "", "kind": "office", "country": "", "name": "", **values}
    return staff_page(request, member, "contact_new.html", typed=given, found=found, kinds=KINDS, areas=areas(member.console_language))


def areas(language: str) -> list[str]:
    """Every country that may be chosen, by its name in a language; several countries first."""
    territories = locale(language).territories
    codes = (code for code in map(str, territories) if is_country(code) and code not in {*AREAS, "EZ", "UN", "QO", "ZZ", "XA", "XB"})
    return [*AREAS, *sorted(codes, key=lambda code: str(territories[code]))]


@router.post("/staff/contacts/new")
async def make(request: Request, member: Signed, id: Typed = "", kind: Typed = "", country: Typed = "", name: Typed = "") -> Response:  # noqa: A002  (the name of the field)
    """A new contact; nobody is shown it before it is confirmed and published."""
    id, name = id.strip(), name.strip()  # noqa: A001
    found = [] if ID.fullmatch(id) and id != "new" else ["id"]
    found += ["choose"] if kind not in KINDS else []
    found += ["country"] if not (country in AREAS or is_country(country)) else []
    found += ["name"] if not 1 <= len(name) <= LONGEST_NAME else []
    async with house_of(request).sessions.begin() as session:
        found += ["taken"] if not found and await desk.contact_of(session, id) else []
        if not found:
            contact = await desk.begin(session, id, kind, country, name)
            contact.owner_id = member.id
            await note_act(session, member.id, "contact.made", id)
    return _new(request, member, found, id=id, kind=kind, country=country, name=name) if found else back(id, "?done=saved")


async def found_contact(session: AsyncSession, contact_id: str, *, lock: bool = False) -> Contact:
    """NotAllowed (not found) where there is none."""
    contact = await desk.contact_of(session, contact_id, lock=lock)
    if contact is None:
        raise NotAllowed
    return contact


def back(contact_id: str, place: str = "") -> Response:
    return RedirectResponse(f"/staff/contacts/{contact_id}{place}", 303)


@router.get("/staff/contacts/{contact_id}")
async def contact(request: Request, member: Signed, contact_id: str, done: Short = "", problem: Short = "", change: int = 0) -> Response:
    """The forms of a contact; with `change`, filled with what this member proposed before."""
    async with house_of(request).sessions() as session:
        await found_contact(session, contact_id)
        own = await session.get(ContactChange, change) if change else None
        mine = own if own and (own.contact_id, own.proposed_by) == (contact_id, member.id) else None
        sent = Sent(fields=await wanted(session, mine), base_id=mine.base_id or 0, confirmed_with=mine.confirmed_with) if mine else None
    return await _page(request, member, contact_id, sent, done=done, problem=problem)


async def _page(request: Request, member: Member, contact_id: str, sent: Sent | None = None, **more: Any) -> Response:
    house = house_of(request)
    async with house.sessions.begin() as session:
        row = await found_contact(session, contact_id, lock=True)
        stands = await desk.stands(session, row)  # so that the form knows what it was filled from
        there = await present(session, row)
        sent = sent or Sent(fields=there, base_id=stands.id)
        those, found = await keepers(session), await uses(session)
        checker = await session.get(Member, row.checked_by) if row.checked_by else None
        waiting = await desk.proposals(session, contact_id)
    carried = together(found, f"contact:{contact_id}", *(f"contacts:{topic}" for topic in row.topics))
    values: dict[str, Any] = {"row": row, "there": there, "sent": sent, "typed": typed(sent.fields), "keepers": those, "checker": checker}
    values |= {"uses": _titled(request, member, carried), "waiting": waiting, "people": {one.id: one.called for one in those}}
    values |= {"confirmed": is_confirmed(there), "today": today(), "next": next_review(today()), "found": {**dict(sent.found)}}
    values |= {"kinds": KINDS, "shows": SHOWS, "confidences": CONFIDENCES, "topics": TOPICS, "languages": LANGUAGES, "source": SOURCE}
    values |= {"areas": areas(member.console_language), "done": "", "problem": "", "review": ""}
    return staff_page(request, member, "contact.html", **{**values, **more})


def _titled(request: Request, member: Member, carried: Sequence[Use]) -> list[tuple[Use, str]]:
    library = house_of(request).library
    return [(use, library.title(use.name, member.console_language) if use.kind == "answer" else use.name) for use in carried]


@router.post("/staff/contacts/{contact_id}")
async def propose(request: Request, member: Signed, contact_id: str) -> Response:
    """Keep a change for somebody else to publish; what cannot be kept is given back with what to mend."""
    sent, problem, change = read(await request.form()), "", None
    async with house_of(request).sessions.begin() as session:
        row = await found_contact(session, contact_id, lock=True)
        try:
            if not sent.found:
                about: Fields = sent.fields
                change = await desk.propose(session, row, about, member.id, base_id=sent.base_id, confirmed_with=sent.confirmed_with)
                await note_act(session, member.id, "contact.proposed", contact_id, str(change.id))
        except NotNow as stopped:
            problem = stopped.code
    if change is None:
        return await _page(request, member, contact_id, sent, problem=problem)
    return back(contact_id, f"/changes/{change.id}?done=proposed")


@router.post("/staff/contacts/{contact_id}/keep")
async def keep_up(request: Request, member: Signed, contact_id: str, owner: Typed = "", review_by: Typed = "", remark: Typed = "") -> Response:
    """Owner, review date, remark: changed at once."""
    day = parsed_day(review_by)
    async with house_of(request).sessions.begin() as session:
        row = await found_contact(session, contact_id, lock=True)
        problem = "" if day == row.review_by and (day or not review_by) else review_problem(day, today())
        if not problem:
            owner_id = next((one.id for one in await keepers(session) if str(one.id) == owner), None)
            await desk.keep_up(session, row, review_by=day, owner_id=owner_id, remark=remark.replace("\r\n", "\n").strip()[:2_000])
            await note_act(session, member.id, "contact.kept", contact_id)
    return await _page(request, member, contact_id, review=problem) if problem else back(contact_id, "?done=saved")


@router.post("/staff/contacts/{contact_id}/check")
async def check(request: Request, member: Signed, contact_id: str, review_by: Typed = "") -> Response:
    """Still right: asked today, and shown until the new review date."""
    day = parsed_day(review_by)
    async with house_of(request).sessions.begin() as session:
        row = await found_contact(session, contact_id, lock=True)
        problem = review_problem(day, today())
        if day and not problem:
            await desk.still_right(session, row, member.id, day)
            await note_act(session, member.id, "contact.checked", contact_id, day.isoformat())
    return await _page(request, member, contact_id, review=problem) if problem else back(contact_id, "?done=checked")
