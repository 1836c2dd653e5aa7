"""Boxes as what a network answers, and the two detectors: against hand-worked cases, plain loops and
torchvision."""

from types import SimpleNamespace

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.answers import Boxes
from nikti.core.contender import Budget
from nikti.core.errors import UsageError
from nikti.core.inputs import Ragged, Stack
from nikti.datasets import scenes
from nikti.deep import pretrained, side
from nikti.deep.answers import boxes as detection
from nikti.deep.shapes import ImageShape
from nikti.tasks.object_detection import TASK

FOLDER = "deep/networks/object_detection"
BOTH = pytest.mark.parametrize("name", ["ssd", "yolo"])


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def network(name, size=64, classes=3, channels=3):
    import torch

    torch.manual_seed(0)
    return catalogue.load(FOLDER, name).build(ImageShape(channels, size), classes, width=8)


def boxes(n, k, seed=0):
    """Random boxes float32 [n, k, 5] in shares."""
    import torch

    rng = np.random.default_rng(seed)
    corners = rng.uniform(0, 0.7, (n, k, 2))
    sides = rng.uniform(0.1, 0.3, (n, k, 2))
    return torch.tensor(
        np.concatenate([corners, corners + sides, rng.integers(0, 3, (n, k, 1))], 2), dtype=torch.float32
    )


# ---------------------------------------------------------------- answers


def test_answers_go_to_shares_and_back_to_pixels():
    truth = Boxes.of(
        [[[10, 20, 30, 60, 1], [0, 0, 50, 100, 0]], [], [[4, 4, 8, 8, 2]]], [(100, 50), (9, 9), (8, 16)]
    )
    padded, scaling = detection.learnable(truth, None, None)
    assert padded.shape == (3, 2, 5) and padded.dtype == np.float32
    np.testing.assert_allclose(padded[0, 0], [0.2, 0.2, 0.6, 0.6, 1])
    np.testing.assert_allclose(padded[2], [[0.25, 0.5, 0.5, 1, 2], [-1] * 5])
    assert (padded[1, :, 4] == -1).all()
    scores = np.where(padded[..., 4:] >= 0, 0.5, 0)
    pictures = Ragged.of([np.zeros((*size, 3), np.uint8) for size in truth.sizes])
    found = detection.finish(np.concatenate([padded, scores], 2), scaling, pictures, None)
    assert found.counts().tolist() == [2, 0, 1] and found.flat.shape == (3, 6)
    np.testing.assert_allclose(found.flat[:, :5], truth.flat, rtol=1e-6)
    np.testing.assert_array_equal(found.sizes, truth.sizes)
    nothing, _ = detection.learnable(Boxes.of([[], []], [(5, 5), (6, 6)]), None, None)
    assert nothing.shape == (2, 1, 5) and (nothing[..., 4] == -1).all()


def test_the_loss_that_is_shown_falls_as_more_is_found():
    truth = Boxes.of([[[0, 0, 10, 10, 0], [10, 10, 20, 20, 1]], []], [(20, 20), (20, 20)])
    found = np.zeros((2, 4, 6), np.float32)
    assert detection.valid_loss(found, truth, (0, 1)) == 1.0
    found[0, 0] = [0, 0, 0.5, 0.25, 0, 0.8]  # half of the first box, score 0.8
    assert detection.valid_loss(found, truth, (0, 1)) == pytest.approx(1 - 0.4 / 2)
    found[0, 1] = [0.5, 0.5, 1, 1, 0, 1.0]  # the second box, but of the wrong class
    assert detection.valid_loss(found, truth, (0, 1)) == pytest.approx(1 - 0.4 / 2)
    found[0, 2] = [0.5, 0.5, 1, 1, 1, 1.0]
    assert detection.valid_loss(found, truth, (0, 1)) == pytest.approx(1 - 1.4 / 2)


