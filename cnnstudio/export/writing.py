"""Writing a figure's file: whole or not at all, and read back before it counts."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cnnstudio.design.value.design import Design
from cnnstudio.export.card_figure import Pictures, card_figure
from cnnstudio.export.embedding import ENDINGS, design_in, packed
from cnnstudio.export.figure import Figure
from cnnstudio.export.inks import InkName, inks
from cnnstudio.export.svg import svg
from cnnstudio.export.volume_figure import View, volume_figure
from cnnstudio.export.volumes import volumes
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import read_plain
from cnnstudio.files.printable import printable
from cnnstudio.nn.telling.told import WordedError

ViewName = Literal["volumes", "cards"]
VIEW_NAMES: tuple[ViewName, ...] = ("volumes", "cards")


class ExportError(WordedError):
    """The figure was not written; what was there is as it was. ``str()`` is one line with the reason."""

    def __str__(self) -> str:
        return printable(super().__str__())


def figure_of(
    design: Design, name: ViewName, colours: InkName, view: View | None = None, pictures: Pictures | None = None
) -> Figure:
    """One of the two views of a design; ``view`` says how to look at the volumes, ``pictures`` what cards show."""
    if name == "cards":
        return card_figure(design, inks(colours), design.title, pictures)
    names = {node: card.name for node, card in design.cards.items()}
    return volume_figure(volumes(design.graph, names), names, inks(colours), view or View(), design.title)


def svg_of(design: Design, figure: Figure, scale: float = 1.0) -> bytes:
    """A figure of a design as an SVG that holds it."""
    return svg(figure, scale, packed(design))


def write_figure(path: Path, data: bytes, design: Design) -> None:
    """Write an SVG, PNG or PDF. The first two are opened again before they take the place of what was there.

    Raises:
        ExportError: the disk refuses, or the design could not be found in it again.
    """

    def check(written: Path) -> None:
        if path.suffix.lower() in ENDINGS and design_in(read_plain(written, len(data)), path.name) != design:
            raise ValueError("The design in it is not this one.")

    try:
        replace_file(path, lambda file: file.write(data), check, backup=False)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise ExportError("{path}: It could not be written ({why}).", path=path, why=why) from error
    except ValueError as error:
        raise ExportError("{path}: It could not be written. {error}", path=path, error=error) from error
