"""The canvas widget: it shows a document's design and hands every event to whoever it is meant for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QPainter,
    QPixmapCache,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QApplication, QFrame, QGraphicsView, QWidget

from cnnstudio.design.edits import edits
from cnnstudio.ui.canvas import framing
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.camera import Camera
from cnnstudio.ui.canvas.commands.adding import Adding
from cnnstudio.ui.canvas.commands.editing import Editing
from cnnstudio.ui.canvas.commands.keys import combination, commands, press_key, release_key
from cnnstudio.ui.canvas.commands.menu import context_menu
from cnnstudio.ui.canvas.commands.walking import neighbour
from cnnstudio.ui.canvas.commands.wiring import Wiring
from cnnstudio.ui.canvas.floating.bubble import Bubble
from cnnstudio.ui.canvas.floating.note_editor import NoteWriting
from cnnstudio.ui.canvas.floating.overlays import Overlays
from cnnstudio.ui.canvas.floating.rename import Renaming
from cnnstudio.ui.canvas.floating.tips import show_tip
from cnnstudio.ui.canvas.gestures.gesture import Keys, Pointer
from cnnstudio.ui.canvas.gestures.place import PlaceGesture
from cnnstudio.ui.canvas.hit import Hit, hit_at
from cnnstudio.ui.canvas.items.background import DottedGround
from cnnstudio.ui.canvas.mouse import Mouse
from cnnstudio.ui.canvas.placing.placeables import placeable
from cnnstudio.ui.canvas.placing.snapping import on_grid
from cnnstudio.ui.canvas.scene import CanvasScene
from cnnstudio.ui.canvas.sight import Sight
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import theme

#: below this zoom wires are painted once and copied from then on
FAR_AWAY = 0.5
#: kilobytes for the pictures of cards and wires; those in view take about three times the pixels of the view
QPixmapCache.setCacheLimit(max(QPixmapCache.cacheLimit(), 64 << 10))


class CanvasView(QGraphicsView):
    """Cards and wires of ``document``. ``editing`` has the commands that menus can call."""

    #: a layer's explanation is asked for, by node id
    explain_requested = Signal(str)
    #: the settings of the selected layer are to be edited
    settings_requested = Signal()
    #: one sentence for the user
    told = Signal(str)

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.document = document
        self.canvas = CanvasScene(document, self)
        self.camera = Camera(self)
        self.editing = Editing(document, self.canvas, self)
        self.editing.refused.connect(self.told)
        self.editing.named_asked.connect(self._name)
        self.mouse = Mouse(self)
        self.adding = Adding(self)
        self.renaming = Renaming(self)
        self.writing = NoteWriting(self)
        self.wiring = Wiring(self)
        self.bubble = Bubble(self)
        self._ground = DottedGround()
        self._framed = False
        self.sight = Sight(self)
        self._commands = commands(self)
        self._overlays = Overlays(self)
        self.controls, self.sheet = self._overlays.controls, self._overlays.sheet
        self.minimap, self.legend = self._overlays.minimap, self._overlays.legend
        self._set_up()
        self._known: frozenset[str] = frozenset(self.canvas.cards)
        self._another = False
        document.opened.connect(self._another_opened)
        self.canvas.design_changed.connect(self._design_changed)
        theme.changed.connect(self._recolour)
        self._design_changed()

    def _set_up(self) -> None:
        self.setScene(self.canvas)
        around = m.REACH * 1.01  # the view may go anywhere; the scene's own rectangle stays as small as its index likes
        self.setSceneRect(-around, -around, 2 * around, 2 * around)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.MinimalViewportUpdate)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontSavePainterState)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Canvas")
        self.viewport().setMouseTracking(True)
        self.setMinimumSize(240, 180)

    # what is shown

    def set_maps(self, maps: Mapping[str, NDArray[Any]]) -> None:
        """What each layer makes of the sample image: (H, W, C) or (units,) by node id."""
        self.canvas.set_maps(maps)

    def set_image(self, image: NDArray[np.uint8] | None) -> None:
        """The sample image, uint8 (H, W, C)."""
        self.canvas.set_image(image)

    def set_class_names(self, names: tuple[str, ...]) -> None:
        """The names of the classes, in the order of the last layer's numbers."""
        self.canvas.set_class_names(tuple(names))

    def set_running_nodes(self, nodes: frozenset[str] | None) -> None:
        """The layers of the design that is being trained; the others say so. None: nothing is trained."""
        self.canvas.set_running_nodes(nodes)

    def frame_all(self) -> None:
        """Show the whole network, at most at its full size."""
        framing.frame_all(self)

    def ask_why(self) -> None:
        """Ask for every number of the one layer that is selected."""
        node = self.editing.one_selected()
        if node in self.document.project.design.graph:
            self.explain_requested.emit(node)

    def frame_selection(self) -> None:
        """Show what is selected, or all."""
        framing.frame_selection(self)

    # the palette's drag

    def begin_palette_drag(self, kind: str) -> None:
        """A layer of this kind is being dragged out of the palette, which keeps the mouse."""
        self._close_editors()
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

    # adding and renaming

    def search_at_pointer(self) -> None:
        """Open the search where the pointer is; when it is elsewhere, after the selected layer or the last one."""
        if self._pointer_inside():
            self.adding.at(self.paste_place())
            return
        folding, chosen = self.canvas.folding, self.editing.one_selected()
        one = folding.exits(chosen)[-1:] if chosen in self.canvas.cards else ()
        node = one[0] if one else edits.end_of_stack(self.canvas.design)
        if node is None:
            self.adding.at(self.paste_place())
        else:
            self.adding.after(node)

    def search_to_connect(self, at: Pointer, node: str, forward: bool) -> None:
        """Open the search with the layers that fit to a wire from ``node`` that was dropped on nothing."""
        self.adding.wired(at.scene, node, forward)

    def paste_place(self) -> QPointF:
        """Where the pointer is, or the middle of the view if it is elsewhere."""
        pixel = self.mouse.last.pixel if self._pointer_inside() else QPointF(self.viewport().rect().center())
        return self.camera.to_scene(pixel)

    def _pointer_inside(self) -> bool:
        last = self.mouse.last
        return last is not None and self.viewport().rect().contains(last.pixel.toPoint())

    def rename_selected(self) -> None:
        """Rename the selected layer in place."""
        item = self.editing.one_selected()
        if item in self.canvas.design.notes:
            self.writing.open(item)
        elif item:
            self.renaming.open(item)

    def _name(self, item: str) -> None:
        if item in self.canvas.cards or item in self.canvas.outlines or item in self.canvas.annotations:
            self.renaming.open(item, new=True)

    def _close_editors(self) -> None:
        self.renaming.close()
        self.writing.close()
        self.sheet.dismiss()
        self.adding.close()

    def walk(self, direction: QPointF) -> None:
        """Select the next layer along the wires, or the nearest in that direction."""
        found = neighbour(self.canvas.design, self.document.selection, direction)
        if found is not None:
            self.document.select(self.canvas.folding.nodes_of(found))
            self.show_card(found)

    def show_card(self, node_id: str) -> None:
        """Scroll as far as needed to have the card of a layer or block in view."""
        framing.show_card(self, node_id)

    # changes from elsewhere

    def _another_opened(self) -> None:
        self._another = True
        self._close_editors()
        self.canvas.set_maps({})  # they belong to layers that may have had the same ids

    def _design_changed(self) -> None:
        if self.mouse.gesture is not None:
            self.mouse.cancel()
        self.mouse.forget_hover()
        added = self.canvas.cards.keys() - self._known
        self._known = frozenset(self.canvas.cards)
        self.sight.look_again()
        self._overlays.design_changed()
        if self._another:
            self._another = False
            self.frame_all()
        elif self._framed and len(added) == 1 and self.canvas.folding.nodes_of(*added) <= self.document.selection:
            self.show_card(*added)  # it may have been appended out of sight

    def _recolour(self) -> None:
        self.canvas.forget_colours()
        self.viewport().update()

    def view_changed(self) -> None:
        """The view has moved or zoomed."""
        self.sight.look_again()
        self._overlays.view_changed()
        self.canvas.paint_wires_once(self.camera.zoom < FAR_AWAY)
        self.renaming.close()
        self.writing.close()

    def set_tint(self, measure: str) -> None:
        """Tint cards by “parameters”, “macs”, “memory” or “time”; "" for none."""
        self.canvas.set_tint(measure)

    def explain_selected(self) -> None:
        """Say what the selected layer does."""
        node = self.editing.one_selected()
        if node in self.canvas.design.graph:
            self.sheet.show_layer(node)
        else:
            self.told.emit("Select one layer to see what it does.")

    def write_note(self, at: QPointF | None = None) -> None:
        """Write a note where the pointer is, or at a place."""
        self.writing.open_new(on_grid(at if at is not None else self.paste_place()))

    def edit_selected(self) -> None:
        """Enter: edit the settings of the selected layer, write on the note, open the block."""
        item = self.editing.one_selected()
        if item in self.canvas.design.graph:
            self.settings_requested.emit()
        elif item in self.canvas.design.blocks:
            self.editing.toggle_block(item)
        elif item:
            self.rename_selected()

    def dismiss(self) -> None:
        """Esc: close the sheet, otherwise select nothing."""
        if self.sheet.isVisible():
            self.sheet.dismiss()
        else:
            self.editing.select_none()

    # events

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.adding.close()
        self.wiring.close()
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
        hit = hit_at(self.canvas, point, self.camera.zoom)
        match hit.kind:
            case "title":
                self._close_editors()
                self.renaming.open(hit.node)
            case "frame" | "block":
                self._close_editors()
                self.renaming.open(hit.item)
            case "note":
                self._close_editors()
                self.writing.open(hit.item)
            case "card" if hit.node in self.canvas.design.blocks:
                self.editing.toggle_block(hit.node)
            case "card":
                self.explain_requested.emit(hit.node)
            case "empty":
                self.adding.at(point)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.accept()
        self.camera.turn_wheel(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        press_key(self, self._commands, event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        release_key(self, event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            space = event.key() == Qt.Key.Key_Space and event.modifiers() == Keys.NoModifier
            if space or combination(event) in self._commands:
                event.accept()  # while the canvas has the focus its keys are its own
                return True
        pressed = event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent)
        if pressed and event.key() == Qt.Key.Key_Tab and event.modifiers() == Keys.NoModifier:
            self.keyPressEvent(event)  # otherwise Qt takes it to move the focus
            return True
        return super().event(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            show_tip(self, event)
            return True
        if event.type() == QEvent.Type.Leave:
            self.mouse.leave()
        pinch = event.type() == QEvent.Type.NativeGesture and isinstance(event, QNativeGestureEvent)
        if pinch and event.gestureType() == Qt.NativeGestureType.ZoomNativeGesture:
            self.camera.zoom_at(event.position(), self.camera.zoom * (1.0 + event.value()))
            return True
        return super().viewportEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        event.accept()
        if event.reason() == QContextMenuEvent.Reason.Keyboard:  # the mouse opens it on release, if nothing moved
            self.mouse.open_menu_by_key()

    def open_menu(self, hit: Hit, at: Pointer) -> None:
        """Open the context menu for what lies under the pointer."""
        context_menu(self, hit, at.scene).popup(self.viewport().mapToGlobal(at.pixel.toPoint()))

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

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.view_changed()
        self.mouse.view_moved()

    def drawBackground(self, painter: QPainter, rect: QRectF) -> None:
        self._ground.paint(painter, rect, self.camera.zoom)
