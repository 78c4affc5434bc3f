"""Sealing: AES-GCM under a key of her own, which the master key wraps. Forgetting her is destroying her key.

Every sealed value is bound to its place (table, column, row, person), so that no ciphertext can be moved to
another row, and padded, so that its length tells little. A Telegram id is looked up by a keyed hash: there are
few enough ids in the world to try them all against a plain one.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import stat
from bisect import bisect_left
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from storage.faults import SealError, StorageError

KEY_BYTES = 32
INTAKE = 0
"""The owner of the key that seals what no known person's key can."""
KEY_FILE = "data.key"
_VERSION = b"\x01"
_NONCE = 12
_LENGTH = 4
_STEPS = (64, 256, 1024, 4096)
_CHECK = b"the key fits"


def place(table: str, column: str, row: int, person: int) -> bytes:
    """What a sealed value is bound to."""
    return f"{table}.{column}.{row}.{person}".encode()


class Key:
    """One key in use. `seal` and `open` work on bytes; the place must be the same in both."""

    __slots__ = ("_cipher",)

    def __init__(self, secret: bytes) -> None:
        """`secret`: 32 bytes."""
        self._cipher = AESGCM(secret)

    def seal(self, at: bytes, data: bytes) -> bytes:
        """Version, nonce, ciphertext with its tag."""
        nonce = os.urandom(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, _padded(data), _VERSION + at)

    def open(self, at: bytes, sealed: bytes) -> bytes:
        """The bytes that were sealed at this place. SealError for anything else."""
        nonce, text = sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :]
        if sealed[:1] != _VERSION or len(nonce) < _NONCE:
            raise SealError(f"{at.decode()}: not sealed in a way this version knows")
        try:
            padded = self._cipher.decrypt(nonce, text, _VERSION + at)
        except InvalidTag:
            raise SealError(f"{at.decode()}: does not open with this key") from None
        return padded[_LENGTH : _LENGTH + int.from_bytes(padded[:_LENGTH], "big")]


def _padded(data: bytes) -> bytes:
    size = len(data) + _LENGTH
    step = bisect_left(_STEPS, size)
    room = _STEPS[step] if step < len(_STEPS) else -(-size // _STEPS[-1]) * _STEPS[-1]
    return len(data).to_bytes(_LENGTH, "big") + data.ljust(room - _LENGTH, b"\0")


class Master:
    """The key that opens all others. It lives in memory and in `DATA_KEY`, never in the database."""

    def __init__(self, secret: bytes) -> None:
        """`secret`: 32 bytes. ValueError for any other length."""
        if len(secret) != KEY_BYTES:
            raise ValueError(f"a master key has {KEY_BYTES} bytes")
        self._wrapping = Key(_derived(secret, b"wrapping"))
        self._pepper = _derived(secret, b"pepper")
        self._marking = _derived(secret, b"record")

    def wrap(self, secret: bytes, owner: int) -> bytes:
        """A person's key, sealed for the database."""
        return self._wrapping.seal(place("keys", "wrapped", owner, owner), secret)

    def unwrap(self, wrapped: bytes, owner: int) -> Key:
        """A person's key, ready for use. SealError if this master never wrapped it for this owner."""
        return Key(self._wrapping.open(place("keys", "wrapped", owner, owner), wrapped))

    def lookup(self, telegram_id: int) -> bytes:
        """What a Telegram id is found by: 16 bytes, meaningless without the master key."""
        return hmac.digest(self._pepper, str(telegram_id).encode(), "sha256")[:16]

    def mark(self, *parts: bytes) -> bytes:
        """32 bytes that only this master key makes of these parts: what ties the record together."""
        whole = b"".join(len(part).to_bytes(_LENGTH, "big") + part for part in parts)
        return hmac.digest(self._marking, whole, "sha256")

    def proof(self) -> bytes:
        """A sealed constant, kept in the database so that a wrong master key is noticed at once."""
        return self._wrapping.seal(b"proof", _CHECK)

    def fits(self, proof: bytes) -> bool:
        """Whether `proof` was made by this very key."""
        try:
            return self._wrapping.open(b"proof", proof) == _CHECK
        except SealError:
            return False


def _derived(secret: bytes, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"resilience-bot/" + purpose).derive(secret)


def new_key() -> bytes:
    """32 random bytes."""
    return os.urandom(KEY_BYTES)


def load_master(data_key: str | None, folder: Path, database: Path | None = None) -> tuple[Master, bool]:
    """The master key: from `DATA_KEY` (32 bytes as base64 or hex), else from the key file in `folder`.

    The key file is made, readable by its owner alone, when it is not there; True says that a file is in use, so
    that the caller can warn. StorageError when the text is no key, or when `database` exists and its key is gone.
    """
    if data_key is not None and data_key.strip():
        return Master(_decoded(data_key, "DATA_KEY")), False
    file = folder / KEY_FILE
    if not file.exists():
        if database is not None and database.exists():
            raise StorageError(f"{database} is there and its key is not: set DATA_KEY, or bring back {file}.")
        _write_key(file)
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        file.chmod(0o600)
    return Master(_decoded(file.read_text(), str(file))), True


def _decoded(text: str, where: str) -> bytes:
    """The 32 bytes of a key written as hex or as base64 (either alphabet, padded or not)."""
    text = text.strip()
    try:
        if re.fullmatch(r"[0-9a-fA-F]{64}", text):
            return bytes.fromhex(text)
        if re.fullmatch(r"[A-Za-z0-9+/_-]{43}=?", text):
            return base64.b64decode(text.rstrip("=") + "=", altchars=b"-_" if set(text) & set("-_") else None)
    except (ValueError, binascii.Error):
        pass
    raise StorageError(
        f"{where} must be 32 random bytes written as base64 or hex: `openssl rand -base64 32` makes one."
    )


def _write_key(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(base64.b64encode(new_key()) + b"\n")
        out.flush()
        os.fsync(out.fileno())
