"""Every algorithm of a convolution against the slow one, where each of them applies."""

from __future__ import annotations

import numpy as np
import pytest
from bench import Bench

from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.ops.convolution import lines, slices, winograd
from cnnstudio.nn.sliding_window import ShapeError

ALGORITHMS = [
    "rows", "slices", "lines", "winograd", "winograd/slices/winograd", "slices/rows/winograd", "rows/slices/lines",
]  # fmt: skip


def three_high(generator: np.random.Generator) -> tuple[Conv2D, tuple[int, int, int]]:
    """A layer that the minimal filtering computes, or almost, on images from smaller than its tiles to several."""
    while True:
        layer = Conv2D(
            filters=int(generator.choice((1, 5, 8, 37, 64))),
            kernel=(int(generator.choice((3, 3, 3, 2))), int(generator.integers(1, 5))),
            stride=(1, 1) if generator.integers(3) else tuple(int(v) for v in generator.integers(1, 4, 2)),
            padding=("valid", "same", tuple(int(v) for v in generator.integers(0, 4, 4)))[generator.integers(3)],
            dilation=(1, int(generator.choice((1, 1, 2)))),
        )
        shape = (*(int(v) for v in generator.integers(1, (14, 9))), int(generator.choice((1, 4, 33, 64))))
        try:
            layer.output_shape([shape])
        except ShapeError:
            continue
        return layer, shape


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("seed", range(25))
def test_every_algorithm_gives_the_same_convolution(algorithm: str, seed: int) -> None:
    compare(algorithm, seed)


@pytest.mark.parametrize("algorithm", ["slices", "lines", "winograd"])
@pytest.mark.parametrize("seed", range(25))
def test_images_larger_than_a_block(algorithm: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (slices, winograd):
        monkeypatch.setattr(module, "LONGEST_RUN", 9)
        monkeypatch.setattr(module, "LONGEST_SUM", 6)
    for module in (slices, lines):
        monkeypatch.setattr(module, "BLOCK_BYTES", 4096)
        monkeypatch.setattr(module, "SMALL", 500)
    compare(algorithm, seed)


def compare(algorithm: str, seed: int) -> None:
    """Output and gradients of one random layer, against the reference."""
    layer, shape = three_high(np.random.default_rng(seed))
    fast, slow = (Bench(layer, [shape], name, np.float64) for name in (algorithm, "reference"))
    for bench in (fast, slow):
        bench.fill(np.random.default_rng(seed))
        for _ in range(2):  # buffers that are used again must not remember
            bench.forward()
            bench.backward(np.random.default_rng(seed + 1).standard_normal(bench.output.shape))
    np.testing.assert_allclose(fast.output, slow.output, atol=1e-12)
    for (name, _, ours), (_, _, exact) in zip(fast.variables, slow.variables, strict=True):
        np.testing.assert_allclose(ours, exact, atol=1e-11, err_msg=name)


def test_minimal_filtering_is_nearly_as_exact_in_single_precision() -> None:
    generator = np.random.default_rng(0)
    layer, shape = Conv2D(32, (3, 3), padding="same"), (16, 16, 32)
    fast, exact = Bench(layer, [shape], "winograd", np.float32), Bench(layer, [shape], "reference", np.float64)
    for array, double in zip(
        [fast.inputs[0], *fast.parameters.values()], [exact.inputs[0], *exact.parameters.values()], strict=True
    ):
        array[...] = generator.standard_normal(array.shape)
        double[...] = array
    scale = np.abs(exact.forward()).max()
    assert np.abs(fast.forward() - exact.output).max() < 1e-5 * scale