def test_boxes_move_with_the_pixels():
    """A bright rectangle, found again by threshold after the augmentation, is where the box says."""
    import torch

    n, size = 300, 64
    rng = np.random.default_rng(0)
    low, sides = rng.integers(2, 40, (n, 2)), rng.integers(8, 22, (n, 2))
    pictures, targets = torch.zeros(n, 3, size, size), torch.full((n, 2, 5), -1.0)
    for row, ((x, y), (w, h)) in enumerate(zip(low, sides, strict=True)):
        pictures[row, :, y : y + h, x : x + w] = 10
        targets[row, 1] = torch.tensor([x / size, y / size, (x + w) / size, (y + h) / size, 2])
    encoder = SimpleNamespace(photo=True)
    (seen,), moved = detection.augment(encoder, (pictures,), targets, torch.Generator().manual_seed(1))
    assert seen.shape == pictures.shape and (moved[:, 0, 4] == -1).all()
    kept = moved[:, 1, 4] == 2
    assert 0.6 < kept.float().mean() < 1  # some are cut to slivers
    for row in range(n):
        ys, xs = np.nonzero(seen[row, 0].numpy() > 4)
        if kept[row]:
            found = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
            np.testing.assert_allclose(moved[row, 1, :4] * size, found, atol=1.01)
        else:  # less than a quarter of the largest it may have become, and a rim of one pixel
            w, h = sides[row] / (detection.ZOOMS[0] * np.sqrt(detection.STRETCH[0]))
            assert len(xs) <= detection.LEAST_LEFT * w * h + w + h


def test_only_photos_are_mirrored():
    """A box that is right of another of the same picture stays there."""
    import torch

    pictures = torch.zeros(200, 1, 32, 32)
    targets = torch.tensor([[0.3, 0.4, 0.5, 0.6, 0], [0.5, 0.4, 0.7, 0.6, 1]]).repeat(200, 1, 1)
    for photo, low, high in ((True, 0.35, 0.65), (False, 0.0, 0.0)):
        encoder = SimpleNamespace(photo=photo)
        _, moved = detection.augment(encoder, (pictures,), targets, torch.Generator().manual_seed(0))
        both = moved[(moved[..., 4] >= 0).all(1)]
        assert low <= (both[:, 0, 0] > both[:, 1, 0]).float().mean() <= high


def test_augmentation_follows_the_generator_alone():
    import torch

    batch, targets, encoder = (torch.randn(4, 3, 32, 32),), boxes(4, 3), SimpleNamespace(photo=True)
    one, two = (
        detection.augment(encoder, batch, targets, torch.Generator().manual_seed(7)) for _ in range(2)
    )
    assert torch.equal(one[0][0], two[0][0]) and torch.equal(one[1], two[1])
    assert not torch.equal(one[1], targets)


# ---------------------------------------------------------------- parts of the detectors


def test_overlaps_are_those_of_torchvision():
    import torch
    from torchvision.ops import box_iou

    from nikti.deep.networks.object_detection import _assign

    one, two = boxes(2, 5)[..., :4], boxes(2, 7, seed=1)[..., :4]
    for row in range(2):
        torch.testing.assert_close(_assign.overlaps(one, two)[row], box_iou(one[row], two[row]))


def test_assignment_by_hand():
    """Four points in a row; one box over the first three, and a narrow one over the third."""
    import torch

    from nikti.deep.networks.object_detection import _assign

    points = torch.tensor([[4.0, 4], [12, 4], [20, 4], [28, 4]])
    true = torch.tensor([[[0.0, 0, 24, 8], [19, 3, 21, 5]]])
    corners = torch.tensor([[[0.0, 0, 24, 8], [0, 0, 12, 8], [19, 3, 21, 4], [0, 0, 24, 8]]])
    scores = torch.tensor([[[0.5], [0.9], [0.3], [0.9]]])
    found = _assign.assign(
        scores, corners, points, true, torch.zeros(1, 2).long(), torch.ones(1, 2).bool(), least=8
    )
    # the third point overlaps the narrow box (1/2) more than the wide one (2/192); the fourth is outside
    assert found.box.tolist() == [[0, 0, 1, 0]]
    # 0.5 * 1 ** 6 is the wide box's best: quality 1; 0.9 * 0.5 ** 6 the second; 1/2 is the narrow one's best
    expected = [1.0, 0.9 * 0.5**6 / 0.5, 0.5, 0.0]
    torch.testing.assert_close(found.quality, torch.tensor([expected]))


