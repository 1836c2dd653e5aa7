"""A network is built no larger than its weights; a larger head on the way is allowed."""

import pytest

from nikti.core.errors import ModelError
from nikti.deep.bounded import built


def line(width):
    from torch import nn

    return nn.Linear(width, width)


def with_a_larger_head_on_the_way():
    from torch import nn

    network = nn.Sequential(nn.Linear(3, 3), nn.Linear(3, 3000))
    network[1] = nn.Linear(3, 2)
    return network


def test_as_many_parameters_as_there_are_weights():
    weights = line(8).state_dict()
    assert built(lambda: line(8), weights).weight.shape == (8, 8)


@pytest.mark.parametrize("width", [20, 20_000, 10**9])
def test_more_are_refused_before_memory_is_taken(width):
    weights = line(8).state_dict()
    with pytest.raises(ModelError, match="no more are there"):
        built(lambda: line(width), weights)


def test_what_is_replaced_on_the_way_does_not_count():
    weights = with_a_larger_head_on_the_way().state_dict()
    assert len(list(built(with_a_larger_head_on_the_way, weights).parameters())) == 4
