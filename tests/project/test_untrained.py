"""Weights that nobody has needed yet: not made, not written, and to the bit those that the seed gives."""

from __future__ import annotations

import threading
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.locking import lock, mute
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.parameters.locks import silenced
from cnnstudio.nn.parameters.parameters import Parameters, Snapshot, initial_parameters
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project, untrained


def huge() -> Design:
    """Half a thousand million parameters in a few layers."""
    design = Design()
    for kind, settings in (("input", {}), ("flatten", {}), ("dense", {"units": 65_536}), ("dense", {"units": 6_800})):
        design, _ = edits.append(design, layer_kinds()[kind](**settings))
    return design


def same(one: Parameters, other: Parameters) -> bool:
    return np.array_equal(one.vector, other.vector) and np.array_equal(one.state, other.state)


def test_half_a_thousand_million_parameters_cost_nothing_until_somebody_needs_them(tmp_path: Path) -> None:
    design, path = huge(), tmp_path / "huge.cnn"
    tracemalloc.start()
    try:
        project = untrained(design)
        assert project.weights.parameters.layout.size > 490_000_000
        save_project(project, path)
        opened = load_project(path)
        edited = opened.edited(edits.append(opened.design, layer_kinds()["relu"]())[0]).reset()
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
    assert edited.weights.parameters.costly and not edited.weights.parameters.made
    assert path.stat().st_size < 10_000
    assert edited.weights.parameters.at_hand("dense_1") is None


@pytest.mark.parametrize("name", ["lenet5", "vgg_mini"])
def test_what_is_made_late_is_what_the_seed_gives(name: str, tmp_path: Path) -> None:
    design = mute(template(name), "conv2d_1", 2)
    late, path = untrained(design).weights.parameters, tmp_path / "a.cnn"
    single = {node.id: {n: a.copy() for n, a in late.arrays(node.id).items()} for node in design.graph}
    assert not late.made
    at_once = initial_parameters(design.graph, design.recipe.seed)
    design.locks.silence(at_once)
    assert same(late, at_once)
    assert all(np.array_equal(a, late.arrays(i)[n]) for i, found in single.items() for n, a in found.items())
    save_project(untrained(design), path)
    first = path.read_bytes()
    opened = load_project(path)
    assert same(opened.weights.parameters, late)
    save_project(opened, path)
    assert path.read_bytes() == first, "made or not, it is written alike"


def test_many_threads_get_the_same_arrays() -> None:
    parameters = untrained(template("vgg_mini")).weights.parameters
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(id(parameters.vector))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8 and set(found) == {id(parameters.vector)}
    assert not parameters.vector.flags.writeable


def test_an_edit_keeps_trained_weights_whether_or_not_they_are_made_at_once() -> None:
    design = template("lenet5")
    trained = initial_parameters(design.graph, 99)
    project = Project(design, Snapshot(trained.frozen(), "run", 7))
    wider = edits.configure(design, "conv2d_2", design.graph["conv2d_2"].layer.replace(filters=20))
    back = project.edited(wider).edited(design)
    for node in ("conv2d_1", "dense_2"):
        for name, array in trained.arrays(node).items():
            assert np.array_equal(back.weights.parameters.arrays(node)[name], array)
    fresh = initial_parameters(design.graph, design.recipe.seed)
    assert np.array_equal(back.weights.parameters.arrays("conv2d_2")["weights"], fresh.arrays("conv2d_2")["weights"])


def test_another_seed_or_rule_later_leaves_what_was_drawn() -> None:
    design = template("lenet5")
    seeded = untrained(design).edited(design.with_changes(recipe=design.recipe.replace(seed=5)))
    layer = design.graph["conv2d_1"].layer.replace(initializer="glorot")
    changed = seeded.edited(edits.configure(seeded.design, "conv2d_1", layer)).weights.parameters
    assert same(changed, initial_parameters(design.graph, design.recipe.seed))


def test_a_reset_spares_what_is_locked() -> None:
    design = lock(template("lenet5"), ["conv2d_1"])
    trained = initial_parameters(design.graph, 99).frozen()
    reset = Project(design, Snapshot(trained, "run", 7)).reset().weights.parameters
    fresh = initial_parameters(design.graph, design.recipe.seed)
    assert np.array_equal(reset.arrays("conv2d_1")["weights"], trained.arrays("conv2d_1")["weights"])
    assert np.array_equal(reset.arrays("conv2d_2")["weights"], fresh.arrays("conv2d_2")["weights"])
    muted = silenced(reset, mute(design, "conv2d_2", 0).locks)
    assert not muted.arrays("conv2d_2")["weights"][0].any() and muted.arrays("conv2d_2")["weights"][1].any()
