"""The detectors do torchvision's arithmetic of boxes to the last bit, without importing it: models of earlier
versions, and scores of the same seed, stay what they are."""

import os
import subprocess
import sys

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.deep.shapes import ImageShape

FOLDER = "deep/networks/object_detection"


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def boxes(n, seed=0, side=60.0, whole=False):
    """Corners float32 [n, 4] in a square; whole: in whole pixels, so that many overlaps are round numbers."""
    import torch

    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, side, (n, 2))
    found = np.concatenate([corners, corners + rng.uniform(3, 15, (n, 2))], 1)
    return torch.tensor(found.round() if whole else found, dtype=torch.float32)


@pytest.mark.parametrize("size", [32, 64, 100, 192])
def test_ready_boxes(size):
    import torch
    from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
    from torchvision.models.detection.image_list import ImageList

    from nikti.deep.networks.object_detection import _ready
    from nikti.deep.networks.object_detection._backbone import places

    generator = DefaultBoxGenerator([[_ready.RATIO]] * 4, scales=list(_ready.SCALES), steps=list(_ready.MAPS))
    grids = [torch.zeros(1, 1, places(size, step), places(size, step)) for step in _ready.MAPS]
    expected = generator(ImageList(torch.zeros(1, 1, size, size), [(size, size)]), grids)[0]
    assert torch.equal(_ready.ready_boxes(size), expected)
    assert generator.num_anchors_per_location() == [_ready.PER_PLACE] * 4


def test_moves_there_and_back():
    import torch
    from torchvision.models.detection._utils import BoxCoder

    from nikti.deep.networks.object_detection import _ready

    ready = _ready.ready_boxes(64)
    coder, some = BoxCoder(_ready.WEIGHTS), torch.arange(0, len(ready), 7)
    true = boxes(len(some))
    moves = _ready.moves(true, ready[some])
    assert torch.equal(moves, coder.encode_single(true, ready[some]))
    torch.testing.assert_close(_ready.moved(moves, ready[some]), true, atol=1e-3, rtol=1e-4)
    raw = 30 * torch.randn(3, len(ready), 4, generator=torch.Generator().manual_seed(0))
    expected = torch.stack([coder.decode_single(one, ready) for one in raw])
    assert torch.equal(_ready.moved(raw, ready), expected)


@pytest.mark.parametrize("count", [1, 6, 40])
def test_which_ready_box_fits_which(count):
    import torch
    from torchvision.models.detection._utils import SSDMatcher
    from torchvision.ops import box_iou

    from nikti.deep.networks.object_detection import _ready

    ready, true = _ready.ready_boxes(64), boxes(count, seed=count)
    found = _ready.matched(true, ready)
    assert torch.equal(found, SSDMatcher(_ready.FITS)(box_iou(true, ready)))
    assert set(found[found >= 0].tolist()) <= set(range(count)) and (found >= 0).any()
    assert _ready.matched(true[:0], ready).tolist() == [-1] * len(ready)


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(("n", "side"), [(400, 30.0), (400, 300.0), (60, 20.0), (2, 5.0), (1, 5.0)])
def test_suppression(n, side, whole):
    import torch
    from torchvision.ops import batched_nms

    from nikti.deep.networks.object_detection import _boxes

    corners, codes = boxes(n, n, side, whole), torch.arange(n) % 3
    scores = torch.linspace(1, 0.1, n)
    for overlap in (0.5, _boxes.OVERLAP):
        expected = batched_nms(corners, scores, codes, overlap)
        for most in (n, 5):
            assert torch.equal(_boxes.singles(corners, codes, overlap, most), expected[:most])


def test_suppression_of_nothing_and_of_boxes_without_width():
    import torch

    from nikti.deep.networks.object_detection import _boxes

    assert len(_boxes.singles(torch.zeros(0, 4), torch.zeros(0).long(), 0.6, 9)) == 0
    flat = torch.tensor([[1.0, 1, 1, 5], [1, 1, 1, 5], [0, 0, 4, 4]])
    assert _boxes.singles(flat, torch.zeros(3).long(), 0.6, 9).tolist() == [0, 1, 2]


def test_the_loss_of_boxes_and_its_gradient():
    import torch
    from torchvision.ops import generalized_box_iou_loss

    from nikti.deep.networks.object_detection import _boxes

    found = []
    for loss in (_boxes.generalised_iou_loss, generalized_box_iou_loss):
        one, two = boxes(200, 1).requires_grad_(), boxes(200, 2).requires_grad_()
        value = loss(one, two)
        value.sum().backward()
        found.append((value, one.grad, two.grad))
    for mine, theirs in zip(*found, strict=True):
        assert torch.equal(mine, theirs)
    assert 0 <= found[0][0].min() and found[0][0].max() <= 2


def test_the_head_is_that_of_torchvision():
    """The same weights by the same names, and the same answers."""
    import torch
    from torchvision.models.detection.ssd import SSDHead

    from nikti.deep.networks.object_detection import _ssd

    widths, heads = [8, 12, 6], []
    for build in (lambda: _ssd.Head(widths, 4), lambda: SSDHead(widths, [4] * 3, 4)):
        torch.manual_seed(0)
        heads.append(build())
    mine, theirs = (head.state_dict() for head in heads)
    assert list(mine) == list(theirs)
    assert all(torch.equal(mine[name], theirs[name]) for name in mine)
    maps = [torch.randn(2, width, side, side) for width, side in zip(widths, (8, 4, 2), strict=True)]
    said = heads[1](maps)
    assert torch.equal(heads[0](maps), torch.cat([said["bbox_regression"], said["cls_logits"]], -1))


TRAIN = """
import sys
import torch
from nikti.core import catalogue
from nikti.deep.optimizer import adamw
from nikti.deep.shapes import ImageShape

network = catalogue.load(sys.argv[1], sys.argv[2]).build(ImageShape(3, 64), 3, width=8)
optimizer = adamw([{"params": list(network.parameters())}], lr=1e-3, fused=True)
raw = network(torch.randn(2, 3, 64, 64))
network.loss(raw, torch.tensor([[[0.1, 0.1, 0.5, 0.5, 1.0]]] * 2)).backward()
optimizer.step()
network.boxes(raw)
print(*sorted({"torchvision", "torch._dynamo", "timm"} & set(sys.modules)))
"""


@pytest.mark.parametrize("name", catalogue.names(FOLDER))
def test_a_detector_learns_and_answers_without_a_compiler(name):
    """torchvision imports `torch._dynamo`: 1.4 CPU-seconds of every trial."""
    words = [sys.executable, "-c", TRAIN, FOLDER, name]
    done = subprocess.run(words, capture_output=True, text=True, env=os.environ | {"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.split() == []


def test_a_detector_can_be_sketched_without_memory():
    import torch

    with torch.device("meta"):
        network = catalogue.load(FOLDER, "ssd").build(ImageShape(3, 64), 3, width=8)
    assert next(network.parameters()).is_meta and not network.ready.is_meta
