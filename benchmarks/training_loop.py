"""How much of a bare PyTorch loop's speed the training loop keeps.

    python benchmarks/training_loop.py [--out FILE]

The same network, loss, optimizer, batches and data (in memory) are trained by a loop of a few lines and by
`nikti.deep.train`, in turn, several times in one process. The product's loop has its progress and
checkpoints on; its augmentation, which the bare loop lacks, is measured apart. One thread, processor
seconds, so that a busy machine disturbs little.
"""

from __future__ import annotations

import argparse
import importlib
import json
import platform
import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F

from nikti.core.inputs import Stack
from nikti.deep import schedule
from nikti.deep.encoders import image
from nikti.deep.samples import encoded
from nikti.deep.train import train

HERE = Path(__file__).resolve().parent

#: network, width of the images, channels, images, epochs
CASES = (("small_cnn", 28, 1, 2048, 2), ("mlp", 28, 1, 8192, 4), ("small_cnn", 8, 1, 8192, 4))
REPEATS = 5
BATCH = 128
CLASSES = 10


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "results" / "training_loop.json")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    rows = [measure(*case, given.repeats) for case in CASES]
    machine = {
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "threads": 1,
    }
    given.out.write_text(json.dumps({"machine": machine, "rows": rows}, indent=1))
    print(f"{'network':<10}{'px':>4}{'bare':>10}{'nikti':>10}{'ratio':>8}{'augmented':>11}")
    for row in rows:
        speeds = (
            f"{row['bare']:>10.0f}{row['nikti']:>10.0f}{row['ratio']:>8.3f}{row['augmented_ratio']:>11.3f}"
        )
        print(f"{row['network']:<10}{row['size']:>4}{speeds}")
    print(f"images per CPU-second, one thread; written to {given.out}")


def measure(name: str, size: int, channels: int, n: int, epochs: int, repeats: int) -> dict:
    """Median images per CPU-second of both loops, and the median ratio of neighbouring runs."""
    network = importlib.import_module(f"nikti.deep.networks.image_classification.{name}")
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (n, size, size, channels), dtype=np.uint8)
    targets = rng.integers(0, CLASSES, n)
    recipe = schedule.recipe(network.RECIPE, {"batch": BATCH})
    encoder = image.fit(Stack(pixels), seed=0, options={})

    def build():
        return network.build(encoder.shape, CLASSES)

    bare(build, encoder, pixels, targets, 1, recipe)  # warms both: kernels, memory
    found = []
    for _ in range(repeats):
        seconds = [
            bare(build, encoder, pixels, targets, epochs, recipe),
            product(build, encoder, pixels, targets, epochs, recipe, augment=False),
            product(build, encoder, pixels, targets, epochs, recipe, augment=True),
        ]
        found.append([n * epochs / s for s in seconds])
    speeds = [statistics.median(column) for column in zip(*found, strict=True)]
    ratios = [statistics.median(row[i] / row[0] for row in found) for i in (1, 2)]
    return {
        "network": name,
        "size": size,
        "images": n,
        "bare": speeds[0],
        "nikti": speeds[1],
        "augmented": speeds[2],
        "ratio": ratios[0],
        "augmented_ratio": ratios[1],
        "ratios": [row[1] / row[0] for row in found],
    }


def bare(build, encoder, pixels, targets, epochs, recipe) -> float:
    """CPU seconds of a plain loop over float images that lie ready in memory."""
    torch.manual_seed(0)
    (images,) = encoder.batch(encoder.encode(Stack(pixels)))
    answers = torch.from_numpy(targets)
    network = build().to(memory_format=torch.channels_last).train()
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3, fused=True)
    started = time.process_time()
    for _ in range(epochs):
        for index in torch.randperm(len(images)).split(BATCH):
            loss = F.cross_entropy(
                network(images[index]), answers[index], label_smoothing=recipe.label_smoothing
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
    return time.process_time() - started


def product(build, encoder, pixels, targets, epochs, recipe, augment) -> float:
    """CPU seconds of the product's loop, its checkpoints included."""
    samples = encoded(encoder, Stack(pixels), targets)
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        train(
            build,
            encoder,
            samples,
            recipe=replace(recipe, augment=augment),
            epochs=epochs,
            answer="label",
            seed=0,
            device="cpu",
            file=Path(folder) / "training.safetensors",
        )
        return time.process_time() - started


if __name__ == "__main__":
    main()
