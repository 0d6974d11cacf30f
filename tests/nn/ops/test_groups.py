"""Convolution in groups against one convolution for each group."""

from __future__ import annotations

import numpy as np
import pytest
from bench import Bench

from cnnstudio.nn.layers.convolution.conv2d import Conv2D

SHAPE, GROUPS = (9, 10, 6), 3


@pytest.mark.parametrize("algorithm", Conv2D.algorithms)
@pytest.mark.parametrize("kernel", [(1, 1), (2, 3), (3, 3)])
@pytest.mark.parametrize("stride", [(1, 1), (3, 1), (2, 2)])
@pytest.mark.parametrize("padding", ["valid", "same", (2, 2, 2, 2)])
def test_each_group_is_a_convolution_of_its_own(
    algorithm: str, kernel: tuple[int, int], stride: tuple[int, int], padding: str | tuple[int, int, int, int]
) -> None:
    generator = np.random.default_rng(0)
    grouped = Conv2D(6, kernel, stride, padding, groups=GROUPS)
    whole = Bench(grouped, [SHAPE], algorithm, np.float64)
    whole.fill(generator)
    whole.forward()
    seed = generator.standard_normal(whole.output.shape)
    whole.backward(seed)
    for group in range(GROUPS):
        part = slice(2 * group, 2 * group + 2)
        alone = Bench(grouped.replace(filters=2, groups=1), [(9, 10, 2)], "reference", np.float64)
        alone.inputs[0][:] = whole.inputs[0][:, part]
        for name, array in alone.parameters.items():
            array[:] = whole.parameters[name][part]
        np.testing.assert_allclose(whole.output[:, part], alone.forward(), atol=1e-12)
        alone.backward(seed[:, part])
        np.testing.assert_allclose(whole.input_gradients[0][:, part], alone.input_gradients[0], atol=1e-12)
        for name, gradient in alone.gradients.items():
            np.testing.assert_allclose(whole.gradients[name][part], gradient, atol=1e-11, err_msg=name)
