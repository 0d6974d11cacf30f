"""What layers promise the compiled network about their buffers and their shape, and what it does with it."""

from __future__ import annotations

import numpy as np
import pytest
from bench import Bench, gradient_errors, random_layer

from cnnstudio.nn.graph.layer import Layer, layer_kinds

COMPUTING = [kind for kind in layer_kinds().values() if kind.category != "input"]
SEEDS = range(4)


def bench_of(kind: type[Layer], seed: int, algorithm: str, mode: str = "train") -> Bench:
    layer, shapes = random_layer(kind, np.random.default_rng(seed))
    bench = Bench(layer, shapes, algorithm, np.float64, mode)
    bench.fill(np.random.default_rng(seed))
    return bench


def gradients(bench: Bench) -> list[np.ndarray]:
    bench.backward(np.random.default_rng(1).standard_normal(bench.output.shape))
    return [gradient.copy() for _, _, gradient in bench.variables]


@pytest.mark.parametrize("kind", [kind for kind in COMPUTING if kind.in_place], ids=lambda kind: kind.kind)
@pytest.mark.parametrize("seed", SEEDS)
def test_in_place_layers_need_one_buffer_only(kind: type[Layer], seed: int) -> None:
    apart = bench_of(kind, seed, kind.algorithms[0])
    expected = apart.forward().copy(), gradients(apart)
    layer, shapes = random_layer(kind, np.random.default_rng(seed))
    shared = Bench(layer, shapes, kind.algorithms[0], np.float64, in_place=True)
    shared.fill(np.random.default_rng(seed))
    np.testing.assert_array_equal(shared.forward(), expected[0])
    for ours, theirs in zip(gradients(shared), expected[1], strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("kind", [kind for kind in COMPUTING if kind.gradient_in_place], ids=lambda kind: kind.kind)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_gradient_may_be_written_over_the_one_it_comes_from(kind: type[Layer], seed: int) -> None:
    layer, shapes = random_layer(kind, np.random.default_rng(seed))
    apart, shared = (
        Bench(layer, shapes, kind.algorithms[0], np.float64, gradient_in_place=shared) for shared in (False, True)
    )
    for bench in (apart, shared):
        bench.fill(np.random.default_rng(seed))
        bench.forward()
    for ours, theirs in zip(gradients(shared), gradients(apart), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [(kind, algorithm) for kind in COMPUTING if not kind.rereads_output for algorithm in kind.algorithms],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
@pytest.mark.parametrize("seed", SEEDS)
def test_layers_that_do_not_reread_their_output_do_without_it(kind: type[Layer], algorithm: str, seed: int) -> None:
    kept, spoiled = (bench_of(kind, seed, algorithm) for _ in range(2))
    kept.forward(), spoiled.forward()
    spoiled.output.fill(np.nan)
    for ours, theirs in zip(gradients(spoiled), gradients(kept), strict=True):
        np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("kind", [kind for kind in COMPUTING if kind.rises], ids=lambda kind: kind.kind)
@pytest.mark.parametrize("seed", SEEDS)
def test_rising_layers_keep_the_largest_the_largest(kind: type[Layer], seed: int) -> None:
    bench = bench_of(kind, seed, kind.algorithms[0])
    bench.inputs[0].reshape(-1)[:] = np.sort(np.random.default_rng(seed).normal(0, 20, bench.inputs[0].size))
    assert (np.diff(bench.forward().reshape(-1)) >= 0).all()


@pytest.mark.parametrize(
    "kind", [kind for kind in COMPUTING if kind.kind != "locally_connected2d"], ids=lambda kind: kind.kind
)
@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_hold_outside_training_too(kind: type[Layer], seed: int) -> None:
    bench = bench_of(kind, seed, "reference", "probe")
    for name in bench.parameters.keys() - bench.gradients.keys():
        bench.parameters[name][...] = np.random.default_rng(seed).uniform(0.5, 2, bench.parameters[name].shape)
    generator = np.random.default_rng(seed)
    assert gradient_errors(bench, generator.standard_normal(bench.output.shape), generator) == []


@pytest.mark.parametrize("kind", COMPUTING, ids=lambda kind: kind.kind)
@pytest.mark.parametrize("mode", ["train", "eval"])
def test_numbers_far_from_zero_stay_numbers(kind: type[Layer], mode: str) -> None:
    """Sums of exponentials and squares must not overflow where the result does not."""
    layer, shapes = random_layer(kind, np.random.default_rng(2))
    bench = Bench(layer, shapes, kind.algorithms[0], np.float32, mode)
    for array in bench.inputs:
        array[...] = np.linspace(-300, 300, array.size).reshape(array.shape)
    assert np.isfinite(bench.forward()).all()
    bench.backward(np.ones(bench.output.shape, np.float32))
    assert all(np.isfinite(gradient).all() for gradient in bench.input_gradients)
