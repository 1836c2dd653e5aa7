"""The training loop: repeatable, resumable, and honest about what it keeps."""

import numpy as np
import pytest

from nikti.core.errors import NiktiError
from nikti.core.inputs import Stack
from nikti.deep import checkpoint, schedule
from nikti.deep.encoders import image
from nikti.deep.predict import outputs
from nikti.deep.samples import Samples, encoded
from nikti.deep.train import train


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)


def bars(n=120, seed=0):
    """Upright (0) and lying (1) bars, uint8 [n, 8, 8, 1]."""
    rng = np.random.default_rng(seed)
    pixels, targets = rng.integers(0, 60, (n, 8, 8, 1), dtype=np.uint8), rng.integers(0, 2, n)
    for picture, target in zip(pixels, targets, strict=True):
        at = rng.integers(0, 8)
        (picture if target else picture.transpose(1, 0, 2))[at] = 255
    return Stack(pixels), targets.astype(np.int64)


def net():
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(0.2),
        nn.Linear(512, 2),
    )


def accuracy(truth):
    def judge(proba):
        right = proba.argmax(1) == truth
        loss = -np.log(np.maximum(proba[np.arange(len(truth)), truth], 1e-9)).mean()
        return float(right.mean()), float(right.std() / np.sqrt(len(truth))), float(loss)

    return judge


def fit(recipe=None, epochs=4, seed=0, build=net, n=120, progress=lambda f, t: None, **more):
    inputs, targets = bars(n)
    encoder = image.fit(inputs, seed=0, options={})
    held, truth = bars(60, seed=1)
    return train(
        build,
        encoder,
        encoded(encoder, inputs, targets),
        recipe=recipe or schedule.recipe({"batch": 32, "lr": 0.01}),
        epochs=epochs,
        answer="label",
        seed=seed,
        device="cpu",
        valid=encoded(encoder, held),
        judge=accuracy(truth),
        progress=progress,
        **more,
    )


def same(one, other):
    import torch

    a, b = one.state_dict(), other.state_dict()
    return a.keys() == b.keys() and all(torch.equal(a[k], b[k]) for k in a)


def scores(trained):
    return [{k: v for k, v in row.items() if k != "seconds"} for row in trained.curve]


def test_learns_and_the_same_seed_gives_the_same_network():
    one, two, other = fit(epochs=8), fit(epochs=8), fit(epochs=8, seed=1)
    assert one.score > 0.9
    assert same(one.network, two.network) and scores(one) == scores(two)
    assert not same(one.network, other.network)
    assert set(one.curve[0]) == {"epoch", "seconds", "train_loss", "valid_loss", "valid_score"}
    assert one.curve[one.epoch - 1]["valid_score"] == one.score


def test_pictures_grow_while_they_are_learned():
    from torch import nn

    seen = []

    class Watching(nn.Module):
        def __init__(self):
            super().__init__()
            self.head = nn.Linear(1, 2)

        def forward(self, images):
            if self.training:
                seen.append(images.shape[-1])
            return self.head(images.mean((2, 3)))

    rng = np.random.default_rng(0)
    inputs = Stack(rng.integers(0, 255, (16, 32, 32, 1), dtype=np.uint8))
    encoder = image.fit(inputs, seed=0, options={})
    recipe = schedule.recipe({"first_side": 0.5, "batch": 16})
    train(
        Watching,
        encoder,
        encoded(encoder, inputs, rng.integers(0, 2, 16)),
        **{"recipe": recipe, "epochs": 4, "answer": "label", "seed": 0, "device": "cpu"},
    )
    assert seen == [16, 24, 32, 32]
    assert schedule.area(recipe, 32, 4) == pytest.approx((0.5**2 + 0.75**2 + 1 + 1) / 4)
    assert [schedule.picture_side(recipe, 32, 0, epochs) for epochs in (1, 2)] == [32, 16]


@pytest.mark.parametrize("ema", [0.0, 0.9])
def test_a_resumed_training_is_bit_identical(tmp_path, ema):
    recipe = schedule.recipe({"batch": 32, "lr": 0.01, "ema": ema})
    whole = fit(recipe, epochs=5)

    class Pulled(Exception):
        pass

    def pull(fraction, text):
        if text.startswith("epoch 4"):
            raise Pulled

    file = tmp_path / "fit.safetensors"
    with pytest.raises(Pulled):
        fit(recipe, epochs=5, progress=pull, file=file, every=0.0)
    assert file.is_file()
    seen = []
    resumed = fit(recipe, epochs=5, progress=lambda f, t: seen.append(t), file=file, every=0.0)
    assert seen[0].startswith("epoch 4")  # three epochs were not done again
    assert same(whole.network, resumed.network)
    assert scores(whole) == scores(resumed) and whole.epoch == resumed.epoch
    again = fit(recipe, epochs=5, file=file)  # a finished training is only read
    assert same(whole.network, again.network)


def test_another_trainings_checkpoint_and_a_damaged_one_are_not_used(tmp_path):
    file = tmp_path / "fit.safetensors"
    fit(epochs=2, file=file, every=0.0)
    assert same(fit(epochs=2, seed=3, file=file).network, fit(epochs=2, seed=3).network)
    file.write_bytes(file.read_bytes()[:100])
    assert same(fit(epochs=2, file=file).network, fit(epochs=2).network)


