"""Edits make new designs and keep what is true of every design."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cnnstudio.design.edits import edits
from cnnstudio.design.edits.edits import COLUMN, ROW, EditRefused
from cnnstudio.design.format.design_format import design_from_json, design_to_json
from cnnstudio.design.format.strict import Checked
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.graph.layer import Layer, layer_kinds


def layer(kind: str, **values: object) -> Layer:
    return layer_kinds()[kind](**values)


def order(design: Design) -> list[str]:
    return list(design.graph.order)


def test_append_wires_to_the_end_and_places_to_the_right() -> None:
    design, first = edits.append(Design(), layer("input"))
    design, second = edits.append(design, layer("relu"))
    design, third = edits.append(design, layer("relu"))
    assert design.graph[third].inputs == (second,)
    assert design.graph[second].inputs == (first,)
    assert [design.cards[i].x for i in (first, second, third)] == [0, COLUMN, 2 * COLUMN]
    assert [design.cards[i].name for i in (second, third)] == ["ReLU", "ReLU 2"]
    assert edits.end_of_stack(design) == third


def test_append_finds_a_place_that_no_card_covers() -> None:
    design, _ = edits.append(Design(), layer("input"))
    design, _ = edits.add(design, layer("relu"), (COLUMN * 1.2, ROW * 0.3))
    design = edits.connect(design, "input_1", "relu_1")
    design = edits.move(design, {"relu_1": (-500, 0), "input_1": (-350, 0)})
    design, blocker = edits.add(design, layer("dropout"), (-350, 10))
    design, last = edits.append(edits.remove(design, [blocker]), layer("relu"))
    places = [(card.x, card.y) for card in design.cards.values()]
    assert len(set(places)) == len(places)
    assert design.graph[last].inputs == ("relu_1",)


def test_an_appended_input_is_not_wired() -> None:
    design, _ = edits.append(template("lenet5"), layer("input"))
    assert design.graph["input_2"].inputs == ()


def test_insert_rewires_and_makes_room_in_its_row_only() -> None:
    before = template("lenet5")
    x, y = before.cards["relu_1"].x, before.cards["relu_1"].y
    design, node = edits.insert(before, Edge("conv2d_1", "relu_1"), layer("dropout"), (x - 20, y))
    assert design.graph[node].inputs == ("conv2d_1",)
    assert design.graph["relu_1"].inputs == (node,)
    assert design.cards["relu_1"].x == x - 20 + COLUMN
    assert design.cards["max_pool2d_1"].x - design.cards["relu_1"].x == COLUMN
    for other in ("input_1", "conv2d_1", "conv2d_2", "dense_1"):
        assert design.cards[other] == before.cards[other]


@pytest.mark.parametrize("kind", ["input"])
def test_what_has_no_input_cannot_sit_on_a_wire(kind: str) -> None:
    with pytest.raises(EditRefused, match="has no input"):
        edits.insert(template("lenet5"), Edge("conv2d_1", "relu_1"), layer(kind), (0, 0))
    design, node = edits.add(template("lenet5"), layer(kind), (0, 0))
    with pytest.raises(EditRefused, match="has no input"):
        edits.splice(design, Edge("conv2d_1", "relu_1"), node)


def test_a_layer_is_not_spliced_into_its_own_wire_or_a_circle() -> None:
    design = template("lenet5")
    with pytest.raises(EditRefused, match="its own wire"):
        edits.splice(design, Edge("conv2d_1", "relu_1"), "relu_1")
    with pytest.raises(EditRefused, match="circle"):
        edits.splice(design, Edge("dense_1", "relu_3"), "relu_1")


def test_remove_cuts_and_rejoin_joins_over_several() -> None:
    cut = edits.remove(template("lenet5"), ["relu_1", "max_pool2d_1"])
    assert cut.graph["conv2d_2"].inputs == ()
    joined = edits.remove(template("lenet5"), ["relu_1", "max_pool2d_1"], rejoin=True)
    assert joined.graph["conv2d_2"].inputs == ("conv2d_1",)
    assert set(joined.cards) == {node.id for node in joined.graph}


def test_connect_replaces_the_only_wire_and_refuses_circles() -> None:
    design = edits.connect(template("lenet5"), "conv2d_1", "max_pool2d_1")
    assert design.graph["max_pool2d_1"].inputs == ("conv2d_1",)
    for source, target in (("relu_1", "relu_1"), ("softmax_1", "conv2d_1")):
        with pytest.raises(EditRefused, match="circle"):
            edits.connect(design, source, target)
    with pytest.raises(EditRefused, match="no input"):
        edits.connect(edits.add(design, layer("input"), (0, 0))[0], "conv2d_1", "input_2")


def test_a_merging_layer_takes_more_wires_up_to_its_limit() -> None:
    design, node = edits.add(template("lenet5"), layer("add"), (0, 900))
    for source in ("conv2d_1", "relu_1"):
        design = edits.connect(design, source, node)
    assert design.graph[node].inputs == ("conv2d_1", "relu_1")
    replaced = edits.connect(design, "input_1", node, port=0)
    assert replaced.graph[node].inputs == ("input_1", "relu_1")
    with pytest.raises(EditRefused, match="at most"):
        for _ in range(10_000):
            design = edits.connect(design, "relu_1", node)


@pytest.mark.parametrize("name", ["", "   ", "x" * 257])
def test_a_name_has_1_to_256_characters(name: str) -> None:
    with pytest.raises(EditRefused, match="1 to 256"):
        edits.rename(template("lenet5"), "conv2d_1", name)


def test_rename_tidies_blanks_and_configure_keeps_the_wires() -> None:
    design = edits.rename(template("lenet5"), "conv2d_1", "  my \n filters ")
    assert design.cards["conv2d_1"].name == "my filters"
    design = edits.configure(design, "conv2d_1", layer("conv2d", filters=9))
    assert design.graph["conv2d_1"].inputs == ("input_1",)
    assert design.graph.shape("conv2d_1") == (26, 26, 9)


def test_moving_a_card_leaves_the_graph_itself_alone() -> None:
    before = template("lenet5")
    assert edits.move(before, {"relu_1": (1, 2)}).graph is before.graph


@st.composite
def edited(draw: st.DrawFn, steps: int = 12) -> Design:
    """A design after some random edits; refused ones are part of the game."""
    design = draw(st.sampled_from([Design(), template("first_conv"), template("lenet5")]))
    kinds = st.sampled_from(sorted(layer_kinds()))
    place = st.tuples(*[st.floats(-1e4, 1e4, width=32)] * 2)
    for _ in range(draw(st.integers(1, steps))):
        before = (design, design_to_json(design))
        nodes = [node.id for node in design.graph]
        some = st.sampled_from(nodes or [""])
        edge = st.sampled_from(design.graph.edges or (None,))
        move = draw(st.sampled_from(["add", "append", "insert", "splice", "remove", "connect", "move", "rename"]))
        new = layer(draw(kinds))
        try:
            match move:
                case "add":
                    design, _ = edits.add(design, new, draw(place))
                case "append":
                    design, _ = edits.append(design, new)
                case "insert" if design.graph.edges:
                    design, _ = edits.insert(design, draw(edge), new, draw(place))
                case "splice" if design.graph.edges:
                    design = edits.splice(design, draw(edge), draw(some), draw(st.none() | place))
                case "remove":
                    wires = draw(st.lists(edge, max_size=2)) if design.graph.edges else []
                    gone = draw(st.lists(some, max_size=3)) if nodes else []
                    design = edits.remove(design, gone, wires, rejoin=draw(st.booleans()))
                case "connect" if nodes:
                    port = draw(st.none() | st.integers(0, 3))
                    design = edits.connect(design, draw(some), draw(some), port)
                case "move" if nodes:
                    design = edits.move(design, {draw(some): draw(place)})
                case "rename" if nodes:
                    design = edits.rename(design, draw(some), draw(st.text(max_size=20)))
                case _:
                    pass
        except EditRefused as refusal:
            assert str(refusal).endswith(".")
        assert design_to_json(before[0]) == before[1], "an edit changed the design it was given"
    return design


@pytest.mark.slow
@settings(max_examples=120, deadline=None)
@given(edited())
def test_edits_keep_what_is_true_of_every_design(design: Design) -> None:
    graph = design.graph
    assert set(design.cards) == {node.id for node in graph}
    assert not graph.cyclic
    assert len(order(design)) == len(graph)
    for node in graph:
        assert len(node.inputs) <= node.layer.most_inputs
        assert all(source in graph for source in node.inputs)
        assert 0 < len(design.cards[node.id].name) <= 256
    assert design_from_json(Checked(design_to_json(design), "f")) == design
