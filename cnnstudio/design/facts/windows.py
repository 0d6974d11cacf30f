"""A sliding window along one side of its input: where it stops, which cells it never reads, and what would fit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.ops.windows import positions
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.sliding_window import ShapeError, Window


@dataclass(frozen=True)
class Side:
    """``extent`` cells with padding before and after, and a window that moves over them. Cells count from 0. Where a
    size is rounded up, the last window has ``overhang`` places behind the padding, with no cells."""

    extent: int
    before: int
    after: int
    kernel: int
    stride: int
    dilation: int
    overhang: int = 0

    @property
    def positions(self) -> int:
        """How often the window fits; zero or less if it does not."""
        return positions(self.extent, self.before, self.after + self.overhang, self.kernel, self.stride, self.dilation)

    def cells(self, position: int) -> tuple[int, ...]:
        """The cells under the window at a position; negative ones and those from ``extent`` on are padding."""
        first = position * self.stride - self.before
        places = (first + self.dilation * k for k in range(self.kernel))
        return tuple(place for place in places if place < self.extent + self.after)

    @property
    def unread(self) -> tuple[int, ...]:
        """Cells of the input, padding left out, that no position reads."""
        return _unread(self)


@lru_cache(maxsize=4096)
def _unread(side: Side) -> tuple[int, ...]:
    count = side.positions
    if count < 1:
        return tuple(range(side.extent))
    if side.dilation == 1 and side.stride <= side.kernel:
        end = (count - 1) * side.stride + side.kernel - side.before
        return tuple(range(max(end, 0), side.extent))
    read = {cell for position in range(count) for cell in side.cells(position)}
    return tuple(cell for cell in range(side.extent) if cell not in read)


def sides(window: Window, shape: Shape) -> tuple[Side, Side]:
    """The vertical and the horizontal side of a window on a volume."""
    top, bottom, left, right = window.padding
    kernel, stride, dilation = window.kernel, window.stride, window.dilation
    return (
        Side(shape[0], top, bottom, kernel[0], stride[0], dilation[0], window.overhang[0]),
        Side(shape[1], left, right, kernel[1], stride[1], dilation[1], window.overhang[1]),
    )


def sides_of(layer: Layer, inputs: Sequence[Shape]) -> tuple[Side, Side] | None:
    """The sides of a layer's window, for layers that have one that reads (upsampling ones write instead)."""
    if not inputs or len(inputs[0]) != 3:
        return None
    window = layer.window(inputs)
    return None if window is None or window.spreads else sides(window, inputs[0])


@dataclass(frozen=True)
class Fit:
    """Another setting of a layer with which its window reads every cell: “stride 2 → 5×5”."""

    setting: str
    value: Any
    output: Shape


def fits_nearby(layer: Layer, inputs: Sequence[Shape], most: int = 4) -> tuple[Fit, ...]:
    """Kernels, strides and paddings near a layer's own with which nothing is left out, the nearest first."""
    found: list[tuple[float, Fit]] = []
    for distance, name, value in _candidates(layer, inputs):
        try:
            changed = layer.replace(**{name: value})
            output = changed.output_shape(inputs)
        except (SettingError, ShapeError):
            continue
        pair = sides_of(changed, inputs)
        whole = pair is None or not any(side.unread for side in pair)
        if whole and all(fit.output != output or fit.setting != name for _, fit in found):
            found.append((distance, Fit(name, value, output)))
    ranked = sorted(found, key=lambda pair: pair[0])
    chosen: list[Fit] = []
    for _, fit in ranked:  # no more than two of a kind: a choice, not a list
        if sum(other.setting == fit.setting for other in chosen) < 2 and len(chosen) < most:
            chosen.append(fit)
    return tuple(chosen)


def _candidates(layer: Layer, inputs: Sequence[Shape]) -> Iterator[tuple[float, str, Any]]:
    own = {about.name: getattr(layer, about.name) for about in layer.settings()}
    pair = sides_of(layer, inputs)
    if pair is None:
        return
    for name in ("stride", "kernel"):
        if name not in own:
            continue
        old = own[name]
        for step in (-1, 1, -2, 2, -3, 3):
            both = (old[0] + step, old[1] + step)
            one = tuple(v + step if side.unread else v for v, side in zip(old, pair, strict=True))
            yield abs(step) + (0.2 if name == "kernel" else 0.0), name, both
            if one != both:
                yield abs(step) + 0.1, name, one
    if "round_up" in own:
        yield 1.05, "round_up", True
    if "dilation" in own and any(side.dilation > 1 for side in pair):
        yield 1.3, "dilation", (1, 1)
    window = layer.window(inputs)
    if window is not None and "padding" in own:
        top, bottom, left, right = window.padding
        if own["padding"] != "same":
            yield 1.4, "padding", "same"
        more = [(side.stride - _left_over(side)) if side.unread else 0 for side in pair]
        yield 1.5, "padding", (top, bottom + more[0], left, right + more[1])


def _left_over(side: Side) -> int:
    reach = side.dilation * (side.kernel - 1) + 1
    return (side.extent + side.before + side.after - reach) % side.stride
