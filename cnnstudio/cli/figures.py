"""The command ``export``: a figure of a design as SVG, PDF or PNG."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path

from cnnstudio.cli.console import BAD_ANSWER, GOOD, Refused, say
from cnnstudio.cli.designs import open_design
from cnnstudio.design.value.design import Design
from cnnstudio.export.embedding import ENDINGS
from cnnstudio.export.figure import Figure
from cnnstudio.export.writing import ExportError, figure_of, svg_of, write_figure
from cnnstudio.nn.telling.told import worded

#: makes the bytes of a “PDF” or “PNG”: a figure of a design, so many times as large. Whoever starts the command line
#: hands it over, since it needs Qt; it raises ExportError.
Painter = Callable[[Design, Figure, str, float], bytes]

#: millimetres of a pixel on paper
_MILLIMETRES = 25.4 / 96


def export(arguments: Namespace, painter: Painter | None = None) -> int:
    """Write one of the two views of a design.

    Raises:
        Refused: the ending is none of the three, or it could not be written.
    """
    path, scale = Path(arguments.out), arguments.scale
    ending = path.suffix.lower()
    if ending not in (".svg", ".pdf", ".png"):
        raise Refused(
            f"{path}: Name a file that ends in .svg, .pdf or .png, or for other programs in .onnx, .py or .h, or give "
            "--as."
        )
    if ending != ".svg" and painter is None:
        raise Refused(f"{path}: PDF and PNG are painted by the program cnnstudio; from here name a file .svg.")
    if not 0.1 <= scale <= 10:
        raise Refused("--scale: Give a number from 0.1 to 10.")
    opened = open_design(arguments.design)
    figure = figure_of(opened.design, arguments.view, arguments.colours)
    try:
        if ending == ".svg" or painter is None:
            data = svg_of(opened.design, figure, scale)
        else:
            data = painter(opened.design, figure, ending[1:].upper(), scale)
        write_figure(path, data, opened.design)
    except ExportError as error:
        raise Refused(worded(error), BAD_ANSWER) from error
    unit, of_a_pixel = ("mm", _MILLIMETRES) if ending == ".pdf" else ("px", 1.0)
    size = f"{figure.width * scale * of_a_pixel:.0f}×{figure.height * scale * of_a_pixel:.0f} {unit}"
    say(f"{path}: {size}." + (" It opens as a design." if ending in ENDINGS else ""))
    return GOOD
