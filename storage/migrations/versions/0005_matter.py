"""What the desk keeps of a case beside its state: who holds it, how it went on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add a column, empty in the cases there are."""
    with op.batch_alter_table("cases") as table:
        table.add_column(sa.Column("matter", sa.LargeBinary(), nullable=True))
