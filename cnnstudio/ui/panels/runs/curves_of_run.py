"""The curves of a kept run as a file."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnstudio.exchange.curves import TABLE
from cnnstudio.project.kept.groups import ReadRun
from cnnstudio.ui.panels.curves.curve_export import NUMBERS, export_numbers, tried
from cnnstudio.ui.telling.notices import Notices


def export_curves_of(panel: QWidget, run: ReadRun, notices: Notices) -> None:
    """Ask where to, and write the numbers of a run; what they become, the end of the name says."""
    began = datetime.fromisoformat(run.listed.run.began).timestamp()
    filters = {f"{title} (*{ending})": ending for ending, title in NUMBERS.items()}
    dialog = QFileDialog(panel, "Export the curves of the run", str(Path.home() / f"curves{TABLE}"), ";;".join(filters))
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(TABLE[1:])
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix(filters[chosen][1:]))
    dialog.fileSelected.connect(
        lambda path: tried(lambda where: export_numbers(run.history, began, where), Path(path), notices)
    )
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setWindowModality(Qt.WindowModality.WindowModal)
    dialog.open()
