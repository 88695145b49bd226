"""The ladder ends where the models are, and can be climbed twice."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import create_engine, inspect

from bot.db import sqlalchemy_url
from bot.migrations import migrate
from bot.models import Base


def ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(("procrastinate_", "alembic_"))


def test_migrations_end_where_the_models_are(database: str) -> None:
    engine = create_engine(sqlalchemy_url(database))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": ours, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_the_ladder_carries_the_queue_too(database: str) -> None:
    engine = create_engine(sqlalchemy_url(database))
    assert "procrastinate_jobs" in inspect(engine).get_table_names()
    engine.dispose()


def test_climbing_twice_changes_nothing(database: str) -> None:
    migrate(database)
