"""Learns the weights of the second ear from the sentences rules are written by: python -m tests.concern.train.

Needs scikit-learn (`pip install .[train]`). Writes content/concern/signs.json. It learns from the sentences in this
folder and from the examples of rules and guards; the sentences set aside are not read. The thresholds are where, of the
sentences in this folder left out while learning, so many would be heard wrongly.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import Normalizer

from content.library import load
from content.schema import RuleBook
from flows import concern
from flows.concern.findings import red
from flows.concern.signs import phrases, pieces
from flows.concern.spelling import even

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "content" / "concern" / "signs.json"
ORDINARY, HARD = 0.012, 0.08
"""Shares of ordinary and of hard harmless sentences, left out while learning, that `watch` may flag."""
DOUBTED = 0.03
"""Share of red sentences that may be doubted."""
SURE = 0.02
"""Share of hard harmless sentences that may be taken for red."""
WORRYING, RED = {"red", "lower"}, {"red"}
EXAMPLES = 0.5
"""What an example of a rule counts beside a sentence somebody wrote as a whole."""
FOLDS = 5
SMALLEST = 0.25
"""Weights of categories below this are left out of the file."""


class Learnt(NamedTuple):
    """Sentences as words, with what they are."""

    texts: list[list[str]]
    kinds: list[str]
    categories: list[str]

    def only(self, places: Sequence[int]) -> Learnt:
        return Learnt(*([each[place] for place in places] for each in self))

    def __add__(self, other: Learnt) -> Learnt:  # type: ignore[override]
        return Learnt(*(one + more for one, more in zip(self, other, strict=True)))


def main() -> None:
    """Learn, and write the weights down."""
    written, examples = sentences(), from_rules(load().rules)
    worry, red = left_out(written, examples, WORRYING), left_out(written, examples, RED)
    kinds = np.array(written.kinds)
    found = {
        "worry": _one(_fitted(written, examples, WORRYING)),
        "red": _one(_fitted(written, examples, RED)),
        "kinds": _kinds(written),
        "watch": max(_beyond(worry[kinds == "ordinary"], ORDINARY), _beyond(worry[kinds == "hard"], HARD)),
        "doubt": round(float(np.quantile(worry[kinds == "red"], DOUBTED)), 3),
        "sure": _beyond(red[kinds == "hard"], SURE),
    }
    TARGET.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    limits = ", ".join(f"{name} {found[name]:.2f}" for name in ("watch", "doubt", "sure"))
    sys.stdout.write(f"{len(written.texts)} sentences and {len(examples.texts)} examples; {limits}: {TARGET.name}\n")


def sentences(*, besides: Sequence[str] = ()) -> Learnt:
    """Those of this folder that are not set aside, nor in the files named."""
    paths = [path for path in sorted(HERE.glob("dev_*.jsonl")) if path.name not in besides]
    ones = [json.loads(line) for path in paths for line in path.open(encoding="utf-8")]
    return Learnt(
        [_words(one["text"]) for one in ones], *([one[name] for one in ones] for name in ("kind", "category"))
    )


def from_rules(book: RuleBook) -> Learnt:
    """The examples of rules, and what must not match and is heard as nothing; so too the examples of guards."""
    rules = concern.compile_rules(msgspec.structs.replace(book, signs=None))
    every = [(pack.category, rule) for pack in book.packs for rule in pack.file.rules]
    met = [(text, "red" if red(rule.level) else "lower", category) for category, rule in every for text in rule.must]
    others = [text for _, rule in every for text in rule.must_not]
    others += [text for file in book.guards.values() for guard in file.guards for text in guard.must]
    harmless = [(text, "hard", "none") for text in others if not concern.findings(text, rules)]
    texts, kinds, categories = zip(*met, *harmless, strict=True)
    return Learnt([_words(text) for text in texts], list(kinds), list(categories))


def left_out(written: Learnt, examples: Learnt, wanted: AbstractSet[str]) -> NDArray[np.float64]:
    """What each sentence weighs where it was left out while learning."""
    weighed = np.zeros(len(written.texts))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for learnt, rest in folds.split(written.texts, written.kinds):
        model = _fitted(written.only(learnt), examples, wanted)
        weighed[rest] = model.decision_function(written.only(rest).texts)
    return weighed


def _words(text: str) -> list[str]:
    return list(even(text, "cyrillic").words)


def _beyond(weighed: NDArray[np.float64], share: float) -> float:
    """Give the weight beyond which so many are."""
    return round(float(np.quantile(weighed, 1 - share)), 3)


def _fitted(written: Learnt, examples: Learnt, wanted: AbstractSet[str]) -> Pipeline:
    counts = np.repeat([1.0, EXAMPLES], [len(written.texts), len(examples.texts)])
    every = written + examples
    return _model(3.0).fit(
        every.texts, [kind in wanted for kind in every.kinds], logisticregression__sample_weight=counts
    )


def _kinds(written: Learnt) -> dict[str, dict[str, Any]]:
    """Weights of each category, learnt from the worrying sentences."""
    grave = written.only([place for place, kind in enumerate(written.kinds) if kind in WORRYING])
    model = _model(10.0).fit(grave.texts, grave.categories)
    weights, biases = _learnt(model, SMALLEST)
    return {
        name: {"bias": round(bias, 2), "signs": {sign: each[place] for sign, each in weights.items() if each[place]}}
        for place, (name, bias) in enumerate(zip(model[-1].classes_, biases, strict=True))
    }


def _one(model: Pipeline) -> dict[str, Any]:
    weights, [bias] = _learnt(model)
    return {"bias": round(bias, 3), "signs": {sign: each[0] for sign, each in weights.items()}}


def _model(strength: float) -> Pipeline:
    signs = [make_pipeline(_counted(kind, fewest), Normalizer()) for kind, fewest in ((pieces, 3), (phrases, 2))]
    return make_pipeline(make_union(*signs), LogisticRegression(C=strength, max_iter=3000))


def _counted(kind: Callable[[Sequence[str]], Iterable[str]], fewest: int) -> CountVectorizer:
    return CountVectorizer(binary=True, analyzer=lambda words: list(kind(words)), min_df=fewest)


def _learnt(model: Pipeline, smallest: float = 0.0) -> tuple[dict[str, list[float]], list[float]]:
    """Give each sign's weights, one for each class, and the classes' biases."""
    names = [name for _, part in model[0].transformer_list for name in part[0].get_feature_names_out()]
    columns: Any = model[-1].coef_.T
    rounded = {
        name: [round(float(value), 3) if abs(value) >= smallest else 0.0 for value in row]
        for name, row in zip(names, columns, strict=True)
    }
    return rounded, [float(value) for value in model[-1].intercept_]


if __name__ == "__main__":
    main()
