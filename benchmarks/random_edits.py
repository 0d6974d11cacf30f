"""Random edits of a design, as hands might make them, for walks that must end where they began."""

from __future__ import annotations

import random

from cnnstudio.design.edits import blocks, edits, frames_and_notes
from cnnstudio.design.edits.copies import duplicated
from cnnstudio.design.edits.edits import EditRefused
from cnnstudio.design.layout.tidy import tidied
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import layer_kinds


def an_edit(design: Design, chance: random.Random) -> Design:
    """A random edit; one that makes no sense here changes nothing."""
    kinds, nodes = list(layer_kinds().values()), [node.id for node in design.graph]
    place = float(chance.randrange(-900, 900, 10)), float(chance.randrange(-900, 900, 10))
    if len(nodes) < 4:
        return edits.append(design, chance.choice(kinds)())[0]
    some = frozenset(chance.sample(nodes, min(len(nodes), chance.randint(1, 3))))
    some = frozenset().union(*(design.folding.nodes_of(design.folding.shown(node)) for node in some))
    edge = chance.choice(design.graph.edges) if design.graph.edges else None
    block = chance.choice(sorted(design.blocks)) if design.blocks else ""
    extras = [*design.frames, *design.notes]
    try:
        match chance.randrange(17):
            case 0:
                return edits.add(design, chance.choice(kinds)(), place)[0]
            case 1:
                return edits.append(design, chance.choice(kinds)())[0]
            case 2 if edge is not None:
                return edits.insert(design, edge, chance.choice(kinds)(), place)[0]
            case 3:
                return edits.connect(design, chance.choice(nodes), chance.choice(nodes))
            case 4 if edge is not None:
                return edits.disconnect(design, edge)
            case 5:
                return edits.move(design, {chance.choice(nodes): place})
            case 6:
                return renamed(design, chance)
            case 7 if len(nodes) < 60:
                return duplicated(design, some, (30.0, 30.0))[0]
            case 8 if not block:
                return blocks.group(design, some)[0]
            case 9 if block:
                return blocks.toggle(design, block)
            case 10 if block:
                return blocks.ungroup(design, block)
            case 11 if len(nodes) < 40:
                return blocks.repeat(design, some, 2)[0]
            case 12:
                return tidied(design)
            case 13:
                return frames_and_notes.add_frame(design, (*place, 200.0, 150.0))[0] if len(extras) < 9 else design
            case 14:
                return (
                    frames_and_notes.add_note(design, "x" * chance.randrange(1, 40), place)[0]
                    if len(extras) < 9
                    else design
                )
            case 15 if extras:
                return frames_and_notes.remove(design, [chance.choice(extras)])
            case 16:
                return typed(design, chance)
            case _:
                return edits.remove(design, some, rejoin=chance.random() < 0.5)
    except EditRefused:
        return design


def typed(design: Design, chance: random.Random) -> Design:
    """Another number of filters or units."""
    counted = [(node, name) for node in design.graph for name in ("filters", "units") if hasattr(node.layer, name)]
    if not counted:
        return design
    node, name = chance.choice(counted)
    return edits.configure(design, node.id, node.layer.replace(**{name: chance.randint(1, 12)}))


def renamed(design: Design, chance: random.Random) -> Design:
    """Another name for a layer."""
    return edits.rename(design, chance.choice(design.graph.nodes).id, f"Layer {chance.randrange(99)}")
