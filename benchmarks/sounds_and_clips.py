"""How fast sounds are measured and clips are read, beside bare libraries; SOUND.md and VIDEO.md.

    python benchmarks/sounds_and_clips.py [--repeats 5]

Features: clips of 5 s at 16 kHz, one thread, seconds of sound for each second of the processor. Decoding:
generated clips of 2 s at 25 frames a second are read to the end by OpenCV alone, and by
`nikti.core.clips.decode`, which picks 16 frames and makes them small; in turn, in one process, median of the
ratios of neighbouring runs.
Writes results/sounds_and_clips.json and both pages, with the whole runs of results/real_data.json.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import real_data

from nikti.core import catalogue, clips
from nikti.core.sounds import RATE

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "sounds_and_clips.json"

SECONDS, SOUNDS = 5, 20
#: (width, height) and codec of the clips that are read, and how many.
FILMS = (((320, 240), "mp4v"), ((640, 480), "mp4v"), ((640, 480), "MJPG"))
COUNT, FRAMES = 4, 50

SOUND_SETS = ("esc10", "bangla_spoken_digits")
CLIP_SETS = ("fight_clips", "fir_room_actions")


def features(repeats: int) -> dict[str, float]:
    """{feature: seconds of sound measured in a second of the processor}, the median."""
    rng = np.random.default_rng(0)
    time_axis = np.arange(SECONDS * RATE) / RATE
    tones = np.sin(2 * np.pi * rng.uniform(100, 2000, SOUNDS)[:, None] * time_axis)
    sounds = (0.3 * tones + 0.05 * rng.normal(size=tones.shape)).astype(np.float32)
    found = {}
    for name in catalogue.names("classical/features/sound"):
        measure = catalogue.load("classical/features/sound", name).measure
        spent = [_processor(lambda measure=measure: measure(sounds)) for _ in range(repeats)]
        found[name] = SOUNDS * SECONDS / statistics.median(spent)
    return found


def decoding(repeats: int) -> list[dict]:
    """For each kind of film: milliseconds of the processor by either, and the median ratio of neighbours."""
    found = []
    with tempfile.TemporaryDirectory() as folder:
        for (width, height), codec in FILMS:
            paths = [_film(Path(folder), number, width, height, codec) for number in range(COUNT)]
            bare, ours = [], []
            for _ in range(repeats):
                bare.append(_processor(lambda paths=paths: [_read(path) for path in paths]))
                ours.append(_processor(lambda paths=paths: [clips.decode(path) for path in paths]))
            ratio = statistics.median(b / a for a, b in zip(bare, ours, strict=True))
            found.append(
                {
                    "film": f"{width} x {height}, {codec}",
                    "bare_ms": 1000 * statistics.median(bare) / COUNT,
                    "nikti_ms": 1000 * statistics.median(ours) / COUNT,
                    "ratio": ratio,
                }
            )
    return found


def _film(folder: Path, number: int, width: int, height: int, codec: str) -> Path:
    path = folder / f"{width}-{number}.{'mp4' if codec == 'mp4v' else 'avi'}"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter_fourcc(*codec), 25, (width, height))
    rng = np.random.default_rng(number)
    picture = cv2.resize(rng.integers(0, 255, (12, 16, 3), dtype=np.uint8), (width, height))
    for moment in range(FRAMES):
        writer.write(np.roll(picture, 3 * moment, axis=1))
    writer.release()
    return path


def _read(path: Path) -> int:
    capture, count = cv2.VideoCapture(str(path)), 0
    while capture.read()[0]:
        count += 1
    capture.release()
    return count


def _processor(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def runs(names: tuple[str, ...]) -> str:
    """The whole runs of these sets, as in RESULTS.md."""
    kept = json.loads(real_data.RESULTS.read_text())
    chosen = {key: entry for key, entry in kept.items() if key.split("@")[0] in names}
    return real_data.table(chosen) if chosen else "None was measured yet."


def write_pages(found: dict) -> None:
    """SOUND.md and VIDEO.md."""
    rows = "\n".join(f"| {name} | {speed:,.0f} |" for name, speed in found["features"].items())
    whole = 1 / sum(1 / speed for speed in found["features"].values())
    sound = f"""# Sounds

Made by `python benchmarks/sounds_and_clips.py` ({found["machine"]}, one thread).

## Hand-made features

Seconds of sound for each second of the processor; {SOUNDS} clips of {SECONDS} s, median of
{found["repeats"]} times.

| feature | times real time |
|---|---|
{rows}
| all of them | {whole:,.0f} |

## Whole runs on real data

esc10 with its own five folds as groups, bangla_spoken_digits by speaker; columns as in RESULTS.md.

{runs(SOUND_SETS)}
"""
    films = "\n".join(
        f"| {one['film']} | {one['bare_ms']:.1f} | {one['nikti_ms']:.1f} | {one['ratio']:.2f} |"
        for one in found["decoding"]
    )
    video = f"""# Clips

Made by `python benchmarks/sounds_and_clips.py` ({found["machine"]}, one thread).

## Reading

Milliseconds of the processor for a clip of {FRAMES} frames: read to its end by OpenCV alone; and by nikti,
which picks {clips.FRAMES} frames and makes them small.

| clip | OpenCV alone | nikti | ratio |
|---|---|---|---|
{films}

## Whole runs on real data

fight_clips by source, fir_room_actions by session; columns as in RESULTS.md.

{runs(CLIP_SETS)}
"""
    (HERE / "SOUND.md").write_text(sound)
    (HERE / "VIDEO.md").write_text(video)


def main() -> None:
    """Measure, and write what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=5)
    repeats = parser.parse_args().repeats
    cv2.setNumThreads(1)
    machine = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    found = {
        **{"machine": machine, "repeats": repeats},
        **{"features": features(repeats), "decoding": decoding(repeats)},
    }
    RESULTS.write_text(json.dumps(found, indent=1))
    write_pages(found)


if __name__ == "__main__":
    main()
