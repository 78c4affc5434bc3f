"""Who was forgotten, by look-up, so that a restored backup forgets them again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Moment

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the list, empty."""
    op.create_table(
        "tombstones",
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("lookup", name=op.f("pk_tombstones")),
    )
    op.create_index(op.f("ix_tombstones_at"), "tombstones", ["at"], unique=False)
