"""How fast pictures are read, and whether the stored ones keep a network fed.

    python benchmarks/decoding.py [--out FILE] [--repeats N]

Generated JPEGs are decoded by Pillow alone, by OpenCV and by `nikti.core.images.decode` (which also turns
them by EXIF, lays transparency over white and refuses what is damaged), in turn, several times in one
process: images per processor second, so that a busy machine disturbs little. `probe` is what a reader
does to see that a file is whole; `stored` is the whole way from files to a stored data set of 64 px, in
threads, per processor second and per second.

Then small networks are trained on a stored data set (a memory map), and it is measured which share of the
time passes in getting a batch (from the map, as floats) and in changing it (augmentation).
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import torch
from PIL import Image

from nikti.core import catalogue, images
from nikti.core.data import Data
from nikti.core.inputs import ImageFiles
from nikti.deep import schedule
from nikti.deep.encoders import image
from nikti.deep.samples import Samples, encoded
from nikti.deep.train import train
from nikti.storage import cache

HERE = Path(__file__).resolve().parent

#: (width, height) of the pictures and how many of each: thumbnails, web pictures, phone photos.
SIZES = (((160, 120), 120), ((640, 480), 40), ((2016, 1512), 4))
REPEATS = 5
STORED = 64
#: network, side of the stored pictures, channels, pictures
FED = (("mlp", 28, 1, 4096), ("small_cnn", 28, 1, 1024), ("small_cnn", 48, 3, 512), ("resnet", 64, 3, 128))


def main() -> None:
    """Measure and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=HERE / "results" / "decoding.json")
    parser.add_argument("--repeats", type=int, default=REPEATS)
    given = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    decoding = [speeds(size, count, given.repeats) for size, count in SIZES]
    feeding = [fed(*case) for case in FED]
    machine = {
        "processor": platform.processor() or platform.machine(),
        "torch": torch.__version__,
        "threads": 1,
    }
    machine |= {"pillow": Image.__version__, "opencv": cv2.__version__}
    given.out.write_text(json.dumps({"machine": machine, "decoding": decoding, "feeding": feeding}, indent=1))
    for row in decoding:
        print(
            f"{row['width']:>5} x {row['height']:<5}", *(f"{k} {v:>8.0f}" for k, v in row["speeds"].items())
        )
        print(" " * 13, f"of Pillow's speed {row['to_pillow']:.3f}, of OpenCV's {row['to_opencv']:.3f}")
    for row in feeding:
        shares = f"batch {row['batch']:.1%}, augmentation {row['augment']:.1%}"
        print(f"{row['network']:<10}{row['size']:>4} px: {shares}")
    print(f"images per CPU-second, one thread; shares of training time; written to {given.out}")


def speeds(size: tuple[int, int], count: int, repeats: int) -> dict:
    """Median images per CPU-second of each way, and the median ratios of neighbouring runs."""
    with tempfile.TemporaryDirectory() as place:
        paths = jpegs(Path(place), size, count)
        ways: dict[str, Callable[[Path], object]] = {
            "pillow": lambda path: np.asarray(Image.open(path).convert("RGB")),
            "nikti": images.decode,
            "opencv": lambda path: cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB),
            "probe": images.probe,
        }
        for way in ways.values():
            way(paths[0])
        rounds = [{name: pace(way, paths) for name, way in ways.items()} for _ in range(repeats)]
        stored = [storing(paths, Path(place) / f"stored-{number}") for number in range(repeats)]
    return {
        "width": size[0],
        "height": size[1],
        "images": count,
        "speeds": {name: statistics.median(r[name] for r in rounds) for name in ways},
        "to_pillow": statistics.median(r["nikti"] / r["pillow"] for r in rounds),
        "to_opencv": statistics.median(r["nikti"] / r["opencv"] for r in rounds),
        "stored_per_cpu_second": statistics.median(per_cpu for per_cpu, _ in stored),
        "stored_per_second": statistics.median(per_second for _, per_second in stored),
    }


def pace(way: Callable[[Path], object], paths: list[Path]) -> float:
    """Images per CPU-second."""
    started = time.process_time()
    for path in paths:
        way(path)
    return len(paths) / (time.process_time() - started)


def storing(paths: list[Path], home: Path) -> tuple[float, float]:
    """(images per CPU-second, images per second) from files to a stored data set."""
    data = Data(
        "x", "image", ImageFiles(paths, images.decode), np.zeros(len(paths), np.int64), classes=("a",)
    )
    cpu, wall = time.process_time(), time.perf_counter()
    cache.store(data, home, STORED)
    return len(paths) / (time.process_time() - cpu), len(paths) / (time.perf_counter() - wall)


def jpegs(folder: Path, size: tuple[int, int], count: int) -> list[Path]:
    """Photo-like pictures: smooth colours with edges and grain, quality 90 as cameras and editors write."""
    rng = np.random.default_rng(0)
    paths = []
    for number in range(count):
        rough = rng.integers(0, 255, (12, 16, 3), dtype=np.uint8)
        picture = cv2.resize(rough, size, interpolation=cv2.INTER_CUBIC).astype(np.int16)
        cv2.circle(picture, (size[0] // 2, size[1] // 2), size[1] // 4, rng.integers(0, 255, 3).tolist(), -1)
        picture = np.clip(picture + rng.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)
        paths.append(folder / f"{number}.jpg")
        Image.fromarray(picture).save(paths[-1], quality=90)
    return paths


def fed(name: str, size: int, channels: int, n: int) -> dict:
    """Shares of the training time that pass in getting batches and in changing them."""
    network = catalogue.load("deep/networks/image_classification", name)
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as place:
        pixels = rng.integers(0, 255, (n, size, size, channels), dtype=np.uint8)
        np.save(Path(place) / "inputs.npy", pixels)
        stored = cache.Stack(np.load(Path(place) / "inputs.npy", mmap_mode="r")).take(np.arange(n))
        encoder = Timed(image.fit(stored, seed=0, options={}))
        samples = encoded(encoder, stored, rng.integers(0, 10, n))
        samples = TimedSamples(samples.tensors, samples.rows, samples.targets)
        object.__setattr__(samples, "clock", encoder.clock)
        started = time.process_time()
        train(
            lambda: network.build(encoder.shape, 10),
            encoder,
            samples,
            recipe=schedule.recipe(network.RECIPE),
            epochs=2,
            answer="label",
            seed=0,
            device="cpu",
        )
        total = time.process_time() - started
    clock = encoder.clock
    return {"network": name, "size": size, "images": n} | {what: clock[what] / total for what in clock}


class Timed:
    """An encoder whose batches and changes are timed."""

    def __init__(self, encoder):
        self.encoder, self.clock = encoder, {"batch": 0.0, "augment": 0.0}

    def __getattr__(self, name):
        return getattr(self.encoder, name)

    def batch(self, tensors):
        return _timed(self.clock, "batch", self.encoder.batch, tensors)

    def augment(self, batch, generator):
        return _timed(self.clock, "augment", self.encoder.augment, batch, generator)


class TimedSamples(Samples):
    """Samples whose reading from the memory map is timed too."""

    def gather(self, rows, device):
        return _timed(self.clock, "batch", super().gather, rows, device)


def _timed(clock, what, does, *words):
    started = time.process_time()
    found = does(*words)
    clock[what] += time.process_time() - started
    return found


if __name__ == "__main__":
    main()
