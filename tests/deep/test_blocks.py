"""The layers of every network of the catalogue, and of a user's own, without training."""

import numpy as np
import pytest
from tests.contract.small import small

from nikti.core import catalogue
from nikti.core.inputs import Stack
from nikti.deep import answers, blocks, encoders, filters, raw_table
from nikti.deep.shapes import ImageShape
from nikti.run.request import Request
from nikti.sides import side

OPTIONS = Request(source=None, pretrained="never").options
CLASSIFIED = (
    "image_classification",
    "text_classification",
    "series_classification",
    "sound_classification",
    "tabular_classification",
)

#: Answers told from one pass over one sample; texts and phrases are written step by step.
ANSWERS = ("label", "value", "boxes", "mask", "embedding")


def everything():
    found = []
    for task_name in catalogue.names("tasks"):
        task = catalogue.load("tasks", task_name).TASK
        if task.answer not in ANSWERS:
            continue
        found += [(task_name, name) for name in side("deep").names(task, OPTIONS)]
    return found


def built(task_name, name, rows=9):
    """(network, encoder, inputs, the file's own BLOCKS), with weights as they were drawn."""
    import torch

    task, data = small(task_name)
    contender = side("deep").contender(name, task, OPTIONS)
    if contender.accepts(task, data) is not None:
        from nikti.core.images import resize

        pictures = np.stack(
            [resize(picture, 32, picture.shape[2]) for picture in data.inputs.take(range(rows))]
        )
        inputs = Stack(pictures)
    else:
        inputs = data.inputs.take(range(rows))
    encoder = encoders.of(contender.modality).fit(
        inputs, seed=0, options=contender.encoding(), targets=data.targets
    )
    _, params = contender.recipe_and_params(contender.network.CANDIDATES[0], encoder.shape)
    torch.manual_seed(0)
    network = contender.build(
        encoder.shape, answers.of(task.answer).outputs(len(data.classes)), params
    ).eval()
    return network, encoder, inputs, getattr(contender.network, "BLOCKS", ())


@pytest.mark.parametrize(("task_name", "name"), everything())
def test_every_network_has_layers_and_is_left_as_it_was(task_name, name):
    network, encoder, inputs, named = built(task_name, name)
    hooks = sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules())
    found = blocks.activations(network, encoder, inputs, device="cpu", named=named)
    assert 1 <= len(found) <= blocks.MOST_LAYERS
    for layer in found:
        assert layer.name and layer.table.shape[0] == layer.peaks.shape[0] == len(inputs)
        assert layer.table.shape[1] <= max(raw_table.MOST_WIDTH, 2 * layer.peaks.shape[1])
        assert np.isfinite(layer.table).all() and np.isfinite(layer.peaks).all()
        assert np.ptp(layer.table, axis=0).max() > 0  # the samples differ in it
        if layer.places is not None:
            assert layer.places.max() < np.prod(layer.grid)
    if task_name in CLASSIFIED:
        assert len(found) >= 2 or name == "bag"
    assert sum(len(m._forward_hooks) + len(m._forward_pre_hooks) for m in network.modules()) == hooks
    raw = raw_table.raw(encoder, inputs)
    assert len(raw) == len(inputs) and np.isfinite(raw).all()


@pytest.mark.parametrize("task_name", CLASSIFIED)
def test_the_last_layer_is_what_the_head_is_given(task_name):
    """The network's own logits follow from the last layer by its last linear map."""
    import torch
    from torch import nn

    chosen = {"text_classification": "gru", "sound_classification": "log_mel_cnn"}.get(task_name, "mlp")
    network, encoder, inputs, named = built(task_name, chosen)
    last = blocks.activations(network, encoder, inputs, device="cpu", named=named)[-1]
    linear = [m for m in network.modules() if isinstance(m, nn.Linear)][-1]
    from nikti.deep.samples import encoded

    with torch.inference_mode():
        samples = encoded(encoder, inputs)
        logits = network(*encoder.batch(samples.gather(samples.rows, "cpu")))
        np.testing.assert_allclose(linear(torch.from_numpy(last.table)), logits, atol=1e-5)


class Flat:
    """An encoder of pictures that changes nothing."""

    views = None
    shape = ImageShape(1, 6)

    def encode(self, inputs):
        import torch

        return (torch.from_numpy(inputs.array()),)

    def batch(self, tensors):
        return (tensors[0].float().permute(0, 3, 1, 2),)


PICTURES = Stack(np.random.default_rng(0).integers(0, 255, (20, 6, 6, 1), dtype=np.uint8))


def test_a_first_block_that_changes_nothing_gives_the_raw_sample():
    import torch
    from torch import nn

    same = nn.Conv2d(1, 1, 1, bias=False)
    nn.init.ones_(same.weight)
    network = nn.Sequential(same, nn.Conv2d(1, 4, 3), nn.ReLU(), nn.Conv2d(4, 2, 4), nn.Flatten())
    found = blocks.activations(network, Flat(), PICTURES, device="cpu")
    assert [layer.name for layer in found] == ["0", "1"]
    np.testing.assert_allclose(found[0].table, raw_table.raw(Flat(), PICTURES))
    row, unit = 7, 3
    at = found[1].peaks[row, unit]
    with torch.inference_mode():
        maps = network[:3](torch.from_numpy(PICTURES[row][None]).float().permute(0, 3, 1, 2))
    assert at == pytest.approx(maps[0, unit].max().item())


