"""Films of networks of noise, opened as a page does it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cnnstudio.nn.graph.graph import chain
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.looking.probed import Probed, probe
from cnnstudio.nn.parameters.parameters import Snapshot, initial_parameters
from cnnstudio.ui.explain.film.running import Running
from cnnstudio.ui.explain.parts.sums import written
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.numbers import with_sign

F = TypeVar("F", bound=Running)


def looked_at_noise(
    shape: tuple[int, int, int], maps: int, kind: str, settings: Mapping[str, object], seed: int = 3
) -> Probed:
    """A layer “layer” over a noisy picture, or over so many maps made of one."""
    layers: list[tuple[str, Layer]] = [("input", Input(*shape))]
    if maps:
        layers.append(("maps", layer_kinds()["conv2d"](filters=maps, kernel=(1, 1))))
    graph = chain(*layers, ("layer", layer_kinds()[kind](**settings)))
    rng = np.random.default_rng(seed)
    parameters = initial_parameters(graph, seed)
    parameters.vector[...] = rng.normal(size=parameters.vector.shape)
    return probe(graph, Snapshot(parameters), rng.integers(0, 256, shape).astype(np.uint8))


def open_film(
    qtbot: QtBot, kind: type[F], probed: Probed, node: str = "layer", size: tuple[int, int] = (1140, 700)
) -> F:
    """The film of a layer, with the keyboard."""
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    if not application.styleSheet():
        theme.apply(application, "light")
    place = Place(dict)
    film = kind(place)
    qtbot.addWidget(film)
    place.setParent(film)
    place.node = node
    place.show(probed)
    film.resize(*size)
    film.show()
    film.activateWindow()
    qtbot.waitUntil(film.isActiveWindow)
    film.setFocus()
    return film


def pills(numbers: Sequence[float], rows: int) -> tuple[str, ...]:
    """What stands in the pills of a sum: the first ``rows`` numbers are those of the rows, a last one the bias."""
    sums, bias = tuple(numbers[:rows]), tuple(numbers[rows:])
    told = written(("", "+") if bias else ("",), (math.fsum(sums), *bias), math.fsum(numbers), sums)
    return tuple(map(with_sign, (*told.parts, *told.figures[1:])))
