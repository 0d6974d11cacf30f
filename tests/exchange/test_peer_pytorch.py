"""PyTorch as the judge of what is exported to it: answers, answers after a step, and whole training runs. It needs an
environment with PyTorch, as ``tests/nn/test_peer_torch.py`` does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exportables import HARD, TEMPLATES, around, as_modules, drawn, lively
from trainings import LOCKS, RECIPES, to_train, told_the_same, trained_here, trained_there

from cnnstudio.design.templates import template
from cnnstudio.exchange.certificate import (
    STEP_PICTURES,
    STEP_RATE,
    after_one_step,
    apart,
    labels,
    own_logits,
    pictures,
)
from cnnstudio.exchange.code.proving import exporting, verifying
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.proof import finished
from cnnstudio.exchange.torch.module import module_of
from cnnstudio.exchange.torch.target import PYTORCH
from cnnstudio.nn.parameters.parameters import initial_parameters
from tests.nn.random_graphs import random_graph

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.peer

if not hasattr(torch, "nn"):
    pytest.skip("torch is there without its modules", allow_module_level=True)

torch.set_num_threads(1)
CLOSE = 1e-4


def logits(model: Any, images: np.ndarray) -> np.ndarray:
    model.eval()
    with torch.no_grad():
        found: np.ndarray = model(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).numpy()
    return found


def differences(network: Exportable, folder: Path) -> tuple[float, float]:
    """Of the answers, and of those after one step."""
    modules = as_modules(PYTORCH, network, folder)
    images = pictures(network.shape(network.ends.input), 48, 1)
    model = modules["model"].load()
    now = apart(own_logits(network, images), logits(model, images))[0]
    first = images[:STEP_PICTURES]
    stepped = own_logits(after_one_step(network, first, 0), images)
    model = getattr(modules["train"], "with_keyed_dropout", lambda model: model)(model).train()
    said = torch.from_numpy(labels(stepped.shape[1], len(first), 0))
    torch.nn.functional.cross_entropy(model(torch.from_numpy(first.transpose(0, 3, 1, 2).copy())), said).backward()
    torch.optim.SGD(model.parameters(), STEP_RATE).step()
    return now, apart(stepped, logits(model, images))[0]


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_computes_and_learns_the_same(name: str, tmp_path: Path) -> None:
    design = template(name)
    assert max(differences(Exportable(design, lively(design.graph)), tmp_path)) < CLOSE


@pytest.mark.parametrize("seed", range(20))
def test_random_graphs_compute_and_learn_the_same(seed: int, tmp_path: Path) -> None:
    graph = random_graph(seed, normalised=True)
    assert max(differences(Exportable(drawn(graph), lively(graph, seed)), tmp_path)) < CLOSE


@pytest.mark.parametrize(("kind", "settings"), HARD)
def test_uneven_settings_compute_and_learn_the_same(kind: str, settings: dict[str, Any], tmp_path: Path) -> None:
    assert max(differences(around(kind, **settings), tmp_path)) < CLOSE


def test_an_export_proves_itself_again(tmp_path: Path) -> None:
    design = template("lenet5")
    certificate = finished(exporting(PYTORCH, Exportable(design, initial_parameters(design.graph, 0)), tmp_path / "n"))
    assert certificate.holds and certificate.judge == "torch" and certificate.agreement == 1.0
    assert certificate.after_step is not None and 0 < certificate.after_step.difference < CLOSE
    again = finished(verifying(PYTORCH, tmp_path / "n"))
    assert again.holds and again.difference == certificate.difference


def test_a_network_is_a_module_at_once() -> None:
    design = template("resnet_mini")
    network = Exportable(design, lively(design.graph))
    images = pictures(network.shape(network.ends.input), 8, 1)
    model, again = module_of(network), module_of(network)
    assert apart(own_logits(network, images), logits(model, images))[0] < CLOSE
    assert not model.training and model is not again and isinstance(model, torch.nn.Module)


@pytest.mark.parametrize("recipe", RECIPES)
@pytest.mark.parametrize("locks", LOCKS)
def test_train_py_trains_as_the_engine_does(recipe: str, locks: str, tmp_path: Path) -> None:
    network = to_train(recipe, locks)
    ours, trained = trained_here(network, tmp_path)
    as_modules(PYTORCH, network, tmp_path)
    told_the_same(ours, trained_there(tmp_path))
    theirs = as_modules(PYTORCH, network, tmp_path)["model"].load(tmp_path / "trained.safetensors")
    images = pictures((12, 12, 1), 20, 0)
    assert apart(own_logits(trained, images), logits(theirs, images))[0] < 1e-2
