"""The images a design learns from: loaded beside the work, the first of them at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal

from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.downloads.published import PUBLISHED
from cnnstudio.data.drawn.flaws import NONE
from cnnstudio.data.library import BUILTIN, choices_of, open_data, preview, stored, with_changes
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import Split
from cnnstudio.data.wording.found import notice_words
from cnnstudio.files.plain import exists, expanded
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount, bytes_text
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.telling.notices import REFUSED, Kind, Notices
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, JobFailed, Jobs, Steps

#: the matters that notices here are about: what came of opening data, and where the design’s own are
OPENED, PLACE = "data opened", "data’s place"


@dataclass(frozen=True, eq=False)
class Opened:
    """A whole data set as it is in its files, and with the changes of a choice made."""

    unchanged: DataSet
    data: DataSet


class DataSource(QObject):
    """Follows ``recipe.data`` of the document.

    ``sample`` is what can be shown now (a preview, then the whole set), ``dataset`` the whole set once it is
    there, ``unchanged`` the same without somebody's changes to labels and parts. ``changed`` is emitted whenever one of
    them is new. Of a set that is drawn, only the preview is made for a lesson's network, which is looked at before
    anything else, until somebody needs all of it.
    """

    changed = Signal()
    #: (source): somebody wants to say where the images are that are not at this path any more, see ``find``
    place_asked = Signal(str)
    #: (source): somebody wants to say how data are read that cannot be read as they are by themselves
    choices_asked = Signal(str)
    _previewed = Signal(object, object)

    def __init__(self, document: Document, jobs: Jobs, notices: Notices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._jobs = jobs
        self._notices = notices
        self.choice: DataChoice | None = None
        self.sample: DataSet | None = None
        self.dataset: DataSet | None = None
        self.unchanged: DataSet | None = None
        self.job: Job | None = None
        self._known: dict[DataChoice, Opened] = {}
        #: whether the first pictures of the choice are enough so far
        self._first_only = False
        self._waiting: list[Callable[[], object]] = []
        self._previewed.connect(self._take_preview, Qt.ConnectionType.QueuedConnection)
        document.changed.connect(self._follow)

    @property
    def title(self) -> str:
        """What to call the data, loaded or not."""
        flawed = self.choice is not None and dict(self.choice.choices).get("flaw", NONE) != NONE
        return flawed_title(self.source) if flawed else title_of(self.source)

    @property
    def source(self) -> str:
        """Where the data comes from: a built-in set's name or a path; "" before any is looked for."""
        return self.choice.source if self.choice is not None else ""

    @property
    def split(self) -> Split:
        """What validation gets of the data."""
        return self._document.project.design.recipe.data.split

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Height, width and channels; () while nobody knows."""
        return tuple(self.sample.image_shape) if self.sample is not None else ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes; () while nobody knows. For what the network answers see ``LookedAt.classes``."""
        return tuple(self.sample.classes) if self.sample is not None else ()

    @property
    def fingerprint(self) -> str:
        """Of the images as they are now; "" until all of them are there."""
        return self.dataset.fingerprint if self.dataset is not None else ""

    @property
    def missing(self) -> str:
        """What the data is called that could not be opened; "" while it is there or on its way."""
        return self.title if self.sample is None and self.job is None else ""

    def load(self) -> None:
        """Begin with the document's data; afterwards every change of it is followed."""
        if not self._jobs.closed:  # a window may be gone again before it has begun
            self._follow()

    def need_all(self) -> None:
        """Have all pictures made, where the first ones were enough so far."""
        if self._first_only and not self._jobs.closed:
            self._first_only = False
            if self.job is None:
                self._begin()
                self.changed.emit()

    def when_all_are_there(self, action: Callable[[], object]) -> None:
        """Call ``action`` once all pictures are there, at once if they are; never where the design turns to others
        before, or they cannot be had."""
        if self.dataset is not None:
            action()
        elif not self.missing:
            self._waiting.append(action)
            self.need_all()

    def choose_flawed(self, source: str, flaw: str) -> None:
        """Make the design learn from a built-in set with a flaw in it (see ``drawn/flaws.py``), or again without."""
        self._notices.settle(OPENED, REFUSED)
        choices = () if flaw == NONE else (("flaw", flaw),)
        self._put(DataChoice(source, choices, split=self.split))

    def choose(self, source: str) -> None:
        """Make the design learn from other data, as one undoable edit, once it is known that they can be read."""
        self._notices.settle(OPENED, REFUSED)
        if source in BUILTIN and self.choice is not None and self.choice.choices:
            self.choose_flawed(source, NONE)  # as it is drawn
            return
        choice = DataChoice(source)
        if source in BUILTIN or choice in self._known:
            self._edit(source)
            return
        job = self._jobs.submit(told("reading", source=title_of(source)), _loading(choice))
        job.done.connect(lambda found: self._chosen(found))
        job.failed.connect(partial(self._not_chosen, source))

    def ask_for(self, lost: str) -> None:
        """Ask where the images are that the design looks for at a path where nothing is, or whether to fetch them."""
        found = PUBLISHED.get(lost)
        here = f"There are no images at {lost}, where this design looks for them."
        self._notices.tell(
            here if found is None else f"This design learns from {found.title}, which is not on this computer yet.",
            "warning",
            action_title="Find it…" if found is None else f"Fetch it ({bytes_text(found.size)})",
            action=lambda: self.place_asked.emit(lost),
            about=PLACE,
        )

    def look_again(self) -> None:
        """Open the design's data if they were not there before."""
        if self.missing:
            self.choice = None
            self._follow()

    def find(self, lost: str, place: str) -> None:
        """Take the images from this place instead of the one where they were. Those that the last run learned from are
        known by their fingerprint and taken without a word; the run goes on with them."""
        choice = self._document.project.design.recipe.data.pictures.replace(source=place)
        job = self._jobs.submit(told("reading", source=title_of(place)), _loading(choice))
        job.done.connect(lambda found: self._found(lost, choice, found))
        job.failed.connect(lambda failure: self._not_found(lost, failure))

    def _found(self, lost: str, choice: DataChoice, found: Opened) -> None:
        project, dataset = self._document.project, found.data
        data = project.design.recipe.data
        if data.source != lost:  # meanwhile other data was chosen
            return
        moved = choice.replace(source=dataset.source)
        self._known[moved] = found
        self._put(moved.replace(split=data.split))
        if project.run is None or project.run.step == 0:
            self.tell_chosen(dataset)
            return
        if dataset.fingerprint != project.run.data:
            self._notices.tell(
                f"{title_of(dataset.source)} holds other images than those the network has learned from: training "
                "begins a new run.",
                "warning",
                about=OPENED,
            )

    def _not_found(self, lost: str, failure: Failure) -> None:
        self._tell(failure)
        if self._document.project.design.recipe.data.source == lost:
            self.ask_for(lost)

    def _chosen(self, found: Opened) -> None:
        self._known[DataChoice(found.data.source)] = found
        self._edit(found.data.source)
        self.tell_chosen(found.data)

    def know(self, choice: DataChoice, dataset: DataSet) -> None:
        """Data without changes that somebody else has opened: a design that is to learn from them has them at once."""
        self._known[choice.pictures] = Opened(dataset, dataset)

    def tell_chosen(self, dataset: DataSet) -> None:
        """Say what the design learns from now."""
        kept = dataset.validation
        validation = " and validation" if kept is None else f", {thousands(len(kept))} for validation"
        images = f"{amount(len(dataset.train), 'image')} for training{validation}"
        images = f"{images}, {thousands(len(dataset.test))} for the test"
        told = f"The design now learns from {title_of(dataset.source)}: {images}."
        kind: Kind = "warning" if dataset.left_out else "good"
        self._notices.tell(f"{told} {notice_words(dataset)}".rstrip(), kind, about=OPENED)

    def _not_chosen(self, source: str, failure: Failure) -> None:
        """Say why; of a table the column of the classes can be named."""
        with suppress(DataError):
            if not failure.bug and any(about.name == "label_column" for about in choices_of(source).settings()):
                self._notices.tell(
                    worded(failure.sentence), "error", action_title="Say how it is read…",
                    action=lambda: self.choices_asked.emit(source), about=REFUSED,
                )  # fmt: skip
                return
        self._tell(failure)

    def _edit(self, source: str) -> None:
        self._put(self._document.project.design.recipe.data.taken_from(source))

    def _put(self, data: DataChoice) -> None:
        design = self._document.project.design
        self._document.edit("Choose data", design.with_changes(recipe=design.recipe.replace(data=data)))

    def _follow(self) -> None:
        choice = self._document.project.design.recipe.data.pictures
        if choice == self.choice:
            if not self._document.guest:
                self.need_all()
            return
        self._waiting.clear()
        self._notices.settle(PLACE, OPENED)  # about other images
        if self.job is not None:
            self.job.cancel()
        before, self.choice, self.job = self.choice, choice, None
        known = self._known.get(choice)
        if known is None and before is not None and choice.unchanged == before.unchanged:
            self.dataset = None  # only changes differ: what is shown stays until they are made
        else:
            self.sample = self.dataset = known.data if known is not None else None
            self.unchanged = known.unchanged if known is not None else None
        self._first_only = known is None and self._document.guest and choice.source in BUILTIN
        if known is None:
            self._begin()
        self.changed.emit()

    def _begin(self) -> None:
        choice = self.choice
        assert choice is not None
        work = _loading(choice, self._on_preview(choice), self._unchanged_of(choice), first_only=self._first_only)
        job = self.job = self._jobs.submit(told("preparing", source=title_of(choice.source)), work)
        job.done.connect(lambda found: self._loaded(choice, found) if found is not None else self._looked_into(job))
        job.failed.connect(lambda failure: self._failed(choice, failure))

    def _unchanged_of(self, choice: DataChoice) -> DataSet | None:
        """The data of a choice without its changes, where they are open already."""
        return next(
            (found.unchanged for known, found in self._known.items() if known.unchanged == choice.unchanged), None
        )

    def _on_preview(self, choice: DataChoice) -> Callable[[DataSet], None]:
        return lambda dataset: self._previewed.emit(choice, dataset)

    def _take_preview(self, choice: DataChoice, dataset: DataSet) -> None:
        if choice == self.choice and self.sample is None:
            self.sample = dataset
            self.changed.emit()

    def _looked_into(self, job: Job) -> None:
        """The first pictures are there."""
        if job is self.job:
            self.job = None
            if not self._first_only:  # meanwhile somebody needs the others
                self._begin()
            self.changed.emit()

    def _loaded(self, choice: DataChoice, found: Opened) -> None:
        self._known[choice] = found
        if choice == self.choice:
            self.job, self._first_only = None, False
            self.sample = self.dataset = found.data
            self.unchanged = found.unchanged
            self.changed.emit()
            actions, self._waiting = self._waiting, []
            for action in actions:
                action()

    def _failed(self, choice: DataChoice, failure: Failure) -> None:
        current = choice == self.choice
        if current and not failure.bug and _gone(choice.source):
            self.ask_for(choice.source)
        else:
            self._tell(failure)
        if current:
            self.job, self._first_only = None, False
            self._waiting.clear()
            if self.unchanged is not None:
                self.sample = None  # its changes are not those of the design
            self.changed.emit()

    def _tell(self, failure: Failure) -> None:
        if not failure.bug:
            self._notices.tell(worded(failure.sentence), "error", about=REFUSED)


