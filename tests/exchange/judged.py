"""What a framework judges of networks that are exported to it: answers, answers after a step, whole training runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from exportables import HARD, TEMPLATES, around, as_modules, drawn, lively
from trainings import LOCKS, RECIPES, to_train, told_the_same, trained_here, trained_there

from cnnstudio.design.templates import template
from cnnstudio.exchange.certificate import STEP_PICTURES, after_one_step, apart, labels, own_logits, pictures
from cnnstudio.exchange.code.proving import exporting, verifying
from cnnstudio.exchange.code.target import CodeTarget
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.proof import finished
from cnnstudio.nn.parameters.parameters import initial_parameters
from tests.nn.random_graphs import random_graph

CLOSE = 1e-4


class Judged:
    """Tests of one target. Whoever derives from it says how its models answer, and how they take a step."""

    target: CodeTarget

    def logits(self, model: Any, images: np.ndarray) -> np.ndarray:
        """What a model answers to pictures (N, H, W, C)."""
        raise NotImplementedError

    def step(self, model: Any, images: np.ndarray, said: np.ndarray) -> None:
        """A step of plain descent on these pictures and labels, with ``STEP_RATE``."""
        raise NotImplementedError

    def differences(self, network: Exportable, folder: Path) -> tuple[float, float]:
        """Of the answers, and of those after one step."""
        modules = as_modules(self.target, network, folder)
        images = pictures(network.shape(network.ends.input), 48, 1)
        model = modules["model"].load()
        now = apart(own_logits(network, images), self.logits(model, images))[0]
        first = images[:STEP_PICTURES]
        stepped = own_logits(after_one_step(network, first, 0), images)
        model = getattr(modules["train"], "with_keyed_dropout", lambda model: model)(model)
        self.step(model, first, labels(stepped.shape[1], len(first), 0))
        return now, apart(stepped, self.logits(model, images))[0]

    @pytest.mark.parametrize("name", TEMPLATES)
    def test_every_template_computes_and_learns_the_same(self, name: str, tmp_path: Path) -> None:
        design = template(name)
        assert max(self.differences(Exportable(design, lively(design.graph)), tmp_path)) < CLOSE

    @pytest.mark.parametrize("seed", range(20))
    def test_random_graphs_compute_and_learn_the_same(self, seed: int, tmp_path: Path) -> None:
        graph = random_graph(seed, normalised=True)
        assert max(self.differences(Exportable(drawn(graph), lively(graph, seed)), tmp_path)) < CLOSE

    @pytest.mark.parametrize(("kind", "settings"), HARD)
    def test_uneven_settings_compute_and_learn_the_same(
        self, kind: str, settings: dict[str, Any], tmp_path: Path
    ) -> None:
        assert max(self.differences(around(kind, **settings), tmp_path)) < CLOSE

    def test_an_export_proves_itself_again(self, tmp_path: Path) -> None:
        design, target = template("lenet5"), self.target
        network = Exportable(design, initial_parameters(design.graph, 0))
        certificate = finished(exporting(target, network, tmp_path / "n"))
        assert certificate.holds and certificate.judge == target.judge and certificate.agreement == 1.0
        assert certificate.after_step is not None and 0 < certificate.after_step.difference < CLOSE
        again = finished(verifying(target, tmp_path / "n"))
        assert again.holds and again.difference == certificate.difference

    @pytest.mark.parametrize("recipe", RECIPES)
    @pytest.mark.parametrize("locks", LOCKS)
    def test_train_py_trains_as_the_engine_does(self, recipe: str, locks: str, tmp_path: Path) -> None:
        network = to_train(recipe, locks)
        ours, trained = trained_here(network, tmp_path)
        as_modules(self.target, network, tmp_path)
        told_the_same(ours, trained_there(tmp_path))
        theirs = as_modules(self.target, network, tmp_path)["model"].load(tmp_path / "trained.safetensors")
        images = pictures((12, 12, 1), 20, 0)
        assert apart(own_logits(trained, images), self.logits(theirs, images))[0] < 1e-2
