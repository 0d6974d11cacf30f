"""The import sheet: a page over the workspace with what was found, what can be chosen and what follows."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.importing.choosing import ChoiceColumn
from cnnstudio.ui.panels.importing.consequences import ConsequenceColumn
from cnnstudio.ui.panels.importing.found import FoundColumn
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.layouts.scrolled_column import scroll_down
from cnnstudio.ui.widgets.page import MARGIN, Page

_BETWEEN = 32


class ImportPage(Page):
    """Covers ``host`` until it is dismissed."""

    #: Return or the blue button; Stop or Esc while it imports
    import_asked = Signal()
    stop_asked = Signal()

    def __init__(self, path: Path, host: QWidget) -> None:
        super().__init__(f"Import {path.name}", "open", host)
        self.found, self.choosing, self.consequences = FoundColumn(), ChoiceColumn(), ConsequenceColumn()
        self.words.addWidget(label(path.name or str(path), "heading"))
        where = ElidedLabel()
        where.set_text(str(path), tip=str(path))
        self.words.addWidget(where)
        self._right = QStackedWidget()
        self._right.addWidget(self._buttons())
        self._right.addWidget(self._running())
        self.head.addWidget(self._right)
        columns = QWidget()
        columns.setProperty("role", "scrolled")
        self._columns = QHBoxLayout(columns)
        self._columns.setContentsMargins(MARGIN, 18, MARGIN, 18)
        self._columns.setSpacing(_BETWEEN)
        for part, share in ((self.found, 20), (self.choosing, 21), (self.consequences, 21)):
            part.setMinimumWidth(200)
            self._columns.addWidget(part, share)
            part.hide()
        self._waiting = label("Looking at what is there …", "soft")
        self._columns.addWidget(self._waiting, 1, Qt.AlignmentFlag.AlignCenter)
        area = QScrollArea()
        scroll_down(area, columns)
        self.column.addWidget(area, 1)
        self.open()
        self.setFocus(Qt.FocusReason.PopupFocusReason)

    def show_all(self) -> None:
        """Show the columns, once there is something in them."""
        self._waiting.hide()
        for part in (self.found, self.choosing, self.consequences):
            part.show()

    def show_importable(self, pictures: int, why_not: str, *, complete: bool) -> None:
        """Say on the button how many pictures it takes, or at most takes, or why it takes none."""
        self.button.setText(f"Import {'' if complete else 'up to '}{amount(pictures, 'picture')}")
        self.button.setEnabled(not why_not)
        self.why_not.setText(why_not)
        self.why_not.setVisible(bool(why_not))

    def show_progress(self, words: str, share: float) -> None:
        """In place of the buttons: how far the import is."""
        self._right.setCurrentIndex(1)
        self._progress.setValue(round(1000 * max(0.0, share)))
        self._progress_words.setText(words)
        self._set_choosable(False)

    def show_buttons(self) -> None:
        """The buttons again, where nothing is imported."""
        self._right.setCurrentIndex(0)
        self._set_choosable(True)

    @property
    def importing(self) -> bool:
        """Whether progress is shown."""
        return self._right.currentIndex() == 1

    @property
    def ready(self) -> bool:
        return not self.importing

    def go_on(self) -> None:
        self.import_asked.emit()

    def leave(self) -> None:
        if self.importing:
            self.stop_asked.emit()
        else:
            self.dismiss()

    def arrange(self, wide: bool) -> None:
        self._columns.setSpacing(_BETWEEN if wide else 20)
        self._keys.setVisible(wide)

    def _buttons(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(8)
        self.why_not = label("", "error")
        self.why_not.setWordWrap(True)
        self.why_not.setMinimumWidth(260)
        self.why_not.hide()
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Esc")
        self.cancel.clicked.connect(self.leave)
        self.button = QPushButton("Import")
        self.button.setProperty("role", "primary")
        self.button.setToolTip("Return")
        self.button.setEnabled(False)
        self.button.clicked.connect(self.import_asked)
        line.addStretch(1)
        line.addWidget(self.why_not, 1)
        self._keys = label("Esc cancels, Return imports", "secondary")
        line.addWidget(self._keys)
        line.addWidget(self.cancel)
        line.addWidget(self.button)
        return holder

    def _running(self) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        self._progress = QProgressBar()
        self._progress.setProperty("role", "busy")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        self._progress.setFixedWidth(200)
        self._progress_words = label("", "soft")
        self._progress_words.setMinimumWidth(200)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Esc: nothing of it is kept")
        self.stop.clicked.connect(self.stop_asked)
        line.addStretch(1)
        line.addWidget(self._progress_words)
        line.addWidget(self._progress)
        line.addWidget(self.stop)
        return holder

    def _set_choosable(self, can: bool) -> None:
        self.choosing.setEnabled(can)
        self.consequences.setEnabled(can)
