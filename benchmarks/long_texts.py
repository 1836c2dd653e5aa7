"""Whether networks gain from the whole of long texts, or lose nothing by their head and tail.

    NIKTI_DATA=folder python benchmarks/long_texts.py [--read 256 1024/256 1024] [--networks bag]

1,000 movie reviews (314 to 1,376 words, 5th to 95th percentile): each network of the catalogue with its
first setting, trained on the folds' training rows. 256: so many tokens of each text, the middle of longer
ones left out; 1024/256: 1,024 where it answers, and 256 in a row, drawn anew each time, where it learns.
Accuracy, and its gap to the first way, paired by review, each with half the width of its 95% interval.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import torch

from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.data import Options
from nikti.deep.contender import DeepContender
from nikti.protocol.inner import inner_splits
from nikti.readers._open import open_data
from nikti.tasks.text_classification import TASK

HERE = Path(__file__).resolve().parent
FOLDER = "deep/networks/text_classification"


def main() -> None:
    """Measure and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "results" / "long_texts.json")
    parser.add_argument("--read", nargs="+", default=["256", "1024/256", "1024"])
    parser.add_argument("--networks", nargs="+", default=["bag", "text_cnn", "gru", "transformer"])
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--epochs", type=int, help="so many passes, none held out; else as a trial does it")
    given = parser.parse_args()
    torch.set_num_threads(1)
    data = TASK.prepare(open_data(Path(os.environ["NIKTI_DATA"]) / "movie_reviews_long", Options()))
    fold = np.random.default_rng(0).permutation(len(data)) % 5
    found = json.loads(given.out.read_text()) if given.out.exists() else {}
    for name in given.networks:
        losses = {}
        for way in given.read:
            began = time.process_time()
            losses[way] = np.concatenate(
                [lost(data, fold, k, name, way, given.epochs) for k in range(given.folds)]
            )
            seconds = (time.process_time() - began) / given.folds
            row = summary(losses[way], losses[given.read[0]]) | {"cpu_seconds_a_fold": round(seconds, 1)}
            found[f"{name} {way}"] = row
            print(name, way, row, flush=True)
            given.out.write_text(json.dumps(found, indent=1))


def lost(data, fold, k: int, name: str, way: str, epochs: int | None) -> np.ndarray:
    """0 for each test review of a fold that is answered rightly, else 1."""
    file = catalogue.load(FOLDER, name)
    length, _, part = way.partition("/")
    read = {"max_length": int(length), "part": int(part or 0)}
    cut = SimpleNamespace(**{**vars(file), "ENCODER": read})
    contender = DeepContender(name, name, cut, "text", "text_classification", file.TITLE)
    train, test = data.subset(np.flatnonzero(fold != k)), data.subset(np.flatnonzero(fold == k))
    inner = inner_splits(TASK.strata(train.targets), groups=None, times=None, seed=k, folds=1)
    budget = Budget() if epochs is None else Budget(tries=0, params=file.CANDIDATES[0], epochs=epochs)
    model = contender.fit(
        TASK, train, inner=inner if epochs is None else [], seed=k, budget=budget, progress=lambda *a: None
    )
    return (model.predict(test.inputs) != test.targets).astype(float)


def summary(losses: np.ndarray, first: np.ndarray) -> dict[str, float | int]:
    """Accuracy and the gap, each with its half width."""
    gap = first - losses
    reach = 1.96 / np.sqrt(len(losses))
    return {
        "n": len(losses),
        "accuracy": round(float(1 - losses.mean()), 4),
        "accuracy_within": round(float(reach * losses.std()), 4),
        "gap": round(float(gap.mean()), 4),
        "gap_within": round(float(reach * gap.std()), 4),
    }


if __name__ == "__main__":
    main()
