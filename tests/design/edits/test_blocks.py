"""Blocks: a flat graph under names, folded, repeated, kept; whatever is done, the design stays whole."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import blocks, edits
from cnnstudio.design.edits.copies import duplicated
from cnnstudio.design.edits.edits import COLUMN, ROW, EditRefused
from cnnstudio.design.format.design_format import design_from_json, design_to_json
from cnnstudio.design.format.strict import Checked
from cnnstudio.design.kept_blocks import built_in_blocks
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design, block_fault
from cnnstudio.design.value.drawn import Block
from cnnstudio.design.value.folding import Entry
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import layer_kinds

KINDS = layer_kinds()
PART = ("conv2d_1", "relu_1", "max_pool2d_1")


def lenet() -> Design:
    return template("lenet5")


def residual() -> tuple[Design, str]:
    """input → conv → relu → add (+ input), then a softmax-like reader; the block is conv, relu, add."""
    design, _ = edits.append(Design(), KINDS["input"](height=8, width=8, channels=4))
    design, conv = edits.append(design, KINDS["conv2d"](filters=4, kernel=(3, 3), padding="same"))
    design, relu = edits.append(design, KINDS["relu"]())
    design, add = edits.append(design, KINDS["add"]())
    design = edits.connect(design, "input_1", add)
    design, _ = edits.append(design, KINDS["flatten"]())
    return blocks.group(design, (conv, relu, add), "Residual")


def test_a_selection_becomes_a_block_and_layers_stay_as_they_are() -> None:
    before = lenet()
    design, block = blocks.group(before, PART, "Stage")
    assert design.blocks[block] == Block("Stage", frozenset(PART))
    assert design.graph is before.graph and design.cards == before.cards
    assert blocks.ungroup(design, block) == before


def test_a_block_of_blocks_and_its_order() -> None:
    design, inner = blocks.group(lenet(), PART)
    design, outer = blocks.group(design, (*PART, "conv2d_2"))
    assert design.blocks[inner].parent == outer
    assert design.blocks[outer].members == {"conv2d_2"}
    assert design.folding.within[outer] == {*PART, "conv2d_2"}
    assert design.folding.around(inner) == (outer,)
    freed = blocks.ungroup(design, outer)
    assert freed.blocks == {inner: replace(design.blocks[inner], parent="")}


def test_a_block_within_a_block() -> None:
    design, outer = blocks.group(lenet(), PART)
    design, inner = blocks.group(design, PART[:2])
    assert design.blocks[inner].parent == outer
    assert design.blocks[outer].members == {PART[2]}


@pytest.mark.parametrize("chosen", [(), PART, (PART[0], "conv2d_2")])
def test_what_makes_no_block_is_refused(chosen: tuple[str, ...]) -> None:
    design, _ = blocks.group(lenet(), PART)
    with pytest.raises(EditRefused):
        blocks.group(design, chosen)


def test_a_collapsed_block_is_one_card_and_its_row_moves_up() -> None:
    design, block = blocks.group(lenet(), PART[:2])
    folded = blocks.collapse(design, block)
    assert folded.graph is design.graph
    assert set(folded.places) == set(design.cards) - set(PART[:2]) | {block}
    assert folded.places[block] == (design.cards["conv2d_1"].x, design.cards["conv2d_1"].y)
    assert folded.cards["max_pool2d_1"].x == design.cards["max_pool2d_1"].x - COLUMN
    assert folded.cards["conv2d_2"] == design.cards["conv2d_2"]
    assert blocks.expand(folded, block) == design


def test_a_block_of_two_rows_pushes_down_what_would_lie_in_its_second_row() -> None:
    design = lenet()
    design, block = blocks.group(design, PART)
    design = edits.move(design, {"relu_1": (design.cards["relu_1"].x, ROW)})  # a branch of its own, so to speak
    design = blocks.collapse(design, block)
    opened = blocks.expand(design, block)
    assert opened.places["relu_1"][1] == ROW == design.places["relu_2"][1]
    assert [opened.places[i][1] - design.places[i][1] for i in ("relu_2", "softmax_1", "input_1")] == [ROW, ROW, 0.0]
    assert len(set(opened.places.values())) == len(opened.places)


def test_ports_of_a_collapsed_residual_block() -> None:
    design, block = residual()
    folded = blocks.collapse(design, block).folding
    assert folded.entries(block) == (Entry((("conv2d_1", 0), ("add_1", 1))),)
    assert folded.exits(block) == ("add_1",)
    assert set(folded.bundle(Edge("input_1", "add_1", 1))) == {
        Edge("input_1", "conv2d_1"),
        Edge("input_1", "add_1", 1),
    }
    assert folded.is_inner(Edge("relu_1", "add_1")) and not folded.is_inner(Edge("add_1", "flatten_1"))


def test_a_layer_dropped_on_the_wire_into_a_block_feeds_all_of_it() -> None:
    design, block = residual()
    folded = blocks.collapse(design, block)
    after, node = edits.insert(folded, Edge("input_1", "add_1", 1), KINDS["batch_norm"](), (75.0, 0.0))
    assert after.graph["conv2d_1"].inputs == (node,)
    assert after.graph["add_1"].inputs == ("relu_1", node)
    assert node not in after.folding.owner


def test_a_layer_dropped_on_a_wire_inside_a_block_belongs_to_it() -> None:
    design, block = residual()
    after, node = edits.insert(design, Edge("conv2d_1", "relu_1"), KINDS["batch_norm"](), (220.0, 0.0))
    assert after.folding.owner[node] == block


def test_deleting_all_of_a_block_deletes_it_and_a_part_leaves_it() -> None:
    design, block = blocks.group(lenet(), PART)
    assert block not in edits.remove(design, PART).blocks
    assert edits.remove(design, PART[:1]).blocks[block].members == set(PART[1:])


def test_repeating_chains_copies_in_place() -> None:
    design, block = residual()
    after, nodes = blocks.repeat(design, design.folding.within[block], 3)
    assert len(nodes) == 9 and len(after.blocks) == 3
    adds = [node for node in after.graph.order if after.graph[node].layer.kind == "add"]
    convs = [node for node in after.graph.order if after.graph[node].layer.kind == "conv2d"]
    assert after.graph[convs[1]].inputs == (adds[0],) and after.graph[adds[1]].inputs[1] == adds[0]
    assert after.graph["flatten_1"].inputs == (adds[2],)
    assert after.graph.shape("flatten_1") == design.graph.shape("flatten_1")
    assert after.cards["flatten_1"].x == design.cards["flatten_1"].x + 6 * COLUMN
    assert len(set(after.places.values())) == len(after.places)


def test_repeating_a_shortcut_at_the_first_port_keeps_the_order() -> None:
    design, block = residual()
    design = edits.connect(edits.connect(design, "input_1", "add_1", 0), "relu_1", "add_1", 1)
    after, _ = blocks.repeat(design, design.folding.within[block], 2)
    twin = next(n for n in after.graph if n.layer.kind == "add" and n.id != "add_1")
    assert twin.inputs[0] == "add_1" and after.graph[twin.inputs[1]].layer.kind == "relu"


def test_repeating_inside_a_block_stays_inside() -> None:
    design, outer = blocks.group(lenet(), PART)
    after, nodes = blocks.repeat(design, PART[1:2], 2)
    assert {after.folding.owner[node] for node in nodes} == {outer}


@pytest.mark.parametrize(
    ("chosen", "times"), [((), 2), (("input_1",), 2), (PART, 1), (PART, 51), (("conv2d_1", "conv2d_2"), 2)]
)
def test_what_cannot_be_repeated_is_refused(chosen: tuple[str, ...], times: int) -> None:
    with pytest.raises(EditRefused):
        blocks.repeat(lenet(), chosen, times)


def test_a_block_is_kept_and_placed_in_another_design() -> None:
    design, block = residual()
    part = blocks.extracted(design, block)
    assert set(part.cards) == {"conv2d_1", "relu_1", "add_1"} and part.title == "Residual"
    other = template("first_conv")
    after, nodes = blocks.insert(other, part, Edge("input_1", "conv2d_1"), (80.0, 0.0))
    (placed,) = after.folding.collapsed
    assert after.folding.within[placed] == set(nodes)
    (entry,) = after.folding.entries(placed)
    assert {after.graph[node].inputs[port] for node, port in entry.targets} == {"input_1"}
    assert after.graph["conv2d_1"].inputs == after.folding.exits(placed)
    assert len(set(after.places.values())) == len(after.places)


def test_a_kept_block_is_appended() -> None:
    design, block = residual()
    part = blocks.extracted(design, block)
    after, nodes = blocks.append(lenet(), part, "softmax_1")
    assert {after.graph[node].inputs[-1] for node in nodes if after.graph[node].layer.kind != "relu"} >= {"softmax_1"}


def test_copies_of_whole_blocks_are_blocks() -> None:
    design, block = blocks.group(lenet(), PART, "Stage")
    after, copies = duplicated(design, (*PART, "conv2d_2"), (30, 30))
    (twin,) = set(after.blocks) - {block}
    assert after.blocks[twin].members == set(copies[:3]) and after.blocks[twin].name == "Stage 2"
    after, _ = duplicated(design, PART[:2], (30, 30))
    assert set(after.blocks) == {block}


BAD: dict[str, dict[str, Block]] = {
    "unknown layer": {"b": Block("B", frozenset({"nobody"}))},
    "no layers": {"b": Block("B")},
    "unknown parent": {"b": Block("B", frozenset(PART), "c")},
    "in itself": {"b": Block("B", frozenset(PART), "b")},
    "in a ring": {"b": Block("B", frozenset(PART), "c"), "c": Block("C", frozenset(), "b")},
    "shared layer": {"b": Block("B", frozenset(PART)), "c": Block("C", frozenset(PART[:1]))},
    "id of a layer": {"relu_1": Block("B", frozenset(PART))},
    "too deep": {
        **{f"b{i}": Block("B", frozenset(), f"b{i + 1}") for i in range(1, 50)},
        "b0": Block("B", frozenset(PART), "b1"),
        "b50": Block("B"),
    },
}


@pytest.mark.parametrize("fault", BAD)
def test_blocks_that_are_no_tree_are_bugs(fault: str) -> None:
    assert block_fault(lenet().graph, BAD[fault])
    with pytest.raises(ValueError):
        lenet().with_changes(blocks=BAD[fault])


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(st.data())
def test_whatever_is_done_the_design_stays_whole(data: st.DataObject) -> None:
    design, _ = residual()
    names = ("group", "ungroup", "collapse", "expand", "repeat", "remove", "insert", "duplicate")
    for _ in range(data.draw(st.integers(1, 12))):
        nodes = sorted(design.graph.ids)
        if not nodes or len(nodes) > 60:
            break
        before = design
        some = data.draw(st.sets(st.sampled_from(nodes), min_size=1, max_size=4))
        some |= frozenset().union(*(design.folding.nodes_of(design.folding.shown(node)) for node in some))
        block = data.draw(st.sampled_from(sorted(design.blocks))) if design.blocks else ""
        try:
            match data.draw(st.sampled_from(names)):
                case "group":
                    design, _ = blocks.group(design, some)
                    assert design.graph is before.graph and design.cards == before.cards
                case "ungroup" if block:
                    design = blocks.ungroup(design, block)
                    assert design.graph is before.graph
                case "collapse" if block:
                    design = blocks.collapse(design, block)
                    assert design.graph is before.graph
                case "expand" if block:
                    design = blocks.expand(design, block)
                    assert design.graph is before.graph
                case "repeat":
                    design, _ = blocks.repeat(design, some, 2)
                    assert len(design.graph) == len(before.graph) + len(some)
                case "remove":
                    design = edits.remove(design, some, rejoin=True)
                case "insert" if design.graph.edges:
                    edge = data.draw(st.sampled_from(design.graph.edges))
                    if not design.folding.is_inner(edge):
                        design, _ = edits.insert(design, edge, KINDS["relu"](), (0.0, 0.0))
                case "duplicate":
                    design, _ = duplicated(design, some, (30, 30))
        except EditRefused:
            assert design is before
        assert not block_fault(design.graph, design.blocks)
        folding = design.folding
        assert set(design.places) == {folding.shown(node) for node in design.graph.ids}
        for edge in design.graph.edges:
            if not folding.is_inner(edge):
                assert 0 <= folding.entry_of(edge) < len(folding.entries(folding.shown(edge.target)))
                assert edge.source in folding.exits(folding.shown(edge.source))
        again = design_from_json(Checked(design_to_json(design), "f"))
        assert again == design and not design.graph.cyclic


@pytest.mark.parametrize("channels", [1, 16])
@pytest.mark.parametrize("way", ["append", "insert"])
def test_a_residual_block_fits_where_it_lands(channels: int, way: str) -> None:
    """Its shortcut brings as many maps as its branch ends in; where it has them anyway, nothing is added."""
    (kept,) = (block for block in built_in_blocks() if block.kind == "block:residual")
    design, image = edits.append(Design(), KINDS["input"](height=8, width=8, channels=channels))
    design, last = edits.append(design, KINDS["relu"]())
    if way == "append":
        after, nodes = blocks.append(design, kept.part, last)
    else:
        after, nodes = blocks.insert(design, kept.part, Edge(image, last), (150.0, 0.0))
    assert not analyse(after.graph).problems
    (block,) = after.blocks
    assert after.folding.within[block] == frozenset(nodes) == after.graph.ids - design.graph.ids
    added = [after.graph[node].layer for node in nodes if after.graph[node].layer.kind == "conv2d"]
    assert [layer.to_json()["kernel"] for layer in added].count([1, 1]) == (channels != 16)
    opened = blocks.expand(after, block)
    assert len(set(opened.places.values())) == len(opened.graph)
