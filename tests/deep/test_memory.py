"""Memory of a training, against graphs counted by hand."""

import torch
from torch import nn

from nikti.deep.memory import BASE_MB, graph, megabytes, sample_bytes
from nikti.deep.shapes import ImageShape, SeriesShape, TableShape, TextShape


def small():
    return nn.Sequential(nn.Linear(10, 50), nn.Sigmoid(), nn.Linear(50, 3))


def test_the_backward_pass_keeps_inputs_and_activations_but_no_weights():
    parameters, kept = graph(small(), (torch.zeros(8, 10),))
    assert parameters == 10 * 50 + 50 + 50 * 3 + 3
    assert kept == 4 * (10 + 50)  # the input of each layer; the sigmoid keeps its output, the same 50


def test_weights_count_with_what_the_optimizer_keeps():
    plain = megabytes(1_000_000, 0.0, 0.0, 100, batch=10)
    assert plain - BASE_MB == 28.0
    assert megabytes(1_000_000, 0.0, 0.0, 100, batch=10, mean=True) - plain == 4.0


def test_larger_batches_and_more_rows_cost_more():
    sizes = [megabytes(0, 1e6, 1e3, rows, batch=batch) for rows, batch in ((100, 16), (100, 64), (9000, 64))]
    assert sizes == sorted(sizes) and len(set(sizes)) == 3


def test_bytes_of_a_sample():
    assert sample_bytes(ImageShape(3, 8)) == 192
    assert sample_bytes(TextShape(5000, 128)) == 512
    assert sample_bytes(SeriesShape(2, 100)) == 800
    assert sample_bytes(TableShape(4, (3, 3), (TextShape(99, 16),))) == 4 * (4 + 2 + 16)
