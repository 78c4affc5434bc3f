"""What follows from each result: the table a clinician reads and signs, and that the bot does just that.

One line for each band of each instrument at its lowest and highest score, and for each answer to the questions about
dying. `level` and `category` are those of the case (triage table); `words` what she hears, by its id in
content/strings/<language>/screening.yaml; `asked` the question that comes then: `help` (may a person write?), `dying`
(the safety question), `unseen` (can she read this alone, then: may we write tonight), or none; `then` the instrument
that follows, `offered` at once or `owed` for another sitting.
"""

from __future__ import annotations

from datetime import timedelta

import pytest

from flows.checkins import follow
from flows.desk import aims
from flows.effects import Keep
from flows.model import Checked
from tests import screened
from tests.beginnings import member
from tests.explore import Walker
from tests.screened import with_person, with_profile
from tests.talk import LIBRARY, MORNING

LANGUAGES = ("en", "ru", "tg")
ITEMS = {"phq9": (9, 3), "gad7": (7, 3), "who5": (5, 5), "whooley": (3, 1)}

TABLE = """
instrument  points  special    level    category    words   asked   then
whooley     0       -          -        -           thanks  dying   -
whooley     1       -          -        -           hard    dying   offered phq9
whooley     2       -          -        -           hard    dying   offered phq9
whooley     0       worry      -        -           hard    dying   offered phq9
whooley     0       one-open   -        -           partly  dying   -
whooley     1       one-open   -        -           hard    dying   offered phq9
phq9        0       -          -        -           thanks  -       owed gad7
phq9        4       -          -        -           thanks  -       owed gad7
phq9        5       -          -        -           thanks  -       owed gad7
phq9        9       -          -        -           thanks  -       owed gad7
phq9        10      -          concern  score       carry   help    owed gad7
phq9        14      -          concern  score       carry   help    owed gad7
phq9        15      -          concern  score_soon  carry   help    owed gad7
phq9        19      -          concern  score_soon  carry   help    owed gad7
phq9        20      -          urgent   score       carry   unseen  -
phq9        24      -          urgent   score       carry   unseen  -
phq9        1       harm-1     concern  self_harm   harm    dying   -
phq9        9       harm-1     concern  self_harm   harm    dying   -
phq9        10      harm-1     concern  self_harm   harm    dying   -
phq9        15      harm-1     concern  score_soon  harm    dying   -
phq9        20      harm-1     urgent   self_harm   harm    dying   -
phq9        2       harm-2     urgent   self_harm   harm    dying   -
phq9        12      harm-2     urgent   self_harm   harm    dying   -
phq9        3       harm-3     urgent   self_harm   harm    dying   -
phq9        27      harm-3     urgent   self_harm   harm    dying   -
phq9        1       harm-birth urgent   self_harm   harm    dying   -
phq9        1       harm-lows  urgent   self_harm   harm    dying   -
phq9        0       harm-open  -        -           partly  dying   owed gad7
phq9        10      harm-open  concern  score       carry   dying   owed gad7
phq9        18      harm-open  concern  score_soon  carry   dying   owed gad7
phq9        20      harm-open  urgent   score       carry   dying   -
phq9        9       one-open   -        -           partly  help    owed gad7
phq9        10      one-open   concern  score       carry   help    owed gad7
phq9        6       three-open -        -           partly  help    owed gad7
phq9        12      three-open concern  score       carry   help    owed gad7
gad7        0       -          -        -           thanks  -       -
gad7        9       -          -        -           thanks  -       -
gad7        10      -          concern  score       carry   help    -
gad7        14      -          concern  score       carry   help    -
gad7        15      -          concern  score_soon  carry   help    -
gad7        19      -          concern  score_soon  carry   help    -
gad7        20      -          urgent   score       carry   unseen  -
gad7        21      -          urgent   score       carry   unseen  -
gad7        9       one-open   -        -           partly  help    -
gad7        15      one-open   concern  score_soon  carry   help    -
gad7        3       three-open -        -           partly  help    -
who5        0       -          -        -           hard    -       offered whooley
who5        7       -          -        -           hard    -       offered whooley
who5        8       -          -        -           thanks  -       -
who5        12      -          -        -           thanks  -       -
who5        13      -          -        -           thanks  -       -
who5        25      -          -        -           thanks  -       -
who5        15      fallen     -        -           hard    -       offered whooley
who5        12      one-open   -        -           thanks  -       -
"""
"""WHO-5 in raw points, a quarter of its score: 28 is 7, 50 is 12. `-open`: so many questions passed over. `fallen`: the
second result in a row ten points or more below the one before. `harm-birth`: a birth in the last six weeks; `harm-lows`:
two low faces in a row before."""
ROWS = [tuple(line.split(maxsplit=7)) for line in TABLE.strip().splitlines()[1:]]


