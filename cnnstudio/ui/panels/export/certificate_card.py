"""What is known of whether the exported network computes the same: nothing yet, how far it is, or the certificate."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.exchange.certificate import GOAL, Certificate, Compared
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.widgets.layouts.contents import empty

#: of a state: its frame, its sign and the colour of that
_STATES = {
    "waiting": ("card", "info", "secondary"),
    "holds": ("good-card", "check", "good"),
    "fails": ("error-card", "error", "error"),
    "refused": ("error-card", "error", "error"),
}


class CertificateCard(QFrame):
    """``stop_asked`` while it is measured, ``check_asked`` to measure once more what was written."""

    stop_asked = Signal()
    check_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._state = "waiting"
        self._sign = QLabel()
        self._title = label("", "title", wrap=True)
        self._words = label("", "soft", wrap=True)
        self.rows = QGridLayout()
        self.rows.setHorizontalSpacing(12)
        self.rows.setVerticalSpacing(6)
        self.rows.setColumnStretch(1, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 14)
        column.setSpacing(10)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        head.addWidget(self._title, 1)
        column.addLayout(head)
        column.addWidget(self._words)
        column.addLayout(self.rows)
        column.addWidget(self._running())
        column.addWidget(self._later())
        dressing.follow(self, self._tint)
        self._tint()

    def show_waiting(self, title: str, words: str) -> None:
        """Nothing has been measured."""
        self._show("waiting", title, words)

    def show_refused(self, title: str, words: str) -> None:
        """It could not be written or computed."""
        self._show("refused", title, words)

    def show_progress(self, words: str, share: float) -> None:
        """It is being written and measured."""
        if not self._running_part.isVisibleTo(self):
            self._show("waiting", "Writing and checking", "")
        self._running_part.show()
        self._progress_words.setText(words)
        self._progress.setValue(round(1000 * max(0.0, share)))

    def show_certificate(self, certificate: Certificate, target: str, rows: Sequence[tuple[str, str, str]]) -> None:
        """What was measured: rows of a title, a value and a remark."""
        if certificate.holds:
            self._show("holds", "The copy computes the same", f"{target} ran what was written, beside this program.")
        else:
            self._show(
                "fails", "The copy does not compute the same", f"{target} ran what was written: use it with care."
            )
        for row, (title, value, remark) in enumerate(rows):
            self.rows.addWidget(label(title, "soft"), row, 0, Qt.AlignmentFlag.AlignTop)
            self.rows.addWidget(label(value, "", wrap=True), row, 1)
            self.rows.addWidget(label(remark, "secondary"), row, 2)

    def show_command(self, command: str, why_not: str) -> None:
        """How what was written is checked later; the button beside it does so now, unless something is missing."""
        self.command.setText(command)
        self.command.setCursorPosition(0)
        self.check.setText("Check again" if self._state != "waiting" else "Check now")
        self.check.setEnabled(not why_not)
        self.check.setToolTip(why_not or "Compute once more what was written")
        self._later_part.show()

    def _show(self, state: str, title: str, words: str) -> None:
        self._state = state
        self._title.setText(title)
        self._words.setText(words)
        self._words.setVisible(bool(words))
        empty(self.rows)
        self._running_part.hide()
        self._later_part.hide()
        self._tint()

    def _running(self) -> QWidget:
        self._running_part = part = QWidget()
        line = QHBoxLayout(part)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        words = QVBoxLayout()
        words.setSpacing(6)
        self._progress_words = label("", "soft")
        self._progress = QProgressBar()
        self._progress.setProperty("role", "busy")
        self._progress.setTextVisible(False)
        self._progress.setRange(0, 1000)
        words.addWidget(self._progress_words)
        words.addWidget(self._progress)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("Esc: an export that is stopped writes nothing")
        self.stop.clicked.connect(self.stop_asked)
        line.addLayout(words, 1)
        line.addWidget(self.stop)
        return part

    def _later(self) -> QWidget:
        self._later_part = part = QWidget()
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(label("Verify later, anywhere:", "secondary"))
        line = QHBoxLayout()
        line.setSpacing(6)
        self.command = QLineEdit()
        self.command.setReadOnly(True)
        self.command.setAccessibleName("The command that verifies it")
        theme.wear(self.command, "small-figures")
        self.copy = QPushButton("Copy")
        self.copy.setToolTip("The command to the clipboard")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(self.command.text()))
        line.addWidget(self.command, 1)
        line.addWidget(self.copy)
        column.addLayout(line)
        self.check = QPushButton("Check again")
        self.check.clicked.connect(self.check_asked)
        column.addWidget(self.check, 0, Qt.AlignmentFlag.AlignLeft)
        return part

    def _tint(self) -> None:
        role, sign, colour = _STATES[self._state]
        set_role(self, role)
        ink = getattr(theme.current(), colour)
        self._sign.setPixmap(icons.icon(sign, ink).pixmap(QSize(18, 18)))


def rows_of(certificate: Certificate) -> list[tuple[str, str, str]]:
    """A certificate in rows: a title, a value and a remark."""
    versions = certificate.versions
    judge = f"{certificate.judge} {versions.get(certificate.judge, '')}"
    python = f", Python {versions['python']}" if "python" in versions else ""
    numpy = f", NumPy {versions['numpy']}" if "numpy" in versions and certificate.judge != "numpy" else ""
    same, limit = round(certificate.agreement * certificate.pictures), f"limit {_small(GOAL, 0)}"
    rows = [
        ("Pictures", f"{certificate.pictures}, made from a seed", ""),
        ("Same answer", f"{same} of {certificate.pictures}", ""),
        ("Largest difference", _apart(certificate.answers), limit),
    ]
    if certificate.after_step is not None:
        rows.append(("After a training step", _apart(certificate.after_step), limit))
    return [*rows, ("Judge", f"{judge}{python}", ""), ("Written by", f"CNN Studio {versions['cnnstudio']}{numpy}", "")]


def _apart(compared: Compared) -> str:
    return f"{_small(compared.difference, 1)} of the largest score"


def _small(number: float, digits: int) -> str:
    return f"{number:.{digits}e}".replace("e-0", "e-")
