"""Which version a database's schema has, and bringing it to the newest.

Alembic is imported only where there is something to migrate, since it takes 11 MB. A new database
gets its tables at once, which a test holds against those that the migrations make.
"""

from pathlib import Path

import sqlalchemy as sa

from bot.storage.errors import StorageError
from bot.storage.tables import counters, metadata
from bot.storage.transactions import Transaction

HEAD = "0004"
"""The newest migration in `migrations/versions/`."""

_MIGRATIONS = Path(__file__).parent / "migrations"
_UPGRADE_LOCK = 0xCA5EB00C

_VERSION = sa.Table(
    "alembic_version",
    sa.MetaData(),
    sa.Column("version_num", sa.String(32), nullable=False),
    sa.PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
"""Alembic's own table, as it makes it."""


async def bring_up_to_date(tx: Transaction) -> None:
    """Make the tables, or apply the migrations that a database lacks, in the transaction given.

    Raises:
        StorageError: if the database was made by a newer version of the bot.
    """
    if tx.dialect.name == "postgresql":
        # Two processes may start at once; on SQLite the writer's lock is held already.
        await tx.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
    stored = await stored_revision(tx)
    if stored == HEAD:
        return
    if stored is not None and stored > HEAD:
        raise StorageError(newer_schema(stored, "The database"))
    await tx.run_sync(_create if stored is None else _upgrade)


async def require_up_to_date(tx: Transaction) -> None:
    """Let nobody read a database whose schema is not the one of this version.

    Raises:
        StorageError: if it is another.
    """
    stored = await stored_revision(tx)
    if stored != HEAD:
        raise StorageError(
            f"The database in use has another schema ({stored or 'none yet'}, this version knows "
            f"{HEAD}): restart the bot, so that both are of one version."
        )


def newer_schema(stored: str, what: str) -> str:
    """The sentence for a database, or a copy of one, that this version does not know.

    Args:
        stored: the revision of its schema.
        what: how the sentence begins.
    """
    return (
        f"{what} was made by a newer version of Casebook (schema {stored}, this version knows "
        f"{HEAD}): install that version again, or restore a backup made before it."
    )


async def stored_revision(tx: Transaction) -> str | None:
    """The version of a database's schema; `None` if it has none yet."""
    if not await tx.run_sync(lambda sync: sa.inspect(sync).has_table("alembic_version")):
        return None
    return await tx.scalar(sa.select(_VERSION.c.version_num))


def _create(connection: sa.Connection) -> None:
    for tables in (metadata, _VERSION.metadata):
        tables.create_all(connection, checkfirst=False)
    connection.execute(sa.insert(counters).values(name="catalogue", value=0))
    connection.execute(sa.insert(_VERSION).values(version_num=HEAD))


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command  # noqa: PLC0415 - a third of a second, and rarely needed
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
