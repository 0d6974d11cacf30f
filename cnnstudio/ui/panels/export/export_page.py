"""The export page: as what and where to, what is written, and the certificate."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.exchange.targets import Target
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, rule
from cnnstudio.ui.panels.export.certificate_card import CertificateCard
from cnnstudio.ui.panels.export.code_view import CodeView
from cnnstudio.ui.panels.export.target_button import TargetButton
from cnnstudio.ui.widgets.layouts.scrolled_column import scroll_down
from cnnstudio.ui.widgets.page import MARGIN, Page

#: what each target writes
ABOUT = {
    "onnx": "one file that most programs open",
    "numpy": "one Python file and its weights",
    "keras": "the same, for Keras",
    "c": "one header, nothing else needed",
    "pytorch": "model, training and weights",
}


class ExportPage(Page):
    """Covers ``host`` until it is dismissed."""

    target_chosen = Signal(str)
    place_changed = Signal(str)
    export_asked = Signal()

    def __init__(self, targets: Iterable[Target], host: QWidget) -> None:
        super().__init__("Export network", "export", host)
        #: whether it is to be checked, where that can be chosen, and why it cannot
        self._wants_checks, self._why_no_choice = True, ""
        self.code, self.card = CodeView(), CertificateCard()
        self.buttons: dict[str, TargetButton] = {}
        for target in targets:
            checks = target.why_unchecked() is None
            self.buttons[target.name] = button = TargetButton(target.title, ABOUT[target.name], checks)
            button.toggled.connect(partial(self._choose, target.name))
        self._title, self._about = label("Export", "heading"), label("", "secondary")
        self.words.addWidget(self._title)
        self.words.addWidget(self._about)
        self.close_button = QPushButton("Close")
        self.close_button.setToolTip("Esc")
        self.close_button.clicked.connect(self._leave_for_good)
        self.head.addWidget(label("Esc goes back", "secondary"))
        self.head.addWidget(self.close_button)
        self._columns = QHBoxLayout()
        self._columns.setContentsMargins(MARGIN, 16, MARGIN, 20)
        self._left, self._right = _scrolled(self._choices()), _scrolled(self._proof())
        self._columns.addWidget(self._left)
        self._columns.addWidget(self.code, 1)
        self._columns.addWidget(self._right)
        self.column.addLayout(self._columns, 1)
        self.open()

    def show_network(self, title: str, about: str) -> None:
        """What is exported."""
        self._title.setText(f"Export {title}")
        self._about.setText(about)

    def show_target(self, name: str, place: str, why_unchecked: str, always: bool) -> None:
        """What is chosen, without asking for it again; why it cannot be checked here, and whether it always is."""
        self.buttons[name].blockSignals(True)
        self.buttons[name].setChecked(True)
        self.buttons[name].blockSignals(False)
        if self.place.text() != place:
            self.place.setText(place)
        for button in self.buttons.values():
            button.update()
        fixed = "It is always checked: the proof lies in the file" if always else ""
        self._why_no_choice = why_unchecked or fixed
        self.checks.setChecked(not why_unchecked and (always or self._wants_checks))
        self.checks.setToolTip(self._why_no_choice or "Compute it there on 256 pictures and compare the answers")
        self._enable()

    def show_files(self, words: str, why_not: str) -> None:
        """What will be written, or why nothing can be."""
        self._files.setText(words)
        self._files.setVisible(not why_not)
        self.why_not.setText(why_not)
        self.why_not.setVisible(bool(why_not))
        self._enable()

    def show_written(self, words: str) -> None:
        """When it was written last."""
        self._written.setText(f"Return exports  ·  {words}" if words else "Return exports")
        self.button.setText("Export again" if words else "Export")

    def set_busy(self, busy: bool) -> None:
        """Whether something is under way, during which nothing else can be chosen."""
        self.busy = busy
        focused = self.isAncestorOf(self.window().focusWidget() or self.window())
        for widget in (*self.buttons.values(), self.place, self.browse):
            widget.setEnabled(not busy)
        self._enable()
        if focused:  # what had the keyboard cannot be used now
            (self if busy else self.button).setFocus()

    def _enable(self) -> None:
        self.checks.setEnabled(not self.busy and not self._why_no_choice)
        self.button.setEnabled(not self.busy and not self.why_not.text())

    @property
    def ready(self) -> bool:
        return self.button.isEnabled()

    def go_on(self) -> None:
        self.export_asked.emit()

    def leave(self) -> None:
        if self.busy:
            self.card.stop_asked.emit()
        else:
            self.dismiss()

    def arrange(self, wide: bool) -> None:
        self._columns.setSpacing(24 if wide else 16)
        theme.fix_width(self._left, 268 if wide else 236)
        theme.fix_width(self._right, 400 if wide else 316)

    def _choose(self, name: str, chosen: bool) -> None:
        if chosen:
            self.target_chosen.emit(name)

    def _want_checks(self, wanted: bool) -> None:
        self._wants_checks = wanted

    def _leave_for_good(self) -> None:
        if self.busy:
            self.card.stop_asked.emit()
        self.dismiss()

    def _choices(self) -> QWidget:
        self.busy = False
        part = QWidget()
        part.setProperty("role", "scrolled")
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(label("As", "title"))
        for button in self.buttons.values():
            column.addWidget(button)
        column.addWidget(label("✓ can be checked here: its program is installed", "secondary", wrap=True))
        column.addSpacing(6)
        column.addWidget(rule())
        column.addSpacing(6)
        column.addWidget(label("Into", "title"))
        line = QHBoxLayout()
        line.setSpacing(4)
        self.place = QLineEdit()
        self.place.setAccessibleName("Where to")
        self.place.textChanged.connect(self.place_changed)
        self.browse = QPushButton("…")
        self.browse.setToolTip("Choose where to")
        self.browse.setAccessibleName("Choose where to")
        self.browse.clicked.connect(self._browse)
        line.addWidget(self.place, 1)
        line.addWidget(self.browse)
        column.addLayout(line)
        self._files = label("", "secondary", wrap=True)
        self.why_not = label("", "error", wrap=True)
        column.addWidget(self._files)
        column.addWidget(self.why_not)
        column.addSpacing(4)
        self.checks = QCheckBox("Check it after writing")
        self.checks.setChecked(True)
        self.checks.clicked.connect(self._want_checks)
        column.addWidget(self.checks)
        column.addSpacing(8)
        self.button = QPushButton("Export")
        self.button.setProperty("role", "primary")
        self.button.setToolTip("Return")
        self.button.clicked.connect(self.export_asked)
        column.addWidget(self.button)
        self._written = label("Return exports", "secondary", wrap=True)
        column.addWidget(self._written)
        column.addStretch(1)
        return part

    def _proof(self) -> QWidget:
        part = QWidget()
        part.setProperty("role", "scrolled")
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.card)
        column.addStretch(1)
        return part

    def _browse(self) -> None:
        dialog = QFileDialog(self.window(), "Export to", self.place.text())
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.DontConfirmOverwrite)  # the page says what is replaced
        dialog.selectFile(Path(self.place.text()).name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.fileSelected.connect(self.place.setText)
        dialog.open()


def _scrolled(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    scroll_down(area, content)
    return area
