"""Who may do what: eight actors, every act, every kind of case. The table is the promise; the code is held to it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs

from flows.desk import closing, contact, follows, levels, rights
from flows.desk.office import Member, Role
from flows.effects import AnyEffect, Record, Send, Stamp, staff
from flows.events import DeskTapped, Staff
from flows.model import Case, Closing, Desk, Face, Judged, Matter, Person, Scene
from flows.react import react
from tests.talk import LIBRARY, MORNING

ROLES: dict[str, Role] = {
    "facilitator": "facilitator",
    "moderator": "moderator",
    "holder": "moderator",
    "passed": "moderator",
    "lead": "lead",
    "director": "director",
}
ACTORS = ("stranger", "removed", *ROLES)
"""`stranger`: anybody else in the group, a mother among them. `removed`: worked here until a moment ago."""
BY = {name: Staff(id=9000 + at, name=name.capitalize()) for at, name in enumerate(ACTORS)}
MEMBERS = tuple(
    Member(row=row, id=BY[name].id, name=BY[name].name, role=role)
    for row, (name, role) in enumerate(ROLES.items(), start=1)
)
NUMBER = 42
WORKERS = "moderator holder lead director"
"""Where nobody has the case yet, `holder` is a moderator like another."""
KEEPERS = "holder lead director"
NOBODY = ""

OBJECTS = ("open", "call", "taken", "now", "closing", "closed")
"""Nobody has it; a call-back nobody has; somebody has it; at level `now`; asked to be closed by its holder; over."""

TABLE: dict[str, tuple[str, str, str, str, str, str]] = {
    # Taking a taken case changes nothing: whoever tries is told who has it.
    "take": (WORKERS, WORKERS, "moderator lead director", "moderator lead director", "moderator lead director", NOBODY),
    "take_all_the_same": (f"{WORKERS} passed", f"{WORKERS} passed", NOBODY, NOBODY, NOBODY, NOBODY),
    "over": (NOBODY, NOBODY, "lead director", "lead director", "lead director", NOBODY),
    "pass": (WORKERS, WORKERS, "holder", "holder", "holder", NOBODY),
    "hand": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "hand:2": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "hand:4": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),  # she knows her
    "hand:1": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),  # a facilitator has no cases
    "hand:77": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "level": (NOBODY, NOBODY, WORKERS, WORKERS, WORKERS, NOBODY),
    "raise:now": (WORKERS, NOBODY, WORKERS, NOBODY, NOBODY, NOBODY),
    "raise:none": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "lower:watch": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "lower:watch.talked": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "lower:watch.because": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "lower:none.talked": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "lower:now.talked": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "close": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "closed": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "closed:supported": (NOBODY, NOBODY, KEEPERS, KEEPERS, NOBODY, NOBODY),
    "closed:because": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "agree": (NOBODY, NOBODY, NOBODY, NOBODY, "moderator lead director", NOBODY),
    "not_yet": (NOBODY, NOBODY, NOBODY, NOBODY, WORKERS, NOBODY),
    "keep": (NOBODY, NOBODY, WORKERS, WORKERS, WORKERS, NOBODY),
    "done": (NOBODY, WORKERS, NOBODY, NOBODY, NOBODY, NOBODY),
    "done:clinic": (NOBODY, WORKERS, NOBODY, NOBODY, NOBODY, NOBODY),
    "done:case": (NOBODY, WORKERS, NOBODY, NOBODY, NOBODY, NOBODY),
    "done:because": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "followed:reached": (NOBODY, NOBODY, WORKERS, WORKERS, WORKERS, NOBODY),
    "followed:because": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "history": (NOBODY, NOBODY, WORKERS, WORKERS, WORKERS, NOBODY),
    "check_in": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "check_in:phq9": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "check_in:because": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "contact": (NOBODY, NOBODY, "lead director", KEEPERS, KEEPERS, NOBODY),
    "contact:emergency": (NOBODY, NOBODY, "lead director", KEEPERS, KEEPERS, NOBODY),
    "contact:because": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "trend": (NOBODY, NOBODY, KEEPERS, KEEPERS, KEEPERS, NOBODY),
    "saved": (NOBODY, NOBODY, WORKERS, WORKERS, WORKERS, NOBODY),
    "saved:hello": (NOBODY, NOBODY, WORKERS, WORKERS, WORKERS, NOBODY),
    "saved:because": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "saved_off": (NOBODY, NOBODY, WORKERS, WORKERS, WORKERS, NOBODY),
    "saved_back": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "saved_send:hello": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),  # nothing was previewed
    "reopen:7": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),  # nobody wrote to a closed case
    "resend:7": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "unsend:7": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "right:0badf00d": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    # Of a closed case nothing is known but its flags, not even who passed it.
    "right:cafecafe": (WORKERS, WORKERS, WORKERS, WORKERS, WORKERS, f"{WORKERS} passed"),
    "last_none:cafecafe": (WORKERS, WORKERS, WORKERS, WORKERS, WORKERS, f"{WORKERS} passed"),
    "nonsense": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
    "": (NOBODY, NOBODY, NOBODY, NOBODY, NOBODY, NOBODY),
}


def case(kind: str) -> Case | None:
    """A case of each kind. The holder of a taken one acted a minute ago, and a contact with her is due."""
    if kind == "closed":
        return None
    level = "now" if kind in {"now", "closing", "call"} else "urgent"
    passed = Matter(passed=(BY["passed"].id,))
    new = Case(number=NUMBER, level=level, category="self_harm", opened_at=MORNING, alarm_at=MORNING, matter=passed)
    if kind == "call":
        return structs.replace(new, category="infant_danger")
    if kind == "open":
        return new
    asked = Closing("supported", BY["holder"].id, "Holder") if kind == "closing" else None
    matter = structs.replace(passed, holder=BY["holder"].id, follow_from=MORNING, follow_due=True, closing=asked)
    taken = {"state": "taken", "taken_at": MORNING, "taken_by": "Holder", "alarm_at": None, "matter": matter}
    return structs.replace(new, **taken, handled_at=MORNING + timedelta(hours=2))


def scene(kind: str) -> Scene:
    profile = structs.replace(
        Person(id=1).profile, consent="1", contact="by writing at noon", faces=(Face(MORNING, 2),)
    )
    flag = Judged(key="cafecafe", rule="r", category="self_harm", level="urgent", language="en")
    return Scene(
        now=MORNING + timedelta(hours=2, minutes=1),
        person=Person(id=1, language="en", state="active", role="mother", profile=profile),
        library=LIBRARY,
        desk=Desk(staff=MEMBERS),
        case=case(kind),
        flags=(flag,),
    )


def taps(kind: str, actor: str, act: str) -> list[AnyEffect]:
    return react(scene(kind), DeskTapped(by=BY[actor], act=act, case=NUMBER))


def is_refused(effects: list[AnyEffect]) -> bool:
    """It was noted and said, and nothing else happened: no case changed but for its history and whom it told."""
    refused = [one for one in effects if isinstance(one, Record) and one.act.startswith("refused:")]
    before = scene_of_refusal(effects)
    others = [one for one in effects if not isinstance(one, Record | Send | Stamp)]
    sends = [one for one in effects if isinstance(one, Send)]
    quiet = all(one.to == "desk" or one.to.startswith("staff:") for one in sends) and len(sends) <= 1
    return len(refused) == 1 and before and not others and quiet


def scene_of_refusal(effects: list[AnyEffect]) -> bool:
    bare = {"history": (), "strangers": (), "arrives": None}
    stamped = [
        structs.replace(one.case, matter=structs.replace(one.case.matter, **bare))
        for one in effects
        if isinstance(one, Stamp)
    ]
    return all(one in {case(kind) for kind in OBJECTS} for one in stamped)


@pytest.mark.parametrize("kind", OBJECTS)
@pytest.mark.parametrize("act", TABLE)
def test_each_act_is_done_by_whom_the_table_names_and_by_nobody_else(act: str, kind: str) -> None:
    allowed = TABLE[act][OBJECTS.index(kind)].split()
    for actor in ACTORS:
        effects = taps(kind, actor, act)
        if actor in allowed:
            assert effects, f"{actor} cannot {act}"
            assert not is_refused(effects), f"{actor} is refused {act}"
        else:
            assert not effects or is_refused(effects), f"{actor} can {act}"


@pytest.mark.parametrize("actor", ["stranger", "removed", "facilitator"])
@pytest.mark.parametrize("kind", OBJECTS)
def test_whoever_has_no_cases_is_refused_everything_and_it_is_on_record(actor: str, kind: str) -> None:
    for act in TABLE:
        effects = taps(kind, actor, act)
        assert is_refused(effects), act
        (record,) = [one for one in effects if isinstance(one, Record)]
        assert record.actor == BY[actor].id


def test_the_table_has_every_act_that_the_code_knows() -> None:
    referrals = {act for act in rights.ACTS if act.startswith("refer")}  # what they do hangs on one under way
    assert {act.partition(":")[0] for act in TABLE} >= set(rights.ACTS) - referrals - {
        "freeze",  # only where she has a link: tests/flows/family
        "thaw",
        "right",
        "wrong",
        "none",
        "last_right",
        "last_wrong",
    }


def test_a_moderator_takes_over_what_nobody_has_looked_at_for_an_hour_or_whose_holder_works_here_no_more() -> None:
    here = scene("taken")
    left = structs.replace(here, now=here.now + timedelta(hours=1))
    tap = DeskTapped(by=BY["moderator"], act="over", case=NUMBER)
    assert is_refused(react(here, tap))
    assert Record(act="took_over", case=NUMBER, actor=BY["moderator"].id) in react(left, tap)
    alone = structs.replace(here, desk=Desk(staff=tuple(one for one in MEMBERS if one.id != BY["holder"].id)))
    assert Record(act="took_over", case=NUMBER, actor=BY["moderator"].id) in react(alone, tap)


def test_whoever_is_refused_hears_why_alone_and_what_can_be_done() -> None:
    row = next(one.row for one in MEMBERS if one.id == BY["moderator"].id)
    (said,) = [one for one in taps("taken", "moderator", "close") if isinstance(one, Send)]
    assert said.to == staff(row)
    assert "Holder" in said.message.text
    assert not said.message.buttons
    (said,) = [one for one in taps("open", "passed", "take") if isinstance(one, Send)]
    assert [key.data for keys in said.message.buttons for key in keys] == [f"case:{NUMBER}:take_all_the_same"]


def test_a_stranger_is_told_once_a_case_and_noted_every_time() -> None:
    first = taps("open", "stranger", "take")
    stamped = next(one.case for one in reversed(first) if isinstance(one, Stamp))
    again = react(structs.replace(scene("open"), case=stamped), DeskTapped(by=BY["stranger"], act="take", case=NUMBER))
    assert [one for one in first if isinstance(one, Send)]
    assert not [one for one in again if isinstance(one, Send)]
    assert [one for one in again if isinstance(one, Record)]


def test_every_short_list_has_its_words() -> None:
    lists = {
        "cases.outcome": closing.OUTCOMES,
        "cases.reason": levels.REASONS,
        "cases.look": contact.REASONS,
        "cases.followed": follows.OUTCOMES,
    }
    for area, values in lists.items():
        for value in values:
            for language in ("en", "ru", "tg"):
                assert 0 < len(LIBRARY.text(language, f"{area}.{value}")) <= 22, (language, area, value)
