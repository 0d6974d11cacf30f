"""What carries a term of the field says what it means where the pointer rests on it: captions and figures, items to
choose, heads of columns, entries of menus, cards, wires and axes. Asked as the window system asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent
from PySide6.QtWidgets import QApplication, QComboBox, QHeaderView, QLabel, QMenu, QTabBar, QToolTip, QWidget

from cnnstudio.lessons.glossary import glossary
from cnnstudio.ui.panels.curves.chart import Chart
from tests.ui.face import NAMES

#: tooltips, without a screen; a mark of the whole module would be hidden by that of the session
QUIET = pytest.mark.qt_log_ignore("does not support (raise|propagateSizeHints)")

_WORDS = sorted((word for term in glossary() for word in (term.name, *term.also)), key=len, reverse=True)
_TERM = re.compile(r"(?<!\w)(" + "|".join(re.escape(word) for word in _WORDS) + r")(?!\w)", re.IGNORECASE)
#: longer texts, and those with a full stop, are sentences: they explain themselves or link to the glossary
_CAPTION = 48
_NOTHING = "nothing was said"


def said_at(widget: QWidget, at: QPoint) -> str:
    """What a resting pointer is told at a point of a widget; "" for nothing."""
    QToolTip.showText(widget.mapToGlobal(at), _NOTHING, widget)
    QApplication.sendEvent(widget, QHelpEvent(QEvent.Type.ToolTip, at, widget.mapToGlobal(at)))
    text = QToolTip.text()
    return "" if text == _NOTHING else text


def captions(window: QWidget) -> Iterator[QLabel]:
    for label in window.findChildren(QLabel):
        text = label.text()
        sentence = len(text) > _CAPTION or text.rstrip().endswith((".", "?", "!", "…"))
        if not label.visibleRegion().isEmpty() and _TERM.search(text) and not sentence and "<" not in text:
            yield label


def unexplained(window: QWidget) -> list[str]:
    found = [
        f"label “{label.text()}” in {type(label.parentWidget()).__name__}"
        for label in captions(window)
        if not said_at(label, label.visibleRegion().boundingRect().center())
    ]
    for box in window.findChildren(QComboBox):
        if box.isVisible():
            for item in range(box.count()):
                if not box.itemData(item, Qt.ItemDataRole.ToolTipRole):
                    found.append(f"item “{box.itemText(item)}” of {box.accessibleName() or type(box).__name__}")
    for header in window.findChildren(QHeaderView):
        if header.isVisible():
            for section in range(header.count()):
                model, across = header.model(), header.orientation()
                title = model.headerData(section, across)
                if title and not model.headerData(section, across, Qt.ItemDataRole.ToolTipRole):
                    found.append(f"column “{title}” of {type(header.parentWidget()).__name__}")
    for bar in window.findChildren(QTabBar):
        found += [f"tab “{bar.tabText(i)}”" for i in range(bar.count()) if bar.isVisible() and not bar.tabToolTip(i)]
    return found


def told(found: set[str]) -> None:
    if found:
        pytest.fail("\n".join(["nothing explains", *sorted(found)]), pytrace=False)


@QUIET
@pytest.mark.parametrize("workspace", NAMES)
def test_every_term_on_the_screen_is_explained(window, qtbot, workspace):
    qtbot.waitUntil(lambda: bool(window.inspection.maps))
    window.workspaces.show(workspace)
    if workspace == "Explain":
        qtbot.waitUntil(lambda: window.explain.place.ready)
    if workspace == "Learn":
        window.learn.network.use_own()
    found = set()
    for selected in ((), ("conv2d_1",), ("max_pool2d_1",), ("dense_1",)):
        window.document.select(selected)
        QApplication.processEvents()
        found |= set(unexplained(window))
    told(found)


@QUIET
def test_cards_and_wires_explain_their_figures(window, qtbot):
    view, design = window.canvas, window.document.project.design
    for node, card in view.canvas_scene.cards.items():
        said = said_at(view.viewport(), view.mapFromScene(card.mapToScene(card.boundingRect().center())))
        for word in (design.cards[node].name, "numbers out", "parameters", "MACs an image"):
            assert word in said, node
    edge, wire = next((edge, wire) for edge, wire in view.canvas_scene.wires.items() if edge.source == "conv2d_1")
    said_at(view.viewport(), view.mapFromScene(wire.point_at(0.5)))
    assert window.wire_popover.edge == edge, "a wire has a sheet instead of a line"
    assert window.wire_popover.isVisible()


@QUIET
@pytest.mark.parametrize("percent", [True, False])
def test_the_axes_of_the_curves_are_explained(qtbot, percent):
    chart = Chart(percent=percent)
    qtbot.addWidget(chart)
    chart.resize(400, 240)
    chart.show()
    area = chart.area.toRect()
    said = [said_at(chart.viewport(), at) for at in (QPoint(3, 90), QPoint(area.center().x(), 236), area.center())]
    assert ("ccuracy" if percent else "Loss") in said[0]
    assert "Epochs" in said[1]
    assert "validation" in said[2]


def test_every_entry_of_every_menu_says_what_it_does(window):
    found = set()
    for menu in (window.menu, *window.findChildren(QMenu)):
        menu.aboutToShow.emit()
        for action in menu.actions():
            if not action.isSeparator() and action.menu() is None and action.isVisible():
                if action.toolTip() in ("", action.text().split("\t")[0].replace("&", "").rstrip("…")):
                    found.add(f"{menu.title()} › {action.text()}")
                elif not menu.toolTipsVisible():
                    found.add(f"{menu.title()} shows no tooltips")
    told(found)
