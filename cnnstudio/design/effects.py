"""What an edit would do: the shapes and costs of a design before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cnnstudio.design.analysis import Analysis, analyse
from cnnstudio.design.design import Design
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.sliding import apart


@dataclass(frozen=True)
class Effect:
    """``inputs`` and ``output`` of the layer that is looked at, afterwards (None and empty where it is gone).

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

    @property
    def costs(self) -> str:
        """Both sums before and after: “1 966 → 2 134 parameters · 502 800 MACs as before”."""
        known = (("parameters", self.parameters_before, self.parameters), ("MACs", self.macs_before, self.macs))
        return " · ".join(
            f"{apart(before)} → {apart(before + change)} {unit}" if change else f"{apart(before)} {unit} as before"
            for unit, before, change in known
        )

    @property
    def text(self) -> str:
        """In one line: “5×5×10 → 1×1×16 · +0 parameters · +0.8 % MACs”."""
        parts = []
        if self.output is not None:
            given = " + ".join(shape_text(shape) for shape in self.inputs)
            parts.append(f"{given} → {shape_text(self.output)}" if given else shape_text(self.output))
        parts.append(f"{signed(self.parameters)} parameters")
        parts.append(percent(self.macs, self.macs_before))
        return " · ".join(parts)


def effect(before: Design, after: Design, node: str | None = None) -> Effect:
    """What an edit from one design to another does, above all to one layer."""
    old, new = analyse(before.graph), analyse(after.graph)
    here = new.layers.get(node) if node is not None else None
    shapes = {
        node_id: facts.shape
        for node_id, facts in new.layers.items()
        if facts.shape is not None and (node_id not in old.layers or old.layers[node_id].shape != facts.shape)
    }
    parameters = known_parameters(before, old)
    return Effect(
        after,
        here.inputs if here is not None else (),
        here.shape if here is not None else None,
        shapes,
        tuple(i for i in new.layers if i not in old.layers),
        tuple(i for i in old.layers if i not in new.layers),
        new.parameters - parameters,
        new.macs - old.macs,
        parameters,
        old.macs,
    )


def known_parameters(design: Design, analysis: Analysis) -> int:
    """All parameters, with those of layers whose window does not fit: their filters are known all the same."""
    extra = 0
    for problem in analysis.problems:
        if problem.code == "window" and problem.node is not None:
            specs = design.graph[problem.node].layer.parameters(analysis.layers[problem.node].inputs)
            extra += sum(_product(spec.shape) for spec in specs)
    return analysis.parameters + extra


def signed(number: int) -> str:
    """A change with its sign: +0, +4 000, −2 560."""
    return f"−{apart(-number)}" if number < 0 else f"+{apart(number)}"


def percent(change: int, base: int) -> str:
    """A change of the cost as part of what it was; as a number where there was none."""
    if not base or change > 20 * base:
        return f"{signed(change)} MACs"
    part = 100 * change / base
    if 0 < abs(part) < 0.05:
        return f"{'+' if part > 0 else '−'}<0.1 % MACs"
    digits = f"{abs(part):.1f}" if abs(part) < 9.95 else f"{abs(part):.0f}"
    digits = digits.removesuffix(".0")
    return f"{'−' if part < 0 else '+'}{digits} % MACs"


def _product(shape: Shape) -> int:
    total = 1
    for extent in shape:
        total *= extent
    return total
