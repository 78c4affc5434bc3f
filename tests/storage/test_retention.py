"""Nothing is kept longer than it is needed: each row of the table, with a clock that steps."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from sqlalchemy import select, text

from flows.effects import Become, Keep, Line, Record, Send, Stamp, Stand
from flows.events import Said
from flows.model import Case, Message, Place
from storage import export, retention
from storage.schema import answers, lines, parked, record, sent, talks
from storage.seal import place
from tests.storage.people import NOW, ZARINA, Store


async def swept(store: Store, **time: float) -> None:
    store.wait(**time)
    assert await retention.sweep(store.db, store.now)


async def kept(store: Store, person: int) -> dict[str, list[object]]:
    found: dict[str, list[object]] = {}
    async with store.db.read() as conn:
        await store.db.keys.load(conn, [person])
        for row in await conn.execute(select(answers).order_by(answers.c.kept_at, answers.c.id)):
            at = place("answers", "value", row.id, person)
            found.setdefault(row.question, []).append(msgspec.json.decode(store.db.keys[person].open(at, row.value)))
    return found


async def test_a_pulse_is_kept_for_ninety_days_then_as_the_average_of_its_month(store: Store) -> None:
    person = (await store.turn(ZARINA, Keep(question="pulse.mood", value=2))).person.id
    store.wait(days=7)
    await store.turn(ZARINA, Keep(question="pulse.mood", value=5), Keep(question="pulse.sleep", value="3"))
    await swept(store, days=82)
    assert (await kept(store, person))["pulse.mood"] == [2, 5]
    await swept(store, days=2)
    assert await kept(store, person) == {
        "monthly.mood": [{"mean": 2.0, "n": 1}],
        "pulse.mood": [5],
        "pulse.sleep": ["3"],
    }
    await swept(store, days=30)
    assert await kept(store, person) == {
        "monthly.mood": [{"mean": 3.5, "n": 2}],
        "monthly.sleep": [{"mean": 3.0, "n": 1}],
    }


async def test_other_answers_are_kept_for_a_year(store: Store) -> None:
    person = (await store.turn(ZARINA, Keep(question="phq9.1", value=3))).person.id
    await swept(store, days=364)
    assert await kept(store, person) == {"phq9.1": [3]}
    await swept(store, days=2)
    assert await kept(store, person) == {}


async def test_typed_words_in_a_talk_left_open_go_after_three_days(store: Store) -> None:
    words = {"consent": "yes", "words": "something of mine", "mood": 3}
    stands = Place(talk=1, flow="x", answers=words, question="more", asked_at=store.now)
    person = (await store.turn(ZARINA, Stand(place=stands, depth=0))).person.id
    await swept(store, hours=71)
    assert await answered(store, person) == words
    await swept(store, hours=21)
    assert await answered(store, person) == {"consent": "yes", "words": "…", "mood": 3}


async def answered(store: Store, person: int) -> dict[str, object]:
    async with store.db.read() as conn:
        (sealed,) = (await conn.execute(select(talks.c.place))).scalars()
    return msgspec.json.decode(
        store.db.keys[person].open(place("talks", "place", 1, person), sealed), type=Place
    ).answers


async def test_what_was_set_aside_loses_its_words_after_three_days_and_goes_after_a_month(store: Store) -> None:
    async with store.db.write() as conn:
        await store.inbox.park(conn, b"raw words", 99, "KeyError", NOW)
    await swept(store, hours=73)
    async with store.db.read() as conn:
        assert [tuple(row) for row in await conn.execute(select(parked.c.why, parked.c.content))] == [("KeyError", b"")]
    await swept(store, days=30)
    async with store.db.read() as conn:
        assert (await conn.execute(select(parked))).all() == []


@pytest.mark.parametrize("closed", [True, False])
async def test_a_cases_lines_and_acts_stay_two_years_after_it_was_closed(store: Store, *, closed: bool) -> None:
    end = store.now if closed else None
    case = Case(number=5, level="now", category="x", opened_at=NOW, state="closed" if closed else "open", closed_at=end)
    line = Line(case=5, voice="hers", text="words")
    await store.turn(ZARINA, Stamp(case=case), line, Record(act="taken", case=5), Record(act="looked"))
    await swept(store, days=366)
    assert await counts(store) == (1, ["taken"])
    await swept(store, days=363)
    assert await counts(store) == (1, ["taken"])
    await swept(store, days=3)
    assert await counts(store) == ((0, []) if closed else (1, ["taken"]))
    async with store.db.read() as conn:
        assert (await conn.execute(text("SELECT count(*) FROM cases"))).scalar() == 1


async def counts(store: Store) -> tuple[int, list[str]]:
    async with store.db.read() as conn:
        return len((await conn.execute(select(lines))).all()), list(
            (await conn.execute(select(record.c.act).where(record.c.act != ""))).scalars()
        )


async def test_numbers_of_messages_go_when_nothing_can_be_done_with_them(store: Store) -> None:
    stands = Place(talk=2, flow="x", question="q", asked_at=store.now)
    await store.turn(ZARINA, Stand(place=stands, depth=0))
    for at, slot in enumerate(("", "", "talk:1", "talk:2", "talk:2", "page", "page")):
        await store.turn(ZARINA, Send(message=Message(text="x"), slot=slot))
        await store.send(number=10 + at)
    await store.turn(ZARINA, Send(message=Message(text="x"), to="desk:cases"))
    await store.send(number=10)
    await swept(store, hours=47)
    assert await numbers(store) == [10, 10, 11, 12, 13, 14, 15, 16]
    await swept(store, hours=21)
    assert await numbers(store) == [11, 13, 14, 16], "the newest of a slot, those of an open talk, and a witness"


async def numbers(store: Store) -> list[int]:
    async with store.db.read() as conn:
        return sorted((await conn.execute(select(sent.c.message_id))).scalars())


async def test_it_is_done_once_a_day(store: Store) -> None:
    assert await retention.sweep(store.db, store.now)
    assert not await retention.sweep(store.db, store.now + timedelta(hours=19))
    assert await retention.sweep(store.db, store.now + timedelta(hours=25))
    assert await retention.sweep(store.db, store.now), "a clock set back must not stop it"


async def test_the_file_holds_all_that_is_kept_but_for_notes_of_staff(store: Store) -> None:
    case = Case(number=5, level="now", category="self_harm", opened_at=NOW, taken_by="Gulru")
    said = [Line(case=5, voice=voice, text=f"{voice} words", by="Gulru") for voice in ("hers", "ours", "note", "flag")]
    person = await store.turn(
        ZARINA, Become(changes={"district": "Rudaki"}), Stamp(case=case), *said, Keep(question="a", value=4)
    )
    await store.hear(ZARINA, Said(text="waiting"))
    async with store.db.read() as conn:
        found = await export.everything(store.db, conn, person.person.id)
    assert found.notes == 2
    assert [line["text"] for line in found.tables["lines"]] == ["hers words", "ours words"]
    assert found.tables["people"][0]["district"] == "Rudaki"
    assert found.tables["answers"][0]["value"] == 4
    assert found.tables["accounts"][0]["telegram"] == ZARINA
    told = repr(found)
    assert "waiting" in told
    for hidden in ("Gulru", "note words", "flag words", "self_harm", "b'"):
        assert hidden not in told


async def test_every_open_talk_is_looked_at_page_by_page(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "TALKS", retention.TALKS.limit(2))
    for sender in range(700_001, 700_004):
        for talk in (1, 2):
            stands = Place(talk=talk, flow="x", answers={"a": "words of mine"}, question="q", asked_at=store.now)
            await store.turn(sender, Stand(place=stands, depth=talk))
    await swept(store, hours=73)
    async with store.db.read() as conn:
        rows = (await conn.execute(select(talks))).all()
        await store.db.keys.load(conn, [row.person_id for row in rows])
    opened = [
        store.db.keys[row.person_id].open(place("talks", "place", row.number, row.person_id), row.place) for row in rows
    ]
    assert len(opened) == 6
    assert all("…".encode() in one and b"mine" not in one for one in opened)
