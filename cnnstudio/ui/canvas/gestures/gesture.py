"""What a gesture is."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Qt

from cnnstudio.ui.canvas.viewport.scene_view import SceneView

Keys = Qt.KeyboardModifier


@dataclass(frozen=True)
class Pointer:
    """Where the pointer is: in pixels of the viewport and in scene units; and which modifier keys are held."""

    pixel: QPointF
    scene: QPointF
    keys: Keys = Keys.NoModifier

    def has(self, key: Keys) -> bool:
        """Whether a modifier key is held."""
        return bool(self.keys & key)


class Gesture:
    """A drag. Nothing reaches the document before ``finish``; ``cancel`` leaves everything as it was."""

    #: the pointer's shape while it lasts
    cursor = Qt.CursorShape.ArrowCursor
    #: whether the view scrolls when the pointer comes near its edge
    scrolls = False

    def __init__(self, view: SceneView) -> None:
        self.view = view
        self.scene = view.canvas_scene
        self.document = view.document

    def begin(self, at: Pointer) -> None:
        """The drag has passed the threshold; ``at`` is where the button went down."""

    def move(self, at: Pointer) -> None:
        """The pointer, the view under it or a modifier key has changed."""
        raise NotImplementedError

    def finish(self, at: Pointer) -> None:
        """The button went up: carry it out, and take down what was shown meanwhile."""
        raise NotImplementedError

    def cancel(self) -> None:
        """Take down what was shown; nothing has happened."""
        raise NotImplementedError
