"""What a report is counted from, as it is read: numbers, codes and times, of everybody who is not made up."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs
from sqlalchemy import insert, text

from flows.checkins.times import BASELINE
from flows.desk.drill import STATE
from flows.effects import Become, Forget, Keep, Line, Mark, Raised, Record, Refer, Stamp
from flows.model import Case, Profile
from storage import retention
from storage.cohort import Cohort, Result, cohort
from storage.schema import sample_marks
from tests.beginnings import member
from tests.screened import answers, begins, kept
from tests.storage.people import MALIKA, NIGINA, NOW, ZARINA, Store
from tests.talk import LIBRARY

DAY = timedelta(days=1)
CASE = Case(number=814, level="watch", category="self_harm", opened_at=NOW)
SECRET = "ZEBRAFINCH-SINGS"


async def read(store: Store) -> Cohort:
    async with store.db.read() as conn:
        return await cohort(store.db, conn, store.now)


def joins(**told: object) -> Become:
    known = {"language": "tg", "role": "mother", "region": "sughd", "state": "active"}
    profile = {"joined_at": NOW, "programme": "mums", "week": 3, "push": 1}
    return Become(changes={**known, **profile, **told})


async def test_a_person_is_what_is_known_of_her_in_codes(store: Store) -> None:
    await store.turn(ZARINA, joins(research="1", put={"whooley": NOW}, contact=SECRET, district="khujand"))
    store.wait(days=2)
    await store.turn(
        ZARINA,
        Become(changes={"heard_at": store.now}),
        Keep(question="phq9.result", value={"score": 12, "band": "moderate", "reason": SECRET}),
        Keep(question="gad7.result", value={"score": None, "reason": "end"}),
        Keep(question="phq9.1", value=3),
        Keep(question="own.words", value=SECRET),
    )
    (one,) = (await read(store)).people
    assert (one.state, one.language, one.role, one.region) == ("active", "tg", "mother", "sughd")
    assert (one.programme, one.week, one.push, one.research, one.waits) == ("mums", 3, 1, True, False)
    assert (one.begun_at, one.joined_at, one.heard_at) == (NOW, NOW, NOW + 2 * DAY)
    assert one.put == {"whooley", "phq9", "gad7"}
    assert one.results == (Result("phq9", NOW + 2 * DAY, 12), Result("gad7", NOW + 2 * DAY, None, "end"))
    assert SECRET not in repr(one)
    assert "khujand" not in repr(one)


async def test_faces_by_month_are_the_same_once_retention_has_averaged_them(store: Store) -> None:
    for face in (2, "5", 2):
        await store.turn(
            ZARINA, joins(), Keep(question="pulse.mood", value=face), Keep(question="pulse.sleep", value=1)
        )
        store.wait(days=14)
    expected = {"2026-03": (9.0, 3)}
    assert (await read(store)).people[0].faces == expected
    store.wait(days=70)  # of the three, two are older than ninety days
    assert await retention.sweep(store.db, store.now)
    assert (await read(store)).people[0].faces == expected
    store.wait(days=300)
    assert await retention.sweep(store.db, store.now)
    assert (await read(store)).people[0].faces == expected


async def test_a_case_has_its_highest_level_and_the_first_person_who_came(store: Store) -> None:
    opened, raised = Record(act="opened:watch", case=814), Record(act="raised:urgent", case=814, actor=7)
    await store.turn(ZARINA, joins(), Stamp(case=CASE), opened, Line(case=814, voice="hers", text=SECRET))
    store.wait(hours=2)
    taken = structs.replace(CASE, state="taken", taken_at=store.now)
    await store.turn(ZARINA, Stamp(case=taken), raised, Record(act="paged:1:1", case=814))
    store.wait(hours=1)
    await store.turn(ZARINA, Record(act="taken", case=814, actor=7))
    store.wait(hours=1)
    await store.turn(ZARINA, Record(act="closed:helped", case=814, actor=8), Record(act="taken", case=814, actor=8))
    (one,) = (await read(store)).cases
    assert (one.level, one.category, one.opened_at) == ("urgent", "self_harm", NOW)
    assert one.met_at == NOW + timedelta(hours=3)
    await store.turn(ZARINA, Forget(), Record(act="forgotten"))
    found = await read(store)
    assert found.people == ()
    assert found.cases == (structs.replace(one, person=None),)
    assert found.forgotten == (store.now,)


async def test_without_a_record_the_case_itself_says_when_it_was_taken(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=structs.replace(CASE, state="taken", taken_at=NOW + DAY)))
    await store.turn(MALIKA, Stamp(case=structs.replace(CASE, number=815)))
    assert [one.met_at for one in (await read(store)).cases] == [NOW + DAY, None]


async def test_marks_reading_and_referrals(store: Store) -> None:
    flag = Raised(case=814, key="tg.a", rule="tg.a", category="self_harm", level="watch", language="tg")
    await store.turn(ZARINA, Stamp(case=CASE), flag, structs.replace(flag, key="ru.b", rule="ru.b"))
    await store.turn(ZARINA, Mark(case=814, key="tg.a", mark="right", actor=7))
    sent = Refer(id=1, need="violence", region="sughd", district="khujand", place="x", state="missed", asked_at=NOW)
    await store.turn(ZARINA, sent)
    async with store.db.write() as conn:
        row = {"id": 1, "at": NOW, "language": "tg", "mark": "watch", "actor": b"x"}
        await conn.execute(insert(sample_marks), row)
    found = await read(store)
    assert [(one.at, one.mark) for one in found.read] == [(NOW, "watch")]
    assert sorted(one.mark for one in found.judged) == ["", "right"]
    assert [(one.need, one.state) for one in found.referrals] == [("violence", "missed")]
    assert "khujand" not in repr(found)


async def test_whoever_is_made_up_or_does_not_open_is_in_nothing(store: Store) -> None:
    await store.turn(ZARINA, joins(state=STATE), Stamp(case=CASE))
    spoiled = (await store.turn(MALIKA, joins())).person.id
    await store.turn(NIGINA, Become(changes={"state": "joining"}))
    async with store.db.write() as conn:
        await conn.execute(
            text("UPDATE people SET profile = keys.wrapped FROM keys WHERE keys.id = people.id AND people.id = :it"),
            {"it": spoiled},
        )
    found = await read(store)
    assert [(one.state, one.joined_at) for one in found.people] == [("joining", None)]
    assert found.cases == ()
    assert found.unreadable == 1


def test_the_parts_of_her_profile_that_are_read_are_called_so_there() -> None:
    from storage.cohort import _Known

    ours = {name: Profile.__annotations__[name] for name in _Known.__struct_fields__}
    assert ours == {name: _Known.__annotations__[name] for name in _Known.__struct_fields__}


async def test_what_the_talk_keeps_of_a_check_in_is_what_is_read(store: Store) -> None:
    her = begins(member("en", LIBRARY), "phq9", reason=BASELINE)
    result = kept(answers(her, [1] * 8 + [0]))["phq9.result"]
    await store.turn(ZARINA, joins(), Keep(question="phq9.result", value=result))
    assert (await read(store)).people[0].results == (Result("phq9", NOW, 8, BASELINE),)
