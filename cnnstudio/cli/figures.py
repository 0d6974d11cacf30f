"""The command ``export``: a figure of a design as SVG."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from cnnstudio.cli.console import BAD_ANSWER, GOOD, Refused, say
from cnnstudio.cli.designs import open_design
from cnnstudio.export.writing import ExportError, figure_of, svg_of, write_figure

_ELSEWHERE = (".pdf", ".png")


def export(arguments: Namespace) -> int:
    """Write one of the two views of a design.

    Raises:
        Refused: the ending is none of SVG's, or it could not be written.
    """
    path = Path(arguments.out)
    ending = path.suffix.lower()
    if ending in _ELSEWHERE:
        raise Refused(f"{path}: PDF and PNG are written by the window (File ▸ Export figure); here name a file .svg.")
    if ending != ".svg":
        raise Refused(f"{path}: Name a file that ends in .svg.")
    if not 0.1 <= arguments.scale <= 10:
        raise Refused("--scale: Give a number from 0.1 to 10.")
    opened = open_design(arguments.design)
    figure = figure_of(opened.design, arguments.view, arguments.colours)
    try:
        write_figure(path, svg_of(opened.design, figure, arguments.scale), opened.design)
    except ExportError as error:
        raise Refused(str(error), BAD_ANSWER) from error
    say(f"{path}: {figure.width * arguments.scale:.0f}×{figure.height * arguments.scale:.0f} px. It opens as a design.")
    return GOOD
