"""Opens the first window as the program does, on the screen of this process, and says where all of it lies (JSON)."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.app import first_window, prepare
from cnnstudio.ui.panels.bars.declaration import TRAINING
from cnnstudio.ui.shell.declaration import MESSAGES
from cnnstudio.ui.widgets.overlay import Overlay
from tests.ui.rectangles import faults


def box(rect: QRect) -> list[int]:
    return [rect.left(), rect.top(), rect.right(), rect.bottom()]


def main() -> None:
    app = QApplication(["cnnstudio"])
    prepare(app)
    window = first_window()
    studio = window.studio
    window.appear()
    QTest.qWait(50)
    available = window.screen().availableGeometry()
    told = {"available": box(available), "frame": box(window.frameGeometry()), "maximised": window.isMaximized()}
    places: dict[str, object] = {}
    for name in ("Data", "Build", "Train", "Explain", "Learn"):
        studio.workspaces.show(name)
        QTest.qWait(150)
        bar = studio.get(TRAINING)
        shown = (window.topbar, bar.train_button, bar.stop_button, bar.reset_button, bar.progress)
        inside = [window.rect().contains(QRect(w.mapTo(window, QPoint()), w.size())) and w.isVisible() for w in shown]
        page = studio.workspaces.widget
        places[name] = {
            "inside": all(inside),
            "scrolls": page.width() > window.width()
            or page.mapTo(window, page.rect().bottomLeft()).y() > window.height(),
            "faults": faults(window) if name in ("Build", "Train") else [],
        }
    told["places"] = places
    studio.workspaces.show("Build")
    studio.notices.tell("One broke.", "error", action_title="Mend it", action=lambda: None)
    QTest.qWait(20)
    told["message"] = window.rect().contains(studio.get(MESSAGES).geometry())
    sheets: dict[str, bool] = {}
    for name in ("gallery", "shortcuts", "glossary"):
        studio.commands.run(name)
        QTest.qWait(30)
        for sheet in window.findChildren(Overlay):
            sheets[name] = window.rect().contains(QRect(sheet.sheet.mapTo(window, QPoint()), sheet.sheet.size()))
            sheet.dismiss()
        QApplication.processEvents()
    told["sheets"] = sheets
    window.setWindowState(Qt.WindowState.WindowNoState)
    QTest.qWait(50)
    told["restored"] = box(window.frameGeometry())
    print(json.dumps(told))
    assert isinstance(window, QWidget)
    studio.shutdown()
    sys.stdout.flush()


main()
