"""The inspector: the selected layer, the sums of several, or the whole design."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Told
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.panels.inspector.design_summary import DesignSummary, SelectionSummary
from cnnstudio.ui.panels.inspector.layer_form import LayerForm
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.ui.widgets.layouts.contents import put_instead
from cnnstudio.ui.widgets.layouts.scrolled_column import ScrolledColumn
from cnnstudio.worker.training.session import State


class Inspector(QWidget):
    """Follows the document's selection."""

    #: every number of this layer is asked for, by node id
    explain_requested = Signal(str)
    #: a name has been written or a setting entered, or is not to be
    left = Signal()

    def __init__(self, document: Document, looking: Looking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setProperty("form", True)  # Return in it leads back
        self.document, self._looking = document, looking
        self._drawn: Snapshot | None = None
        self._shown: tuple[str, ...] | None = None
        self._area = ScrolledColumn()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        document.changed.connect(self._follow)
        document.selection_changed.connect(self._follow)
        looking.changed.connect(self._look)
        self._follow()

    @property
    def form(self) -> LayerForm | None:
        """The form of the selected layer, if exactly one is selected."""
        shown = self._area.widget()
        return shown if isinstance(shown, LayerForm) else None

    @property
    def summary(self) -> DesignSummary | SelectionSummary | None:
        """What is shown when no single layer is selected."""
        shown = self._area.widget()
        return shown if isinstance(shown, DesignSummary | SelectionSummary) else None

    def weights_made(self) -> None:
        """Somebody has needed the weights: filters that waited for them can be drawn."""
        made = self._looking.now.snapshot.parameters.made
        if self.form is not None and not self.form.filters.isVisibleTo(self.form) and made:
            self._show_weights()

    def _look(self, now: LookedAt) -> None:
        if now.snapshot is not self._drawn:
            self._show_weights()

    def _show_weights(self) -> None:
        """Draw the filters as they are looked at."""
        self._drawn = self._looking.now.snapshot
        if self.form is not None:
            self.form.show_weights(self._drawn)

    def show_data(self, shape: tuple[int, ...], classes: int, missing: str, fingerprint: str = "") -> None:
        """Shape and number of classes of the design's data with its fingerprint, or what is missing, for what is said
        about training."""
        self._data = (shape, classes, missing, fingerprint)
        if isinstance(self.summary, DesignSummary):
            self.summary.show_design(*self._data)

    _data: tuple[tuple[int, ...], int, str, str] = ((), 0, "", "")

    def show_state(self, state: State) -> None:
        """Whether a run is under way, for what is said about training."""
        self._state = state
        if isinstance(self.summary, DesignSummary):
            self.summary.show_state(state)

    _state: State = "idle"

    def show_epoch(self, epoch: str) -> None:
        """Where the run under way is: “Epoch 4 of 6”."""
        self._epoch = epoch
        if isinstance(self.summary, DesignSummary):
            self.summary.show_epoch(epoch)

    _epoch = ""

    def show_verdict(self, verdict: Told | None) -> None:
        """What is to be thought of the run that is shown; None where nothing has been trained."""
        self._verdict = verdict
        if isinstance(self.summary, DesignSummary):
            self.summary.show_verdict(verdict)

    _verdict: Told | None = None

    def focus_first(self) -> None:
        """Give the keyboard to the first field there is."""
        if self.form is not None:
            fields = [row.editor for row in self.form.rows.values()]
            (fields[0] if fields else self.form.name).setFocus(Qt.FocusReason.TabFocusReason)
        elif isinstance(self.summary, DesignSummary):
            self.summary.name.setFocus(Qt.FocusReason.TabFocusReason)
        else:
            self._area.setFocus(Qt.FocusReason.TabFocusReason)  # it scrolls by the arrows

    def show_recipe(self) -> None:
        """Unfold all settings of training, and give the keyboard to the first."""
        self.document.select(())
        if isinstance(self.summary, DesignSummary):
            self.summary.recipe.open(True)
            first = next(iter(self.summary.recipe.rows.values())).editor
            first.setFocus(Qt.FocusReason.TabFocusReason)
            self._show_recipe()

    def _show_recipe(self) -> None:
        """Scroll to the settings that were unfolded, once they have their place."""
        QTimer.singleShot(0, self, self._scroll_to_recipe)

    def _scroll_to_recipe(self) -> None:
        if isinstance(self.summary, DesignSummary):
            recipe = self.summary.recipe
            self._area.verticalScrollBar().setValue(recipe.mapTo(self.summary, recipe.rect().topLeft()).y())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """What a field has no use for any more leads back: Esc, and Return from whatever it does not press."""
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _follow(self) -> None:
        design = self.document.project.design
        selected = tuple(sorted(self.document.selection))
        key = (*selected, design.graph[selected[0]].layer.kind) if len(selected) == 1 else selected
        if key != self._shown:
            self._shown = key
            inside: LayerForm | DesignSummary | SelectionSummary
            if len(selected) == 1:
                inside = form = LayerForm(self.document, selected[0])
                form.name.left.connect(self.left)
                form.explain.clicked.connect(lambda _=False, node=selected[0]: self.explain_requested.emit(node))
            elif selected:
                inside = SelectionSummary(self.document)
            else:
                inside = summary = DesignSummary(self.document)
                summary.name.left.connect(self.left)
                summary.recipe.unfolded.connect(self._show_recipe)
                summary.show_state(self._state)
                summary.show_epoch(self._epoch)
                summary.show_verdict(self._verdict)
            inside.setProperty("role", "scrolled")
            if self.isAncestorOf(self.window().focusWidget()):
                self.left.emit()  # with the field that had the keyboard
            put_instead(self._area, inside)
            inside.setAutoFillBackground(False)
            self._area.viewport().setAutoFillBackground(False)
            self._area.updateGeometry()
        if self.form is not None:
            self.form.refresh()
            self._show_weights()
        elif isinstance(self.summary, DesignSummary):
            self.summary.show_design(*self._data)
        elif self.summary is not None:
            self.summary.show_selection()
