"""What an edit would do: the shapes and costs of a design before and after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cnnstudio.design.analysis.analysis import Analysis, analyse
from cnnstudio.design.value.design import Design
from cnnstudio.nn.arrays import Shape, shape_text, thousands


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

    @property
    def costs(self) -> str:
        """Both sums before and after: “1 966 → 2 134 parameters · 502 800 MACs as before”."""
        known = (("parameters", self.parameters_before, self.parameters), ("MACs", self.macs_before, self.macs))
        return " · ".join(
            f"{thousands(before)} → {thousands(before + change)} {unit}"
            if change
            else f"{thousands(before)} {unit} as before"
            for unit, before, change in known
        )

    @property
    def text(self) -> str:
        """In one line: “5×5×10 → 1×1×16 · +0.8 % MACs” for a layer that could not be computed before; for others what
        changes: “reads 10 instead of 64 · −10 854 parameters”."""
        parts = [self._shapes_changed()] if self.output is not None else []
        parts.append(f"{signed(self.parameters)} parameters" if self.parameters else "")
        parts.append(percent(self.macs, self.macs_before))
        return " · ".join(part for part in parts if part) or "no change of size or cost"

    def _shapes_changed(self) -> str:
        given = _sum_text(self.inputs)
        if self.output_before is None:
            return f"{given} → {shape_text(self.output or ())}" if given else shape_text(self.output or ())
        if self.output != self.output_before:
            return f"gives {shape_text(self.output or ())} instead of {shape_text(self.output_before)}"
        if self.inputs != self.inputs_before:
            return f"reads {given} instead of {_sum_text(self.inputs_before)}" if self.inputs_before else ""
        return ""


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
        there.inputs if there is not None else (),
        there.shape if there is not None else None,
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
    return f"−{thousands(-number)}" if number < 0 else f"+{thousands(number)}"


def percent(change: int, base: int) -> str:
    """A change of the cost as part of what it was, as a number where there was none; "" below a tenth of a percent."""
    if not change:
        return ""
    if not base or change > 20 * base:
        return f"{signed(change)} MACs"
    part = 100 * change / base
    if abs(part) < 0.05:
        return ""
    digits = f"{abs(part):.1f}" if abs(part) < 9.95 else f"{abs(part):.0f}"
    return f"{'−' if part < 0 else '+'}{digits.removesuffix('.0')} % MACs"


def _sum_text(shapes: tuple[Shape, ...]) -> str:
    return " + ".join(shape_text(shape) for shape in shapes)


def _product(shape: Shape) -> int:
    total = 1
    for extent in shape:
        total *= extent
    return total
