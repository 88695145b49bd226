"""A new model is taken up while the program runs; a broken one is not."""

import asyncio
import os
import shutil
from pathlib import Path

from bot.renewal import renewal
from bot.run import MODEL
from nlu import Engine
from nlu.engine import META
from tests.conftest import MODEL_HOME
from tests.world import World


async def until_another(world: World, old: Engine, seconds: float) -> bool:
    for _ in range(int(seconds * 20)):
        if world.house.reader.engine is not old:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_a_new_model_answers_without_a_restart_and_a_broken_one_never(world: World, tmp_path: Path) -> None:
    folder = tmp_path / MODEL
    shutil.copytree(MODEL_HOME / MODEL, folder)
    world.house.settings = world.house.settings.model_copy(update={"data_dir": tmp_path})
    old = world.house.reader.engine
    try:
        async with renewal(world.house, every=0.05):
            assert not await until_another(world, old, 0.3)
            os.utime(folder / META, ns=(1, 1))
            assert await until_another(world, old, 10)
            heard = await world.person().asks("who pays the plane ticket, is it free?")
            assert heard[1] == world.house.library.answer("return_cost", "en").text
            taken_up = world.house.reader.engine
            (folder / META).write_text("{", "utf-8")
            assert not await until_another(world, taken_up, 1)
    finally:
        world.house.reader.engine = old
