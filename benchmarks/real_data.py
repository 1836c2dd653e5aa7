"""Both sides on real data: what `nikti compare` says, with its test-split scores and its price.

    NIKTI_DATA=... python benchmarks/real_data.py [NAME ...] [--limit 10m] [--preset medium] [--keep FOLDER]

Runs the command as a user would, one data set after another, and writes results/real_data.json (one
entry per data set, limit and preset, replaced when it is run again) and the table RESULTS.md beside this
file. FLOORS are plain baselines measured on the same files (random forest on pixels, linear SVM on word
TF-IDF).
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "real_data.json"

#: {name: (path under NIKTI_DATA, further flags, time limit where it is not 10 minutes)}
SETS = {
    "fashion_mnist": ("fashion_mnist", [], "20m"),
    "bangla_numerals": ("bangla_numerals", [], None),
    "clothing_small": ("clothing_small", [], None),
    "clothing_small_scratch": ("clothing_small", ["--pretrained", "never"], None),
    "dogs_vs_cats": ("dogs_vs_cats", [], None),
    "dogs_vs_cats_scratch": ("dogs_vs_cats", ["--pretrained", "never"], None),
    "wbc1_cells": ("wbc1_cells", [], None),
    "sms_spam": ("sms_spam", [], None),
    "banking77": ("banking77", [], None),
    "bangla_drama_sentiment": ("bangla_drama_sentiment", [], None),
    "bangla_absa_sentiment": ("bangla_absa_sentiment", ["--target", "label"], None),
    "movie_reviews_long": ("movie_reviews_long", [], None),
    "resumes_kaggle962": ("resumes_kaggle962", ["--group", "dup_id"], None),
    "adult_census": ("adult_census", ["--target", "income"], None),
    "titanic": ("titanic", ["--target", "Survived"], None),
    "heart_disease": ("heart_disease", ["--target", "diameter_narrowing"], None),
    "wine_quality": ("wine_quality", ["--target", "quality", "--task", "tabular_regression"], None),
    "GunPoint": ("ts_classification/GunPoint", [], None),
    "ItalyPowerDemand": ("ts_classification/ItalyPowerDemand", [], None),
    "ArrowHead": ("ts_classification/ArrowHead", [], None),
    "BasicMotions": ("ts_classification/BasicMotions", [], None),
    "bccd_detection": ("bccd_detection", [], "20m"),
    "membrane_segmentation": ("membrane_segmentation", [], "6m"),
    "wbc1_cells_masks": ("wbc1_cells", ["--task", "semantic_segmentation"], "6m"),
    "multi30k_en_de": (
        "multi30k_en_de",
        ["--contender", "transformer", "phrase_based", "translation_memory"],
        "40m",
    ),
    "tatoeba_bn_en": ("tatoeba_bn_en", ["--group", "src"], None),
    "xquad_en": ("xquad/xquad.en.json", [], None),
    "xquad_hi": ("xquad/xquad.hi.json", [], None),
    "esc10": ("esc10", ["--group", "fold"], None),
    "bangla_spoken_digits": ("bangla_spoken_digits", ["--target", "label", "--group", "speaker"], None),
    "fight_clips": ("fight_clips", ["--group", "source"], None),
    "fir_room_actions": ("fir_room_actions", ["--group", "session"], None),
}

FLOORS = {
    "fashion_mnist": 0.861,
    "bangla_numerals": 0.953,
    "clothing_small": 0.40,
    "dogs_vs_cats": 0.60,
    "banking77": 0.89,
    "sms_spam": 0.985,
}


def compare(name: str, data: Path, limit: str, preset: str, keep: str | None) -> dict:
    """Run the command; its JSON document with the wall seconds measured from outside. keep: the folder
    that gets the run."""
    place, flags, _ = SETS[name]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "nikti", "compare", str(data / place), *flags]
        out = f"{keep or folder}/{name}-{limit}-{preset}"
        command += ["--time-limit", limit, "--preset", preset, "--out", out, "--json", "--quiet"]
        start = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - start
        if done.returncode != 0:
            return {"error": (done.stdout + done.stderr)[-800:], "wall": seconds}
        document = json.loads(done.stdout)
    for place in ("run", "report"):  # folders of this machine, gone by now
        document.pop(place)
    when = time.strftime("%F %R")
    return {"wall": seconds, "document": document, "when": when}


def key_of(name: str, limit: str, preset: str) -> str:
    """Under which a run is kept."""
    return f"{name}@{limit}@{preset}"


def table(found: dict[str, dict]) -> str:
    """The Markdown table of all results."""
    lines = [
        "| data | preset, limit | n | verdict | classical champion | score (95% interval) | folds | test "
        "| deep champion | score (95% interval) | folds | test | floor | took part | conditions | wall s "
        "| run |",
        "|---" * 17 + "|",
    ]
    order = {name: number for number, name in enumerate(SETS)}
    for key in sorted(found, key=lambda key: (order.get(key.split("@")[0], 99), key)):
        lines.append(_line(*key.split("@"), found[key]))
    return "\n".join(lines)


def _line(name: str, limit: str, preset: str, entry: dict) -> str:
    if "error" in entry:
        failed = entry["error"].strip().splitlines()[-1][:80]
        return f"| {name} | {preset} {limit} | | failed: {failed} |" + " |" * 13
    document = entry["document"]
    verdict = document["verdict"]
    rows = {row["contender"]: row for row in document["leaderboard"]}
    cells = [name, f"{preset} {limit}", str(verdict["n"]), f"{verdict['call']} {verdict['strength']}".strip()]
    for side in ("classical", "deep"):
        row = rows.get(document["champions"][side] or "")
        if row is None or row["score"] is None:
            cells += ["none", "", "", ""]
            continue
        low, high = row["interval"]
        test = row["test_split_score"]
        cells += [
            row["contender"],
            f"{row['score']:.3f} ({low:.3f} to {high:.3f})",
            str(row["folds"]),
            "" if test is None else f"{test:.3f}",
        ]
    scored = [row for row in rows.values() if row["score"] is not None]
    took = " + ".join(str(sum(row["side"] == side for row in scored)) for side in ("classical", "deep"))
    conditions = ", ".join(each["code"] for each in verdict.get("conditions", ()))
    cells += [str(FLOORS.get(name, "")), took, conditions, f"{entry['wall']:.0f}", entry["when"][:10]]
    return "| " + " | ".join(cells) + " |"


def page(found: dict[str, dict]) -> str:
    """RESULTS.md."""
    system = f"{platform.system()} {platform.machine()}"
    machine = f"{os.cpu_count()} cores, {system}, Python {platform.python_version()}"
    return f"""# Both sides on real data

