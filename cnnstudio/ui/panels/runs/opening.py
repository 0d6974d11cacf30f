"""Opening a kept run: as it stands now, at its best or as it began, and going on with one whose process died."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.kept.listing import ListedRun
from cnnstudio.project.kept.reopening import Moment, moments, reopened
from cnnstudio.project.project import Project
from cnnstudio.project.run_folder import open_elsewhere
from cnnstudio.ui.panels.runs.columns import title_of
from cnnstudio.ui.studio.intents import Intents, ShowProject
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.background import Background

TITLES: dict[Moment, str] = {"last": "As it stands", "best": "At its best epoch", "first": "As it began"}
#: the matter of a notice: a run could not be opened
_REFUSED = "run opened"


@dataclass(frozen=True, eq=False)
class _Found:
    """What came of reading a run."""

    title: str
    moment: Moment
    project: Project | FileFormatError
    train: bool


class RunOpener(QObject):
    """Reads a run beside the window, and asks for a window that shows it."""

    def __init__(self, intents: Intents, notices: Notices, parent: QObject) -> None:
        super().__init__(parent)
        self._intents, self._notices = intents, notices
        self._background = Background("Opening the run", self)
        self._background.answered.connect(self._show)

    def open(self, listed: ListedRun, moment: Moment = "last", *, train: bool = False) -> None:
        """Open a run as it was at a moment; where it has no state yet, as it began."""
        if open_elsewhere(listed.run.folder):
            self._notices.tell("This run is under way: it can be opened once it is stopped.", about=_REFUSED)
            return
        folder, title = listed.run.folder, title_of(listed)
        self._background.ask(lambda: _read(folder, title, moment, train))

    def offered(self, listed: ListedRun) -> list[tuple[str, Callable[[], object] | None]]:
        """What can be opened of a run now."""
        found: list[tuple[str, Callable[[], object] | None]] = []
        there = () if open_elsewhere(listed.run.folder) else moments(listed.run.folder)
        if not listed.run.ended and "last" in there:
            found.append(("Go on training", partial(self.open, listed, train=True)))
        return [*found, *((f"Open: {TITLES[moment].lower()}", partial(self.open, listed, moment)) for moment in there)]

    def shutdown(self) -> None:
        """Open nothing more. Safe to call twice."""
        self._background.shutdown()

    def _show(self, found: _Found) -> None:
        if isinstance(found.project, FileFormatError):
            self._notices.tell(worded(found.project), "error", about=_REFUSED)
            return
        self._notices.settle(_REFUSED)
        self._intents.ask(ShowProject(found.project, _said(found, found.project), found.train))


def _read(folder: Path, title: str, moment: Moment, train: bool) -> _Found:
    there = moments(folder)
    if moment == "last" and moment not in there and "first" in there:
        moment = "first"
    try:
        return _Found(title, moment, reopened(folder, moment), train)
    except FileFormatError as error:
        return _Found(title, moment, error, train)


def _said(found: _Found, opened: Project) -> str:
    step = thousands(opened.weights.step)
    if found.moment == "first":
        return f"“{found.title}” is open as it began. Training begins a new run from the same weights."
    if found.moment == "best":
        return f"“{found.title}” is open with its best weights, of step {step}. Training begins a new run from them."
    return f"“{found.title}” is open as it was after step {step}. Training goes on from there; it is the same run."
