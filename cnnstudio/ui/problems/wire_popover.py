"""On a wire: why the volume in it has its size, for the layer that it leaves."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QToolTip, QVBoxLayout, QWidget

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import edits
from cnnstudio.design.facts.windows import Fit
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.graph.graph import Edge
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.canvas.pointer.hit import hit_at
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.problems.floating import Floating, edges, edges_of_cards, float_place
from cnnstudio.ui.problems.problem_bubble import ProblemBubble
from cnnstudio.ui.widgets.reasons.reason_card import ReasonCard
from cnnstudio.ui.widgets.reasons.why_card import WhyCard, sized_by_window

WIDTH = 288
#: how far the pointer may leave the wire before what hovering opened goes again, in pixels
_LEASH = 28


class WirePopover(Floating):
    """Opens when the pointer rests on a wire, stays while the one wire is selected."""

    def __init__(self, view: CanvasView) -> None:
        super().__init__(view)
        self._view = view
        self.edge: Edge | None = None
        self.why: WhyCard | None = None
        self._pinned = False
        self._inside: QWidget | None = None
        self.setProperty("role", "bubble")
        self.setFixedWidth(WIDTH)
        self.column.setContentsMargins(4, 6, 4, 4)
        self.hide()
        view.viewport().installEventFilter(self)
        view.installEventFilter(self)
        view.canvas_scene.wires_selected.connect(self._wire_selected)
        view.canvas_scene.design_changed.connect(self._design_changed)
        for bar in (view.horizontalScrollBar(), view.verticalScrollBar()):
            bar.valueChanged.connect(self.close_it)

    def close_it(self) -> None:
        """Take it away."""
        self.edge, self._pinned = None, False
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            return self._rest(event)
        if event.type() == QEvent.Type.MouseMove and isinstance(event, QMouseEvent):
            self._moved(event)
        elif event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and self.isVisible():
                self.close_it()
        elif event.type() == QEvent.Type.FocusOut and isinstance(event, QFocusEvent):
            if event.reason() == Qt.FocusReason.PopupFocusReason:
                self.close_it()  # whoever opens a menu does not ask why
        elif event.type() == QEvent.Type.Leave and not self._pinned and not self.underMouse():
            self.close_it()
        return False

    def _rest(self, event: QHelpEvent) -> bool:
        hit = hit_at(self._view.canvas_scene, self._view.camera.to_scene(QPointF(event.pos())), self._view.camera.zoom)
        if hit.edge is None or hit.node or self._view.mouse.gesture is not None or not self._explains(hit.edge):
            return False
        QToolTip.hideText()
        if not self._pinned:
            self.open(hit.edge, event.pos())
        return True

    def _moved(self, event: QMouseEvent) -> None:
        if not self.isVisible() or self.edge not in self._view.canvas_scene.wires:
            return
        if self._view.mouse.gesture is not None:
            self.close_it()
            return
        near = self.geometry().adjusted(-_LEASH, -_LEASH, _LEASH, _LEASH)
        if self._pinned or near.contains(event.position().toPoint()):
            return
        point = self._view.camera.to_scene(event.position())
        far = self._view.canvas_scene.wires[self.edge].nearness(point)[0] * self._view.camera.zoom
        if far > _LEASH:
            self.close_it()

    def _wire_selected(self) -> None:
        wires = self._view.canvas_scene.selected_wires
        self.close_it()
        if len(wires) == 1:
            (edge,) = wires
            if edge in self._view.canvas_scene.wires and self._explains(edge):
                self.open(edge)
                self._pinned = True

    def _design_changed(self) -> None:
        pinned, edge = self._pinned, self.edge
        self.close_it()
        if pinned and edge in self._view.canvas_scene.wires and edge is not None and self._explains(edge):
            self.open(edge)
            self._pinned = True

    def _explains(self, edge: Edge) -> bool:
        graph = self._view.canvas_scene.design.graph
        return edge.source in graph and graph.inferred[edge.source].output is not None

    def open(self, edge: Edge, at: QPoint | None = None) -> None:
        """Open it for a wire, near a point of the view, or anywhere along the wire where it covers least."""
        self.edge = edge
        if self._inside is not None:
            self._inside.hide()
            self._inside.deleteLater()
        self._inside = self._content(edge)
        self.column.addWidget(self._inside)
        self.fit_height()
        view = self._view
        room = view.viewport().rect().adjusted(8, 8, -8, -8)
        above = [*view.viewport().findChildren(ProblemBubble), view.controls, view.minimap]
        # what floats as well must stay readable: it counts several times
        floating = [child.geometry() for child in above if child.isVisible() for _ in range(5)]
        cards = edges_of_cards(view, view.canvas_scene.boxes().values())
        others = np.concatenate([cards, edges(floating)])
        wire = view.canvas_scene.wires[edge]
        along = [view.mapFromScene(wire.point_at(share / 10)) for share in (5, 3, 7, 1, 9)]
        places = []
        for point in along if at is None else [at]:
            anchor = QRect(point - QPoint(4, 4), point + QPoint(4, 4))
            if room.contains(point) and (found := float_place(room, self.size(), anchor, others)) is not None:
                places.append(found)
        self.move(min(places, key=lambda place: place[0])[1] if places else room.topLeft())
        self.show()
        self.come_up()

    def _content(self, edge: Edge) -> QWidget:
        design = self._view.canvas_scene.design
        layer, facts = design.graph[edge.source].layer, analyse(design.graph).layers[edge.source]
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        heading = label(f"{design.cards[edge.source].name} gives {shape_text(facts.shape or ())}", "title", wrap=True)
        heading.setContentsMargins(12, 4, 4, 0)
        column.addWidget(heading)
        reasons = [reason for reason in layer.reasons(facts.inputs) if reason.about == "size"]
        self.why = None
        if reasons and sized_by_window(layer, facts.inputs):
            self.why = WhyCard(reasons[0], layer, facts.inputs)
            self.why.picked.connect(self._pick)
            self.why.setProperty("role", "bare-card")
            column.addWidget(self.why)
        elif reasons:
            card = ReasonCard(reasons[0].words)
            card.setProperty("role", "bare-card")
            column.addWidget(card)
        else:
            said = label(worded(layer.explanation(facts.inputs)), "soft", wrap=True)
            said.setContentsMargins(12, 0, 4, 4)
            column.addWidget(said)
        return inside

    def _pick(self, fit: Fit) -> None:
        assert self.edge is not None
        document, source = self._view.document, self.edge.source
        changed = document.project.design.graph[source].layer.replace(**{fit.setting: fit.value})
        document.edit(
            Sentence("Change {setting}", setting=fit.setting), edits.configure(document.project.design, source, changed)
        )
