"""What unlabelled texts are worth where few are labelled.

    NIKTI_DATA=folder python benchmarks/few_labels_text.py [--labels 10 30] [--seeds 5] [--epochs 40]

`nikti pretrain` sees the training texts of `banking77` without their answers. Then the small Transformer
learns from a few labelled ones of each class, drawn by each seed: from scratch, tuned from those weights,
and as a linear layer on them frozen; logistic regression on n-grams stands beside. All are scored on the
same test texts; gaps are paired by seed, with the t interval over seeds.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from scipy import stats

from nikti.classical import side as classical
from nikti.core.contender import Budget
from nikti.core.data import Data, Options
from nikti.deep import side as deep
from nikti.deep.pretraining.text import make
from nikti.readers._open import open_data
from nikti.tasks.text_classification import TASK

HERE = Path(__file__).resolve().parent
WAYS = ("transformer", "transformer_pretrained", "transformer_frozen", "logistic_regression")


def main() -> None:
    """Measure and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "results" / "few_labels_text.json")
    parser.add_argument("--labels", type=int, nargs="+", default=[10, 30], help="of each class")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, help="of pre-training; by the number of texts if left out")
    parser.add_argument("--unlabelled", type=int, help="texts to pre-train on; all if left out")
    given = parser.parse_args()
    torch.set_num_threads(1)
    data = TASK.prepare(open_data(Path(os.environ["NIKTI_DATA"]) / "banking77", Options()))
    train, test = (data.subset(np.flatnonzero(rows)) for rows in (data.split != 2, data.split == 2))
    found = {"tested": len(test), "rows": []}
    with tempfile.TemporaryDirectory() as place:
        began = time.process_time()
        texts = list(train.inputs)[: given.unlabelled]
        made = make(texts, Path(place), name="transformer", epochs=given.epochs, device="cpu", threads=1)
        found |= {"pretrain_cpu_seconds": time.process_time() - began, "pretrained": made}
        print(
            f"{made['texts']} texts, {made['epochs']} passes: {found['pretrain_cpu_seconds']:.0f} CPU-seconds"
        )
        for labels in given.labels:
            found["rows"].append(scores(train, test, place, labels, given.seeds))
            given.out.write_text(json.dumps(found, indent=1))


def scores(train: Data, test: Data, weights: str, labels: int, seeds: int) -> dict:
    """Accuracy of each way, one number per seed, and the gaps to scratch."""
    accuracy: dict[str, list[float]] = {way: [] for way in WAYS}
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(train))
        codes = range(len(train.classes))
        few = train.subset(
            np.sort(np.concatenate([order[train.targets[order] == c][:labels] for c in codes]))
        )
        for way in WAYS:
            side = classical if way == WAYS[-1] else deep
            model = side.contender(way, TASK, {"pretrained": weights} if side is deep else {}).fit(
                TASK, few, inner=[], seed=seed, budget=Budget(), progress=lambda *a: None
            )
            accuracy[way].append(float((model.predict(test.inputs) == test.targets).mean()))
    gaps = {way: interval(np.subtract(accuracy[way], accuracy[WAYS[0]])) for way in WAYS[1:]}
    for way in WAYS:
        print(
            f"{labels} labels a class  {way:<24}{np.mean(accuracy[way]):.3f}", gaps.get(way, ""), flush=True
        )
    return {"labels": labels, "accuracy": accuracy, "gaps": gaps}


def interval(values: np.ndarray) -> list[float] | None:
    """[mean, low, high] of the 95% t interval; None of a single one."""
    if len(values) < 2:
        return None
    mean, reach = np.mean(values), stats.sem(values) * stats.t.ppf(0.975, len(values) - 1)
    return [float(mean), float(mean - reach), float(mean + reach)]


if __name__ == "__main__":
    main()
