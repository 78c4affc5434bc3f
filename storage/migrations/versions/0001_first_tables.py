"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id, Moment

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of the first version."""
    _make_tables()
    _keep_the_record()


def _keep_the_record() -> None:
    """Nothing on the record is ever changed; only retention may one day take it away.

    SQLite drops a trigger with its table: a later step that rebuilds `record` has to make it again.
    """
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER record_stands BEFORE UPDATE ON record "
            "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END"
        )
        return
    op.execute(
        "CREATE FUNCTION record_stands() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$"
    )
    op.execute("CREATE TRIGGER record_stands BEFORE UPDATE ON record FOR EACH ROW EXECUTE FUNCTION record_stands()")


def _make_tables() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("telegram", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accounts")),
        sa.UniqueConstraint("lookup", name=op.f("uq_accounts_lookup")),
    )
    op.create_table(
        "circles",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("begins_at", Moment(), nullable=False),
        sa.Column("ends_at", Moment(), nullable=True),
        sa.Column("posts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_circles")),
    )
    op.create_table(
        "keys",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_keys")),
    )
    op.create_table(
        "moderators",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("lookup", sa.LargeBinary(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.Column("until", Moment(), nullable=True),
        sa.Column("who", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderators")),
        sa.UniqueConstraint("lookup", name=op.f("uq_moderators_lookup")),
    )
    op.create_table(
        "record",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("case_number", Id, nullable=True),
        sa.Column("actor", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record")),
    )
    op.create_index(op.f("ix_record_case_number"), "record", ["case_number"], unique=False)
    op.create_table(
        "seen",
        sa.Column("update_id", Id, autoincrement=False, nullable=False),
        sa.Column("seen_at", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("update_id", name=op.f("pk_seen")),
    )
    op.create_index(op.f("ix_seen_seen_at"), "seen", ["seen_at"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "topics",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("thread", Id, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_topics")),
    )
    op.create_index(op.f("ix_topics_thread"), "topics", ["thread"], unique=False)
    op.create_table(
        "people",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("account_id", Id, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("talks", sa.Integer(), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.Column("heard_at", Moment(), nullable=True),
        sa.Column("profile", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_people_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_account_id"), "people", ["account_id"], unique=False)
    op.create_table(
        "answers",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("question", sa.String(), nullable=False),
        sa.Column("kept_at", Moment(), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_answers_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answers")),
    )
    op.create_index(
        "ix_answers_person_id_question_kept_at", "answers", ["person_id", "question", "kept_at"], unique=False
    )
    op.create_table(
        "cases",
        sa.Column("number", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("level", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("opened_at", Moment(), nullable=False),
        sa.Column("taken_at", Moment(), nullable=True),
        sa.Column("closed_at", Moment(), nullable=True),
        sa.Column("alarm_at", Moment(), nullable=True),
        sa.Column("handled_at", Moment(), nullable=True),
        sa.Column("pages", sa.Integer(), nullable=False),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_cases_person_id"), ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
    )
    op.create_index("ix_cases_person_id_state", "cases", ["person_id", "state"], unique=False)
    op.create_table(
        "circle_members",
        sa.Column("circle_id", Id, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("joined_at", Moment(), nullable=False),
        sa.Column("left_at", Moment(), nullable=True),
        sa.ForeignKeyConstraint(
            ["circle_id"], ["circles.id"], name=op.f("fk_circle_members_circle_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["people.id"], name=op.f("fk_circle_members_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("circle_id", "person_id", name=op.f("pk_circle_members")),
    )
    op.create_index(op.f("ix_circle_members_person_id"), "circle_members", ["person_id"], unique=False)
    op.create_table(
        "due",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("safety", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_due_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_due")),
    )
    op.create_index("ix_due_safety_at", "due", ["safety", "at"], unique=False)
    op.create_index("uq_due_person_id_key", "due", ["person_id", "key"], unique=True)
    op.create_table(
        "family_links",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("mother_id", Id, nullable=False),
        sa.Column("other_id", Id, nullable=True),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("terms", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["mother_id"], ["people.id"], name=op.f("fk_family_links_mother_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["other_id"], ["people.id"], name=op.f("fk_family_links_other_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_family_links")),
    )
    op.create_index(op.f("ix_family_links_mother_id"), "family_links", ["mother_id"], unique=False)
    op.create_index(op.f("ix_family_links_other_id"), "family_links", ["other_id"], unique=False)
    op.create_table(
        "inbox",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("subject", sa.LargeBinary(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("case_number", Id, nullable=True),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("arrived_at", Moment(), nullable=False),
        sa.Column("event", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_inbox_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbox")),
    )
    op.create_index(
        "ix_inbox_flagged",
        "inbox",
        ["subject", "rank", "id"],
        unique=False,
        sqlite_where=sa.text("rank < 4"),
        postgresql_where=sa.text("rank < 4"),
    )
    op.create_index(op.f("ix_inbox_person_id"), "inbox", ["person_id"], unique=False)
    op.create_index("ix_inbox_subject_id", "inbox", ["subject", "id"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("lane", sa.SmallInteger(), nullable=False),
        sa.Column("made_at", Moment(), nullable=False),
        sa.Column("not_before", Moment(), nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("attempts", sa.SmallInteger(), nullable=False),
        sa.Column("parcel", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_outbox_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index("ix_outbox_chat_held_lane_id", "outbox", ["chat", "held", "lane", "id"], unique=False)
    op.create_index("ix_outbox_held_lane_not_before", "outbox", ["held", "lane", "not_before", "id"], unique=False)
    op.create_index(op.f("ix_outbox_person_id"), "outbox", ["person_id"], unique=False)
    op.create_table(
        "parked",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.Column("parked_at", Moment(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_parked_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parked")),
    )
    op.create_index(op.f("ix_parked_person_id"), "parked", ["person_id"], unique=False)
    op.create_table(
        "sent",
        sa.Column("chat", sa.String(), nullable=False),
        sa.Column("message_id", Id, autoincrement=False, nullable=False),
        sa.Column("slot", sa.String(), nullable=False),
        sa.Column("sent_at", Moment(), nullable=False),
        sa.Column("person_id", Id, nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_sent_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("chat", "message_id", name=op.f("pk_sent")),
    )
    op.create_index("ix_sent_chat_slot", "sent", ["chat", "slot"], unique=False)
    op.create_index(op.f("ix_sent_person_id"), "sent", ["person_id"], unique=False)
    op.create_index(op.f("ix_sent_sent_at"), "sent", ["sent_at"], unique=False)
    op.create_table(
        "talks",
        sa.Column("person_id", Id, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("flow", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("depth", sa.SmallInteger(), nullable=False),
        sa.Column("begun_at", Moment(), nullable=False),
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_talks_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person_id", "number", name=op.f("pk_talks")),
    )
    op.create_table(
        "lines",
        sa.Column("id", Id, autoincrement=False, nullable=False),
        sa.Column("person_id", Id, nullable=False),
        sa.Column("case_number", Id, nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("voice", sa.String(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_number"], ["cases.number"], name=op.f("fk_lines_case_number"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_lines_person_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lines")),
    )
    op.create_index("ix_lines_case_number_id", "lines", ["case_number", "id"], unique=False)
    op.create_index(op.f("ix_lines_person_id"), "lines", ["person_id"], unique=False)
