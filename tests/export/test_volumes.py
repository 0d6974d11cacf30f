"""Laws of the boxes: to scale, in order, apart from each other."""

from __future__ import annotations

import itertools
import random

import pytest

from benchmarks.analysis import residual
from cnnstudio.design.templates import template, template_names
from cnnstudio.export import volume_figure as volume_figure_module
from cnnstudio.export.camera import MOST_PITCH, MOST_YAW, Camera
from cnnstudio.export.figure import Label, Line, Rectangle
from cnnstudio.export.inks import inks
from cnnstudio.export.volume_figure import View, figure_size, fitting_scale, volume_figure
from cnnstudio.export.volumes import Box, Scale, Volumes, volumes
from cnnstudio.nn.graph.graph import Graph, Node, chain
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded

KINDS = layer_kinds()


def boxes_of(name: str, *, compact: bool = False) -> Volumes:
    design = template(name)
    return volumes(design.graph, {node: card.name for node, card in design.cards.items()}, compact=compact)


def tower(size: int, channels: int) -> Graph:
    """A small image that becomes many 1×1 maps."""
    conv = KINDS["conv2d"](filters=channels, kernel=(size, size))
    return chain(("a", KINDS["input"](height=size, width=size, channels=3)), ("b", conv))


def interval_gap(one: Box, two: Box, middle: str, extent: str) -> float:
    apart = abs(getattr(one, middle) - getattr(two, middle))
    return apart - (getattr(one, extent) + getattr(two, extent)) / 2


@pytest.mark.parametrize("largest", [1, 8, 28, 224, 4096])
def test_every_length_grows_with_its_extent(largest: int) -> None:
    scale = Scale(largest)
    for length, most in ((scale.side, largest), (scale.depth, 4096), (scale.length, 10**6)):
        extents = sorted({1, most, *(random.Random(3).randint(1, most) for _ in range(200))})
        lengths = [length(extent) for extent in extents]
        assert all(a < b for a, b in itertools.pairwise(lengths)), length
        assert lengths[0] >= 2.0  # still to be seen
    assert scale.side(largest) <= 116.0 + 1e-9


def test_a_large_image_and_many_small_maps_both_read() -> None:
    image, maps = volumes(tower(32, 256), {})
    assert (image.height, image.width) == (116.0, 116.0) and image.depth > 10
    assert maps.height >= 10 and 40 < maps.depth < image.height


@pytest.mark.parametrize("name", template_names())
@pytest.mark.parametrize("compact", [False, True])
def test_no_two_boxes_overlap(name: str, compact: bool) -> None:
    found = list(boxes_of(name, compact=compact))
    assert len(found) == len(template(name).graph)
    for one, two in itertools.combinations(found, 2):
        gaps = [interval_gap(one, two, *axis) for axis in (("x", "width"), ("y", "height"), ("z", "depth"))]
        assert max(gaps) > 0, (one, two)


@pytest.mark.parametrize("name", template_names())
def test_boxes_follow_the_graph_from_left_to_right(name: str) -> None:
    found = boxes_of(name)
    for edge in template(name).graph.edges:
        assert found.box_of[edge.source].x < found.box_of[edge.target].x


def deep() -> Volumes:
    """Volumes that are far deeper than wide, without words that would keep them apart."""
    convs = ((f"c{i}", KINDS["conv2d"](filters=2048, kernel=(1, 1))) for i in range(4))
    return volumes(chain(("in", KINDS["input"](height=1, width=1, channels=3)), *convs), {}, compact=True)


@pytest.mark.parametrize("name", ["lenet5", "resnet_mini", "inception_mini", "deep"])
@pytest.mark.parametrize("yaw", [-MOST_YAW, -20.0, 0.0, 35.0, MOST_YAW])
@pytest.mark.parametrize("pitch", [-MOST_PITCH, 0.0, MOST_PITCH])
def test_no_unit_hides_another_from_any_side(name: str, yaw: float, pitch: float) -> None:
    found, camera = deep() if name == "deep" else boxes_of(name), Camera(yaw, pitch)
    extents = []
    for unit in found.units:
        corners = [
            camera.seen(a * unit.width / 2, b * unit.height / 2, c * unit.depth / 2)
            for a, b, c in itertools.product((-1, 1), repeat=3)
        ]
        xs, ys = [unit.x + x for x, _ in corners], [y - unit.y for _, y in corners]
        extents.append((min(xs), min(ys), max(xs), max(ys)))
    for one, two in itertools.combinations(extents, 2):
        assert one[2] <= two[0] or two[2] <= one[0] or one[3] <= two[1] or two[3] <= one[1]


def test_activations_are_sheets_on_their_volume_and_branches_have_lanes() -> None:
    found = boxes_of("lenet5")
    assert [unit.boxes[1].form for unit in found.units if len(unit.boxes) > 1] == ["sheet"] * 4
    assert {unit.y for unit in found.units} == {found.units[0].y}
    assert len({unit.y for unit in boxes_of("inception_mini").units}) == 4


