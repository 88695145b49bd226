"""What `homeward doctor` looks at: everything a newcomer's machine or an operator's server may lack, and what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass

import psycopg

from bot.answers.problems import problems
from bot.db import address
from bot.errors import ContentError, SettingsError
from bot.settings import Settings
from bot.teaching.store import MODEL


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    good: bool
    what: str
    next: str = ""  #: what to do, or what was found


def findings(settings: Settings) -> Iterator[Finding]:
    """One after the other, as they are found."""
    yield Finding(sys.version_info >= (3, 11), "Python 3.11 or newer", sys.version.split()[0])
    yield _store(settings)
    yield _texts(settings)
    yield _model(settings)
    yield _keys(settings)
    yield from _channels(settings)


def _store(settings: Settings) -> Finding:
    kind = "the PostgreSQL set" if settings.database_url else "the embedded PostgreSQL"
    try:
        with psycopg.connect(address(settings), connect_timeout=5) as connection:
            version = connection.info.server_version
            return Finding(version >= 140_000, f"{kind} answers", f"version {version // 10_000}")
    except (psycopg.OperationalError, SettingsError):
        return Finding(False, f"{kind} does not answer", "look at HOMEWARD_DATABASE_URL and whether the server runs")


def _texts(settings: Settings) -> Finding:
    try:
        count = sum(1 for _ in problems(settings.content_dir))
    except ContentError as error:
        return Finding(False, "the curated texts", str(error))
    return Finding(count == 0, "the curated texts", f"{count} problems; see: homeward content lint" if count else "")


def _model(settings: Settings) -> Finding:
    from nlu import training

    stale = training.needs_training(settings.training_dir, settings.data_dir / MODEL)
    return Finding(not stale, "the model is trained on today's data", "run: homeward nlu train" if stale else "")


def _keys(settings: Settings) -> Finding:
    if settings.secret_keys:
        return Finding(True, "encryption keys are set")
    return Finding(True, "encryption keys", f"kept in {settings.data_dir}/secret_keys; back them up: without them nothing can be read")


def _channels(settings: Settings) -> Iterator[Finding]:
    public = settings.public_url
    https = public is not None and public.scheme == "https"
    if settings.telegram_token:
        yield Finding(public is None or https, "Telegram is set up", "by webhook" if public else "by polling")
    if any((settings.twilio_account_sid, settings.twilio_auth_token, settings.whatsapp_from)):
        good = settings.whatsapp_is_set and public is not None
        yield Finding(good, "WhatsApp is set up", "" if good else "needs TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN, WHATSAPP_FROM and PUBLIC_URL")
        if good:
            yield Finding(True, "WhatsApp's template", "submit it, and see whether it is approved: homeward templates")
