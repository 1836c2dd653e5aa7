"""The networks for tables, against plain networks and sums by hand."""

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.deep.networks.tabular import mlp, tabm
from nikti.deep.shapes import TableShape, TextShape

FOLDER = "deep/networks/tabular"
SHAPES = (
    TableShape(4, (3, 30)),
    TableShape(0, (5,)),
    TableShape(3),
    TableShape(2, (2,), (TextShape(50, 9), TextShape(20, 4))),
    TableShape(0, (), (TextShape(50, 9),)),
)


@pytest.fixture(autouse=True)
def one_thread():
    import torch

    torch.set_num_threads(1)
    torch.manual_seed(0)


def rows(shape, n=7):
    import torch

    codes = [torch.randint(0, size, (n,)) for size in shape.cardinalities]
    codes = torch.stack(codes, 1) if codes else torch.zeros(n, 0, dtype=torch.long)
    tokens = [torch.randint(1, text.vocabulary, (n, text.length)) for text in shape.texts]
    return torch.randn(n, shape.numeric), codes, *tokens


@pytest.mark.parametrize("name", catalogue.names(FOLDER))
@pytest.mark.parametrize("shape", SHAPES)
def test_every_candidate_answers_every_shape(name, shape):
    import torch

    network = catalogue.load(FOLDER, name)
    for params in network.CANDIDATES:
        params = {k: v for k, v in params.items() if k not in ("lr", "weight_decay")}
        answer = network.build(shape, 3, **params).train()(*rows(shape))
        assert answer.shape[0] == 7 and answer.shape[-1] == 3
        assert torch.isfinite(answer).all()
        assert 0 < network.seconds_per_sample(shape, 3, **params) < 0.01


@pytest.mark.parametrize("hidden", [(), (8,), (8, 7, 6, 5)])
def test_any_number_of_hidden_layers(hidden):
    from torch import nn

    net = mlp.build(TableShape(4), 2, hidden=hidden, dropout=0.0)
    linear = [part for part in net.modules() if isinstance(part, nn.Linear)]
    assert [part.out_features for part in linear] == [*hidden, 2]


def test_one_member_of_tabm_is_a_perceptron():
    import torch

    shape = TableShape(4, (3,))
    net = tabm.build(shape, 2, members=1, width=16, blocks=2, dropout=0.0).eval()
    batch = rows(shape)
    first, second = net.layers[0], net.layers[3]
    x = net.columns(*batch)
    x = (x @ first.weight.T + first.bias[0]).relu()
    x = (x @ second.weight.T + second.bias[0]).relu()
    by_hand = x @ net.head[0] + net.bias[0, 0]
    answer = net(*batch)
    assert answer.shape == (7, 1, 2)
    torch.testing.assert_close(answer[:, 0], by_hand)


def test_members_of_tabm_are_perceptrons_that_share_a_matrix():
    import torch

    shape = TableShape(5)
    net = tabm.build(shape, 3, members=4, width=8, blocks=1, dropout=0.0).eval()
    with torch.no_grad():
        net.layers[0].s.uniform_(0.5, 2)
    batch = rows(shape)
    answer, layer, x = net(*batch), net.layers[0], net.columns(*batch)
    for member in range(4):
        matrix = layer.s[member][:, None] * layer.weight * layer.r[member]  # the member's own
        plain = (x @ matrix.T + layer.bias[member]).relu() @ net.head[member] + net.bias[member, 0]
        torch.testing.assert_close(answer[:, member], plain)


def test_piecewise_linear_encoding_by_hand():
    import torch

    from nikti.deep.networks.tabular._columns import REACH, PiecewiseLinear

    part = PiecewiseLinear(1, 2, bins=6)  # edges -3, -2, ..., 3
    assert REACH == 3
    code = part.encode(torch.tensor([[-5.0], [-2.75], [0.5], [9.0]]))[:, 0]
    expected = [[0] * 6, [0.25, 0, 0, 0, 0, 0], [1, 1, 1, 0.5, 0, 0], [1] * 6]
    assert code.tolist() == expected


def test_embedded_numbers_do_not_mix_columns():
    import torch
    from torch import nn

    from nikti.deep.networks.tabular._columns import PiecewiseLinear

    part = PiecewiseLinear(3, 4, bins=8)
    nn.init.normal_(part.bend)
    numbers = torch.randn(5, 3)
    changed = numbers.clone()
    changed[:, 1] += 1
    differs = (part(numbers) != part(changed)).view(5, 3, 4).any(2)
    assert not differs[:, [0, 2]].any() and differs[:, 1].any()
    x = numbers[:, 1:2]
    by_hand = x * part.linear[1] + part.bias[1] + part.encode(numbers)[:, 1] @ part.bend[1]
    torch.testing.assert_close(part(numbers).view(5, 3, 4)[:, 1], by_hand.relu())


@pytest.mark.parametrize("shape", SHAPES)
def test_the_plan_knows_the_width(shape):
    from nikti.deep.networks.tabular._columns import Columns

    for number_width in (0, 8):
        columns = Columns(shape, number_width)
        assert columns(*rows(shape)).shape == (7, columns.width)


def test_padding_of_a_text_column_changes_nothing():
    import torch

    shape = TableShape(1, (), (TextShape(50, 9),))
    net = mlp.build(shape, 2).eval()
    numbers, codes, tokens = rows(shape)
    longer = torch.cat([tokens, torch.zeros(7, 5, dtype=torch.long)], 1)
    torch.testing.assert_close(net(numbers, codes, tokens), net(numbers, codes, longer))


@pytest.mark.parametrize("name", catalogue.names(FOLDER))
def test_learns_a_bend_and_a_category(name):
    import torch

    rng = np.random.default_rng(0)
    numbers = torch.tensor(rng.normal(size=(400, 2)), dtype=torch.float32)
    codes = torch.tensor(rng.integers(0, 3, (400, 1)))
    answers = numbers[:, 0].abs() + (codes[:, 0] == 2)
    net = catalogue.load(FOLDER, name).build(TableShape(2, (3,)), 1, dropout=0.0)
    optimizer = torch.optim.AdamW(net.parameters(), lr=5e-3)
    for _ in range(100):
        found = net(numbers, codes).reshape(400, -1)
        loss = (found - answers[:, None]).square().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < 0.1 * answers.var()
