"""The picture of her weeks: small, with every letter, and with nothing in it that is not to be seen."""

from __future__ import annotations

import io
import struct
from datetime import date, timedelta

import numpy as np
import pytest
from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font
from PIL import Image

from bot import drawing
from content.library import load
from flows.checkins.faces import Week

LIBRARY = load()
ENDS = ("lighter", "heavier")
FULL = (3, 4, None, 2, 2, 1, None, None, 3, 4, 3.5, 5)


def drawn(*means: float | None, ends: tuple[str, str] = ENDS) -> bytes:
    weeks = [Week(date(2026, 8, 31) + timedelta(weeks=at), mean) for at, mean in enumerate(means)]
    return drawing.drawn(weeks, *ends)


def grey(png: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


def chunks(png: bytes) -> list[bytes]:
    """The kinds of what a PNG holds."""
    at, kinds = 8, []
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kinds.append(png[at + 4 : at + 8])
        at += length + 12
    return kinds


@pytest.mark.parametrize("means", [FULL, (None,) * 11 + (1,), (1, 5) * 6])
@pytest.mark.parametrize("language", ["en", "tg", "ru"])
def test_it_is_small_and_of_one_size(means: tuple[float | None, ...], language: str) -> None:
    ends = (LIBRARY.text(language, "picture.lighter"), LIBRARY.text(language, "picture.heavier"))
    png = drawn(*means, ends=ends)
    assert len(png) < drawing.MOST
    assert Image.open(io.BytesIO(png)).size == (720, 480)


def test_nothing_but_the_dots_is_in_the_file() -> None:
    png = drawn(*FULL)
    assert set(chunks(png)) == {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
    assert Image.open(io.BytesIO(png)).info == {}
    assert b"atplotlib" not in png


def test_it_needs_no_colour() -> None:
    dots = np.asarray(Image.open(io.BytesIO(drawn(*FULL))).convert("RGB")).astype(int)
    assert np.ptp(dots, axis=2).max() == 0


@pytest.mark.parametrize("language", ["en", "tg", "ru"])
def test_every_letter_has_a_glyph(language: str) -> None:
    glyphs = FT2Font(findfont(drawing.FONT, fallback_to_default=False)).get_charmap()
    words = "".join(LIBRARY.text(language, f"picture.{end}") for end in ENDS)
    assert not {letter for letter in words + "ӣӯҳҷқғӢӮҲҶҚҒё▲▼.0123456789" if ord(letter) not in glyphs}


def test_its_words_stay_inside() -> None:
    longest = max((LIBRARY.text(language, "picture.heavier") for language in ("en", "tg", "ru")), key=len)
    dots = grey(drawn(*FULL, ends=(longest, longest)))
    for edge in (dots[:4], dots[-4:], dots[:, :4], dots[:, -4:]):
        assert edge.min() == 255


def test_a_week_without_an_answer_is_a_gap() -> None:
    with_gap, without = grey(drawn(3, None, 3)), grey(drawn(3, 3, 3))
    assert (with_gap != without).any()
    middle = without.shape[1] // 2
    row = int(np.argmin(without[:, middle + 60 : middle + 70].mean(axis=1)))
    assert without[row, middle + 60] < 100
    assert with_gap[row, middle + 60] > 150, "only the faint line of the face stands there"


def test_a_lighter_week_stands_higher() -> None:
    low, high = grey(drawn(*[None] * 11, 1)), grey(drawn(*[None] * 11, 5))
    assert np.argmin(low[:, 673]) > np.argmin(high[:, 673])
