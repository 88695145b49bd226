"""The command line: homeward serve · web · worker · ask · chat · nlu … · content … · staff … · templates · migrate · forget · doctor."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pydantic import ValidationError

from bot import log
from bot.errors import HomewardError
from bot.settings import Settings


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="homeward", description="Answers people on the move, in their own language, on Telegram and WhatsApp.")
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    sub.add_parser("serve", help="everything in one process: web, worker, and Telegram by polling where no public address is set")
    sub.add_parser("web", help="pages and webhooks alone; any number of them")
    sub.add_parser("worker", help="the jobs alone; any number of them")
    ask = sub.add_parser("ask", help="ask one question and see the answer")
    ask.add_argument("--lang", help="the language of the conversation, where it is known (two or three letters)")
    ask.add_argument("--json", action="store_true", help="the reading and the answer as JSON")
    ask.add_argument("text", metavar="TEXT")
    sub.add_parser("chat", help="talk to the bot in this terminal")
    _nlu(sub.add_parser("nlu", help="train, try and measure the understanding"))
    content = sub.add_parser("content", help="check, import and export the curated texts").add_subparsers(dest="what", required=True)
    for what, text in (
        ("lint", "list everything that is wrong"),
        ("import", "publish what is new in content/"),
        ("export", "write what is published to content/"),
    ):
        content.add_parser(what, help=text)
    staff = sub.add_parser("staff", help="members of staff").add_subparsers(dest="what", required=True)
    add = staff.add_parser("add", help="add or change a member; prints a link by which they set a password, once")
    add.add_argument("email")
    add.add_argument("--role", required=True, choices=["counsellor", "lead", "editor", "approver", "admin"])
    add.add_argument("--languages", default="", help="for example fa,en")
    add.add_argument("--new-second-factor", action="store_true", help="for who has lost telephone and recovery codes, where no admin can help")
    sub.add_parser("templates", help="submit the sentence that reopens WhatsApp's window, and see whether WhatsApp has approved it")
    sub.add_parser("migrate", help="bring the database to the newest schema")
    forget = sub.add_parser("forget", help="forget a person at once, with everything they wrote")
    forget.add_argument("channel", choices=["telegram", "whatsapp", "webchat"])
    forget.add_argument("address", help="the messenger's name for the person, for example whatsapp:+49…; '-' reads it from standard input")
    sub.add_parser("doctor", help="check that everything this machine needs is there")
    return top


def _nlu(nlu: argparse.ArgumentParser) -> None:
    sub = nlu.add_subparsers(dest="what", required=True)
    sub.add_parser("train", help="train the in-process engine")
    sub.add_parser("lint", help="list what is wrong in the training data")
    predict = sub.add_parser("predict", help="read JSON lines with `text`, write what the bot would do")
    predict.add_argument("file", metavar="FILE", help="'-' is standard input")
    evaluate = sub.add_parser("evaluate", help="measure on JSON lines with `text`, `lang` and `intent`; without a file, by cross-validation")
    evaluate.add_argument("file", metavar="FILE", nargs="*", help="'-' is standard input")
    evaluate.add_argument("--write", metavar="FOLDER", type=Path, help="also write the report as Markdown, JSON and a picture")
    evaluate.add_argument("--gate", action="store_true", help="fail where the figures are worse than nlu/gate.yml allows")
    for one in (predict, evaluate):
        one.add_argument("--engine", choices=["embedded", "rasa"])


def main() -> None:
    """Run one command; a failure says what to do next, without a traceback."""
    arguments = parser().parse_args()
    try:
        settings = Settings()
    except ValidationError as error:
        named = "; ".join(f"HOMEWARD_{'_'.join(str(part) for part in found['loc']).upper()}: {found['msg']}" for found in error.errors())
        sys.exit(f"A setting is wrong: {named}")
    log.configure(settings.log_format)
    from bot import commands  # takes seconds: help and wrong settings need none of it

    name = f"{arguments.command}_{arguments.what}" if "what" in arguments else arguments.command
    try:
        sys.exit(commands.BY_NAME[name](settings, arguments))
    except HomewardError as error:
        sys.exit(f"{error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