def test_assignment_is_that_of_plain_loops():
    import torch
    from torchvision.ops import box_iou

    from nikti.deep.networks.object_detection import _assign
    from nikti.deep.networks.object_detection._backbone import centres

    points, _ = centres(64, (8, 16, 32))
    true = boxes(3, 6) * 64
    codes, real = (
        (boxes(3, 6)[..., 4]).long(),
        torch.rand(3, 6, generator=torch.Generator().manual_seed(0)) < 0.7,
    )
    generator = torch.Generator().manual_seed(3)
    scores = torch.rand(3, len(points), 3, generator=generator)
    reach = torch.rand(3, len(points), 4, generator=generator) * 16 + 1
    corners = torch.cat([points - reach[..., :2], points + reach[..., 2:]], -1)
    found = _assign.assign(scores, corners, points, true[..., :4], codes, real, least=8)
    for picture in range(3):
        overlap = box_iou(true[picture, :, :4], corners[picture])
        wants = {}  # place -> boxes that want it
        for k in torch.nonzero(real[picture])[:, 0].tolist():
            x1, y1, x2, y2 = true[picture, k, :4].tolist()
            fits = []
            for a, (x, y) in enumerate(points.tolist()):
                near = (
                    abs(x - (x1 + x2) / 2) <= max(8, x2 - x1) / 2
                    and abs(y - (y1 + y2) / 2) <= max(8, y2 - y1) / 2
                )
                if near:
                    fits.append((float(scores[picture, a, codes[picture, k]] * overlap[k, a] ** 6), a))
            for fit, a in sorted(fits, reverse=True)[:13]:
                wants.setdefault(a, []).append((float(overlap[k, a]), k, fit))
        given = {a: max(those) for a, those in wants.items()}
        quality = np.zeros(len(points))
        for a, (_, k, fit) in given.items():
            mine = [other for other in given.values() if other[1] == k]
            quality[a] = fit / max(other[2] for other in mine) * max(other[0] for other in mine)
            assert found.box[picture, a] == k
        np.testing.assert_allclose(found.quality[picture], quality, rtol=1e-4, atol=1e-7)


def test_doubles_are_suppressed_within_a_class_only():
    import torch
    from torchvision.ops import box_iou

    from nikti.deep.networks.object_detection import _boxes

    generator = torch.Generator().manual_seed(0)
    corners = boxes(2, 40)[..., :4] * 64
    scores = torch.rand(2, 40, 3, generator=generator)
    scores[1, :, 0] = 0.0
    found = _boxes.kept(corners, scores, 64)
    assert found.shape == (2, _boxes.MOST_BOXES, 6)
    for row in range(2):
        pairs = [(float(scores[row, a, c]), a, c) for a in range(40) for c in range(3)]
        chosen = []
        for score, a, c in sorted(pairs, reverse=True):
            rivals = [b for b, other in chosen if other == c]
            if score > _boxes.SCORE_FLOOR and all(
                box_iou(corners[row, a][None], corners[row, b][None]) <= _boxes.OVERLAP for b in rivals
            ):
                chosen.append((a, c))
        expected = torch.tensor([[*(corners[row, a] / 64).tolist(), c, scores[row, a, c]] for a, c in chosen])
        torch.testing.assert_close(found[row, : len(chosen)], expected[: _boxes.MOST_BOXES])
        assert (found[row, len(chosen) :] == 0).all()


# ---------------------------------------------------------------- networks


