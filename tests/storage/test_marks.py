"""Marks on flags and on what the lead has read: counted by period, kept as long as their case, on both databases."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert

from flows.effects import Forget, Mark, Raised, Stamp
from flows.model import Case
from storage import retention
from storage.marks import Sampled, Tally, marks
from storage.schema import sample_marks
from tests.storage.people import MALIKA, NOW, ZARINA, Store

CASE = Case(number=814, level="now", category="self_harm", opened_at=NOW)


def raised(case: int, rule: str, language: str = "tg") -> Raised:
    return Raised(case=case, key=rule, rule=rule, category="self_harm", level="now", language=language)


async def tallies(store: Store, days: int = 28) -> tuple[Tally, ...]:
    async with store.db.read() as conn:
        return (await marks(conn, store.now - timedelta(days=days), store.now + timedelta(seconds=1))).flags


def tally(rule: str, **counts: int) -> Tally:
    return Tally(category="self_harm", level="now", language=rule[:2], rule=rule, **counts)


async def test_they_are_counted_by_rule_and_the_last_mark_counts(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=CASE), raised(814, "tg.a"), raised(814, "ru.b", "ru"))
    other = Case(number=815, level="now", category="self_harm", opened_at=NOW)
    await store.turn(MALIKA, Stamp(case=other), raised(815, "tg.a"))
    assert await tallies(store) == (tally("ru.b", unmarked=1), tally("tg.a", unmarked=2))
    for mark in ("none", "right"):
        await store.turn(ZARINA, Mark(case=814, key="tg.a", mark=mark, actor=7))
    await store.turn(ZARINA, raised(814, "tg.a"))
    assert await tallies(store) == (tally("ru.b", unmarked=1), tally("tg.a", right=1, unmarked=1))
    store.wait(days=30)
    assert await tallies(store) == ()


async def test_they_outlive_her_and_go_with_their_case(store: Store) -> None:
    closed = Case(number=814, level="now", category="self_harm", state="closed", opened_at=NOW, closed_at=NOW)
    await store.turn(ZARINA, Stamp(case=closed), raised(814, "tg.a"))
    await store.turn(ZARINA, Forget())
    store.wait(days=729)
    assert await retention.sweep(store.db, store.now)
    assert await tallies(store, 800) == (tally("tg.a", unmarked=1),)
    store.wait(days=2)
    assert await retention.sweep(store.db, store.now)
    assert await tallies(store, 800) == ()


async def test_what_the_lead_read_is_counted_by_level(store: Store) -> None:
    async with store.db.write() as conn:
        for number, mark in enumerate(("nothing", "nothing", "watch", "now", "now"), start=1):
            row = {"id": number, "at": store.now, "language": "tg", "mark": mark, "actor": b"x"}
            await conn.execute(insert(sample_marks), row)
        found = await marks(conn, store.now, store.now + timedelta(seconds=1))
        assert found.sample == Sampled(read=5, missed={"watch": 1, "now": 2})
        assert (await marks(conn, store.now + timedelta(seconds=1), store.now + timedelta(days=1))).sample == Sampled()
