"""Data: every picture there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnnstudio.data.dataset import Pixels
from cnnstudio.ui.panels.bars.declaration import DATA as CHIP
from cnnstudio.ui.run.samples import spoken
from cnnstudio.ui.studio.declared import Around, Part, Stop, Workspace
from cnnstudio.ui.studio.intents import ExplainLayer, ReviseData
from cnnstudio.ui.studio.studio import Studio

if TYPE_CHECKING:
    from cnnstudio.ui.data.data_page import DataPage
    from cnnstudio.ui.data.kept import KeptChanges


def _make(studio: Studio) -> DataPage:
    from cnnstudio.ui.data.data_page import DataPage

    page = DataPage(studio.document, studio.data, studio.looking, studio.jobs, studio.notices, studio.workspaces.widget)

    def explain(pixels: Pixels, label: int, tested: int) -> None:
        """In the layer that is selected, else in the first one that computes something."""
        if tested >= 0:
            studio.samples.leave_among()
            studio.samples.show_index(tested)
        else:
            studio.samples.show_picture(pixels, spoken(studio.data.classes, label))
        order = studio.document.project.design.graph.order
        selected = [node for node in order if node in studio.document.selection]
        if order:
            studio.intents.ask(ExplainLayer((selected or order[1:2] or order)[0]))

    menu = studio.get(CHIP).menu
    page.explain_asked.connect(explain)
    page.revising_asked.connect(lambda: studio.intents.ask(ReviseData()))
    page.none.folder_asked.connect(menu.open_folder)
    page.none.file_asked.connect(menu.open_file)
    page.none.download_asked.connect(menu.fetch)
    return page


def _stops(_studio: Studio, page: DataPage) -> list[Stop]:
    return [Stop(page.overview.classes), Stop(page.grid), Stop(page.card), Stop(page.none)]


DATA: Workspace[Studio, DataPage] = Workspace(
    name="Data",
    help="Look through the pictures: classes, what they are used for, one by one",
    make=_make,
    when="soon",
    modules=("cnnstudio.ui.data.data_page",),
    main=lambda page: page.main,
    around=lambda _studio, page: Around(page.overview, page.card),
    stops=_stops,
    shutdown=lambda page: page.shutdown(),
)


def _kept(studio: Studio) -> KeptChanges:
    from cnnstudio.ui.data.kept import KeptChanges

    return KeptChanges(studio.document, studio.data, studio.notices, studio.window)


KEPT: Part[Studio, KeptChanges] = Part(
    name="kept changes",
    make=_kept,
    when="soon",
    modules=("cnnstudio.ui.data.kept",),
    shutdown=lambda kept: kept.shutdown(),
)

#: what this folder declares
DECLARED = (DATA, KEPT)
