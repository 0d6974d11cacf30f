"""One document's studio: what its parts share, handed to each of them as one value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cnnstudio.nn.graph.graph import Graph
from cnnstudio.project.project import Project
from cnnstudio.ui.commands.table import CommandTable
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.epoch_time import EpochTime
from cnnstudio.ui.run.evaluation import Evaluator
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.ui.run.map_requests import LiveMaps, Looker
from cnnstudio.ui.run.rate_search import RateSearch
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.run.samples import Samples
from cnnstudio.ui.run.threads import chosen_threads
from cnnstudio.ui.studio.ahead import Ahead, pieces_of
from cnnstudio.ui.studio.declared import Bar, Panel, Part, Place, Stop, Workspace
from cnnstudio.ui.studio.intents import Intents
from cnnstudio.ui.studio.side_panels import SidePanels
from cnnstudio.ui.studio.workspaces import Workspaces
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.inspection import Inspection
from cnnstudio.worker.jobs import Jobs
from cnnstudio.worker.training.session import TrainingSession

T = TypeVar("T")
#: the matter of the best weights being looked at no more
_BEST = "best"


class Studio(QObject):
    """The document, its worker, and the parts that were declared, each made once. Nothing in it is shared with another
    window; ``window`` is only what dialogs and sheets lie over."""

    def __init__(self, window: QWidget, project: Project, path: Path | None, parts: Sequence[Part[Any, Any]]) -> None:
        super().__init__(window)
        self.window = window
        self.threads = chosen_threads
        self.notices = Notices(window)
        self.document = Document(project, path, window)
        self.jobs = Jobs(window)
        self.session = TrainingSession(self.jobs, window)
        self.inspection = Inspection(window)
        self.data = DataSource(self.document, self.jobs, self.notices, window)
        self.samples = Samples(self.data, self.inspection, window)
        self.looking = Looking(self.document, self.session, self.data, self.inspection, window)
        self.live_maps = LiveMaps(self.looking, self.inspection, window)
        self.run_control = RunControl(
            self.document, self.session, self.data, self.notices, window, threads=self.threads
        )
        self.epoch_time = EpochTime(self.document, self.data, self.session, self.threads, window)
        self.evaluator = Evaluator(self.run_control, self.looking, self.samples, self.jobs, self.notices, window)
        self.rate_search = RateSearch(self.run_control, self.jobs, self.notices, window)
        self.intents = Intents()
        self.commands = CommandTable(window)
        self.declared = tuple(parts)
        self._panels: dict[Place, list[Panel[Any, Any]]] = {}
        for part in self.declared:
            if isinstance(part, Panel):
                self._panels.setdefault(part.place, []).append(part)
        self._parts: dict[Part[Any, Any], Any] = {}
        self._making: list[Part[Any, Any]] = []
        workspaces = [part for part in parts if isinstance(part, Workspace)]
        self.workspaces = Workspaces(workspaces, self.get, self)
        self.side_panels = SidePanels(self.workspaces, self.workspaces.around)
        self.ahead = Ahead(window, pieces_of(parts, self.get), lambda: self.session.active)

    def begin(self) -> None:
        """Make what is made at once, and let all say what they offer and answer."""
        for part in self.declared:
            if part.answers is not None:
                part.answers(self, self.intents)
        for part in self.declared:
            if part.when == "at once" and not isinstance(part, Workspace):
                self.get(part)
        self.commands.add(*self.workspaces.commands())
        for part in self.declared:
            self.commands.add(*part.offers(self))
        for signal in (self.document.selection_changed, self.workspaces.changed):
            signal.connect(self.live_maps.look_again)
            signal.connect(self._refresh_commands)
        history = (self.document.history_changed, self.document.became, self.document.opened)
        for signal in (*history, self.run_control.changed):
            signal.connect(self._refresh_commands)
        self.looking.changed.connect(self._looked_at)
        self.looking.left_best.connect(self._left_best)
        self.looking.took_best.connect(self._took_best)
        self.commands.refresh()

    def _looked_at(self, now: LookedAt) -> None:
        """What can be done is known; newer weights of a run change nothing of it."""
        if now.best:
            self.notices.settle(_BEST)
        if not now.live:
            self._refresh_commands()

    def _refresh_commands(self) -> None:
        """Find out what can be done now: once for an edit, when all who follow it have heard of it."""
        if not self.document.becoming:
            self.commands.refresh()

    def _left_best(self) -> None:
        self.notices.tell(
            "Training goes on from the last weights, not from the best, which were looked at.", about=_BEST
        )

    def _took_best(self) -> None:
        self.notices.tell(
            "The best weights, as you have changed them, take the place of the last ones. Undo brings those back.",
            about=_BEST,
        )

    # parts

    def get(self, part: Part[Studio, T]) -> T:
        """What a part is in this window; it is made now if it is not there yet.

        Raises:
            LookupError: nobody declared it in this window.
            RuntimeError: parts need each other to be made.
        """
        if part not in self._parts:
            if part not in self.declared:
                raise LookupError(f"“{part.name}” is no part of this window.")
            if part in self._making:
                raise RuntimeError(f"“{part.name}” needs itself to be made: {[other.name for other in self._making]}.")
            self._making.append(part)
            try:
                made = part.make(self)
            finally:
                self._making.remove(part)
            self._parts[part] = made
            if part.watches is not None:
                self.live_maps.watch(self._looker(part, made))
        found: T = self._parts[part]
        return found

    def made(self, part: Part[Any, Any]) -> bool:
        """Whether a part is there already."""
        return part in self._parts

    def panels(self, *places: Place) -> list[Panel[Any, Any]]:
        """The panels that go to these places: place after place, in each as they were declared."""
        return [panel for place in places for panel in self._panels.get(place, ())]

    def stops(self, *places: Place) -> list[Stop]:
        """Where F6 halts in the panels at these places that are made, and in the row that a bar has besides."""
        made = [(panel, self._parts[panel]) for panel in self.panels(*places) if panel in self._parts]
        rows = [Stop(panel.row(part)) for panel, part in made if isinstance(panel, Bar)]
        return [*rows, *(_stop(panel, part) for panel, part in made)]

    def shutdown(self) -> None:
        """End all workers, those of the parts first, though one should fail. Safe to call twice."""
        with ExitStack() as ends:
            for worker in (self.inspection, self.session, self.run_control.verdict):
                ends.callback(worker.shutdown)
            for part, made in self._parts.items():
                if part.shutdown is not None:
                    ends.callback(part.shutdown, made)

    def _looker(self, part: Part[Studio, T], made: T) -> Looker:
        watches = part.watches
        assert watches is not None

        def look(graph: Graph) -> Iterable[str] | None:
            """Nothing is seen of a window that is a symbol on a task bar."""
            return None if self.window.isMinimized() else watches(made, graph)

        return look


def _stop(panel: Panel[Studio, T], made: T) -> Stop:
    return panel.stop(made) if panel.stop is not None else Stop(panel.widget(made))
