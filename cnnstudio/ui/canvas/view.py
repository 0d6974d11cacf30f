"""The canvas widget: it shows a document's design and hands every event to whoever it is meant for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPixmapCache,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QToolTip, QWidget

from cnnstudio.ui.canvas.card_words import selection_words, wire_words
from cnnstudio.ui.canvas.commands.commands import Commands
from cnnstudio.ui.canvas.commands.keys import combination, keys_of, press_key, release_key
from cnnstudio.ui.canvas.commands.menu import context_menu
from cnnstudio.ui.canvas.floating.overlays import Overlays
from cnnstudio.ui.canvas.floating.tips import show_tip
from cnnstudio.ui.canvas.gestures.gesture import Keys, Pointer
from cnnstudio.ui.canvas.gestures.place import PlaceGesture
from cnnstudio.ui.canvas.mouse import Mouse
from cnnstudio.ui.canvas.placing.placeables import placeable
from cnnstudio.ui.canvas.pointer.hit import Hit, hit_at
from cnnstudio.ui.canvas.viewport import framing
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.canvas.viewport.sight import Sight
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing
from cnnstudio.ui.widgets.read_aloud import Piece

#: below this zoom wires are painted once and copied from then on
FAR_AWAY = 0.5
#: kilobytes for the pictures of cards and wires; those in view take about three times the pixels of the view
QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), 64 << 10))


class CanvasView(SceneView):
    """A ``SceneView`` with hands: the mouse, the keys, the menu, and what floats over it. ``commands`` has all that
    menus can ask of it."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(document, parent)
        self.mouse = Mouse(self)
        self.sight = Sight(self)
        self.glide = framing.Glide(self)
        self._overlays = Overlays(self)
        self.controls, self.sheet = self._overlays.controls, self._overlays.sheet
        self.minimap, self.legend = self._overlays.minimap, self._overlays.legend
        self.commands = Commands(self, self.mouse, self.sheet)
        self.keys = keys_of(self.commands)
        self._framed = False
        self._known: frozenset[str] = frozenset(self.canvas_scene.cards)
        self._another = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Canvas")
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(240, 180)
        self.moved.connect(self._view_moved)
        self.mouse.menu_asked.connect(self._open_menu)
        self.mouse.busy_changed.connect(self._overlays.show_hint)
        document.opened.connect(self._another_opened)
        self.canvas_scene.design_changed.connect(self._design_changed)
        dressing.follow(self, self._recolour)
        self._design_changed()

    def boxes(self) -> dict[str, QRectF]:
        """Where the cards of layers are seen, in the view's own pixels; those outside are left out."""
        seen = QRectF(self.viewport().rect())
        found = {}
        for node, card in self.canvas_scene.cards.items():
            box = QRectF(self.mapFromScene(card.scene_outline()).boundingRect())
            if box.intersects(seen):
                found[node] = box
        return found

    # for those who hear it

    def pieces_drawn(self) -> int:
        """See ``Drawn``: the cards, then the wires."""
        scene = self.canvas_scene
        return len(scene.cards) + len(scene.wires)

    def piece_drawn(self, number: int) -> Piece:
        """See ``Drawn``."""
        scene, design = self.canvas_scene, self.document.project.design
        if number < len(scene.cards):
            node = tuple(scene.cards)[number]
            words = selection_words(design, frozenset({node})) if node in design.graph else design.blocks[node].name
            return Piece(words, self.mapFromScene(scene.cards[node].sceneBoundingRect()).boundingRect())
        edge = tuple(scene.wires)[number - len(scene.cards)]
        words = wire_words(design, edge)
        return Piece(words, self.mapFromScene(scene.wires[edge].sceneBoundingRect()).boundingRect())

    # what is shown

    def set_maps(self, maps: Mapping[str, NDArray[Any]]) -> None:
        """What each layer makes of the sample image: (H, W, C) or (units,) by node id."""
        self.canvas_scene.set_maps(maps)

    def set_image(self, image: NDArray[np.uint8] | None) -> None:
        """The sample image, uint8 (H, W, C)."""
        self.canvas_scene.set_image(image)

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """The names of the classes, in the order of the last layer's numbers."""
        self.canvas_scene.set_class_names(tuple(names))

    def set_running_nodes(self, nodes: frozenset[str] | None) -> None:
        """The layers of the design that is being trained; the others say so. None: nothing is trained."""
        self.canvas_scene.set_running_nodes(nodes)

    def set_tint(self, measure: str) -> None:
        """Tint cards by “parameters”, “macs”, “memory” or “time”; "" for none."""
        self.canvas_scene.set_tint(measure)

    def frame_all(self) -> None:
        """Show the whole network, at most at its full size."""
        framing.frame_all(self)

    def frame_selection(self) -> None:
        """Show what is selected, or all."""
        framing.frame_selection(self)

    def glide_to(self, nodes: Iterable[str]) -> None:
        """Scroll gently to the cards of these layers, where they are out of sight."""
        self.glide.show_nodes(nodes)

    def show_card(self, node_id: str) -> None:
        """Scroll as far as needed to have the card of a layer or block in view."""
        framing.show_card(self, node_id)

    # the palette's drag

    def begin_palette_drag(self, kind: str) -> None:
        """A layer of this kind is being dragged out of the palette, which keeps the mouse."""
        self.commands.close_editors()
        self.mouse.cancel()
        far_off = QPointF(-1e6, -1e6)
        self.mouse.start(PlaceGesture(self, placeable(kind)), Pointer(far_off, far_off))

    def palette_drag_moved(self, global_pos: QPoint) -> None:
        """The pointer of the palette's drag has moved."""
        self.mouse.drag_to(self._pointer_at(global_pos))

    def palette_drag_dropped(self, global_pos: QPoint) -> None:
        """The palette's drag ends here."""
        self.mouse.finish(self._pointer_at(global_pos))

    def palette_drag_cancelled(self) -> None:
        """The palette's drag ends with nothing placed."""
        self.mouse.cancel()

    def _pointer_at(self, global_pos: QPoint) -> Pointer:
        pixel = QPointF(self.viewport().mapFromGlobal(global_pos))
        return Pointer(pixel, self.camera.to_scene(pixel), QApplication.keyboardModifiers())

    # changes from elsewhere

    def _another_opened(self) -> None:
        self._another = True
        self.commands.close_editors()
        self.canvas_scene.set_maps({})  # they belong to layers that may have had the same ids

    def _design_changed(self) -> None:
        if self.mouse.gesture is not None:
            self.mouse.cancel()
        self.mouse.forget_hover()
        cards = self.canvas_scene.cards
        added = cards.keys() - self._known
        self._known = frozenset(cards)
        self.sight.look_again()
        self._overlays.design_changed()
        if self._another:
            self._another = False
            self.frame_all()
        elif self._framed and len(added) == 1:
            (card,) = added
            if self.canvas_scene.folding.nodes_of(card) <= self.document.selection:
                self.show_card(card)  # it may have been appended out of sight

    def _recolour(self) -> None:
        self.canvas_scene.forget_colours()
        self.viewport().update()

    def _view_moved(self) -> None:
        self.sight.look_again()
        self._overlays.view_changed()
        self.canvas_scene.paint_wires_once(self.camera.zoom < FAR_AWAY)
        self.commands.renaming.close()
        self.commands.writing.close()
        self.mouse.view_moved()

    # events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.commands.adding.close()
        self.commands.wiring.close()
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        self.mouse.press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.mouse.move(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.mouse.release(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mouse.press(event)
        if event.button() != Qt.MouseButton.LeftButton:
            return
        point = self.camera.to_scene(event.position())
        hit = hit_at(self.canvas_scene, point, self.camera.zoom)
        match hit.kind:
            case "title":
                self.commands.close_editors()
                self.commands.renaming.open(hit.node)
            case "frame" | "block":
                self.commands.close_editors()
                self.commands.renaming.open(hit.item)
            case "note":
                self.commands.close_editors()
                self.commands.writing.open(hit.item)
            case "card" if hit.node in self.canvas_scene.design.blocks:
                self.commands.editing.toggle_block(hit.node)
            case "card":
                self.explain_requested.emit(hit.node)
            case "empty":
                self.commands.adding.at(point)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        self.camera.turn_wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press_key(self.commands, self.keys, event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        release_key(self.commands, event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent):
            key, alone = event.key(), event.modifiers() == Keys.NoModifier
            match event.type():
                case QEvent.Type.ShortcutOverride if (alone and key == Qt.Key.Key_Space) or combination(
                    event
                ) in self.keys:
                    event.accept()  # while the canvas has the focus its keys are its own
                    return True
                case QEvent.Type.KeyPress if alone and key == Qt.Key.Key_Tab:
                    self.keyPressEvent(event)  # otherwise Qt takes it to move the focus
                    return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            if self.mouse.gesture is None:
                show_tip(self, event)
            else:
                QToolTip.hideText()  # a drag says its own
            return True
        if event.type() == QEvent.Type.Leave:
            self.mouse.leave()
        if isinstance(event, QNativeGestureEvent) and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.camera.zoom_at(event.position(), self.camera.zoom * (1.0 + event.value()))
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:  # the mouse opens it on release, if nothing moved
            self.mouse.open_menu_by_key()

    def _open_menu(self, hit: Hit, at: Pointer) -> None:
        context_menu(self.commands, hit, at.scene).popup(self.viewport().mapToGlobal(at.pixel.toPoint()))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        self.mouse.release_space()
        super().focusOutEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.sight.look_again()
        self._overlays.place()
        if self._framed and event.oldSize().isValid():
            change = event.size() - event.oldSize()
            self.camera.scroll(-change.width() / 2, -change.height() / 2)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.sight.look_again()
        if not self._framed:
            self._framed = True
            QTimer.singleShot(0, self, self.frame_all)  # by then the layout has settled
