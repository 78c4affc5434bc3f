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
