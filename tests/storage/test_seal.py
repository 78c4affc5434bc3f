"""Sealing: what was sealed opens in its own place with its own key, and nowhere else."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.faults import SealError, StorageError
from storage.seal import Key, Master, load_master, new_key, place

KEY = Key(bytes(32))
HERE = place("lines", "words", 7, 3)


@given(st.binary(max_size=9000))
def test_what_was_sealed_opens_again(data: bytes) -> None:
    assert KEY.open(HERE, KEY.seal(HERE, data)) == data


@pytest.mark.parametrize(
    "elsewhere",
    [
        place("answers", "words", 7, 3),
        place("lines", "by", 7, 3),
        place("lines", "words", 8, 3),
        place("lines", "words", 7, 4),
    ],
)
def test_it_opens_in_no_other_place(elsewhere: bytes) -> None:
    with pytest.raises(SealError):
        KEY.open(elsewhere, KEY.seal(HERE, b"marigold"))


def test_it_opens_with_no_other_key() -> None:
    with pytest.raises(SealError):
        Key(new_key()).open(HERE, KEY.seal(HERE, b"marigold"))


@given(st.integers(0, 92), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, change: int) -> None:
    sealed = bytearray(KEY.seal(HERE, b"marigold"))
    sealed[at % len(sealed)] ^= change
    with pytest.raises(SealError) as raised:
        KEY.open(HERE, bytes(sealed))
    assert "marigold" not in str(raised.value)


@pytest.mark.parametrize("short", [b"", b"\x01", b"\x01" + bytes(11), b"\x01" + bytes(12), b"\x01" + bytes(20)])
def test_a_stump_is_refused(short: bytes) -> None:
    with pytest.raises(SealError):
        KEY.open(HERE, short)


def test_a_length_tells_little() -> None:
    lengths = {len(KEY.seal(HERE, b"a" * size)) for size in range(5000)}
    assert lengths == {29 + step for step in (64, 256, 1024, 4096, 8192)}


def test_the_same_words_never_look_the_same() -> None:
    assert KEY.seal(HERE, b"marigold") != KEY.seal(HERE, b"marigold")


def test_a_wrapped_key_is_bound_to_its_owner() -> None:
    master, secret = Master(bytes(32)), new_key()
    wrapped = master.wrap(secret, 3)
    assert master.unwrap(wrapped, 3).open(HERE, Key(secret).seal(HERE, b"yes")) == b"yes"
    with pytest.raises(SealError):
        master.unwrap(wrapped, 4)
    with pytest.raises(SealError):
        Master(bytes([1] * 32)).unwrap(wrapped, 3)


def test_a_telegram_id_is_found_only_with_the_master_key() -> None:
    one, other = Master(bytes(32)), Master(bytes([1] * 32))
    assert one.lookup(700_001) == Master(bytes(32)).lookup(700_001)
    assert len({one.lookup(700_001), one.lookup(700_002), other.lookup(700_001)}) == 3


def test_the_proof_shows_whether_a_master_fits() -> None:
    proof = Master(bytes(32)).proof()
    assert Master(bytes(32)).fits(proof)
    assert not Master(bytes([1] * 32)).fits(proof)
    assert not Master(bytes(32)).fits(b"")


SECRET = bytes(range(200, 232))


@pytest.mark.parametrize(
    "written",
    [
        SECRET.hex(),
        SECRET.hex().upper(),
        base64.b64encode(SECRET).decode(),
        base64.urlsafe_b64encode(SECRET).decode(),
        base64.b64encode(SECRET).decode().rstrip("="),
        f"  {SECRET.hex()}\n",
    ],
)
def test_a_key_may_be_written_in_the_usual_ways(written: str, tmp_path: Path) -> None:
    master, in_file = load_master(written, tmp_path)
    assert not in_file
    assert master.fits(Master(SECRET).proof())
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("written", ["secret", SECRET.hex()[:-2], base64.b64encode(SECRET[:16]).decode(), "я" * 43])
def test_what_is_no_key_is_refused_without_being_repeated(written: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="DATA_KEY must be 32 random bytes") as raised:
        load_master(written, tmp_path)
    assert written not in str(raised.value)


@pytest.mark.parametrize("unset", [None, "", "  "])
def test_without_a_key_one_is_made_for_its_owner_alone(unset: str | None, tmp_path: Path) -> None:
    made, in_file = load_master(unset, tmp_path / "var")
    file = tmp_path / "var" / "data.key"
    assert in_file
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    again, _ = load_master(unset, tmp_path / "var")
    assert again.fits(made.proof())
    assert file.stat().st_mode & 0o777 == 0o600


def test_a_lost_key_file_is_not_quietly_replaced(tmp_path: Path) -> None:
    (tmp_path / "bot.db").touch()
    with pytest.raises(StorageError, match="bring back"):
        load_master(None, tmp_path, tmp_path / "bot.db")
    assert not (tmp_path / "data.key").exists()
