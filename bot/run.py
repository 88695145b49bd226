"""Starting and stopping: what each command of `homeward` is made of, and a clean end for all of it."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import gc
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
import uvloop
from tqdm import tqdm

import nlu
from bot import jobs, scheduled, sealing
from bot.answering import polling
from bot.answers import files
from bot.answers.library import load
from bot.cases import escalation, saved, window
from bot.cases.calendars import CHANGED, load_calendars
from bot.channels import Channel
from bot.channels.telegram import Telegram
from bot.channels.terminal import Terminal
from bot.channels.webchat import WebChat
from bot.channels.whatsapp import WhatsApp
from bot.conversation.deliver import settle_the_dead
from bot.conversation.journal import Journal
from bot.db import address, connect, listening, one_at_a_time
from bot.errors import SendError
from bot.house import House
from bot.log import logger
from bot.migrations import migrate
from bot.settings import Settings
from bot.teaching.questions import FOLDER as QUESTIONS
from bot.teaching.questions import load_questions
from bot.teaching.store import CHANGED as MODEL_CHANGED
from bot.teaching.store import MODEL
from bot.teaching.training import train as train_at_the_desk
from bot.web import reminding
from bot.web.app import application
from bot.web.live import Live

TRAINING_DATA = Path(nlu.__file__).parent / "data"
RASA_WITHIN = 2.0  #: seconds for the Rasa server before the in-process engine answers


def train_if_needed(settings: Settings, *, force: bool = False) -> Path:
    """The folder of the engine's model; trained, with a progress bar, where the training data changed."""
    from nlu import training

    folder = settings.data_dir / MODEL
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with (settings.data_dir / "training.lock").open("w") as lock:  # of several processes that start at once, one trains
        fcntl.flock(lock, fcntl.LOCK_EX)
        if force or training.needs_training(settings.training_dir, folder):
            _train(settings.training_dir, folder)
        else:
            training.renew_words(folder)
    return folder


def _train(data: Path, folder: Path) -> None:
    """With a progress bar where somebody watches."""
    from nlu import training

    if not sys.stderr.isatty():
        print(f"Training the understanding on the sentences of {data} (once, about four minutes) …", file=sys.stderr, flush=True)
    with tqdm(desc="Training", unit="step", leave=False, disable=None) as bar:

        def progress(what: str, done: int, of: int) -> None:
            bar.total = of
            bar.set_description(f"Training: {what}")
            bar.update(done - bar.n)

        training.train(data, folder, progress)


def reader(settings: Settings) -> nlu.Reader:
    engine = nlu.Engine.load(train_if_needed(settings))
    token = settings.rasa_token.get_secret_value() if settings.rasa_token else None
    rasa = nlu.RasaClient(str(settings.rasa_url), within=RASA_WITHIN, token=token) if settings.nlu_engine == "rasa" else None
    return nlu.Reader(engine, rasa)


def channels(settings: Settings) -> dict[str, Channel]:
    """Every channel that the settings name, and those that need none."""
    found: list[Channel] = [WebChat(), Terminal()]
    if settings.telegram_token:
        found.append(Telegram(settings.telegram_token.get_secret_value(), settings.telegram_api_url))
    if settings.whatsapp_is_set and settings.twilio_account_sid and settings.twilio_auth_token and settings.whatsapp_from:
        status = f"{str(settings.public_url).rstrip('/')}/whatsapp/status" if settings.public_url else None
        token = settings.twilio_auth_token.get_secret_value()
        found.append(WhatsApp(settings.twilio_account_sid, token, settings.whatsapp_from, api_url=settings.twilio_api_url, status_url=status))
    return {channel.name: channel for channel in found}


@asynccontextmanager
async def opened(settings: Settings, *, understands: bool = True) -> AsyncIterator[House]:
    """A house with its store migrated, its texts imported at first start, and everything closed at the end."""
    sealing.use(settings.keys())
    url = await asyncio.to_thread(address, settings)
    await asyncio.to_thread(migrate, url)
    engine, sessions = connect(url)
    try:
        async with sessions.begin() as session:
            await one_at_a_time(session, "import")
            if await files.is_empty(session):
                imported = await files.load_into(session, settings.content_dir)
                logger().info("content_imported", texts=imported.published)
                await load_questions(session, settings.content_dir / QUESTIONS)
            if await saved.is_empty(session):
                await saved.import_saved(session, settings.content_dir / saved.FOLDER)
        understanding = await asyncio.to_thread(reader, settings) if understands else None
        async with sessions() as session:
            library, calendars = await load(session), await load_calendars(session)
        house = House(settings=settings, sessions=sessions, url=url, library=library, reader=understanding, channels=channels(settings))  # type: ignore[arg-type]  # commands that do not read messages have no reader
        house.calendars = calendars
        async with jobs.opened(url):
            yield house
        for channel in house.channels.values():
            await channel.close()
    finally:
        await engine.dispose()


