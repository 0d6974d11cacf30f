"""Locked layers and muted filters as part of a design."""

from __future__ import annotations

import copy

import pytest

from cnnstudio.design.analysis.comparison import compare
from cnnstudio.design.edits import edits
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.edits.locking import all_locked, lock, mute, toggle, trainable_parameters
from cnnstudio.design.format.design_format import FileFormatError, design_from_json, design_to_json
from cnnstudio.design.format.strict import Checked, dump, parse
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.parameters.locks import Locks
from cnnstudio.project.project import untrained

#: 28×28×1 → conv 6×5×5, conv 16×5×5, dense 120, 84, 10: 156 + 2 416 + 48 120 + 10 164 + 850 parameters
LENET = template("lenet5")
CONVOLUTIONS = [node.id for node in LENET.graph if node.layer.kind == "conv2d"]
RELU = next(node.id for node in LENET.graph if node.layer.kind == "relu")


def read(value: object) -> Design:
    return design_from_json(parse(dump(value), "f.cnn", "design.json"))


def test_locking_takes_the_layers_that_learn_and_says_so_where_there_is_none() -> None:
    design, text = toggle(LENET, [*CONVOLUTIONS, RELU])
    assert design.locks.layers == frozenset(CONVOLUTIONS) and str(text) == "Lock 2 layers"
    assert all_locked(design, [*CONVOLUTIONS, RELU]) and not all_locked(LENET, CONVOLUTIONS)
    again, text = toggle(design, CONVOLUTIONS[:1])
    assert again.locks.layers == frozenset(CONVOLUTIONS[1:]) and str(text) == "Unlock Conv 2D"
    with pytest.raises(EditRefused, match="ReLU learns nothing"):
        toggle(LENET, [RELU])
    assert design.graph is LENET.graph, "weights and runs stay"


def test_what_is_left_to_learn() -> None:
    assert trainable_parameters(LENET) == 61_706
    design = mute(lock(LENET, CONVOLUTIONS[:1]), CONVOLUTIONS[1], 3)
    assert trainable_parameters(design) == 61_706 - 156 - 151
    assert trainable_parameters(design, CONVOLUTIONS) == 2_416 - 151
    everything = lock(LENET, LENET.graph.ids)
    assert trainable_parameters(everything) == 0
    assert "Unlock one" in why_not_trainable(everything) and not why_not_trainable(design)


def test_locks_go_with_the_layers_and_filters_they_are_on() -> None:
    first, second = CONVOLUTIONS
    design = mute(mute(lock(LENET, CONVOLUTIONS), first, 5), second, 1)
    assert edits.remove(design, [first], rejoin=True).locks == Locks(frozenset({second}), frozenset({(second, 1)}))
    fewer = edits.configure(design, first, design.graph[first].layer.replace(filters=5))
    assert fewer.locks.filters == frozenset({(second, 1)}) and first in fewer.locks.layers


def test_a_muted_filter_is_silent_however_its_weights_came_about() -> None:
    first = CONVOLUTIONS[0]
    design = mute(LENET, first, 2)
    wider = edits.configure(design, first, design.graph[first].layer.replace(kernel=(3, 3)))
    for project in (untrained(design), untrained(LENET).edited(design), untrained(design).edited(wider)):
        arrays = project.weights.parameters.arrays(first)
        assert not arrays["weights"][2].any() and arrays["weights"][1].any()


def test_locks_come_back_from_json_and_designs_without_any_name_none() -> None:
    design = mute(mute(lock(LENET, CONVOLUTIONS), CONVOLUTIONS[0], 5), CONVOLUTIONS[0], 0)
    written = design_to_json(design)
    assert written["muted"] == {CONVOLUTIONS[0]: [0, 5]}
    assert read(written) == design
    assert not {"locked", "muted"} & design_to_json(LENET).keys()


@pytest.mark.parametrize(
    "damage",
    [
        {"locked": ["gone"]},
        {"locked": CONVOLUTIONS[:1] * 2},
        {"locked": CONVOLUTIONS[0]},
        {"locked": [3]},
        {"muted": {"gone": [0]}},
        {"muted": {CONVOLUTIONS[0]: [6]}},
        {"muted": {CONVOLUTIONS[0]: [-1]}},
        {"muted": {CONVOLUTIONS[0]: [True]}},
        {"muted": {CONVOLUTIONS[0]: []}},
        {"muted": [CONVOLUTIONS[0]]},
    ],
    ids=str,
)
def test_damaged_locks_are_refused_with_their_place(damage: dict[str, object]) -> None:
    document = Checked({**copy.deepcopy(design_to_json(LENET)), **damage}, "f.cnn", "design.json")
    with pytest.raises(FileFormatError) as refusal:
        design_from_json(document)
    assert next(iter(damage)) in str(refusal.value)


def test_a_comparison_tells_what_is_locked() -> None:
    found = compare(LENET, lock(LENET, CONVOLUTIONS[:1]))
    assert not found.equal and found.count("changed") == 1
    (changed,) = (row for row in found.rows if row.kind == "changed")
    assert [(c.title, c.before, c.after) for c in changed.changes] == [("Locked", False, True)]


def test_layers_of_every_kind_can_be_locked_exactly_if_they_learn() -> None:
    for kind in layer_kinds().values():
        design, _ = edits.append(Design(), layer_kinds()["input"](height=8, width=8, channels=2))
        if kind.category in ("input", "merge"):
            continue
        design, node = edits.append(design, kind())
        if design.graph.inferred[node].output is None:
            continue
        learns = bool(design.graph[node].layer.parameters(design.graph.inferred[node].inputs))
        assert (trainable_parameters(design) > 0) == learns
        if learns:
            assert trainable_parameters(lock(design, [node])) == 0
        else:
            with pytest.raises(EditRefused):
                lock(design, [node])