def test_an_activation_that_reads_a_branching_volume_stands_alone() -> None:
    nodes = (
        Node("in", KINDS["input"](height=8, width=8, channels=2)),
        Node("relu", KINDS["relu"](), ("in",)),
        Node("sum", KINDS["add"](), ("in", "relu")),
    )
    assert [unit.head.node for unit in volumes(Graph(nodes), {}).units] == ["in", "relu", "sum"]


def test_what_has_no_shape_is_shown_as_unknown_and_cycles_do_not_hang() -> None:
    nodes = (
        Node("in", KINDS["input"](height=3, width=3, channels=1)),
        Node("big", KINDS["conv2d"](kernel=(5, 5)), ("in",)),
        Node("one", KINDS["relu"](), ("two",)),
        Node("two", KINDS["relu"](), ("one",)),
    )
    found = volumes(Graph(nodes), {"big": "Big"})
    assert {box.node: box.form for box in found}["big"] == "unknown"
    assert {box.node for box in found} == {"in", "big", "one", "two"}
    assert volumes(Graph(), {}).units == ()


def test_the_window_of_a_filter_lies_in_its_input_with_all_its_channels() -> None:
    graph = chain(
        ("in", KINDS["input"](height=32, width=32, channels=3)),
        ("conv", KINDS["conv2d"](filters=6, kernel=(5, 5))),
        ("deep", KINDS["depthwise_conv2d"](kernel=(3, 3))),
        ("pool", KINDS["max_pool2d"]()),
    )
    conv, deep, pool = volumes(graph, {}).peeks
    assert worded(conv.caption) == "5×5×3 filter → one number"
    assert worded(deep.caption) == "3×3×1 filter → one number" and deep.window[4] == pytest.approx(1 / 6)
    assert worded(pool.caption) == "2×2 window → one number"
    for peek in (conv, deep, pool):
        left, top, width, height, depth = peek.window
        assert left >= 0 and top >= 0 and left + width <= 1 and top + height <= 1 and 0 < depth <= 1
        assert all(0 < share < 1 for share in peek.cell)


@pytest.mark.parametrize("name", template_names())
@pytest.mark.parametrize("scale", [0.2, 0.6, 1.0, 2.0])
def test_everything_lies_on_the_figure(name: str, scale: float) -> None:
    design = template(name)
    names = {node: card.name for node, card in design.cards.items()}
    figure = volume_figure(volumes(design.graph, names), names, inks("print"), View(scale=scale))
    for mark in figure.marks:
        points = list(mark.points) if isinstance(mark, Line) else [(mark.x, mark.y)]
        if isinstance(mark, Rectangle):
            points.append((mark.x + mark.width, mark.y + mark.height))
        if isinstance(mark, Label) and mark.node:
            continue  # held by the test of the SVG
        assert all(-1 <= x <= figure.width + 1 and -1 <= y <= figure.height + 1 for x, y in points), mark


def test_words_below_the_last_lane_have_their_room() -> None:
    """Also where lanes lie close together, as in a low panel."""
    layers = (Node("in", KINDS["input"](height=28, width=28, channels=1)), Node("pool", KINDS["max_pool2d"]()))
    names = {"in": "Input", "pool": "Max pooling"}
    boxes = volumes(Graph(layers), names, compact=True)
    figure = volume_figure(boxes, names, inks("print"), View(scale=0.45, chosen=frozenset(["pool"])))
    words = [mark for mark in figure.marks if isinstance(mark, Label)]
    assert "Max pooling" in [label.text for label in words]
    assert all(label.y + label.size * 0.25 <= figure.height for label in words)


def test_words_never_lie_on_each_other() -> None:
    design = template("vgg_mini")
    names = {node: card.name for node, card in design.cards.items()}
    for scale in (0.25, 0.5, 0.75, 1.0):
        figure = volume_figure(volumes(design.graph, names), names, inks("print"), View(scale=scale))
        labels = [mark for mark in figure.marks if isinstance(mark, Label)]
        assert len(labels) > 4
        view = View()
        for one, two in itertools.combinations(labels, 2):
            widths = [view.measure(label.text, label.size, label.bold) for label in (one, two)]
            assert abs(one.x - two.x) >= sum(widths) / 2 or abs(one.y - two.y) >= min(one.size, two.size)


def test_it_is_scaled_to_the_room_it_has() -> None:
    found = boxes_of("resnet_mini")
    width, height = figure_size(found, View(scale=fitting_scale(found, 640, 300)))
    assert width <= 640.5 and height <= 300.5
    assert width >= 639 or height >= 299


def test_a_name_is_compared_with_what_is_around_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a thousand layers, not with a thousand boxes each."""
    graph = residual(1000, 8)
    boxes = volumes(graph, {}, compact=True)
    compared, meet = [0], volume_figure_module._meet

    def counting(one: tuple[float, ...], two: tuple[float, ...]) -> bool:
        compared[0] += 1
        return meet(one, two)

    monkeypatch.setattr(volume_figure_module, "_meet", counting)
    names = {node.id: node.id for node in graph}
    figure = volume_figure(boxes, names, inks("dark"), View(scale=fitting_scale(boxes, 900, 280)))
    assert any(isinstance(mark, Label) for mark in figure.marks)
    assert compared[0] < 50 * len(boxes.units)
