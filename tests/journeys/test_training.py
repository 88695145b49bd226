"""Teach, train, compare, go live, go back: with a small understanding, real processes and the real store."""

import asyncio
import json
import shutil
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from bot import run
from bot.db import now
from bot.house import House
from bot.renewal import renewal
from bot.settings import Settings
from bot.teaching.models import Model, ModelFile, ModelLoss, ModelState, Sentence, TestQuestion
from bot.teaching.store import KEPT, against, figures_of, go_back, go_live, keep_files, live_model, with_files
from bot.teaching.training import LOST_AFTER, cancel, running, start, write_examples
from nlu import Engine, Reader
from nlu.examples import examples
from nlu.training import fingerprint
from tests.messengers import until
from tests.processes import Running

EDITOR = uuid.UUID(int=7)
TAUGHT = ["the wobbly blue card for grandmothers", "where is the wobbly blue card", "give the wobbly blue card back", "wobbly blue card please"]
QUESTION, MEANS = "how do I get a wobbly blue card", "orientation_training"
TRAINS_WITHIN = 240.0  #: seconds, on a machine that does other things too


def trained_in(house: House, folder: Path, small: Path) -> House:
    """The same store and another machine: a data folder of its own, with the model that Homeward came with."""
    shutil.copytree(small / "model", folder / "model")
    settings = Settings(data_dir=folder, training_dir=small / "data", content_dir=house.settings.content_dir)
    return replace(house, settings=settings, reader=Reader(Engine.load(folder / "model")))


@pytest.fixture
def machine(house: House, tmp_path: Path, small: Path) -> House:
    return trained_in(house, tmp_path / "one", small)


@pytest.fixture
async def working(machine: House) -> AsyncIterator[House]:
    async with run.worker(machine):
        yield machine


async def teach_some(house: House) -> None:
    async with house.sessions.begin() as session:
        session.add_all(Sentence(text=text, normal=text, language="en", intent=MEANS, source="typed", member_id=EDITOR) for text in TAUGHT)
        session.add(TestQuestion(text="please help me to go home", normal="please help me to go home", language="en", intent="return_overview"))


async def begin(house: House) -> int:
    async with house.sessions.begin() as session:
        model = await start(session, EDITOR)
        assert model is not None
        return model.id


async def row(house: House, model_id: int) -> Model:
    async with house.sessions() as session:
        return await session.get_one(Model, model_id)


async def in_state(house: House, model_id: int, *states: ModelState) -> Model | None:
    model = await row(house, model_id)
    return model if model.state in states else None


async def over(house: House, model_id: int) -> Model:
    return await until(lambda: in_state(house, model_id, *set(ModelState) - {ModelState.TRAINING}), TRAINS_WITHIN)


