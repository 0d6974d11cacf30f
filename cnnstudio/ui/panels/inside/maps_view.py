"""The maps of a layer before and after its activation, and how the loss would change with each of their numbers."""

from __future__ import annotations

from functools import partial

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.looking.maps_and_gradients import MapsAndGradients, maps_and_gradients
from cnnstudio.nn.network.network import ends_of
from cnnstudio.nn.telling.told import Told
from cnnstudio.ui.look.pictures import volume
from cnnstudio.ui.panels.inside.picture_row import Picture, PictureRow, numbered
from cnnstudio.ui.panels.inside.probing import Probing
from cnnstudio.ui.panels.maps.map_blocks import signed, together
from cnnstudio.ui.panels.maps.mosaic_view import Cell
from cnnstudio.ui.run.looked_at import Looking


class MapsView(PictureRow):
    """Of the picture that is looked at, with the weights that are looked at: live while a run is under way."""

    def __init__(self, looking: Looking, probing: Probing) -> None:
        super().__init__(self._where)
        self._looking, self._probing = looking, probing
        self._graph: Graph | None = None
        self._nodes: tuple[str, ...] = ()
        self._vector = False
        #: whether the loss is that of the network's own answer, for nobody knows the right one
        self.own_answer = False

    def ask(self, node: str, label: int) -> str:
        """Ask for the maps of a layer, for the picture that is looked at, of class ``label`` (−1: nobody knows); why
        there are none, or ""."""
        now = self._looking.now
        graph, picture = now.graph, now.picture
        if isinstance(ends_of(graph), Told):
            return "A gradient needs an answer: the network has to end in a Softmax layer."
        entry = next(iter(graph.images), "")
        if picture is None or not entry or graph.shape(entry) != picture.shape:
            return "The maps of a picture appear here as soon as there is one that fits the Input layer."
        if node not in graph or node not in graph.computable.ancestors(_answer(graph)):
            return "The answer does not depend on this layer."
        if now.snapshot.parameters.costly:
            return "The weights of this network are made when it is trained."
        self._graph, self._nodes, self.own_answer = graph, together(graph, node), label < 0
        self._probing.ask(partial(maps_and_gradients, graph, now.snapshot, picture, label, self._nodes))
        return ""

    def hear(self, found: MapsAndGradients) -> None:
        """Show what was found."""
        graph = self._graph
        nodes = [node for node in self._nodes if node in found.values]
        if graph is None or not nodes:
            return
        names = ("before", "after") if len(nodes) > 1 else ("maps",)
        shown = []
        largest, steepest = found.largest
        for name, node in zip(names, nodes, strict=False):
            values, slopes = found.values[node], found.gradients[node]
            self._vector = values.ndim == 1
            gradient = f"gradient {name}" if len(nodes) > 1 else "gradient"
            shown += [Picture(name, volume(values), signed(graph, node, values), largest)]
            shown += [Picture(gradient, volume(slopes), True, steepest)]
        self.show_pictures(shown)

    def _where(self, cell: Cell) -> str:
        return numbered("map", cell, vector=self._vector)


def _answer(graph: Graph) -> str:
    found = ends_of(graph)
    return "" if isinstance(found, Told) else found.softmax
