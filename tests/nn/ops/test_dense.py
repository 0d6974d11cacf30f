"""A dense layer's sums, whole and part by part, against plain sums."""

from __future__ import annotations

import numpy as np
import pytest
from bench import Bench

from cnnstudio.nn.layers.dense.dense import Dense


@pytest.mark.parametrize("inputs", [1, 63, 64, 130, 512, 521, 768])
def test_a_dense_layer_is_its_sums(inputs: int) -> None:
    bench = Bench(Dense(7), [(inputs,)], "reference", np.float64)
    bench.fill(np.random.default_rng(inputs))
    weights, bias, (source,) = bench.parameters["weights"], bench.parameters["bias"], bench.inputs
    np.testing.assert_allclose(bench.forward(), np.einsum("ui,in->un", weights, source) + bias[:, None], atol=1e-12)
    seed = np.random.default_rng(1).standard_normal(bench.output.shape)
    bench.backward(seed)
    np.testing.assert_allclose(bench.gradients["weights"], np.einsum("un,in->ui", seed, source), atol=1e-12)
    np.testing.assert_allclose(bench.gradients["bias"], seed.sum(1), atol=1e-12)
    np.testing.assert_allclose(bench.input_gradients[0], np.einsum("ui,un->in", weights, seed), atol=1e-12)
