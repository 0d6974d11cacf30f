"""PyTorch, as far as no PyTorch is needed: what is written reads well, comes from the design alone and is kept safe."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exportables import HARD, TEMPLATES, around, drawn, lively

from cnnstudio.data.dataset import Examples
from cnnstudio.data.preparation.augmentation import Augmentation, Augmenter
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import Split, held_back, held_back_of
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.exchange.code import keyed
from cnnstudio.exchange.code.keyed import keyed_code
from cnnstudio.exchange.code.proving import exporting, verifying
from cnnstudio.exchange.code.schedule import schedule_code
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.proof import finished
from cnnstudio.exchange.torch.kinds import WRITERS
from cnnstudio.exchange.torch.recipes import LOSSES, OPTIMIZERS
from cnnstudio.exchange.torch.target import PYTORCH
from cnnstudio.exchange.torch.writing import model_code, state
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules import losses, optimizers
from cnnstudio.nn.rules.schedules import SCHEDULES, Schedule
from cnnstudio.nn.training.order import balanced_order
from tests.nn.networks import small_classifier
from tests.nn.random_graphs import random_graph


def code_of(network: Exportable) -> dict[str, str]:
    return dict(PYTORCH.code(network))


def namespace(code: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    exec(compile(code, "exported", "exec"), found)
    return found


def test_every_kind_is_written() -> None:
    assert WRITERS.keys() == layer_kinds().keys()
    assert OPTIMIZERS.keys() == optimizers.OPTIMIZERS.keys()
    assert LOSSES.keys() == losses.LOSSES.keys()


def test_it_reads_as_a_person_would_write_it() -> None:
    design = template("lenet5")
    code = model_code(Exportable(design, initial_parameters(design.graph, 0), tuple("0123456789")))
    assert "self.conv_2d = nn.Conv2d(1, 6, 5, padding=2)" in code
    assert "x = F.relu(self.conv_2d_2(x))" in code
    assert len(code.splitlines()) <= 45


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_code_of_every_template_is_whole(name: str) -> None:
    design = template(name)
    hold(Exportable(design, lively(design.graph)))


@pytest.mark.parametrize("seed", range(5))
def test_the_code_of_random_graphs_is_whole(seed: int) -> None:
    graph = random_graph(seed, normalised=True)
    hold(Exportable(drawn(graph), lively(graph)))


def hold(network: Exportable) -> None:
    """It is Python, every module has its arrays, and a class for each ``self.`` it calls."""
    for code in code_of(network).values():
        ast.parse(code)
    tree = ast.parse(code_of(network)["model.py"])
    told = [n for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)]
    of_self = {n.attr for n in told if n.value.id == "self"}  # type: ignore[attr-defined]
    assert {name.split(".")[0] for name in state(network)} <= of_self
    learned = sum(array.size for array in state(network).values())
    assert learned == network.parameters.layout.size + network.parameters.state_layout.size


@pytest.mark.parametrize(("kind", "settings"), HARD)
def test_uneven_settings_are_python(kind: str, settings: dict[str, Any]) -> None:
    hold(around(kind, **settings))


RECIPES = [
    Recipe(optimizer=optimizers.SGD(0.1, nesterov=True, weight_decay=0.1), clipping=1.0),
    Recipe(optimizer=optimizers.RMSProp(), loss=losses.MeanSquaredError(class_weights="balanced")),
    Recipe(optimizer=optimizers.AdamW(), loss=losses.CrossEntropy(0.1, class_weights=(1.0, 2.0, 3.0, 4.0))),
    Recipe(drawing="balanced"),
    Recipe(augmentation=Augmentation(shift=2, flip="horizontal"), data=DataChoice(split=Split(share=20, seed=3))),
]


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("schedule", [kind() for kind in SCHEDULES.values()], ids=lambda rule: rule.kind)
def test_every_recipe_is_python(recipe: Recipe, schedule: Schedule) -> None:
    design = drawn(small_classifier(0.5)).with_changes(
        recipe=recipe.replace(schedule=schedule.replace(warm_up=3)),
        locks=Locks(frozenset({"dense"}), frozenset({("conv", 1)})),
    )
    network = Exportable(design, initial_parameters(design.graph, 0))
    hold(network)
    code = code_of(network)["train.py"]
    assert "'conv.weight': (0, (1,))" in code.replace('"', "'") and "Dropout.step = step" in code


@pytest.mark.parametrize("kind", SCHEDULES)
@pytest.mark.parametrize("warm_up", [0, 4])
def test_schedules_are_the_same_numbers(kind: str, warm_up: int) -> None:
    rule = SCHEDULES[kind]().replace(warm_up=warm_up)
    theirs = namespace(f"import math\n{schedule_code(rule)}")["factor"]
    falling, stuck = [1.0, 0.5, 0.25], [1.0] * 9
    for step in range(20):
        for seen in ((), falling, stuck):
            assert theirs(step, 20, list(seen)) == rule.factor(step, 20, seen)


def test_the_draws_are_the_same_numbers() -> None:
    settings = Augmentation(flip="horizontal", shift=2, rotation=10.0, crop=0.2, brightness=0.3, cutout=3)
    theirs = namespace(keyed_code(settings, dropout=True))
    assert "cnnstudio" not in {each.split(".")[0] for each in imported(keyed_code(settings, dropout=True))}
    labels = np.repeat([0, 1, 2], [9, 2, 5])
    balanced = namespace(keyed_code(Augmentation(), dropout=False, balanced=True))["balanced_order"]
    assert np.array_equal(balanced(5, 2, labels), balanced_order(5, 2, labels))
    images = np.random.default_rng(0).integers(0, 256, (6, 9, 8, 3), dtype=np.uint8)
    places = np.array([4, 0, 7, 3, 2, 9])
    for epoch in (1, 2):
        ours = Augmenter(settings, 5, 10)(images, places, epoch)
        assert np.array_equal(theirs["Augmenter"](theirs["Augmentation"](), 5, 10)(images, places, epoch), ours)
    split = Split(share=20, seed=3)
    assert np.array_equal(theirs["held_back"](3, 57, 20), held_back(57, split))
    pictures = images[np.arange(57) * 7 % 6]
    together = namespace(keyed_code(settings, dropout=True, equal_together=True))["together"]
    assert np.array_equal(
        together(pictures, held_back(57, split)), held_back_of(Examples(pictures, np.zeros(57)), split)
    )


def imported(code: str) -> list[str]:
    found = [n for n in ast.walk(ast.parse(code)) if isinstance(n, ast.Import | ast.ImportFrom)]
    return [each.module or "" if isinstance(each, ast.ImportFrom) else each.names[0].name for each in found]


@pytest.mark.parametrize("kind", ["dropout", "spatial_dropout2d"])
def test_dropout_leaves_out_what_the_engine_does(kind: str) -> None:
    network = around(kind, rate=0.4)
    compiled = compile_network(network.graph, network.parameters, 5, mode="train")
    compiled.step(np.full((5, 9, 10, 3), 200, np.uint8), np.zeros(5, np.int64), seed=6, step=7)
    before = (200 / 255 - np.array((0.1, 0.2, 0.3))) / np.array((0.5, 1.5, 2.5))
    shape = (5, 9, 10, 3) if kind == "dropout" else (5, 1, 1, 3)
    expected = np.broadcast_to(before * keyed.kept(6, 7, "layer", shape, 0.4), (5, 9, 10, 3))
    assert np.allclose(compiled.value("layer"), expected, rtol=1e-6)
    assert 0.2 < (expected == 0).mean() < 0.6


def test_without_pytorch_an_export_is_whole_and_unproven(tmp_path: Path) -> None:
    if PYTORCH.why_unproven() is None:
        pytest.skip("PyTorch is here")
    design = template("lenet5")
    network = Exportable(design, initial_parameters(design.graph, 0))
    certificate = finished(exporting(PYTORCH, network, tmp_path / "net"))
    names = sorted(path.name for path in (tmp_path / "net").iterdir())
    assert names == ["certificate.json", "keyed.py", "model.py", "train.py", "weights.safetensors"]
    assert not certificate.checked and certificate.after_step is not None
    (tmp_path / "net" / "train.py").write_text("1 / 0")
    with pytest.raises(FileFormatError, match=r"train\.py.*changed"):
        finished(verifying(PYTORCH, tmp_path / "net"))