Made by `python benchmarks/real_data.py` ({machine}; seed 0). Score: accuracy (R2 for
wine_quality, mAP@[.5:.95] for bccd_detection, mean IoU for membrane_segmentation and wbc1_cells_masks, BLEU
for multi30k_en_de and tatoeba_bn_en, F1 of SQuAD's rules for xquad) by
cross-validation of each side's champion as shipped, with its 95% interval, n the samples scored and the folds
that were run; test: the champion refitted on all training rows, scored once on the data set's own test split
where it has one; floor: a plain baseline on the same files; took part: contenders of each side with a score;
conditions: see `Verdict.conditions`. The verdict compares the sides' nested selections, so its gap
can differ a little from the difference of the two scores. Rows that were run before 2026-11-28 come from an
earlier version, which shared the time between the contenders in another way.

{table(found)}
"""


def main() -> None:
    """Run the named data sets, all by default."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="data sets to run; all if none")
    parser.add_argument("--limit", help="for all of them; each set's own, most often 10m, if not given")
    parser.add_argument("--preset", default="medium")
    parser.add_argument("--keep", metavar="FOLDER", help="keep the runs there")
    args = parser.parse_args()
    unknown = sorted(set(args.names) - set(SETS))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(SETS)}")
    data = Path(os.environ["NIKTI_DATA"])
    RESULTS.parent.mkdir(exist_ok=True)
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for name in args.names or SETS:
        limit = args.limit or SETS[name][2] or "10m"
        key = key_of(name, limit, args.preset)
        print(key, flush=True)
        found[key] = compare(name, data, limit, args.preset, args.keep)
        RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=1))
        (HERE / "RESULTS.md").write_text(page(found))
        print(_line(name, limit, args.preset, found[key]), flush=True)


if __name__ == "__main__":
    main()