@BOTH
@pytest.mark.parametrize("shape", [ImageShape(1, 32), ImageShape(3, 96), ImageShape(3, 100)])
def test_detectors_build_for_what_they_accept(name, shape):
    import torch

    from nikti.deep.networks.object_detection import _boxes

    module = catalogue.load(FOLDER, name)
    assert "32 px" in module.accepts(ImageShape(3, 24), 3, 50).en and module.accepts(shape, 3, 50) is None
    for candidate in module.CANDIDATES:
        params = {key: value for key, value in candidate.items() if key == "width"}
        one = module.build(shape, 3, **params).eval()
        with torch.no_grad():
            found = one.boxes(one(torch.randn(2, shape.channels, shape.size, shape.size)))
        assert found.shape == (2, _boxes.MOST_BOXES, 6)
        assert found[..., :4].min() >= 0 and found[..., :4].max() <= 1
        assert 0 < module.seconds_per_sample(shape, 3, **params) < 0.1


@BOTH
def test_padding_is_not_learned(name):
    import torch

    one = network(name)
    raw = one(torch.randn(3, 3, 64, 64)).detach()
    true = boxes(3, 4)
    true[1, 2:, 4] = -1
    true[2, :, 4] = -1  # a picture without boxes
    loss = detection.loss(one, raw, true, None)
    assert torch.isfinite(loss) and loss > 0
    more = torch.cat([boxes(3, 3, seed=5), true[:, torch.tensor([3, 0, 2, 1])]], 1)
    more[:, :3, 4] = -1
    torch.testing.assert_close(detection.loss(one, raw, more, None), loss)
    flat = boxes(3, 1)
    flat[..., 2] = flat[..., 0]  # without width: nothing that could be found
    torch.testing.assert_close(one.loss(raw, torch.cat([true, flat], 1)), loss)
    true[..., 4] = -1
    assert torch.isfinite(detection.loss(one, raw, true, None))


def test_a_network_without_its_verbs_is_refused():
    import torch

    for act in (
        lambda one: detection.loss(one, None, boxes(1, 1), None),
        lambda one: detection.read(one, None),
    ):
        with pytest.raises(UsageError, match=r"Linear has no method .* needs loss\(raw, boxes\) and boxes"):
            act(torch.nn.Linear(1, 1))


def test_a_box_that_is_hardly_met_yet_is_learned_all_the_same():
    """A first guess of a hundredth of the box: its fit is 1e-14, its place has a quality nevertheless."""
    import torch

    from nikti.deep.networks.object_detection import _assign

    found = _assign.assign(
        torch.full((1, 1, 1), 0.01),
        torch.tensor([[[27.0, 27, 37, 37]]]),
        torch.tensor([[32.0, 32]]),
        torch.tensor([[[0.0, 0, 100, 100]]]),
        torch.zeros(1, 1).long(),
        torch.ones(1, 1).bool(),
        least=8,
    )
    assert found.quality.item() == pytest.approx(0.01, rel=1e-4)


@BOTH
def test_a_perfect_answer_is_read_as_it_is(name):
    """The loss is small where `boxes` gives the truth, and not where the boxes are swapped."""
    import torch

    one = network(name, classes=2).eval()
    raw = torch.nn.Parameter(one(torch.randn(1, 3, 64, 64)).detach())
    true = torch.tensor([[[0.1, 0.1, 0.4, 0.5, 0], [0.5, 0.45, 0.9, 0.8, 1]]])
    optimizer = torch.optim.Adam([raw], lr=0.1)
    for _ in range(120):
        optimizer.zero_grad()
        loss = detection.loss(one, raw, true, None)
        loss.backward()
        optimizer.step()
    found = one.boxes(raw.detach())[0]
    best = found[found[:, 5] > 0.5]
    best = best[best[:, 4].argsort()]
    torch.testing.assert_close(best[:, :5], true[0], atol=0.02, rtol=0)
    swapped = true[:, [1, 0]].clone()
    swapped[..., 4] = true[..., 4]
    assert detection.loss(one, raw, swapped, None) > 10 * loss


