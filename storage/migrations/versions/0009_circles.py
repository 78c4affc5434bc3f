"""Circles: what is written in them, who leads them, when their turn comes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Moment

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add two tables and what circles and seats lacked; no circle has begun before this."""
    with op.batch_alter_table("circles") as table:
        table.add_column(sa.Column("guide", Id, nullable=False, server_default="0"))
        table.add_column(sa.Column("next_at", Moment(), nullable=True))
        table.add_column(sa.Column("terms", sa.LargeBinary(), nullable=True))
        table.create_index("ix_circles_next_at", ["next_at"])
    with op.batch_alter_table("circle_members") as table:
        table.add_column(sa.Column("read", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "posts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("circle_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circles.id"], name=op.f("fk_posts_circle_id_circles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_posts_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posts")),
    )
    op.create_index("ix_posts_circle_id_state", "posts", ["circle_id", "state"])
    op.create_index("ix_posts_circle_id_number", "posts", ["circle_id", "number"])
    op.create_index("ix_posts_person_id", "posts", ["person_id"])
    op.create_index("ix_posts_at", "posts", ["at"])
    op.create_table(
        "hearts",
        sa.Column("circle_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("told", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circles.id"], name=op.f("fk_hearts_circle_id_circles"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_hearts_person_id_people"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("circle_id", "number", "person_id", name=op.f("pk_hearts")),
    )
    op.create_index("ix_hearts_person_id", "hearts", ["person_id"])
