"""Does a minute give a real model of each side, on every task and few samples, and does every verb work?

    NIKTI_DATA=... python benchmarks/small_sets.py [NAME ...] [--limit 60s]

Cuts small sets (60 to 800 samples) out of the real data, runs `nikti compare --preset fast` on each as a
user would, looks whether each side's champion learned something (is no floor), and then types every verb that
reads the run. Writes results/small_sets.json and SMALL_SETS.md beside this file.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Contenders that learn nothing of how inputs and answers go together.
FLOORS = ("dummy", "translation_memory")

HERE = Path(__file__).resolve().parent
RESULTS, PAGE = HERE / "results" / "small_sets.json", HERE / "SMALL_SETS.md"


@dataclass(frozen=True)
class Small:
    """A small set: source and flags for `compare`, something new to predict, one sample to explain."""

    source: Path
    new: Path
    flags: list[str] = field(default_factory=list)
    explain: list[str] = field(default_factory=list)


def _table(name: str, rows: int, *flags: str, file: str = "train.csv") -> Callable[[Path, Path], Small]:
    def cut(data: Path, place: Path) -> Small:
        with open(data / name / file, newline="", encoding="utf-8-sig") as handle:
            head, *all_rows = list(csv.reader(handle))
        taken = all_rows[:: max(1, len(all_rows) // rows)][:rows]
        for path, part in ((place / "set.csv", taken), (place / "new.csv", taken[:5])):
            with open(path, "w", newline="", encoding="utf-8") as handle:
                csv.writer(handle).writerows([head, *part])
        return Small(place / "set.csv", place / "new.csv", list(flags))

    return cut


def _lines(name: str, count: int, *flags: str) -> Callable[[Path, Path], Small]:
    def cut(data: Path, place: Path) -> Small:
        lines = (data / name).read_text(encoding="utf-8").splitlines()[: count + 1]
        for file, taken in (("set.tsv", lines), ("new.tsv", lines[:6])):
            (place / file).write_text("\n".join(taken) + "\n", encoding="utf-8")
        return Small(place / "set.tsv", place / "new.tsv", list(flags))

    return cut


def _folders(name: str, of_each: int, *flags: str) -> Callable[[Path, Path], Small]:
    def cut(data: Path, place: Path) -> Small:
        for folder in sorted(path for path in (data / name).iterdir() if path.is_dir()):
            (place / "set" / folder.name).mkdir(parents=True)
            for path in sorted(folder.iterdir())[:of_each]:
                shutil.copy(path, place / "set" / folder.name)
        new = next(path for path in sorted((place / "set").rglob("*")) if path.is_file())
        return Small(place / "set", new, list(flags))

    return cut


def _pairs(name: str, answers: str, count: int, *flags: str) -> Callable[[Path, Path], Small]:
    """Pictures with a file of answers of the same stem in another folder."""

    def cut(data: Path, place: Path) -> Small:
        pictures = "JPEGImages" if (data / name / "JPEGImages").is_dir() else "images"
        for path in sorted((data / name / pictures).iterdir())[:count]:
            for source in (path, *(data / name / answers).glob(f"{path.stem}.*")):
                target = place / "set" / source.parent.name
                target.mkdir(parents=True, exist_ok=True)
                shutil.copy(source, target)
        new = next(iter(sorted((place / "set" / pictures).iterdir())))
        return Small(place / "set", new, list(flags))

    return cut


def _questions(data: Path, place: Path, most: int = 88) -> Small:
    squad = json.loads((data / "xquad/xquad.en.json").read_text(encoding="utf-8"))
    kept, left = [], most
    for article, paragraph in ((a, p) for a in squad["data"] for p in a["paragraphs"]):
        if left <= 0:
            break
        part = {**paragraph, "qas": paragraph["qas"][:left]}
        left -= len(part["qas"])
        kept.append({"title": article.get("title", ""), "paragraphs": [part]})
    for file, articles in (("set.json", kept), ("new.json", kept[:1])):
        (place / file).write_text(json.dumps({**squad, "data": articles}), encoding="utf-8")
    return Small(place / "set.json", place / "new.json")


def _whole(name: str, *flags: str) -> Callable[[Path, Path], Small]:
    def cut(data: Path, place: Path) -> Small:
        shutil.copytree(data / name, place / "set")
        new = next(path for path in sorted((place / "set").iterdir()) if "TEST" in path.name)
        return Small(place / "set", new, list(flags))

    return cut


def _faces(data: Path, place: Path) -> Small:
    """A folder of a few photos per person; of the product's own example, since none is among the data."""
    return Small(Path("faces"), Path("faces"))