@BOTH
def test_a_handful_of_scenes_is_learned_by_heart_and_comes_back_from_disk(name, tmp_path):
    import torch
    from torchvision.ops import box_iou

    data = scenes.load(seed=1, n=12)
    contender = side.contender(name, TASK, {})
    budget = Budget(params={"width": 8, "max_epochs": 90, "augment": False, "ema": 0.9, "lr": 5e-3})
    model = contender.fit(TASK, data, inner=[], seed=0, budget=budget, progress=lambda fraction, text: None)
    found = model.predict(data.inputs)
    sure = [picture[picture[:, 5] > 0.5] for picture in (found[row] for row in range(12))]
    hits = 0
    for true, said in zip((data.targets[row] for row in range(12)), sure, strict=True):
        if len(true) and len(said):
            overlap = box_iou(torch.tensor(true[:, :4]), torch.tensor(said[:, :4])).numpy()
            hits += int(((overlap > 0.7) & (true[:, None, 4] == said[None, :, 4])).any(1).sum())
    assert hits >= 0.95 * len(data.targets.flat)
    assert sum(map(len, sure)) <= 1.1 * len(data.targets.flat)
    model.save(tmp_path / "model")
    again = side.load_model(tmp_path / "model", {"device": "cpu"}).predict(data.inputs)
    np.testing.assert_array_equal(again.flat, found.flat)
    np.testing.assert_array_equal(again.offsets, found.offsets)


def test_answers_are_in_pixels_of_the_pictures_given():
    """Stored small or given large, the same picture's boxes are in the same places."""
    small = scenes.load(seed=2, n=6)
    large = np.repeat(np.repeat(small.inputs.array(), 2, axis=1), 2, axis=2)
    contender = side.contender("yolo", TASK, {})
    model = contender.fit(
        TASK,
        small,
        inner=[],
        seed=0,
        budget=Budget(params={"width": 8, "ema": 0.0}, epochs=40),
        progress=lambda fraction, text: None,
    )
    one, two = model.predict(small.inputs), model.predict(Stack(large))
    assert len(one.flat) > 0
    np.testing.assert_allclose(one.flat[:, :4] * 2, two.flat[:, :4], rtol=1e-5)


def test_ssd_stands_on_given_weights(tmp_path):
    import timm
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(1)
    tensors = timm.create_model("resnet18", num_classes=7).state_dict()
    save_file({key: value.contiguous() for key, value in tensors.items()}, tmp_path / "model.safetensors")
    options = {"pretrained": str(tmp_path)}
    assert "ssd_pretrained" in side.names(TASK, options) and "yolo_pretrained" not in side.names(
        TASK, options
    )
    contender = side.contender("ssd_pretrained", TASK, options)
    one = contender.build(ImageShape(3, 64), 2, contender.weights.params).eval()
    for key in ("conv1.weight", "layer4.1.bn2.running_var", "layer2.0.conv1.weight"):
        assert torch.equal(one.backbone.body.state_dict()[key], tensors[key])
    assert one(torch.randn(1, 3, 64, 64)).shape[2] == 4 + 1 + 2
    recipe, _ = contender.recipe_and_params({"width": 20}, ImageShape(3, 64))
    assert recipe.lr < catalogue.load(FOLDER, "ssd").RECIPE["lr"]
    assert contender.encoding()["mean"] == pretrained.IMAGENET["mean"]
    assert contender.encoding()["max_size"] == 192 > pretrained.TUNED[1]
    assert [contender.weights.layers.new(f"{n}.weight") for n in ("backbone.body.conv1", "head")] == [
        False,
        True,
    ]
    model = contender.fit(
        TASK,
        scenes.load(seed=0, n=4),
        inner=[],
        seed=0,
        budget=Budget(epochs=2),
        progress=lambda fraction, text: None,
    )
    learned = model.network.backbone.body.state_dict()["layer1.0.conv1.weight"]
    moved = (learned - tensors["layer1.0.conv1.weight"]).abs().mean()
    assert 0 < moved < 0.1 * tensors["layer1.0.conv1.weight"].abs().mean()
