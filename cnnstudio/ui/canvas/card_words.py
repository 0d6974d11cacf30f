"""What the canvas says about layers and wires: numbers, tooltips and the shapes on a wire. Plain text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

from cnnstudio.design.analysis.analysis import LayerFacts, analyse
from cnnstudio.design.facts.receptive_fields import receptive_field_of
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import placed_sentence, problem_words
from cnnstudio.nn.arrays import Shape, shape_text, thousands
from cnnstudio.nn.graph.graph import Edge, Graph
from cnnstudio.nn.graph.layer import CATEGORY_TITLES, Layer
from cnnstudio.nn.sliding_window import ShapeError
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Sentence, worded


def layers_named(design: Design, nodes: Iterable[str]) -> Sentence:
    """The name of the only layer, or how many there are: for undo texts."""
    ids = list(nodes)
    return _called(design.cards[ids[0]].name) if len(ids) == 1 else Sentence("{count:# layer|# layers}", count=len(ids))


def named(design: Design, nodes: Iterable[str], annotations: Iterable[str] = ()) -> Sentence:
    """What to call a selection of layers, frames and notes in an undo text."""
    ids, extras = list(nodes), list(annotations)
    frames = [i for i in extras if i in design.frames]
    if frames:
        if len(frames) > 1:
            return Sentence("{count:# frame|# frames}", count=len(frames))
        title = design.frames[frames[0]].title
        return Sentence("frame {title}" if title else "frame", title=title)
    if not ids:
        return Sentence("{count:note|# notes}", count=len(extras))
    whole = {design.folding.shown(i) for i in ids}
    if len(whole) == 1 and (block := design.blocks.get(next(iter(whole)))) is not None:
        return _called(block.name)
    exact = [i for i, inside in design.folding.within.items() if inside == set(ids)]
    if exact:
        return _called(design.blocks[min(exact, key=lambda i: len(design.folding.around(i)))].name)
    return layers_named(design, ids)


def _called(name: str) -> Sentence:
    return Sentence("{name}", name=name)


def block_tip(design: Design, block_id: str) -> str:
    """What a collapsed block holds."""
    block, inside = design.blocks[block_id], design.folding.within[block_id]
    facts = analyse(design.graph).layers
    names = [design.cards[i].name for i in design.graph.order if i in inside]
    shown = " → ".join(names[:12]) + (f" … {len(names) - 12} more" if len(names) > 12 else "")
    parameters = amount(sum(facts[i].parameters for i in inside), "parameter")
    macs = thousands(sum(facts[i].macs for i in inside))
    troubles = [p for p in analyse(design.graph).problems if p.node in inside]
    lines = [f"{block.name} · block of {amount(len(inside), 'layer')}", shown, f"{parameters}, {macs} MACs an image"]
    lines += [placed_sentence(design, problem) for problem in troubles[:3]]
    return "\n".join(lines)


def card_tip(design: Design, node_id: str, in_run: bool = True) -> str:
    """Everything about one layer that its card has no room for."""
    layer, facts = design.graph[node_id].layer, analyse(design.graph).layers[node_id]
    name = design.cards[node_id].name
    lines = [name if name == layer.title else f"{name} ({layer.title})"]
    lines[0] += f" · {CATEGORY_TITLES[layer.category]}"
    if facts.problem is not None:
        words = problem_words(design, facts.problem)
        lines += [f"{words.title}.", words.sentence, layer.sentence]
        return "\n".join(lines)
    if facts.shape is None:
        return "\n".join([*lines, "It waits for a shape from the layers before it.", layer.sentence])
    inputs = " and ".join(shape_text(shape) for shape in facts.inputs)
    lines.append(f"{inputs} → {shape_text(facts.shape)}" if inputs else shape_text(facts.shape))
    lines.append(worded(layer.explanation(facts.inputs)))
    cells = amount(math.prod(facts.shape), "number")
    lines.append(f"{cells} out, {amount(facts.parameters, 'parameter')}, {thousands(facts.macs)} MACs an image")
    lines += [f"Advice: {problem_words(design, p).sentence}" for p in facts.advice]
    if node_id in design.locks.layers:
        lines.append("Locked: training leaves its parameters exactly as they are.")
    field = receptive_field_of(design.graph, node_id)
    if field is not None and layer.category != "input":
        lines.append(f"One cell sees {field.height}×{field.width} px of the image.")
    if not in_run:
        lines.append("This layer is not part of the training run; its picture stands still.")
    return "\n".join(lines)


def selection_words(design: Design, selection: frozenset[str]) -> str:
    """What is selected, for those who hear the canvas: its wires too, since these cannot be seen then."""
    if not selection:
        return f"{amount(len(design.graph), 'layer')}. Tab adds one, Ctrl and arrows walk along the wires."
    if len(selection) > 1:
        return f"{worded(named(design, selection)).capitalize()} selected"
    (node_id,) = selection
    facts, names = analyse(design.graph).layers[node_id], design.cards
    parts = [f"{names[node_id].name}, {worded(design.graph[node_id].layer.summary())}"]
    parts.append(shape_text(facts.shape) if facts.shape is not None else "no shape yet")
    before, after = design.graph[node_id].inputs, design.graph.consumers[node_id]
    if before:
        parts.append(f"after {' and '.join(names[i].name for i in before)}")
    if after:
        parts.append(f"before {' and '.join(names[i].name for i in after)}")
    parts += [problem_words(design, p).title for p in analyse(design.graph).findings if p.node == node_id]
    return ", ".join(parts)


def wire_words(design: Design, edge: Edge) -> str:
    """A wire, for those who hear the canvas."""
    source, target = (design.cards[node].name for node in (edge.source, edge.target))
    carried = wire_label(design.graph, analyse(design.graph).layers, edge)
    return f"wire from {source} to {target}" + (f", {carried}" if carried else "")


def wire_label(graph: Graph, facts: Mapping[str, LayerFacts], edge: Edge) -> str:
    """The shape that runs through a wire; where it does not fit, also the shape that would. "" if unknown."""
    given = facts[edge.source].shape
    if given is None:
        return ""
    target = facts[edge.target]
    if not is_broken(target):
        return shape_text(given)
    node = graph[edge.target]
    others = [facts[source].shape for source in node.inputs]
    wanted = needed(node.layer, given) if len(others) == 1 else ""
    if len(others) > 1:
        rest = [shape_text(s) for port, s in enumerate(others) if s is not None and port != edge.port]
        wanted = f"beside {', '.join(rest)}"
    return f"{shape_text(given)}, {wanted}" if wanted else f"{shape_text(given)} does not fit"


def needed(layer: Layer, given: Shape) -> str:
    """The nearest shape that a layer would take instead of ``given``, or ""."""
    if len(given) == 3:
        if _takes(layer, (math.prod(given),)):
            return "needs a list"
        for grown in range(1, 512):
            height, width = max(given[0], grown), max(given[1], grown)
            if _takes(layer, (height, width, given[2])):
                return f"needs {shape_text((height, width, given[2]))} or more"
        return ""
    return "needs height×width×channels" if _takes(layer, (512, 512, 1)) else ""


def is_broken(facts: LayerFacts) -> bool:
    """Whether a layer cannot take what its wires bring."""
    return facts.misfit


def _takes(layer: Layer, shape: Shape) -> bool:
    try:
        layer.output_shape((shape,))
    except ShapeError:
        return False
    return True
