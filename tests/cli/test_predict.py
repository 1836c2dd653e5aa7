"""`nikti predict` writes over nothing: not the table that it reads, not pictures, not another mask."""

import csv
import io
import os
from types import SimpleNamespace

import numpy as np
import pytest

from nikti.cli.main import main

from .conftest import FakeModel


class Segmenter(FakeModel):
    """A mask for each picture, its code the picture's number."""

    task = SimpleNamespace(name="semantic_segmentation")

    def predict(self, source):
        sources = source if isinstance(source, list) else [source]
        return [
            {
                "input": one,
                "prediction": "cat",
                "shares": {"cat": 1.0},
                "mask": np.full((4, 5), number, np.uint8),
            }
            for number, one in enumerate(sources)
        ]


@pytest.fixture
def segmenter(failing_api):
    class Api(failing_api):
        def load_model(self, folder, **named):
            return Segmenter()

    return Api()


def test_an_out_that_is_the_input_or_anything_else_is_refused_before_the_work(api, tmp_path, capsys):
    mine = tmp_path / "mine.csv"
    mine.write_text("a,b\n1,2\n")
    for out in (mine, tmp_path):
        assert main(["predict", "RUN", str(mine), "--out", str(out)], api=api) == 2
        assert "exists already and is not overwritten" in capsys.readouterr().err
    assert mine.read_text() == "a,b\n1,2\n" and api.asked == []


def test_masks_go_to_a_folder_of_their_own(segmenter, tmp_path, capsys):
    pics = tmp_path / "pics"
    pics.mkdir()
    (pics / "scan.png").write_bytes(b"mine")
    words = ["predict", "RUN", str(pics), "--masks"]
    assert main([*words, str(pics)], api=segmenter) == 2
    assert "is not empty" in capsys.readouterr().err and (pics / "scan.png").read_bytes() == b"mine"
    assert main([*words, str(pics / "scan.png")], api=segmenter) == 2


def test_masks_of_one_name_are_numbered_and_told(segmenter, tmp_path, capsys):
    import cv2

    inputs = ["day1/scan.png", "day2/scan.png", "day2/other.jpg"]
    folder = tmp_path / "masks"
    assert main(["predict", "RUN", *inputs, "--masks", str(folder)], api=segmenter) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [os.path.basename(row["mask"]) for row in rows] == ["scan.png", "scan-2.png", "other.png"]
    for number, row in enumerate(rows):
        assert (cv2.imread(row["mask"], cv2.IMREAD_UNCHANGED) == number).all()


def test_a_mask_that_cannot_be_written_is_no_success(segmenter, tmp_path, capsys):
    resource = pytest.importorskip("resource", reason="this system does not limit the size of files")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, hard))
    try:
        code = main(["predict", "RUN", "a.png", "--masks", str(tmp_path / "masks")], api=segmenter)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    err = capsys.readouterr().err
    assert code == 1 and str(tmp_path / "masks") in err and "Make room" in err


def test_names_that_a_spreadsheet_would_compute_are_defused(api, capsys):
    assert main(["predict", "RUN", "=HYPERLINK(1).png", "-3.2"], api=api) == 0
    rows = list(csv.reader(io.StringIO(capsys.readouterr().out)))
    assert [row[0] for row in rows] == ["input", "'=HYPERLINK(1).png", "-3.2"]
