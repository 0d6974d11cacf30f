"""A layer as a Keras model tells of it: settings, arrays, and what it reads."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from cnnstudio.design.format.strict import Checked
from cnnstudio.exchange.keras.archive import Archive
from cnnstudio.exchange.reading.layers_read import ImportRefused, LayersRead, Picture
from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.telling.told import Sentence

Pair = tuple[int, int]
#: what a layer makes: a node, or the picture as long as it is only scaled
Value = str | Picture
_MOST = 1 << 20


@dataclass(frozen=True)
class LayerTold:
    """``kind`` is the name of its class, ``name`` its own, ``key`` that of its arrays."""

    kind: str
    name: str
    config: dict[str, Checked]
    inputs: tuple[Value, ...]
    archive: Archive
    key: str
    modules: tuple[str, ...] = ()

    def refused(self, reason: str, /, **values: Hashable) -> ImportRefused:
        """Why it cannot be read, in a sentence that names it."""
        why = Sentence(reason, **values)
        return ImportRefused("{layer} (layer “{name}”): {reason}", layer=self.kind, name=self.name, reason=why)

    def source(self, layers: LayersRead, place: int = 0) -> str:
        """The node that it reads at a place.

        Raises:
            ImportRefused: it reads nothing there.
        """
        if place >= len(self.inputs):
            raise self.refused("Its input {place} is missing.", place=place + 1)
        value = self.inputs[place]
        return layers.scaled(self, value) if isinstance(value, Picture) else value

    def sources(self, layers: LayersRead) -> tuple[str, ...]:
        """All nodes that it reads."""
        return tuple(self.source(layers, place) for place in range(len(self.inputs)))

    # settings; FileFormatError where one is of another type

    def pair(self, name: str, usual: Pair = (1, 1), low: int = 1) -> Pair:
        """Two whole numbers, downwards and to the right; one stands for both."""
        found = self.config.get(name)
        if found is None or found.value is None:
            return usual
        if isinstance(found.value, list):
            both = [each.integer(low, _MOST) for each in found.items(2, 2)]
            return both[0], both[1]
        return found.integer(low, _MOST), found.integer(low, _MOST)

    def whole(self, name: str, low: int = 1) -> int:
        """A whole number that must be there."""
        return self._needed(name).integer(low, 1 << 24)

    def number(self, name: str, usual: float | None) -> float | None:
        """A number, if it is there and no null."""
        found = self.config.get(name)
        return usual if found is None else None if found.value is None else found.number()

    def numbers(self, name: str, most: int) -> tuple[float, ...] | None:
        """Numbers, nested in whatever way; None where there are none."""
        found = self.config.get(name)
        if found is None or found.value is None:
            return None
        while isinstance(found.value, list) and len(found.value) == 1 and isinstance(found.value[0], list):
            found = next(found.items(1))
        if isinstance(found.value, list):
            return tuple(each.number() for each in found.items(most, 1))
        return (found.number(),)

    def switch(self, name: str, usual: bool = True) -> bool:
        """A switch."""
        found = self.config.get(name)
        if found is None or found.value is None:
            return usual
        if not isinstance(found.value, bool):
            found.refuse("It is no switch.")
        return found.value

    def text(self, name: str, usual: str) -> str:
        """A text; what is none, such as an object of a class, is no text that anybody knows."""
        found = self.config.get(name)
        if found is None or found.value is None:
            return usual
        return found.value if isinstance(found.value, str) else "?"

    def need(self, name: str, *allowed: str) -> str:
        """A text that may only be one of these; the first where it is not told.

        Raises:
            ImportRefused: it is another.
        """
        value = self.text(name, allowed[0])
        if value not in allowed:
            raise self.refused("Its {name} is {value}, which is not possible here.", name=name, value=value[:60])
        return value

    def array(self, place: int, shape: Shape) -> Floats:
        """One of its arrays.

        Raises:
            ImportRefused: it is not there, or of another shape.
        """
        found = self.archive.array(self.key, place, shape)
        if found is None:
            raise self.refused("It has no array {place} of the shape {shape:shape}.", place=place + 1, shape=shape)
        return found

    def _needed(self, name: str) -> Checked:
        if (found := self.config.get(name)) is None:
            raise self.refused("It does not say its {name}.", name=name)
        return found
