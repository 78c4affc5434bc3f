"""Learns the weights of the second ear: python -m tests.concern.train [--left-out].

Needs scikit-learn (`pip install .[train]`). Writes content/concern/signs.json, from the sentences in this folder and the
examples of rules and guards; the sentences set aside are not read. With `--left-out` it writes nothing, and prints how
well concern hears the sentences rules were not mended by, each file by weights learnt from all the others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Literal, NamedTuple

import msgspec
import numpy as np
import regex
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, vstack
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline, make_pipeline
from sklearn.preprocessing import Normalizer

from content.library import load
from content.schema import Limits, RuleBook, Sign, Signs
from flows import concern
from flows.concern.findings import red
from flows.concern.rules import Rules
from flows.concern.second_ear import WHOLE
from flows.concern.signs import Kinds, SignsOf
from flows.concern.texts import in_all_letters
from tests.concern.figures import HERE, One, heard, lines, tables

TARGET = HERE.parents[1] / "content" / "concern" / "signs.json"
LIMITS = Limits(hear=0.55, doubt=-1.25, sure=4.0, unsure=1.75)
"""Set by hand: so that of sentences left out, and of those set aside, the most is heard for the fewest false alarms."""
UNMENDED = tuple(sorted(HERE.glob("dev_b[c-gi-kn].jsonl")))
"""Files by whose sentences no rule was mended: what rules do with these is what they do with strangers'."""
WORRYING = ("red", "lower")
AT_A_TIME = 2
"""Files left out at a time."""
SEEN = (3, 3, 3, 3)
"""Sentences a piece, a beginning, a group, groups together must stand in to be learnt."""
SHARES = (1.0, 1.0, 1.0, 0.5)
"""What each of these kinds of signs counts: of groups together there are many, and they repeat the groups."""
MET, MISSED, ALTERED = 0.3, 0.1, 0.5
"""What an example that a rule must hear, one it must not, and one run into another or with slips counts beside a sentence that
somebody wrote as a whole."""
RUN_ONS = 5000
"""Sentences run into one: many write without a full stop, and what is grave stands behind a long everyday beginning."""
SLIPS, SLIPPED, SLIPS_FROM, UNSPACED = 8000, 0.33, 4, 0.05
"""Sentences taken again with slips, the share of words that have one, letters from which a word may have it, and the share of
spaces that are left out."""
LAUGHTER = ("😂😂", "😂", "🤣😂", "))", "😅")
FELT, FEELINGS = (
    8000,
    ("😂", "🤣😂", "😅", "))", "😭", "😭😭", "😔", "💔", "🙏", "❤️", "🥺", "!!!", *LAUGHTER, *LAUGHTER),
)
"""Sentences taken again with a sign of feeling behind them, and these signs. Who is in despair may take the laughing face for
one that weeps: it stands there oftener, so that it weighs little."""
LEAST, MOST = 3, 25
"""Words of each."""
SEEDS = (1, 2, 3)
"""What is altered, and how, is drawn by chance: what is learnt is the middle of so many learnings, each by its own seed. One
alone moves by some points from one draw to the next."""
STOPS = regex.compile(r"[.!?\n]+")
LOWER = 2.0
"""What a sentence of a lower level counts where worry is learnt: there are few."""
CLOSE, CLOSER = 0.5, 1.0
"""How closely weights for worry and red, and those of categories, may follow the sentences: the inverse of the strength
of regularisation."""
STEPS = 3000
"""After which fitting gives up."""
LEAST_TELLING = 0.1
"""What a sign that stands as often in one kind of sentence as in the other still counts."""
SMALLEST = 0.2
"""Weights of categories below this are left out of the file."""


class Told(NamedTuple):
    """A sentence by its signs, with what it is."""

    signs: Kinds
    kind: str
    category: str
    counts: float = 1.0
    origin: Literal["written", "example", "altered"] = "written"


def main() -> None:
    """Learn, and write the weights down; or print how well they hear what they were not learnt from."""
    book = load().rules
    rules = concern.compile_rules(msgspec.structs.replace(book, signs=None))
    if "--left-out" in sys.argv[1:]:
        sys.stdout.write(tables(left_out(book, rules)) + "\n")
        return
    paths = sorted(HERE.glob("dev_*.jsonl"))
    written = told(paths, rules)
    learnt = learn(written + examples(book, rules), altered(paths, rules))
    TARGET.write_bytes(msgspec.json.encode(learnt) + b"\n")
    sys.stdout.write(f"{len(written)} sentences: {TARGET.name}\n")


