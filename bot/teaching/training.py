"""The job that trains from the desk: in a process of its own, told of on the page, cancelled by a click, taken up again when a worker dies."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
import tempfile
import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import procrastinate
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import notify, now, one_at_a_time
from bot.house import House
from bot.jobs import post, queue
from bot.log import logger
from bot.teaching.models import Model, ModelFigure, ModelLoss, ModelState, Sentence
from bot.teaching.questions import questions
from bot.teaching.sentences import sentences
from bot.teaching.store import CHANGED, fetch, folder_of, keep_files, live_model, pack

LOCK = "training"  #: one at a time, on all machines
PLACE = "training-"  #: folders of trainings in the data folder begin so
LOST_AFTER = timedelta(minutes=3)  #: without a sign of life a training is given up, and another may be started
EVERY = 1.0  #: seconds between two looks at whether it was cancelled


class WhenTheWorkerStops(procrastinate.BaseRetryStrategy):
    """A worker that is stopped hands the training to the next one, which starts anew; a training that fails is shown and not tried again."""

    def get_retry_decision(self, *, exception: BaseException, job: procrastinate.jobs.Job) -> procrastinate.RetryDecision | None:  # noqa: ARG002
        return procrastinate.RetryDecision(retry_in={"seconds": 0}) if isinstance(exception, asyncio.CancelledError) else None


async def running(session: AsyncSession) -> Model | None:
    """The training that goes on; one that nobody has heard of for minutes is given up."""
    model = await session.scalar(select(Model).where(Model.state == ModelState.TRAINING).order_by(Model.id.desc()).limit(1))
    return model if model and model.heard_at > now() - LOST_AFTER else None


async def start(session: AsyncSession, member_id: uuid.UUID) -> Model | None:
    """Post a training; None while one goes on."""
    await one_at_a_time(session, "models")
    if await running(session):
        return None
    await session.execute(update(Model).where(Model.state == ModelState.TRAINING).values(state=ModelState.FAILED, problem="lost"))
    model = Model(started_by=member_id)
    session.add(model)
    await session.flush()
    await post(session, train, lock=LOCK, model_id=model.id)
    await notify(session, CHANGED)
    return model


async def cancel(session: AsyncSession, model_id: int) -> bool:
    """Whether there was a training to be cancelled; its process ends within seconds."""
    going = update(Model).where(Model.id == model_id, Model.state == ModelState.TRAINING)
    done = await session.execute(going.values(state=ModelState.CANCELLED).returning(Model.id))
    await notify(session, CHANGED)
    return bool(done.all())


@queue.task(name="training", pass_context=True, retry=WhenTheWorkerStops())
async def train(context: procrastinate.JobContext, model_id: int) -> None:
    """Train, compare with the live model, keep the files. Run twice, it starts anew unless it was finished or cancelled."""
    house: House = context.additional_context["house"]
    home = _home(house)
    with tempfile.TemporaryDirectory(prefix=PLACE, dir=home, ignore_cleanup_errors=True) as name:
        place = Path(name)
        if not await _prepared(house, model_id, place):
            return
        try:
            status = await _watched(house, model_id, place)
        except OSError as error:
            status = 1
            logger().error("training_not_started", model=model_id, error=error)
        if status == 0:
            await _keep(house, model_id, place)
        elif status is not None:
            await _fails(house, model_id, "memory" if status == -signal.SIGKILL else "failed")


def _home(house: House) -> Path:
    """The data folder, without what a worker left there that died."""
    folder = house.settings.data_dir.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{PLACE}*/"):
        shutil.rmtree(left, ignore_errors=True)
    return folder


async def _prepared(house: House, model_id: int, place: Path) -> bool:
    """Write down the job for the process; whether it is still wanted."""
    async with house.sessions.begin() as session:
        model = await session.get(Model, model_id, with_for_update=True)
        if model is None or model.state is not ModelState.TRAINING:
            return False
        taught, live, asked = await sentences(session), await live_model(session), await questions(session)
        model.sentences, model.against_id = len(taught), live.id if live else None
        model.stage, model.step, model.heard_at = "waiting", 0, now()
    if live and not await fetch(house.sessions, live.id, folder_of(house.settings.data_dir, live.id)):
        await _fails(house, model_id, "live")
        return False
    write_examples(taught, place / "extra")
    job = {
        "data": str(house.settings.training_dir.absolute()),
        "extra": str(place / "extra"),
        "base": str(folder_of(house.settings.data_dir, None).absolute()),
        "live": str(folder_of(house.settings.data_dir, live.id if live else None).absolute()),
        "folder": str(place / "model"),
        "outcome": str(place / "outcome.json"),
        "questions": [{"text": one.text, "lang": one.language, "intent": one.intent} for one in asked],
    }
    (place / "job.json").write_text(json.dumps(job, ensure_ascii=False), "utf-8")
    return True


def write_examples(taught: Sequence[Sentence], folder: Path) -> None:
    """Taught sentences as Rasa NLU reads them, a file for each language."""
    for language in {one.language for one in taught}:
        lines = ['version: "3.1"', "nlu:"]
        for intent in sorted({one.intent for one in taught if one.language == language}):
            lines += [f"- intent: {intent}", "  examples: |"]
            lines += [f"    - {one.text}" for one in taught if (one.language, one.intent) == (language, intent)]
        path = folder / language / "desk.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(lines) + "\n", "utf-8")


async def _watched(house: House, model_id: int, place: Path) -> int | None:
    """Run the process and tell how far it is; its exit status, or None if it was cancelled."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot.teaching.child",
        str(place / "job.json"),
        stdin=asyncio.subprocess.PIPE,  # when we die it ends, and the process with it
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        start_new_session=True,
    )
    assert process.stdout
    told: list[Any] = ["waiting", 0, 0]
    try:
        while True:
            line = None
            with contextlib.suppress(TimeoutError):
                line = await asyncio.wait_for(process.stdout.readline(), EVERY)
            if line == b"":
                return await process.wait()
            fresh = json.loads(line) if line else told
            if not await _tell(house, model_id, fresh, loud=fresh != told):
                return None
            told = fresh
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.shield(process.wait())


