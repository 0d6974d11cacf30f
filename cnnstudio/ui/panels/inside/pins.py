"""Pictures that stay the same while the network learns, and what it says to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Signal

from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.network.network import ends_of
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Told
from cnnstudio.nn.training.measured import activation_of
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.samples import Samples, spoken

#: at most so many are pinned
MOST = 12


@dataclass(frozen=True, eq=False)
class Pin:
    """A picture, uint8 (H, W, C); ``name`` says what it shows, ``label`` is its class, −1 where nobody knows."""

    image: NDArray[np.uint8]
    name: str
    label: int


@dataclass(frozen=True, eq=False)
class Seen:
    """What some layers say to the pins: node → (pins, …); ``answers`` (pins, classes), empty where there are none."""

    pins: Sequence[Pin]
    graph: Graph
    values: Mapping[str, Floats]
    answers: Floats
    step: int


class Pins(QObject):
    """The pictures that are pinned, in their order."""

    changed = Signal()

    def __init__(self, data: DataSource, samples: Samples, looking: Looking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._data, self._samples, self._looking = data, samples, looking
        self.pins: tuple[Pin, ...] = ()

    def pin(self) -> None:
        """Pin the picture that is looked at, unless it is pinned."""
        now = self._looking.now
        if now.picture is not None and not any(np.array_equal(pin.image, now.picture) for pin in self.pins):
            self._keep((*self.pins, Pin(now.picture, now.label, self._samples.label)))

    def pin_each_class(self) -> None:
        """Pin the first test image of each class, and nothing else."""
        sample = self._data.sample
        if sample is None:
            return
        labels = np.asarray(sample.test.labels)
        firsts = [int(np.argmax(labels == number)) for number in range(len(sample.classes)) if (labels == number).any()]
        images = [sample.test.read(slice(first, first + 1))[0] for first in firsts[:MOST]]
        self._keep(
            tuple(
                Pin(image, spoken(sample.classes, int(labels[first])), int(labels[first]))
                for image, first in zip(images, firsts, strict=False)
            )
        )

    def unpin(self, pin: Pin) -> None:
        """Leave one out."""
        self._keep(tuple(other for other in self.pins if other is not pin))

    def unpin_all(self) -> None:
        """Leave all out."""
        self._keep(())

    def _keep(self, pins: tuple[Pin, ...]) -> None:
        self.pins = pins[-MOST:]
        self.changed.emit()


def default_layers(graph: Graph) -> tuple[str, ...]:
    """The layers to look at when none are chosen: behind the activation of each convolution."""
    convolutions = [node for node in graph.order if graph[node].layer.category == "convolution"]
    computed = [node for node in convolutions if graph.inferred[node].output is not None]
    return tuple(dict.fromkeys(activation_of(graph, node) for node in computed))


def seen(graph: Graph, snapshot: Snapshot, pins: Sequence[Pin], layers: Sequence[str]) -> Seen:
    """Look at all pins at once."""
    ends = ends_of(graph)
    answer = "" if isinstance(ends, Told) else ends.softmax
    images = np.stack([pin.image for pin in pins])
    found = inspect(graph, snapshot, images, {*layers, answer} - {""})
    answers = found.get(answer, np.zeros((len(pins), 0), np.float32))
    return Seen(pins, graph, {node: found[node] for node in layers if node in found}, answers, snapshot.step)
