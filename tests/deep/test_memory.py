"""Memory of a training, against graphs counted by hand."""

from nikti.deep.memory import BASE_MB, graph, megabytes, predicted
from nikti.deep.shapes import ImageShape, SeriesShape, TableShape, TextShape


def small():
    from torch import nn

    return nn.Sequential(nn.Linear(10, 50), nn.Sigmoid(), nn.Linear(50, 3))


def test_the_backward_pass_keeps_inputs_and_activations_but_no_weights():
    import torch

    parameters, kept = graph(small(), (torch.zeros(8, 10),))
    assert parameters == 10 * 50 + 50 + 50 * 3 + 3
    assert kept == 4 * (10 + 50)  # the input of each layer; the sigmoid keeps its output, the same 50


#: Of a fit in which only the weights, or only the activations count.
STEP = {"batch": 10, "predicted": 1, "backward": 2.0}


def test_weights_count_with_what_the_optimizer_keeps():
    plain = megabytes(1_000_000, 0.0, 0.0, 100, **STEP)
    assert plain - BASE_MB == 28.0
    assert megabytes(1_000_000, 0.0, 0.0, 100, **STEP, mean=True) - plain == 4.0


def test_larger_batches_and_more_rows_cost_more():
    cases = ((100, 16), (100, 64), (9000, 64))
    sizes = [megabytes(0, 1e6, 1e3, rows, **STEP | {"batch": batch}) for rows, batch in cases]
    assert sizes == sorted(sizes) and len(set(sizes)) == 3


def test_what_is_answered_at_once_counts_where_it_is_more_than_a_step():
    assert megabytes(0, 1e6, 0.0, 100, **STEP | {"predicted": 90}) - BASE_MB == 45.0
    assert megabytes(0, 1e6, 0.0, 50, **STEP | {"predicted": 90}) - BASE_MB == 25.0  # there are no more rows


def test_as_many_are_answered_at_once_as_prediction_does():
    import torch

    from nikti.deep.predict import at_once

    for channels, size in ((1, 28), (3, 64), (1, 512), (3, 2000)):
        pixels = torch.zeros(1, size, size, channels, dtype=torch.uint8)
        assert predicted(ImageShape(channels, size)) == at_once((pixels,))
    assert predicted(TextShape(5000, 1024)) == at_once((torch.zeros(1, 1024, dtype=torch.int32),))


def held(shape):
    """Bytes of one encoded sample."""
    return shape.BYTES * shape.values


def test_bytes_of_a_sample():
    assert held(ImageShape(3, 8)) == 192
    assert held(TextShape(5000, 128)) == 512
    assert held(SeriesShape(2, 100)) == 800
    assert held(TableShape(4, (3, 3), (TextShape(99, 16),))) == 4 * (4 + 2 + 16)
