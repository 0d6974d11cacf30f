"""Every control on the screen says what it is for: a tooltip of its own, or that of the row it belongs to."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollBar,
    QWidget,
)

from tests.ui.face import NAMES

_CONTROLS = (QAbstractButton, QAbstractSpinBox, QAbstractSlider, QComboBox, QLineEdit)


def explained(widget: QWidget, window: QWidget) -> bool:
    """A spin box explains its own line edit, a row its field; the window itself explains nothing."""
    for _ in range(3):
        if widget.toolTip():
            return True
        widget = widget.parentWidget()
        if widget is None or widget is window:
            return False
    return False


def unexplained(window: QWidget) -> list[str]:
    found = []
    for control in window.findChildren(QWidget):
        if not isinstance(control, _CONTROLS) or isinstance(control, QScrollBar) or not control.isVisible():
            continue
        if not explained(control, window):
            text = getattr(control, "text", str)()
            where = type(control.parentWidget()).__name__
            found.append(f"{type(control).__name__} “{text}” ({control.accessibleName()}) in {where}")
    return found


@pytest.mark.parametrize("workspace", NAMES)
def test_every_control_is_explained(window, qtbot, workspace):
    qtbot.waitUntil(lambda: bool(window.inspection.maps))
    window.workspaces.show(workspace)
    if workspace == "Explain":
        qtbot.waitUntil(lambda: window.explain.place.ready)
    if workspace == "Learn":
        window.learn.network.use_own()
    for selected in ((), ("conv2d_1",), ("max_pool2d_1",), ("dense_1",)):
        window.document.select(selected)
        assert len(window.document.selection) == len(selected)
        QApplication.processEvents()
        assert "; ".join(unexplained(window)) == "", selected


def test_every_lesson_is_explained(window, qtbot):
    window.workspaces.show("Learn")
    for name in window.learn.list.buttons:
        window.learn.show_lesson(name)
        for number in range(len(window.learn.current.live)):
            window.learn.current.show_view(number)
            QApplication.processEvents()
            assert "; ".join(unexplained(window.learn)) == "", name
