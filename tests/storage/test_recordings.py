"""Recordings on both databases: one for each passage and language, and known to every scene at once."""

from __future__ import annotations

from datetime import timedelta

from flows.events import Staff
from flows.model import Desk
from storage.database import Database
from storage.office import Office
from storage.recordings import Recording, Rehearsal, keep, keep_rehearsal, recorded, rehearsal, remove
from tests.storage.people import NOW, ZARINA, Store


async def facilitator(db: Database) -> int:
    async with db.write() as conn:
        return (await Office(db, Desk()).enrol(conn, Staff(id=501, name="Lola"), "facilitator", NOW)).row


def a_recording(by: int, passage: str = "mums.1.play.b", file: str = "voice:one", mark: str = "m1") -> Recording:
    return Recording(passage=passage, language="tg", mark=mark, file=file, by=by, at=NOW)


async def test_a_new_one_takes_the_place_of_the_old(db: Database) -> None:
    by = await facilitator(db)
    async with db.write() as conn:
        await keep(conn, a_recording(by))
        await keep(conn, a_recording(by, "mums.1.reflect", mark="m2"))
        later = Recording(
            passage="mums.1.play.b", language="tg", mark="m3", file="voice:new", by=by, at=NOW + timedelta(days=1)
        )
        await keep(conn, later)
        assert await recorded(conn) == [a_recording(by, "mums.1.reflect", mark="m2"), later]
        assert await remove(conn, "mums.1.play.b", "tg")
        assert not await remove(conn, "mums.1.play.b", "tg")
        assert not await remove(conn, "mums.1.reflect", "ru")
        assert [one.passage for one in await recorded(conn)] == ["mums.1.reflect"]


async def test_every_scene_knows_them_from_the_next_batch_on_in_every_process(store: Store) -> None:
    by = await facilitator(store.db)
    here, elsewhere = Office(store.db, Desk()), Office(store.db, Desk())
    async with store.db.write() as conn:
        assert (await elsewhere.desk(conn)).recorded == {}
        await keep(conn, a_recording(by))
        await here.changed(conn)
    assert (await store.turn(ZARINA)).desk.recorded == {"m1": "voice:one"}
    async with store.db.write() as conn:
        assert (await elsewhere.desk(conn)).recorded == {"m1": "voice:one"}
        await remove(conn, "mums.1.play.b", "tg")
        await here.changed(conn)
    assert (await store.turn(ZARINA)).desk.recorded == {}


async def test_what_somebody_is_recording_is_hers_alone_and_outlives_the_process(db: Database) -> None:
    lola = await facilitator(db)
    asked = Rehearsal(passage="mums.1.play.b", language="tg", mark="m1", at=NOW)
    async with db.write() as conn:
        await keep_rehearsal(conn, lola, asked)
    async with db.read() as conn:
        assert await rehearsal(conn, lola) == asked
        assert await rehearsal(conn, lola + 1) is None
    async with db.write() as conn:
        await keep_rehearsal(conn, lola, None)
        assert await rehearsal(conn, lola) is None