def test_the_callers_random_state_and_threads_are_left_alone():
    import torch

    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    fit(epochs=1)
    assert torch.equal(torch.rand(3), expected)


def test_the_kept_weights_are_those_of_the_kept_epoch():
    """A training cut after the kept epoch, on the same schedule, ends in the same weights."""
    whole = fit(schedule.recipe({"batch": 32, "lr": 0.05, "patience": 1.0}), epochs=6)
    cut = fit(schedule.recipe({"batch": 32, "lr": 0.05, "patience": 1.0}), epochs=6, stop_after=whole.epoch)
    assert same(whole.network, cut.network) and len(cut.curve) == whole.epoch


def test_stops_early_when_nothing_gets_better():
    inputs, targets = bars()
    encoder = image.fit(inputs, seed=0, options={})
    falling = iter(1 - np.arange(100) / 100)
    trained = train(
        net,
        encoder,
        encoded(encoder, inputs, targets),
        recipe=schedule.recipe({"batch": 32, "patience": 0.1}),
        epochs=50,
        answer="label",
        seed=0,
        device="cpu",
        valid=encoded(encoder, inputs),
        judge=lambda proba: (next(falling), 0.0, 1.0),
    )
    assert len(trained.curve) == 6 and trained.epoch == 1


def test_a_loss_that_is_not_finite_says_so():
    from torch import nn

    class Broken(nn.Module):
        def forward(self, x):
            return x * float("nan")

    with pytest.raises(NiktiError, match="diverged at learning rate"):
        fit(build=lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 2), Broken()))


@pytest.mark.parametrize("n", [1, 2, 9, 17, 33])
def test_any_number_of_rows(n):
    """Batch normalisation meets no batch of one."""
    assert len(fit(n=n, epochs=2).curve) == 2


def test_every_row_is_seen_once_an_epoch():
    import torch
    from torch import nn

    seen = []

    class Plain:
        views = None

        def batch(self, tensors):
            seen.extend(tensors[0][:, 0].tolist())
            return (tensors[0],)

        def augment(self, batch, generator):
            return batch

        def state(self):
            return {}, {}

    table = torch.arange(37.0)[:, None]
    samples = Samples((table,), torch.arange(37), torch.zeros(37, dtype=torch.int64))
    train(
        lambda: nn.Linear(1, 2),
        Plain(),
        samples,
        recipe=schedule.recipe({}),
        epochs=1,
        answer="label",
        seed=0,
        device="cpu",
    )
    assert sorted(seen) == list(range(37))


@pytest.mark.parametrize("answer", ["label", "value"])
def test_members_are_averaged(answer):
    """[B, k, outputs]: probabilities (not logits) are averaged; values as they are."""
    import torch
    from torch import nn

    class Members(nn.Module):
        def forward(self, x):
            return torch.stack([x, 3 * x, -x], 1)

    class Plain:
        def batch(self, tensors):
            return tensors

    x = torch.randn(5, 4 if answer == "label" else 1)
    got = outputs(Members(), Plain(), Samples((x,), torch.arange(5)), device="cpu", answer=answer)
    if answer == "label":
        e = [np.exp(f * x.numpy()) for f in (1, 3, -1)]
        expected = np.mean([p / p.sum(1, keepdims=True) for p in e], axis=0)
    else:
        expected = x.numpy()[:, 0]
    np.testing.assert_allclose(got, expected, rtol=1e-5)


def test_optimizer_state_survives_the_disk(tmp_path):
    import torch

    network = net().to(memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(network.parameters())
    network(torch.randn(4, 1, 8, 8)).sum().backward()
    optimizer.step()
    checkpoint.write(tmp_path / "c", "k", {"optimizer": checkpoint.optimizer_state(optimizer)}, {"a": 1})
    fresh = torch.optim.AdamW(network.parameters())
    parts, facts = checkpoint.read(tmp_path / "c", "k")
    checkpoint.set_optimizer_state(fresh, parts["optimizer"])
    assert facts == {"a": 1} and checkpoint.read(tmp_path / "c", "other") is None
    for weight, state in optimizer.state.items():
        for what, value in state.items():
            assert torch.equal(fresh.state[weight][what], value)
            assert fresh.state[weight][what].stride() == value.stride()


def test_schedule_is_one_cycle():
    recipe = schedule.recipe({"lr": 1.0, "warmup": 0.2})
    rates = [schedule.learning_rate(recipe, step, 100) for step in range(100)]
    assert rates.index(max(rates)) in (19, 20) and max(rates) == 1.0
    assert rates[60] == pytest.approx(0.5) and rates[-1] < 0.002
    assert all(a <= b for a, b in zip(rates[:20], rates[1:20], strict=False))


def test_more_rows_never_get_more_epochs():
    recipe = schedule.recipe({})
    epochs = [schedule.epochs(recipe, n) for n in (1, 10, 100, 1000, 10_000, 100_000, 1_000_000)]
    assert epochs == sorted(epochs, reverse=True) and epochs[-1] >= 1
    assert schedule.epochs(recipe, 10, cap=3) == 3


def test_an_unknown_recipe_field_is_refused():
    with pytest.raises(TypeError):
        schedule.recipe({"learning_rate": 1})
