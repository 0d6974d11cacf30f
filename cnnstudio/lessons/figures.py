"""What a lesson says of the network that is shown: its numbers are worked out of that network, whosever it is."""

from __future__ import annotations

import math
from dataclasses import dataclass

from cnnstudio.design.facts.layer_facts import layer_facts
from cnnstudio.design.facts.receptive_fields import receptive_field_of
from cnnstudio.lessons.questions.expression import ExpressionError, Number, filled
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.sharing import sharing
from cnnstudio.nn.telling.told import Sentence

#: what can be said of a layer: the sides of what it reads and gives, and of its window; how deep one filter is; how
#: much of the picture one of its numbers depends on; the numbers it learns, would learn without sharing, and would
#: learn if every output were connected to every input
FIGURES = frozenset({
    "input_height", "input_width", "input_depth", "input_numbers", "height", "width", "depth", "numbers",
    "kernel_height", "kernel_width", "filters", "filter_depth", "field_height", "field_width",
    "parameters", "unshared", "dense",
})  # fmt: skip


@dataclass(frozen=True)
class About:
    """What a text is about: the first layer of a kind in the network shown. ``without`` is said instead where there is
    none, or none that has all that the text names."""

    kind: str
    without: str = ""


def said(text: str, about: About | None, graph: Graph) -> Sentence | None:
    """A text of a lesson beside this network; None where it has nothing to say of it."""
    if about is None:
        return Sentence("{text}", text=text)
    try:
        words = filled(text, figures(graph, about.kind))
    except ExpressionError:
        words = about.without  # no such layer, or none of which all this can be said
    return Sentence("{text}", text=words) if words else None


def figures(graph: Graph, kind: str) -> dict[str, Number]:
    """The ``FIGURES`` of the first layer of a kind, as many as it has; none where no layer of the kind has a size."""
    for node_id in graph.computable.order:
        layer, found = graph[node_id].layer, graph.inferred[node_id]
        if layer.kind != kind or found.output is None:
            continue
        known = _shape("", found.output)
        known["parameters"] = layer_facts(graph)[node_id].parameters
        field = receptive_field_of(graph, node_id)
        if field is not None:
            known |= {"field_height": field.height, "field_width": field.width}
        if not found.inputs:
            return known
        known |= _shape("input_", found.inputs[0])
        window, counts = layer.window(found.inputs), sharing(layer, found.inputs)
        if window is not None:
            known["kernel_height"], known["kernel_width"] = window.kernel
        if window is not None and counts is not None:
            cells = math.prod(found.output) * math.prod(window.kernel)
            known["filters"], known["filter_depth"] = found.output[2], counts.local_macs // cells
            known |= {"unshared": counts.unshared, "dense": counts.dense}
        return known
    return {}


def _shape(of: str, shape: tuple[int, ...]) -> dict[str, Number]:
    sides = dict(zip((f"{of}height", f"{of}width", f"{of}depth"), shape, strict=True)) if len(shape) == 3 else {}
    return {**sides, f"{of}numbers": math.prod(shape)}
