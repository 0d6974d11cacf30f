"""Every control of every mode says what it is for."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QAbstractSpinBox, QApplication, QComboBox, QScrollBar

from cnnstudio.ui.explain.pictures.tiles import Tiles


def test_every_control_of_every_mode_has_a_tooltip_or_explains_its_parts(window, qtbot) -> None:
    window.workspaces.show("Explain")
    page = window.explain
    qtbot.waitUntil(lambda: page.place.ready and window.data.dataset is not None)
    silent = set()
    for mode in (*page.modes.buttons, "bench"):
        page.open_bench() if mode == "bench" else page.set_mode(mode)
        QApplication.processEvents()
        for kind in (QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox):
            for control in page.findChildren(kind):
                if isinstance(control, QScrollBar) or not control.isVisible():
                    continue
                if not control.toolTip() and not control.parentWidget().toolTip():
                    text = getattr(control, "text", lambda: "")()
                    silent.add(f"{mode}: {type(control).__name__} “{text}” in {type(control.parentWidget()).__name__}")
        for tiles in page.findChildren(Tiles):
            assert tiles.accessibleName()
    assert not silent
