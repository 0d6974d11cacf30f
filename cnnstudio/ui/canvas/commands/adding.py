"""Adding layers from the search: where the pointer is, or wired to the port that a wire was drawn from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject, QPointF

from cnnstudio.design.edits import edits
from cnnstudio.design.value.design import Design
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.canvas import measures as m
from cnnstudio.ui.canvas.commands.layer_search import LayerSearch
from cnnstudio.ui.canvas.placing.drop_places import (
    WIRE_REACH,
    DropPlace,
    drop_place_after,
    drop_place_for,
    judged,
    placed,
)
from cnnstudio.ui.canvas.placing.placeables import Offered, Placeable, kept, placeable
from cnnstudio.ui.canvas.placing.snapping import on_grid
from cnnstudio.ui.canvas.viewport.framing import columns_in_sight, show_card
from cnnstudio.ui.canvas.viewport.scene_view import SceneView
from cnnstudio.ui.commands.command import Listed


class Adding(QObject):
    """Opens the search over a view and carries out what is chosen there."""

    def __init__(self, view: SceneView) -> None:
        super().__init__(view)
        self._view = view
        self.search: LayerSearch | None = None

    def at(self, point: QPointF) -> None:
        """Search among all layers; the chosen one is dropped at a place in the scene like one from the palette."""

        def drop_place(design: Design, layer: Placeable) -> DropPlace:
            reach = min(WIRE_REACH[0] / self._view.camera.zoom, WIRE_REACH[1])
            wire = self._view.canvas_scene.wire_near(point, reach) if layer.most_inputs else None
            found = drop_place_for(design, layer, point, wire.edge if wire else None)
            wired = found.edge is not None or found.after is not None
            return found if wired else DropPlace(on_grid(found.position))

        self._open(_everything(), "Add a layer or a block", point, lambda kind: self._add(kind, drop_place))

    def after(self, node: str) -> None:
        """Search among all layers; the chosen one comes next after a node, without a mouse."""

        def drop_place(design: Design, layer: Placeable) -> DropPlace:
            if node not in design.graph:
                return DropPlace(QPointF())
            return drop_place_after(design, node, layer, columns_in_sight(self._view))

        heading = f"Add after {self._view.canvas_scene.card_of(node).name}"
        place = self._view.canvas_scene.output_point(node)
        self._open(_everything(), heading, place, lambda kind: self._add(kind, drop_place))

    def listed(self, first: Callable[[], object]) -> list[Listed]:
        """Every layer and block, for the search of commands; ``first`` brings the canvas into sight."""

        def add(kind: str) -> None:
            first()
            self.next(kind)

        return [
            Listed(f"add {what.kind}", f"Add {what.title}", partial(add, what.kind), "plus", f"layer {what.category}")
            for what in _everything()
        ]

    def next(self, kind: str) -> None:
        """A layer or a kept block after the one layer that is selected, else at the end of the stack."""
        selected = self._view.document.selection
        node = next(iter(selected)) if len(selected) == 1 else ""
        if node not in self._view.canvas_scene.design.graph:
            self.append(kind)
            return
        self._add(kind, lambda design, what: drop_place_after(design, node, what, columns_in_sight(self._view)))

    def append(self, kind: str) -> None:
        """A layer or a kept block at the end of the stack, wired to it."""
        design = self._view.canvas_scene.design
        last, layer = edits.end_of_stack(design), placeable(kind)

        def drop_place(design: Design, what: Placeable) -> DropPlace:
            if last is None:
                return DropPlace(QPointF())
            return drop_place_after(design, last, what, columns_in_sight(self._view))

        self._add(kind, drop_place, Sentence("Add {layer}", layer=layer.title))

    def _add(
        self, kind: str, drop_place: Callable[[Design, Placeable], DropPlace], done_as: Sentence | None = None
    ) -> None:
        view = self._view
        design = view.canvas_scene.design
        try:
            what = placeable(kind)
            done = placed(design, what, drop_place(design, what))
        except edits.EditRefused as refusal:
            view.told.emit(worded(refusal))
            return
        view.document.edit(done_as or done.what, done.design, select=done.nodes)
        show_card(view, done.judge)

    def wired(self, point: QPointF, node: str, forward: bool) -> None:
        """Search among the layers that fit behind (``forward``) or before a node; the chosen one is wired to it."""
        view = self._view
        design = view.canvas_scene.design
        kinds = [k for k in layer_kinds().values() if _fits(design, node, k, forward)]
        heading = f"{'After' if forward else 'Before'} {design.cards[node].name}: what fits"

        def add(kind: str) -> None:
            if node not in view.canvas_scene.design.graph:
                return
            layer = layer_kinds()[kind]()
            corner = point - QPointF(0.0 if forward else m.CARD_WIDTH, m.PORT_Y)
            design, node_id = _wired(view.canvas_scene.design, node, layer, on_grid(corner), forward)
            view.document.edit(Sentence("Add {layer}", layer=layer.title), design, select={node_id})
            show_card(view, node_id)

        self._open(kinds, heading, point, add)

    def close(self) -> None:
        """Close the search if it is open."""
        if self.search is not None:
            self.search.dismiss()

    def _open(self, kinds: Sequence[Offered], heading: str, point: QPointF, add: Callable[[str], None]) -> None:
        self.close()
        view = self._view
        search = self.search = LayerSearch(kinds, heading, view)
        search.chosen.connect(add)
        search.closed.connect(self._closed)
        place = view.camera.to_pixel(point).toPoint()
        room = view.rect()
        search.setFixedWidth(min(search.width(), room.width() - 8))
        place.setX(max(4, min(place.x() - 20, room.width() - search.width() - 4)))
        place.setY(max(4, min(place.y() - 16, room.height() - search.sizeHint().height() - 4)))
        search.move(place)
        search.show()
        search.raise_()
        search.setFocus()

    def _closed(self) -> None:
        search, self.search = self.search, None
        if search is not None and search.isAncestorOf(search.window().focusWidget() or search):
            self._view.setFocus()


def _everything() -> list[Offered]:
    return [*layer_kinds().values(), *kept()]


def _wired(design: Design, node: str, layer: Layer, place: QPointF, forward: bool) -> tuple[Design, str]:
    design, added = edits.add(design, layer, (place.x(), place.y()))
    ends = (node, added) if forward else (added, node)
    return edits.connect(design, *ends), added


def _fits(design: Design, node: str, kind: type[Layer], forward: bool) -> bool:
    try:
        after, added = _wired(design, node, kind(), QPointF(), forward)
    except edits.EditRefused:
        return False
    if not forward and kind.fewest_inputs:
        return True  # nobody knows yet what will come in
    return judged(design, after, added if forward else node).fits
