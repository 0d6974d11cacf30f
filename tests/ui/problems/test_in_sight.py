"""What keys lead to is seen: a problem that no layer has, and what a repair would add."""

from __future__ import annotations

from PySide6.QtCore import Qt

from cnnstudio.design.edits import edits
from cnnstudio.ui.problems.declaration import ON_CANVAS
from tests.ui.face import BUILD


def test_what_has_no_layer_is_shown_in_the_list_and_its_repair_on_the_canvas(open_window, qtbot):
    """The layers that a repair would add at the end lie beyond the edge of the view."""
    window = open_window(size=(1100, 700))
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    graph = window.document.project.design.graph
    ends = list(graph.order)[4:]
    window.document.edit("Cut", edits.remove(window.document.project.design, ends))
    window.workspaces.go_to(BUILD)
    window.canvas.camera.zoom_in_middle(1.0)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_F8)
    assert window.problems.isAncestorOf(window.focusWidget())
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    ghosts = window.studio.get(ON_CANVAS).ghosts
    qtbot.waitUntil(lambda: ghosts.tag is not None)
    qtbot.waitUntil(lambda: window.canvas.camera.seen().contains(ghosts.place()))
