"""Every table. This file is the schema; the migrations bring a database to it.

In the clear stands what queries need: language, region, stage, times, links by id. Everything else of hers is
sealed with her key (`storage/seal.py`), in columns typed LargeBinary. An account (a Telegram id) is not a person
(a profile). Rows of hers go with her row; a case, its acts and its times stay.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    column,
    literal_column,
)

from storage.types import Id, Moment

CALM = 4
"""The rank of an inbox row that concern found nothing in; below it, a person has to look: 0 is most urgent."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _id(name: str = "id") -> Column[int]:
    return Column(name, Id, primary_key=True, autoincrement=False)


def _hers(*, primary_key: bool = False, nullable: bool = False, index: bool = False) -> Column[int]:
    """A reference to a person; the row goes when she goes."""
    return Column(
        "person_id",
        Id,
        ForeignKey("people.id", ondelete="CASCADE"),
        primary_key=primary_key,
        nullable=nullable,
        index=index,
    )


# Facts about this database; `proof` shows whether the master key fits.
settings = Table(
    "settings",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

# A key per person, wrapped by the master key; 0 is the intake key, for senders not yet known.
keys = Table(
    "keys",
    metadata,
    _id(),
    Column("wrapped", LargeBinary, nullable=False),
)

# A Telegram id: a keyed hash to find it by, and the id itself sealed with the person's key.
accounts = Table(
    "accounts",
    metadata,
    _id(),
    Column("lookup", LargeBinary, nullable=False, unique=True),
    Column("telegram", LargeBinary, nullable=False),
)

people = Table(
    "people",
    metadata,
    _id(),
    Column("account_id", Id, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("state", String, nullable=False),
    Column("language", String, nullable=False),
    Column("role", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("region", String, nullable=False),
    Column("zone", String, nullable=False),
    Column("talks", Integer, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("heard_at", Moment),
    Column("waits_since", Moment),
    Column("profile", LargeBinary, nullable=False),
    Index("ix_people_state_role_waits_since", "state", "role", "waits_since"),
)

# Whom she invited and what she lets him see; the terms are sealed with her key.
family_links = Table(
    "family_links",
    metadata,
    _id(),
    Column("mother_id", Id, ForeignKey("people.id", ondelete="CASCADE"), nullable=False, index=True),
    Column("other_id", Id, ForeignKey("people.id", ondelete="CASCADE"), index=True),
    Column("kind", String, nullable=False),
    Column("state", String, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("terms", LargeBinary),
)

# Invitations to such a link: found by what the token hashes to, and gone with their time.
invitations = Table(
    "invitations",
    metadata,
    Column("mark", String, primary_key=True),
    Column("link", Id, nullable=False),
    _hers(index=True),
    Column("who", String, nullable=False),
    Column("code", String, nullable=False),
    Column("until", Moment, nullable=False, index=True),
    Column("tries", SmallInteger, nullable=False),
)

circles = Table(
    "circles",
    metadata,
    _id(),
    Column("language", String, nullable=False),
    Column("stage", String, nullable=False),
    Column("state", String, nullable=False),
    Column("begins_at", Moment, nullable=False),
    Column("ends_at", Moment),
    Column("posts", Integer, nullable=False),
    Column("guide", Id, nullable=False, server_default="0"),
    Column("next_at", Moment, index=True),
    Column("terms", LargeBinary),
)

circle_members = Table(
    "circle_members",
    metadata,
    Column("circle_id", Id, ForeignKey("circles.id", ondelete="CASCADE"), primary_key=True),
    _hers(primary_key=True, index=True),
    Column("name", String, nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("left_at", Moment),
    Column("read", Integer, nullable=False, server_default="0"),
)

# What is said in a circle, sealed with the key of who wrote it, the intake's for its facilitator; `number` 0: not out yet.
posts = Table(
    "posts",
    metadata,
    _id(),
    Column("circle_id", Id, ForeignKey("circles.id", ondelete="CASCADE"), nullable=False),
    _hers(nullable=True, index=True),
    Column("state", String, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("number", Integer, nullable=False),
    Column("answers", Integer, nullable=False),
    Column("words", LargeBinary, nullable=False),
    Index("ix_posts_circle_id_state", "circle_id", "state"),
    Index("ix_posts_circle_id_number", "circle_id", "number"),
)

# `told`: its author knows that the post has one.
hearts = Table(
    "hearts",
    metadata,
    Column("circle_id", Id, ForeignKey("circles.id", ondelete="CASCADE"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    _hers(primary_key=True, index=True),
    Column("told", Boolean, nullable=False),
)

# Who may act at the desk; name and Telegram id are sealed with the intake key.
moderators = Table(
    "moderators",
    metadata,
    _id(),
    Column("lookup", LargeBinary, nullable=False, unique=True),
    Column("role", String, nullable=False),
    Column("since", Moment, nullable=False),
    Column("until", Moment),
    Column("who", LargeBinary, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    _id(),
    _hers(),
    Column("question", String, nullable=False),
    Column("kept_at", Moment, nullable=False),
    Column("value", LargeBinary, nullable=False),
    Index("ix_answers_person_id_question_kept_at", "person_id", "question", "kept_at"),
)

# The talks that are open; one that ends is deleted.
talks = Table(
    "talks",
    metadata,
    _hers(primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("flow", String, nullable=False),
    Column("version", String, nullable=False),
    Column("depth", SmallInteger, nullable=False),
    Column("begun_at", Moment, nullable=False),
    Column("place", LargeBinary, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    _id("number"),
    Column("person_id", Id, ForeignKey("people.id", ondelete="SET NULL")),
    Column("level", String, nullable=False),
    Column("category", String, nullable=False),
    Column("state", String, nullable=False),
    Column("language", String, nullable=False),
    Column("opened_at", Moment, nullable=False),
    Column("taken_at", Moment),
    Column("closed_at", Moment),
    Column("alarm_at", Moment),
    Column("handled_at", Moment),
    Column("pages", Integer, nullable=False),
    Column("lines", Integer, nullable=False),
    Column("taken_by", LargeBinary),
    Column("matter", LargeBinary),
    Index("ix_cases_person_id_state", "person_id", "state"),
)

# The words of a case, in the order of their ids.
lines = Table(
    "lines",
    metadata,
    _id(),
    _hers(index=True),
    Column("case_number", Id, ForeignKey("cases.number", ondelete="CASCADE"), nullable=False),
    Column("at", Moment, nullable=False),
    Column("voice", String, nullable=False),
    Column("words", LargeBinary, nullable=False),
    Index("ix_lines_case_number_id", "case_number", "id"),
)

# What happened and has not had its turn; a subject's events in the order of their ids.
inbox = Table(
    "inbox",
    metadata,
    _id(),
    Column("subject", LargeBinary, nullable=False),
    _hers(nullable=True, index=True),
    Column("case_number", Id),
    Column("rank", SmallInteger, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("arrived_at", Moment, nullable=False),
    Column("event", LargeBinary, nullable=False),
    Index("ix_inbox_subject_id", "subject", "id"),
    Index(
        "ix_inbox_flagged",
        "subject",
        "rank",
        "id",
        sqlite_where=column("rank") < literal_column(str(CALM)),
        postgresql_where=column("rank") < literal_column(str(CALM)),
    ),
)

seen = Table(
    "seen",
    metadata,
    _id("update_id"),
    Column("seen_at", Moment, nullable=False, index=True),
)

# What could not be read, or whose turn failed again and again: for a person to look at.
parked = Table(
    "parked",
    metadata,
    _id(),
    _hers(nullable=True, index=True),
    Column("parked_at", Moment, nullable=False),
    Column("why", String, nullable=False),
    Column("content", LargeBinary, nullable=False),
)

# Events that have not happened yet.
due = Table(
    "due",
    metadata,
    _id(),
    _hers(),
    Column("key", String, nullable=False),
    Column("at", Moment, nullable=False),
    Column("safety", Boolean, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("about", LargeBinary),
    Index("uq_due_person_id_key", "person_id", "key", unique=True),
    Index("ix_due_safety_at", "safety", "at"),
)

# Messages promised and not yet sent; `chat` is the queue: p<person>, desk, lead:<i>.
outbox = Table(
    "outbox",
    metadata,
    _id(),
    Column("chat", String, nullable=False),
    _hers(nullable=True, index=True),
    Column("lane", SmallInteger, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("not_before", Moment, nullable=False),
    Column("held", Boolean, nullable=False),
    Column("attempts", SmallInteger, nullable=False),
    Column("parcel", LargeBinary, nullable=False),
    Index("ix_outbox_chat_held_lane_id", "chat", "held", "lane", "id"),
    Index("ix_outbox_held_lane_not_before", "held", "lane", "not_before", "id"),
)

# What stands where: a slot's message is the newest with its name. In private chats also what she wrote, by number
# alone, so that it can be deleted; without a slot.
sent = Table(
    "sent",
    metadata,
    Column("chat", String, primary_key=True),
    Column("message_id", Id, primary_key=True, autoincrement=False),
    Column("slot", String, nullable=False),
    Column("sent_at", Moment, nullable=False, index=True),
    _hers(nullable=True, index=True),
    Index("ix_sent_chat_slot", "chat", "slot"),
)

topics = Table(
    "topics",
    metadata,
    Column("name", String, primary_key=True),
    Column("thread", Id, nullable=False, index=True),
)

# Who did what when, without words; only ever added to. `actor` is the look-up of a moderator's Telegram id, empty
# for the bot. `seq`, `salt`, `digest` and `link` tie a row to the one before it (`record.py`).
record = Table(
    "record",
    metadata,
    _id(),
    Column("at", Moment, nullable=False),
    Column("act", String, nullable=False),
    Column("case_number", Id, index=True),
    Column("actor", LargeBinary),
    Column("seq", Id),
    Column("salt", LargeBinary),
    Column("digest", LargeBinary),
    Column("link", LargeBinary),
    Index("uq_record_seq", "seq", unique=True),
)

# What a rule raised in a case, once for each rule and level, and how staff judged it: `right`, `wrong` (its level) or
# `none` (no concern). No words, and no person: it stays with the case.
flags = Table(
    "flags",
    metadata,
    Column("case_number", Id, ForeignKey("cases.number", ondelete="CASCADE"), primary_key=True, autoincrement=False),
    Column("key", String, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
    Column("rule", String, nullable=False),
    Column("category", String, nullable=False),
    Column("level", String, nullable=False),
    Column("language", String, nullable=False),
    Column("mark", String),
    Column("marked_at", Moment),
    Column("actor", LargeBinary),
)

# A few of the words in which concern found nothing, drawn by chance, for the lead to read; 72 hours at most.
samples = Table(
    "samples",
    metadata,
    _id(),
    _hers(index=True),
    Column("at", Moment, nullable=False),
    Column("language", String, nullable=False),
    Column("draw", Id, nullable=False),
    Column("shown", Boolean, nullable=False),
    Column("words", LargeBinary, nullable=False),
)

# How the lead judged such words: `nothing`, or the level they should have had. No words, and no person.
sample_marks = Table(
    "sample_marks",
    metadata,
    _id(),
    Column("at", Moment, nullable=False, index=True),
    Column("language", String, nullable=False),
    Column("mark", String, nullable=False),
    Column("actor", LargeBinary, nullable=False),
)

# What somebody needed, where, to which place of the directory she was referred, and whether she got there; `why` not, of
# a short list. No words, no case and no person, and of its times only the day: it is for the map of unmet needs.
referrals = Table(
    "referrals",
    metadata,
    _id(),
    Column("need", String, nullable=False),
    Column("region", String, nullable=False),
    Column("district", String, nullable=False),
    Column("place", String, nullable=False),
    Column("state", String, nullable=False),
    Column("why", String, nullable=False),
    Column("asked_at", Moment, nullable=False, index=True),
    Column("ended_at", Moment),
)

# The voice of a passage (`content/passages.py`) in a language, by Telegram's id of it, good for this bot alone; `mark`
# is what the words it was made from hash to.
recordings = Table(
    "recordings",
    metadata,
    Column("passage", String, primary_key=True),
    Column("language", String, primary_key=True),
    Column("mark", String, nullable=False),
    Column("file", String, nullable=False),
    Column("moderator_id", Id, ForeignKey("moderators.id"), nullable=False),
    Column("at", Moment, nullable=False),
)

# Whom we forgot, by the look-up of the Telegram id: a backup restored later has to forget them again.
tombstones = Table(
    "tombstones",
    metadata,
    Column("lookup", LargeBinary, primary_key=True),
    Column("at", Moment, nullable=False, index=True),
)
