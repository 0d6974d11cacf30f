"""What is true of every registered layer kind. A new kind is under these laws as soon as its file exists."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest
from bench import Bench, gradient_errors, random_layer

from cnnstudio.nn.graph.layer import Layer, layer_from_json, layer_kinds
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import worded
from cnnstudio.resources import resource

KINDS = list(layer_kinds().values())
COMPUTING = [kind for kind in KINDS if kind.category != "input"]
SEEDS = range(6)

every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
every_algorithm = pytest.mark.parametrize(
    ("kind", "algorithm"),
    [(kind, algorithm) for kind in COMPUTING for algorithm in kind.algorithms],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)


@every_algorithm
@pytest.mark.parametrize("seed", SEEDS)
def test_writes_every_cell_of_the_declared_shape(kind: type[Layer], algorithm: str, seed: int) -> None:
    generator = np.random.default_rng(seed)
    layer, shapes = random_layer(kind, generator)
    bench = Bench(layer, shapes, algorithm, np.float64)
    bench.fill(generator)
    assert np.isfinite(bench.forward()).all()


@every_algorithm
@pytest.mark.parametrize("seed", SEEDS)
def test_gradients_equal_numeric_ones(kind: type[Layer], algorithm: str, seed: int) -> None:
    generator = np.random.default_rng(seed)
    layer, shapes = random_layer(kind, generator)
    bench = Bench(layer, shapes, algorithm, np.float64)
    bench.fill(generator)
    assert gradient_errors(bench, generator.standard_normal(bench.output.shape), generator) == []


@every_algorithm
def test_keeps_single_precision(kind: type[Layer], algorithm: str) -> None:
    generator = np.random.default_rng(7)
    layer, shapes = random_layer(kind, generator)
    single, double = (Bench(layer, shapes, algorithm, dtype) for dtype in (np.float32, np.float64))
    for bench in (single, double):
        bench.fill(np.random.default_rng(7))
        bench.forward()
        bench.backward(np.random.default_rng(8).standard_normal(bench.output.shape))
    assert single.output.dtype == np.float32
    np.testing.assert_allclose(single.output, double.output, rtol=1e-4, atol=1e-5)
    for (name, _, ours), (_, _, exact) in zip(single.variables, double.variables, strict=True):
        np.testing.assert_allclose(ours, exact, rtol=1e-3, atol=1e-4, err_msg=name)


@pytest.mark.parametrize(
    ("kind", "algorithm"),
    [(kind, algorithm) for kind in COMPUTING for algorithm in kind.algorithms if algorithm != "reference"],
    ids=lambda value: value if isinstance(value, str) else value.kind,
)
@pytest.mark.parametrize("seed", range(20))
def test_fast_equals_reference(kind: type[Layer], algorithm: str, seed: int) -> None:
    generator = np.random.default_rng(100 + seed)
    layer, shapes = random_layer(kind, generator)
    fast, slow = (Bench(layer, shapes, name, np.float64) for name in (algorithm, "reference"))
    for bench in (fast, slow):
        bench.fill(np.random.default_rng(seed))
        if seed % 2:  # equal values, as after a ReLU: ties must go the same way
            for array in bench.inputs:
                np.maximum(array, 0, out=array)
        bench.forward()
        bench.backward(np.random.default_rng(seed).standard_normal(bench.output.shape))
    np.testing.assert_allclose(fast.output, slow.output, atol=1e-12)
    for (name, _, ours), (_, _, exact) in zip(fast.variables, slow.variables, strict=True):
        np.testing.assert_allclose(ours, exact, atol=1e-11, err_msg=name)


@every_kind
@pytest.mark.parametrize("seed", SEEDS)
def test_survives_json(kind: type[Layer], seed: int) -> None:
    layer, _ = random_layer(kind, np.random.default_rng(seed))
    text = json.dumps(layer.to_json(), allow_nan=False)
    again = layer_from_json(kind.kind, json.loads(text))
    assert again == layer
    assert hash(again) == hash(layer)


@every_kind
def test_refuses_wrong_settings_with_one_sentence(kind: type[Layer]) -> None:
    for about in kind.settings():
        for wrong in ("nonsense", None, True, float("nan"), -(10**9), [] if about.type == "reals" else [1]):
            if wrong is True and about.type == "switch":
                continue
            with pytest.raises(SettingError) as refusal:
                kind(**{about.name: wrong})
            assert kind.title in str(refusal.value)
            assert about.title.lower() in str(refusal.value)
            assert "\n" not in str(refusal.value)


@every_kind
def test_its_docstring_lists_its_settings_once(kind: type[Layer]) -> None:
    assert kind.__doc__
    for about in kind.settings():
        assert kind.__doc__.count(f"\n        {about.name}: ") == 1
        assert about.sentence in kind.__doc__
    assert ("Settings:" in kind.__doc__) == bool(kind.settings())


@every_kind
def test_has_what_the_window_shows(kind: type[Layer]) -> None:
    layer, shapes = random_layer(kind, np.random.default_rng(3))
    assert resource("icons", f"{kind.kind}.svg").is_file()
    assert kind.sentence.endswith(".")
    assert worded(layer.summary())
    assert re.search(r"\d", worded(layer.explanation(shapes))), "an explanation has this layer's real numbers"
    for about in kind.settings():
        assert about.title and about.sentence.endswith(".")


@every_kind
@pytest.mark.parametrize("seed", range(12))
def test_formulas_on_the_screen_are_true(kind: type[Layer], seed: int) -> None:
    layer, shapes = random_layer(kind, np.random.default_rng(50 + seed))
    for reason in layer.reasons(shapes):
        for line in reason.words.formula.splitlines():
            if "=" not in line:
                continue
            left, right = line.split("=")
            assert _computed(left) == _computed(right), line


@pytest.mark.parametrize("name", ["conv2d", "conv_transpose2d", "crop2d", "max_pool2d", "upsample2d", "zero_pad2d"])
def test_what_holds_for_rows_and_columns_alike_is_said_once(name: str) -> None:
    (size,) = (reason for reason in layer_kinds()[name]().reasons([(28, 28, 6)]) if reason.about == "size")
    assert len(size.words.formula.splitlines()) == 1


def _computed(text: str) -> float:
    for shown, python in (("⌊", "math.floor("), ("⌈", "math.ceil("), ("⌋", ")"), ("⌉", ")")):
        text = text.replace(shown, python)
    text = text.translate(str.maketrans({"×": "*", "·": "*", "−": "-", "\u202f": None}))
    return eval(text.replace("MACs", ""), {"math": math})


def test_the_gradient_checker_notices_wrong_gradients() -> None:
    generator = np.random.default_rng(0)
    for spoil in (lambda g: g * 5, lambda g: g * 1.001, lambda g: -g, lambda g: g + 0.01, np.zeros_like):
        bench = Bench(Conv2D(2, (3, 3)), [(6, 7, 2)], "rows", np.float64)
        bench.fill(generator)
        honest = bench.operation.backward

        def dishonest(bench=bench, honest=honest, spoil=spoil) -> None:
            honest()
            bench.gradients["weights"][...] = spoil(bench.gradients["weights"])

        bench.operation.backward = dishonest
        assert gradient_errors(bench, generator.standard_normal(bench.output.shape), generator)
