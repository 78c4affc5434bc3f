"""What can be wrong with the store, said in one sentence an operator can act on."""

from __future__ import annotations


class StorageError(Exception):
    """The store cannot be used as it is. The text names the place and the cure, and never holds content."""


class SealError(StorageError):
    """Sealed bytes do not open: another key, another row, or tampering. Names table and row, nothing else."""
