"""Homeward as its own operating-system processes, between the two messengers' servers, to be killed and started again."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.contract import telegram_server, twilio_server
from tests.messengers import TOKEN, Messengers, free_port, served

STARTS_WITHIN = 60.0  #: seconds until a process must answer


@dataclass
class Running:
    """Some `homeward` processes with one set of settings."""

    environment: dict[str, str]
    port: int
    processes: dict[str, asyncio.subprocess.Process] = field(default_factory=dict)

    async def start(self, name: str, command: str, **settings: str) -> None:
        """Start one process and wait until it answers (a worker: until it runs)."""
        environment = {**os.environ, **self.environment, **settings}
        homeward = Path(sys.executable).with_name("homeward")
        path = Path(self.environment["HOMEWARD_DATA_DIR"]) / f"{name}.log"
        with path.open("wb") as log:
            self.processes[name] = await asyncio.create_subprocess_exec(homeward, command, env=environment, stdout=log, stderr=log)
        await self.is_ready(path)

    async def is_ready(self, log: Path) -> None:
        end = asyncio.get_running_loop().time() + STARTS_WITHIN
        while b"] ready" not in log.read_bytes():
            assert asyncio.get_running_loop().time() < end, f"not ready in time: {log.read_text()[-500:]}"
            await asyncio.sleep(0.1)

    async def kill(self, name: str) -> None:
        self.processes[name].send_signal(signal.SIGKILL)
        await self.processes[name].wait()

    async def stop(self) -> None:
        """Ask all to end, as an operator would; fails if one does not."""
        for process in self.processes.values():
            if process.returncode is None:
                process.terminate()
        for name, process in self.processes.items():
            code = await asyncio.wait_for(process.wait(), 30)
            assert code in (0, -signal.SIGKILL), f"{name} ended with {code}"


@asynccontextmanager
async def processes(data: Path, database: str, *, limits: bool = False) -> AsyncIterator[tuple[Running, Messengers]]:
    """Settings for processes over one database, and both messengers' servers around them."""
    ours, theirs, twilios = free_port(), free_port(), free_port()
    base = f"http://127.0.0.1:{ours}"
    environment = {
        "HOMEWARD_DATA_DIR": str(data),
        "HOMEWARD_DATABASE_URL": database,
        "HOMEWARD_PORT": str(ours),
        "HOMEWARD_PUBLIC_URL": base,
        "HOMEWARD_SECRET_KEYS": "a key for the tests",
        "HOMEWARD_TELEGRAM_TOKEN": TOKEN,
        "HOMEWARD_TELEGRAM_API_URL": f"http://127.0.0.1:{theirs}",
        "HOMEWARD_TWILIO_ACCOUNT_SID": twilio_server.ACCOUNT,
        "HOMEWARD_TWILIO_AUTH_TOKEN": twilio_server.TOKEN,
        "HOMEWARD_WHATSAPP_FROM": twilio_server.SENDER,
        "HOMEWARD_TWILIO_API_URL": f"http://127.0.0.1:{twilios}",
    }
    async with AsyncExitStack() as stack:
        await served(stack, telegram_server.application(limits), theirs)
        await served(stack, twilio_server.application(f"{base}/whatsapp", None), twilios)
        clients = [
            await stack.enter_async_context(httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30)) for port in (theirs, twilios, ours)
        ]
        running = Running(environment, ours)
        yield running, Messengers(None, base, *clients)
        await running.stop()
