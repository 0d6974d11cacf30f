"""Opens the first window as the program does, on the screen of this process, and says where all of it lies (JSON)."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDeadlineTimer, QEventLoop, QPoint, QRect, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.app import first_window, prepare
from cnnstudio.exchange.targets import TARGETS
from cnnstudio.ui.explain.declaration import EXPLAIN
from cnnstudio.ui.learn.declaration import LEARN
from cnnstudio.ui.panels.bars.declaration import TRAINING
from cnnstudio.ui.panels.export.declaration import MODEL_EXPORT
from cnnstudio.ui.shell.declaration import MESSAGES
from cnnstudio.ui.studio.intents import ExplainLayer
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.widgets.overlay import Overlay
from tests.ui.rectangles import faults


def wait(milliseconds: int) -> None:
    """Let the window and its workers work; Qt's own wait for tests keeps Python's lock all the while."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


def box(rect: QRect) -> list[int]:
    return [rect.left(), rect.top(), rect.right(), rect.bottom()]


def settled_faults(window: QWidget) -> list[str]:
    """What is wrong once nothing changes any more: the pages are filled by workers."""
    before: list[str] | None = None
    for _ in range(40):
        wait(100)
        now = faults(window)
        if now == before:
            return now
        before = now
    return before or []


def walk_explain(studio: Studio) -> dict[str, list[str]]:
    """Every way to look at two layers, the film and the ledger among them: what is wrong with each."""
    page = studio.get(EXPLAIN)
    wrong: dict[str, list[str]] = {}
    for node in ("conv2d_1", "max_pool2d_1"):
        studio.intents.ask(ExplainLayer(node))
        deadline = QDeadlineTimer(30_000)
        while not (page.place.ready and page.place.node == node) and not deadline.hasExpired():
            wait(20)
        for mode in page.modes.buttons:
            page.set_mode(mode)
            wrong[f"{node} {mode}"] = settled_faults(studio.window)
        page.set_mode("Forward")
        page.show_ledger(True)
        wrong[f"{node} ledger"] = settled_faults(studio.window)
        page.show_ledger(False)
    return wrong


def looked_at(studio: Studio) -> bool:
    """Whether the maps are those of the network on the canvas."""
    result = studio.inspection.result
    return result is not None and result.graph is studio.document.project.design.graph


def walk_learn(studio: Studio) -> dict[str, list[str]]:
    """Every built-in lesson."""
    page, wrong = studio.get(LEARN), {}
    assert page.course is not None
    for lesson in page.course.lessons:
        page.show_lesson(lesson.id)
        deadline = QDeadlineTimer(30_000)
        while not looked_at(studio) and not deadline.hasExpired():
            wait(20)
        wrong[lesson.id] = settled_faults(studio.window)
    page.network.use_own()
    return wrong


def walk_pages(studio: Studio) -> dict[str, list[str]]:
    """The page of an export that was written and proven, and Train while it trains and after that."""
    exporting, wrong = studio.get(MODEL_EXPORT), {}
    studio.workspaces.show("Train")
    for target in TARGETS:
        studio.commands.run("export model")
        page = exporting.page
        assert page is not None
        page.buttons[target].click()
        page.place.setText(str(Path.home() / f"net{TARGETS[target].ending}"))
        wrong[f"{target}, to be exported"] = settled_faults(studio.window)
        page.button.click()
        deadline = QDeadlineTimer(60_000)
        while page.busy and not deadline.hasExpired():
            wait(20)
        wrong[f"{target}, exported"] = settled_faults(studio.window)
        page.dismiss()
    control = studio.run_control
    control.train_or_pause()
    deadline = QDeadlineTimer(60_000)
    while control.session.state != "running" and not deadline.hasExpired():
        wait(20)
    wait(500)
    wrong["in training"] = settled_faults(studio.window)
    control.stop()
    deadline = QDeadlineTimer(60_000)
    while control.session.active and not deadline.hasExpired():
        wait(20)
    wrong["trained"] = settled_faults(studio.window)
    return wrong


WALKS = {"Train": walk_pages, "Explain": walk_explain, "Learn": walk_learn}


def main() -> None:
    app = QApplication(["cnnstudio"])
    prepare(app)
    window = first_window()
    studio = window.studio
    window.appear()
    wait(50)
    deadline = QDeadlineTimer(60_000)
    while studio.data.dataset is None and not deadline.hasExpired():
        wait(20)  # what the pages need depends on what is on them
    available = window.screen().availableGeometry()
    told = {"available": box(available), "frame": box(window.frameGeometry()), "maximised": window.isMaximized()}
    places: dict[str, dict[str, Any]] = {}
    for name in ("Data", "Build", "Train", "Explain", "Learn"):
        studio.workspaces.show(name)
        wait(150)
        bar = studio.get(TRAINING)
        shown = (window.topbar, bar.train_button, bar.stop_button, bar.reset_button, bar.progress)
        inside = [window.rect().contains(QRect(w.mapTo(window, QPoint()), w.size())) and w.isVisible() for w in shown]
        found, page = settled_faults(window), studio.workspaces.widget
        places[name] = {
            "inside": all(inside),
            "scrolls": page.width() > window.width()
            or page.mapTo(window, page.rect().bottomLeft()).y() > window.height(),
            "faults": found,
        }
        if "all" in sys.argv and name in WALKS:
            wrong = WALKS[name](studio)
            assert len(wrong) > 5
            places[name]["faults"] += [f"{where}: {fault}" for where, found in wrong.items() for fault in found]
    told["places"] = places
    studio.workspaces.show("Build")
    studio.notices.tell("One broke.", "error", action_title="Mend it", action=lambda: None)
    wait(20)
    told["message"] = window.rect().contains(studio.get(MESSAGES).geometry())
    sheets: dict[str, bool] = {}
    for name in ("gallery", "shortcuts", "glossary"):
        studio.commands.run(name)
        wait(30)
        for sheet in window.findChildren(Overlay):
            sheets[name] = window.rect().contains(QRect(sheet.sheet.mapTo(window, QPoint()), sheet.sheet.size()))
            sheet.dismiss()
        QApplication.processEvents()
    told["sheets"] = sheets
    window.setWindowState(Qt.WindowState.WindowNoState)
    wait(50)
    told["restored"] = box(window.frameGeometry())
    print(json.dumps(told))
    assert isinstance(window, QWidget)
    studio.shutdown()
    sys.stdout.flush()


main()
