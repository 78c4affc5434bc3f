"""No number under ten is shown, and none can be told from those that are: by a reader who knows the rules by heart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.report.withhold import FEW, LEAST, Cell, cell, fits, nested, parts, whole

Shown = tuple[int | str | None, ...]
NEARLY = LEAST - 1
"""That a second large part was needed tells a little: that the small and the first large one were not both at their most."""


def apart(numbers: Iterable[int]) -> list[Cell]:
    return [Cell(n, frozenset((at, one) for one in range(n))) for at, n in enumerate(numbers)]


def told(worlds: Iterable[tuple[int, ...]], show: Callable[[tuple[int, ...]], tuple[Any, Shown]]) -> None:
    """Of all worlds that look the same to a reader, each withheld number has as good as ten values or more."""
    alike: defaultdict[tuple[Any, Shown], list[tuple[int, ...]]] = defaultdict(list)
    for world in worlds:
        alike[show(world)].append(world)
    for (known, shown), some in alike.items():
        for at, n in enumerate(shown):
            values = {world[at] for world in some}
            if isinstance(n, int):
                assert n >= LEAST
                assert values == {n}
            else:
                assert len(values) >= NEARLY, (known, shown)
                assert n is None or max(values) < LEAST


def splits(many: int, most: int) -> Iterable[tuple[int, ...]]:
    """Every way to put up to `most` people into so many groups."""
    return (one for one in product(range(most + 1), repeat=many) if sum(one) <= most)


@pytest.mark.parametrize(("many", "most"), [(2, 60), (3, 44), (4, 30)])
def test_whoever_knows_the_whole_and_the_shown_parts_knows_no_other(many: int, most: int) -> None:
    told(
        (world for world in splits(many, most) if sum(world) >= LEAST),
        lambda world: (sum(world), tuple(parts(apart(world)))),
    )


def test_whoever_knows_where_a_row_begins_knows_no_withheld_step() -> None:
    falling = (one for one in product(range(31), repeat=3) if one[0] >= one[1] >= one[2])
    told(falling, lambda world: (30, tuple(nested(30, world))))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.integers(0, 60), min_size=1, max_size=8))
def test_what_is_missing_from_a_whole_is_ten_or_more_and_of_two_or_more(numbers: list[int]) -> None:
    shown = parts(apart(numbers))
    hidden = [n for n, one in zip(numbers, shown, strict=True) if not isinstance(one, int)]
    assert all(not isinstance(one, int) or one >= LEAST for one in shown)
    assert not hidden or (max(hidden) >= LEAST and len(hidden) > 1) or len(hidden) == len(numbers)


def test_many_cases_of_few_women_are_few() -> None:
    nine = Cell(40, frozenset(range(9)))
    assert whole(nine) is None
    assert parts([nine, *apart([30, 20])]) == [FEW, None, 20]
    one_woman = Cell(12, frozenset([1]))
    assert parts([one_woman, Cell(15, frozenset([1])), Cell(60, frozenset(range(60)))]) == [FEW, FEW, None]


def test_a_number_stands_beside_others_only_where_ten_or_more_are_between_them() -> None:
    assert fits(10)
    assert not fits(9)
    assert fits(20, above=[30, None], below=[10, None])
    assert not fits(21, above=[30])
    assert not fits(19, below=[10])
    assert not fits(30, above=[30])
    assert whole(cell(range(10))) == 10
