"""The Runs panel: every kept run, found again, named and starred; what is selected is drawn over the curves."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, QSize, Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QMenu, QPushButton, QVBoxLayout, QWidget

from cnnstudio.nn.telling.phrases import amount
from cnnstudio.project.kept import notes
from cnnstudio.project.kept.groups import ReadRun, grouped
from cnnstudio.project.kept.listing import ListedRun, RunList
from cnnstudio.project.kept.removed import Removed, sweep_removed
from cnnstudio.project.run_folder import open_elsewhere
from cnnstudio.ui.look import dressing
from cnnstudio.ui.look.labels import label, on_ground, plain_tip
from cnnstudio.ui.panels.curves.curves import CurvesPanel
from cnnstudio.ui.panels.curves.plot_view import train_colour
from cnnstudio.ui.panels.runs.colours import run_colour
from cnnstudio.ui.panels.runs.columns import NAME, NOTE, title_of
from cnnstudio.ui.panels.runs.curves_of_run import export_curves_of
from cnnstudio.ui.panels.runs.difference_sheet import open_difference
from cnnstudio.ui.panels.runs.drawn import MOST, ReadRuns, drawing
from cnnstudio.ui.panels.runs.opening import RunOpener
from cnnstudio.ui.panels.runs.runs_model import RunsModel
from cnnstudio.ui.panels.runs.runs_table import RunsTable
from cnnstudio.ui.panels.runs.seeds import Seeds, open_seeds
from cnnstudio.ui.panels.runs.seeds_words import seeds_text
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.studio.intents import Intents
from cnnstudio.ui.telling.notices import Notice, Notices
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.fields.text_undo import TextUndo
from cnnstudio.worker.background import Background

#: milliseconds between two looks at what lies on the disk
AGAIN = 2000
#: more than this part of the time is not spent on that
SHARE = 0.01
#: milliseconds between two looks at how far seeds have come
POLL = 200
_NOTHING_KEPT = "Its weights have been removed"
_UNDER_WAY = "It is under way: stop it first"
#: what a menu offers; None of what only stands there
Offer = tuple[str, Callable[[], object] | None]
_COMPARE = "In what two runs differ: design, recipe and result."
_EMPTY = "Every run is kept by itself, with its design, recipe and curves. Train, and it is listed here."


class RunsPanel(QWidget):
    """Reads the list beside the window, and again while it is seen."""

    def __init__(
        self,
        run_control: RunControl,
        looking: Looking,
        curves: CurvesPanel,
        seeds: Seeds,
        intents: Intents,
        notices: Notices,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        on_ground(self, "panel")
        self._run_control, self._looking, self._notices = run_control, looking, notices
        self.curves, self.seeds = curves, seeds
        self._list, self._reads = RunList(), ReadRuns()
        #: the selected runs as they were last read, and the places of their colours
        self.read_runs: tuple[ReadRun, ...] = ()
        self._places: dict[Path, int] = {}
        self.intents, self.opener = intents, RunOpener(intents, notices, self)
        self._removed: list[tuple[Removed, Notice]] = []
        self._swept = False
        self.title = label("Runs", "title")
        self.search = QLineEdit()
        self.search.setPlaceholderText("Filter")
        self.search.setAccessibleName("Filter runs")
        self.search.setToolTip("Names, designs, data, states and notes in which each of these words is found")
        self.search.setClearButtonEnabled(True)
        TextUndo(self.search)
        self.counts = ElidedLabel()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.title)
        head.addWidget(self.search, 1)
        self.more_seeds = _button(
            "Seeds…", "Train the recipe with several seeds, to see how much is luck", self.ask_seeds
        )
        self.how_far, self.stop = (
            ElidedLabel(),
            _button("Stop", "End the run under way, and begin no other", seeds.stop),
        )
        self.model = RunsModel(self)
        self.table = RunsTable(self.model)
        self.verdict = label("", "secondary", wrap=True)
        self.verdict.hide()
        self.empty = label(_EMPTY, "soft", wrap=True)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.delete = _button("Delete", "Set the selected runs aside; Undo brings them back (Del)", self.remove)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self.counts, 1)
        foot.addWidget(self.how_far, 1)
        foot.addWidget(self.stop)
        foot.addWidget(self.more_seeds)
        self.means = _button(
            "Mean of seeds",
            "Draw runs that differ in their seeds alone as their mean, and the validation "
            "figures as a band from the lowest to the highest",
            self._draw,
        )
        self.means.setCheckable(True)
        self.open = _button("Open", "", bool)
        self._moments = QMenu(self.open)
        self._moments.aboutToShow.connect(lambda: self._fill(self._moments, self._of_opening()))
        self.open.setMenu(self._moments)
        self.compare = _button("Compare", "", self.show_difference)
        foot.addWidget(self.means)
        foot.addWidget(self.compare)
        foot.addWidget(self.open)
        foot.addWidget(self.delete)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.empty, 1)
        column.addWidget(self.verdict)
        column.addLayout(foot)
        self.search.textChanged.connect(self.model.search)
        self.search.textChanged.connect(self._count)
        self.model.noted.connect(self.note)
        self.table.chosen.connect(self._choose)
        self.table.delete_asked.connect(self.remove)
        self.table.opened.connect(self._open)
        self.table.menu_asked.connect(self._open_menu)
        self._background = Background("Reading the kept runs", self)
        self._background.answered.connect(self._show)
        self._reading = Background("Reading the selected runs", self)
        self._reading.answered.connect(self._take)
        dressing.follow(self, self._draw)
        self._again = QTimer(self, interval=AGAIN)
        self._again.timeout.connect(self.read)
        self._polling = QTimer(self, interval=POLL)
        self._polling.timeout.connect(self._follow_seeds)
        seeds.changed.connect(self._follow_seeds)
        self._follow_seeds()
        run_control.changed.connect(self._read_if_seen)
        self._show(())

    @property
    def selected(self) -> list[ListedRun]:
        """The runs that are selected, as they stand in the table."""
        return self.table.selected

    def leave_room(self, size: QSize) -> None:
        """Leave so much free in place of the title, for tabs."""
        self.title.setText("")
        self.title.setFixedSize(size)

    def read(self) -> None:
        """Look again at what lies on the disk."""
        self._background.ask(self._list.read)
        self._again.setInterval(max(AGAIN, round(1000 * self._list.took / SHARE)))

    def note(self, folder: Path, name: str, value: object) -> None:
        """Note something about a run: its ``name``, ``note`` or whether it is ``starred``."""
        try:
            notes.note(folder, **{name: value})
            self._notices.settle("run note")
        except OSError as error:
            why = error.strerror or type(error).__name__
            words = f"{folder / notes.NOTES}: It cannot be written ({why}); what was noted before stays."
            self._notices.tell(words, "error", about="run note")
        self.read()

    def remove(self) -> None:
        """Set the selected runs aside; they are gone for good once Undo is no longer offered."""
        chosen = self.selected
        if not chosen:
            return
        if any(open_elsewhere(each.run.folder) for each in chosen):
            self._notices.tell("A run that is under way cannot be deleted: stop it first.", "warning", about="run kept")
            return
        try:
            removed = Removed(each.run.folder for each in chosen)
        except OSError as error:
            why = error.strerror or type(error).__name__
            self._notices.tell(f"The runs cannot be deleted ({why}).", "error", about="run kept")
            return
        what = f"“{title_of(chosen[0])}”" if len(chosen) == 1 else amount(len(chosen), "run")
        notice = self._notices.tell(
            f"Deleted {what}. Close this line, and it is for good.",
            action_title="Undo",
            action=partial(self._bring_back, removed),
        )
        self._removed.append((removed, notice))
        self.read()

    def shutdown(self) -> None:
        """Undo is no longer offered: what was deleted goes. Safe to call twice."""
        self._again.stop()
        self._polling.stop()
        self._background.shutdown()
        self._reading.shutdown()
        self.opener.shutdown()
        for removed, _ in self._removed:
            removed.forget()
        self._removed.clear()

    def _bring_back(self, removed: Removed) -> None:
        self._removed = [(each, notice) for each, notice in self._removed if each is not removed]
        try:
            removed.bring_back()
        except OSError as error:
            why = error.strerror or type(error).__name__
            self._notices.tell(f"Not all runs could be brought back ({why}).", "error", about="run kept")
        self.read()

    def _forget_what_nobody_wants(self) -> None:
        """What was set aside goes once its Undo has left the window."""
        for removed, notice in self._removed:
            if notice not in self._notices.current:
                removed.forget()
        self._removed = [(each, notice) for each, notice in self._removed if notice in self._notices.current]

    def _show(self, runs: tuple[ListedRun, ...]) -> None:
        if self.table.written_in:
            return  # the list is read again soon
        others = len(runs) != len(self.model.runs)
        self.model.show(runs)
        self.table.setVisible(bool(runs))
        self.empty.setVisible(not runs)
        if others:
            self.table.fit()
        self._count()
        self._choose()

    def _choose(self) -> None:
        """Other runs are selected, or say more: what they tell is read beside the window."""
        chosen = self.selected
        self.delete.setEnabled(bool(chosen))
        self.compare.setEnabled(len(chosen) == 2)
        self.compare.setToolTip(plain_tip(_COMPARE if len(chosen) == 2 else f"{_COMPARE} Select two."))
        tip = "Open it as it stands, at its best or as it began, and go on training (Return)"
        self.open.setEnabled(len(chosen) == 1)
        self.open.setToolTip(plain_tip(tip if len(chosen) == 1 else f"{tip}. Select one run."))
        self._count()
        self._reading.ask(lambda: self._reads.read(chosen[:MOST]))

    def _take(self, runs: tuple[ReadRun, ...]) -> None:
        self.read_runs = runs
        groups = [group for group in grouped(runs) if len(group) > 1]
        self.means.setVisible(bool(groups))
        self.verdict.setText(seeds_text(groups))
        self.verdict.setVisible(bool(self.verdict.text()))
        self._draw()

    def _draw(self) -> None:
        """The run that the curves show anyway has their colour; the others are drawn under it."""
        own = self._looking.now.run
        means = self.means.isChecked() and not self.means.isHidden()
        mine = [] if own is None or means else [run for run in self.read_runs if run.listed.run.id == own.id]
        shown = [each for each in self.model.runs if own is not None and each.run.id == own.id]
        found = drawing([run for run in self.read_runs if run not in mine], means=means, before=self._places)
        self._places = found.places
        colours = {folder: run_colour(place) for folder, place in found.places.items()}
        self.model.colour({each.run.folder: train_colour() for each in shown} | colours)
        self.curves.show_others(found.runs)

    def ask_seeds(self) -> None:
        """Ask how many seeds are to be trained."""
        open_seeds(self.window(), self.seeds, self._run_control)

    def _follow_seeds(self) -> None:
        busy = self.seeds.job is not None
        self.counts.setVisible(not busy)
        for widget in (self.how_far, self.stop):
            widget.setVisible(busy)
        self.how_far.set_text(self.seeds.how_far)
        self.more_seeds.setVisible(not busy)
        if busy != self._polling.isActive():
            (self._polling.start if busy else self._polling.stop)()
            self._read_if_seen()

    def show_difference(self) -> None:
        """Show in what the two selected runs differ."""
        chosen = {each.run.folder for each in self.selected}
        pair = [run for run in self.read_runs if run.listed.run.folder in chosen]
        if len(pair) == len(chosen) == 2:
            open_difference(self.window(), pair[0], pair[1])

    def _count(self) -> None:
        there, seen, chosen = len(self.model.runs), len(self.model.rows), len(self.selected)
        parts = [amount(there, "run")] if there else []
        parts += [f"{seen} listed"] if seen != there else []
        parts += [f"{chosen} selected"] if chosen else []
        parts += [f"{MOST} drawn"] if chosen > MOST else []
        self.counts.set_text(", ".join(parts))

    def _open(self, folder: Path) -> None:
        listed = next((each for each in self.model.rows if each.run.folder == folder), None)
        if listed is not None:
            self.opener.open(listed)

    def _of_opening(self) -> list[Offer]:
        """What can be opened of the one run that is selected."""
        chosen = self.selected
        found = self.opener.offered(chosen[0]) if len(chosen) == 1 else []
        return found or [(_NOTHING_KEPT if chosen and not open_elsewhere(chosen[0].run.folder) else _UNDER_WAY, None)]

    def _open_menu(self, at: QPoint) -> None:
        if not self.selected:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._fill(menu, self._offered())
        menu.popup(at)

    def _fill(self, menu: QMenu, offers: list[Offer]) -> None:
        menu.clear()
        for text, do in offers:
            action = menu.addAction(text)
            action.setEnabled(do is not None)
            if do is not None:
                action.triggered.connect(lambda _on, do=do: do())

    def _offered(self) -> list[Offer]:
        """What can be done with the run where the keyboard is, and with all selected ones."""
        current = self.table.currentIndex()
        found = self._of_opening() if len(self.selected) == 1 else []
        if current.isValid():
            starred = self.model.rows[current.row()].run.starred
            star = "Take its star" if starred else "Give it a star"
            found += [
                ("Rename", partial(self.table.write, NAME)),
                ("Write a note", partial(self.table.write, NOTE)),
                (star, partial(self.table.toggle_star, current.row())),
            ]
        if len(self.selected) == 2:
            found.append(("Compare", self.show_difference))
        if len(self.selected) == len(self.read_runs) == 1:
            found.append(("Export its curves…", partial(export_curves_of, self, self.read_runs[0], self._notices)))
        return [*found, ("Delete", self.remove)]

    def _read_if_seen(self) -> None:
        if self.isVisible():
            self.read()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._swept:
            self._swept = True
            sweep_removed()
            # a line that is answered goes first, and what it does comes then
            self._notices.changed.connect(lambda: QTimer.singleShot(0, self, self._forget_what_nobody_wants))
        self.read()
        self._again.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._again.stop()


def _button(text: str, tip: str, do: Callable[[], object]) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(plain_tip(tip))
    button.clicked.connect(lambda: do())
    return button
