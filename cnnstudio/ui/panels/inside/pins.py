"""Pictures that stay the same while the network learns, and what it says to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

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
#: how thick the pen is that paints on them, as part of a picture
PEN = 0.07

#: rows and columns of a picture
Places = Sequence[tuple[int, int]]


@dataclass(frozen=True, eq=False)
class Pin:
    """A picture, uint8 (H, W, C); ``name`` says what it shows, ``label`` is its class, −1 where nobody knows.
    ``unpainted`` is the picture as it was where somebody has painted on it."""

    image: NDArray[np.uint8]
    name: str
    label: int
    unpainted: NDArray[np.uint8] | None = None

    @property
    def original(self) -> NDArray[np.uint8]:
        """The picture without paint: the same array whatever is painted on it."""
        return self.image if self.unpainted is None else self.unpainted

    @property
    def ink(self) -> int:
        """What stands out from the picture."""
        return 255 if self.original.mean() < 128 else 0

    def painted(self, places: Places, *, off: bool) -> Pin:
        """The same with paint on rows and columns, as large as a pen is on such a picture, or with the paint ``off``
        there."""
        height, width, _ = self.image.shape
        reach = max(0, round(PEN * min(height, width)) - 1)
        image = self.image.copy()
        for row, column in places:
            rows = slice(max(0, row - reach), row + reach + 1)
            columns = slice(max(0, column - reach), column + reach + 1)
            image[rows, columns] = self.original[rows, columns] if off else self.ink
        if np.array_equal(image, self.original):
            return self.clean()
        return replace(self, image=image, unpainted=self.original)

    def clean(self) -> Pin:
        """The same without paint."""
        return replace(self, image=self.original, unpainted=None)


@dataclass(frozen=True, eq=False)
class Seen:
    """What some layers say to the pins: node → (pins, …); ``answers`` (pins, classes), empty where there are none.
    ``changes`` and ``answers_before`` are of those that are painted on, by their number: what the paint adds to what a
    layer says, and the answer without it."""

    pins: Sequence[Pin]
    graph: Graph
    values: Mapping[str, Floats]
    answers: Floats
    step: int
    changes: Mapping[str, Mapping[int, Floats]] = field(default_factory=dict)
    answers_before: Mapping[int, Floats] = field(default_factory=dict)


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

    def paint(self, original: NDArray[np.uint8], places: Places, *, off: bool) -> None:
        """Paint on the pin that was this picture, or take the paint ``off``, at rows and columns."""
        self._keep(tuple(p.painted(places, off=off) if p.original is original else p for p in self.pins))

    def clean(self) -> None:
        """Take all paint off."""
        self._keep(tuple(pin.clean() for pin in self.pins))

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
    painted = [number for number, pin in enumerate(pins) if pin.unpainted is not None]
    images = np.stack([*(pin.image for pin in pins), *(pins[number].original for number in painted)])
    found = inspect(graph, snapshot, images, {*layers, answer} - {""})
    count, shown = len(pins), [node for node in layers if node in found]
    answers = found.get(answer, np.zeros((len(images), 0), np.float32))
    return Seen(
        pins,
        graph,
        {node: found[node][:count] for node in shown},
        answers[:count],
        snapshot.step,
        {node: dict(zip(painted, found[node][painted] - found[node][count:], strict=True)) for node in shown},
        dict(zip(painted, answers[count:], strict=True)),
    )
