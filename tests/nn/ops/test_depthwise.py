"""Depthwise convolution in blocks against the slow one, on images and channels that take several of them."""

from __future__ import annotations

import numpy as np
import pytest
from bench import Bench

from cnnstudio.nn.layers.convolution.depthwise_conv2d import DepthwiseConv2D
from cnnstudio.nn.ops.convolution import depthwise
from cnnstudio.nn.sliding_window import ShapeError


def random_depthwise(generator: np.random.Generator) -> tuple[DepthwiseConv2D, tuple[int, int, int]]:
    """A layer and an image, from 1×1 upwards; strides may be longer than the kernel."""
    while True:
        kernel, stride, dilation = (tuple(int(v) for v in generator.integers(1, 5, 2)) for _ in range(3))
        padding = ("valid", "same", tuple(int(v) for v in generator.integers(0, 4, 4)))[generator.integers(3)]
        layer = DepthwiseConv2D(kernel, stride, padding, dilation, int(generator.choice((1, 1, 2, 3))))
        shape = (*(int(v) for v in generator.integers(1, (16, 12))), int(generator.choice((1, 3, 8, 11))))
        try:
            layer.output_shape([shape])
        except ShapeError:
            continue
        return layer, shape


@pytest.mark.parametrize("block_bytes", [1, 20_000, depthwise.BLOCK_BYTES])
@pytest.mark.parametrize("seed", range(25))
def test_blocks_give_the_same_convolution(block_bytes: int, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depthwise, "BLOCK_BYTES", block_bytes)
    layer, shape = random_depthwise(np.random.default_rng(seed))
    fast, slow = (Bench(layer, [shape], name, np.float64) for name in ("rows", "reference"))
    for bench in (fast, slow):
        bench.fill(np.random.default_rng(seed))
        for _ in range(2):  # buffers that are used again must not remember
            bench.forward()
            bench.backward(np.random.default_rng(seed + 1).standard_normal(bench.output.shape))
    np.testing.assert_allclose(fast.output, slow.output, atol=1e-12)
    for (name, _, ours), (_, _, exact) in zip(fast.variables, slow.variables, strict=True):
        np.testing.assert_allclose(ours, exact, atol=1e-11, err_msg=name)