def left_out(book: RuleBook, rules: Rules) -> list[One]:
    """Hear the sentences no rule was mended by, with weights learnt from the others."""
    each = {path: told([path], rules) for path in sorted(HERE.glob("dev_*.jsonl"))}
    shown = examples(book, rules)
    found: list[One] = []
    for first in range(0, len(UNMENDED), AT_A_TIME):
        apart = UNMENDED[first : first + AT_A_TIME]
        rest = [path for path in each if path not in apart]
        learnt = learn([one for path in rest for one in each[path]] + shown, altered(rest, rules))
        found += heard(apart, msgspec.structs.replace(book, signs=learnt))
    return found


def told(paths: Sequence[Path], rules: Rules) -> list[Told]:
    """The sentences of these files."""
    return [Told(_signs(one["text"], rules), one["kind"], one["category"]) for path in paths for one in lines(path)]


def examples(book: RuleBook, rules: Rules) -> list[Told]:
    """The examples of rules, and what must not match and is heard as nothing; so too the examples of guards."""
    every = [(pack.category, rule) for pack in book.packs for rule in pack.file.rules]
    met = [
        (text, "red" if red(rule.level) else "lower", category, MET) for category, rule in every for text in rule.must
    ]
    others = [text for _, rule in every for text in rule.must_not]
    others += [text for file in book.guards.values() for guard in file.guards for text in guard.must]
    harmless = [(text, "hard", "none", MISSED) for text in others if not concern.findings(text, rules)]
    return [Told(_signs(text, rules), *what, origin="example") for text, *what in met + harmless]


def altered(paths: Sequence[Path], rules: Rules) -> list[list[Told]]:
    """Sentences of these files as they come in haste, for each learning: run into one another, with slips of the finger, or
    with a sign of feeling.
    """
    ways = (run_ons, slips, felt)
    return [[one for way in ways for one in way(paths, rules, Random(seed))] for seed in SEEDS]


def run_ons(paths: Sequence[Path], rules: Rules, chance: Random) -> list[Told]:
    """Run sentences of these files into one without a full stop: a harmless one, and by turns a red or a harmless one."""
    every = [one for path in paths for one in lines(path) if LEAST <= len(one["text"].split()) <= MOST]
    harmless = [one for one in every if one["kind"] not in WORRYING]
    by_language = {one["lang"]: [other for other in harmless if other["lang"] == one["lang"]] for one in harmless}
    red_ones = [one for one in every if one["kind"] == "red"]
    found = []
    for number in range(RUN_ONS):
        end = chance.choice(red_ones if number % 2 else harmless)
        text = f"{chance.choice(by_language[end['lang']])['text']} {end['text']}"
        found.append(_again(STOPS.sub(" ", text), end, rules))
    return found


def slips(paths: Sequence[Path], rules: Rules, chance: Random) -> list[Told]:
    """Give sentences of these files again with slips of the finger, one in three words: a letter left out, doubled, or
    before its neighbour.
    """
    every = [one for path in paths for one in lines(path)]
    found = []
    for one in chance.choices(every, k=SLIPS):
        words = (_slip(word, chance) if chance.random() < SLIPPED else word for word in one["text"].split(" "))
        text = "".join(word + ("" if chance.random() < UNSPACED else " ") for word in words)
        found.append(_again(text, one, rules))
    return found


def felt(paths: Sequence[Path], rules: Rules, chance: Random) -> list[Told]:
    """Give sentences of these files again with a sign of feeling behind them: by turns a red or a harmless one."""
    every = [one for path in paths for one in lines(path)]
    by_turns = [[one for one in every if (one["kind"] == "red") is wanted] for wanted in (True, False)]
    ones = (chance.choice(by_turns[number % 2]) for number in range(FELT))
    return [_again(f"{one['text']} {chance.choice(FEELINGS)}", one, rules) for one in ones]


def _again(text: str, one: One, rules: Rules) -> Told:
    return Told(_signs(text, rules), one["kind"], one["category"], ALTERED, origin="altered")


def _slip(word: str, chance: Random) -> str:
    if len(word) < SLIPS_FROM:
        return word
    at = chance.randrange(1, len(word) - 1)
    before, letter, behind = word[:at], word[at], word[at + 1 :]
    return before + chance.choice((behind, 2 * letter + behind, behind[0] + letter + behind[1:]))


def _signs(text: str, rules: Rules) -> Kinds:
    return SignsOf(in_all_letters(text, rules)).whole()