def spread(items: int, most: int, points: int) -> list[int | None]:
    """So many points over so many items."""
    found: list[int | None] = []
    for left in range(items, 0, -1):
        value = min(most, -(-points // left))
        found.append(value)
        points -= value
    assert points == 0
    return found


def answers(instrument: str, points: int, special: str) -> list[int | None]:
    items, most = ITEMS[instrument]
    if instrument == "whooley":
        worry = [1 if special == "worry" else 0]
        return ([None, points] if special == "one-open" else [*spread(2, 1, points)]) + worry
    if instrument == "phq9" and special in {"one-open", "three-open"}:
        left = 1 if special == "one-open" else 3
        return [*[None] * left, *spread(8 - left, most, points), 0]
    if instrument == "phq9":
        harm = {"-": 0, "harm-open": None}.get(special, int(special[-1]) if special[-1].isdigit() else 1)
        return [*spread(8, most, points - (harm or 0)), harm]
    left = {"one-open": 1, "three-open": 3}.get(special, 0)
    given = spread(items - left, most, points)
    return [*[None] * left, *given]


def someone(language: str, special: str) -> Walker:
    her = member(language, LIBRARY)
    if special == "harm-birth":
        with_person(with_profile(her, child="2026-02"), stage="child")
    if special == "harm-lows":
        with_profile(her, lows=2)
    if special == "fallen":
        before = [(MORNING - timedelta(weeks=weeks), score) for weeks, score in ((8, 80), (4, 64))]
        with_profile(her, checked=tuple(Checked(of="who5", at=at, score=score) for at, score in before))
    return her


def said(her: Walker, *keys: str) -> str:
    return "\n\n".join(LIBRARY.text(her.person.language, f"screening.{key}") for key in keys)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("row", ROWS, ids=" ".join)
def test_each_line_of_the_table(row: tuple[str, ...], language: str) -> None:
    instrument, points, special, level, category, words, asked, then = row
    her = someone(language, special)
    screened.begins(her, instrument)
    screened.answers(her, answers(instrument, int(points), special))
    case = her.case
    told = ("-", "-") if case is None else (case.level, case.category)
    assert told == (level, category)
    if asked == "dying":
        assert her.kept.places[-1].question == "dying"
        if words != "harm":
            her.quietly().taps(LIBRARY.text(language, "safety.no"))
    got = [text for text in her.unheard if text.startswith(said(her, words))]
    assert got, her._story(f"she did not hear screening.{words}")
    open_now = her.kept.places[-1].question if her.kept.places else "-"
    wanted = {"dying": "dying" if words == "harm" else None}.get(asked, asked)
    if then.startswith("offered") and asked == "-":
        wanted = "offer"
    if wanted is not None:
        assert open_now == wanted
    if open_now == "help":
        assert got[-1] == said(her, words, "help")
        her.taps(LIBRARY.text(language, "word.no"))
    if then.startswith("offered"):
        place = her.kept.places[-1]
        assert (place.question, place.about.partition(":")[0]) == ("offer", then.split()[1])
    owed = tuple(step.partition(":")[0] for step in her.person.profile.owed)
    assert owed == ((then.split()[1],) if then != "-" else ())


LEFT = """
instrument  answered  points  level    category    band  owed
whooley     1         0       -        -           -     -
whooley     1         1       -        -           -     phq9
whooley     2         0       -        -           no    -
whooley     2         1       -        -           yes   phq9
phq9        1         3       -        -           -     -
phq9        5         9       -        -           -     -
phq9        5         10      concern  score       -     -
phq9        5         12      concern  score       -     -
phq9        5         15      concern  score_soon  -     -
phq9        8         19      concern  score_soon  -     -
phq9        7         20      urgent   score       -     -
gad7        4         9       -        -           -     -
gad7        4         10      concern  score       -     -
gad7        6         15      concern  score_soon  -     -
gad7        6         18      concern  score_soon  -     -
who5        4         0       -        -           -     -
"""
"""Left half-done: so many questions from the first on `answered`, with so many points, and no more. What these points
reach by themselves follows, whatever the others would have been: an hour later where they call a person, and for good
once the check-in is over (its weeks have passed, she stopped, she hid). `band` is kept only where all that counts was
answered; `owed`: what comes at a later push. GAD-7 reaches 20 with its last question alone. An answer about dying, and
the safety question, are never waiting: they act with the tap."""
LEFT_ROWS = [tuple(line.split()) for line in LEFT.strip().splitlines()[1:]]
ENDS = {
    "its weeks pass": lambda her: her.waits(days=31).says("/menu"),
    "nothing of hers comes, and its weeks pass": lambda her: her.is_due("left").is_due("left"),
    "she stops": lambda her: her.says("/stop"),
    "she hides": lambda her: her.says("/hide"),
    "another one takes its place": lambda her: screened.begins(her, "who5" if her.of != "who5" else "gad7"),
}


def leaves(row: tuple[str, ...], language: str = "en") -> Walker:
    """She answers so far, and no further."""
    instrument, answered, points = row[0], int(row[1]), int(row[2])
    her = member(language, LIBRARY)
    screened.begins(her, instrument, "open", "week_12")
    most = ITEMS[instrument][1]
    screened.answers(her, spread(answered, most, points))
    return her


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("row", LEFT_ROWS, ids=" ".join)
def test_each_line_of_what_is_left_half_done(row: tuple[str, ...], end: str) -> None:
    instrument, answered, _, level, category, band, owed = row
    her = leaves(row)
    assert her.case is None, "nothing is told while she may go on"
    vars(her)["of"] = instrument
    ENDS[end](her)
    case = her.case
    assert (("-", "-") if case is None else (case.level, case.category)) == (level, category)
    done = her.person.profile.checked[-1]
    assert (done.of, done.band or "-", done.answered) == (instrument, band, int(answered))
    result = screened.kept(her)[f"{instrument}.result"]
    assert result["left"] is True
    assert (result["answered"], result["score"] is None) == (int(answered), band == "-")
    assert len([name for name in screened.kept(her) if name.startswith(f"{instrument}.")]) == int(answered) + 1
    assert [step.partition(":")[0] for step in her.person.profile.owed] == [one for one in [owed] if one != "-"]


@pytest.mark.parametrize("row", [row for row in LEFT_ROWS if row[3] != "-"], ids=" ".join)
def test_what_calls_a_person_does_not_wait_for_more_than_an_hour_and_she_may_go_on(row: tuple[str, ...]) -> None:
    her = leaves(row).quietly()
    begun = her.now
    her.is_due("left").hears()
    assert (her.now - begun).total_seconds() == 3600
    assert her.case is not None
    assert (her.case.level, her.case.category) == (row[3], row[4])
    instrument, answered, points = row[:3]
    assert LIBRARY.text("ru", "desk.why.left") in her.kept.lines[0].text
    assert f"{answered} из {len(LIBRARY.instruments[instrument].structure.counted)}" in her.kept.lines[0].text
    assert f"{points} из" in her.kept.lines[0].text
    if int(answered) + 1 == ITEMS[instrument][0]:
        return  # the next answer is the last, and it is counted as a whole
    flags, number = len(her.kept.lines), her.case.number
    screened.answers(her, [0])
    her.waits(days=31).says("/menu")
    assert (her.case.number, len(her.kept.lines)) == (number, flags + ("/menu" in her.kept.lines[-1].text)), "told once"
    assert her.kept.places == []


def test_nothing_is_left_of_one_that_was_not_begun_or_that_came_to_its_end() -> None:
    for said, asked in (([], "whooley.1"), ([0, 0, 0], "dying")):
        her = member("en", LIBRARY)
        screened.answers(screened.begins(her, "whooley"), said)
        assert her.kept.places[-1].question == asked
        had = len(her.beside)
        her.waits(days=31).says("/stop")
        assert [effect for effect in her.beside[had:] if isinstance(effect, Keep)] == []
        assert her.person.profile.owed == ()


def test_what_followed_from_an_answer_of_hers_and_was_left_is_put_once_more_and_no_third_time() -> None:
    for how in ("offer", "knock"):
        her = member("en", LIBRARY)
        screened.begins(her, "phq9", how, "whooley").waits(days=15).says("/menu")
        assert her.person.profile.owed == ("phq9:again",)
        screened.begins(her, "phq9", how, "again")
        with_profile(her, owed=())
        her.waits(days=15).says("/menu")
        assert her.person.profile.owed == ()


def test_who_asks_to_be_forgotten_is_told_to_nobody() -> None:
    her = leaves(("phq9", "7", "20"))
    her.says("/delete").taps("Yes, delete it").is_due("delete")
    assert her.case is None


def test_every_band_of_every_instrument_has_its_line() -> None:
    bands = {(id, band.id) for id, one in LIBRARY.instruments.items() for band in one.structure.bands}
    assert bands <= {*follow.ROWS}
    reached = {(row[0], band_reached(row)) for row in ROWS}
    assert bands <= reached
    for row in follow.ROWS.values():
        assert not row.then or row.then in LIBRARY.instruments
        assert (row.category in aims.SOON) == (row.category == follow.SCORE_SOON)


def band_reached(row: tuple[str, ...]) -> str:
    structure = LIBRARY.instruments[row[0]].structure
    points = int(row[1]) * structure.times
    if row[2].endswith("open"):
        return ""
    return next(band.id for band in structure.bands if band.least <= points <= band.most)


# -- no score is ever called fine --------------------------------------------------------------------------------------

WORDS = ("thanks", "partly", "hard", "carry", "harm", "no_ok", "begin", "offer", "later_ok")
CLINICAL = {
    "en": (
        "depress",
        "anxiety",
        "score",
        "mild",
        "moderate",
        "severe",
        "normal",
        "fine",
        "healthy",
        "nothing to worry",
    ),
    "ru": ("депресс", "тревожн", "балл", "лёгк", "умерен", "выражен", "норма", "в порядке", "здоров"),
    "tg": ("депресс", "хол ", "сабук", "миёна", "шадид", "муқаррар", "солим", "хуб аст", "ҳамааш хуб"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_of_hers_names_a_band_or_calls_a_result_fine(language: str) -> None:
    for key in WORDS:
        text = LIBRARY.texts[language][f"screening.{key}"]
        for form in [text] if isinstance(text, str) else text.values():
            assert not [word for word in CLINICAL[language] if word in form.casefold()], (key, form)


# -- instruments from outside ------------------------------------------------------------------------------------------


PLUGGED = (
    ("below", "none", "screening.thanks"),
    ("watch", "watch", "screening.hard"),
    ("concern", "concern", "screening.carry"),
    ("soon", "concern", "screening.carry"),
    ("urgent", "urgent", "screening.carry"),
)


@pytest.mark.parametrize(("band", "level", "words"), PLUGGED)
def test_a_band_of_a_plug_in_says_itself_what_follows(band: str, level: str, words: str) -> None:
    row = follow.PLUGGED[band]
    assert (row.level, row.words) == (level, words)
    assert (row.category in aims.SOON) == (band == "soon")
