"""The open cases as the desk sees them: who has each, also where somebody's key is gone; and whether one still waits."""

from __future__ import annotations

from datetime import timedelta

from msgspec import structs

from flows.effects import Forget, Stamp
from flows.model import Case, Matter
from storage.cases import open_cases, waits
from tests.storage.people import MALIKA, NIGINA, NOW, ZARINA, Store

OPEN = Case(number=10001, level="now", category="self_harm", language="tg", opened_at=NOW, alarm_at=NOW)
TAKEN = structs.replace(
    OPEN,
    number=10002,
    state="taken",
    taken_by="Gulru",
    alarm_at=None,
    opened_at=NOW + timedelta(1),
    matter=Matter(holder=7),
)
CLOSED = structs.replace(OPEN, number=10003, state="closed", closed_at=NOW)


async def cases(store: Store) -> list[Case]:
    async with store.db.read() as conn:
        return [one.case for one in await open_cases(store.db, conn)]


async def test_open_cases_come_with_their_holders_the_oldest_first(store: Store) -> None:
    await store.turn(MALIKA, Stamp(case=TAKEN))
    await store.turn(ZARINA, Stamp(case=OPEN))
    await store.turn(NIGINA, Stamp(case=CLOSED))
    assert await cases(store) == [OPEN, TAKEN]


async def test_of_somebody_forgotten_only_that_there_is_a_case(store: Store) -> None:
    await store.turn(MALIKA, Stamp(case=TAKEN))
    await store.turn(MALIKA, Forget())
    assert [(one.number, one.taken_by, one.matter) for one in await cases(store)] in (
        [],
        [(TAKEN.number, "", Matter())],
    )


async def test_a_case_waits_until_somebody_has_it(store: Store) -> None:
    await store.turn(ZARINA, Stamp(case=OPEN))
    await store.turn(MALIKA, Stamp(case=TAKEN))
    await store.turn(NIGINA, Stamp(case=structs.replace(CLOSED, alarm_at=NOW)))
    async with store.db.read() as conn:
        assert [await waits(conn, number) for number in (10001, 10002, 10003, 10009)] == [True, False, False, True]
