"""What an edit would do: the shapes and costs of a design before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Shape


@dataclass(frozen=True)
class Effect:
    """``inputs`` and ``output`` of the layer that is looked at, afterwards (None and empty where it is gone), and
    ``inputs_before`` and ``output_before`` (None where it could not be computed).

    ``design`` is the whole design then. ``shapes`` are the new output shapes of all layers that get another one. Costs
    are the change of the known sums; ``parameters_before`` and ``macs_before`` are what ``parameters`` and ``macs``
    add to.
    """

    design: Design

    inputs: tuple[Shape, ...]
    output: Shape | None
    shapes: Mapping[str, Shape]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    parameters: int
    macs: int
    parameters_before: int
    macs_before: int
    inputs_before: tuple[Shape, ...] = ()
    output_before: Shape | None = None


def effect(before: Design, after: Design, node: str | None = None) -> Effect:
    """What an edit from one design to another does, above all to one layer."""
    old, new = analyse(before.graph), analyse(after.graph)
    here = new.layers.get(node) if node is not None else None
    there = old.layers.get(node) if node is not None else None
    shapes = {
        node_id: facts.shape
        for node_id, facts in new.layers.items()
        if facts.shape is not None and (node_id not in old.layers or old.layers[node_id].shape != facts.shape)
    }
    return Effect(
        after,
        here.inputs if here is not None else (),
        here.shape if here is not None else None,
        shapes,
        tuple(i for i in new.layers if i not in old.layers),
        tuple(i for i in old.layers if i not in new.layers),
        new.parameters - old.parameters,
        new.macs - old.macs,
        old.parameters,
        old.macs,
        there.inputs if there is not None else (),
        there.shape if there is not None else None,
    )
