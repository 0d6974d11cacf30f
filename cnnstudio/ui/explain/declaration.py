"""Explain: one layer, taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.ui.explain.around.modes import NETWORK
from cnnstudio.ui.studio.declared import Around, Part, Stop, Workspace
from cnnstudio.ui.studio.intents import ExplainLayer, ExplainNetwork, Intents
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.explain.overview.distances import Distances
    from cnnstudio.ui.explain.page import ExplainPage


def _make(studio: Studio) -> ExplainPage:
    from cnnstudio.ui.explain.page import ExplainPage

    looked_at = (studio.document, studio.looking, studio.samples)
    page = ExplainPage(*looked_at, studio.jobs, studio.data, studio.workspaces.widget)
    page.away_asked.connect(lambda: studio.get(DISTANCES).farther())
    return page


def _distances(studio: Studio) -> Distances:
    from cnnstudio.ui.explain.overview.distances import Distances

    return Distances(studio, studio.get(EXPLAIN))


def _answers(studio: Studio, intents: Intents) -> None:
    def explain(intent: ExplainLayer) -> None:
        def show() -> None:
            studio.document.select([intent.node])
            studio.get(EXPLAIN).go_to(intent.node)
            studio.workspaces.show(EXPLAIN.name)

        studio.get(DISTANCES).nearer(intent.node, show)

    def see_all(_intent: ExplainNetwork) -> None:
        studio.get(EXPLAIN).set_mode(NETWORK)
        studio.workspaces.show(EXPLAIN.name)

    intents.answer(ExplainLayer, explain)
    intents.answer(ExplainNetwork, see_all)


def _main(page: ExplainPage) -> QWidget | None:
    return page.centre.currentWidget()


def _stops(_studio: Studio, page: ExplainPage) -> list[Stop]:
    return [Stop(part) for part in (page.strip, page.modes, page.centre, page.side)]


def _watches(page: ExplainPage, _graph: Graph) -> tuple[str, ...] | None:
    """It needs the weights alone, and works out the numbers itself."""
    return () if page.isVisible() else None


EXPLAIN: Workspace[Studio, ExplainPage] = Workspace(
    name="Explain",
    help="Take one layer apart, down to every product and sum",
    words="film ledger receptive field gradients surgery",
    make=_make,
    when="soon",
    modules=("cnnstudio.ui.explain.page",),
    main=_main,
    around=lambda _studio, page: Around(right=page.side if page.has_side else None),
    stops=_stops,
    answers=_answers,
    watches=_watches,
    shutdown=lambda page: page.shutdown(),
)

DISTANCES: Part[Studio, Distances] = Part(name="distances", make=_distances, when="when needed")

#: what this folder declares
DECLARED = (EXPLAIN, DISTANCES)
