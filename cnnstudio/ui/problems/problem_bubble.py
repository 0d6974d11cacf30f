"""The open problem beside its card: title, numbers, and the way to its repairs."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
)

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.problems.findings import Findings
from cnnstudio.ui.problems.floating import Floating, edges, edges_of_cards, float_place, on_screen
from cnnstudio.ui.problems.ghosts import Ghosts
from cnnstudio.ui.problems.repair_list import RepairList
from cnnstudio.ui.widgets.layouts.scrolled_column import scroll_down

WIDTH = 300
#: with its repairs
_WIDE = 360


class ProblemBubble(Floating):
    """Follows the open problem of the findings. Where it would cover other cards, advice stays away, and an error waits
    until its card is selected."""

    def __init__(self, view: CanvasView, findings: Findings, ghosts: Ghosts) -> None:
        super().__init__(view)
        self._view, self._findings, self._ghosts = view, findings, ghosts
        self._node = ""
        self._dragging = False
        self.repairs: RepairList | None = None
        self.setProperty("role", "bubble-error")
        self.setFixedWidth(WIDTH)
        self.setToolTip("What is wrong with this layer, or worth a thought; the link leads to what can be done")
        self.title = label("", "error-title", wrap=True)
        self.sentence = label("", "soft", wrap=True)
        self.link = QPushButton()
        self.link.setProperty("role", "link")
        self.link.setCursor(Qt.CursorShape.PointingHandCursor)
        self.link.clicked.connect(findings.repairs_asked)
        self.expand = QPushButton()
        self.expand.setProperty("role", "link")
        self.expand.setCursor(Qt.CursorShape.PointingHandCursor)
        self.expand.setToolTip("Show the layers of this block, one of which has the problem (Ctrl+E)")
        self.expand.clicked.connect(self._expand)
        links = QHBoxLayout()
        links.setSpacing(12)
        links.addWidget(self.link)
        links.addWidget(self.expand)
        links.addStretch(1)
        column = self.column
        column.setContentsMargins(14, 10, 14, 8)
        column.setSpacing(4)
        column.addWidget(self.title)
        column.addWidget(self.sentence)
        column.addLayout(links)
        self._area = QScrollArea()
        scroll_down(self._area)
        self._area.viewport().setAutoFillBackground(False)
        self._area.hide()
        column.addWidget(self._area)
        findings.changed.connect(self._follow)
        findings.previewed.connect(self._preview)  # it makes way for what a repair would do
        view.document.selection_changed.connect(self._place)
        view.canvas_scene.design_changed.connect(self._place)
        view.horizontalScrollBar().valueChanged.connect(self._place)
        view.verticalScrollBar().valueChanged.connect(self._place)
        view.horizontalScrollBar().rangeChanged.connect(self._place)
        view.viewport().installEventFilter(self)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place()
        elif event.type() == QEvent.Type.MouseButtonPress and isinstance(event, QMouseEvent):
            self._dragging = True
        elif event.type() == QEvent.Type.MouseMove and self._dragging and self._view.mouse.gesture is not None:
            self.hide()
        elif event.type() == QEvent.Type.MouseButtonRelease:
            self._dragging = False
            self._place()
        return False

    def event(self, event: QEvent) -> bool:
        done = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible() and self.height() != self.needed_height():
            self._place()
        return done

    def offer_repairs(self) -> bool:
        """Show the repairs in the bubble itself, the first at hand; False where the problem has no card or no
        repairs."""
        problem = self._findings.open
        if problem is None or not problem.node or not self._findings.repairs(problem):
            return False
        self._view.document.select([problem.node])
        if not self._view.viewport().rect().contains(self._card_rect()):
            self._view.frame_selection()
        self._close_repairs()
        self.repairs = RepairList(self._findings, problem)
        self.repairs.setProperty("role", "scrolled")
        self._area.setWidget(self.repairs)
        self.repairs.setAutoFillBackground(False)
        self._area.show()
        self.link.hide()
        self._place()
        QTimer.singleShot(0, self, self._place)  # by then the rows know how high their words are
        self.repairs.rows[0].setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self.repairs is not None:
            self._findings.show(None)
            self._close_repairs()
            self._follow()
        else:
            super().keyPressEvent(event)

    def _close_repairs(self) -> None:
        if self.repairs is None:
            return
        if self.isAncestorOf(self.window().focusWidget() or self._view):
            self._view.setFocus(Qt.FocusReason.OtherFocusReason)
        self.repairs = None
        self._area.takeWidget().deleteLater()
        self._area.hide()
        self.setFixedWidth(WIDTH)

    def _preview(self) -> None:
        if self.repairs is None:  # it stays under the hand that goes through its rows
            self._place()

    def _follow(self) -> None:
        problem = self._findings.open
        self._close_repairs()
        self._node = problem.node or "" if problem is not None else ""
        if problem is not None:
            error = problem.severity == "error"
            set_role(self, "bubble-error" if error else "bubble-warning")
            set_role(self.title, "error-title" if error else "warning-title")
            design = self._view.document.project.design
            inside, words = design.folding.hidden.get(self._node), self._findings.words(problem)
            self.title.setText(f"{design.cards[self._node].name}: {words.title}" if inside else words.title)
            self.expand.setText(f"Expand {design.blocks[inside].name}" if inside else "")
            self.expand.setVisible(bool(inside))
            self.sentence.setText(words.sentence)
            count = len(self._findings.repairs(problem))
            self.link.setText(f"{amount(count, 'repair')} ↓")
            self.link.setVisible(bool(count))
        self._place()

    def _expand(self) -> None:
        block = self._view.document.project.design.folding.hidden.get(self._node)
        if block:
            self._view.document.select([self._node])
            self._view.commands.editing.toggle_block(block)
            self._view.frame_selection()

    def _place(self) -> None:
        problem, scene = self._findings.open, self._view.canvas_scene
        if not scene.in_step or self._findings.design is not scene.design or not self._view.isVisible():
            return  # canvas or findings have yet to hear of a change, or nobody sees it: then they say so
        shown = self._view.document.project.design.folding.shown(self._node) if self._node in scene.design.graph else ""
        if problem is None or shown not in scene.cards or self._dragging:
            self.hide()
            return
        preview = self._findings.preview if self.repairs is None else None
        if preview is not None and preview.effect.added:
            self.hide()  # nobody knows yet where the new cards and their wires leave room
            return
        selected = self._node in self._view.document.selection
        if problem.severity != "error" and not selected:
            self.hide()
            return
        self._fit_repairs()
        self.fit_height()
        insists = self.repairs is not None or (selected and problem.severity == "error" and preview is None)
        place = self._free_place(shown, insists)
        self.setVisible(place is not None)
        if place is not None:
            self.move(place)
            self.come_up()

    def _fit_repairs(self) -> None:
        """All repairs at once, where the view has room for them."""
        if self.repairs is None:
            return
        self.setFixedWidth(max(220, min(_WIDE, self._view.viewport().width() - 16)))
        margins = self.column.contentsMargins()
        inside = self.width() - margins.left() - margins.right() - 12  # a scroll bar may come
        wanted = self.repairs.height_in(inside) + 4
        self._area.setFixedHeight(0)
        room = self._view.viewport().height() - 16 - self.needed_height()
        self._area.setFixedHeight(max(60, min(wanted, room)))

    def _card_rect(self) -> QRect:
        shown = self._view.document.project.design.folding.shown(self._node)
        return on_screen(self._view, self._view.canvas_scene.cards[shown].scene_outline())

    def _free_place(self, shown: str, insists: bool) -> QPoint | None:
        """Beside the card, over as few others as can be; None where it would cover some and does not insist."""
        view, scene = self._view, self._view.canvas_scene
        card = on_screen(view, scene.cards[shown].scene_outline())
        others = [on_screen(view, scene.annotations[note].scene_outline()) for note in scene.design.notes]
        tags = (wire.tag for wire in scene.wires.values() if wire.broken and wire.tagged)
        others += [on_screen(view, tag.sceneBoundingRect()) for tag in tags if tag is not None]
        room = view.viewport().rect().adjusted(8, 8, -8, -8)
        others += [part.geometry() for part in (view.controls, view.minimap) if part.isVisible()]
        if self._findings.preview is not None:
            others += [on_screen(view, mark) for mark in self._ghosts.drawn()]
        cards = edges_of_cards(view, (box for other, box in scene.boxes().items() if other != shown))
        best = float_place(room, self.size(), card, np.concatenate([cards, edges(others)]))
        if best is None and self.repairs is not None:
            return room.topLeft()
        if best is None or not room.intersects(card):
            return None
        covered, place = best
        return place if covered == 0 or insists else None
