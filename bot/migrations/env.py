"""How Alembic runs here: over one connection, under a lock, with a limit on waiting for tables."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from bot.models import Base

ONE_AT_A_TIME = 7146_0001  #: advisory lock held while migrating


def ours(name: str | None, kind: str, _parents: object) -> bool:
    """The queue's tables are not described by our models."""
    return kind != "table" or not (name or "").startswith("procrastinate_")


def run() -> None:
    engine = create_engine(context.config.attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_lock(:key)"), {"key": ONE_AT_A_TIME})
        connection.execute(text("set lock_timeout = '10s'"))
        connection.commit()
        context.configure(connection=connection, target_metadata=Base.metadata, include_name=ours, compare_type=True)
        with context.begin_transaction():
            context.run_migrations()
        connection.execute(text("select pg_advisory_unlock(:key)"), {"key": ONE_AT_A_TIME})
        connection.commit()


run()
