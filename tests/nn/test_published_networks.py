"""Networks as they were published: their sizes and parameters to the last one."""

from __future__ import annotations

import math

import pytest
from published import Drawing, resnet18, squeezenet

from cnnstudio.nn.graph.graph import Graph


def parameters(graph: Graph) -> int:
    specs = (spec for node in graph for spec in node.layer.parameters(graph.inferred[node.id].inputs))
    return sum(math.prod(spec.shape) for spec in specs)


def test_resnet_18() -> None:
    assert parameters(resnet18(bias=False)) == 11_689_512
    # a bias would be one more for each of the maps that the 20 convolutions make
    assert parameters(resnet18(bias=True)) == 11_689_512 + 4_800


def test_squeezenet() -> None:
    graph = squeezenet(round_up=True)
    assert parameters(graph) == 1_235_496
    assert [graph.shape(node.id)[0] for node in graph if node.layer.kind == "max_pool2d"] == [55, 27, 13]


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "before", "down", "up"),
    [
        (111, 3, 2, 0, 55, 55),
        (28, 3, 2, 0, 13, 14),
        (27, 2, 2, 0, 13, 14),
        (112, 3, 2, 1, 56, 57),
        (4, 1, 2, 0, 2, 2),  # a third position would begin behind the image
        (5, 2, 3, 1, 2, 2),  # … or in the padding behind it
        (2, 3, 2, 0, 0, 1),  # the only window hangs over
    ],
)
def test_sizes_are_rounded_as_pytorch_rounds_them(
    size: int, kernel: int, stride: int, before: int, down: int, up: int
) -> None:
    for kind in ("max_pool2d", "average_pool2d"):
        for round_up, expected in ((False, down), (True, up)):
            drawing = Drawing(size, 1, 1)
            drawing.add(kind, kernel=(kernel, 1), stride=(stride, 1), padding=(before, before, 0, 0), round_up=round_up)
            found = drawing.graph.inferred[drawing.nodes[-1].id].output
            assert (found[0] if found else 0) == expected, (kind, round_up)
