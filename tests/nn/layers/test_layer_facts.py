"""Numbers that everybody can look up, and refusals that say what to do."""

from __future__ import annotations

import math

import numpy as np
import pytest
from bench import Bench

from cnnstudio.nn.explaining.parts import LedgerPart, Site
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.activation.gelu import GELU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.convolution.conv_transpose2d import ConvTranspose2D
from cnnstudio.nn.layers.convolution.depthwise_conv2d import DepthwiseConv2D
from cnnstudio.nn.layers.convolution.locally_connected2d import LocallyConnected2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.merge.add import Add
from cnnstudio.nn.layers.merge.concatenate import Concatenate
from cnnstudio.nn.layers.normalization.layer_norm import LayerNorm
from cnnstudio.nn.layers.pooling.average_pool2d import AveragePool2D
from cnnstudio.nn.layers.pooling.global_max_pool import GlobalMaxPool
from cnnstudio.nn.ops.special import erf
from cnnstudio.nn.sliding_window import ShapeError
from cnnstudio.nn.telling.told import worded


def parameters(layer: Layer, *inputs: tuple[int, ...]) -> int:
    return sum(math.prod(spec.shape) for spec in layer.parameters(inputs))


def test_sharing_weights_saves_what_the_books_say() -> None:
    kernel = {"filters": 6, "kernel": (5, 5)}
    assert parameters(LocallyConnected2D(**kernel), (32, 32, 3)) == 357_504
    assert parameters(Conv2D(**kernel), (32, 32, 3)) == 456


def test_groups_divide_weights_and_cost() -> None:
    whole, halves = Conv2D(8, (3, 3)), Conv2D(8, (3, 3), groups=2)
    assert parameters(whole, (9, 9, 4)) == 8 * (9 * 4 + 1)
    assert parameters(halves, (9, 9, 4)) == 8 * (9 * 2 + 1)
    assert halves.macs([(9, 9, 4)]) * 2 == whole.macs([(9, 9, 4)])
    assert parameters(DepthwiseConv2D(), (9, 9, 4)) == parameters(Conv2D(4, (3, 3), groups=4), (9, 9, 4)) == 40


def test_a_transposed_convolution_gives_back_the_size() -> None:
    for kernel in (1, 2, 3, 5):
        for stride in (1, 2, 3):
            for padding in ("valid", "same", (1, 0, 2, 1)):
                settings = {"kernel": (kernel, kernel), "stride": (stride, stride), "padding": padding}
                small, large = (4, 5, 2), None
                try:
                    large = ConvTranspose2D(3, **settings).output_shape([small])
                except ShapeError:
                    continue
                assert Conv2D(2, **settings).output_shape([large]) == small


def test_layer_norm_has_a_scale_and_a_shift_for_every_cell() -> None:
    assert parameters(LayerNorm(), (4, 5, 6)) == 2 * 120


@pytest.mark.parametrize("mean", [0.0, 1000.0])
def test_layer_norm_is_exact_far_from_zero(mean: float) -> None:
    bench = Bench(LayerNorm(), [(16, 16, 8)], "reference", np.float32)
    numbers = np.random.default_rng(0).standard_normal(bench.inputs[0].shape)
    bench.inputs[0][...] = numbers + mean
    bench.parameters["scale"].fill(1)
    given = bench.inputs[0].astype(float)
    exact = (given - given.mean((0, 1, 2))) / np.sqrt(given.var((0, 1, 2)) + 1e-5)
    np.testing.assert_allclose(bench.forward(), exact, atol=2e-6 if mean == 0 else 1e-4)


def test_settings_may_be_written_as_code_has_them() -> None:
    assert Conv2D(np.int64(8), 5, padding=[1, 2, 3, 4]) == Conv2D(8, (5, 5), padding=(1, 2, 3, 4))
    assert isinstance(Conv2D(np.int64(8)).filters, int)
    assert Conv2D(kernel=np.array([3, 5]).tolist()).kernel == (3, 5)


def test_average_pooling_counts_padding() -> None:
    bench = Bench(AveragePool2D((3, 3), (1, 1), "same"), [(3, 3, 1)], "shifts", np.float64)
    bench.inputs[0].fill(9)
    assert bench.forward()[:, 0, :, 0].tolist() == [[4, 6, 4], [6, 9, 6], [4, 6, 4]]


def test_average_pooling_may_leave_the_padding_out() -> None:
    bench = Bench(AveragePool2D((3, 3), (1, 1), "same", count_padding=False), [(3, 3, 1)], "shifts", np.float64)
    bench.inputs[0].fill(9)
    assert (bench.forward() == 9).all()
    with pytest.raises(ShapeError):  # nothing would be left to average
        AveragePool2D(padding=(2, 0, 0, 0), count_padding=False).output_shape([(3, 3, 1)])


