"""Bringing a database to the schema of this version. Each step is a file under `versions/`, never changed again.

Run from within `Database.open`, in its own transaction, from any directory and without an ini file.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Select, column, inspect, select, table

from storage.faults import StorageError

_VERSION: Select[str] = select(column("version_num")).select_from(table("alembic_version"))


def config() -> Config:
    """Alembic's settings, made here instead of in a file."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    settings.set_main_option("path_separator", "os")
    return settings


@cache
def steps() -> ScriptDirectory:
    """All steps there are, read once."""
    return ScriptDirectory.from_config(config())


def stale(conn: Connection) -> bool:
    """Whether `upgrade` has anything to do. StorageError for a database of a newer version, or of somebody else."""
    now = _revision(conn)
    if now is None and inspect(conn).get_table_names():
        raise StorageError("The database holds tables that are not the bot's: give it a database of its own.")
    if now is not None and now not in _known():
        raise StorageError(
            "The database was made by a newer version of the bot: run that version, or restore an older backup."
        )
    return now != _head()


def _revision(conn: Connection) -> str | None:
    """Alembic's own note of the last step taken."""
    if not conn.dialect.has_table(conn, "alembic_version"):
        return None
    return conn.execute(_VERSION).scalar_one_or_none()


@cache
def _known() -> frozenset[str]:
    return frozenset(step.revision for step in steps().walk_revisions())


@cache
def _head() -> str | None:
    return steps().get_current_head()


def upgrade(conn: Connection) -> None:
    """Take all steps that are missing, within the transaction of `conn`."""
    settings = config()
    settings.attributes["connection"] = conn
    command.upgrade(settings, "head")
