"""Two designs side by side."""

import pytest

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.analysis.comparison import Comparison, Side, compare
from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.settings import setting_text
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds


def named(found: Comparison) -> list[tuple[str, str, str]]:
    def node(side: Side | None) -> str:
        return side.node if side is not None else ""

    return [(row.kind, node(row.first), node(row.second)) for row in found.rows]


@pytest.mark.parametrize("name", template_names())
def test_a_design_equals_itself(name: str) -> None:
    found = compare(template(name), template(name))
    assert found.equal
    assert [row.first.node for row in found.rows if row.first] == list(template(name).graph.order)
    assert found.first == found.second


def test_added_removed_and_changed_layers_stand_in_their_place() -> None:
    one = template("lenet5")
    two = edits.configure(one, "conv2d_2", one.graph["conv2d_2"].layer.replace(filters=20, kernel=(3, 3)))
    two, _ = edits.insert(two, Edge("conv2d_1", "relu_1"), layer_kinds()["batch_norm"](), (0, 0))
    two = edits.remove(two, ["relu_3"], rejoin=True)
    found = compare(one, two)
    rows = named(found)
    assert rows[:3] == [("same", "input_1", "input_1"), ("same", "conv2d_1", "conv2d_1"), ("added", "", "batch_norm_1")]
    assert ("removed", "relu_3", "") in rows
    (changed,) = [row for row in found.rows if row.kind == "changed"]
    assert [(c.title, c.before, c.after) for c in changed.changes] == [("Filters", 16, 20), ("Kernel", (5, 5), (3, 3))]
    assert changed.reshaped
    assert (found.count("added"), found.count("removed"), found.count("changed")) == (1, 1, 1)
    assert found.first.parameters == analyse(one.graph).parameters
    assert found.second.macs == analyse(two.graph).macs


def test_the_same_network_under_other_ids_is_the_same() -> None:
    one = template("lenet5")
    two = Design()
    for node_id in one.graph.order:
        two, new = edits.append(two, one.graph[node_id].layer)
        two = edits.rename(two, new, f"My {node_id}")
    found = compare(one, two.with_changes(recipe=one.recipe))
    assert found.equal


def test_a_wire_elsewhere_is_a_change() -> None:
    one = template("resnet_mini")
    two = edits.connect(one, "relu_2", "add_1", 1)
    (changed,) = [row for row in compare(one, two).rows if row.kind != "same"]
    assert changed.rewired
    assert changed.first is not None
    assert changed.first.node == "add_1"


def test_recipes_are_compared() -> None:
    one = template("lenet5")
    two = one.with_changes(recipe=one.recipe.replace(batch_size=one.recipe.batch_size * 2))
    found = compare(one, two)
    assert [change.title for change in found.recipe] == ["Batch size"]
    assert found.second.training_bytes > found.first.training_bytes
    assert not found.equal


def test_settings_within_the_values_of_a_recipe_are_compared() -> None:
    one = template("lenet5")
    two = one.with_changes(
        recipe=one.recipe.choose(optimizer="sgd", schedule="one_cycle", class_weights=(1,) * 9 + (2,))
    )
    told = {
        change.title: (setting_text(change.before), setting_text(change.after)) for change in compare(one, two).recipe
    }
    assert told == {
        "Optimizer": ("adam", "sgd"),
        "Schedule": ("cosine", "one cycle"),
        "Class weights": ("equal", "1, 1, 1, 1, 1, 1, 1, 1, 1, 2"),
    }
    three = one.with_changes(recipe=two.recipe.choose(nesterov=True, momentum=0.5))
    assert [(change.title, change.after) for change in compare(two, three).recipe] == [
        ("Momentum", 0.5),
        ("Nesterov", True),
    ]


def test_an_optimizer_that_remembers_less_takes_less_memory() -> None:
    one = template("lenet5")
    found = compare(one, one.with_changes(recipe=one.recipe.replace(optimizer="sgd")))
    weights = analyse(one.graph).weight_bytes
    assert found.first.training_bytes - found.second.training_bytes == weights  # Adam keeps two numbers, SGD one


@pytest.mark.parametrize("first", template_names())
@pytest.mark.parametrize("second", template_names())
def test_every_layer_of_both_is_in_exactly_one_row(first: str, second: str) -> None:
    found = compare(template(first), template(second))
    ours = [row.first.node for row in found.rows if row.first]
    theirs = [row.second.node for row in found.rows if row.second]
    assert sorted(ours) == sorted(template(first).graph.order)
    assert sorted(theirs) == sorted(template(second).graph.order)
