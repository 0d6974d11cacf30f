"""F1: what the selected layer does, on a sheet beside its card. It follows the selection and never takes the focus."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QToolButton, QVBoxLayout, QWidget

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.wording.problems import problem_words
from cnnstudio.nn.graph.layer import CATEGORY_TITLES
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.telling.wording.reasons import ReasonWords
from cnnstudio.project.project import Project
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.widgets.layouts.contents import put_instead
from cnnstudio.ui.widgets.layouts.scrolled_column import scroll_down

WIDTH, APART = 340, 12


class LayerSheet(QFrame):
    """It sits over a view. Esc, its cross and F1 on the same layer close it."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self.node = ""
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self.setObjectName("explainSheet")
        self.setFixedWidth(WIDTH)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._area = QScrollArea()
        scroll_down(self._area, self._content)
        self._area.viewport().setAutoFillBackground(False)
        outer.addWidget(self._area)
        self._close = QToolButton(self)
        self._close.setAccessibleName("Close")
        self._close.setToolTip("Close (Esc)")
        self._close.setProperty("role", "bare")
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.setIconSize(QSize(16, 16))
        self._close.setFixedSize(24, 24)
        self._close.clicked.connect(self.dismiss)
        dressing.follow(self, self._colour)
        view.document.changed.connect(self._document_changed)
        view.document.selection_changed.connect(self._follow)
        self._colour()
        self.hide()

    def show_layer(self, node: str) -> None:
        """Show what a layer does; the same layer once more closes the sheet."""
        if self.isVisible() and node == self.node:
            self.dismiss()
            return
        self.node = node
        self._fill()
        self.place()
        self.show()
        self.raise_()
        QTimer.singleShot(0, self, self.place)  # by then its words have their fonts

    def dismiss(self) -> None:
        """Close the sheet."""
        self.node = ""
        self.hide()

    def texts(self) -> str:
        """Everything on the sheet, as plain text."""
        return "\n".join(found.text() for found in self._content.findChildren(QLabel))

    def place(self) -> None:
        """Beside the card, where the view has room; otherwise in the upper right corner."""
        if not self.node or self.node not in self._view.canvas_scene.design.graph:
            return
        view, room = self._view, self._view.rect()
        self._column.activate()
        height = self._column.totalHeightForWidth(WIDTH - 2)
        self.setFixedHeight(max(60, min(height + 2, room.height() - 2 * APART)))
        card = view.viewportTransform().mapRect(view.canvas_scene.card_of(self.node).scene_outline())
        x = card.right() + APART
        if x + WIDTH > room.width() - 4:
            x = card.left() - APART - WIDTH
        if x < 4:
            x = room.width() - WIDTH - APART
        y = min(max(APART, card.top()), room.height() - self.height() - APART)
        self.move(round(x), round(max(4.0, y)))
        self._close.move(WIDTH - 32, 8)
        self._close.raise_()

    def _document_changed(self, before: Project, after: Project) -> None:
        if not self.node or before.design.graph is after.design.graph:
            return
        if self.node in after.design.graph:
            self._fill()
            self.place()
        else:
            self.dismiss()

    def _follow(self, selection: frozenset[str]) -> None:
        if self.isVisible() and len(selection) == 1 and self.node not in selection:
            self.node = ""
            self.show_layer(next(iter(selection)))

    def _fill(self) -> None:
        design = self._view.canvas_scene.design
        layer, facts = design.graph[self.node].layer, analyse(design.graph).layers[self.node]
        self._content = QWidget()
        self._content.setProperty("role", "scrolled")
        column = self._column = QVBoxLayout(self._content)
        column.setContentsMargins(16, 14, 16, 16)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.setSpacing(8)
        mark = label()
        mark.setPixmap(icons.pixmap(layer.kind, 18, theme.current().category(layer.category), 2.0))
        head.addWidget(mark, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(label(layer.title, "heading"), 1)
        head.addSpacing(24)
        column.addLayout(head)
        name = design.cards[self.node].name
        kind = CATEGORY_TITLES[layer.category]
        column.addWidget(label(kind if name == layer.title else f"{name} · {kind}", "secondary"))
        column.addSpacing(6)
        column.addWidget(label(layer.sentence, wrap=True))
        if facts.problem is not None:
            column.addSpacing(4)
            column.addWidget(label(problem_words(design, facts.problem).sentence, "error", wrap=True))
        elif facts.shape is None:
            column.addSpacing(4)
            waits = "It waits for a shape from the layers before it; then this sheet has its numbers."
            column.addWidget(label(waits, "soft", wrap=True))
        else:
            column.addSpacing(4)
            column.addWidget(label(worded(layer.explanation(facts.inputs)), "soft", wrap=True))
            for reason in layer.reasons(facts.inputs):
                self._add_reason(column, reason.words)
            column.addSpacing(12)
            more = QPushButton("Every number of this layer")
            more.setToolTip("Take the layer apart on the page Explain")
            more.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            more.clicked.connect(self._explain)
            column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        put_instead(self._area, self._content)
        self._content.setAutoFillBackground(False)

    def _explain(self) -> None:
        node = self.node
        self.dismiss()
        self._view.explain_requested.emit(node)

    @staticmethod
    def _add_reason(column: QVBoxLayout, reason: ReasonWords) -> None:
        column.addSpacing(10)
        question = label(reason.question, wrap=True)
        theme.wear(question, "title")
        column.addWidget(question)
        formula = label(reason.formula, wrap=True)
        theme.wear(formula, "formula")
        column.addWidget(formula)
        if reason.remark:
            column.addWidget(label(reason.remark, "secondary", wrap=True))

    def _colour(self) -> None:
        look = theme.current()
        self.setStyleSheet(
            f"#explainSheet {{ background: {look.panel.name()}; border: 1px solid {look.field_border.name()};"
            "border-radius: 9px; }"
        )
        self._close.setIcon(icons.icon("close", look.secondary))
        if self.node and self.node in self._view.canvas_scene.design.graph:
            self._fill()
