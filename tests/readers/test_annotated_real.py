"""Real boxes and masks, where they lie on the machine."""

import os
from pathlib import Path

import numpy as np
import pytest

from nikti.core.data import Options
from nikti.readers import coco, mask_folders, voc
from tests.readers.drawn import notes, read

DATA = Path(os.environ.get("NIKTI_DATA", "/nowhere"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="NIKTI_DATA is not set")


def test_both_forms_of_the_blood_cells_agree():
    """The JSON was made without counting the XML from 1: left and upper edges differ by just that."""
    xml = read(DATA / "bccd_detection")
    json = coco.read(DATA / "bccd_detection" / "annotations_coco.json", Options())
    assert len(xml) == len(json) == 364 and xml.targets.counts().sum() == json.targets.counts().sum() == 4886
    assert np.bincount(xml.split).tolist() == [205, 87, 72]
    assert notes(xml) == {"boxes_empty": 2, "other_forms": None} and notes(json) == {}
    assert [p.name for p in xml.inputs.paths] == [p.name for p in json.inputs.paths]
    assert np.array_equal(xml.targets.flat[:, :4] + [1, 1, 0, 0], json.targets.flat[:, :4])
    names = [[data.classes[int(code)] for code in data.targets.flat[:, 4]] for data in (xml, json)]
    assert names[0] == names[1]
    assert voc.sniff(DATA / "bccd_detection") and not mask_folders.sniff(DATA / "bccd_detection")


def test_real_masks():
    data = read(DATA / "membrane_segmentation")
    assert len(data) == 30 and data.classes == ("background", "foreground") and data.notes == ()
    assert np.bincount(data.targets[0].ravel()).tolist() == [57492, 204652]
    assert read(DATA / "wbc1_cells").targets.dtype == object  # its labels.csv
    data = read(DATA / "wbc1_cells", task="semantic_segmentation")
    assert len(data) == 300 and data.classes == ("background", "level 128", "level 255")
    assert np.bincount(data.targets[0].ravel()).tolist() == [12104, 690, 1606]
    assert data.targets[0].shape == data.inputs[0].shape[:2]
