"""Positions of a window and the price of not sharing: counted, and held to the layers' own shapes."""

from __future__ import annotations

import numpy as np
import pytest

from cnnstudio.nn.explaining.positions import Positions
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.convolution.depthwise_conv2d import DepthwiseConv2D
from cnnstudio.nn.layers.convolution.locally_connected2d import LocallyConnected2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.looking.sharing import sharing


@pytest.mark.parametrize("seed", range(60))
def test_the_formula_is_the_engines_shape(seed: int) -> None:
    draw = np.random.default_rng(seed).integers
    kernel, stride, dilation = ((int(draw(1, 5)), int(draw(1, 4))) for _ in range(3))
    padding = tuple(int(v) for v in draw(0, 4, 4))
    layer = Conv2D(2, kernel, stride, padding, dilation)  # type: ignore[arg-type]
    shape = (int(draw(14, 24)), int(draw(14, 24)), 3)
    rows, columns, _ = layer.output_shape([shape])
    (seen,) = layer.dependence([shape])
    down = Positions(shape[0], kernel[0], stride[0], padding[0], padding[1], dilation[0])
    across = Positions(shape[1], kernel[1], stride[1], padding[2], padding[3], dilation[1])
    assert (down.count, across.count) == (rows, columns)
    assert down.formula.endswith(f"= {rows}")
    assert [list(down.cells(i)) for i in range(rows)] == [list(seen.rows.places(i)) for i in range(rows)]
    nobody = set(range(shape[1])) - {int(p) for i in range(columns) for p in seen.columns.places(i)}
    assert set(across.unseen) == nobody


def test_what_does_not_divide_is_dropped() -> None:
    positions = Positions(28, 5, 4)
    assert (positions.count, positions.dropped, positions.unseen) == (6, 3, (25, 26, 27))
    assert positions.formula == "⌊(28 − 5) / 4⌋ + 1 = 6"
    assert Positions(4, 5).count == 0
    assert Positions(9, 1, 3).unseen == (1, 2, 4, 5, 7, 8)


def test_the_articles_figures() -> None:
    counts = sharing(Conv2D(6, (5, 5)), [(32, 32, 3)])
    assert counts is not None
    assert (counts.shared, counts.unshared, counts.dense) == (456, 357_504, 14_455_392)
    assert (counts.local_macs, counts.dense_macs) == (28 * 28 * 6 * 75, 28 * 28 * 6 * 3072)


def test_a_count_that_is_rounded_up_takes_one_window_more() -> None:
    positions = Positions(28, 3, 2, overhang=1)
    assert (positions.count, positions.dropped, positions.unseen) == (14, 0, ())
    assert positions.formula == "⌈(28 − 3) / 2⌉ + 1 = 14" and list(positions.cells(13)) == [26, 27]


@pytest.mark.parametrize(
    "layer",
    [Conv2D(6, (5, 3), groups=3), DepthwiseConv2D((3, 3), multiplier=2), Conv2D(6, bias=False)],
)
def test_the_shared_count_is_the_layers_own(layer) -> None:
    counts = sharing(layer, [(12, 12, 3)])
    assert counts is not None
    assert counts.shared == sum(int(np.prod(spec.shape)) for spec in layer.parameters([(12, 12, 3)]))


def test_the_unshared_count_is_that_of_the_locally_connected_layer() -> None:
    shape = (9, 8, 2)
    for bias in (True, False):
        layer = LocallyConnected2D(4, (3, 3), (2, 1), bias=bias)
        counts = sharing(layer, [shape])
        assert counts is not None
        assert counts.unshared == sum(int(np.prod(spec.shape)) for spec in layer.parameters([shape]))
        assert counts.dense == 4 * 4 * 6 * (9 * 8 * 2 + bias)
    assert sharing(MaxPool2D(), [shape]) is None and sharing(Dense(3), [(9,)]) is None
