"""Column types that both databases share, so that one text serves SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, Integer
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

Id = BigInteger().with_variant(Integer(), "sqlite")
"""A 63-bit number. SQLite keeps it as the row's own number only when the column is called INTEGER."""


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970 UTC of an aware datetime, rounded down."""
    return (moment - EPOCH) // _MILLISECOND


class Moment(TypeDecorator[datetime]):
    """An aware datetime, kept as whole milliseconds since 1970 UTC. A naive one is refused with TypeError."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> int | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Aware datetime in, integer out."""
        return None if value is None else milliseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Integer in, aware datetime (UTC) out."""
        return None if value is None else EPOCH + timedelta(milliseconds=value)
