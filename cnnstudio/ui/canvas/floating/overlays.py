"""What lies over a view in its corners: zoom controls, minimap, legend, the explaining sheet, and the first hint."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtWidgets import QLabel

from cnnstudio.ui.canvas.card_words import selection_words
from cnnstudio.ui.canvas.floating.controls import ZoomControls
from cnnstudio.ui.canvas.floating.layer_sheet import LayerSheet
from cnnstudio.ui.canvas.floating.legend import Legend
from cnnstudio.ui.canvas.floating.minimap import Minimap
from cnnstudio.ui.canvas.viewport.camera import KEY_STEP
from cnnstudio.ui.canvas.viewport.framing import frame_all
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.look import theme

_HINT = (
    "Nothing here yet.\nDrag a layer from the palette onto the canvas, or press Tab and type its name. Begin with an "
    "Input layer."
)
#: its lines are as wide as they can be read, and pixels stay free at its sides
_HINT_WIDE, _HINT_APART = 380, 16


class Overlays:
    """Makes them and keeps them in their places."""

    def __init__(self, view: SceneView) -> None:
        self._view = view
        camera = view.camera
        self.sheet = LayerSheet(view)
        self.minimap = Minimap(view)
        self.legend = Legend(view)
        self.controls = ZoomControls(view)
        self.controls.zoom_out.connect(lambda: camera.zoom_in_middle(camera.zoom / KEY_STEP))
        self.controls.zoom_in.connect(lambda: camera.zoom_in_middle(camera.zoom * KEY_STEP))
        self.controls.actual_size.connect(lambda: camera.zoom_in_middle(1.0))
        self.controls.frame_all.connect(lambda: frame_all(view))
        view.document.selection_changed.connect(self.say_selection)
        self.hint = QLabel(_HINT, view)
        self.hint.setTextFormat(Qt.TextFormat.PlainText)
        self.hint.setWordWrap(True)
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setProperty("role", "soft")
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def say_selection(self) -> None:
        """Screen readers see no items of a scene: the view itself says what is selected."""
        document = self._view.document
        self._view.setAccessibleDescription(selection_words(document.project.design, document.selection))

    def place(self) -> None:
        """The view has another size."""
        size, controls = self._view.size(), self.controls
        controls.adjustSize()
        controls.move(size.width() - controls.width() - 10, size.height() - controls.height() - 10)
        self._view.camera.keep_free = QRectF(controls.geometry())
        apart = max(_HINT_APART, (size.width() - theme.scaled(_HINT_WIDE)) // 2)
        self.hint.setGeometry(self._view.rect().adjusted(apart, 0, -apart, 0))
        self.minimap.refresh()
        self.legend.place()
        self.sheet.place()

    def design_changed(self) -> None:
        """Another design is shown."""
        self.show_hint()
        self.minimap.draw_anew()
        self.say_selection()

    def show_hint(self, busy: bool = False) -> None:
        """Say how to begin while nothing is there, not over what a busy hand brings."""
        scene = self._view.canvas_scene
        self.hint.setVisible(not busy and not scene.cards and not scene.annotations)

    def view_changed(self) -> None:
        """The view has moved or zoomed."""
        self.controls.show_zoom(self._view.camera.zoom)
        self.minimap.refresh()
