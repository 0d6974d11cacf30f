"""What filters look for: the images that excite each of them most, and where."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Array, Floats
from cnnstudio.nn.explaining.dependence import Cell, as_volume
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.probed import receptive_field
from cnnstudio.nn.network.network import compile_network
from cnnstudio.nn.parameters.parameters import Snapshot

BATCH = 100


class Images(Protocol):
    """Images by index: uint8 (n, H, W, C)."""

    def __len__(self) -> int: ...

    def read(self, indices: Any) -> Array: ...


@dataclass(frozen=True, eq=False)
class Excitement:
    """For each filter the places that excite it most, the strongest first, one for each image: (filters, kept).

    ``seen`` images have been looked at. Of the first images fewer may have been kept: values are −∞ there.
    """

    values: Floats
    images: NDArray[np.int64]
    rows: NDArray[np.int64]
    columns: NDArray[np.int64]
    seen: int


def most_exciting(
    graph: Graph, snapshot: Snapshot, images: Images, node: str, *, kept: int = 9
) -> Generator[Excitement]:
    """Look through all images; yields after every batch what has been found so far."""
    height, width, filters = as_volume(graph.shape(node))
    values = np.full((filters, kept), -np.inf)
    numbers, flats = np.zeros((filters, kept), np.int64), np.zeros((filters, kept), np.int64)
    count = len(images)
    network = compile_network(graph, snapshot.parameters, min(BATCH, count), outputs=[node])
    for first in range(0, count, network.batch_size):
        indices = np.arange(first, first + network.batch_size)
        if indices[-1] >= count:  # the last batch begins earlier, and only the rest of it is new
            indices = np.arange(count - network.batch_size, count)
        network.forward(images.read(indices))
        new = indices >= first
        found = network.value(node).reshape(len(indices), height * width, filters)[new]
        best = found.argmax(axis=1)
        strengths = np.take_along_axis(found, best[:, None], axis=1)[:, 0]
        all_values = np.concatenate([values, strengths.T], axis=1)
        order = np.argsort(-all_values, axis=1, kind="stable")[:, :kept]
        whose = np.concatenate([numbers, np.broadcast_to(indices[new], (filters, len(best)))], axis=1)
        values = np.take_along_axis(all_values, order, axis=1)
        numbers = np.take_along_axis(whose, order, axis=1)
        flats = np.take_along_axis(np.concatenate([flats, best.T], axis=1), order, axis=1)
        yield Excitement(values, numbers, flats // width, flats % width, int(indices[-1]) + 1)


def patch_of(graph: Graph, node: str, cell: Cell, image: Array) -> Array:
    """The part of an image (H, W, C), uint8, that a cell depends on; black where it reaches over the edge."""
    entry = graph.computable.images[0]
    region = receptive_field(graph, node, cell).get(entry)
    if region is None or not region.mask.any():
        return image
    seen = region.cells
    rows, columns = np.flatnonzero(np.any(seen, axis=1)), np.flatnonzero(np.any(seen, axis=0))
    padded = np.zeros((*region.mask.shape[:2], image.shape[2]), np.uint8)
    padded[region.top : region.top + image.shape[0], region.left : region.left + image.shape[1]] = image
    return padded[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
