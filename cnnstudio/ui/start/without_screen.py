"""Pictures and PDFs of figures where nobody looks at a screen: the same painting as in the window."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cnnstudio.export.writing import ExportError
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.start.display import is_qt, missing_packages

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from cnnstudio.design.value.design import Design
    from cnnstudio.export.figure import Figure


def page_file(page: str) -> bytes:
    """The bytes of a PDF of an HTML page whose pictures lie in it. Imports Qt, on a platform that needs no display.

    Raises:
        ExportError: Qt or a library that it needs is not installed.
    """
    application = _application("PDF", Sentence("HTML needs no Qt"))
    from cnnstudio.ui.evaluate.report.printed import printed

    try:
        return printed(page)
    finally:
        del application


def figure_file(design: Design, figure: Figure, format_name: str, scale: float) -> bytes:
    """The bytes of a PDF or PNG of a figure; a PNG holds its design. Imports Qt, on a platform that needs no display.

    Raises:
        ExportError: Qt or a library that it needs is not installed, or the picture would be too large.
    """
    application = _application(format_name, Sentence("SVG needs no Qt"))
    from cnnstudio.ui.panels.volumes.rendering import file_of

    try:
        return file_of(design, figure, format_name, scale)
    finally:
        del application


def _application(format_name: str, otherwise: Sentence) -> QApplication:
    """Qt, without a screen; ``otherwise`` says what can be had without it."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["LC_ALL"] = "C.UTF-8"  # Qt talks about any locale that is not installed or not UTF-8
    try:
        from PySide6.QtWidgets import QApplication
    except ImportError as error:
        if not is_qt(error):
            raise
        missing = missing_packages()
        command = "on Debian: apt install {missing}" if missing else "pip install PySide6-Essentials"
        remedy = Sentence(command, missing=" ".join(missing))
        raise ExportError(
            "{format} is painted by Qt, which cannot be loaded here ({remedy}); {otherwise}.",
            format=format_name,
            remedy=remedy,
            otherwise=otherwise,
        ) from error
    found = QApplication.instance()
    return found if isinstance(found, QApplication) else QApplication([])