async def _tell(house: House, model_id: int, told: Sequence[Any], *, loud: bool) -> bool:
    """Put down how far the training is; whether it still goes on."""
    stage, step, steps = told
    values = {"stage": stage, "step": step, "steps": steps, "heard_at": now()}
    async with house.sessions.begin() as session:
        going = update(Model).where(Model.id == model_id, Model.state == ModelState.TRAINING)
        done = await session.execute(going.values(values).returning(Model.id))
        if loud:
            await notify(session, CHANGED)
        return bool(done.all())


async def _keep(house: House, model_id: int, place: Path) -> None:
    """The model with its figures and files becomes the candidate; whoever was it before is replaced."""
    outcome = json.loads((place / "outcome.json").read_text("utf-8"))
    files = await asyncio.to_thread(pack, place / "model")
    async with house.sessions.begin() as session:
        model = await session.get_one(Model, model_id, with_for_update=True)
        if model.state is not ModelState.TRAINING:
            return
        await session.execute(update(Model).where(Model.state == ModelState.CANDIDATE).values(state=ModelState.REPLACED))
        model.state, model.base, model.made_at = ModelState.CANDIDATE, outcome["base"], now()
        session.add_all(ModelFigure(model_id=model_id, **one) for one in outcome["figures"])
        session.add_all(ModelLoss(model_id=model_id, **one) for one in outcome["losses"])
        await session.flush()
        await keep_files(session, model_id, files)
        await notify(session, CHANGED)
    logger().info("model_trained", model=model_id, sentences=model.sentences)


async def _fails(house: House, model_id: int, problem: str) -> None:
    logger().error("training_failed", model=model_id, problem=problem)
    async with house.sessions.begin() as session:
        going = update(Model).where(Model.id == model_id, Model.state == ModelState.TRAINING)
        await session.execute(going.values(state=ModelState.FAILED, problem=problem))
        await notify(session, CHANGED)