def title_of(source: str) -> str:
    """A short name for a built-in or published set, or a path."""
    named = BUILTIN.get(source) or PUBLISHED.get(source)
    if named is not None:
        return named.title
    return Path(source).name or source


def flawed_title(source: str) -> str:
    """What a built-in set is called with a flaw planted in it, which this does not tell."""
    return f"{title_of(source)} with a flaw"


def _gone(source: str) -> bool:
    """Whether a path leads to nothing, or a published set is not here."""
    if (found := PUBLISHED.get(source)) is not None:
        return not found.is_here
    try:
        return source not in BUILTIN and not exists(expanded(source))
    except (OSError, RuntimeError, ValueError):  # it cannot be looked at, has no such user's home, or is no path
        return False


def _loading(
    choice: DataChoice,
    show: Callable[[DataSet], None] | None = None,
    unchanged: DataSet | None = None,
    *,
    first_only: bool = False,
) -> Callable[[Job], Steps]:
    """A job that shows the first images as soon as there are any, if they are wanted, and returns what it ``Opened``,
    or None where those were enough and all would have to be drawn; data that are open already need their changes
    only."""

    def work(job: Job) -> Steps:
        try:
            whole = unchanged or (stored(choice.source) if choice.unchanged == DataChoice(choice.source) else None)
            if whole is None:
                if show is not None and choice.source in BUILTIN:
                    show(preview(choice))
                    yield None
                if first_only and stored(choice.source) is None:
                    return None
                whole = open_data(choice.unchanged, job.report, job.cancelled)
            return Opened(whole, with_changes(whole, choice.changes))
        except (DataError, OSError) as error:
            raise JobFailed("{error}", error=error) from error

    return work
