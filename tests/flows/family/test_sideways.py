"""Nothing leaks sideways: whatever one of the two does, the other's phone gets the same messages at the same moments.

Twin worlds (`docs/safety.md`; the method is that of noninterference tests): his history is the same in both, hers is
another one. Only what both have ticked, and that her yes has held for a day, may make a difference.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from msgspec import structs

from flows.concern import Finding
from flows.events import Said
from flows.family.model import ANSWER, GO, NOTE, THOUGHT
from flows.family.threat import HOLDS
from flows.model import Person
from tests.kinpair import HE, SHE, Act, Pair, Seen, Somebody, father, hers, his, mother
from tests.talk import GULRU, MORNING

DAYS = 9
HISTORIES = 240
BLOCK = 40
WORDS = "Sleep well, little one. The snow here is high."
HERS = "We are well."
RED = (
    "my husband beats me",
    "he will kill me",
    "my husband reads my phone and I am afraid",
    "I want to die",
    "my baby has fever 39 and is not sucking",
)
LOW = ("I am so tired and sad", "I cannot sleep", "there is nothing to eat")

Does = Callable[[Somebody], object]


def has_profile(**changes: object) -> Does:
    def act(one: Somebody) -> None:
        one.kept.person = structs.replace(one.person, profile=structs.replace(one.person.profile, **changes))

    return act


def says(*texts: str) -> Does:
    def act(one: Somebody) -> None:
        for text in texts:
            one.says(text)

    return act


def leaves_links(one: Somebody) -> None:
    one.says("/family").tries("End all links", "Yes, end them")


def deletes(one: Somebody) -> None:
    one.says("/delete").tries("Yes, delete it")


def at_desk(*acts: str) -> Does:
    def act(one: Somebody) -> None:
        for name in acts:
            if one.case is not None:
                one.desk_taps(name, GULRU)

    return act


def blocks(one: Somebody) -> None:
    one.leaves()


def comes_back(one: Somebody) -> None:
    one.returns()


def taps_around(one: Somebody) -> None:
    one.tries("Open", "Later", "Next", "Done")


def opens_piece(one: Somebody) -> None:
    """Open what came from the other side, if it stands in front of her."""
    if data := one.keyboard.pop("No more of these", ""):
        one.taps_data(data.replace(":no_more", ":open"))


def unticks(one: Somebody) -> None:
    one.says("/family").tries("What passes", "✅ Lines for the child", "✅ Something to do", "Done")


ANYBODY: tuple[Does, ...] = (
    says("/feel", "1"),
    says("/feel", "5"),
    *(says(words) for words in (*RED, *LOW)),
    says("stop"),
    says("/start"),
    says("/hide"),
    says("/circle"),
    says("/settings"),
    leaves_links,
    deletes,
    unticks,
    blocks,
    comes_back,
    taps_around,
    says("/family"),
    has_profile(shared=True),
    has_profile(paused_until=MORNING + timedelta(days=5)),
    has_profile(lows=3, owed=("phq9:lows",)),
    has_profile(hours=(7, 9)),
    at_desk("take", "freeze"),
    at_desk("thaw"),
    at_desk("raise:now"),
)


def signs() -> list[Act]:
    """He gives a sign every day: a silent man's messages wait, and would all come at one and the same moment."""
    return [(MORNING + timedelta(days=day, hours=2), HE, says("/menu")) for day in range(DAYS)]


def sends(piece: str) -> Does:
    def act(one: Somebody) -> None:
        one.says("/family").tries("Send something home", piece)
        if piece != "I am thinking of you":
            one.says(WORDS)

    return act


PIECES = ("Lines for the child", "I am thinking of you", "Something to do")


def moment(chance: random.Random, days: int = DAYS) -> datetime:
    return MORNING + timedelta(seconds=chance.randrange(60, days * 86400))


def his_history(chance: random.Random) -> list[Act]:
    """He sends, reads, is away, writes of himself."""
    some: list[Does] = [*(sends(piece) for piece in PIECES), taps_around, says("/feel", "2"), says("/family"), unticks]
    return [(moment(chance), HE, chance.choice(some)) for _ in range(chance.randrange(2, 6))]


def her_history(chance: random.Random) -> list[Act]:
    return [(moment(chance), SHE, chance.choice(ANYBODY)) for _ in range(chance.randrange(1, 7))]


