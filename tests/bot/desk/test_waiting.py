"""The list of everybody who waits: a case made up to practise on is marked there as everywhere."""

from __future__ import annotations

from sqlalchemy import update

from bot.desk.waiting import listed
from bot.desk.work import Work
from flows.desk.drill import STATE
from storage.schema import people
from tests.bot.desk.office import LIBRARY, Room, a_case


async def test_a_drill_is_marked_in_the_list_of_who_waits(room: Room) -> None:
    made_up = await room.opens(a_case("now"))
    async with room.db.write() as conn:
        await conn.execute(update(people).values(state=STATE))
    real = await room.opens(a_case("urgent"))
    async with room.db.read() as conn:
        work = Work(tools=room.tools, conn=conn, desk=await room.office.desk(conn), now=room.now)
        message = await listed(work)
    assert message is not None
    marked = [line for line in message.text.splitlines() if line.startswith(LIBRARY.text("en", "drill.mark"))]
    assert [str(made_up) in line and str(real) not in line for line in marked] == [True]
