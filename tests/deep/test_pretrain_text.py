"""Learning from texts without labels: what is hidden, and the way to weights that compare takes."""

import json

import numpy as np
import pytest

import nikti
from nikti.core.contender import Budget
from nikti.core.data import Data
from nikti.core.errors import DataError, UsageError
from nikti.core.inputs import Texts
from nikti.deep import side
from nikti.deep.encoders import text
from nikti.deep.pretraining.text import ASKED, MOST_ASKED, chances, hide, windows
from nikti.run.request import Request
from nikti.tasks.text_classification import TASK


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    import torch

    torch.set_num_threads(1)
    monkeypatch.setenv("NIKTI_CACHE", str(tmp_path / "cache"))


def test_a_share_of_the_tokens_is_asked_for_and_mostly_hidden():
    import torch

    tokens = torch.randint(3, 50, (200, 100))
    tokens[:, 0], tokens[:, 60:] = text.START, text.PAD
    shown, asked = hide(tokens, chances(tokens, 50), torch.Generator().manual_seed(0))
    assert not asked[tokens <= text.START].any() and torch.equal(shown[~asked], tokens[~asked])
    there = int((tokens > text.START).sum())
    assert abs(int(asked.sum()) / there - ASKED) < 0.01
    now, before = shown[asked], tokens[asked]
    assert abs((now == text.UNKNOWN).float().mean() - 0.8) < 0.03
    assert abs((now == before).float().mean() - (0.1 + 0.1 / 47)) < 0.03
    assert not ((now == text.PAD) | (now == text.START)).any()


def test_frequent_tokens_are_asked_for_less_often():
    import torch

    tokens = torch.tensor([text.START] + [3] * 6400 + [4] * 1600 + [5] * 400 + [6] * 4)[None]
    often = chances(tokens, 9)
    assert often[3] == pytest.approx(often[4].item() / 2) and often[4] == pytest.approx(often[5].item() / 2)
    assert often[6] == MOST_ASKED and not often[[0, 1, 2, 7, 8]].any()
    even = chances(torch.arange(3, 103).repeat(9)[None], 103)  # none is frequent beside the others
    assert even[3:] == pytest.approx(torch.full((100,), ASKED))


def test_long_texts_become_rows_of_windows():
    import torch

    tokens = torch.tensor([[2, 5, 6, 7, 8, 9, 0], [2, 5, 0, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0, 0]])
    assert windows(tokens, 4).tolist() == [[2, 5, 6, 7], [8, 9, 0, 0], [2, 5, 0, 0]]


PAIRS = [("salt", "pepper"), ("day", "night"), ("cat", "dog"), ("আলো", "আঁধার")]


def sentences(n=200):
    """The second word of a pair always follows the first: what is hidden can be told."""
    rng = np.random.default_rng(0)
    return [" ".join(f"{a} and {b}" for a, b in rng.permutation(PAIRS)[:3]) for _ in range(n)]


@pytest.mark.parametrize("network", ["transformer", "bert"])
def test_from_texts_to_weights_that_compare_takes(network, tmp_path):
    import torch

    events = []
    made = nikti.pretrain(
        sentences(), out=tmp_path / "w", network=network, epochs=12, device="cpu", on_event=events.append
    )
    assert made["texts"] == 200 and made["method"] == "masked tokens" and len(made["loss"]) == 12
    assert made["loss"][-1] < 0.75 * made["loss"][0]
    assert {event["event"] for event in events} == {"pretraining"}
    options = Request(source=None, pretrained=str(tmp_path / "w")).options
    asked = {name for name in side.names(TASK, options) if name.endswith(("_pretrained", "_frozen"))}
    assert asked == {f"{network}_pretrained", f"{network}_frozen"}
    codes = np.arange(40) % 2
    labelled = Data("x", "text", Texts([["cat and dog", "day and night"][code] for code in codes]), codes,
                    classes=("animal", "time"))  # fmt: skip
    contender = side.contender(f"{network}_pretrained", TASK, options)
    assert contender.accepts(TASK, labelled) is None
    encoder = text.fit(labelled.inputs, seed=0, options=contender.encoding())
    vocabulary = json.loads((tmp_path / "w" / "config.json").read_text())["vocab_size"]
    assert (
        encoder.shape.vocabulary
        == vocabulary
        == contender.encoder_file.forecast(labelled, contender.encoding()).vocabulary
    )
    from safetensors.torch import load_file

    built = contender.build(encoder.shape, 2, contender.weights.params)
    built = built.get_submodule(contender.network.PRETRAINED.get("part", ""))
    for name, tensor in load_file(tmp_path / "w" / "model.safetensors").items():
        assert torch.equal(built.state_dict()[name], tensor), name
    for name in asked:
        contender = side.contender(name, TASK, options)
        model = contender.fit(
            TASK, labelled, inner=[], seed=0, budget=Budget(epochs=12), progress=lambda *a: None
        )
        time = model.predict_proba(labelled.inputs)[
            :, 1
        ]  # surer of it where it is right, wherever it learned
        assert time[codes == 1].min() > time[codes == 0].max()


def test_where_texts_come_from(tmp_path):
    lines = sentences(70)
    (tmp_path / "lines.txt").write_text("\n\n".join(lines))
    (tmp_path / "table.csv").write_text(
        "id,said\n" + "\n".join(f"{i},{line}" for i, line in enumerate(lines))
    )
    (tmp_path / "folder" / "deep").mkdir(parents=True)
    for number, line in enumerate(lines):
        (tmp_path / "folder" / ("deep" if number % 2 else ".") / f"{number}.txt").write_text(line)
    losses = set()
    for source in ("lines.txt", "table.csv", "folder"):
        out = tmp_path / f"{source}-w"
        made = nikti.pretrain(tmp_path / source, out=out, epochs=1, device="cpu")
        assert made["texts"] == 70 and made["network"] == "transformer"
        losses.add(round(made["loss"][0], 4))
    assert len(losses) == 2  # the same texts; in a folder they come in another order


def test_what_cannot_be_learned_from_is_refused(tmp_path):
    for words, error, said in (
        ({"source": sentences(10)}, DataError, "too few"),
        ({"source": sentences(), "network": "bag"}, UsageError, "these can: bert, transformer"),
    ):
        with pytest.raises(error, match=said):
            nikti.pretrain(out=tmp_path / "w", **words)
        assert not (tmp_path / "w").exists() and not list(tmp_path.glob(".*.part"))