def processes_of(folder: Path) -> list[str]:
    """The command lines of processes that work in a folder."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if str(folder) in line and "bot.teaching.child" in line:
            found.append(line)
    return found


async def begun(folder: Path) -> bool:
    return bool(processes_of(folder))


async def gone(folder: Path) -> bool:
    return not processes_of(folder)


async def reads_as(house: House, text: str = QUESTION) -> str:
    return (await house.reader.read(text, prior="en")).intent


async def test_taught_trained_live_everywhere_and_back(working: House, small: Path, tmp_path: Path) -> None:
    house, other = working, trained_in(working, tmp_path / "two", small)
    await teach_some(house)
    async with renewal(house, every=60), renewal(other, every=60):  # told, not found by looking
        before = [await reads_as(house), await reads_as(other)]
        assert MEANS not in before
        number = await begin(house)
        async with house.sessions.begin() as session:
            assert await start(session, EDITOR) is None  # one at a time
        steps: set[int] = set()
        while (model := await row(house, number)).state is ModelState.TRAINING:
            steps.add(model.step)
            await asyncio.sleep(0.2)
        assert (model.state, model.sentences, model.against_id) == (ModelState.CANDIDATE, len(TAUGHT), None)
        assert len(steps) > 1
        assert await gone(tmp_path)
        assert not list((tmp_path / "one").glob("training-*"))
        async with house.sessions() as session:
            figures = await figures_of(session, number)
            assert {figure.language for figure in figures} == {"mean", "en", "fa"}
            assert await against(session, number) == []
            size = await session.scalar(select(func.sum(func.length(ModelFile.content))))
            assert size and size < 20_000_000
            assert "unseen.npz" not in set(await session.scalars(select(ModelFile.name)))
        assert [await reads_as(house), await reads_as(other)] == before  # not live yet
        async with house.sessions.begin() as session:
            assert await go_live(session, number, EDITOR, fingerprint(small / "data")) == ""
        for one in (house, other):
            await until(lambda one=one: _is(reads_as(one), MEANS), 15)
        late = trained_in(house, tmp_path / "three", small)
        async with renewal(late):  # a machine that starts later has it before it reads anything
            assert await reads_as(late) == MEANS
        async with house.sessions.begin() as session:
            assert await go_back(session)
        for one, was in zip((house, other), before, strict=True):
            await until(lambda one=one, was=was: _is(reads_as(one), was), 15)
        async with house.sessions.begin() as session:  # and forth again: it is kept
            assert await go_live(session, number, EDITOR, fingerprint(small / "data")) == ""
        await until(lambda: _is(reads_as(other), MEANS), 15)


async def _is(found: object, wanted: str) -> bool:
    return await found == wanted  # type: ignore[misc]


async def test_a_cancelled_training_ends_with_all_its_processes(working: House, tmp_path: Path) -> None:
    number = await begin(working)
    await until(lambda: begun(tmp_path), TRAINS_WITHIN)
    async with working.sessions.begin() as session:
        assert await cancel(session, number)
        assert not await cancel(session, number)
        assert await running(session) is None
    await until(lambda: gone(tmp_path), 15)
    assert (await row(working, number)).state is ModelState.CANCELLED
    assert await with_nothing_left(working)


async def with_nothing_left(house: House) -> bool:
    async with house.sessions() as session:
        return not await with_files(session)


async def test_a_training_that_fails_says_so(working: House, small: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    shutil.copytree(small / "data", broken)
    (broken / "en" / "more.yml").write_text("nlu: 5", "utf-8")
    working.settings = working.settings.model_copy(update={"training_dir": broken})
    model = await over(working, await begin(working))
    assert (model.state, model.problem) == (ModelState.FAILED, "failed")


async def test_a_training_nobody_hears_of_any_more_does_not_block_the_next(machine: House) -> None:
    lost = await begin(machine)
    async with machine.sessions.begin() as session:
        (await session.get_one(Model, lost)).heard_at = now() - LOST_AFTER * 2
        assert await running(session) is None
    await begin(machine)
    assert (await row(machine, lost)).state is ModelState.FAILED


async def test_a_worker_that_dies_takes_its_training_along_and_the_next_worker_starts_anew(machine: House, small: Path, tmp_path: Path) -> None:
    await teach_some(machine)
    environment = {
        "HOMEWARD_DATA_DIR": str(machine.settings.data_dir),
        "HOMEWARD_TRAINING_DIR": str(small / "data"),
        "HOMEWARD_DATABASE_URL": machine.url,
        "HOMEWARD_SECRET_KEYS": "a key for the tests",
    }
    workers = Running(environment, 0)
    await workers.start("first", "worker")
    number = await begin(machine)
    await until(lambda: begun(tmp_path), TRAINS_WITHIN)
    await workers.kill("first")
    await until(lambda: gone(tmp_path), 10)
    await workers.start("second", "worker")
    assert (await over(machine, number)).state is ModelState.CANDIDATE
    await workers.stop()


# --- who may go live --------------------------------------------------------------------------------------------------------------


async def made(house: House, state: ModelState = ModelState.CANDIDATE, against_id: int | None = None) -> int:
    async with house.sessions.begin() as session:
        model = Model(state=state, base="ours", against_id=against_id)
        session.add(model)
        await session.flush()
        await keep_files(session, model.id, {"meta.json": b"x", "en.npz": b"y"})
        return model.id


async def goes(house: House, number: int, base: str = "ours") -> str:
    async with house.sessions.begin() as session:
        return await go_live(session, number, EDITOR, base)


async def test_the_server_refuses_what_may_not_go_live(house: House) -> None:
    worse = await made(house)
    async with house.sessions.begin() as session:
        session.add(ModelLoss(model_id=worse, kind="urgent", language="en", intent="self_harm", read_as="greet", text="ours"))
    assert await goes(house, worse) == "worse"
    good = await made(house)
    assert await goes(house, good, base="of another version") == "base"
    assert await goes(house, 0) == "gone"
    stale = await made(house)
    assert await goes(house, good) == ""
    assert await goes(house, stale) == "stale"  # compared with what was live before
    newer = await made(house, against_id=good)
    assert await goes(house, newer) == ""
    assert await goes(house, good) == ""  # back by a click: it was live
    async with house.sessions() as session:
        live = await live_model(session)
        assert live is not None
        assert (live.id, live.live_by) == (good, EDITOR)
        assert (await session.get_one(Model, newer)).state is ModelState.EARLIER
    async with house.sessions.begin() as session:
        await session.execute(delete(ModelFile).where(ModelFile.model_id == newer))
    assert await goes(house, newer) == "gone"
    assert await goes(house, await made(house, ModelState.FAILED)) == "gone"


async def test_only_the_last_models_are_kept(house: House) -> None:
    live = await made(house)
    assert await goes(house, live) == ""
    others = [await made(house, ModelState.EARLIER) for _ in range(KEPT + 2)]
    async with house.sessions() as session:
        assert await with_files(session) == {live, *others[-KEPT:]}


def test_taught_sentences_are_read_as_they_were_written(tmp_path: Path) -> None:
    texts = ["- with a dash", "a: colon, 'quotes' and \"more\" #hash", "{braces} [and] & * ! | > %", "اسم‌ها و نام‌ها", "🙏 please"]
    taught = [Sentence(text=text, language="fa" if number == 3 else "en", intent="greet") for number, text in enumerate(texts)]
    write_examples(taught, tmp_path)
    found = {(one.language, one.text) for one in examples(tmp_path)}
    assert found == {("fa" if number == 3 else "en", text) for number, text in enumerate(texts)}
    assert json.dumps(sorted(path.name for path in tmp_path.glob("*/*"))) == '["desk.yml", "desk.yml"]'
