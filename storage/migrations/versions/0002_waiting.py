"""Since when somebody waits for a place."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Moment

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the column, and the index by which places are counted."""
    op.add_column("people", sa.Column("waits_since", Moment(), nullable=True))
    op.create_index("ix_people_state_role_waits_since", "people", ["state", "role", "waits_since"])
