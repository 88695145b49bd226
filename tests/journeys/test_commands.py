"""Commands in a terminal, as operators type them beside a house that is at work."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import psycopg

from tests.conftest import MODEL_HOME
from tests.processes import Running, processes


async def _homeward(running: Running, *arguments: str, without: tuple[str, ...] = ()) -> str:
    """What the command prints; it must end well, and soon."""
    environment = {name: value for name, value in {**os.environ, **running.environment}.items() if name not in without}
    homeward = Path(sys.executable).with_name("homeward")
    process = await asyncio.create_subprocess_exec(homeward, *arguments, env=environment, stdout=asyncio.subprocess.PIPE)
    output, _ = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode == 0
    return output.decode()


async def test_asking_beside_a_worker_gives_the_replies(database: str, understanding: object, tmp_path: Path) -> None:
    shutil.copytree(MODEL_HOME / "model", tmp_path / "model")
    async with processes(tmp_path, database) as (running, _):
        await running.start("worker", "worker")
        found = json.loads((await _homeward(running, "ask", "--lang", "fa", "--json", "پول چقدر میتن")).splitlines()[-1])
        assert (found["language"], found["intent"]) == ("fa", "return_money")
        assert len(found["replies"]) >= 2
        assert any(reply["choices"] for reply in found["replies"])


async def test_asking_leaves_the_messages_of_others_alone(database: str, understanding: object, tmp_path: Path) -> None:
    """Somebody on WhatsApp is waiting, and the command knows no token: it must not answer in our place, nor wait for us."""
    shutil.copytree(MODEL_HOME / "model", tmp_path / "model")
    async with processes(tmp_path, database) as (running, them):
        await running.start("web", "web")
        await them.whatsapp_says("+4915100000001", "hello")
        assert await _jobs(database) == 1
        await _homeward(running, "ask", "hello", without=("HOMEWARD_TWILIO_ACCOUNT_SID", "HOMEWARD_TWILIO_AUTH_TOKEN", "HOMEWARD_WHATSAPP_FROM"))
        assert await _jobs(database) == 1


async def _jobs(database: str) -> int:
    async with await psycopg.AsyncConnection.connect(database) as connection:
        return int((await (await connection.execute("select count(*) from procrastinate_jobs where status = 'todo'")).fetchall())[0][0])
