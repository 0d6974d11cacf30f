"""The mouse: turns presses, moves and releases into clicks and gestures. At most one gesture is under way."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, QPointF, Qt, Signal
from PySide6.QtGui import QMouseEvent

from cnnstudio.nn.graph.graph import Edge
from cnnstudio.ui.canvas.gestures.band import BandGesture
from cnnstudio.ui.canvas.gestures.gesture import Gesture, Keys, Pointer
from cnnstudio.ui.canvas.gestures.knife import KnifeGesture
from cnnstudio.ui.canvas.gestures.move import MoveGesture
from cnnstudio.ui.canvas.gestures.pan import PanGesture
from cnnstudio.ui.canvas.gestures.resize import ResizeGesture
from cnnstudio.ui.canvas.gestures.wire import WireGesture
from cnnstudio.ui.canvas.placing.edge_scroll import EdgeScroll
from cnnstudio.ui.canvas.pointer.hit import Hit, hit_at
from cnnstudio.ui.canvas.pointer.hover import Hover
from cnnstudio.ui.canvas.viewport.scene_view import SceneView

Button = Qt.MouseButton

#: pixels a button may move before it is a drag
THRESHOLD = {Button.LeftButton: 4, Button.MiddleButton: 1, Button.RightButton: 6}


@dataclass(frozen=True)
class _Press:
    """``settled`` presses have done their selecting; the release must not undo it."""

    button: Button
    at: Pointer
    hit: Hit
    settled: bool = False


class Mouse(QObject):
    """The mouse of one view."""

    #: the menu for a hit is asked for, at a pointer
    menu_asked = Signal(Hit, Pointer)
    #: a block is to be collapsed or expanded, by its id
    fold_asked = Signal(str)
    #: (busy): a gesture begins or is over
    busy_changed = Signal(bool)

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self.gesture: Gesture | None = None
        self.space_held = False
        self._space_used = False
        self._press: _Press | None = None
        self._last: Pointer | None = None
        self._hover = Hover(view.canvas_scene)
        self._edge_scroll = EdgeScroll(self)
        self._edge_scroll.scrolled.connect(self._scroll)

    def is_over_view(self) -> bool:
        """Whether it was seen over the view last."""
        return self._last is not None and self._view.viewport().rect().contains(self._last.pixel.toPoint())

    def paste_place(self) -> QPointF:
        """The place in the scene where the pointer is, or the middle of the view if it is elsewhere."""
        pixel = QPointF(self._view.viewport().rect().center())
        if self._last is not None and self.is_over_view():
            pixel = self._last.pixel
        return self._view.camera.to_scene(pixel)

    # mouse events

    def press(self, event: QMouseEvent) -> None:
        """A button goes down."""
        at = self._pointer(event.position(), event.modifiers())
        self._space_used = True
        if self.gesture is not None:
            if event.button() == Button.RightButton:
                self.cancel()
            return
        hit = hit_at(self._view.canvas_scene, at.scene, self._view.camera.zoom)
        selects = event.button() == Button.LeftButton and not self.space_held
        settled = self._select_at_press(hit, at) if selects else True
        self._press = _Press(event.button(), at, hit, settled)

    def move(self, event: QMouseEvent) -> None:
        """The pointer moves, with or without a button."""
        at = self._pointer(event.position(), event.modifiers())
        press = self._press
        if self.gesture is None and press is not None and event.buttons() & press.button:
            gone = (at.pixel - press.at.pixel).manhattanLength()
            if gone >= THRESHOLD.get(press.button, 4):
                gesture = self._gesture_for(press)
                if gesture is not None:
                    self.start(gesture, press.at)
        if self.gesture is not None:
            self.drag_to(at)
        elif press is None:
            self.hover(at)

    def release(self, event: QMouseEvent) -> None:
        """A button goes up."""
        at = self._pointer(event.position(), event.modifiers())
        press = self._press
        if press is None or event.button() != press.button:
            return
        self._press = None
        if self.gesture is not None:
            self.finish(at)
        else:
            self._click(press)
        self.hover(at)

    # gestures, also those that others begin (the palette)

    def start(self, gesture: Gesture, at: Pointer) -> None:
        """Begin a gesture."""
        self._hover.forget()
        self.gesture = gesture
        self._space_used = True
        self.busy_changed.emit(True)
        gesture.begin(at)
        self._view.viewport().setCursor(gesture.cursor)

    def drag_to(self, at: Pointer) -> None:
        """Carry the gesture on."""
        self._last = at
        if self.gesture is not None:
            self.gesture.move(at)
            if self.gesture is not None and self.gesture.scrolls:
                self._edge_scroll.pointer_at(at.pixel, self._view.viewport().size())
            else:
                self._edge_scroll.stop()

    def finish(self, at: Pointer) -> None:
        """Carry the gesture out."""
        gesture, self.gesture = self.gesture, None
        self._end()
        if gesture is not None:
            gesture.finish(at)

    def cancel(self) -> None:
        """End the gesture with nothing changed; the rest of this press means nothing."""
        gesture, self.gesture = self.gesture, None
        self._press = None
        self._end()
        if gesture is not None:
            gesture.cancel()

    def keys_changed(self, keys: Keys) -> None:
        """A modifier key went down or up in the middle of a drag."""
        if self.gesture is not None and self._last is not None:
            self.drag_to(Pointer(self._last.pixel, self._last.scene, keys))

    def view_moved(self) -> None:
        """The scene has scrolled away under the pointer."""
        if self._last is not None and self.gesture is not None and not isinstance(self.gesture, PanGesture):
            at = Pointer(self._last.pixel, self._view.camera.to_scene(self._last.pixel), self._last.keys)
            self.drag_to(at)

    def _end(self) -> None:
        self._edge_scroll.stop()
        self.show_cursor()
        self.busy_changed.emit(False)

    # what a press means

    def _gesture_for(self, press: _Press) -> Gesture | None:
        if press.button == Button.RightButton and press.at.has(Keys.ControlModifier):
            return KnifeGesture(self._view)
        if press.button in (Button.MiddleButton, Button.RightButton) or self.space_held:
            return PanGesture(self._view)
        if press.button != Button.LeftButton:
            return None
        hit = press.hit
        match hit.kind:
            case "card" | "title":
                return MoveGesture(self._view, hit.node)
            case "frame" | "note" | "block":
                return MoveGesture(self._view, hit.item)
            case "size":
                return ResizeGesture(self._view, hit.item)
            case "fold":
                return MoveGesture(self._view, hit.item)
            case "output":
                return WireGesture(self._view, hit.node, forward=True)
            case "input":
                return self._from_input(hit)
            case "wire":
                assert hit.edge is not None
                return self._take_off(hit.edge, at_target=hit.share >= 0.5)
            case _:
                return BandGesture(self._view)

    def _from_input(self, hit: Hit) -> Gesture:
        design = self._view.canvas_scene.design
        node, port = design.folding.entries(hit.node)[hit.port].targets[0]
        sources = design.graph[node].inputs
        if port < len(sources):
            return self._take_off(Edge(sources[port], node, port), at_target=True)
        return WireGesture(self._view, hit.node, forward=False, port=hit.port)

    def _take_off(self, edge: Edge, at_target: bool) -> Gesture:
        if at_target:
            return WireGesture(self._view, edge.source, forward=True, taken=edge)
        folding = self._view.canvas_scene.folding
        shown, port = folding.shown(edge.target), folding.entry_of(edge)
        return WireGesture(self._view, shown, forward=False, port=port, taken=edge)

    def _select_at_press(self, hit: Hit, at: Pointer) -> bool:
        """Select what was not selected, so that a drag takes it along. True when nothing is left for the click."""
        document, scene = self._view.document, self._view.canvas_scene
        extend = at.has(Keys.ShiftModifier | Keys.ControlModifier)
        nodes = self._nodes_at(hit)
        if nodes and not nodes <= document.selection:
            if not extend:
                scene.select_no_extras()
            document.select(nodes | (document.selection if extend else frozenset()))
            return True
        if hit.kind in ("frame", "note") and hit.item not in scene.selected_annotations:
            if not extend:
                document.select(())
                scene.select_no_extras()
            scene.select_annotations(scene.selected_annotations | {hit.item})
            return True
        if hit.kind == "wire" and hit.edge is not None:
            if not extend:
                document.select(())
                scene.select_annotations(frozenset())
            scene.select_wires(self._wires_chosen(hit.edge, extend))
            return True
        return False

    def _wires_chosen(self, edge: Edge, extend: bool) -> frozenset[Edge]:
        scene = self._view.canvas_scene
        bundle = frozenset(scene.folding.bundle(edge))
        return scene.selected_wires ^ bundle if extend else bundle

    def _nodes_at(self, hit: Hit) -> frozenset[str]:
        """The layers that a press here selects: one, or those of a block."""
        folding = self._view.canvas_scene.folding
        if hit.kind in ("card", "title", "fold") and hit.node:
            return folding.nodes_of(hit.node)
        return folding.within[hit.item] if hit.kind in ("block", "fold") else frozenset()

    def _click(self, press: _Press) -> None:
        """A release without a drag: of several selected layers only this one stays; the right button opens a menu."""
        hit = press.hit
        if press.button == Button.RightButton:
            self._select_for_menu(hit)
            self.menu_asked.emit(hit, press.at)
            return
        if hit.kind == "fold" and press.button == Button.LeftButton and not self.space_held:
            self.fold_asked.emit(hit.item)
            return
        if press.settled:
            return
        document, scene, nodes = self._view.document, self._view.canvas_scene, self._nodes_at(hit)
        extend = press.at.has(Keys.ShiftModifier | Keys.ControlModifier)
        if nodes and press.at.has(Keys.ControlModifier):
            document.select(document.selection - nodes)
        elif nodes and not extend:
            scene.select_no_extras()
            document.select(nodes)
        elif hit.kind in ("frame", "note"):
            if press.at.has(Keys.ControlModifier):
                scene.select_annotations(scene.selected_annotations - {hit.item})
            elif not extend:
                document.select(())
                scene.select_wires(frozenset())
                scene.select_annotations(frozenset({hit.item}))
        elif hit.kind == "empty" and not extend:
            scene.select_no_extras()
            document.select(())

    def _select_for_menu(self, hit: Hit) -> None:
        document, scene, nodes = self._view.document, self._view.canvas_scene, self._nodes_at(hit)
        if nodes and not nodes <= document.selection:
            scene.select_no_extras()
            document.select(nodes)
        elif hit.kind in ("frame", "note", "size") and hit.item not in scene.selected_annotations:
            document.select(())
            scene.select_wires(frozenset())
            scene.select_annotations(frozenset({hit.item}))
        elif hit.edge is not None and hit.edge not in scene.selected_wires:
            document.select(())
            scene.select_annotations(frozenset())
            scene.select_wires(self._wires_chosen(hit.edge, extend=False))

    def open_menu_by_key(self) -> None:
        """The menu key: for the selected layer, at its card, or for the canvas."""
        view = self._view
        chosen = sorted(view.document.selection)
        if chosen:
            shown = view.canvas_scene.folding.shown(chosen[0])
            point, hit = view.canvas_scene.cards[shown].output_point(), Hit("card", shown)
        else:
            point, hit = self.paste_place(), Hit("empty")
        self.menu_asked.emit(hit, Pointer(view.camera.to_pixel(point), point))

    # hover and cursor

    def hover(self, at: Pointer) -> None:
        """Show what a press here would take hold of."""
        self._last = at
        self._hover.show(hit_at(self._view.canvas_scene, at.scene, self._view.camera.zoom))
        self.show_cursor()

    def forget_hover(self) -> None:
        """What was under the pointer may be gone."""
        self._hover.forget()

    def hold_space(self) -> None:
        """The space bar is down: dragging pans."""
        self.space_held, self._space_used = True, False
        self.show_cursor()

    def release_space(self) -> bool:
        """The space bar is up. True when it was only tapped."""
        tapped = self.space_held and not self._space_used
        self.space_held = False
        self.show_cursor()
        return tapped

    def leave(self) -> None:
        """The pointer has left the view."""
        if self.gesture is None:
            self._hover.forget()
            self._last = None

    def show_cursor(self) -> None:
        """The pointer's shape for what is under it."""
        if self.gesture is not None:
            shape = self.gesture.cursor
        elif self.space_held:
            shape = Qt.CursorShape.OpenHandCursor
        else:
            shape = self._hover.cursor
        if self._view.viewport().cursor().shape() != shape:
            self._view.viewport().setCursor(shape)

    def _scroll(self, by: QPointF) -> None:
        self._view.camera.scroll(by.x(), by.y())  # the view tells us that it moved

    def _pointer(self, pixel: QPointF, keys: Keys) -> Pointer:
        return Pointer(pixel, self._view.camera.to_scene(pixel), keys)
