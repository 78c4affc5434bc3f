"""The whole bot: a drill from /drill to its debrief, and no word of it goes to a chat of Telegram's."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from storage.capacity import capacity
from storage.drill import NOBODYS
from storage.marks import marks
from storage.schema import accounts, cases, keys, people
from tests.test_capacity_order import acts, orders, tell
from tests.world import World, world

MARK = tell("drill.mark")


async def presses(w: World, label: str) -> None:
    w.cloud.tap(w.gulru, w.desk, None, label)
    await w.settle()


def at_desk(w: World) -> list[str]:
    return [one.text for one in w.cloud.chat_view(w.desk) if one.sender is w.cloud.bot]


async def test_a_drill_from_its_order_to_its_end(tmp_path: Path) -> None:
    async with world(tmp_path, joined=True) as w:
        heard, before = len(w.heard), await figures(w)
        await orders(w, "/drill")
        await presses(w, "Отчаяние ночью")
        await presses(w, "Русский")
        said = "Все спят. Я больше не хочу жить"
        assert any(text.startswith(MARK) for text in at_desk(w))
        assert not any(said in text for text in at_desk(w)), "her words open after Take"
        assert tell("drill.running") in "".join(await orders(w, "/drill"))
        await w.restart()
        await presses(w, "Взять")
        hers = next(one for one in w.cloud.chat_view(w.desk) if said in one.text)
        assert hers.text.startswith(MARK)
        thread = hers.thread_id
        assert thread
        assert w.cloud.chats[w.desk].topics[thread].name.startswith(MARK)
        w.cloud.say_in_group(w.gulru, w.desk, "Я Гульру, я читаю", thread_id=thread, reply_to=hers.id)
        await w.settle()
        reply = next(one for one in w.cloud.chat_view(w.desk) if one.text == "Я Гульру, я читаю")
        assert w.cloud.chats[w.desk].messages[reply.id].reactions
        await w.passes(minutes=2)
        assert any("Вы человек или программа?" in text for text in at_desk(w))
        await orders(w, "/drill")
        await presses(w, tell("drill.act_stop"))
        assert any(tell("drill.over", **OVER).split("\n")[0][-20:] in text for text in at_desk(w))
        assert len(w.heard) == heard
        assert not [call for call in w.cloud.calls if number(call.params.get("chat_id")) < NOBODYS]
        assert await figures(w) == before
        assert all(act.startswith("drill:") for act in await acts(w, "%taken%"))
        await w.passes(days=2)
        await w.app.rounds()
        async with w.app.db.read() as conn:
            left = [(await conn.execute(select(func.count()).select_from(one))).scalar() for one in (cases, people)]
            left += [(await conn.execute(select(func.count()).select_from(one))).scalar() for one in (accounts, keys)]
        assert left == [0, 1, 1, 2], "no trace of it a day later: one mother, and the intake's key"


OVER = {"mark": "", "number": "", "taken": "", "words": "", "closed": "", "matters": ""}


async def figures(w: World) -> object:
    async with w.app.db.read() as conn:
        now = w.clock.now()
        found = await marks(conn, now - timedelta(days=9), now + timedelta(days=9))
        return (await capacity(conn, now), found)


def number(chat: object) -> int:
    return int(str(chat)) if str(chat).lstrip("-").isdigit() else 0
