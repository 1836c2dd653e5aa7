"""What unlabelled pictures are worth where few are labelled.

    NIKTI_DATA=folder python benchmarks/few_labels.py [--labels 100 500] [--seeds 5] [--epochs 5]

`nikti pretrain` sees the 20,000 training pictures of `fashion_mnist` without their answers. Then the small
convolutional network learns from a few labelled ones, drawn by each seed: from scratch, tuned from those
weights, and as a linear layer on them frozen. All are scored on the same test pictures; gaps are paired by
seed, with the t interval over seeds (of labels and of training; the pre-training is one).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import tempfile
import time
from pathlib import Path

import numpy as np
import torch
from scipy import stats

from nikti.core.contender import Budget
from nikti.core.data import Data, Options
from nikti.core.inputs import Stack
from nikti.deep import side
from nikti.deep.pretraining.image import make
from nikti.readers._open import open_data
from nikti.tasks.image_classification import TASK

HERE = Path(__file__).resolve().parent
WAYS = ("small_cnn", "small_cnn_pretrained", "small_cnn_frozen")
TESTED = 5000


def main() -> None:
    """Measure and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "results" / "few_labels.json")
    parser.add_argument("--labels", type=int, nargs="+", default=[100, 500])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--epochs", type=int, default=5)
    given = parser.parse_args()
    torch.set_num_threads(1)
    data = TASK.prepare(open_data(Path(os.environ["NIKTI_DATA"]) / "fashion_mnist", Options()))
    train = data.subset(np.flatnonzero(data.split != 2))
    test = data.subset(np.flatnonzero(data.split == 2)[:TESTED])
    with tempfile.TemporaryDirectory() as place:
        started = time.process_time()
        make(train.inputs, Path(place), name="small_cnn", epochs=given.epochs, device="cpu", threads=1)
        seconds = time.process_time() - started
        print(
            f"pre-trained on {len(train):,} pictures, {given.epochs} passes: {seconds:.0f} CPU-seconds",
            flush=True,
        )
        rows = [scores(train, test, place, n, given.seeds) for n in given.labels]
    found = {
        "processor": platform.processor() or platform.machine(),
        "unlabelled": len(train),
        "epochs": given.epochs,
        "pretrain_cpu_seconds": seconds,
        "tested": len(test),
        "rows": rows,
    }
    given.out.write_text(json.dumps(found, indent=1))


def scores(train: Data, test: Data, weights: str, n: int, seeds: int) -> dict:
    """Accuracy of each way with n labels, one number per seed, and the gaps to scratch."""
    accuracy = {way: [] for way in WAYS}
    cpu = dict.fromkeys(WAYS, 0.0)
    for seed in range(seeds):
        rows = np.sort(np.random.default_rng(seed).permutation(len(train))[:n])
        few = Data(train.name, "image", Stack(np.ascontiguousarray(train.inputs.take(rows).array())),
                   train.targets[rows], classes=train.classes)  # fmt: skip
        for way in WAYS:
            started = time.process_time()
            model = side.contender(way, TASK, {"pretrained": weights}).fit(
                TASK, few, inner=[], seed=seed, budget=Budget(), progress=lambda fraction, text: None
            )
            cpu[way] += (time.process_time() - started) / seeds
            accuracy[way].append(float((model.predict(test.inputs) == test.targets).mean()))
    row = {"labels": n, "accuracy": accuracy, "fit_cpu_seconds": cpu, "gaps": {}}
    for way in WAYS:
        mean, low, high = interval(accuracy[way])
        print(
            f"{n:>5} labels  {way:<22}{mean:.3f} ({low:.3f} to {high:.3f})  {cpu[way]:.1f} CPU-s a fit",
            flush=True,
        )
    for way in WAYS[1:]:
        gap = interval(np.subtract(accuracy[way], accuracy[WAYS[0]]))
        row["gaps"][way] = gap
        print(f"{'':>13}{way} - {WAYS[0]}: {gap[0]:+.3f} ({gap[1]:+.3f} to {gap[2]:+.3f})", flush=True)
    return row


def interval(values: list[float] | np.ndarray) -> tuple[float, float, float]:
    """(mean, low, high) of the 95% t interval."""
    mean, error = float(np.mean(values)), float(stats.sem(values))
    reach = error * float(stats.t.ppf(0.975, len(values) - 1))
    return mean, mean - reach, mean + reach


if __name__ == "__main__":
    main()