def strip(got: list[Seen], *marks: str) -> list[Seen]:
    """Without what carries these words."""
    return [one for one in got if not any(mark in one[1] for mark in marks)]


def pair(she: Person | None = None, he: Person | None = None) -> Pair:
    return Pair(Somebody(she or mother(kin=(hers(),))), Somebody(he or father(kin=(his(),))))


@pytest.mark.parametrize("block", range(HISTORIES // BLOCK))
def test_what_he_gets_does_not_depend_on_anything_she_does(block: int) -> None:
    """She ticks no answer here, so not one message of his may differ."""
    differed = 0
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        chance = random.Random(seed)
        ours = his_history(chance)
        she = mother(kin=(hers(gives=()),))
        quiet = pair(she).lives(ours, days=DAYS)
        lively = pair(she).lives([*ours, *her_history(chance)], days=DAYS)
        assert lively.he.got == quiet.he.got, f"history {seed}"
        differed += lively.she.got != quiet.she.got
    assert differed > BLOCK // 2, "the histories of hers must be histories"


@pytest.mark.parametrize("block", range(HISTORIES // BLOCK // 2))
def test_that_the_link_is_there_reaches_him_whatever_she_does_after_the_day(block: int) -> None:
    """Her day is over in both worlds; then she leaves, is frozen, is forgotten, stops: he hears that it is there."""
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        chance = random.Random(seed)
        until = MORNING + timedelta(hours=chance.randrange(1, 40))
        she = mother(kin=(hers("cooling", until=until, gives=(), takes=()),))
        he = father(kin=(his("asked", gives=(), takes=()),), invited="x")
        after = [
            (max(at, until + timedelta(minutes=1)) if does in {leaves_links, deletes} else at, who, does)
            for at, who, does in her_history(chance)
        ]
        quiet = pair(she, he).lives(signs(), days=DAYS)
        lively = pair(she, he).lives([*signs(), *after], days=DAYS)
        assert lively.he.got == quiet.he.got, f"history {seed}"
        assert any("There is one short question" in text for _, text, _, _ in quiet.he.got)


@pytest.mark.parametrize("sent", [RED[0], RED[1]])
def test_a_freeze_in_the_day_between_changes_nothing_for_him(sent: str) -> None:
    until = MORNING + timedelta(hours=20)
    she = mother(kin=(hers("cooling", until=until),))
    he = father(kin=(his("asked"),), invited="x")
    quiet = pair(she, he).lives(signs(), days=DAYS)
    frozen = pair(she, he).lives([*signs(), (MORNING + timedelta(hours=1), SHE, says(sent))], days=DAYS)
    assert all(one.frozen for one in frozen.she.person.profile.kin)
    assert frozen.he.got == quiet.he.got


def test_when_she_said_yes_within_three_days_does_not_show() -> None:
    """Her day may end at any hour of the three: he hears at the same moment."""
    got = []
    for hours in (1, 7, 22, 30, 47):
        she = mother(kin=(hers("cooling", until=MORNING + timedelta(hours=hours)),))
        he = father(kin=(his("asked"),), invited="x")
        got.append(pair(she, he).lives(signs(), days=DAYS).he.got)
    assert all(one == got[0] for one in got)
    told = [at for at, text, _, _ in got[0] if "There is one short question" in text]
    assert [at - MORNING < timedelta(days=4) for at in told] == [True]


def test_a_yes_taken_back_in_time_looks_to_him_like_a_no_and_like_silence() -> None:
    until = MORNING + timedelta(hours=30)
    he = father(kin=(his("asked"),), invited="x")
    soon = MORNING + timedelta(hours=2)
    worlds = [
        pair(mother(kin=(hers("cooling", until=until),)), he).lives([*signs(), (soon, SHE, leaves_links)], days=DAYS),
        pair(mother(kin=(hers("cooling", until=until),)), he).lives([*signs(), (soon, SHE, deletes)], days=DAYS),
        pair(mother(kin=(hers("asked"),)), he).lives(signs(), days=DAYS),
        pair(mother(kin=(hers("asked"),)), he).lives([*signs(), (soon, SHE, leaves_links)], days=DAYS),
        pair(mother(kin=(hers("asked"),)), he).lives([*signs(), (soon, SHE, blocks)], days=DAYS),
        pair(mother(), he).lives(signs(), days=DAYS),
    ]
    assert all(one.he.got == worlds[0].he.got for one in worlds)
    assert not any("is there" in text for _, text, _, _ in worlds[0].he.got)


def hearts(one: Somebody) -> None:
    opens_piece(one)
    one.tries("❤️")


@pytest.mark.parametrize("seed", range(30))
def test_with_an_answer_ticked_only_the_answer_makes_a_difference(seed: int) -> None:
    """The same heart in both worlds; beside it she lives one life or another, but leaves only long after."""
    chance = random.Random(1000 + seed)
    ours: list[Act] = [
        (MORNING + timedelta(hours=1), HE, sends(PIECES[0])),
        (MORNING + timedelta(days=1, hours=11), SHE, hearts),
    ]
    late = [(at, who, does) for at, who, does in her_history(chance) if at > MORNING + timedelta(days=3)]
    quiet = pair().lives(ours, days=DAYS)
    lively = pair().lives([*ours, *late], days=DAYS)
    assert lively.he.got == quiet.he.got


# -- and the other way round ---------------------------------------------------------------------------------------


def without_threat(chance: random.Random) -> list[Act]:
    """His life, without words that threaten at home: those bring a person to her, and her case is her own."""
    quiet = [says("/feel", "1"), says("stop"), says("/start"), says("/hide"), leaves_links, deletes, unticks, blocks]
    quiet += [comes_back, taps_around, says("/family"), says(RED[3]), says(LOW[0]), at_desk("take", "freeze")]
    return [(moment(chance), HE, chance.choice(quiet)) for _ in range(chance.randrange(1, 7))]


@pytest.mark.parametrize("block", range(HISTORIES // BLOCK // 2))
def test_what_she_gets_does_not_depend_on_anything_he_does_but_pieces(block: int) -> None:
    for seed in range(block * BLOCK, (block + 1) * BLOCK):
        chance = random.Random(seed)
        hers_too = [(moment(chance), SHE, chance.choice((taps_around, says("/family"), says("/feel", "3"))))]
        quiet = pair().lives(hers_too, days=DAYS)
        lively = pair().lives([*hers_too, *without_threat(chance)], days=DAYS)
        assert lively.she.got == quiet.she.got, f"history {seed}"


def test_a_frozen_a_left_a_forgotten_an_unreachable_and_a_never_there_husband_look_the_same() -> None:
    soon, ask = MORNING + timedelta(hours=2), (MORNING + timedelta(days=4), SHE, says("/family"))
    worlds = [
        pair().lives([(soon, HE, does), ask], days=DAYS)
        for does in (at_desk("freeze"), leaves_links, deletes, blocks, says("stop"))
    ]
    worlds.append(pair(mother(kin=(hers(person=0),)), father()).lives([ask], days=DAYS))
    worlds.append(pair(he=father(kin=(his(frozen=True),))).lives([(soon, HE, sends(PIECES[0])), ask], days=DAYS))
    assert all(one.she.got == worlds[0].she.got for one in worlds)


def test_leaving_while_she_is_asked_or_waits_shows_her_nothing() -> None:
    for state, until in (("asked", None), ("cooling", MORNING + timedelta(hours=20))):
        she, he = mother(kin=(hers(state, until=until),)), father(kin=(his("asked"),), invited="x")
        quiet = pair(she, he).lives([], days=DAYS)
        left = pair(she, he).lives([(MORNING + timedelta(hours=1), HE, leaves_links)], days=DAYS)
        assert left.she.got == quiet.she.got


# -- what one hears of one's own pieces ----------------------------------------------------------------------------


def test_what_he_hears_of_a_piece_is_the_same_in_every_state() -> None:
    states = [
        (mother(kin=(hers(),)), father(kin=(his(),))),
        (mother(kin=(hers(takes=()),)), father(kin=(his(),))),
        (mother(kin=(hers(frozen=True),)), father(kin=(his(),))),
        (mother(kin=(hers(frozen=True),)), father(kin=(his(frozen=True),))),
        (mother(), father(kin=(his(person=0),))),
        (mother(), father(kin=(his(gives=()),))),
        (mother(), father()),
        (mother(kin=(hers("asked"),)), father(kin=(his("asked"),))),
    ]
    heard = []
    for she, he in states:
        one = pair(she, he)
        before = len(one.he.got)
        one.he.says("/family")
        one.he.tries("Send something home", PIECES[0])
        one.he.says(WORDS)
        heard.append([(text, labels) for _, text, labels, _ in one.he.got[before + 2 :]])
    assert all(one == heard[0] for one in heard)


@pytest.mark.parametrize("how", ["unticked", "frozen", "left", "gone", "no more", "nothing"])
def test_what_waits_does_not_come_once_it_is_no_longer_wanted(how: str) -> None:
    one = pair()
    soon = MORNING + timedelta(hours=2)
    does: dict[str, tuple[int, Does]] = {
        "unticked": (SHE, unticks),
        "frozen": (SHE, says(RED[0])),
        "left": (SHE, leaves_links),
        "gone": (HE, deletes),
        "no more": (SHE, has_profile(kin=(hers(takes=()),))),
        "nothing": (SHE, says("/menu")),
    }
    acts: list[Act] = [(MORNING + timedelta(hours=1), HE, sends(PIECES[0])), (soon, *does[how])]
    acts += [(MORNING + timedelta(days=day, hours=hour), SHE, opens_piece) for day in range(1, 9) for hour in (8, 11)]
    one.lives(acts, days=DAYS)
    assert any(WORDS in text for _, text, _, _ in one.she.got) == (how == "nothing")


def test_a_heart_pressed_after_the_link_was_frozen_goes_nowhere() -> None:
    one = pair(mother(kin=(hers(),), brought=()))
    one.lives([(MORNING + timedelta(hours=1), HE, sends(PIECES[0]))], days=1, hours=11)
    opens_piece(one.she)
    assert [text for _, text, _, _ in one.she.got if WORDS in text]
    one.she.says(RED[0])
    one.she.tries("❤️")
    assert not one.she.mail
    assert not [text for _, text, _, _ in one.lives([], days=4).he.got if "❤️" in text]


def test_who_writes_every_day_is_read_every_day_and_one_note_a_day() -> None:
    one = pair()
    acts: list[Act] = [
        (MORNING + timedelta(days=day, hours=hour), HE, sends(PIECES[0])) for day in range(5) for hour in (1, 2, 3)
    ]
    acts += [(MORNING + timedelta(days=day, hours=14), SHE, opens_piece) for day in range(DAYS)]
    one.lives(acts, days=DAYS)
    notes = [at for at, text, _, _ in one.she.got if WORDS in text]
    assert 3 <= len(notes) <= 5
    assert len({at.date() for at in notes}) == len(notes)


@pytest.mark.parametrize("category", sorted(HOLDS))
@pytest.mark.parametrize("level", ["concern", "urgent", "now"])
def test_each_category_of_violence_freezes_at_urgent_and_above(category: str, level: str) -> None:
    one = Somebody(mother(kin=(hers(),)))
    finding = Finding(level, category, "a.rule", "en", ())  # type: ignore[arg-type]
    one.told(Said(text="words", finding=finding))
    assert [kin.frozen for kin in one.person.profile.kin] == [level != "concern"]


def test_the_newest_link_of_a_father_takes_the_place_of_the_older() -> None:
    new = structs.replace(his("agreed"), link=78, person=1 << 41, gives=(), takes=())
    he = Somebody(father(kin=(his(), new)))
    he.kept.due["kin:78"] = (MORNING + timedelta(hours=12), "")
    he.is_due("kin:78")
    assert [(kin.link, kin.state, kin.gives) for kin in he.person.profile.kin] == [(78, "linked", ())]
    assert [(tell.person, tell.event.link) for tell in he.mail] == [(SHE, 77)]


def test_ticks_are_one_screen_and_begin_empty() -> None:
    she = Somebody(mother(kin=(hers(gives=(), takes=()),)))
    she.says("/family").taps("What passes")
    shown = len(she.got)
    for piece in ("Lines for the child", "A heart or a line", "Something to do"):
        she.taps(f"▫️ {piece}")
    assert all(edit for _, _, _, edit in she.got[shown:])
    assert (she.person.profile.kin[0].takes, she.person.profile.kin[0].gives) == ((GO, NOTE), (ANSWER,))
    she.taps("✅ Something to do").taps("Done")
    assert she.person.profile.kin[0].takes == (NOTE,)
    assert THOUGHT not in she.person.profile.kin[0].takes
