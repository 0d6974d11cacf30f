"""PyTorch as the judge of what is exported to it: answers, answers after a step, and whole training runs. It needs an
environment with PyTorch, as ``tests/nn/test_peer_torch.py`` does."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from exportables import HARD, TEMPLATES, around, drawn, lively

from cnnstudio.data.preparation.augmentation import Augmentation
from cnnstudio.data.preparation.split import held_back
from cnnstudio.design.templates import template
from cnnstudio.design.value.recipe import Recipe
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
from cnnstudio.exchange.torch.target import PYTORCH
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.losses import CrossEntropy, MeanSquaredError
from cnnstudio.nn.rules.optimizers import SGD, Adam, AdamW, RMSProp
from cnnstudio.nn.rules.schedules import Cosine, OneCycle, Plateau, Step
from cnnstudio.nn.training.events import EpochDone
from cnnstudio.nn.training.trainer import Training
from cnnstudio.runs.recorder import train_by
from tests.nn.networks import Blobs, small_classifier
from tests.nn.random_graphs import random_graph

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.peer

if not hasattr(torch, "nn"):
    pytest.skip("torch is there without its modules", allow_module_level=True)

torch.set_num_threads(1)
CLOSE = 1e-4


def written(network: Exportable, folder: Path) -> dict[str, ModuleType]:
    """The exported files, as modules."""
    for name, code in PYTORCH.code(network).items():
        (folder / name).write_text(code, encoding="utf-8")
    for name, content in PYTORCH.weights(network).items():
        (folder / name).write_bytes(content)
    names = ("keyed", "model", "train")
    for name in names:
        sys.modules.pop(name, None)
    sys.path.insert(0, str(folder))
    try:
        importlib.invalidate_caches()
        return {name: importlib.import_module(name) for name in names}
    finally:
        sys.path.remove(str(folder))


def logits(model: Any, images: np.ndarray) -> np.ndarray:
    model.eval()
    with torch.no_grad():
        found: np.ndarray = model(torch.from_numpy(images.transpose(0, 3, 1, 2).copy())).numpy()
    return found


def differences(network: Exportable, folder: Path) -> tuple[float, float]:
    """Of the answers, and of those after one step."""
    modules = written(network, folder)
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


SMALL = Recipe(epochs=3, batch_size=16)
RECIPES = {
    "as it begins": SMALL.replace(optimizer=Adam(0.01), schedule=OneCycle()),
    "everything": SMALL.replace(
        optimizer=SGD(0.05, 0.9, nesterov=True, weight_decay=0.01),
        clipping=0.5,
        seed=7,
        schedule=Cosine(warm_up=5),
        loss=CrossEntropy(0.1, class_weights="balanced"),
        augmentation=Augmentation(shift=1, flip="horizontal", brightness=0.2, rotation=5.0),
    ),
    "squares": SMALL.replace(
        optimizer=RMSProp(0.002), schedule=Step(), loss=MeanSquaredError(class_weights=(1.0, 2.0, 3.0, 4.0))
    ),
    "rare classes": SMALL.replace(optimizer=Adam(0.01), drawing="balanced"),
    "decay apart": SMALL.replace(optimizer=AdamW(0.01, weight_decay=0.1), schedule=Plateau(patience=0)),
}


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.parametrize(
    "locks", [Locks(), Locks(frozenset({"dense"}), frozenset({("conv", 1)}))], ids=["free", "still"]
)
def test_train_py_trains_as_the_engine_does(name: str, locks: Locks, tmp_path: Path) -> None:
    recipe, graph = RECIPES[name], small_classifier(0.3)
    design = drawn(graph).with_changes(recipe=recipe, locks=locks)
    network = Exportable(design, initial_parameters(graph, 1).muting(locks.filters))
    data = Blobs(150)
    kept = held_back(len(data), recipe.data.split)
    learning, validation = Blobs(0), Blobs(0)
    for part, which in ((learning, ~kept), (validation, kept)):
        part.pixels, part.labels = data.pixels[which], data.labels[which]
    training = Training.begin(graph, network.parameters, recipe.optimizer, locks=locks)
    with closing(train_by(recipe, training, learning, validation)) as events:
        ours = [event for event in events if isinstance(event, EpochDone)]

    written(network, tmp_path)
    nothing = {"x_validation": data.pixels[:0], "y_validation": data.labels[:0]}
    np.savez(
        tmp_path / "data.npz", x_train=data.pixels, y_train=data.labels, x_test=data.pixels, y_test=data.labels,
        classes=np.array(list("abcd")), **nothing,
    )  # fmt: skip
    command = [sys.executable, "train.py", "--data", "data.npz", "--json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *theirs, test = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(theirs) == recipe.epochs and test.keys() == {"test_loss", "test_accuracy"}
    for one, other in zip(ours, theirs, strict=True):
        assert other["train_loss"] == pytest.approx(one.train_loss, rel=2e-3)
        assert other["validation_loss"] == pytest.approx(one.validation_loss, rel=2e-3)
    trained = written(network, tmp_path)["model"].load(tmp_path / "trained.safetensors")
    images = pictures((12, 12, 1), 20, 0)
    assert apart(own_logits(Exportable(design, training.parameters), images), logits(trained, images))[0] < 1e-2
