"""The one ladder of the schema: our tables and the queue's; runs without an ini file."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config

from bot.db import sqlalchemy_url


def config(url: str) -> Config:
    found = Config()
    found.set_main_option("script_location", str(Path(__file__).parent))
    found.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    found.attributes["url"] = sqlalchemy_url(url)
    return found


def migrate(url: str) -> None:
    """Bring the database to the newest revision; several processes may ask at once, one does it."""
    command.upgrade(config(url), "head")