@asynccontextmanager
async def worker(house: House, *, concurrency: int = 20) -> AsyncIterator[None]:
    """A worker that runs as long as the block; running jobs are finished before it ends."""
    folder = house.settings.data_dir / "sending"
    periodic = {escalation.escalate.name, scheduled.publish.name, window.keep_open.name, reminding.remind.name}
    assert periodic | {train_at_the_desk.name} <= set(jobs.queue.tasks)  # a periodic job exists once its module is loaded
    await settle_the_dead(house.sessions, folder)
    house.journal = Journal.open(folder)

    async def before_rescue() -> None:
        await settle_the_dead(house.sessions, folder)

    task = asyncio.create_task(jobs.work({"house": house}, concurrency=concurrency, before_rescue=before_rescue), name="worker")
    async with listening(house.url, {"answers": house.reload, CHANGED: house.reload_hours}):
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            house.journal.close()


@asynccontextmanager
async def web(house: House) -> AsyncIterator[None]:
    """The web server as long as the block."""
    live = Live()
    settings = house.settings
    config = uvicorn.Config(
        application(house, live),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        log_config=None,  # our own handler strips what a failure may carry of a person
        access_log=False,
        timeout_graceful_shutdown=5,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[assignment, method-assign]  # signals are ours: the worker must end in order too
    hear: dict[str, Callable[[str], Awaitable[None] | None]] = {
        "said": live.said,
        "cases": live.cases,
        "texts": live.texts,
        "answers": house.reload,
        CHANGED: house.reload_hours,
        MODEL_CHANGED: live.model,
    }
    async with listening(house.url, hear):
        task = asyncio.create_task(server.serve(), name="web")
        while not server.started and not task.done():  # noqa: ASYNC110  (uvicorn says it in no other way)
            await asyncio.sleep(0.01)
        if task.done():
            task.result()
            msg = f"Nothing could listen on {settings.host}:{settings.port}; is another Homeward running? Set HOMEWARD_PORT."
            raise SystemExit(msg)
        try:
            yield
        finally:
            live.close()
            server.should_exit = True
            await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def telegram(house: House) -> AsyncIterator[None]:
    """Telegram's updates as long as the block: by webhook where we have a public address, else by polling."""
    channel = house.channels.get("telegram")
    if not isinstance(channel, Telegram):
        yield
        return
    task = asyncio.create_task(_hook(house, channel) if house.settings.public_url else polling.poll(house, channel), name="telegram")
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@asynccontextmanager
async def webhook(house: House) -> AsyncIterator[None]:
    """As `telegram`, but never polling: of several web processes only a public address can feed all."""
    if house.settings.public_url:
        async with telegram(house):
            yield
    else:
        yield


async def _hook(house: House, channel: Telegram) -> None:
    """Tell Telegram where to post, trying until it hears us."""
    url = f"{str(house.settings.public_url).rstrip('/')}/telegram"
    wait = 1.0
    while True:
        try:
            await channel.set_webhook(url, house.settings.telegram_webhook_secret)
        except SendError as error:
            logger().warning("webhook_not_set", error=error)
            await asyncio.sleep(wait)
            wait = min(wait * 2, 60)
        else:
            logger().info("webhook_set")
            return


async def until_stopped() -> None:
    """Wait for SIGTERM or Ctrl-C."""
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await stop.wait()


def until_done(work: Coroutine[Any, Any, None]) -> None:
    """Run to the end on the quicker event loop: much of what a message costs is waiting for answers of the database."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


async def run(
    settings: Settings,
    *parts: Callable[[House], contextlib.AbstractAsyncContextManager[None]],
    ready: Callable[[House], Awaitable[None]] | None = None,
) -> None:
    """Open a house, start the parts in order, wait for a signal, end them in the opposite order."""
    async with opened(settings) as house, contextlib.AsyncExitStack() as stack:
        for part in parts:
            await stack.enter_async_context(part(house))
        if ready:
            await ready(house)
        gc.freeze()  # texts, lexicons and models stay for good: the collector need not walk through them again and again
        logger().info("ready")
        await until_stopped()
        logger().info("stopping")
