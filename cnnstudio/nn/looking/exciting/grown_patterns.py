"""Patterns that excite a network's cells: gradient ascent from noise, kept from what no image looks like.

Every step moves the pixels the way that excites the cell more. Left alone that ends in grain which says nothing, so the
step is smoothed by frequency as natural images are (Mordvintsev et al., 2015; Olah et al., 2017), seen through small
shifts (jitter), kept from garish colours, and its strength is bounded.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass

import numpy as np

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.explaining.dependence import Cell, Mask
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.looking.probed import receptive_field
from cnnstudio.nn.network.blueprint import Blueprint
from cnnstudio.nn.network.network import Network, network_from
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.randomness import draws

#: steps, and after how many each the patterns are shown
STEPS, SHOWN = 160, 16
#: how far a pattern goes from grey, and in one step, as a share of black to white (root mean square)
STRENGTH, STRIDE = 0.3, 0.03
#: how much of each colour's own gradient is kept beside the mean of all, for colours of photos go together
_OWN_COLOUR = 0.5


def grow(graph: Graph, snapshot: Snapshot, node: str, cells: Sequence[Cell], seed: int = 0) -> Generator[Array]:
    """Patterns for cells of one node, all at once: yields images (cells, H, W, C), uint8, every ``SHOWN`` steps.

    For a cell behind an activation or Softmax the number before it is excited: the pattern is the same, and there is
    a slope. Of cells that nothing excites only noise comes.
    """
    node = before_activation(graph, node)
    computable = graph.computable
    part = computable.restricted(computable.ancestors(node))
    entry = part.images[0]
    field = receptive_field(part, node, cells[0])[entry].cells_inside
    network = network_from(Blueprint(part, len(cells), "probe", default_plan(part)), snapshot.parameters)
    regular = _Regular(field, _extent(field))
    grey = _grey(part, entry)
    upstream = np.zeros((len(cells), *graph.shape(node)), np.float32)
    for number, cell in enumerate(cells):
        upstream[(number, *cell)] = 1.0
    shape = (len(cells), *graph.shape(entry))
    noise = draws(seed, "pattern", node)
    pattern = STRENGTH * 0.1 * regular.levelled(regular.smooth(noise.standard_normal(shape)))
    shifts = draws(seed, "jitter", node).integers(-regular.jitter, regular.jitter, (STEPS, 2), endpoint=True)
    for step, shift in enumerate(shifts, start=1):
        slope = _slope(network, node, entry, grey + pattern, upstream, (int(shift[0]), int(shift[1])))
        flat = ~slope.any(axis=(1, 2, 3))
        slope[flat] = noise.standard_normal((int(flat.sum()), *shape[1:]))  # nothing excites it yet: look elsewhere
        moved = pattern + STRIDE * regular.levelled(regular.smooth(slope))
        pattern = regular.bounded(np.clip(grey + moved, 0.0, 1.0) - grey, STRENGTH)
        if step % SHOWN == 0:
            yield (255 * np.clip(grey + regular.stretched(pattern, grey), 0, 1) + 0.5).astype(np.uint8)


def before_activation(graph: Graph, node: str) -> str:
    """The node itself, or what it bends: activations by cell and Softmax rise where their input does."""
    while graph[node].layer.kind == "softmax" or _bends(graph, node):
        node = graph[node].inputs[0]
    return node


def _bends(graph: Graph, node: str) -> bool:
    layer = graph[node].layer
    return (
        layer.category == "activation" and layer.reach == "cell" and not layer.parameters(graph.inferred[node].inputs)
    )


def _slope(network: Network, node: str, entry: str, images: Floats, upstream: Floats, shift: tuple[int, int]) -> Floats:
    """The gradient by the pixels, looked at through a small shift."""
    network.forward(np.roll(images, shift, (1, 2)).astype(np.float32))
    found = network.backward(node, upstream).nodes[entry]
    return np.roll(found, (-shift[0], -shift[1]), (1, 2)).astype(np.float64)


def _grey(graph: Graph, entry: str) -> float:
    """What pixels are on average, from 0 to 1."""
    layer = graph[entry].layer
    mean = float(np.mean(layer.mean)) if isinstance(layer, Input) else 0.0
    return float(min(max(mean, 0.0), 1.0)) or 0.5


def _extent(field: Mask) -> int:
    return int(max(field.any(axis=1).sum(), field.any(axis=0).sum()))


@dataclass(frozen=True, eq=False)
class _Regular:
    """What keeps patterns like images. ``field`` (H, W) is what the cell sees, ``extent`` pixels wide or high: the
    more it sees, the smoother and the more shifted."""

    field: Mask
    extent: int

    @property
    def jitter(self) -> int:
        """The largest shift, in pixels."""
        return self.extent // 12

    def smooth(self, slope: Floats) -> Floats:
        """Fine detail weakened, as it is in images: by a power of the frequency; colours drawn together."""
        height, width = self.field.shape
        power = 1.25 * np.clip((self.extent - 3) / 7, 0, 1) + 0.5 * np.clip((self.extent - 14) / 14, 0, 1)
        frequency = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :])
        kept = (1 / np.maximum(frequency, 1 / max(height, width)) ** power)[None, :, :, None]
        coarse = np.fft.irfft2(np.fft.rfft2(slope, axes=(1, 2)) * kept, s=(height, width), axes=(1, 2))
        found: Floats = _OWN_COLOUR * coarse + (1 - _OWN_COLOUR) * coarse.mean(axis=3, keepdims=True)
        return found

    def levelled(self, values: Floats) -> Floats:
        """As strong as a step is to be; what is zero stays zero."""
        size = self._size(values)
        return np.divide(values, size, out=np.zeros_like(values), where=size > 0)

    def bounded(self, values: Floats, strength: float) -> Floats:
        """No stronger than this within the field."""
        found: Floats = values * np.minimum(1.0, strength / np.maximum(self._size(values), 1e-12))
        return found

    def stretched(self, values: Floats, grey: float) -> Floats:
        """To be looked at: as strong as the pixels allow."""
        inside = np.where(self.field[None, :, :, None], values, 0.0)
        brightest = inside.max(axis=(1, 2, 3), keepdims=True)
        found: Floats = values * np.clip((1 - grey) / np.maximum(brightest, 1e-6), 1.0, 6.0)
        return found

    def _size(self, values: Floats) -> Floats:
        squares = (values**2)[:, self.field].reshape(len(values), -1)
        found: Floats = np.sqrt(squares.mean(axis=1)).reshape(-1, 1, 1, 1)
        return found
