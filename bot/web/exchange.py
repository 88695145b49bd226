"""The page for translators outside: one language as a file, and what comes back."""

from __future__ import annotations

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from bot.answers import exchange
from bot.answers.exchange import Form, NotReadable, Outcome
from bot.answers.states import standings
from bot.answers.text import Key
from bot.errors import NotAllowed
from bot.i18n import SOURCE
from bot.staff.audit import note_act
from bot.web.account import Signed
from bot.web.pages import house_of, staff_page
from nlu import LANGUAGES

router = APIRouter()

OTHERS = tuple(language for language in LANGUAGES if language != SOURCE)
CHOICES = ("all", "due")  #: all texts, or those that are missing, outdated or being written


@router.get("/staff/texts/exchange")
async def show(request: Request, member: Signed) -> Response:
    """What can be fetched, and the form for what comes back."""
    return staff_page(request, member, "exchange.html", languages=OTHERS, forms=list(Form))


@router.get("/staff/texts/exchange/file")
async def fetch(request: Request, member: Signed, language: str = OTHERS[0], form: Form = Form.XLIFF, choice: str = "all") -> Response:
    """The texts of one language for a translator."""
    if language not in OTHERS or choice not in CHOICES:
        raise NotAllowed
    async with house_of(request).sessions.begin() as session:
        keys = []
        for kind in ("answer", "phrase"):
            for name, those in (await standings(session, LANGUAGES, kind)).items():
                one = those[language]
                if choice == "all" or one.missing or one.outdated or one.draft:
                    keys.append(Key(kind=kind, name=name, language=language))
        written = exchange.written(exchange.units(await exchange.rows(session, keys)), language, form)
        await note_act(session, member.id, "texts.exported", language, f"{form} {len(keys)}")
    name = f"homeward-{language}.{form}"
    return Response(written, media_type=exchange.content_type(form), headers={"content-disposition": f'attachment; filename="{name}"'})


@router.post("/staff/texts/exchange")
async def take_in(request: Request, member: Signed) -> Response:
    """Save what a translator sent as drafts, and say of each text what became of it."""
    upload = (await request.form()).get("file")
    content = b"" if upload is None or isinstance(upload, str) else await upload.read()
    problem, outcomes, language = "", list[Outcome](), ""
    try:
        language, units = exchange.read(content)
    except NotReadable as error:
        problem = error.code
    else:
        async with house_of(request).sessions.begin() as session:
            outcomes = await exchange.take_in(session, language, units, member.id)
            await note_act(session, member.id, "texts.imported", language, str(sum(one.what != "unchanged" for one in outcomes)))
    values: dict[str, Any] = {
        "languages": OTHERS,
        "forms": list(Form),
        "outcomes": outcomes,
        "counts": Counter(one.what for one in outcomes),
        "came": language,
    }
    return staff_page(request, member, "exchange.html", file_problem=problem, **values)
