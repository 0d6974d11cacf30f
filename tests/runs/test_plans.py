"""Plans are timed once, remembered, and never trusted blindly."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.design.templates import template
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.network.plan import Plan, default_plan
from cnnstudio.nn.network.shard import Abandoned
from cnnstudio.nn.network.tuning import tuned_plan
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.runs.plans import plan_for

GRAPH = template("lenet5").graph


@pytest.fixture
def memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CNNSTUDIO_CACHE", str(tmp_path))
    return tmp_path / "plans"


def only_file(folder: Path) -> Path:
    (path,) = folder.glob("*.json")
    return path


def test_a_plan_is_timed_once(memory: Path) -> None:
    plan = plan_for(GRAPH, 8, 2)
    assert plan.threads == 2
    assert set(plan.algorithms) == {node.id for node in GRAPH}
    path = only_file(memory)
    # what lies there is what is used: nothing is timed again
    path.write_text(json.dumps({**plan.algorithms, "conv2d_2": "winograd/rows/slices"}))
    assert plan_for(GRAPH, 8, 2).algorithms["conv2d_2"] == "winograd/rows/slices"


def test_another_batch_size_thread_count_or_graph_has_a_plan_of_its_own(memory: Path) -> None:
    for graph, batch_size, threads in ((GRAPH, 8, 1), (GRAPH, 8, 2), (GRAPH, 4, 1)):
        plan_for(graph, batch_size, threads)
    plan_for(template("first_conv").graph, 8, 1)
    assert len(list(memory.glob("*.json"))) == 4


@pytest.mark.parametrize(
    "text", ["", "[]", "null", "{}", '{"conv2d_1": 5}', '{"conv2d_1": "rows"}', "\x00", "[" * 5000]
)
def test_a_damaged_memory_is_timed_anew(memory: Path, text: str) -> None:
    plan = plan_for(GRAPH, 8, 1)
    path = only_file(memory)
    path.write_text(text)
    assert set(plan_for(GRAPH, 8, 1).algorithms) == set(plan.algorithms)
    assert set(json.loads(path.read_text())) == set(plan.algorithms)


def test_an_unknown_algorithm_is_timed_anew(memory: Path) -> None:
    plan = plan_for(GRAPH, 8, 1)
    path = only_file(memory)
    path.write_text(json.dumps({**plan.algorithms, "conv2d_1": "rows/magic/rows"}))
    assert "magic" not in plan_for(GRAPH, 8, 1).algorithms["conv2d_1"]


def test_without_a_place_to_remember_there_is_a_plan_all_the_same(memory: Path) -> None:
    memory.write_text("a file where the folder should be")
    assert set(plan_for(GRAPH, 8, 1).algorithms) == {node.id for node in GRAPH}


def test_timing_can_be_cancelled(memory: Path) -> None:
    with pytest.raises(Abandoned):
        plan_for(GRAPH, 8, 1, cancelled=lambda: True)
    assert not memory.exists()


@pytest.mark.slow
def test_timing_changes_algorithms_and_no_number() -> None:
    graph = template("article").graph
    tuned = tuned_plan(graph, 4, 1)
    parameters = initial_parameters(graph, 0).copy(np.float64)
    images, labels = np.random.default_rng(0).random((4, 32, 32, 3)), np.arange(4)
    gradients = []
    for plan in (tuned, default_plan(graph), Plan(1, {node.id: "reference" for node in graph})):
        network = compile_network(graph, parameters, 4, mode="train", plan=plan)
        network.step(images, labels)
        gradients.append(network.gradient)
    np.testing.assert_allclose(gradients[0], gradients[2], atol=1e-10)
    np.testing.assert_allclose(gradients[1], gradients[2], atol=1e-10)
