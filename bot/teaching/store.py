"""Models in the store: their files, so that every machine gets them; which one is live; going live, and going back."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import uuid
import zlib
from pathlib import Path

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import Sessions, notify, now, one_at_a_time
from bot.teaching.models import Model, ModelFigure, ModelFile, ModelLoss, ModelState
from bot.teaching.verdict import Figure, Loss, Objection, objections
from nlu.engine import META
from nlu.unseen import FILE as UNSEEN

MODEL = "model"  #: folder of the model that Homeward came with, inside the data folder; the others are model.<id>
CHANGED = "model"  #: the NOTIFY channel: another model is live, or a training went on
KEPT = 3  #: models whose files are kept besides the live one


def folder_of(data_dir: Path, model_id: int | None) -> Path:
    return data_dir / (MODEL if model_id is None else f"{MODEL}.{model_id}")


async def live_model(session: AsyncSession) -> Model | None:
    """The model by which messages are read; None: the one that Homeward came with."""
    return await session.scalar(select(Model).where(Model.state == ModelState.LIVE))


def pack(folder: Path) -> dict[str, bytes]:
    """The files of a model, packed; what only the cross-validation needs stays behind."""
    return {path.name: zlib.compress(path.read_bytes(), 1) for path in sorted(folder.iterdir()) if path.name != UNSEEN}


async def keep_files(session: AsyncSession, model_id: int, files: dict[str, bytes]) -> None:
    """Put a model's files into the store, and forget those of models long past."""
    await session.execute(delete(ModelFile).where(ModelFile.model_id == model_id))
    for name, content in files.items():
        session.add(ModelFile(model_id=model_id, name=name, content=content))
        await session.flush()
    newest = select(Model.id).where(Model.state.in_((ModelState.EARLIER, ModelState.CANDIDATE))).order_by(Model.id.desc()).limit(KEPT)
    live = select(Model.id).where(Model.state == ModelState.LIVE)
    await session.execute(delete(ModelFile).where(ModelFile.model_id != model_id, ModelFile.model_id.not_in(newest), ModelFile.model_id.not_in(live)))


async def with_files(session: AsyncSession) -> set[int]:
    """The models that could go live: their files are there."""
    return set(await session.scalars(select(ModelFile.model_id).where(ModelFile.name == META)))


async def fetch(sessions: Sessions, model_id: int, folder: Path) -> bool:
    """Bring a model's files to this machine, whole or not at all; whether they are there."""
    if _whole(folder):
        return True
    fresh = folder.with_name(f"{folder.name}.{uuid.uuid4().hex}.new")
    try:
        async with sessions() as session:
            for name in await session.scalars(select(ModelFile.name).where(ModelFile.model_id == model_id)):
                content = await session.scalar(select(ModelFile.content).where(ModelFile.model_id == model_id, ModelFile.name == name))
                await asyncio.to_thread(_unpack, content or b"", fresh / Path(name).name)
        if _whole(fresh):
            with contextlib.suppress(OSError):  # another process of this machine was quicker
                fresh.rename(folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return _whole(folder)


def _whole(folder: Path) -> bool:
    return (folder / META).exists()


def _unpack(content: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.decompress(content))


async def figures_of(session: AsyncSession, model_id: int) -> list[Figure]:
    rows = await session.scalars(select(ModelFigure).where(ModelFigure.model_id == model_id))
    return [Figure(language=row.language, name=row.name, before=row.before, after=row.after) for row in rows]


async def losses_of(session: AsyncSession, model_id: int) -> list[Loss]:
    rows = await session.scalars(select(ModelLoss).where(ModelLoss.model_id == model_id).order_by(ModelLoss.id))
    return [Loss(kind=row.kind, language=row.language, intent=row.intent, read_as=row.read_as, text=row.text) for row in rows]


async def against(session: AsyncSession, model_id: int) -> list[Objection]:
    """What speaks against letting this model go live."""
    return objections(await figures_of(session, model_id), await losses_of(session, model_id))


async def go_live(session: AsyncSession, model_id: int, member_id: uuid.UUID, base: str) -> str:
    """Messages are read by this model from now on, on every machine; a code says why not. `base`: fingerprint of the code and data that run now."""
    await one_at_a_time(session, "models")
    model = await session.get(Model, model_id, with_for_update=True)
    if model is None or model.state not in (ModelState.CANDIDATE, ModelState.EARLIER) or model.id not in await with_files(session):
        return "gone"
    if model.base != base:
        return "base"
    live = await live_model(session)
    if model.state is ModelState.CANDIDATE:
        if model.against_id != (live.id if live else None):
            return "stale"
        if await against(session, model_id):
            return "worse"
    await go_back(session)
    model.state, model.live_by, model.live_at = ModelState.LIVE, member_id, now()
    await session.flush()
    return ""


async def go_back(session: AsyncSession) -> bool:
    """Back to the model that Homeward came with; whether another was live."""
    values = {"state": ModelState.EARLIER}
    done = await session.execute(update(Model).where(Model.state == ModelState.LIVE).values(values).returning(Model.id))
    await notify(session, CHANGED)
    return bool(done.all())
