"""Answers of a check-in in the database: sealed, shown to her in her data, and gone with her."""

from __future__ import annotations

from sqlalchemy import select

from flows.effects import Become, Forget, Keep
from flows.model import Checked
from storage import export
from storage.schema import answers
from tests.storage.people import NOW, ZARINA, Store

RESULT = {"score": 16, "band": "moderately_severe", "version": "1", "validated": False}


async def test_they_are_sealed_handed_to_her_and_forgotten(store: Store) -> None:
    done = Checked(of="phq9", at=NOW, score=16, band="moderately_severe")
    scene = await store.turn(
        ZARINA,
        Keep(question="phq9.9", value=0),
        Keep(question="phq9.result", value=RESULT),
        Become(changes={"checked": (done,), "owed": ("gad7",)}),
    )
    person = scene.person.id
    async with store.db.read() as conn:
        rows = (await conn.execute(select(answers.c.value))).scalars().all()
        assert not any(b"moderately" in row for row in rows)
        found = await export.everything(store.db, conn, person)
    shown = {row["question"]: row for row in found.tables["answers"]}
    counted = {"score", "band", "validated"}  # what her answers came to is named to her nowhere
    assert shown["phq9.result"].items() >= {name: one for name, one in RESULT.items() if name not in counted}.items()
    assert not counted & shown["phq9.result"].keys()
    assert shown["phq9.9"]["value"] == 0
    again = await store.turn(ZARINA, Become(changes={"lows": 1}))
    assert again.person.profile.checked == (done,)
    assert again.person.profile.owed == ("gad7",)
    await store.turn(ZARINA, Forget())
    async with store.db.read() as conn:
        assert (await conn.execute(select(answers.c.id))).first() is None
