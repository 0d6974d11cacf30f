"""The first start: four doors over the canvas. It asks for nothing, and goes as soon as anything is done."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout

from cnnstudio.ui.canvas.declaration import CANVAS
from cnnstudio.ui.learn.declaration import LEARN
from cnnstudio.ui.look import dressing, icons, preferences, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.widgets.overlay import Sheet

_KEY = "welcomed"
_DOOR = QSize(176, 132)


def welcome(studio: Studio) -> Welcome | None:
    """Show the doors if this is the first start of all."""
    if preferences.text(_KEY):
        return None
    preferences.remember(_KEY, "yes")
    return Welcome(studio)


class Door(QPushButton):
    """A large button: an icon, a word, a sentence."""

    def __init__(self, icon: str, title: str, sentence: str, do: Callable[[], object]) -> None:
        super().__init__()
        self.setFixedSize(_DOOR)
        self.setAccessibleName(title)
        self.setAccessibleDescription(sentence)
        self.clicked.connect(lambda: do())
        self._icon, self._sign = icon, QLabel()
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        words = label(sentence, "soft", wrap=True)
        words.setAlignment(Qt.AlignmentFlag.AlignTop)
        for part in (self._sign, label(title, "title"), words):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            column.addWidget(part, 1 if part is words else 0)
        self.tint()

    def tint(self) -> None:
        """In the colours of the theme."""
        self._sign.setPixmap(icons.pixmap(self._icon, 22, theme.current().accent, self.devicePixelRatioF()))


class Welcome(Sheet):
    """Lies over the canvas until a door is taken, Esc or its cross is pressed, or work begins. It has the keyboard
    first, and deletes itself."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio.window)
        self._studio, self._window, self._gone = studio, studio.window, False
        self._canvas = studio.get(CANVAS)
        self.setProperty("role", "floating")
        self.setAccessibleName("Welcome to CNN Studio")
        build, learn = "An empty canvas, and layers to put on it.", "Lessons with something to predict and to do."
        inside = "A network that has learned, with all it sees."
        example = "Ready-made networks, from one layer to a small ResNet."
        self.doors = (
            Door("plus", "Build", build, lambda: studio.commands.run("new")),
            Door("info", "Learn", learn, self._learn),
            Door("templates", "Open an example", example, self._examples),
            Door("zoom_in", "Look inside", inside, lambda: studio.commands.run("look inside")),
        )
        for door in self.doors:
            door.clicked.connect(self.dismiss)
        self._cross = QToolButton()
        self._cross.setProperty("role", "bare")
        self._cross.setToolTip("Close (Esc)")
        self._cross.setAccessibleName("Close")
        self.leave_by(self._cross)
        head = QHBoxLayout()
        head.addWidget(label("Welcome to CNN Studio", "heading"), 1)
        head.addWidget(self._cross)
        row = QHBoxLayout()
        row.setSpacing(12)
        for door in self.doors:
            row.addWidget(door)
        words = label(_of_what_is_there(studio), "", wrap=True)
        words.setFixedWidth(len(self.doors) * _DOOR.width() + (len(self.doors) - 1) * 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 14, 20, 20)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(words)
        column.addLayout(row)
        self._canvas.installEventFilter(self)
        for signal in (studio.document.changed, studio.session.state_changed, studio.workspaces.changed):
            signal.connect(self.dismiss)
        dressing.follow(self, self._dress)
        self._dress()
        self.adjustSize()
        self._place()
        self.show()
        self.raise_()
        self.doors[0].setFocus(Qt.FocusReason.TabFocusReason)

    def dismiss(self, *_: object) -> None:
        """Go."""
        if not self._gone:
            self._gone = True
            super().dismiss()
            self.deleteLater()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and not self._gone:
            self._place()
        return False

    def _learn(self) -> None:
        self._studio.workspaces.go_to(LEARN.name)

    def _examples(self) -> None:
        self._studio.commands.run("gallery")

    def _place(self) -> None:
        """Over the lower part of the canvas: the first layers stay in sight."""
        canvas = self._canvas
        corner = canvas.mapTo(self._window, canvas.rect().topLeft())
        x = corner.x() + (canvas.width() - self.width()) // 2
        y = corner.y() + max(12, (canvas.height() - self.height()) // 2)
        self.move(max(8, x), y)

    def _dress(self) -> None:
        look = theme.current()
        self._cross.setIcon(icons.icon("close", look.secondary))
        for door in self.doors:
            door.tint()
        self.setStyleSheet(
            f'QFrame[role="floating"] {{ background: {look.panel.name()}; border: 1px solid {look.field_border.name()};'
            "border-radius: 9px; }"
        )


def _of_what_is_there(studio: Studio) -> str:
    """What is on the canvas, and what can be done with it."""
    project = studio.document.project
    title = project.design.title or "a design without a name"
    if not len(project.design.graph):
        return "The canvas is empty. Put layers on it, or take one of these doors."
    if project.run is not None or project.weights.step or studio.session.active:
        return f"On the canvas is {title}. Go on with it, or take one of these doors: it stays as it is."
    return (
        f"On the canvas is {title}. It is not trained yet: its weights are random, and so are its answers. Press Train "
        "and watch them get better, or take one of these doors."
    )
