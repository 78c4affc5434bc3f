"""How a telephone number stands, day by day, and what she is shown of it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from msgspec import structs

from content.library import load
from content.schema import Number, Verified
from flows.desk import numbers
from flows.desk.office import Book, Checked
from flows.model import Desk, Person, Scene
from tests.talk import MORNING

LIBRARY = load()
TODAY = date(2026, 3, 2)
NUMBER = Number(id="made_up", number="100", name={"en": "Made up", "ru": "Выдумано", "tg": "Сохта"})


def on(days_ago: int, by: str = "Made Up") -> Verified:
    return Verified(by=by, on=TODAY - timedelta(days=days_ago))


def scene(*known: Number, book: Book | None = None) -> Scene:
    library = structs.replace(LIBRARY, numbers=known)
    return Scene(now=MORNING, person=Person(id=1, language="en"), library=library, desk=Desk(book=book or Book()))


@pytest.mark.parametrize(
    ("age", "stage"), [(0, "fresh"), (59, "fresh"), (60, "soon"), (89, "soon"), (90, "late"), (900, "late")]
)
def test_it_is_warned_of_on_day_60_and_due_on_day_90(age: int, stage: str) -> None:
    assert numbers.stage(Desk(), structs.replace(NUMBER, verified=on(age)), TODAY) == stage


def test_what_nobody_rang_was_never_checked() -> None:
    assert numbers.stage(Desk(), NUMBER, TODAY) == "never"


def test_the_later_of_file_and_book_counts_and_the_book_only_of_the_same_number() -> None:
    book = Book(checked={"made_up": Checked(number="100", by="Later", on=TODAY)})
    old = structs.replace(NUMBER, verified=on(100))
    found = numbers.last(Desk(book=book), old)
    assert found is not None
    assert found.by == "Later"
    other = structs.replace(old, number="200")
    assert numbers.stage(Desk(book=book), other, TODAY) == "late"


def test_an_emergency_number_is_always_shown_unchecked_dated_or_plain() -> None:
    new, old = (structs.replace(NUMBER, id=id, emergency=True, verified=on(age)) for id, age in (("a", 1), ("b", 91)))
    shown = numbers.emergency(scene(new, old, structs.replace(NUMBER, id="c", emergency=True))).splitlines()
    assert shown == [
        "100 — Made up",
        f"100 — Made up ({LIBRARY.text('en', 'numbers.overdue', day='01.12.2025')})",
        f"100 — Made up ({LIBRARY.text('en', 'help.unchecked')})",
    ]


def test_the_number_of_a_place_is_shown_only_while_it_is_checked() -> None:
    here = structs.replace(NUMBER, service="hdo")
    assert numbers.of_place(scene(here), "hdo") == ()
    assert numbers.of_place(scene(structs.replace(here, verified=on(91))), "hdo") == ()
    assert numbers.of_place(scene(structs.replace(here, verified=on(89))), "hdo") == ("100",)
    assert numbers.of_place(scene(structs.replace(here, verified=on(1))), "iroda") == ()
