"""Who may do what at the desk. Asked of every tap, word and order, whatever the button said.

Three things decide: what somebody is (`Role`), how she stands to the case (`Relation`), and the act. An act that no
table knows is for whoever has the case, and for leads. That an act fits the state of the case is asked in `desk.py`.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from flows.desk.office import ANSWER, VOICE, Member, Role
from flows.events import DeskSaid, DeskShowed, DeskTapped
from flows.model import Case, Desk, Scene

WORKERS: frozenset[Role] = frozenset({"moderator", "lead", "director"})
"""Who may act on cases. Facilitators have circles."""
LEADS: frozenset[Role] = frozenset({"lead", "director"})
ANY: frozenset[Role] = WORKERS | {"facilitator"}
ORDERS: dict[str, frozenset[Role]] = {
    "aims": ANY,
    "announce": LEADS,
    "beside": ANY,
    "capacity": WORKERS,
    "drill": WORKERS,
    "duty": ANY,
    "flags": LEADS,
    "sample": LEADS,
    "people": LEADS,
    "calls": WORKERS,
    "debrief": WORKERS,
    "debriefs": LEADS,
    "reviews": LEADS,
    "map": WORKERS,
    "verify": LEADS,
    "record": LEADS | {"facilitator"},
    "circles": ANY,
}
"""Who may give which order."""
OPEN_ORDERS = frozenset({"join", VOICE, ANSWER})
"""Orders of anybody: what they carry with them is what counts. A link to work here; a voice note that may be asked for;
words in answer to one of our messages, which may be a post of her circle."""
MANAGED: dict[Role, frozenset[Role]] = {
    "lead": frozenset({"moderator", "facilitator", "lead"}),
    "director": frozenset({"moderator", "facilitator", "lead", "director"}),
}
"""Whom a role invites and removes."""

Relation = Literal["worker", "holder", "lead", "chosen", "second", "relief", "finder"]
"""How somebody who may act on cases stands to one.

`worker`: anybody of them. `holder`: has the case. `chosen`: the holder hands it over to her. `second`: did not ask
for its closing, somebody else did. `relief`: its holder is not there any more, or has not acted for an hour. `finder`
may see how to reach her: the holder at level `now`.
"""
EVERYBODY: frozenset[Relation] = frozenset({"worker"})
KEEPERS: frozenset[Relation] = frozenset({"holder", "lead"})

ACTS: dict[str, frozenset[Relation]] = {
    "take": EVERYBODY,
    "take_all_the_same": EVERYBODY,
    "over": frozenset({"lead", "chosen", "relief"}),
    "pass": EVERYBODY,
    "hand": KEEPERS,
    "level": EVERYBODY,
    "raise": EVERYBODY,
    "lower": KEEPERS,
    "check_in": KEEPERS,
    "close": KEEPERS,
    "closed": KEEPERS,
    "agree": frozenset({"second"}),
    "not_yet": EVERYBODY,
    "keep": EVERYBODY,
    "done": EVERYBODY,
    "followed": EVERYBODY,
    "history": EVERYBODY,
    "contact": frozenset({"finder", "lead"}),
    "trend": KEEPERS,
    "freeze": KEEPERS,
    "thaw": KEEPERS,
    "saved": EVERYBODY,
    "saved_send": EVERYBODY,
    "saved_off": EVERYBODY,
    "saved_back": EVERYBODY,
    "reopen": EVERYBODY,
    "resend": EVERYBODY,
    "unsend": EVERYBODY,
    "refer": KEEPERS,
    "refer_need": KEEPERS,
    "refer_place": KEEPERS,
    "refer_none_fits": KEEPERS,
    "refer_ask": KEEPERS,
    "refer_ask_her": KEEPERS,
    "refer_form": KEEPERS,
    "refer_takes": KEEPERS,
    "refer_not_taken": KEEPERS,
    "refer_anew": KEEPERS,
    "refer_send": KEEPERS,
    "right": EVERYBODY,
    "wrong": EVERYBODY,
    "none": EVERYBODY,
    "last_right": EVERYBODY,
    "last_wrong": EVERYBODY,
    "last_none": EVERYBODY,
}
"""Who may do what in a case, by the act's first word; what is not here is for `KEEPERS`."""
TO_THE_PASSED = frozenset({"take_all_the_same", "pass"})
"""What is left to somebody who knows her and let others do it."""

AWAY = timedelta(hours=1)
"""After so long without an act of its holder a case may be taken over: nobody may be there."""


def leading(desk: Desk) -> list[Member]:
    """Give the leads and directors of the desk."""
    return [one for one in desk.staff if one.role in LEADS]


def may_order(member: Member | None, name: str) -> bool:
    """Whether somebody may give this order of the desk."""
    return name in OPEN_ORDERS or (member is not None and member.role in ORDERS.get(name, frozenset()))


def may(scene: Scene, event: DeskTapped | DeskSaid | DeskShowed) -> bool:
    """Whether whoever acts here may do that to the scene's case."""
    member = scene.desk.member(event.by.id)
    if member is None or member.role not in WORKERS:
        return False
    act = name_of(event)
    if has_passed(scene.case or scene.closed, member.id):
        return act in TO_THE_PASSED
    return not act or bool(relations(scene, scene.case, member) & ACTS.get(act, KEEPERS))


def name_of(event: DeskTapped | DeskSaid | DeskShowed) -> str:
    """The act without what it is about; "" for words: what becomes of them depends on what they answer."""
    return event.act.partition(":")[0] if isinstance(event, DeskTapped) else ""


def has_passed(case: Case | None, id: int) -> bool:
    """Whether she knows the woman of this case and lets others do it."""
    return case is not None and id in case.matter.passed


def relations(scene: Scene, case: Case | None, member: Member) -> frozenset[Relation]:
    """How somebody who may act on cases stands to this one."""
    found: set[Relation] = {"worker"}
    if member.role in LEADS:
        found.add("lead")
    if case is None:
        return frozenset(found)
    if is_holder(case, member.id):
        found.add("holder")
        if case.level == "now":
            found.add("finder")
    if case.matter.offered == member.id:
        found.add("chosen")
    if case.matter.closing is not None and case.matter.closing.by != member.id:
        found.add("second")
    if case.state == "taken" and is_left_alone(scene, case):
        found.add("relief")
    return frozenset(found)


def is_holder(case: Case, id: int) -> bool:
    """Whether she has this case."""
    return case.state == "taken" and case.matter.holder == id


def is_left_alone(scene: Scene, case: Case) -> bool:
    """Whether the holder of a taken case serves no more, or has not acted for a while."""
    holder = scene.desk.member(case.matter.holder)
    if holder is None or holder.role not in WORKERS:
        return True
    return case.handled_at is None or scene.now - case.handled_at > AWAY
