"""The examples by the names that the glossary uses: a name, and numbers or a word behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.nn.explaining.positions import Positions
from cnnstudio.nn.graph.layer import Category
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.looking.sharing import sharing
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.learn.examples.number_grids import GRIDS
from cnnstudio.ui.learn.examples.plots import curve_plot, descent_plot, overfitting_plot
from cnnstudio.ui.learn.examples.softmax_sliders import SoftmaxSliders
from cnnstudio.ui.learn.views.row_view import RowView
from cnnstudio.ui.learn.views.sharing_view import SharingSquares
from cnnstudio.ui.learn.views.volumes_view import VolumeRow
from cnnstudio.ui.look.labels import label


def example_widget(example: str) -> QWidget:
    """The example a term names.

    Raises:
        KeyError: there is none of this name.
    """
    name, *words = example.split()
    return _MAKERS[name](words)


def _row(words: list[str]) -> QWidget:
    size, kernel, stride, padding, dilation = map(int, words)
    row = RowView()
    row.show_positions(Positions(size, kernel, stride, padding, padding, dilation))
    row.go_to(1)
    places = amount(row.positions.count, "place")
    padded = f", {amount(padding, 'zero')} at each end" if padding else ""
    spread = f", dilation {dilation}" if dilation > 1 else ""
    what = f"A filter {kernel} wide on {amount(size, 'pixel')}, stride {stride}{padded}{spread}: {places}. Drag it."
    return _under(row, what)


def _sharing(_words: list[str]) -> QWidget:
    squares = SharingSquares()
    counts = sharing(Conv2D(filters=6, kernel=(5, 5)), [(32, 32, 3)])
    assert counts is not None
    squares.show_counts(counts)
    return _under(squares, "Numbers to learn for 32×32×3 → 28×28×6, as areas.")


def _volumes(_words: list[str]) -> QWidget:
    row = VolumeRow()
    shown: list[tuple[str, str, tuple[int, ...], Category]] = [
        ("a", "Input", (32, 32, 3), "input"),
        ("b", "Conv 2D", (28, 28, 6), "convolution"),
        ("c", "Max pooling", (14, 14, 6), "pooling"),
        ("d", "Conv 2D", (10, 10, 16), "convolution"),
        ("e", "Flatten", (1600,), "dense"),
    ]
    row.show_nodes(shown)
    return _under(row, "A colour photo, six feature maps, the same pooled, sixteen maps, and all of it as one list.")


def _under(view: QWidget, words: str) -> QWidget:
    box = QWidget()
    column = QVBoxLayout(box)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    column.addWidget(view)
    column.addWidget(label(words, "secondary", wrap=True))
    return box


_MAKERS: Mapping[str, Callable[[list[str]], QWidget]] = {
    "row": _row,
    "grid": lambda words: GRIDS[words[0]](),
    "curve": lambda words: curve_plot(words[0]),
    "descent": lambda words: descent_plot(float(words[0])),
    "overfitting": lambda _words: overfitting_plot(),
    "softmax": lambda _words: SoftmaxSliders(),
    "sharing": _sharing,
    "volumes": _volumes,
}