def test_peaks_are_where_the_unit_answered():
    import torch
    from torch import nn

    network = nn.Sequential(nn.Conv2d(1, 2, 3, padding=1), nn.ReLU(), nn.Conv2d(2, 1, 1))
    with torch.no_grad():
        network[0].weight.zero_()
        network[0].weight[:, 0, 1, 1] = torch.tensor([1.0, -1.0])
        network[0].bias.copy_(torch.tensor([0.0, 300.0]))
    (layer,) = blocks.activations(network, Flat(), PICTURES, device="cpu")
    flat = PICTURES.array().reshape(20, 36).astype(int)
    assert layer.grid == (6, 6)
    np.testing.assert_array_equal(layer.places, np.stack([flat.argmax(1), flat.argmin(1)], 1))


def branches():
    """Two parallel branches, a shortcut added between modules, and an activation that is no module."""
    from torch import nn

    class Branches(nn.Module):
        def __init__(self):
            super().__init__()
            self.left, self.right = nn.Linear(36, 8), nn.Linear(36, 8)
            self.mix = nn.Linear(8, 8)
            self.head = nn.Linear(8, 2)

        def forward(self, x):
            x = x.flatten(1)
            x = (self.left(x) + self.right(x)).relu()
            x = x + self.mix(x)
            return self.head(x)

    return Branches()


def test_sums_count_and_parallel_branches_are_no_layers_of_their_own():
    import torch

    network = branches()
    found = blocks.activations(network, Flat(), PICTURES, device="cpu")
    x = torch.from_numpy(raw_table.raw(Flat(), PICTURES))
    with torch.inference_mode():
        joined = (network.left(x) + network.right(x)).relu()
        expected = [joined, joined + network.mix(joined)]
    assert [layer.name for layer in found] == ["right", "mix"]
    for layer, truth in zip(found, expected, strict=True):
        np.testing.assert_allclose(layer.table, truth, rtol=1e-4, atol=1e-3)


def test_a_network_of_one_layer_has_none_between():
    from torch import nn

    network = nn.Sequential(nn.Flatten(), nn.Linear(36, 2))
    assert blocks.activations(network, Flat(), PICTURES, device="cpu") == []


def test_wide_maps_are_averaged_until_they_fit():
    import torch

    value = torch.arange(2 * 3 * 40 * 40, dtype=torch.float32).view(2, 3, 40, 40)
    table = raw_table.pooled(value, 300)
    assert table.shape == (2, 300)
    assert table.view(2, 3, 10, 10)[1, 2, 0, 0] == value[1, 2, :4, :4].mean()
    assert raw_table.pooled(value, 2).shape == (2, 3)  # never fewer than one number a unit


def test_counts_are_those_of_the_commonest_tokens():
    import torch

    tokens = torch.tensor([[2, 5, 5, 0], [2, 7, 0, 0]])
    np.testing.assert_array_equal(raw_table.counts(tokens), [[1, 2, 0], [1, 0, 1]])


def test_filters_are_those_of_the_first_layer():
    import torch
    from torch import nn

    network = nn.Sequential(nn.Conv2d(1, 5, 3), nn.ReLU(), nn.Flatten(), nn.Linear(80, 2))
    with torch.no_grad():
        network[0].weight[1:3] *= 10
    found = filters.filters(network, Flat(), 2)
    np.testing.assert_allclose(found[..., 0], network[0].weight[1:3, 0].detach())
    dense = nn.Sequential(nn.Flatten(), nn.Linear(36, 4), nn.ReLU(), nn.Linear(4, 2))
    assert filters.filters(dense, Flat(), 3).shape == (3, 6, 6, 1)
    network, encoder, _, _ = built("text_classification", "gru")
    assert filters.filters(network, encoder, 3) is None


def test_reach_is_the_receptive_field():
    """Two convolutions of 3 see 3 and 5 pixels (Dumoulin & Visin 2016, section 2); a halving doubles what
    the next one adds; a dense layer sees all."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    network = nn.Sequential(
        *(
            nn.Conv2d(1, 4, 3, padding=1),
            nn.Tanh(),
            nn.Conv2d(4, 4, 3, padding=1),
            nn.Tanh(),
            nn.AvgPool2d(2),
        ),
        *(nn.Conv2d(4, 4, 3, padding=1), nn.Flatten(), nn.Linear(4 * 14 * 14, 8), nn.Linear(8, 2)),
    )

    class Wide(Flat):
        shape = ImageShape(1, 28)

    pictures = Stack(np.random.default_rng(0).integers(0, 9, (3, 28, 28, 1), dtype=np.uint8))
    found = blocks.reach(network, Wide(), pictures, device="cpu")
    assert found == [3, 6, 28, 28]  # averaging two neighbours adds one more pixel to the second


def test_reach_of_texts_is_unknown_and_of_series_known():
    network, encoder, inputs, named = built("series_classification", "cnn1d", rows=3)
    assert blocks.reach(network, encoder, inputs, device="cpu", named=named)[:2] == [8, 12]
    network, encoder, inputs, named = built("text_classification", "text_cnn", rows=3)
    assert blocks.reach(network, encoder, inputs, device="cpu", named=named) == []


def test_reach_of_waves_is_that_of_the_spectra_that_a_unit_sees():
    """A convolution of 3 frames and a halving see 4 windows of 400 samples, one every 160."""
    network, encoder, inputs, named = built("sound_classification", "log_mel_cnn", rows=3)
    found = blocks.reach(network, encoder, inputs, device="cpu", named=named)
    assert 3 * 160 < found[0] <= 400 + 3 * 160
    assert sorted(found) == found and found[-1] <= encoder.shape.samples
