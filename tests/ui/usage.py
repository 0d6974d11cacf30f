"""What people do in the window, by the real widgets, and what it holds while they do."""

from __future__ import annotations

import gc
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from face import BUILD, LEARN, Face
from PySide6.QtCore import QEvent, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits import edits
from cnnstudio.design.templates import template
from cnnstudio.project.project import untrained
from cnnstudio.ui.explain import page
from cnnstudio.ui.look.living import living_widgets
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.sheets.about import show_about
from cnnstudio.ui.shell.sheets.command_search import open_command_search
from cnnstudio.ui.shell.sheets.gallery import open_gallery
from cnnstudio.ui.shell.sheets.glossary_sheet import open_glossary
from cnnstudio.ui.shell.sheets.shortcut_sheet import open_shortcut_sheet
from cnnstudio.ui.studio.intents import ExplainLayer
from cnnstudio.worker.background import Background
from cnnstudio.worker.turns.newest import THREADS

_FILES, _THREADS = Path("/proc/self/fd"), Path("/proc/self/task")


def settle() -> None:
    """Let everything happen that has been put off, deletions last."""
    for _ in range(3):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    QApplication.processEvents()


def held() -> tuple[Counter[tuple[str, str]], int, int]:
    """The widgets by their kind and that of their parent, and where the system tells, the threads and the open files.

    Python itself counts a thread of Qt's that has ended for ever, and one that never asked it anything not at all.
    """
    settle()
    kinds = Counter((type(each).__name__, type(each.parent()).__name__) for each in living_widgets())
    return kinds, _entries(_THREADS), open_files()


def open_files() -> int:
    """How many there are at this moment, where the system tells."""
    return _entries(_FILES)


def _entries(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir()) if folder.exists() else 0


def start_all_threads(window: Face, wait_until: Callable[[Callable[[], bool]], object]) -> None:
    """The threads that the window keeps for short computations start when one is needed that is not there yet."""
    at_once, answers = threading.Barrier(THREADS, timeout=20), list[object]()
    askers = [Background("Waiting for the others", window) for _ in range(THREADS)]
    for asker in askers:
        asker.answered.connect(answers.append)
        asker.ask(at_once.wait)
    wait_until(lambda: len(answers) == THREADS)
    for asker in askers:
        asker.shutdown()
        asker.deleteLater()


def select_all(window: Face) -> None:
    for node in window.document.project.design.graph.order:
        window.document.select([node])
        QApplication.processEvents()
    window.document.select([])


def explain_all(window: Face) -> None:
    modes = (page.BACKWARD, page.FIELD, page.SHARING, page.LOOKS, page.SURGERY, page.FORWARD)
    for node, mode in zip(window.document.project.design.graph.order, modes * 2, strict=False):
        window.studio.intents.ask(ExplainLayer(node))
        window.explain.set_mode(mode)
        QApplication.processEvents()
    window.workspaces.go_to(BUILD)


def lessons(window: Face) -> None:
    window.workspaces.go_to(LEARN)
    for lesson in window.learn.course.lessons[:3]:
        window.learn.show_lesson(lesson.id)
        QApplication.processEvents()
    window.learn.network.give_back()
    window.workspaces.go_to(BUILD)


def sheets(window: Face) -> None:
    for sheet in (
        open_command_search(window.studio),
        open_shortcut_sheet(window.studio),
        open_glossary(window),
        open_gallery(window, window.files.new, window.files.see_trained),
    ):
        QApplication.processEvents()
        sheet.dismiss()
    about = show_about(window)
    QApplication.processEvents()
    about.close()


def name(window: Face) -> None:
    window.rename()
    QApplication.processEvents()
    editor = QApplication.focusWidget()
    assert editor is not None
    QTest.keyClick(editor, Qt.Key.Key_Escape)


def problems(window: Face) -> None:
    window.document.edit("Remove", edits.remove(window.document.project.design, ["flatten_1"], rejoin=True))
    window.commands.run("repairs")
    QApplication.processEvents()
    window.commands.run("undo")


def another_window(window: Face) -> None:
    other = windows.open_window(window, untrained(template("first_conv")), None)
    QApplication.processEvents()
    other.close()
    window.activateWindow()


#: what can be done again and again
ACTS = (select_all, explain_all, lessons, sheets, name, problems, another_window)
