"""The images a design learns from: loaded beside the work, the first of them at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from cnnstudio.data.dataset import Cancelled, DataError, DataSet
from cnnstudio.data.library import BUILTIN, open_data, preview, stored
from cnnstudio.data.split import Split
from cnnstudio.nn.arrays import thousands
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.telling.notices import Notice, Notices
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, JobCancelled, JobFailed, Jobs, Steps


class DataSource(QObject):
    """Follows ``recipe.data`` of the document.

    ``sample`` is what can be shown now (a preview, then the whole set), ``dataset`` the whole set once it is
    there. ``changed`` is emitted whenever either is new.
    """

    changed = Signal()
    #: (source): somebody wants to say where the images are that are not at this path any more, see ``find``
    place_asked = Signal(str)
    _previewed = Signal(object, object)

    def __init__(self, document: Document, jobs: Jobs, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._notices = notices
        self.source = ""
        self.sample: DataSet | None = None
        self.dataset: DataSet | None = None
        self.job: Job | None = None
        self._known: dict[str, DataSet] = {}
        self._question: Notice | None = None
        self._previewed.connect(self._take_preview, Qt.ConnectionType.QueuedConnection)
        document.changed.connect(self._follow)

    @property
    def title(self) -> str:
        """What to call the data, loaded or not."""
        return title_of(self.source)

    @property
    def split(self) -> Split:
        """What validation gets of the data."""
        return self._document.project.design.split

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Height, width and channels; () while nobody knows."""
        return tuple(self.sample.image_shape) if self.sample is not None else ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; () while nobody knows."""
        return tuple(self.sample.classes) if self.sample is not None else ()

    def load(self) -> None:
        """Begin with the document's data; afterwards every change of it is followed."""
        if not self._jobs.closed:  # a window may be gone again before it has begun
            self._follow()

    def choose(self, source: str) -> None:
        """Make the design learn from other data, as one undoable edit, once it is known that they can be read."""
        if source in BUILTIN or source in self._known:
            self._edit(source)
            return
        job = self._jobs.submit(f"Reading {title_of(source)}", _loading(source, lambda _: None))
        job.done.connect(lambda dataset: self._chosen(dataset))
        job.failed.connect(self._tell)

    def ask_for(self, lost: str) -> None:
        """Ask where the images are that the design looks for at a path where nothing is."""
        self._question = self._notices.tell(
            f"There are no images at {lost}, where this design looks for them.",
            "warning",
            action_title="Find it…",
            action=lambda: self.place_asked.emit(lost),
        )

    def find(self, lost: str, place: str) -> None:
        """Take the images from this place instead of the one where they were. Those that the last run learned from are
        known by their fingerprint and taken without a word; the run goes on with them."""
        job = self._jobs.submit(f"Reading {title_of(place)}", _loading(place, lambda _: None))
        job.done.connect(lambda dataset: self._found(lost, dataset))
        job.failed.connect(lambda failure: self._not_found(lost, failure))

    def _found(self, lost: str, dataset: DataSet) -> None:
        project = self._document.project
        if project.design.recipe.data != lost:  # meanwhile other data was chosen
            return
        if project.run is None or project.run.step == 0:
            self._chosen(dataset)
            return
        self._known[dataset.source] = dataset
        self._edit(dataset.source)
        if dataset.fingerprint != project.run.data:
            self._notices.tell(
                f"{title_of(dataset.source)} holds other images than those the network has learned from: training "
                "begins a new run.",
                "warning",
            )

    def _not_found(self, lost: str, failure: Failure) -> None:
        self._tell(failure)
        if self._document.project.design.recipe.data == lost:
            self.ask_for(lost)

    def _chosen(self, dataset: DataSet) -> None:
        self._known[dataset.source] = dataset
        self._edit(dataset.source)
        images = f"{thousands(len(dataset.train))} training and {thousands(len(dataset.test))} test images"
        told = f"The design now learns from {title_of(dataset.source)}: {images}."
        self._notices.tell(f"{told} {dataset.notice}".rstrip(), "warning" if dataset.left_out else "good")

    def _edit(self, source: str) -> None:
        design = self._document.project.design
        recipe = design.recipe.replace(data=source)
        self._document.edit("Choose data", design.with_changes(recipe=recipe))

    def _follow(self) -> None:
        source = self._document.project.design.recipe.data
        if source == self.source:
            return
        if self._question is not None:  # about other images
            self._notices.dismiss(self._question)
            self._question = None
        if self.job is not None:
            self.job.cancel()
        self.source, self.job = source, None
        self.sample = self.dataset = self._known.get(source)
        if self.dataset is None:
            job = self._jobs.submit(f"Preparing {title_of(source)}", _loading(source, self._on_preview(source)))
            job.done.connect(lambda dataset: self._loaded(source, dataset))
            job.failed.connect(lambda failure: self._failed(source, failure))
            self.job = job
        self.changed.emit()

    def _on_preview(self, source: str) -> Callable[[DataSet], None]:
        return lambda dataset: self._previewed.emit(source, dataset)

    def _take_preview(self, source: str, dataset: DataSet) -> None:
        if source == self.source and self.sample is None:
            self.sample = dataset
            self.changed.emit()

    def _loaded(self, source: str, dataset: DataSet) -> None:
        self._known[source] = dataset
        if source == self.source:
            self.job = None
            self.sample = self.dataset = dataset
            self.changed.emit()

    def _failed(self, source: str, failure: Failure) -> None:
        current = source == self.source
        if current and not failure.bug and _gone(source):
            self.ask_for(source)
        else:
            self._tell(failure)
        if current:
            self.job = None
            self.changed.emit()

    def _tell(self, failure: Failure) -> None:
        if not failure.bug:
            self._notices.tell(failure.sentence, "error")


def title_of(source: str) -> str:
    """A short name for a built-in set or a path."""
    if source in BUILTIN:
        return BUILTIN[source].title
    return Path(source).name or source


def _gone(source: str) -> bool:
    """Whether a path leads to nothing."""
    try:
        return source not in BUILTIN and not Path(source).expanduser().exists()
    except (OSError, RuntimeError, ValueError):  # it cannot be looked at, has no such user's home, or is no path
        return False


def _loading(source: str, show: Callable[[DataSet], None]) -> Callable[[Job], Steps]:
    """A job that shows the first images as soon as there are any and returns the whole set."""

    def work(job: Job) -> Steps:
        try:
            if (found := stored(source)) is not None:
                return found
            if source in BUILTIN:
                show(preview(source))
                yield None
            return open_data(source, job.report, job.cancelled)
        except Cancelled as cancelled:
            raise JobCancelled from cancelled
        except (DataError, OSError) as error:
            raise JobFailed(str(error)) from error

    return work