SETS: dict[str, Callable[[Path, Path], Small]] = {
    "photos of dogs and cats, 200": _folders("dogs_vs_cats/train", 100),
    "photos of clothes, 200": _folders("clothing_small/train", 20),
    "blood cells with boxes, 100": _pairs("bccd_detection", "Annotations", 100),
    "blood cells with masks, 100": _pairs("wbc1_cells", "masks", 100, "--task", "semantic_segmentation"),
    "Bangla reviews, 300": _table("bangla_drama_sentiment", 300),
    "English intents, 800": _table("banking77", 800),
    "incomes, 400": _table("adult_census", 400, "--target", "income"),
    "heart disease, 300": _table("heart_disease", 300, "--target", "diameter_narrowing", file="heart.csv"),
    "wine quality, 400": _table(
        "wine_quality", 400, "--target", "quality", "--task", "tabular_regression", file="wine.csv"
    ),
    "gestures, 200": _whole("ts_classification/GunPoint"),
    "questions, 88": _questions,
    "translations, 800": _lines("multi30k_en_de/train.tsv", 800, "--task", "translation"),
    "faces, generated": _faces,
    "sounds, 200": _folders("esc10/audio", 20),
    "spoken digits, Bangla, 200": _folders("bangla_spoken_digits", 20),
    "fights, clips, 60": _folders("fight_clips", 30),
}


def typed(*words: object, limit: float = 300.0) -> tuple[int, str, str]:
    """Exit status, stdout and the last line of stderr of one command."""
    command = [sys.executable, "-m", "nikti", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit)
    return done.returncode, done.stdout, (done.stderr.strip().splitlines() or [""])[-1][:200]


def measure(small: Small, limit: str, place: Path) -> dict[str, Any]:
    """One comparison and every verb on its run."""
    run = place / "run"
    began = time.monotonic()
    asked = ("--preset", "fast", "--time-limit", limit, "--out", run, "--json")
    status, out, error = typed("compare", small.source, *small.flags, *asked)
    wall = time.monotonic() - began
    found: dict[str, Any] = {"wall": wall, "status": status, "error": error if status else ""}
    if status:
        return found
    told = json.loads(out)
    rows = {row["contender"]: row for row in told["leaderboard"]}
    for side in ("classical", "deep"):
        name = told["champions"].get(side)
        row = rows.get(name, {})
        found[side] = {"champion": name, "score": row.get("score"), "folds": row.get("folds")}
    found.update(n=told["data"]["n"], call=told["verdict"]["call"], winner=told["verdict"]["winner"])
    own = small.source.exists()
    new = small.new if small.new.exists() else None
    verbs: dict[str, tuple[object, ...]] = {
        "inspect": ("inspect", small.source, *small.flags),
        "contenders": ("contenders", small.source, *small.flags),
        "plan": ("plan", small.source, *small.flags, "--preset", "fast"),
        "curve": ("curve", run),
        "report": ("report", run),
        "report, Bangla": ("report", run, "--lang", "bn", "--out", place / "bn.html"),
        "resume": ("resume", run),
    }
    if new is not None:
        verbs["predict"] = ("predict", run, new, "--out", place / "answers")
        verbs["explain"] = ("explain", run, new, "--out", place / "explained")
    if own:
        verbs["evaluate"] = ("evaluate", run, small.source)
    failed = {}
    for verb, words in verbs.items():
        status, _, error = typed(*words)
        if status:
            failed[verb] = f"{status}: {error}"
    return {**found, "verbs": len(verbs), "failed": failed}


def page(found: dict[str, Any]) -> str:
    """SMALL_SETS.md."""
    lines = [
        "# A minute, and few samples",
        "",
        f"Made by `python benchmarks/small_sets.py` ({found['machine']}): `nikti compare --preset fast` with",
        "the limit named, then every verb on the run. A champion in brackets is a floor.",
        "",
        "| data | n | limit | wall | verdict | machine learning | folds | deep learning | folds | verbs |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    for name, row in found["sets"].items():
        if row["status"]:
            lines.append(f"| {name} | | {row['limit']} | {row['wall']:.0f} s | {row['error']} | | | | | |")
            continue
        sides = []
        for side in ("classical", "deep"):
            one = row[side]
            known = one["champion"] is not None and one["score"] is not None
            text = f"{one['champion']} {one['score']:.3f}" if known else "none"
            sides += [f"({text})" if one["champion"] in FLOORS else text, f"{one['folds'] or ''}"]
        verbs = f"{row['verbs']} work" if not row["failed"] else f"failed: {row['failed']}"
        start = [name, str(row["n"]), row["limit"], f"{row['wall']:.0f} s", row["call"]]
        lines.append("| " + " | ".join([*start, *sides, verbs]) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Run the named sets, all by default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="sets to run; all if none")
    parser.add_argument("--limit", default="60s")
    args = parser.parse_args()
    data = Path(os.environ["NIKTI_DATA"])
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {"sets": {}}
    found["machine"] = f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}"
    for name in args.names or SETS:
        with tempfile.TemporaryDirectory() as folder:
            row = measure(SETS[name](data, Path(folder)), args.limit, Path(folder))
        found["sets"][name] = {"limit": args.limit, **row}
        print(name, found["sets"][name], flush=True)
        RESULTS.write_text(json.dumps(found, indent=1))
        PAGE.write_text(page(found), encoding="utf-8")


if __name__ == "__main__":
    main()
