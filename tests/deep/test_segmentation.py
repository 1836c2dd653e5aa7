"""Masks as answers of networks: what is learned, what is not looked at, and that a mask moves with its
picture."""

from types import SimpleNamespace

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.answers import IGNORE
from nikti.core.inputs import Ragged, Stack
from nikti.datasets import blobs
from nikti.deep.answers import mask
from nikti.deep.encoders import image
from nikti.deep.networks.semantic_segmentation import small_unet, unet_encoder
from nikti.deep.predict import outputs
from nikti.deep.pretrained import find
from nikti.deep.samples import encoded
from nikti.deep.schedule import Recipe
from nikti.deep.shapes import ImageShape
from nikti.deep.train import train
from nikti.tasks.semantic_segmentation import TASK

NAMES = catalogue.names("deep/networks/semantic_segmentation")


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def test_the_blobs_are_learned():
    """How well after so few epochs depends on the processor's rounding (0.54 to 0.76 on some); that it is far
    better than the background alone does not."""
    data = blobs.load(seed=0, n=60)
    images, masks = data.inputs.array(), np.stack([data.targets[i] for i in range(60)])
    encoder = image.fit(Stack(images[:40]), seed=0, options={})
    targets, _ = mask.learnable(masks[:40], Stack(images[:40]), encoder)
    trained = train(
        lambda: small_unet.build(encoder.shape, 3, width=8),
        encoder,
        encoded(encoder, Stack(images[:40]), targets),
        recipe=Recipe(lr=5e-3, batch=4, label_smoothing=0.0),
        epochs=10,
        answer="mask",
        seed=0,
        device="cpu",
    )
    found = outputs(
        trained.network, encoder, encoded(encoder, Stack(images[40:])), device="cpu", answer=TASK.answer
    )
    found = mask.finish(found, (0.0, 1.0), Stack(images[40:]), encoder)
    share = TASK.score(masks[40:], found)["mean_iou"]
    guessed = TASK.score(masks[40:], np.zeros_like(masks[40:]))["mean_iou"]
    assert share > guessed + 0.1
    assert mask.valid_loss(found, masks[40:], (0.0, 1.0)) == pytest.approx((found != masks[40:]).mean())


def test_ignored_pixels_carry_no_gradient():
    import torch

    raw = torch.randn(2, 3, 6, 6, requires_grad=True)
    targets = torch.randint(0, 3, (2, 6, 6)).to(torch.uint8)
    targets[:, :3] = IGNORE
    mask.loss(None, raw, targets, Recipe()).backward()
    assert (raw.grad[:, :, :3] == 0).all() and (raw.grad[:, :, 3:] != 0).any()
    nothing = mask.loss(None, raw, torch.full_like(targets, IGNORE), Recipe())
    assert torch.isfinite(nothing)


def test_loss_is_cross_entropy_and_dice():
    import torch

    targets = torch.tensor([[[0, 1], [1, 1]]], dtype=torch.uint8)
    even = torch.zeros(1, 2, 2, 2)  # half a chance for either class everywhere
    # Dice: class 0 has 2 * .5 / (1 + 2), class 1 has 2 * 1.5 / (3 + 2).
    expected = np.log(2) + 1 - (1 / 3 + 3 / 5) / 2
    assert mask.loss(None, even, targets, Recipe(label_smoothing=0.0)).item() == pytest.approx(expected)
    sure = torch.nn.functional.one_hot(targets.long(), 2).permute(0, 3, 1, 2) * 50.0
    assert mask.loss(None, sure, targets, Recipe(label_smoothing=0.0)).item() == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("photo", [False, True])
@pytest.mark.parametrize("side", [64, 160, 256])
def test_the_mask_moves_with_its_picture(photo, side):
    """Pictures that are their own masks, in large squares: what was 1 is bright after augmentation."""
    import torch

    masks = torch.from_numpy(
        np.kron(np.random.default_rng(0).integers(0, 2, (8, 4, 4)), np.ones((side // 4,) * 2))
    )
    batch = (masks[:, None].float() * 20 - 10,)
    (images,), moved = mask.augment(
        SimpleNamespace(photo=photo), batch, masks.to(torch.uint8), torch.Generator().manual_seed(0)
    )
    window = min(side, mask.WINDOW)
    count = 8 * mask.windows(side)
    assert images.shape == (count, 1, window, window) and moved.shape == (count, window, window)
    assert moved.dtype == torch.uint8
    agree = ((images[:, 0] > 0) == moved.bool()).float().mean((1, 2))
    assert (agree > 0.97).all()
    assert moved.float().std() > 0.4 and not torch.equal(moved[0], moved[1])


def test_photos_stay_upright():
    """Dark above, bright below: mirroring keeps that, a quarter turn does not."""
    import torch

    masks = torch.zeros(16, 64, 64, dtype=torch.uint8)
    masks[:, 32:] = 1
    for photo in (True, False):
        _, moved = mask.augment(
            SimpleNamespace(photo=photo), (masks[:, None].float(),), masks, torch.Generator().manual_seed(0)
        )
        upright = (moved[:, -1].float() >= moved[:, 0].float()).all(1) & (moved[:, -1] == 1).all(1)
        assert upright.all() == photo


def test_masks_of_other_sizes():
    found = np.random.default_rng(0).integers(0, 3, (2, 8, 8)).astype(np.uint8)
    same = Stack(np.zeros((2, 8, 8, 1), np.uint8))
    assert mask.finish(found, (0.0, 1.0), same, None) is found
    other = Ragged.of([np.zeros((8, 16, 1), np.uint8), np.zeros((4, 4, 1), np.uint8)])
    wide, small = mask.finish(found, (0.0, 1.0), other, None)
    assert np.array_equal(wide, np.repeat(found[0], 2, axis=1)) and small.shape == (4, 4)
    assert set(np.unique(small)) <= {0, 1, 2}
    encoder = SimpleNamespace(shape=ImageShape(1, 8))
    learnable, _ = mask.learnable(np.repeat(found, 2, axis=1).repeat(2, axis=2), same, encoder)
    assert np.array_equal(learnable, found)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [17, 64])
def test_every_pixel_gets_its_answer(name, size):
    import torch

    network = catalogue.load("deep/networks/semantic_segmentation", name).build(ImageShape(3, size), 4).eval()
    assert network(torch.randn(2, 3, size, size)).shape == (2, 4, size, size)


def test_weights_of_a_residual_network_fit_under_the_way_up(tmp_path):
    import torch
    from safetensors.torch import save_file

    from nikti.deep.networks.image_classification import resnet

    source = resnet.build(ImageShape(3, 224), 10, stem="photo")
    save_file(source.state_dict(), tmp_path / "model.safetensors")
    weights = find(unet_encoder, tmp_path)
    network = unet_encoder.build(ImageShape(3, 64), 2, **weights.params)
    head = network.head.weight.clone()
    weights.load_into(network)
    assert torch.equal(network.down.layer4[1].conv2.weight, source.layer4[1].conv2.weight)
    assert torch.equal(network.head.weight, head)
