"""Another image, please: the one before, the next, any, or one of a class."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QTransform
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from cnnstudio.ui.commands.menus import help_entry
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import plain_title
from cnnstudio.ui.run.samples import Samples, spoken

_WRONG = "Look at a test image that the network takes for something else"


class SampleChooser(QWidget):
    """Two arrows and a menu. What is chosen is looked at everywhere: in the cards and in the maps."""

    def __init__(self, samples: Samples, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples = samples
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        self.previous = self._button("Previous sample image", lambda: samples.step(-1))
        self.menu_button = QToolButton()
        self.menu_button.setText("Sample")
        self.menu_button.setToolTip("Choose another sample image: any, or one of a class")
        self.menu_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.menu_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.menu_button.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the chevron comes after the word
        self.menu = QMenu(self.menu_button)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)
        self.menu_button.setMenu(self.menu)
        self.next = self._button("Next sample image", lambda: samples.step(1))
        for widget in (self.previous, self.menu_button, self.next):
            row.addWidget(widget)
        dressing.follow(self, self._dress)
        samples.changed.connect(self._name)
        self._dress()
        self._name()

    def _button(self, what: str, action: object) -> QToolButton:
        made = QToolButton()
        made.setProperty("role", "bare")
        made.setToolTip(what)
        made.setAccessibleName(what)
        made.clicked.connect(action)
        return made

    def _fill(self) -> None:
        samples = self._samples
        self.menu.clear()
        self._add("One it got wrong", _WRONG, samples.mistake_asked.emit)
        self._add("Draw one…", "Draw with the mouse and see what the network takes it for", samples.drawing_asked.emit)
        self.menu.addSeparator()
        self._add("Any image", "Look at a test image drawn at random", samples.show_random)
        self.menu.addSeparator()
        for number in range(len(samples.classes)):
            name = spoken(samples.classes, number)
            self._add(f"A {name}", "Look at the next test image of this class", partial(samples.show_class, number))

    def _add(self, text: str, sentence: str, do: Callable[[], object]) -> None:
        entry = self.menu.addAction(plain_title(text))
        help_entry(entry, sentence)
        entry.triggered.connect(lambda _checked: do())

    def _name(self) -> None:
        """What the arrows go through."""
        among, index, (picture, pictures) = self._samples.among, self._samples.index, self._samples.own
        name, text = "sample image", "Sample"
        if pictures > 1:
            name, text = "picture", f"Picture {picture + 1} of {pictures}"
        elif among:
            here = f" {among.index(index) + 1}" if index in among else ""
            name = self._samples.among_name
            text = f"{name}{here} of {len(among)}"
        self.menu_button.setText(text)
        for button, word in ((self.previous, "Previous"), (self.next, "Next")):
            what = f"{word} {name.lower()}"
            button.setToolTip(what)
            button.setAccessibleName(what)

    def _dress(self) -> None:
        right = icons.pixmap("chevron_right", 16, theme.current().text)
        self.next.setIcon(QIcon(right))
        self.previous.setIcon(QIcon(right.transformed(QTransform().scale(-1, 1))))
        self.menu_button.setIcon(icons.icon("chevron_down", theme.current().secondary))
        for button in (self.previous, self.menu_button, self.next):
            button.setIconSize(QSize(14, 14))
