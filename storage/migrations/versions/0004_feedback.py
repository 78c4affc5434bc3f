"""What staff say of a flag, and a few unflagged words for the lead to read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Moment

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make three tables, empty."""
    op.create_table(
        "flags",
        sa.Column("case_number", Id, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=True),
        sa.Column("marked_at", Moment(), nullable=True),
        sa.Column("actor", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_flags_case_number_cases"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("case_number", "key", name=op.f("pk_flags")),
    )
    op.create_index(op.f("ix_flags_at"), "flags", ["at"], unique=False)
    op.create_table(
        "samples",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("draw", Id, nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_samples_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_samples")),
    )
    op.create_index(op.f("ix_samples_person_id"), "samples", ["person_id"], unique=False)
    op.create_table(
        "sample_marks",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("actor", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample_marks")),
    )
    op.create_index(op.f("ix_sample_marks_at"), "sample_marks", ["at"], unique=False)
