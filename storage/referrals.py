"""Referrals as they are kept for the map of unmet needs: a need, a district, a place, how it went, and no person."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.effects import Refer
from storage.schema import referrals

REPLACED = delete(referrals).where(referrals.c.id == bindparam("row"))
PUT = insert(referrals)
OLD = delete(referrals).where(referrals.c.asked_at < bindparam("before", type_=referrals.c.asked_at.type))
_by = [referrals.c[name] for name in ("need", "region", "district", "state", "why")]
COUNTED = (
    select(*_by, func.count().label("n"))
    .where(referrals.c.asked_at >= bindparam("since", type_=referrals.c.asked_at.type))
    .group_by(*_by)
    .order_by(*_by)
)


class Tally(Struct, frozen=True, kw_only=True):
    """How many referrals of one need and district ended in one way."""

    need: str
    region: str
    district: str
    state: str
    why: str
    n: int


def row(effect: Refer) -> dict[str, Any]:
    """A referral as its row. Of its times only the day stays, so that it cannot be laid beside a case by the minute."""
    names = ("id", "need", "region", "district", "place", "state", "why")
    kept = {name: getattr(effect, name) for name in names}
    return kept | {"asked_at": _day(effect.asked_at), "ended_at": _day(effect.ended_at) if effect.ended_at else None}


async def counted(conn: AsyncConnection, since: datetime) -> tuple[Tally, ...]:
    """All of them since a moment, by need, district and how they ended."""
    found = await conn.execute(COUNTED, {"since": since})
    return tuple(Tally(**one) for one in found.mappings())


def _day(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
