"""The keys in use, unwrapped: one query for those a batch needs, and a bounded memory of the last ones."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.faults import SealError
from storage.schema import keys
from storage.seal import Key, Master, new_key

_WRAPPED = select(keys.c.id, keys.c.wrapped).where(keys.c.id.in_(bindparam("owners", expanding=True)))


class Keyring:
    """`await load` first, then index by owner (a person's id, or INTAKE)."""

    def __init__(self, master: Master, size: int = 10_000) -> None:
        """Keep up to `size` keys, or as many as one batch asks for."""
        self._master = master
        self._size = size
        self._keys: OrderedDict[int, Key] = OrderedDict()

    async def load(self, conn: AsyncConnection, owners: Iterable[int]) -> None:
        """Have the keys of all `owners` at hand; one that is gone or spoiled is met at use, as SealError."""
        wanted = set(owners)
        missing = [owner for owner in wanted if owner not in self._keys]
        for owner in wanted.difference(missing):
            self._keys.move_to_end(owner)
        if missing:
            for owner, wrapped in await conn.execute(_WRAPPED, {"owners": missing}):
                with suppress(SealError):
                    self._keys[owner] = self._master.unwrap(wrapped, owner)
        while len(self._keys) > max(self._size, len(wanted)):
            self._keys.popitem(last=False)

    def __getitem__(self, owner: int) -> Key:
        """The key of `owner`. SealError if it is gone: she was forgotten."""
        try:
            return self._keys[owner]
        except KeyError:
            raise SealError(f"keys.{owner}: no such key") from None

    def __contains__(self, owner: int) -> bool:
        """Whether the key of `owner` is at hand."""
        return owner in self._keys

    def make(self, owner: int) -> bytes:
        """Make a key for `owner`, keep it at hand, and give it back wrapped for the table."""
        secret = new_key()
        self._keys[owner] = Key(secret)
        return self._master.wrap(secret, owner)

    def forget(self, owner: int) -> None:
        """Let go of a key that is no longer in the table."""
        self._keys.pop(owner, None)
