"""The record becomes a chain, and the database itself refuses to change or remove what stands on it.

Rows there were before are tied to it when the next one is written: only the process has the key.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from storage.types import Id

revision = "0007"
down_revision = "0006"

TIED = "OLD.seq IS NOT NULL"
SAME = """NEW.id <> OLD.id OR NEW.seq <> OLD.seq OR NEW.at <> OLD.at OR NEW.digest <> OLD.digest OR NEW.link <> OLD.link
 OR NEW.seq IS NULL OR NEW.digest IS NULL OR NEW.link IS NULL"""
ERASING = "NEW.act = '' AND NEW.case_number IS NULL AND NEW.actor IS NULL AND NEW.salt IS NULL"
TYING = """NEW.id <> OLD.id OR NEW.at <> OLD.at OR NEW.act <> OLD.act
 OR COALESCE(NEW.case_number, -1) <> COALESCE(OLD.case_number, -1)"""
CHANGED = f"({TIED} AND (({SAME}) OR NOT ({ERASING}))) OR (NOT ({TIED}) AND ({TYING}))"
REMOVED = "OLD.act <> '' OR EXISTS (SELECT 1 FROM record AS kept WHERE kept.seq < OLD.seq AND kept.act <> '')"
REFUSED = "the record is append-only"


def upgrade() -> None:
    """Add the columns of the chain, and what guards it."""
    with op.batch_alter_table("record") as table:
        table.add_column(sa.Column("seq", Id, nullable=True))
        table.add_column(sa.Column("salt", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("digest", sa.LargeBinary(), nullable=True))
        table.add_column(sa.Column("link", sa.LargeBinary(), nullable=True))
    op.create_index("uq_record_seq", "record", ["seq"], unique=True)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER record_stands")
        for when, never in (("UPDATE", CHANGED), ("DELETE", REMOVED)):
            op.execute(
                f"CREATE TRIGGER record_{when.lower()} BEFORE {when} ON record WHEN {never}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    op.execute("DROP TRIGGER record_stands ON record")
    op.execute("DROP FUNCTION record_stands()")
    op.execute(
        f"""CREATE FUNCTION record_grows() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF TG_OP = 'TRUNCATE' THEN RAISE EXCEPTION '{REFUSED}'; END IF;
        IF TG_OP = 'UPDATE' THEN
            IF {CHANGED} THEN RAISE EXCEPTION '{REFUSED}'; END IF;
            RETURN NEW;
        END IF;
        IF {REMOVED} THEN RAISE EXCEPTION '{REFUSED}'; END IF;
        RETURN OLD; END $$"""
    )
    op.execute(
        "CREATE TRIGGER record_rows BEFORE UPDATE OR DELETE ON record FOR EACH ROW EXECUTE FUNCTION record_grows()"
    )
    op.execute(
        "CREATE TRIGGER record_whole BEFORE TRUNCATE ON record FOR EACH STATEMENT EXECUTE FUNCTION record_grows()"
    )
