"""A mother and her husband in a world over HTTP: inviting, coming, being linked, ticking."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import msgspec
from sqlalchemy import select

from bot.phones import User
from flows.model import Profile
from storage.schema import family_links, people
from storage.seal import place
from tests.world import World


async def invited(w: World, label: str = "My husband") -> tuple[str, str]:
    """She invites her husband, or whom the button names: what stands in the link, and the code."""
    await w.says("/family")
    await w.taps(label)
    await w.taps("Yes, invite")
    said = "\n".join(w.heard)
    tokens, digits = re.findall(r"start=(f_\S+)", said), re.findall(r"only aloud: (\d{3})\s(\d{3})", said)
    return tokens[-1], "".join(digits[-1])


async def comes(w: World, him: User, token: str, role: str = "Father") -> None:
    """He opens the link and joins; all his further answers are the first that is offered."""
    await w.says(f"/start {token}", him)
    for typed in ("English", role, "yes", *["1"] * (8 if role == "Father" else 9)):
        await w.says(typed, him)


def his(w: World, him: User) -> list[str]:
    return [one.text for one in w.cloud.chat_view(him.id) if one.sender is w.cloud.bot]


async def links(w: World) -> list[str]:
    async with w.app.db.read() as conn:
        return list((await conn.execute(select(family_links.c.state))).scalars())


async def linked(w: World) -> User:
    """She and her husband are linked, and each has ticked everything."""
    token, code = await invited(w)
    him = w.cloud.add_user("Somebody", "en")
    await comes(w, him, token)
    await w.says(code, him)
    await w.mover.advance(w.clock.now() + timedelta(days=1, hours=12))
    await w.taps("Open")
    await w.taps("Yes")
    await w.mover.advance(w.clock.now() + timedelta(days=5))
    return him


async def until_knocked(w: World, user: User) -> None:
    """Day after day he gives a sign, as who is there does, until something from the other side knocks."""
    for _ in range(8):
        await w.says("/menu", user)
        await w.mover.advance(w.clock.now() + timedelta(days=1))
        if any(
            "No more of these" in [key["text"] for row in one.inline for key in row]
            for one in w.cloud.chat_view(user.id)
        ):
            return
    raise AssertionError("nothing knocked in eight days")


async def opens(w: World, user: User) -> None:
    """She or he opens the neutral line behind which something from the other side waits."""
    line = next(
        one
        for one in reversed(w.cloud.chat_view(user.id))
        if "No more of these" in {button["text"] for row in one.inline for button in row}
    )
    w.cloud.tap(user, user.id, line.id, "Open")
    await w.settle()


async def ticks(w: World, user: User, *pieces: str) -> None:
    await w.says("/family", user)
    await w.taps("What passes", user)
    for piece in pieces:
        await w.taps(f"▫️ {piece}", user)
    await w.taps("Done", user)


async def known(w: World, role: str) -> list[tuple[int, Profile]]:
    """Everybody of this role, our number and what is sealed of each, the first who came first."""
    async with w.app.db.read() as conn:
        rows = (await conn.execute(select(people).where(people.c.role == role).order_by(people.c.id))).all()
        await w.app.db.keys.load(conn, [row.id for row in rows])
    opened = [w.app.db.keys[row.id].open(place("people", "profile", row.id, row.id), row.profile) for row in rows]
    return [(row.id, msgspec.json.decode(one, type=Profile)) for row, one in zip(rows, opened, strict=True)]


def reached(w: World, user: User, since: int = 0) -> list[tuple[str, dict[str, Any]]]:
    """Every call of the bot to this chat after the first `since` of all, without what names chat and message."""
    calls = [call for call in w.cloud.calls[since:] if call.chat_id == user.id]
    return [
        (call.method, {name: one for name, one in call.params.items() if name not in {"chat_id", "message_id"}})
        for call in calls
    ]


async def asks(w: World, user: User, *texts: str) -> list[tuple[str, dict[str, Any]]]:
    """Say these, and give all that came back."""
    since = len(w.cloud.calls)
    for text in texts:
        await w.says(text, user)
    return reached(w, user, since)
