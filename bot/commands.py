"""What each command does; each returns the exit status."""

from __future__ import annotations

import asyncio
import json
import sys
import uuid
from argparse import Namespace
from collections.abc import Callable

from sqlalchemy import select

from bot import sealing, understanding
from bot.answering.receive import receive
from bot.answers import files
from bot.answers.fill import plain
from bot.answers.problems import problems
from bot.cases import saved
from bot.channels import Inbound, Kind
from bot.channels.terminal import Terminal
from bot.conversation.models import Address, Conversation
from bot.conversation.reopen import approvals
from bot.db import address, now
from bot.doctor import findings
from bot.house import House
from bot.jobs import drain, lane_of
from bot.migrations import migrate as migrate_database
from bot.renewal import renewal, take_up
from bot.retention import forget_person
from bot.run import opened, run, telegram, until_done, web, webhook, worker
from bot.settings import Settings
from bot.staff.models import Role
from bot.staff.signin import add, first_admin
from bot.teaching.measuring import predicted
from bot.teaching.questions import FOLDER as QUESTIONS
from bot.teaching.questions import export_questions, load_questions, question_problems


def serve(settings: Settings, _arguments: Namespace) -> int:
    until_done(run(settings, renewal, worker, web, telegram, ready=_greet))
    return 0


async def _greet(house: House) -> None:
    """What a newcomer needs."""
    base = str(house.settings.public_url or f"http://{house.settings.host}:{house.settings.port}").rstrip("/")
    async with house.sessions.begin() as session:
        token = await first_admin(session)
    print(f"\n  Homeward is ready.\n\n  Chat page    {base}/chat\n  Staff pages  {base}/staff")
    if token:
        print(
            f"  First admin  {base}/staff/sign-in/{token}\n               (works once, for 24 hours; a new link is printed at each start until somebody has signed in)"
        )
    names = {"telegram": "Telegram", "whatsapp": "WhatsApp"}
    missing = [names[name] for name in names if name not in house.channels]
    print(f"\n  Not set up: {', '.join(missing)} (see the settings in README.md)" if missing else "")
    print("  Ctrl-C stops it.\n", flush=True)


def web_only(settings: Settings, _arguments: Namespace) -> int:
    until_done(run(settings, renewal, web, webhook))
    return 0


def worker_only(settings: Settings, _arguments: Namespace) -> int:
    until_done(run(settings, renewal, worker))
    return 0


def migrate(settings: Settings, _arguments: Namespace) -> int:
    migrate_database(address(settings))
    print("The database has the newest schema.")
    return 0


def ask(settings: Settings, arguments: Namespace) -> int:
    return asyncio.run(_ask(settings, arguments.text, arguments.lang, as_json=arguments.json))


async def _ask(settings: Settings, text: str, language: str | None, *, as_json: bool) -> int:
    async with opened(settings) as house:
        await take_up(house)
        terminal = await _talk(house, uuid.uuid4().hex, text, language)
        if as_json:
            reading = await house.reader.read(text, hint=language, prior=language)
            sent = [{"text": message.text, "choices": [{"id": c.id, "label": c.label} for c in message.choices]} for message in terminal.sent]
            print(json.dumps({**predicted(text, reading), "replies": sent}, ensure_ascii=False))
        else:
            _show(terminal)
    return 0


async def _talk(house: House, person: str, text: str, language: str | None) -> Terminal:
    """One message through the whole way, in a worker of this process that does nothing else, and stops when nothing is left to do."""
    terminal = Terminal()
    house.channels["terminal"] = terminal
    inbound = Inbound(channel="terminal", person=person, external_id=uuid.uuid4().hex, kind=Kind.TEXT, text=text, hint=language or "", sent_at=now())
    async with house.sessions.begin() as session:
        await receive(session, inbound)
        known = select(Conversation).join(Address, Address.id == Conversation.address_id)
        fingerprint = sealing.keyring().fingerprint("terminal", person)
        conversation = (await session.scalars(known.where(Address.fingerprint == fingerprint))).one()
        if language and conversation.language is None:
            conversation.language = language
    await drain({"house": house}, lane_of("terminal", conversation.id))
    return terminal


def _show(terminal: Terminal) -> None:
    for message in terminal.sent:
        print(f"\n{plain(message.text)}")
        if message.file:
            print(f"  [{message.file.kind}: {message.file.name}, {len(message.file.content) // 1000} kB]")
        for number, choice in enumerate(message.choices, 1):
            print(f"  {number}. {choice.label}")


def chat(settings: Settings, _arguments: Namespace) -> int:
    async def talk() -> None:
        person = uuid.uuid4().hex
        async with opened(settings) as house:
            await take_up(house)
            print("Write, and press Enter. An empty line or Ctrl-D ends the talk; it is forgotten then.")
            while text := (await asyncio.to_thread(_line)):
                _show(await _talk(house, person, text, None))
            await _forget(house, "terminal", person)

    asyncio.run(talk())
    return 0


