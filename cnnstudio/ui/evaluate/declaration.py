"""Evaluate: what the network gets wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.ui.commands.command import Command, Entry, MouseGesture, Slot
from cnnstudio.ui.studio.declared import Part, Stop, Workspace
from cnnstudio.ui.studio.intents import ExplainNetwork
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.evaluate.page import EvaluatePage


def _make(studio: Studio) -> EvaluatePage:
    from cnnstudio.ui.evaluate.page import EvaluatePage

    page = EvaluatePage(
        studio.document, studio.evaluator, studio.looking, studio.samples, studio.inspection, studio.data, studio.jobs,
        studio.notices, studio.workspaces.widget,
    )  # fmt: skip
    page.sight_changed.connect(studio.live_maps.look_again)
    page.every_layer.connect(lambda: studio.intents.ask(ExplainNetwork()))
    return page


def _stops(_studio: Studio, page: EvaluatePage) -> list[Stop]:
    from cnnstudio.ui.evaluate.page import RESULTS

    if page.tab != RESULTS:
        return [
            Stop(page.bar, first=lambda: page.choice),
            Stop(page.taking.sliders, first=lambda: page.taking.first),
            Stop(page.taking.pages),
            Stop(page.taking.pad, first=lambda: page.taking.pad),
        ]
    if page.pages.currentWidget() is page.empty:
        return [Stop(page.empty, first=lambda: page.main)]
    return [
        Stop(page.bar, first=lambda: page.button),
        Stop(page.how_good, first=lambda: page.how_good.classes),
        Stop(page.confusions, first=lambda: page.confusions.matrix),
        Stop(page.confusions.pages, first=page.beside_first),
        Stop(page.where, first=lambda: page.where.stack.currentWidget()),
    ]


def _test(studio: Studio) -> None:
    """Test the network and show what came out."""
    studio.workspaces.go_to(EVALUATE.name)
    studio.evaluator.begin()


def _report(studio: Studio) -> None:
    """Ask where the report goes, after a test where there was none of this network."""
    studio.workspaces.go_to(EVALUATE.name)
    button = studio.get(EVALUATE).report
    if studio.evaluator.current:
        button.choose()
    else:
        studio.evaluator.begin(button.choose)


def _offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="test", section="Train", text="Test on the test images", do=lambda: _test(studio),
            help="How often it is right on images that training never sees, and what it takes for what",
            words="evaluate accuracy confusion matrix mistakes wrong", slot=Slot("Train", 1, 0),
        ),
        Command(
            id="mistake", section="Train", text="Show an image it got wrong", do=studio.evaluator.show_mistake,
            help="Look at a test image that the network takes for something else",
            words="wrong mistake error misclassified", slot=Slot("Train", 1, 1),
        ),
        Command(
            id="report", section="Files", text="Report…", do=lambda: _report(studio), slot=Slot("File", 2, 3),
            help="What a test found, what it gets wrong and where it looked, on one page: HTML or PDF",
            words="html pdf print evaluation summary document",
        ),
        MouseGesture("Train", "In Evaluate: where it looked, for a class", "A, 1 … 9"),
    )  # fmt: skip


EVALUATE: Workspace[Studio, EvaluatePage] = Workspace(
    name="Evaluate",
    help="How good it is, what it gets wrong, and why",
    words="test accuracy precision recall confusion matrix mistakes",
    make=_make,
    when="soon",
    modules=("cnnstudio.ui.evaluate.page",),
    main=lambda page: page.main,
    stops=_stops,
    watches=lambda page, graph: page.nodes_in_sight(graph),
    offers=_offers,
    shutdown=lambda page: page.shutdown(),
)

#: what this folder declares
DECLARED: tuple[Part[Studio, EvaluatePage], ...] = (EVALUATE,)
