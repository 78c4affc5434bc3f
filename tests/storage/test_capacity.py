"""Places and the waiting list, on both databases: who counts, who is let in, and in what order."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from alembic import command
from sqlalchemy import create_engine, insert, select, update

from flows.capacity import ADMIT, MOVED, RAISED
from flows.effects import AnyEffect, Become, Record
from flows.events import Due
from flows.model import Capacity, Scene
from storage import capacity
from storage.database import Database
from storage.migrations import config
from storage.schema import accounts, due, keys, people
from storage.schema import settings as tables
from tests.conftest import MASTER
from tests.storage.people import MALIKA, NIGINA, NOW, ZARINA, Store

MOTHER = Become(changes={"state": "active", "role": "mother", "programme": "mums"})
JOINING = Become(changes={"state": "joining", "language": "tg"})


async def found(store: Store) -> Capacity:
    async with store.db.read() as conn:
        return await capacity.capacity(conn, store.now)


async def limit(store: Store, most: int | None) -> None:
    async with store.db.write() as conn:
        await capacity.set_limit(conn, most)


async def admit(store: Store, why: str = MOVED) -> int:
    async with store.db.write() as conn:
        return await capacity.admit(store.db, conn, store.now, why)


async def waits(store: Store, sender: int) -> int:
    """She joins, and waits from now on; the clock goes on a minute. Her id."""
    scene = await store.turn(sender, MOTHER, Become(changes={"waits_since": store.now}))
    store.wait(minutes=1)
    return scene.person.id


async def let_in(store: Store) -> list[int]:
    """Persons who have been let in and have not had their turn, in their order."""
    async with store.db.read() as conn:
        rows = await conn.execute(select(due.c.person_id).where(due.c.key == ADMIT).order_by(due.c.id))
        return list(rows.scalars())


def let_her_in(scene: Scene) -> list[AnyEffect]:
    return [Become(changes={"waits_since": None}), Record(act=f"admitted:{MOVED}")]


async def test_nobody_has_said_how_many_so_nobody_waits(store: Store) -> None:
    async with store.db.read() as conn:
        assert await capacity.limit(conn) is None
        assert await capacity.limited(conn, store.now) is None


@pytest.mark.parametrize("most", [0, 1, 100_000])
async def test_the_limit_is_kept_and_taken_away(store: Store, most: int) -> None:
    await limit(store, most)
    assert (await found(store)).limit == most
    await limit(store, None)
    assert (await found(store)).limit is None


async def test_counted_are_mothers_in_the_programme_and_apart_those_who_wait(store: Store) -> None:
    await store.turn(ZARINA, MOTHER)
    await waits(store, MALIKA)
    await store.turn(NIGINA, Become(changes={"state": "active", "role": "father"}))
    await store.turn(NIGINA + 1, JOINING)
    await store.turn(NIGINA + 2, MOTHER, Become(changes={"state": "stopped"}))
    assert await found(store) == Capacity(active=1, waiting=1)


async def test_her_scene_remembers_since_when_she_waits(store: Store) -> None:
    since = store.now
    await waits(store, ZARINA)
    assert (await store.look()).person.waits_since == since
    async with store.db.read() as conn:
        assert (await conn.execute(select(people.c.waits_since))).scalar_one() == since


async def test_those_who_waited_longest_come_first_and_no_more_than_there_is_room_for(store: Store) -> None:
    await limit(store, 2)
    malika, zarina, _ = [await waits(store, sender) for sender in (MALIKA, ZARINA, NIGINA)]
    assert await admit(store) == 2
    assert await let_in(store) == [malika, zarina]


async def test_who_was_let_in_holds_a_place_before_her_turn_so_that_the_next_hour_lets_in_nobody_more(
    store: Store,
) -> None:
    await limit(store, 1)
    await waits(store, ZARINA)
    await waits(store, MALIKA)
    assert await admit(store) == 1
    assert await found(store) == Capacity(limit=1, active=1, waiting=1)
    assert await admit(store) == 0


async def test_a_full_house_lets_in_nobody_and_an_overfull_one_nobody_either(store: Store) -> None:
    await store.turn(ZARINA, MOTHER)
    await waits(store, MALIKA)
    for most in (1, 0):
        await limit(store, most)
        assert await admit(store) == 0


async def test_one_who_goes_makes_room(store: Store) -> None:
    await limit(store, 1)
    await store.turn(ZARINA, MOTHER)
    await waits(store, MALIKA)
    await store.turn(ZARINA, Become(changes={"state": "left"}))
    assert await admit(store) == 1


async def test_without_a_limit_everybody_is_let_in(store: Store) -> None:
    for sender in (ZARINA, MALIKA, NIGINA):
        await waits(store, sender)
    assert await admit(store, RAISED) == 3


async def test_letting_in_is_an_event_of_hers_and_only_room_that_another_left_counts_for_the_estimate(
    store: Store,
) -> None:
    await waits(store, ZARINA)
    await admit(store)
    async with store.db.write() as conn:
        (taken,) = (await store.ledger.take(conn, store.now, 5)).turns
        assert taken[0].event == Due(key=ADMIT, about=MOVED)
        await store.ledger.carry_out(conn, [(*taken, let_her_in(taken[1]))], store.now)
    assert (await store.look()).person.waits_since is None
    assert (await found(store)).moved == 1
    await store.turn(ZARINA, Record(act=f"admitted:{RAISED}"))
    assert (await found(store)).moved == 1
    store.now += timedelta(weeks=4, minutes=1)
    assert (await found(store)).moved == 0


async def test_only_those_who_are_joining_look_at_the_room_and_only_where_there_is_a_limit(store: Store) -> None:
    await store.turn(ZARINA, MOTHER)
    await store.turn(MALIKA, JOINING)
    assert (await store.look(MALIKA)).capacity is None
    await limit(store, 5)
    assert (await store.look(MALIKA)).capacity == Capacity(limit=5, active=1)
    assert (await store.look(ZARINA)).capacity is None


async def test_those_who_join_in_one_batch_do_not_all_see_the_last_free_place(store: Store) -> None:
    await limit(store, 1)
    for sender in (ZARINA, MALIKA, NIGINA):
        await store.turn(sender, JOINING)
    for sender in (ZARINA, MALIKA, NIGINA):
        await store.hear(sender, "evening")
    scenes = await store.turns()
    assert [scene.capacity.active for scene in scenes if scene.capacity] == [0, 1, 2]


async def test_a_database_of_the_first_version_keeps_its_people_and_nobody_of_them_waits(tmp_path: Path) -> None:
    settings = config()
    engine = create_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    with engine.begin() as conn:
        settings.attributes["connection"] = conn
        command.upgrade(settings, "0001")
        account = {"id": 1, "lookup": b"1", "telegram": b"1"}
        conn.execute(insert(accounts), account)
        clear = dict.fromkeys(("language", "stage", "region", "zone"), "") | {"state": "active", "role": "mother"}
        conn.execute(insert(people), clear | {"id": 1, "account_id": 1, "talks": 0, "created_at": NOW, "profile": b""})
        conn.execute(insert(tables), {"name": "proof", "value": MASTER.proof()})
    engine.dispose()
    db = await Database.open(None, MASTER, tmp_path)
    async with db.read() as conn_now:
        assert await capacity.capacity(conn_now, NOW) == Capacity(active=1)
    await db.close()


async def test_one_whose_key_does_not_open_keeps_back_nobody_else(store: Store) -> None:
    await limit(store, 0)
    spoiled, sound = await waits(store, ZARINA), await waits(store, MALIKA)
    async with store.db.write() as conn:
        await conn.execute(update(keys).where(keys.c.id == spoiled).values(wrapped=b"spoiled"))
    store.db.keys.forget(spoiled)
    await limit(store, None)
    assert await admit(store) == 1
    assert await let_in(store) == [sound]