def _line() -> str:
    try:
        return input("\n> ").strip()
    except EOFError:
        return ""


def forget(settings: Settings, arguments: Namespace) -> int:
    name = sys.stdin.readline().strip() if arguments.address == "-" else arguments.address

    async def run_it() -> bool:
        async with opened(settings, understands=False) as house:
            return await _forget(house, arguments.channel, name)

    if asyncio.run(run_it()):
        print("Forgotten here. What is on the person's phone stays there.")
        return 0
    print("Nobody is known by this name on this channel.")
    return 1


async def _forget(house: House, channel: str, name: str) -> bool:
    async with house.sessions.begin() as session:
        fingerprint = sealing.keyring().fingerprint(channel, name)
        found = await session.scalar(select(Address).where(Address.channel == channel, Address.fingerprint == fingerprint))
        if found:
            await forget_person(session, found.person_id)
    return found is not None


def staff_add(settings: Settings, arguments: Namespace) -> int:
    async def run_it() -> str:
        async with opened(settings, understands=False) as house, house.sessions.begin() as session:
            languages = [code for code in arguments.languages.split(",") if code]
            return await add(session, arguments.email, Role(arguments.role), languages, new_second_factor=arguments.new_second_factor)

    base = str(settings.public_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    print(f"{base}/staff/sign-in/{asyncio.run(run_it())}\nWith it they choose a password. It works once, for 24 hours.")
    return 0


def templates(settings: Settings, _arguments: Namespace) -> int:
    """Make and submit the sentence that reopens WhatsApp's window in every language, and say what WhatsApp thinks of each."""

    async def run_it() -> dict[str, str]:
        async with opened(settings, understands=False) as house:
            return await approvals(house)

    if not settings.whatsapp_is_set:
        print("WhatsApp is not set up; see the settings in README.md.")
        return 1
    found = asyncio.run(run_it())
    for language, state in found.items():
        print(f"{language:4} {state}")
    return 0 if all(state == "approved" for state in found.values()) else 1


def content_lint(settings: Settings, _arguments: Namespace) -> int:
    found = _to_mend(settings)
    print("\n".join(found) if found else "Nothing to mend.")
    return 1 if found else 0


def _to_mend(settings: Settings) -> list[str]:
    """What is wrong with the texts and their test questions."""
    return [*problems(settings.content_dir), *question_problems(settings.content_dir / QUESTIONS, settings.training_dir)]


def content_import(settings: Settings, _arguments: Namespace) -> int:
    async def run_it() -> tuple[files.Imported, int, int]:
        async with opened(settings, understands=False) as house, house.sessions.begin() as session:
            texts = await files.load_into(session, settings.content_dir)
            replies = await saved.import_saved(session, settings.content_dir / saved.FOLDER)
            return texts, replies, await load_questions(session, settings.content_dir / QUESTIONS)

    found = _to_mend(settings)
    if found:
        print("\n".join(found), "\nNothing was imported: mend these first.", sep="\n")
        return 1
    result, replies, questions = asyncio.run(run_it())
    print(f"{result.published} texts published, {result.unchanged} unchanged, {replies} saved replies and {questions} test questions new.")
    for conflict in result.conflicts:
        print(f"{conflict}: changed here and by an editor; the editor's version stays. Export, merge, import again.")
    return 1 if result.conflicts else 0


def content_export(settings: Settings, _arguments: Namespace) -> int:
    async def run_it() -> int:
        async with opened(settings, understands=False) as house, house.sessions() as session:
            count = await files.export(session, settings.content_dir) + await saved.export_saved(session, settings.content_dir / saved.FOLDER)
            return count + await export_questions(session, settings.content_dir / QUESTIONS)

    print(f"{asyncio.run(run_it())} files written to {settings.content_dir}/.")
    return 0


def doctor(settings: Settings, _arguments: Namespace) -> int:
    good = True
    for finding in findings(settings):
        good &= finding.good
        print(f"{'ok  ' if finding.good else 'FAIL'}  {finding.what}" + (f": {finding.next}" if finding.next else ""))
    return 0 if good else 1


BY_NAME: dict[str, Callable[[Settings, Namespace], int]] = {
    "serve": serve,
    "web": web_only,
    "worker": worker_only,
    "ask": ask,
    "chat": chat,
    "nlu_train": understanding.train,
    "nlu_lint": understanding.lint,
    "nlu_predict": understanding.predict,
    "nlu_evaluate": understanding.evaluate,
    "content_lint": content_lint,
    "content_import": content_import,
    "content_export": content_export,
    "staff_add": staff_add,
    "templates": templates,
    "migrate": migrate,
    "forget": forget,
    "doctor": doctor,
}
