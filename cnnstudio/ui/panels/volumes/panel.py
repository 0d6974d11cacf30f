"""The panel at the bottom right: the network as volumes, and behind a second tab the feature maps."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import icons, preferences, theme
from cnnstudio.ui.panels.evaluation.evaluation_panel import EvaluationPanel
from cnnstudio.ui.panels.maps.maps import MapsPanel
from cnnstudio.ui.panels.volumes.view import VolumesView
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.worker.inspection import Inspection

VOLUMES, MAPS, TEST = "Volumes", "Feature maps", "Test"
TABS = (VOLUMES, MAPS, TEST)


class VolumesPanel(QWidget):
    """The view under a line of words and buttons."""

    export_asked = Signal()

    def __init__(self, document: Document, inspection: Inspection, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = VolumesView(document, inspection)
        self.hint = ElidedLabel()
        self.hint.set_text("drag to turn · wheel to zoom · right button to move")
        self.reset = QToolButton()
        self.reset.setProperty("role", "bare")
        self.reset.setToolTip("Show the whole network (Home)")
        self.reset.setAccessibleName("Show the whole network")
        self.reset.setIconSize(QSize(16, 16))
        self.reset.clicked.connect(self.view.fit)
        self.export = QPushButton("Export…")
        self.export.setProperty("role", "link")
        self.export.setToolTip("Both views as SVG, PDF or PNG")
        self.export.clicked.connect(self.export_asked)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(12, 8, 12, 0)
        self.head.setSpacing(8)
        self.head.addWidget(self.hint, 1)
        self.head.addWidget(self.reset)
        self.head.addWidget(self.export)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(0)
        column.addLayout(self.head)
        column.addWidget(self.view, 1)
        theme.changed.connect(self._tint)
        self._tint()

    def _tint(self) -> None:
        self.reset.setIcon(icons.icon("frame", theme.current().secondary))


class BelowPanel(QWidget):
    """Volumes, feature maps and the test as tabs; each workspace remembers which of them it shows."""

    #: another tab is shown
    changed = Signal(str)

    def __init__(
        self, volumes: VolumesPanel, maps: MapsPanel, test: EvaluationPanel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self._workspace = ""
        self.volumes, self.maps, self.test = volumes, maps, test
        self.buttons: dict[str, QPushButton] = {}
        self._switch = QFrame(self)
        self._switch.setProperty("role", "switch")
        line = QHBoxLayout(self._switch)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        group = QButtonGroup(self)
        tips = (
            "The network as boxes of height, width and channels",
            "What the selected layer makes of an image",
            "Accuracy on the test images, and what it gets wrong",
        )
        for name, tip in zip(TABS, tips, strict=True):
            button = QPushButton(name)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setToolTip(tip)
            button.clicked.connect(lambda _checked, name=name: self._choose(name))
            group.addButton(button)
            line.addWidget(button)
            self.buttons[name] = button
        self._stack = QStackedWidget()
        self._stack.addWidget(volumes)
        self._stack.addWidget(maps)
        self._stack.addWidget(test)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        # The tabs stand where each panel's title would: the titles give them their room.
        maps.title.setText("")
        test.title.setText("")
        self._room = QWidget()
        volumes.head.insertWidget(0, self._room)
        self._switch.installEventFilter(self)
        self._switch.raise_()
        self.show_tab(MAPS)
        self._make_room()

    @property
    def tab(self) -> str:
        """The tab that is shown."""
        return TABS[self._stack.currentIndex()]

    def show_tab(self, name: str) -> None:
        """Show a tab."""
        self.buttons[name].setChecked(True)
        self._stack.setCurrentIndex(TABS.index(name))
        self.changed.emit(name)

    def show_workspace(self, name: str, default: str) -> None:
        """Show what this workspace showed last."""
        self._workspace = name
        chosen = preferences.text(f"workspace/{name}/tab", default)
        self.show_tab(chosen if chosen in TABS else default)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Polish, QEvent.Type.Show):
            self._make_room()
        return False

    def _choose(self, name: str) -> None:
        self.show_tab(name)
        if self._workspace:
            preferences.remember(f"workspace/{self._workspace}/tab", name)

    def _make_room(self) -> None:
        size = self._switch.sizeHint()
        self._switch.setGeometry(8, 6, size.width(), size.height())
        self._room.setFixedSize(size.width() - 4, size.height() - 4)
        for panel in (self.maps, self.test):
            panel.title.setFixedSize(size.width() - 4, size.height() - 4)
