"""How much of the image one cell of each layer depends on.

The tables by which Explain follows a single cell back (``nn/explaining/dependence.py``) are walked here from the image
on, for all cells at once. Rows and columns go apart: each place along an axis keeps the first and the last place of
the image that it depends on, for each channel where channels differ.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.explaining.dependence import Dependence, Relation, as_volume
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.graph.layer import Layer

Places = NDArray[np.int32]

#: for both ends of those who see nothing
_NOTHING = 1 << 29
#: how many numbers may be kept for a layer before its channels are taken to see alike
_MOST = 1 << 20
#: how many numbers of a side are worth a look whether the same side is known already
_COMPARED = 1 << 13


@dataclass(frozen=True)
class ReceptiveField:
    """The most rows and columns of the image, from the first to the last, that one cell depends on."""

    height: int
    width: int


@dataclass(frozen=True, eq=False)
class _Side:
    """What each place along an axis sees: ``ends`` (2, places, channels) are the first row (or column) of the image
    and minus the last one, so that the smaller is always the farther. One channel stands for all where all see alike,
    one place likewise."""

    ends: Places

    @functools.cached_property
    def extent(self) -> int:
        return max(0, 1 - int((self.ends[0] + self.ends[1]).min()))

    @functools.cached_property
    def blind(self) -> NDArray[np.bool_]:
        """The channels that see nothing anywhere: (channels,)."""
        found: NDArray[np.bool_] = np.minimum.reduce(self.ends[0]) == _NOTHING
        return found

    def without(self, channels: NDArray[np.bool_]) -> _Side:
        """Nothing is seen by these channels."""
        return _Side(np.where(channels, _NOTHING, self.ends))

    def joined(self, other: _Side) -> _Side:
        """What either sees."""
        return _Side(np.minimum(self.ends, other.ends))

    def alike(self) -> _Side:
        """With one channel, where all see alike, or where there would be too many numbers."""
        if self.ends.size > _MOST:
            return _Side(self.ends.min(axis=2, keepdims=True))
        one = self.ends[:, :, :1]
        return _Side(one) if self.ends.shape[2] > 1 and (self.ends == one).all() else self

    def known(self) -> _Side:
        """The side that sees the same, where there was one: deep in a network all cells soon see all there is, and
        what layers see of equal sides is then computed once."""
        return self if self.ends.size > _COMPARED else _known(self.ends.shape, self.ends.tobytes())

    def through(self, places: Relation, channels: Relation) -> _Side:
        """The side as seen by what depends on it so."""
        ends = _through(self.ends, places)
        if ends.shape[2] > 1 or channels.hides:
            ends = _through(ends.transpose(0, 2, 1), channels).transpose(0, 2, 1)
        return _Side(ends)


@functools.lru_cache(maxsize=4096)
def _known(shape: tuple[int, ...], ends: bytes) -> _Side:
    return _Side(np.frombuffer(ends, np.int32).reshape(shape))


def _through(ends: Places, relation: Relation) -> Places:
    """The ends (2, places, …) as seen by what depends on the places so."""
    found: Places
    if relation.table is None:
        found = np.minimum.reduce(ends, axis=1, keepdims=True)
    else:
        inside, outside = relation.kept_inside
        seen = ends.take(inside if ends.shape[1] == relation.extent else inside.clip(0, ends.shape[1] - 1), axis=1)
        if outside is not None:
            seen[:, outside] = _NOTHING
        found = np.minimum.reduce(seen, axis=1)  # as ``min`` does, with less around it
    return found


@dataclass(frozen=True)
class _Seen:
    """What the cells of a layer see of the image. ``shape`` is that in which the places are told: that of the volume
    before, where a layer only reads it as a vector."""

    rows: _Side
    columns: _Side
    shape: tuple[int, int, int]

    @functools.cached_property
    def field(self) -> ReceptiveField:
        return ReceptiveField(self.rows.extent, self.columns.extent)

    def read_as(self, shape: tuple[int, int, int]) -> _Seen:
        """The same cells, told in another shape."""
        if shape == self.shape:
            return self
        rows, columns = self.rows.ends[:, :, None], self.columns.ends[:, None]
        if math.prod(shape) > _MOST:
            rows, columns = (ends.min(axis=(1, 2, 3)) for ends in (rows, columns))
        else:
            rows, columns = (np.broadcast_to(ends, (2, *self.shape)) for ends in (rows, columns))
        return _Seen(_Side(rows.reshape(2, 1, -1)), _Side(columns.reshape(2, 1, -1)), shape)

    def through(self, seen: Dependence) -> tuple[_Side, _Side]:
        """What is seen by cells that depend on these so."""
        here = self
        if seen.shape != self.shape and not all(r.table is None for r in (seen.rows, seen.columns, seen.channels)):
            here = self.read_as(seen.shape)
        rows = here.rows.through(seen.rows, seen.channels)
        columns = here.columns.through(seen.columns, seen.channels)
        blind = rows.blind | columns.blind
        if blind.any():  # what reads padding alone sees no rows and no columns
            rows, columns = rows.without(blind), columns.without(blind)
        return rows, columns


def receptive_fields(graph: Graph) -> Mapping[str, ReceptiveField]:
    """The receptive field of every node that has one, by its id."""
    return {node_id: seen.field for node_id, seen in _seen(graph, graph.order).items()}


@functools.lru_cache(maxsize=64)
def receptive_field_of(graph: Graph, node_id: str) -> ReceptiveField | None:
    """The receptive field of one node, where it has one; only what lies before it is looked at."""
    before = graph.ancestors(node_id)
    seen = _seen(graph, (each for each in graph.order if each in before)).get(node_id)
    return None if seen is None else seen.field


def _seen(graph: Graph, order: Iterable[str]) -> Mapping[str, _Seen]:
    found: dict[str, _Seen] = {}
    for node_id in order:
        inferred, node = graph.inferred[node_id], graph[node_id]
        if inferred.output is None:
            continue
        if len(node.inputs) == 1 and node.layer.reach == "cell":
            seen = found.get(node.inputs[0])
        elif node.inputs:
            sources = tuple(found.get(source) for source in node.inputs)
            seen = _seen_through(node.layer, inferred.inputs, sources)
        else:
            seen = _all_of(inferred.output)
        if seen is not None:
            found[node_id] = seen
    return found


@functools.lru_cache(maxsize=64)
def _all_of(image: Shape) -> _Seen | None:
    """Every pixel sees itself."""
    if len(image) != 3:
        return None
    places = (np.arange(extent, dtype=np.int32)[:, None] for extent in image[:2])
    rows, columns = (_Side(np.stack([each, -each])) for each in places)
    return _Seen(rows, columns, as_volume(image))


@functools.lru_cache(maxsize=2048)  # what lies before an edit is found again: the same layers on the same sources
def _seen_through(layer: Layer, inputs: tuple[Shape, ...], sources: tuple[_Seen | None, ...]) -> _Seen | None:
    parts = [
        source.through(seen)
        for source, seen in zip(sources, _dependence(layer, inputs), strict=True)
        if source is not None
    ]
    if not parts:
        return None
    rows, columns = (functools.reduce(_Side.joined, sides).alike().known() for sides in zip(*parts, strict=True))
    return _Seen(rows, columns, as_volume(layer.output_shape(inputs)))


@functools.lru_cache(maxsize=64)  # layers of one kind and shape follow each other
def _dependence(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Dependence, ...]:
    return tuple(layer.dependence(inputs))
