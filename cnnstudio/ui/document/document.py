"""The document: one project, its undo history and what is selected.

Views never change it piecemeal. They build a new design and hand it to ``Document.edit``; the document pushes
one undo command that holds both values and says ``changed(before, after)``, from which each view redraws.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cnnstudio.design.value.design import Design
from cnnstudio.files.stamp import Stamp
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.project.project import Project
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.history import History
from cnnstudio.ui.document.kept_weights import overlaid, trained_here, weights_for

Selection = frozenset[str]

#: edits with the same merge key become one undo step while the pauses between them are shorter than this
BURST_SECONDS = 1.5
#: further back nobody looks for what is worth undoing to
FAR_BACK = 20


class Document(QObject):
    """A project being edited.

    ``changed`` carries the projects before and after any change, ``selection_changed`` the ids of the
    selected nodes. By the time either is emitted, project and selection agree with each other.
    """

    changed = Signal(object, object)
    selection_changed = Signal(object)
    #: another project is about to be shown; ``changed`` follows
    opened = Signal()
    #: what undo and redo would do may have changed
    history_changed = Signal()
    #: all who follow the project have heard of another one
    became = Signal()
    saved_changed = Signal()
    #: the document has just been written to its file
    written = Signal()
    path_changed = Signal()

    def __init__(
        self,
        project: Project,
        path: Path | None = None,
        parent: QObject | None = None,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(parent)
        self._project = project
        self._path = path
        self._selection: Selection = frozenset()
        self._clock = clock
        self._last_edit: _Edit | None = None
        self._last_edit_at = 0.0
        self._weights_unsaved = False
        self._trained: Snapshot | None = None
        self._was_modified = False
        #: those who follow the project are being told of another one
        self.becoming = False
        self._own: _Whole | None = None
        self._guest_kept = False
        #: what its file was when it was opened or last saved here; None where that is not known
        self.on_disk: Stamp | None = None
        self.history = self._new_history()

    @property
    def project(self) -> Project:
        """The value as it is now."""
        return self._project

    @property
    def path(self) -> Path | None:
        """The file it was opened from or last saved to."""
        return self._path

    @property
    def selection(self) -> Selection:
        """Ids of the selected nodes; all of them are in the graph."""
        return self._selection

    @property
    def modified(self) -> bool:
        """Whether closing now would lose an edit or trained weights."""
        kept = self.guest_kept and self._path is None
        return not kept and (self._weights_unsaved or not self.history.is_clean())

    @property
    def guest(self) -> bool:
        """Whether a project is shown that is not the user’s own; theirs is set aside."""
        return self._own is not None

    @property
    def guest_kept(self) -> bool:
        """Whether whoever has lent what is shown keeps what is made of it."""
        return self.guest and self._guest_kept

    @property
    def own_path(self) -> Path | None:
        """The file of the user’s own project, shown or set aside."""
        return self._path if self._own is None else self._own.path

    @property
    def own_on_disk(self) -> Stamp | None:
        """What the file of the user’s own project, shown or set aside, was when it was opened or last saved here."""
        return self.on_disk if self._own is None else self._own.on_disk

    @property
    def own(self) -> tuple[Project, Path | None, bool]:
        """The user’s own project, shown or set aside, its file, and whether it has anything that is not saved."""
        if self._own is None:
            return self._project, self._path, self.modified
        return self._own.project, self._own.path, self._own.weights_unsaved or not self._own.history.is_clean()

    def edit(
        self,
        what: str | Sentence,
        design: Design,
        *,
        merge: str = "",
        select: Iterable[str] | None = None,
        pause: float = BURST_SECONDS,
    ) -> None:
        """Make ``design`` the current one as one undo step; ``what`` says what was done, as a template with
        its values (``Sentence("Move {name}", name=…)``) or a literal.

        Edits with the same non-empty ``merge`` key that follow each other in one burst, with less than ``pause``
        seconds between them, are one step. ``select`` is the selection after the edit; without it the selection
        stays. An equal design pushes nothing.
        """
        after_selection = self._selection if select is None else frozenset(select)
        if design == self._project.design:
            self.select(after_selection)
            return
        if merge and self._can_merge(merge, pause):
            self._merge(design, after_selection)
            return
        edit = _Edit(
            Sentence(what), merge, self._project, self._project.edited(design), self._selection, after_selection
        )
        self._last_edit = edit
        self.history.push(edit)
        self._last_edit_at = self._clock()

    @property
    def to_undo(self) -> Sentence | None:
        """What undo would take back; it is put into words where it is shown."""
        return self._done(self.history.index() - 1)

    @property
    def to_redo(self) -> Sentence | None:
        """What redo would do again."""
        return self._done(self.history.index())

    def _done(self, place: int) -> Sentence | None:
        if not 0 <= place < self.history.count():
            return None
        return self.history.step(place).what

    def end_burst(self) -> None:
        """The gesture is over: the next edit is a step of its own, whatever its merge key."""
        self._last_edit = None

    def select(self, nodes: Iterable[str]) -> None:
        """Select exactly these nodes; ids that are not in the graph are left out."""
        graph = self._project.design.graph
        selection = frozenset(node for node in nodes if node in graph)
        if selection != self._selection:
            self._selection = selection
            self.selection_changed.emit(selection)

    def trained(self, run: Run, weights: Snapshot) -> None:
        """Take over what a run has learned so far, without an undo step.

        Where the design was edited meanwhile, only the arrays that still fit are taken.
        """
        snapshot = overlaid(self._project.weights, weights)
        self.end_burst()
        self._weights_unsaved = True
        self._trained = weights
        design = self._project.design
        if design.recipe.data == run.design.recipe.data and design.classes != run.design.classes:
            design = design.with_changes(classes=run.design.classes)  # what the data calls them is no edit
        self._become(self._project.with_changes(design=design, weights=snapshot, run=run), self._selection)
        self._tell_modified()

    def reset_weights(self, *, new_seed: bool = False) -> None:
        """Begin anew from the recipe's seed, or from the one after it, as one undo step; the run's figures go with the
        weights. What is locked stays."""
        before, selection, what = self._project, self._selection, Sentence("Reset weights")
        if new_seed:
            recipe = before.design.recipe
            seed = (recipe.seed + 1) % (1 << 63)
            before = before.with_changes(design=before.design.with_changes(recipe=recipe.replace(seed=seed)))
            what = Sentence("Reset weights to seed {seed}", seed=seed)
        edit = _Edit(what, "", self._project, before.reset(), selection, selection, exact=True)
        self.end_burst()
        self.history.push(edit)

    def change_weights(self, what: str | Sentence, weights: Snapshot, design: Design | None = None) -> None:
        """Give the network other weights, as one undo step: what was made of some by hand belongs to no run, see
        ``Snapshot.changed``.

        They must have the layout of the current ones, and nobody may write to them afterwards; ``design`` may bring
        other locks.
        """
        after = self._project.with_changes(weights=weights, design=design or self._project.design)
        self.end_burst()
        selection = self._selection
        self.history.push(_Edit(Sentence(what), "", self._project, after, selection, selection, exact=True))

    def steps_back(self) -> int:
        """How many times undo has to be done until the network that was trained last is there again; 0 if it is too far
        away or never was."""
        history, run = self.history, self._project.run
        if run is None:
            return 0
        for steps in range(1, min(history.index(), FAR_BACK) + 1):
            edit = history.step(history.index() - steps)
            if edit.exact and (edit.before.run is None or edit.before.run.id != run.id):
                return 0  # there the figures were those of another run
            if trained_here(edit.before, run, self._trained):
                return steps
        return 0

    def open(self, project: Project, path: Path | None, on_disk: Stamp | None = None) -> None:
        """Show another project; history and selection begin anew. ``on_disk`` is what its file was when it was read."""
        before, had_selection = self._project, bool(self._selection)
        if self._own is not None:
            self.history = self._own.history
            self._own = None
        self.end_burst()
        self._project, self._selection, self._weights_unsaved = project, frozenset(), False
        self._trained = None
        self.history.clear()
        self.on_disk = on_disk
        self._set_path(path)
        self.opened.emit()
        self.changed.emit(before, project)
        if had_selection:
            self.selection_changed.emit(self._selection)
        self._tell_modified()

    def new(self, project: Project) -> None:
        """Show a project that has no file yet."""
        self.open(project, None)

    def lend(self, project: Project, *, kept: bool = False) -> None:
        """Show a project that is not the user’s own, with a history of its own and no file. Theirs is set aside as it
        is, with its history, weights and file, until ``give_back``. ``kept`` says that what is made of the lent one is
        kept by whoever lends it: then nothing of it is unsaved."""
        if self._own is None:
            selection, history = self._selection, self.history
            unsaved, trained = self._weights_unsaved, self._trained
            self._own = _Whole(self._project, self._path, self.on_disk, selection, history, unsaved, trained)
        self._guest_kept = kept
        self._become_whole(_Whole(project, None, None, frozenset(), self._new_history(), False, None))

    def keep_guest(self, kept: bool) -> None:
        """Whoever has lent what is shown can keep what is made of it from now on, or cannot."""
        if kept != self._guest_kept:
            self._guest_kept = kept
            self._was_modified = self.modified
            self.saved_changed.emit()

    def give_back(self) -> None:
        """Show the user’s own project again, exactly as it was set aside. No effect where it is shown."""
        own, self._own = self._own, None
        if own is not None:
            self._become_whole(own)

    def _become_whole(self, whole: _Whole) -> None:
        self.end_burst()
        self.history = whole.history
        self._weights_unsaved, self._trained = whole.weights_unsaved, whole.trained
        self.on_disk = whole.on_disk
        self._set_path(whole.path)
        self.opened.emit()
        self._become(whole.project, whole.selection)
        self._tell_history()

    def _new_history(self) -> History[_Edit]:
        return History(self._travel, self._tell_history)

    def saved(self, project: Project, path: Path, on_disk: Stamp | None = None) -> None:
        """``project`` has been written to ``path``, which is ``on_disk`` now; if it is the current one, nothing is left
        to save."""
        self.on_disk = on_disk
        self._set_path(path)
        if project is self._project:
            self._weights_unsaved = False
            self.end_burst()
            self.history.set_clean()
        self.written.emit()

    def moved(self, path: Path) -> None:
        """The document's file has another name now."""
        self._set_path(path)

    def mark_unsaved(self) -> None:
        """What is shown was never saved like this, whatever its file holds."""
        self._weights_unsaved = True
        self._tell_modified()

    def _set_path(self, path: Path | None) -> None:
        if path != self._path:
            self._path = path
            self.path_changed.emit()

    def _can_merge(self, merge: str, pause: float) -> bool:
        last, history = self._last_edit, self.history
        return (
            last is not None
            and last.merge == merge
            and not history.can_redo()
            and not history.is_clean()
            and self._clock() - self._last_edit_at < pause
        )

    def _merge(self, design: Design, selection: Selection) -> None:
        last = self._last_edit
        assert last is not None
        self._last_edit_at = self._clock()
        if design == last.before.design:
            before = last.before
            self.end_burst()
            self.history.drop()  # back where the burst began
            self._become(before, selection)
            return
        # From the project before the burst: passing through a shape that does not fit costs no weights.
        project = last.before.edited(design)
        last.after, last.selection_after = project, selection
        self._become(project, selection)

    def _travel(self, edit: _Edit, forward: bool) -> None:
        """Undo or redo ``edit``, which remembers the weights that are left behind."""
        current = self._project
        target = self._after(edit, current) if forward else self._before(edit, current)
        selection = edit.selection_after if forward else edit.selection_before
        left = current.with_changes(design=(edit.before if forward else edit.after).design)
        if forward:
            edit.before = left
        else:
            edit.after = left
        self._become(target, selection)

    def _before(self, edit: _Edit, current: Project) -> Project:
        return edit.before if edit.exact else self._with_weights(edit.before, current)

    def _after(self, edit: _Edit, current: Project) -> Project:
        return edit.after if edit.exact else self._with_weights(edit.after, current)

    def _with_weights(self, target: Project, current: Project) -> Project:
        return target.with_changes(weights=weights_for(target, current, self._trained), run=current.run)

    def _become(self, project: Project, selection: Selection) -> None:
        before, graph = self._project, project.design.graph
        selected = frozenset(node for node in selection if node in graph)
        selection_changed = selected != self._selection
        self._project, self._selection = project, selected
        self.becoming = True
        try:
            self.changed.emit(before, project)
            if selection_changed:
                self.selection_changed.emit(selected)
        finally:
            self.becoming = False
        self.became.emit()

    def _tell_history(self) -> None:
        self.history_changed.emit()
        self._tell_modified()

    def _tell_modified(self) -> None:
        if self.modified != self._was_modified:
            self._was_modified = self.modified
            self.saved_changed.emit()


@dataclass(frozen=True)
class _Whole:
    """All there is of a project being edited, to be set aside and brought back."""

    project: Project
    path: Path | None
    on_disk: Stamp | None
    selection: Selection
    history: History[_Edit]
    weights_unsaved: bool
    trained: Snapshot | None


@dataclass(eq=False)
class _Edit:
    """One undo step: projects and selections on both sides. An ``exact`` step is about the weights."""

    what: Sentence
    merge: str
    before: Project
    after: Project
    selection_before: Selection
    selection_after: Selection
    exact: bool = False