def learn(every: Sequence[Told], altered: Sequence[Sequence[Told]]) -> Signs:
    """Learn what each sign weighs, from every sentence and each of these lots of altered ones in turn: the middle of it."""
    union = _union()
    # Not by what is altered: where two sentences meet stand pairs of words that nobody says.
    union.fit(every)
    rows = union.transform(every)
    names = [sign for _, part in union.transformer_list for sign in part[0].get_feature_names_out()]
    scales = np.concatenate([union.transformer_weights[name] * part[-1].idf_ for name, part in union.transformer_list])
    category = _category(rows, every)
    pairs = [_worry_and_red(vstack([rows, union.transform(lot)]).tocsr(), [*every, *lot]) for lot in altered]
    worry, grave = (np.mean([pair[place].coefs for pair in pairs], axis=0) for place in (0, 1))
    starts = np.mean([[line.start for line in pair] for pair in pairs], axis=0)
    weights = np.vstack([worry, grave, category.coef_]) * scales
    return Signs(
        tuple(category.classes_.tolist()),
        _sign(np.array([*starts, *category.intercept_])),
        {name: _sign(each, SMALLEST) for name, each in zip(names, weights.T, strict=True)},
        LIMITS,
    )


def _category(rows: csr_matrix, every: Sequence[Told]) -> LogisticRegression:
    whole = np.array([one.kind in WORRYING and one.origin == "written" for one in every])
    categories = np.array([one.category for one in every])
    return LogisticRegression(C=CLOSER, max_iter=STEPS).fit(rows[np.flatnonzero(whole)], categories[whole])


def _worry_and_red(rows: csr_matrix, every: Sequence[Told]) -> tuple[Line, Line]:
    """Tell what worries, and what is red."""
    counts = np.array([one.counts for one in every])
    kinds = np.array([one.kind for one in every])
    worry = _two(rows, np.isin(kinds, WORRYING), np.where(kinds == "lower", LOWER, 1.0) * counts)
    grave = _two(rows, kinds == "red", counts)
    # Each speaks for the other: together they tell what worries, and what is red, better than either does alone.
    return (
        Line(worry.coefs + grave.coefs / 2, worry.start + grave.start / 2),
        Line(grave.coefs + worry.coefs, grave.start + worry.start),
    )


def _union() -> FeatureUnion:
    """The four kinds of signs: each sentence's made one long, and what is rare made to weigh more."""
    parts = [(str(place), _part(place, fewest)) for place, fewest in enumerate(SEEN)]
    return FeatureUnion(parts, transformer_weights={str(place): share for place, share in enumerate(SHARES)})


def _part(place: int, fewest: int) -> Pipeline:
    def of(one: Told) -> frozenset[str]:
        return one.signs[place]

    return make_pipeline(
        CountVectorizer(binary=True, analyzer=of, min_df=fewest), Normalizer(), TfidfTransformer(norm=None)
    )


class Line(NamedTuple):
    """What tells two kinds of sentences apart: the weight of each sign, and where to start."""

    coefs: NDArray[np.float64]
    start: float


def _two(rows: csr_matrix, wanted: NDArray[np.bool_], counts: NDArray[np.float64]) -> Line:
    """Tell the wanted sentences from the others.

    Signs that stand oftener in one of them weigh more before anything is fitted (Wang and Manning 2012, "Baselines and
    bigrams"): of sentences left out this hears some four in a hundred red ones more for the same false alarms.
    """
    telling = _telling(rows, wanted, counts)
    fitted = LogisticRegression(C=CLOSE, max_iter=STEPS).fit(rows @ diags(telling), wanted, sample_weight=counts)
    return Line(fitted.coef_[0] * telling, float(fitted.intercept_[0]))


def _telling(rows: csr_matrix, wanted: NDArray[np.bool_], counts: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give how much oftener each sign stands among the wanted than among the others, or the other way round: a logarithm."""
    there = (rows != 0).astype(float)
    among = [there.T @ (counts * kind) + 1 for kind in (wanted, ~wanted)]
    shares = [of_sign / (counts[kind].sum() + 2) for of_sign, kind in zip(among, (wanted, ~wanted), strict=True)]
    return np.abs(np.log(shares[0] / shares[1])) + LEAST_TELLING


def _sign(weights: NDArray[np.float64], smallest: float = 0.0) -> Sign:
    worry, grave, *each = (round(float(weight) * WHOLE) for weight in weights)
    return Sign(worry, grave, tuple((number, one) for number, one in enumerate(each) if abs(one) >= smallest * WHOLE))


if __name__ == "__main__":
    main()