def test_what_hangs_over_behind_the_image_is_never_averaged() -> None:
    for counted in (True, False):
        layer = AveragePool2D((2, 2), (2, 2), round_up=True, count_padding=counted)
        bench = Bench(layer, [(3, 3, 1)], "shifts", np.float64)
        bench.inputs[0].fill(9)
        assert bench.forward()[:, 0, :, 0].tolist() == [[9, 9], [9, 9]]


@pytest.mark.parametrize("layer", [Conv2D(3), DepthwiseConv2D(), LocallyConnected2D(3), ConvTranspose2D(3), Dense(5)])
def test_without_a_bias_nothing_speaks_of_one(layer: Layer) -> None:
    shapes = [(20,)] if layer.kind == "dense" else [(5, 6, 2)]
    plain = layer.replace(bias=False)
    assert [spec.name for spec in plain.parameters(shapes)] == ["weights"]
    assert parameters(plain, *shapes) == parameters(layer, *shapes) - math.prod(layer.parameters(shapes)[1].shape)
    formulas = [reason.words.formula for reason in plain.reasons(shapes) if reason.about == "parameters"]
    assert formulas and "+ 1" not in formulas[0]
    assert "bias" not in worded(plain.explanation(shapes)) and "no bias" in worded(plain.summary())
    generator = np.random.default_rng(0)
    arrays = {spec.name: generator.standard_normal(spec.shape) for spec in plain.parameters(shapes)}
    site = Site((generator.standard_normal(shapes[0]),), np.zeros(plain.output_shape(shapes)), arrays)
    (part,) = plain.parts(site, (1,) if layer.kind == "dense" else (1, 1, 1))
    assert isinstance(part, LedgerPart)
    assert len(part.steps) == 1 and "bias" not in worded(part.caption) and part.result == part.steps[0].value


def test_of_equal_maxima_the_first_row_by_row_gets_the_gradient() -> None:
    bench = Bench(GlobalMaxPool(), [(3, 3, 1)], "reference", np.float64)
    bench.inputs[0][:, 0, :, 0] = [[1, 2, 7], [7, 0, 7], [1, 7, 3]]
    bench.forward()
    bench.backward(np.ones(bench.output.shape))
    assert bench.input_gradients[0][:, 0, :, 0].tolist() == [[0, 0, 1], [0, 0, 0], [0, 0, 0]]


def test_the_error_function_is_exact() -> None:
    x = np.concatenate([np.linspace(-7, 7, 20_001), [0.46875, 4.0, -np.inf, np.inf]])
    found = np.empty_like(x)
    erf(x, found)
    np.testing.assert_allclose(found, [math.erf(v) for v in x], rtol=1e-15, atol=0)
    erf(np.array([np.nan]), found[:1])
    assert np.isnan(found[0])


@pytest.mark.parametrize(("dtype", "close"), [(np.float64, 2e-16), (np.float32, 1.2e-7)])
def test_gelu_is_exact_and_not_its_usual_approximation(dtype: type, close: float) -> None:
    bench = Bench(GELU(), [(100, 100, 1)], "reference", dtype)
    bench.inputs[0][...] = np.linspace(-12, 12, bench.inputs[0].size).reshape(bench.inputs[0].shape)
    bench.inputs[0][0, 0, 0] = 0, 1e30, -1e15
    x = bench.inputs[0].astype(float).ravel()
    below = np.array([math.erfc(-v / math.sqrt(2)) / 2 for v in x])
    with np.errstate(over="ignore"):  # as the engine computes
        found = bench.forward().astype(float).ravel()
        bench.backward(np.ones(bench.output.shape))
    np.testing.assert_allclose(found / np.maximum(np.abs(x), 1), x * below / np.maximum(np.abs(x), 1), atol=close)
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    np.testing.assert_allclose(bench.input_gradients[0].ravel(), below + x * density, atol=4 * close)


@pytest.mark.parametrize(
    ("layer", "inputs", "says"),
    [
        (Add(), [(28, 28, 6), (14, 14, 6)], ["28×28×6", "14×14×6", "same strides"]),
        (Add(), [(14, 14, 6), (14, 14, 16)], ["14×14×6", "14×14×16", "1×1 kernel and 6 filters"]),
        (Add(), [(14, 14, 6), (1176,)], ["14×14×6", "1\u202f176", "Flatten"]),
        (Add(), [(10,), (20,)], ["10", "20", "units"]),
        (Concatenate(), [(28, 28, 6), (14, 14, 16)], ["28×28×6", "14×14×16", "same strides"]),
        (Conv2D(6, groups=4), [(8, 8, 4)], ["4 channels", "6 filters", "divides both"]),
        (ConvTranspose2D(1, (2, 2), (1, 1), (2, 2, 2, 2)), [(3, 3, 1)], ["4×4", "leaves nothing"]),
    ],
)
def test_refusals_name_both_shapes_and_a_way_out(layer: Layer, inputs: list[tuple[int, ...]], says: list[str]) -> None:
    with pytest.raises(ShapeError) as refusal:
        layer.output_shape(inputs)
    assert refusal.value.title
    for part in says:
        assert part in str(refusal.value)
    assert str(refusal.value).endswith(".")
