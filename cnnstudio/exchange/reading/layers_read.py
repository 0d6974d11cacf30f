"""The layers that are read from another program's model, one by one."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import Sentence, WordedError

#: more layers than a design may have are refused before they are made
MOST_LAYERS = 2_000
#: the Input layer
IMAGE = "input_1"


class ImportRefused(WordedError):
    """A network cannot be represented here; ``str()`` is one sentence that names what is in the way."""


class Place(Protocol):
    """A part of the other program's network: what a layer for it is called, the modules around it from the outside in,
    and how it is refused."""

    @property
    def name(self) -> str: ...

    @property
    def modules(self) -> tuple[str, ...]: ...

    def refused(self, reason: str, /, **values: Hashable) -> ImportRefused: ...


@dataclass(frozen=True)
class Picture:
    """The picture from 0 to 1 less ``mean`` and divided by ``deviation``: a number each, or one for each channel."""

    mean: tuple[float, ...] = (0.0,)
    deviation: tuple[float, ...] = (1.0,)


@dataclass
class LayersRead:
    """``shapes`` are public, by node id, ``arrays`` what each layer brings, ``homes`` the modules around each,
    ``notes`` what was done on the way."""

    image: Shape
    nodes: dict[str, Node] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    shapes: dict[str, Shape] = field(default_factory=dict)
    arrays: dict[str, Mapping[str, Floats]] = field(default_factory=dict)
    homes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    notes: list[Sentence] = field(default_factory=list)
    scaling: Picture | None = None

    def add(self, at: Place, kind: str, sources: tuple[str, ...], *, called: str | None = None, **settings: Any) -> str:
        """A layer, ``called`` as the place or otherwise; its id.

        Raises:
            ImportRefused: its settings are beyond the limits here, or it cannot take these inputs.
        """
        if len(self.nodes) >= 2 * MOST_LAYERS:
            raise ImportRefused("It has more than {most:thousands} layers.", most=MOST_LAYERS)
        node = f"{kind}_{sum(other.layer.kind == kind for other in self.nodes.values()) + 1}"
        wanted = layer_kinds()[kind]
        if not wanted.fewest_inputs <= len(sources) <= wanted.most_inputs:
            raise at.refused("It reads {count:# input|# inputs}, which is not possible here.", count=len(sources))
        try:
            layer: Layer = wanted(**settings)
            shape = layer.output_shape([self.shapes[source] for source in sources])
        except (SettingError, ValueError) as error:
            raise at.refused("It is beyond what is possible here: {why}", why=Sentence("{e}", e=str(error))) from error
        self.nodes[node] = Node(node, layer, sources)
        self.shapes[node], self.names[node] = shape, at.name if called is None else called
        self.homes[node] = at.modules
        return node

    def scaled(self, at: Place, picture: Picture) -> str:
        """The Input layer, with the scaling that everybody who reads the picture must agree on.

        Raises:
            ImportRefused: somebody reads it otherwise, or it cannot be so large.
        """
        if self.scaling is None:
            height, width, channels = self.image
            mean, deviation = (each[0] if len(set(each)) == 1 else each for each in (picture.mean, picture.deviation))
            self.scaling = picture
            self.add(
                at, "input", (), called="Input", height=height, width=width, channels=channels, mean=mean,
                deviation=deviation,
            )  # fmt: skip
        elif self.scaling != picture:
            raise at.refused("The picture is scaled in two ways.")
        return IMAGE

    def graph(self, ends: Iterable[str]) -> Graph:
        """What leads to some nodes."""
        whole = Graph(tuple(self.nodes.values()))
        return whole.restricted(frozenset().union(*map(whole.ancestors, ends)))


def shortest(value: float) -> float:
    """The number with the fewest digits that single precision takes for this one: 0.1307, not 0.13070000708103."""
    return float(str(np.float32(value)))


def refuse_slopes(at: Place) -> NoReturn:
    """Say why a learned slope for each number of a picture cannot be read.

    Raises:
        ImportRefused: always.
    """
    raise at.refused("Each number has a slope of its own; the nearest here is PReLU, which has one for each map.")
