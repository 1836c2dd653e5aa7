"""Detectors and segmenters: how much of a bare PyTorch loop's speed training keeps, and how long a picture
takes from its file to its boxes.

    python benchmarks/detection_speed.py [--out FILE] [--repeats N]

Training: the same network, loss, optimizer, clipping, batches and data (in memory) in a loop of a few lines
and in `nikti.deep.train`, in turn, several times in one process, without augmentation and the running mean
of the weights, which the bare loop lacks. Prediction: JPEG files of 640 x 480, one at a time and together,
through decoding, resizing, the detector and its non-maximum suppression, to boxes in pixels of the file; and
the time of decoding alone. One thread, processor seconds, so that a busy machine disturbs little.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from nikti.core import catalogue, images
from nikti.core.answers import Boxes, Masks
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.inputs import ImageFiles, Stack
from nikti.deep import answers, schedule
from nikti.deep.encoders import image
from nikti.deep.samples import encoded
from nikti.deep.train import train
from nikti.run.request import Request
from nikti.sides import side
from nikti.storage import cache

HERE = Path(__file__).resolve().parent
#: task, network, generated data set, side of the pictures, pictures, batch
TRAINED = (
    ("object_detection", "yolo", "scenes", 192, 32, 16),
    ("object_detection", "ssd", "scenes", 192, 32, 16),
    ("semantic_segmentation", "unet", "blobs", 128, 16, 4),
)
#: side, contender
FINDERS = (("deep", "yolo"), ("deep", "ssd"), ("classical", "hog_svm"))
#: Pictures that the finders learn from, passes of the networks, files that they then look at.
LEARNED, PASSES, LOOKED_AT = 64, 12, 24
FILE = (640, 480)
REPEATS = 5


def main() -> None:
    """Measure and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "results" / "detection_speed.json")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    training = [trained(*case, given.repeats) for case in TRAINED]
    with tempfile.TemporaryDirectory() as folder:
        finding = found(Path(folder), given.repeats)
    for row in training:
        print(f"{row['network']:<8} {row['size']} px: bare {row['bare']:.1f}, nikti {row['nikti']:.1f} "
              f"images per CPU-second, ratio {row['ratio']:.3f}")  # fmt: skip
    for row in finding:
        print(f"{row['contender']:<8} {row['one']:.1f} ms alone, {row['together']:.1f} ms in {row['files']}, "
              f"of it {row['decoding']:.1f} ms decoding; {row['boxes']:.1f} boxes")  # fmt: skip
    machine = {
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "threads": 1,
    }
    measured = {"machine": machine, "repeats": given.repeats, "training": training, "finding": finding}
    given.out.write_text(json.dumps(measured, indent=1))
    (HERE / "DETECTION.md").write_text(page(measured))


def page(measured: dict) -> str:
    """DETECTION.md."""
    lines = ["| network | pixels | bare loop | nikti | ratio |", "|---|---|---|---|---|"]
    for row in measured["training"]:
        speeds = f"{row['bare']:.1f} | {row['nikti']:.1f} | {row['ratio']:.2f}"
        lines.append(f"| {row['network']} | {row['size']} | {speeds} |")
    found = ["| detector | a picture alone | among many | of it decoding | boxes |", "|---|---|---|---|---|"]
    for row in measured["finding"]:
        times = f"{row['one']:.1f} | {row['together']:.1f} | {row['decoding']:.1f} | {row['boxes']:.1f}"
        found.append(f"| {row['contender']} | {times} |")
    machine = f"{measured['machine']['processor']}, torch {measured['machine']['torch']}"
    return f"""# How fast are detectors and segmenters?

`python benchmarks/detection_speed.py` ({machine}; one thread of a busy machine, processor time, medians of
{measured["repeats"]} rounds in one process).

Training, images per CPU-second, beside a plain PyTorch loop with the same network, loss, clipping and
batches:

{chr(10).join(lines)}

From a JPEG file of 640 x 480 to boxes in its pixels (decoding, resizing to 192 px, the detector, non-maximum
suppression), milliseconds a picture:

{chr(10).join(found)}
"""


def pictures(task: Any, name: str, size: int, count: int, folder: str) -> Data:
    """Generated pictures with their answers, made as wide as `size`, stored as a run stores them."""
    data = task.prepare(catalogue.load("datasets", name).load(seed=0).subset(np.arange(count)))
    times = size // data.inputs.sample_shape[0]

    def wider(pixels: np.ndarray) -> np.ndarray:
        return pixels.repeat(times, axis=-3).repeat(times, axis=-2)

    if isinstance(data.targets, Boxes):
        targets = data.targets.scaled(np.full((count, 2), size))
    else:
        targets = Masks([wider(data.targets[row][..., None])[..., 0] for row in range(count)], np.asarray)
    data = replace(data, inputs=Stack(wider(data.inputs.array())), targets=targets)
    return cache.store(data, Path(folder) / "data", size)


