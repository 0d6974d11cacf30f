"""Pin and unpin pictures, in one menu."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QToolButton

from cnnstudio.ui.commands.menus import help_entry
from cnnstudio.ui.look import dressing, icons
from cnnstudio.ui.look.labels import plain_title
from cnnstudio.ui.panels.inside.pins import Pins


class PinButton(QToolButton):
    """“Pin”, with what can be pinned and what can be left out again."""

    def __init__(self, pins: Pins) -> None:
        super().__init__()
        self._pins = pins
        self.setText("Pin")
        self.setToolTip("Pin pictures to watch how the layers learn to see them")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the chevron comes after the word
        self.offered = QMenu(self)
        self.offered.setToolTipsVisible(True)
        self.offered.aboutToShow.connect(self._fill)
        self.setMenu(self.offered)
        dressing.follow(self, self._dress)
        self._dress()

    def _fill(self) -> None:
        self.offered.clear()
        self._add("This picture", "The one that is looked at everywhere", self._pins.pin)
        self._add(
            "One of each class",
            "The first test image of each class, instead of those pinned",
            self._pins.pin_each_class,
        )
        if self._pins.pins:
            self.offered.addSeparator()
            for pin in self._pins.pins:
                self._add(f"Unpin the {pin.name}", "It is left out", partial(self._pins.unpin, pin))
            if any(pin.unpainted is not None for pin in self._pins.pins):
                self._add("Take the paint off", "All pinned pictures are as they were", self._pins.clean)
            self._add("Unpin all", "All are left out", self._pins.unpin_all)

    def _add(self, text: str, sentence: str, do: Callable[[], object]) -> None:
        entry = self.offered.addAction(plain_title(text))
        help_entry(entry, sentence)
        entry.triggered.connect(lambda _checked: do())

    def _dress(self) -> None:
        self.setIcon(icons.icon("chevron_down"))
