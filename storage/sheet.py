"""The rows of a batch of turns, by statement: what each folded turn leaves in which table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import bindparam, delete, insert, select, update

from flows.effects import HER, Draw, Hand, Send
from flows.events import AnyEvent, Said, Showed
from flows.model import Matter, Person
from storage import due, family, marks, outbox, posts, referrals, samples, vanish
from storage.database import Database
from storage.faults import StorageError
from storage.parcel import chat_of
from storage.record import Act
from storage.scenes import Words
from storage.schema import accounts, answers, cases, keys, lines, people, talks, tombstones
from storage.seal import place
from storage.turn import Turn

_person = people.c.id == bindparam("person")
_talk = (talks.c.person_id == bindparam("person")) & (talks.c.number == bindparam("talk"))
_case = (cases.c.number == bindparam("case")) & (cases.c.person_id == bindparam("person"))
_known = ("state", "language", "role", "stage", "region", "zone", "talks", "heard_at", "waits_since", "profile")
_stamped = (
    "level",
    "category",
    "state",
    "language",
    "opened_at",
    "taken_at",
    "closed_at",
    "alarm_at",
    "handled_at",
    "pages",
    "lines",
    "taken_by",
    "matter",
)

CHANGED = update(people).where(_person).values({name: bindparam(f"new_{name}") for name in _known})
ENDED = delete(talks).where(_talk)
MOVED = update(talks).where(_talk).values(depth=bindparam("deep"), place=bindparam("stands"))
RAISED = update(cases).where(_case).values({name: bindparam(f"new_{name}") for name in _stamped})
ACCOUNT, KEY, PERSON, TALK = insert(accounts), insert(keys), insert(people), insert(talks)
CASE, LINE, ANSWER = insert(cases), insert(lines), insert(answers)

_stone = select(tombstones.c.at).where(tombstones.c.lookup == bindparam("stone")).scalar_subquery()
ANEW = update(people).where(_person, people.c.created_at < _stone).values(created_at=_stone)
"""She was forgotten and has joined anew: never before she was forgotten, though the clock may have run ahead then."""

ORDER = (
    outbox.HUSH, outbox.HUSH_ALL, outbox.LAPSE, outbox.RELEASE, due.FORGET_ALL, due.FORGET, ENDED,
    ACCOUNT, KEY, PERSON, ANEW, CHANGED, MOVED, TALK, RAISED, CASE, LINE, ANSWER,
    marks.FLAGGED, marks.MARKED, referrals.REPLACED, referrals.PUT, samples.DRAWN, due.PLAN, vanish.SOONER, vanish.PLAN,
    vanish.HEARD, *posts.STATEMENTS, *family.STATEMENTS, outbox.PUT,
)  # fmt: skip
"""Every statement of a batch: what is taken away first, and what others point to before what points to it."""


class Sheet:
    """The rows of a batch, by statement."""

    def __init__(self, db: Database, now: datetime) -> None:
        """An empty sheet. The keys of all known persons of the batch must be loaded."""
        self._db = db
        self._now = now
        self.rows: dict[Any, list[dict[str, Any]]] = {statement: [] for statement in ORDER}
        self.acts: list[Act] = []
        self.forgotten: list[int] = []
        self.emptied: list[int] = []
        self.reworded: list[int] = []
        self.told: list[tuple[int, AnyEvent]] = []

    def write(self, turn: Turn) -> None:
        """Put one turn on the sheet."""
        her = turn.scene.person.id
        if not turn.before.known:
            self._meet(turn)
        elif turn.scene.person is not turn.before.person:
            self._add(CHANGED, person=her, **_prefixed(self._clear(turn.scene.person)))
        self._talks(turn, her)
        self._plans(turn, her)
        self._cases(turn, her)
        for kept in turn.answers:
            id = self._id()
            value = self._seal("answers", "value", id, her, msgspec.json.encode(kept.value))
            self._add(ANSWER, id=id, person_id=her, question=kept.question, kept_at=self._now, value=value)
        self._promises(turn, her)
        self._stands_in_chat(turn, her)
        if turn.forgotten:
            self.forgotten.append(her)
        if turn.forgotten or turn.emptied:
            self.emptied.append(her)
        elif turn.sample is not None:
            language = turn.scene.person.language
            self.rows[samples.DRAWN].append(samples.row(self._db, her, language, turn.sample, self._now))
        for effect in turn.referred.values():
            self._add(referrals.REPLACED, row=effect.id)
            self.rows[referrals.PUT].append(referrals.row(effect))
        self.told += [(told.person, told.event) for told in turn.told]
        for order in turn.between:
            if isinstance(order, family.InFamily):
                left = family.rows(her, order, self._now)
            else:
                left = posts.rows(self._db, her, order, self._now)
            for statement, row in left:
                self.rows[statement].append(row)
        for act in turn.acts:
            actor = self._db.master.lookup(act.actor) if act.actor else None
            self.acts.append(Act(act=act.act, case=act.case or None, actor=actor))

    def _meet(self, turn: Turn) -> None:
        """The first turn of somebody: account, key and person."""
        if turn.claim.sender is None:
            raise StorageError("an event of nobody we know came without a sender")
        her, account = turn.scene.person.id, self._id()
        self._add(KEY, id=her, wrapped=self._db.keys.make(her))
        telegram = self._seal("accounts", "telegram", account, her, str(turn.claim.sender).encode())
        self._add(ACCOUNT, id=account, lookup=turn.claim.subject, telegram=telegram)
        known = self._clear(turn.scene.person)
        self._add(PERSON, id=her, account_id=account, created_at=self._now, **known)
        self._add(ANEW, person=her, stone=turn.claim.subject)

    def _clear(self, person: Person) -> dict[str, Any]:
        """A person's columns that a turn can change."""
        profile = self._seal("people", "profile", person.id, person.id, msgspec.json.encode(person.profile))
        return {name: getattr(person, name) for name in _known[:-1]} | {"profile": profile}

    def _talks(self, turn: Turn, her: int) -> None:
        begun = {place.talk for place in turn.before.places}
        for talk in turn.ended:
            self._add(ENDED, person=her, talk=talk)
        for talk, stand in turn.stands.items():
            sealed = self._seal("talks", "place", talk, her, msgspec.json.encode(stand.place))
            if talk in begun and talk not in turn.ended:
                self._add(MOVED, person=her, talk=talk, deep=stand.depth, stands=sealed)
                continue
            self._add(
                TALK,
                person_id=her,
                number=talk,
                flow=stand.place.flow,
                version=stand.place.version,
                depth=stand.depth,
                begun_at=self._now,
                place=sealed,
            )

    def _plans(self, turn: Turn, her: int) -> None:
        for key in turn.cancelled:
            if key.endswith("*"):
                self._add(due.FORGET_ALL, person=her, name=key[:-1], size=len(key) - 1)
            else:
                self._add(due.FORGET, person=her, name=key)
        for key, plan in turn.plans.items():
            self._add(due.FORGET, person=her, name=key)
            self.rows[due.PLAN].append(due.row(self._db, her, plan, self._now))

    def _cases(self, turn: Turn, her: int) -> None:
        for number, case in turn.cases.items():
            row = {name: getattr(case, name) for name in _stamped[:-2]}
            taken_by = self._seal("cases", "taken_by", number, her, case.taken_by.encode()) if case.taken_by else None
            row |= {"taken_by": taken_by, "matter": None}
            if case.matter != Matter():
                row["matter"] = self._seal("cases", "matter", number, her, msgspec.json.encode(case.matter))
            if number in {known.number for known in (turn.before.case, turn.before.closed) if known is not None}:
                self._add(RAISED, person=her, case=number, **_prefixed(row))
            else:
                self._add(CASE, number=number, person_id=her, **row)
        for line in turn.lines:
            id = self._id()
            said = Words(line.text, line.by, line.file, line.message)
            words = self._seal("lines", "words", id, her, msgspec.json.encode(said))
            self._add(LINE, id=id, person_id=her, case_number=line.case, at=self._now, voice=line.voice, words=words)

        for flag in turn.raised:
            row = {"case_number": flag.case, "key": flag.key, "at": self._now, "rule": flag.rule}
            row |= {"category": flag.category, "level": flag.level, "language": flag.language}
            self._add(marks.FLAGGED, **_prefixed(row))
        for mark in turn.marks:
            by = self._db.master.lookup(mark.actor)
            self._add(marks.MARKED, case=mark.case, which=mark.key, new_mark=mark.mark, when=self._now, by=by)

    def _promises(self, turn: Turn, her: int) -> None:
        if turn.hushed:
            self._add(outbox.HUSH_ALL if turn.hushed_all else outbox.HUSH, queue=chat_of(her))
        if turn.lapsed:
            self._add(outbox.LAPSE, queue=chat_of(her))
        if turn.released:
            self._add(outbox.RELEASE, queue=chat_of(her), when=self._now)
        for promise in turn.promises:
            if turn.forgotten and promise.to == HER:
                continue
            held = isinstance(promise, Send | Hand | Draw) and promise.held
            if isinstance(promise, Send) and promise.stands:
                self.reworded.append(her)
            owner = None if turn.forgotten else her
            self.rows[outbox.PUT].append(outbox.promise(self._db, owner, promise, self._now, held=held))

    def _stands_in_chat(self, turn: Turn, her: int) -> None:
        """Remember the number of what she wrote, and when what stands in the chat of a shared phone is to go."""
        event, times = turn.claim.event, []
        if isinstance(event, Said | Showed) and event.message:
            times.append(min(event.at or self._now, self._now))
            self._add(vanish.HEARD, queue=chat_of(her), message=event.message, when=times[0], her=her)
        if any(isinstance(promise, Send | Hand | Draw) and promise.to == HER for promise in turn.promises):
            times.append(self._now)
        shared, before = turn.scene.person.profile.shared, turn.before.person.profile.shared
        if shared and (times or not before) and turn.scene.person.state != "left":
            at = self._now if not before else min(times) + vanish.AFTER
            self._add(vanish.SOONER, her=her, when=at)
            self._add(vanish.PLAN, row=self._id(), her=her, when=at)

    def _id(self) -> int:
        return self._db.ids.next(self._now)

    def _seal(self, table: str, column: str, row: int, person: int, data: bytes) -> bytes:
        return self._db.keys[person].seal(place(table, column, row, person), data)

    def _add(self, statement: Any, **row: Any) -> None:
        self.rows[statement].append(row)


def _prefixed(row: dict[str, Any]) -> dict[str, Any]:
    return {f"new_{name}": value for name, value in row.items()}
