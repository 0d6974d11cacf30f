"""NumPy: the file imports nothing else, reads well, and computes the same."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exportables import HARD, TEMPLATES, around, drawn, lively

from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Card, Design
from cnnstudio.exchange.certificate import apart, own_logits, pictures
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.numpy.kinds import WRITERS
from cnnstudio.exchange.numpy.writing import npz, numpy_arrays, numpy_code
from cnnstudio.nn.graph.graph import GraphError, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.dense.flatten import Flatten
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.parameters.parameters import initial_parameters
from tests.nn.random_graphs import random_graph

CLOSE = 1e-4


def loaded(network: Exportable, folder: Path) -> Any:
    """The exported file as a module."""
    (folder / "net.py").write_text(numpy_code(network), encoding="utf-8")
    (folder / "net.npz").write_bytes(npz(numpy_arrays(network)))
    spec = importlib.util.spec_from_file_location("net", folder / "net.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def difference(network: Exportable, folder: Path, count: int = 3) -> float:
    images = pictures(network.shape(network.ends.input), count, 5)
    theirs = loaded(network, folder).load().logits(images)
    assert theirs.dtype == np.float32
    return apart(own_logits(network, images), theirs)[0]


def test_every_kind_is_written() -> None:
    assert WRITERS.keys() == layer_kinds().keys()


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_computes_the_same(name: str, tmp_path: Path) -> None:
    design = template(name)
    assert difference(Exportable(design, lively(design.graph)), tmp_path) < CLOSE


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_compute_the_same(seed: int, tmp_path: Path) -> None:
    graph = random_graph(seed, normalised=True)
    assert difference(Exportable(drawn(graph), lively(graph, seed)), tmp_path) < CLOSE


@pytest.mark.parametrize(("kind", "settings"), HARD)
def test_uneven_settings_compute_the_same(kind: str, settings: dict[str, Any], tmp_path: Path) -> None:
    assert difference(around(kind, **settings), tmp_path) < CLOSE


def test_it_imports_numpy_alone_and_is_short() -> None:
    design = template("lenet5")
    code = numpy_code(Exportable(design, initial_parameters(design.graph, 0), tuple("abcdefghij")))
    imported = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Import | ast.ImportFrom)]
    assert [ast.unparse(each) for each in imported] == ["import numpy as np"]
    assert len(code.splitlines()) <= 150 and max(map(len, code.splitlines())) <= 120
    assert 'relu(conv2d(x, **w["conv_2d"], padding=(2, 2, 2, 2)))' in code


def test_probabilities_and_classes_come_along(tmp_path: Path) -> None:
    design = template("lenet5")
    module = loaded(Exportable(design, lively(design.graph), tuple("abcdefghiö")), tmp_path)
    found = module.load().probabilities(pictures((28, 28, 1), 4, 0))
    assert found.shape == (4, 10) and np.allclose(found.sum(1), 1, atol=1e-5)
    assert list(module.CLASSES) == list("abcdefghiö")


NAMES = [
    '"""',
    "\\",
    "import os\n",
    "relu",
    "x",
    "w",
    "class",
    "7 up",
    "日本",
    "\u202e",
    "print",
    "a" * 256,
    "'; 1/0 #",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_things_are_called_the_code_is_the_same_network(name: str, tmp_path: Path) -> None:
    layers = (("image", Input(4, 4, 1)), ("flat", Flatten()), ("a", Dense(3)), ("b", Dense(2)), ("end", Softmax()))
    graph = chain(*layers)
    design = Design(graph, {node.id: Card(name) for node in graph}, title=name)
    network = Exportable(design, lively(graph), (name, f"{name} too"))
    assert difference(network, tmp_path) < CLOSE
    assert list(loaded(network, tmp_path).CLASSES) == [name, f"{name} too"]


def test_what_is_no_classifier_is_refused() -> None:
    design = template("first_conv")
    with pytest.raises(GraphError, match="Softmax"):
        numpy_code(Exportable(design, initial_parameters(design.graph, 0)))
