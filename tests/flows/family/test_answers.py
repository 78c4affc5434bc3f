"""What she sends back reaches him whole: a heart after a line does not take its place."""

from __future__ import annotations

from datetime import timedelta

from tests.flows.family.test_sideways import PIECES, opens_piece, pair, sends
from tests.kinpair import HE, SHE, Act, Somebody
from tests.talk import MORNING

LINE = "marker: the apricot blooms"


def answers_twice(one: Somebody) -> None:
    opens_piece(one)
    one.says(LINE)
    one.tries("❤️")


def reads(one: Somebody) -> None:
    one.says("/menu")
    one.tries("Open")


def from_home(answers: list[Act]) -> list[str]:
    """What of hers he got, where he sent two kinds of piece on the first day and gives a sign each day after."""
    acts: list[Act] = [(MORNING + timedelta(hours=at + 1), HE, sends(PIECES[at])) for at in (0, 1)]
    acts += answers
    acts += [(MORNING + timedelta(days=day, hours=15), HE, reads) for day in range(1, 9)]
    got = pair().lives(sorted(acts, key=lambda act: act[0]), days=9).he.got
    return [text.partition("\n\n")[2] for _, text, _, _ in got if text.startswith("From home:")]


def test_a_line_and_a_heart_of_one_day_both_reach_him() -> None:
    assert from_home([(MORNING + timedelta(days=1, hours=12), SHE, answers_twice)]) == [LINE, "❤️"]


def test_two_hearts_of_one_day_are_one() -> None:
    def hearts(one: Somebody) -> None:
        opens_piece(one)
        one.tries("❤️")
        one.tries("❤️")

    assert from_home([(MORNING + timedelta(days=1, hours=12), SHE, hearts)]) == ["❤️"]
