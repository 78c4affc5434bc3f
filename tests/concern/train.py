"""Learns the weights of the second ear from the sentences rules are written by: python -m tests.concern.train.

Needs scikit-learn (`pip install .[train]`). Writes content/concern/signs.json. The sentences set aside are not read.
The threshold is where, in sentences left out while learning, at most so many harmless ones would be flagged.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline, make_union
from sklearn.preprocessing import Normalizer

from flows.concern.signs import phrases, pieces
from flows.concern.spelling import even

HERE = Path(__file__).parent
TARGET = HERE.parents[1] / "content" / "concern" / "signs.json"
ORDINARY, HARD = 0.015, 0.06
"""Shares of ordinary and of hard harmless sentences that may be flagged, left out while learning."""
SMALLEST = 0.25
"""Weights of categories below this are left out of the file."""


def main() -> None:
    """Learn, and write the weights down."""
    ones = [json.loads(line) for path in sorted(HERE.glob("dev_*.jsonl")) for line in path.open(encoding="utf-8")]
    texts = [even(one["text"], "cyrillic").words for one in ones]
    worrying = np.array([one["kind"] in {"red", "lower"} for one in ones])
    left_out = cross_val_predict(_model(3.0), texts, worrying, cv=5, method="decision_function")
    threshold = max(
        float(np.quantile(left_out[[one["kind"] == kind for one in ones]], 1 - share))
        for kind, share in (("ordinary", ORDINARY), ("hard", HARD))
    )
    weights, [bias] = _learnt(_model(3.0).fit(texts, worrying))
    grave = [
        (words, one["category"]) for words, one in zip(texts, ones, strict=True) if one["kind"] in {"red", "lower"}
    ]
    kinds = _model(10.0).fit([words for words, _ in grave], [category for _, category in grave])
    by_kind, biases = _learnt(kinds, SMALLEST)
    names = list(kinds[-1].classes_)
    found = {
        "bias": round(bias, 3),
        "threshold": round(threshold, 3),
        "weights": {sign: values[0] for sign, values in weights.items()},
        "biases": dict(zip(names, (round(value, 2) for value in biases), strict=True)),
        "categories": {
            name: {sign: values[place] for sign, values in by_kind.items() if values[place]}
            for place, name in enumerate(names)
        },
    }
    TARGET.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(ones)} sentences, {len(weights)} signs, threshold {threshold:.2f}: {TARGET.name}\n")


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
