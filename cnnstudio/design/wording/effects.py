"""What an edit does, in a line."""

from __future__ import annotations

from cnnstudio.design.analysis.effects import Effect
from cnnstudio.nn.arrays import THIN, Shape, shape_text, thousands


def costs_text(effect: Effect) -> str:
    """Both sums before and after: “1 966 → 2 134 parameters · 502 800 MACs as before”."""
    known = (
        ("parameters", effect.parameters_before, effect.parameters),
        ("MACs", effect.macs_before, effect.macs),
    )
    return " · ".join(
        f"{thousands(before)} → {thousands(before + change)} {unit}"
        if change
        else f"{thousands(before)} {unit} as before"
        for unit, before, change in known
    )


def effect_text(effect: Effect) -> str:
    """“5×5×10 → 1×1×16 · +0.8 % MACs” for a layer that could not be computed before; for others what changes: “reads 10
    instead of 64 · −10 854 parameters”."""
    parts = [_shapes_changed(effect)] if effect.output is not None else []
    parts.append(
        f"{signed(effect.parameters)} {'parameter' if abs(effect.parameters) == 1 else 'parameters'}"
        if effect.parameters
        else ""
    )
    parts.append(percent(effect.macs, effect.macs_before))
    if effect.output is None and effect.added and effect.added[-1] in effect.shapes and not any(parts):
        parts = [f"gives {shape_text(effect.shapes[effect.added[-1]])}"]  # of what costs nothing, what it is
    return " · ".join(part for part in parts if part) or "no change of size or cost"


def _shapes_changed(effect: Effect) -> str:
    given, output = _sum_text(effect.inputs), shape_text(effect.output or ())
    if effect.output_before is None:
        return f"{given} → {output}" if given else output
    if effect.output != effect.output_before:
        return f"gives {output} instead of {shape_text(effect.output_before)}"
    if effect.inputs != effect.inputs_before:
        return f"reads {given} instead of {_sum_text(effect.inputs_before)}" if effect.inputs_before else ""
    return ""


def signed(number: int) -> str:
    """A change with its sign: +0, +4 000, −2 560."""
    return thousands(number) if number < 0 else f"+{thousands(number)}"


def percent(change: int, base: int) -> str:
    """A change of the cost as part of what it was, as a number where there was none; "" below a tenth of a percent."""
    if not change:
        return ""
    if not base or change > 20 * base:
        return f"{signed(change)}{THIN}MACs"
    if change == -base:
        return "no MACs any more"
    part = part_text(change, base)
    return f"{part}{THIN}MACs" if part else ""


def part_text(change: int, base: int) -> str:
    """A change as part of what it was, which is not 0: “+0.8 %”; "" below a tenth of a percent. Of what is not all gone
    it never says that 100 % are."""
    part = 100 * change / base
    if abs(part) < 0.05:
        return ""
    digits = f"{abs(part):.1f}" if abs(part) < 9.95 else f"{abs(part):.0f}"
    if -100 < part <= -99.5:
        digits = f"{min(-part, 99.9):.1f}"
    return f"{'−' if part < 0 else '+'}{digits.removesuffix('.0')}{THIN}%"


def _sum_text(shapes: tuple[Shape, ...]) -> str:
    return " + ".join(shape_text(shape) for shape in shapes)