def trained(task_name: str, name: str, made: str, size: int, n: int, batch: int, repeats: int) -> dict:
    """Median images per CPU-second of both loops, and the median ratio of neighbouring runs."""
    task = catalogue.load("tasks", task_name).TASK
    network = catalogue.load(f"deep/networks/{task.family}", name)
    answer = answers.of(task.answer)
    with tempfile.TemporaryDirectory() as folder:
        data = pictures(task, made, size, n, folder)
        encoder = image.fit(data.inputs, seed=0, options={})
        targets, _ = answer.learnable(data.targets, data.inputs, encoder)
        params = {k: v for k, v in network.CANDIDATES[0].items() if k not in schedule.RECIPE_FIELDS}
        recipe = replace(schedule.recipe(network.RECIPE, {"batch": batch}), augment=False, ema=0.0)

        def build():
            return network.build(encoder.shape, len(data.classes), **params)

        samples = encoded(encoder, data.inputs, targets)
        loop(build, encoder, samples, answer, recipe)  # warms both: kernels, memory
        rounds = []
        for _ in range(repeats):
            seconds = [loop(build, encoder, samples, answer, recipe)]
            started = time.process_time()
            train(build, encoder, samples, recipe=recipe, epochs=2, answer=task.answer, seed=0, device="cpu",
                  file=Path(folder) / "training.safetensors")  # fmt: skip
            seconds.append(time.process_time() - started)
            rounds.append([2 * n / s for s in seconds])
    bare, nikti = (statistics.median(column) for column in zip(*rounds, strict=True))
    ratio = statistics.median(row[1] / row[0] for row in rounds)
    return {
        "network": name,
        "size": size,
        "images": n,
        "batch": batch,
        "bare": bare,
        "nikti": nikti,
        "ratio": ratio,
    }


def loop(build, encoder, samples, answer, recipe) -> float:
    """CPU seconds of two passes of a plain loop over float images that lie ready in memory."""
    torch.manual_seed(0)
    (ready,) = encoder.batch(samples.gather(samples.rows, "cpu"))
    ready = ready.contiguous(memory_format=torch.channels_last)
    started = time.process_time()
    network = build().to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, fused=True)
    for _ in range(2):
        for rows in torch.randperm(len(ready)).tensor_split(schedule.steps_per_epoch(recipe, len(ready))):
            loss = answer.loss(network, network(ready[rows]), samples.targets[rows], recipe)
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), recipe.clip)
            optimizer.step()
    return time.process_time() - started


def found(folder: Path, repeats: int) -> list[dict]:
    """Median milliseconds a picture of each detector, from JPEG files to boxes."""
    task = catalogue.load("tasks", "object_detection").TASK
    data = pictures(task, "scenes", 192, LEARNED + LOOKED_AT, str(folder))
    paths = []
    for row in range(LEARNED, LEARNED + LOOKED_AT):
        paths.append(folder / f"{row}.jpg")
        cv2.imwrite(str(paths[-1]), cv2.resize(data.inputs[row][..., ::-1], FILE))
    rows = []
    for side_name, name in FINDERS:
        contender = side(side_name).contender(name, task, Request(source=None).options)
        model = contender.fit(task, data.subset(np.arange(LEARNED)), inner=[], seed=0,
                              budget=Budget(epochs=PASSES), progress=lambda fraction, text: None)  # fmt: skip
        model.predict(ImageFiles(paths[:2], images.decode))
        one = timed(lambda m=model: [m.predict(ImageFiles([p], images.decode)) for p in paths], repeats)
        together = timed(lambda m=model: m.predict(ImageFiles(paths, images.decode)), repeats)
        decoding = timed(lambda: [images.decode(path) for path in paths], repeats)
        boxes = len(model.predict(ImageFiles(paths, images.decode)).flat) / len(paths)
        rows.append({"contender": name, "files": LOOKED_AT, "pixels": FILE, "boxes": boxes, "one": one,
                     "together": together, "decoding": decoding})  # fmt: skip
    return rows


def timed(work, repeats: int) -> float:
    """Median CPU milliseconds a picture."""
    seconds = []
    for _ in range(repeats):
        started = time.process_time()
        work()
        seconds.append(time.process_time() - started)
    return 1000 * statistics.median(seconds) / LOOKED_AT


if __name__ == "__main__":
    main()
