"""Recordings: the voice of a passage in a language, by Telegram's id of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Moment

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "recordings",
        sa.Column("passage", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("moderator_id", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(
            ["moderator_id"], ["moderators.id"], name=op.f("fk_recordings_moderator_id_moderators")
        ),
        sa.PrimaryKeyConstraint("passage", "language", name=op.f("pk_recordings")),
    )
