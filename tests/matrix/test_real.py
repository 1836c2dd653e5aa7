"""Verbs on real data, cut small, where NIKTI_DATA names the folder that holds them."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.matrix.conftest import document, typed

DATA = Path(os.environ.get("NIKTI_DATA", "/nowhere"))

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not os.environ.get("NIKTI_DATA"), reason="NIKTI_DATA is unset"),
]

#: {path under NIKTI_DATA: (what the verbs need besides, the task)}
SETS = {
    "dogs_vs_cats": ([], "image_classification"),
    "clothing_small": ([], "image_classification"),
    "wbc1_cells": (["--task", "semantic_segmentation"], "semantic_segmentation"),
    "membrane_segmentation": ([], "semantic_segmentation"),
    "bccd_detection": ([], "object_detection"),
    "sms_spam": ([], "text_classification"),
    "banking77": ([], "text_classification"),
    "movie_reviews_long": ([], "text_classification"),
    "bangla_drama_sentiment": ([], "text_classification"),
    "titanic": (["--target", "Survived"], "tabular_classification"),
    "wine_quality": (["--target", "quality", "--task", "tabular_regression"], "tabular_regression"),
    "ts_classification/GunPoint": ([], "series_classification"),
    "ts_classification/BasicMotions": ([], "series_classification"),
    "tatoeba_bn_en": ([], "translation"),
    "xquad/xquad.hi.json": ([], "question_answering"),
}

#: Files of a folder, rows of a table and articles of a SQuAD file that are kept.
FILES, ROWS, ARTICLES = 12, 150, 2


def cut(source: Path, out: Path) -> Path:
    """A copy with few samples."""
    import pandas as pd

    out.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        out.mkdir()
        inside = sorted(source.iterdir(), key=lambda path: path.name)
        kept = [path for path in inside if path.is_dir()] + [path for path in inside if path.is_file()][
            :FILES
        ]
        for path in kept:
            cut(path, out / path.name)
    elif source.suffix in (".csv", ".tsv"):
        separator = "\t" if source.suffix == ".tsv" else ","
        table = pd.read_csv(source, sep=separator, dtype=str, keep_default_na=False, nrows=ROWS)
        table.to_csv(out, sep=separator, index=False)
    elif source.suffix == ".json" and "paragraphs" in source.read_text(encoding="utf-8")[:500]:
        content = json.loads(source.read_text(encoding="utf-8"))
        out.write_text(json.dumps({"data": content["data"][:ARTICLES]}, ensure_ascii=False), encoding="utf-8")
    else:
        shutil.copy(source, out)
    return out


@pytest.mark.parametrize("name", SETS)
def test_real_data_are_understood_and_meet_both_sides(name, say, tmp_path):
    words, task = SETS[name]
    source = cut(DATA / name, tmp_path / Path(name).name)
    assert say("inspect", source, *words)["task"] == task
    chosen = [word for at, word in enumerate(words) if "--target" in words[max(0, at - 1) : at + 1]]
    found = say("contenders", source, *chosen, "--task", task)["contenders"]
    assert {one["side"] for one in found if one["accepts"]} == {"classical", "deep"}


def test_photos_are_compared_and_new_ones_predicted(tmp_path):
    source = cut(DATA / "dogs_vs_cats", tmp_path / "photos")
    words = ["compare", source, "--preset", "fast", "--time-limit", "5m", "--out", tmp_path / "run", "--json"]
    done = typed(*words, "--contender", "naive_bayes", "mlp")
    assert done.returncode == 0, done.stderr
    assert document(done.stdout)["champions"] == {"classical": "naive_bayes", "deep": "mlp"}
    told = typed("predict", tmp_path / "run", source / "test" / "cat", "--json")
    assert told.returncode == 0 and document(told.stdout)["n"] == FILES
