"""Invitations to a family link, by what their token hashes to."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Moment

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the table, empty."""
    op.create_table(
        "invitations",
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("link", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("until", Moment(), nullable=False),
        sa.Column("tries", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_invitations_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("mark", name=op.f("pk_invitations")),
    )
    op.create_index("ix_invitations_person_id", "invitations", ["person_id"])
    op.create_index("ix_invitations_until", "invitations", ["until"])
