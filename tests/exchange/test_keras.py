"""Keras, as far as no Keras is needed: what is written reads well, is whole, and names what is missing."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest
from exportables import HARD, KINDS, TEMPLATES, around, drawn, lively
from trainings import LOCKS, RECIPES, to_train

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template
from cnnstudio.exchange.code.proving import exporting, verifying
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.keras.kinds import WRITERS
from cnnstudio.exchange.keras.recipes import LOSSES, OPTIMIZERS
from cnnstudio.exchange.keras.target import KERAS
from cnnstudio.exchange.keras.writing import model_code, state
from cnnstudio.exchange.proof import finished
from cnnstudio.exchange.targets import exported_as
from cnnstudio.exchange.torch.target import PYTORCH
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules import losses, optimizers
from tests.nn.random_graphs import random_graph


def test_every_kind_is_written() -> None:
    assert WRITERS.keys() == KINDS.keys()
    assert OPTIMIZERS.keys() == optimizers.OPTIMIZERS.keys()
    assert LOSSES.keys() == losses.LOSSES.keys()


def test_it_reads_as_a_person_would_write_it() -> None:
    design = template("lenet5")
    code = model_code(Exportable(design, initial_parameters(design.graph, 0), tuple("0123456789")))
    assert 'self.conv_2d = layers.Conv2D(6, 5, padding="same")' in code
    assert "x = ops.relu(self.conv_2d_2(x))" in code
    assert len(code.splitlines()) <= 45


def hold(network: Exportable) -> Mapping[str, str]:
    """It is Python, every layer of the class has its arrays, and none is missing."""
    found = KERAS.code(network)
    for code in found.values():
        ast.parse(code)
    told = [n for n in ast.walk(ast.parse(found["model.py"])) if isinstance(n, ast.Attribute)]
    assert {name.split(".")[0] for name in state(network)} <= {each.attr for each in told}
    learned = sum(array.size for array in state(network).values())
    assert learned == network.parameters.layout.size + network.parameters.state_layout.size
    return found


@pytest.mark.slow
def test_the_code_of_templates_random_graphs_and_uneven_settings_is_whole() -> None:
    for name in TEMPLATES:
        hold(Exportable(template(name), lively(template(name).graph)))
    for seed in range(5):
        graph = random_graph(seed, normalised=True)
        hold(Exportable(drawn(graph), lively(graph)))
    for kind, settings in HARD:
        hold(around(kind, **settings))


@pytest.mark.parametrize("locks", LOCKS)
def test_every_recipe_is_python(locks: str) -> None:
    for recipe in RECIPES:
        code = hold(to_train(recipe, locks))["train.py"]
        assert ("mask[..., (1,)] = 0" in code) == (locks == "still") and "Draws.step = step" in code


@pytest.mark.slow
def test_without_keras_an_export_is_whole_unproven_and_known_for_what_it_is(tmp_path: Path) -> None:
    if KERAS.why_unproven() is None:
        pytest.skip("Keras is here")
    design = template("lenet5")
    network = Exportable(design, initial_parameters(design.graph, 0))
    certificate = finished(exporting(KERAS, network, tmp_path / "net"))
    names = sorted(path.name for path in (tmp_path / "net").iterdir())
    assert names == ["certificate.json", "keyed.py", "model.py", "train.py", "weights.safetensors"]
    assert not certificate.checked and certificate.after_step is not None
    finished(exporting(PYTORCH, network, tmp_path / "other", check=False))
    for folder, target in (("net", "keras"), ("other", "pytorch")):
        for path in (tmp_path / folder, tmp_path / folder / "certificate.json"):
            assert exported_as(path).name == target
    (tmp_path / "net" / "train.py").write_text("1 / 0")
    with pytest.raises(FileFormatError, match=r"train\.py.*changed"):
        finished(verifying(KERAS, tmp_path / "net"))
