"""The pages of the training: start it, see how far it is, compare the new model with the live one, let it go live, go back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response, StreamingResponse
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import NotAllowed
from bot.staff.audit import note_act
from bot.staff.models import Member
from bot.staff.rights import may
from bot.teaching.models import Model, ModelState, Sentence
from bot.teaching.store import figures_of, go_back, go_live, live_model, losses_of, with_files
from bot.teaching.training import cancel, running, start
from bot.teaching.verdict import MEAN, MEASURES, Figure, Loss, objections
from bot.web import teaching_words
from bot.web.account import Signed
from bot.web.pages import house_of, live_of, staff_page
from nlu.training import fingerprint

router = APIRouter()

SHOWN = 20  #: models of the list
LOSSES = 20  #: messages of one kind that are shown; their number stands above them
GOING_LIVE = "POST /staff/training/{model_id}/live"
Short = Annotated[str, Query(max_length=16)]


@router.get("/staff/training")
async def show(request: Request, member: Signed, said: Short = "", problem: Short = "") -> Response:
    """What waits to be trained, the training that goes on, and all models."""
    house = house_of(request)
    base = await asyncio.to_thread(fingerprint, house.settings.training_dir)
    async with house.sessions() as session:
        going, live = await running(session), await live_model(session)
        models = list(await session.scalars(select(Model).order_by(Model.id.desc()).limit(SHOWN)))
        values: dict[str, Any] = {"going": going, "live": live, "models": models, "ready": await with_files(session)}
        values |= {"waiting": await _new(session, live), "names": await _names(session, models)}
        values["candidate"] = await _compared(session, next((one for one in models if one.state is ModelState.CANDIDATE), None))
    values |= {"old_base": bool(live and live.base != base), "base": base, "approves": may(member.role, GOING_LIVE)}
    values |= {"said": said if said in teaching_words.trained else "", "problem": problem if problem in teaching_words.not_trained else ""}
    return staff_page(request, member, "training.html", **values)


async def _new(session: AsyncSession, live: Model | None) -> int:
    """Sentences that the live model does not know."""
    query = select(func.count(Sentence.id))
    return await session.scalar(query.where(Sentence.created_at > live.started_at) if live else query) or 0


async def _names(session: AsyncSession, models: list[Model]) -> dict[Any, str]:
    ids = {one for model in models for one in (model.started_by, model.live_by) if one}
    return {one.id: one.called for one in await session.scalars(select(Member).where(Member.id.in_(ids)))}


async def _compared(session: AsyncSession, model: Model | None) -> dict[str, Any] | None:
    """A model with what speaks against it."""
    if model is None:
        return None
    figures, losses = await figures_of(session, model.id), await losses_of(session, model.id)
    return {"model": model, "figures": figures, "losses": losses, "against": objections(figures, losses)}


@router.get("/staff/training/events")
async def events(request: Request, _member: Signed) -> Response:
    """A nudge whenever a training goes on or another model is live; the page then asks for itself again."""

    async def nudges() -> AsyncIterator[str]:
        yield "retry: 2000\n\n"
        async for changed in live_of(request).changes("model"):
            yield "data: changed\n\n" if changed else ": still here\n\n"

    return StreamingResponse(nudges(), media_type="text/event-stream", headers={"x-accel-buffering": "no"})


@router.post("/staff/training")
async def begin(request: Request, member: Signed) -> Response:
    """Train on everything that was taught."""
    async with house_of(request).sessions.begin() as session:
        model = await start(session, member.id)
        if model:
            await note_act(session, member.id, "model.trained", model.id)
    return _back("said=started" if model else "problem=going")


@router.get("/staff/training/{model_id}")
async def compare(request: Request, member: Signed, model_id: int) -> Response:
    """A model beside the one it was compared with."""
    house = house_of(request)
    async with house.sessions() as session:
        found = await _compared(session, await session.get(Model, model_id))
    if found is None:
        raise NotAllowed
    table = _table(found["figures"])
    kinds = {kind: [loss for loss in found["losses"] if loss.kind == kind] for kind, _words in teaching_words.loss_kinds.items()}
    values: dict[str, Any] = found | {"table": table, "kinds": kinds, "pairs": _pairs(kinds["worse"]), "measures": MEASURES, "mean": MEAN}
    return staff_page(request, member, "model.html", most=LOSSES, house=house, approves=may(member.role, GOING_LIVE), **values)


def _table(figures: list[Figure]) -> list[tuple[str, dict[str, Figure]]]:
    """Rows by language, the mean first."""
    rows: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        rows.setdefault(figure.language, {})[figure.name] = figure
    return sorted(rows.items(), key=lambda row: (row[0] != MEAN, row[0]))


def _pairs(losses: list[Loss]) -> list[tuple[str, str, int]]:
    """What is meant, what it is taken for now, and how often."""
    return [(intent, read_as, count) for (intent, read_as), count in Counter((loss.intent, loss.read_as) for loss in losses).most_common(LOSSES)]


@router.post("/staff/training/{model_id}/cancel")
async def stop(request: Request, member: Signed, model_id: int) -> Response:
    """Give a training up."""
    async with house_of(request).sessions.begin() as session:
        done = await cancel(session, model_id)
        if done:
            await note_act(session, member.id, "model.cancelled", model_id)
    return _back("said=cancelled" if done else "problem=over")


@router.post("/staff/training/{model_id}/live")
async def take_live(request: Request, member: Signed, model_id: int) -> Response:
    """Messages are read by this model from now on; refused where anything got worse."""
    house = house_of(request)
    base = await asyncio.to_thread(fingerprint, house.settings.training_dir)
    async with house.sessions.begin() as session:
        problem = await go_live(session, model_id, member.id, base)
        if not problem:
            await note_act(session, member.id, "model.live", model_id)
    return _back(f"problem={problem}" if problem else "said=live")


@router.post("/staff/training/base")
async def take_base(request: Request, member: Signed) -> Response:
    """Back to the model that Homeward came with."""
    async with house_of(request).sessions.begin() as session:
        if await go_back(session):
            await note_act(session, member.id, "model.back")
    return _back("said=back")


def _back(outcome: str) -> Response:
    return RedirectResponse(f"/staff/training?{outcome}", 303)
