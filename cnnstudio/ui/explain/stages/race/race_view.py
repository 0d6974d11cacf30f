"""Train all three: the button, how the race stands, and a table of what it cost whom and brought."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cnnstudio.data.dataset import DataSet
from cnnstudio.design.three_ways import DENSE, SHARED, UNSHARED, contest
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.telling.phrases import amount, listed
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.ui.explain.place import Place
from cnnstudio.ui.explain.terms import TERMS
from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, plain_tip, set_role
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.widgets.focused import keyboard_stays
from cnnstudio.ui.widgets.reasons.reason_card import Card
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, Jobs
from cnnstudio.worker.training.race import BATCH, MOVED, Race, RaceLane, new_race, racing

NAMES = {SHARED: "shared", UNSHARED: "a filter for every position", DENSE: "dense"}
_COLUMNS = (
    ("", ""),
    ("parameters", "Numbers this layer learns in this way"),
    ("time", "Seconds of training, without validation; it ends as soon as it has been through all images that often"),
    ("images a second", "How fast it learns on this machine"),
    ("training accuracy", "Share of right answers on the images it learns from, mean of the last batches"),
    ("validation accuracy", "Share of right answers on images it has not learned from: the figure that counts"),
    (
        "moved by 2 px",
        "The same images, each moved by 2 pixels to one side: is what was learned in one place known here?",
    ),
    ("moved by 4 px", "The same images, each moved by 4 pixels to one side"),
    ("", ""),
)
#: how a network's race can end, where it is worth a word
_ENDS = {"diverged": "its loss grew beyond all numbers"}
#: the column of the validation accuracy; those on moved images follow
_VALIDATED = 5
#: milliseconds between two looks at the race
_POLL = 100
#: so many races are kept to be shown again
_KEPT = 8


class RaceView(QWidget):
    """Follows a place. ``changed`` tells that ``race`` has gone on, or is another."""

    changed = Signal()

    def __init__(self, place: Place, jobs: Jobs, data: DataSource) -> None:
        super().__init__()
        self.place, self._jobs, self._data = place, jobs, data
        self.job: Job | None = None
        self.running: Race | None = None
        self._known: list[tuple[tuple[object, ...], Race]] = []
        self._trouble = ""
        self._begun_for: tuple[object, ...] = ()
        self._to_predict = False
        self.begin = QPushButton("Train all three")
        self.begin.setProperty("role", "primary")
        self.begin.setToolTip(
            "Train the layer in all three ways on the same few images, side by side. Your network stays as it is."
        )
        self.begin.clicked.connect(self.start)
        self.stop = QPushButton("Stop")
        self.stop.setToolTip("End the race; what it has shown stays")
        self.stop.clicked.connect(self.cancel)
        self.words = label("", "soft", wrap=True)
        self.notes = label("", "warning", wrap=True)
        self.table = Card()
        self.table.heading.hide()
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(3)
        self._grid.setColumnStretch(len(_COLUMNS) - 1, 1)
        self.cells: dict[tuple[str, int], QLabel] = {}
        self.heads: list[QLabel] = []
        self._make_table()
        self.table.column.addLayout(self._grid)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.begin, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.stop, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(line)
        column.addWidget(self.notes)
        column.addWidget(self.table)
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self.refresh)
        data.changed.connect(self.refresh)

    def _make_table(self) -> None:
        for column, (title, tip) in enumerate(_COLUMNS):
            head = label(title, "secondary")
            head.setToolTip(plain_tip(tip))
            self.heads.append(head)
            side = Qt.AlignmentFlag.AlignRight if 0 < column < len(_COLUMNS) - 1 else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(head, 0, column, side)
            for row, way in enumerate(NAMES):
                cell = label(NAMES[way] if column == 0 else "")
                cell.setFont(theme.tabular(cell.font()))
                cell.setToolTip(plain_tip(tip or TERMS["parameter sharing"]))
                self.cells[way, column] = cell
                self._grid.addWidget(cell, row + 1, column, side)

    # what is shown

    @property
    def race(self) -> Race | None:
        """The race of the layer that is looked at, if there was one."""
        key = self._key()
        return next((race for known, race in self._known if known == key), None)

    def _key(self) -> tuple[object, ...]:
        place, data = self.place, self._data.dataset
        if not place.ready or data is None:
            return ()
        probed = place.probed
        before = probed.graph.ancestors(place.node)
        return (place.node, probed.graph.restricted(before), data.fingerprint, self._data.split)

    def why_not(self) -> str:
        """What keeps the race from beginning, or ""."""
        data = self._data.sample
        if data is None or (self._data.dataset is None and self._data.job is not None):
            return "The images are still being opened." if self._data.job else "There are no images to train on."
        entries = self.place.probed.graph.images
        shape = self.place.probed.graph.shape(entries[0])
        if len(entries) != 1 or shape != data.image_shape:
            return f"The data has images of {shape_text(data.image_shape)}, the Input layer takes {shape_text(shape)}."
        return ""

    def hide_parameters(self, hidden: bool) -> None:
        """Whether the numbers of parameters are still to be predicted."""
        if hidden != self._to_predict:
            self._to_predict = hidden
            self.refresh()

    def refresh(self) -> None:
        """Show how things stand for the layer that is looked at."""
        parent = self.parentWidget()
        shown = not self.isHidden() if parent is None else self.isVisibleTo(parent)
        if not self.place.ready or not shown:
            return
        active = self.job is not None and not self.job.over
        if not active:
            self._timer.stop()
        race, why = self.race, self.why_not()
        mine = self.job if active and race is not None and race is self.running else None
        with keyboard_stays(self.stop, self.begin):
            self.stop.setVisible(mine is not None)
            self.begin.setVisible(mine is None)
            self.begin.setEnabled(not why)
        self.begin.setText("Train all three again" if race is not None else "Train all three")
        self.words.setText(why or self._standing(race, mine))
        notes = "" if race is None or self._to_predict else "\n".join(map(worded, race.contest.notes))
        self.notes.setText(notes)  # they tell how many parameters there are
        self.notes.setVisible(bool(notes))
        self.table.setVisible(race is not None)
        if race is not None:
            self._fill(race)
        self.changed.emit()

    def _standing(self, race: Race | None, mine: Job | None) -> str:
        if race is None:
            if self._trouble and self._begun_for == self._key():
                return self._trouble
            return (
                "See for yourself what sharing is worth: the layer in each of the three ways learns the same few "
                "images of your data. What comes before it in the network is kept as it is."
            )
        if mine is not None and mine.state in ("queued", "parked"):
            return "Waits until the other work is done."
        learned = f"{amount(race.images, 'image')} of {self._data.title}, {amount(race.epochs, 'time')}"
        if mine is not None:
            progress = mine.progress.value
            done = f", {100 * progress.fraction:.0f}\u202f% done" if progress else ""
            turns = "The one that has had the least time goes on next, until it is through"
            return f"All learn from {learned}. {turns}{done}."
        if not all(lane.ended for lane in race.lanes):
            return f"Stopped before the end. {self._trouble}".strip()
        said = f"Each learned from {learned}; validated on {amount(race.validated, 'other image')}."
        return said + _said_of_moved(race)

    def _fill(self, race: Race) -> None:
        lanes = {lane.entrant.way: lane for lane in race.lanes}
        source = race.contest.source
        on = f" on {shape_text(source)}" if source != self.place.input_shapes[0] else ""
        self.heads[1].setText(f"parameters{on}")
        best = _best(race)
        for row, way in enumerate(NAMES):
            lane = lanes.get(way)
            texts = ("", *"–" * 6, "stays away") if lane is None else _texts(lane)
            for column, text in enumerate(texts[:-1], 1):
                text = "?" if column == 1 and self._to_predict and lane is not None else text
                self.cells[way, column].setText(text)
            self.cells[way, len(_COLUMNS) - 1].setText(texts[-1])
            for column, winners in best.items():
                set_role(self.cells[way, column], "title" if way in winners else "soft")
            self._grid.setRowMinimumHeight(row + 1, 18)

    # what the user does

    def start(self) -> None:
        """Begin a race for the layer that is looked at."""
        if not self.place.ready or self.why_not():
            return
        self.cancel()
        place, data = self.place, self._data.dataset
        if data is None:
            self._data.when_all_are_there(self.start)
            return
        graph = place.probed.graph
        self._begun_for, self._trouble = self._key(), ""
        try:
            race = new_race(contest(graph, place.node, len(data.classes), BATCH), data, self._data.split)
        except GraphError as error:
            self._trouble = worded(error)
            self.refresh()
            return
        self._known = [(self._begun_for, race), *(k for k in self._known if k[0] != self._begun_for)][:_KEPT]
        self._run(race, data)

    def _run(self, race: Race, data: DataSet) -> None:
        graph, weights = self.place.probed.graph, self.place.probed.snapshot.parameters
        self.running = race
        self.job = self._jobs.submit(told("race"), racing(race, graph, weights, data, seed=0))
        self.job.state_changed.connect(lambda _state: self.refresh())
        self.job.failed.connect(self._failed)
        self._timer.start()
        self.refresh()

    def cancel(self) -> None:
        """End the race under way, if there is one."""
        if self.job is not None and not self.job.over:
            self.job.cancel()

    def _failed(self, failure: Failure) -> None:
        self._trouble = worded(failure.sentence)
        self.refresh()


def _texts(lane: RaceLane) -> tuple[str, ...]:
    """Parameters, time, speed, both accuracies, and how it ended."""
    steps, marks = lane.steps.read(), lane.marks.read()
    seconds = steps[-1].seconds if steps else 0.0
    last = steps[-20:]
    ended = _ENDS.get(lane.ended, "")
    return (
        thousands(lane.entrant.parameters),
        f"{seconds:.1f}\u202fs" if steps else "–",
        thousands(round(BATCH * len(steps) / seconds)) if seconds else "–",
        f"{100 * sum(step.accuracy for step in last) / len(last):.1f}\u202f%" if last else "–",
        f"{100 * marks[-1].accuracy:.1f}\u202f%" if marks else "–",
        *(f"{100 * lane.moved[pixels]:.1f}\u202f%" if pixels in lane.moved else "–" for pixels in MOVED),
        ended,
    )


def _best(race: Race) -> dict[int, tuple[str, ...]]:
    """For each column of accuracies who is best so far, several where they are equal; () where not all have come so
    far."""
    lanes = {lane.entrant.way: lane for lane in race.lanes}
    known = [{way: lane.marks.read()[-1].accuracy for way, lane in lanes.items() if len(lane.marks)}]
    known += [{way: lane.moved[pixels] for way, lane in lanes.items() if pixels in lane.moved} for pixels in MOVED]
    winners = (
        tuple(way for way in found if found[way] == max(found.values())) if len(found) == len(lanes) else ()
        for found in known
    )
    return dict(zip(range(_VALIDATED, _VALIDATED + len(known)), winners, strict=True))


def _said_of_moved(race: Race) -> str:
    """Who is best on the images as they are, and who on moved ones, and what that is worth on so few images."""
    lanes = {lane.entrant.way: lane for lane in race.lanes}
    best = _best(race)
    if not all(best.values()):
        return ""
    first, *others = best.values()
    shares = [lanes[first[0]].marks.read()[-1].accuracy]
    said = f" On these as they are {_named(first)} best, with {_per_cent(shares[0])}"
    for pixels, ways in zip(MOVED, others, strict=True):
        shares.append(lanes[ways[0]].moved[pixels])
        said += f"; moved by {amount(pixels, 'pixel')} {_named(ways)}, with {_per_cent(shares[-1])}"
    return f"{said}. Differences below {100 * chance_difference(shares, race.validated):.0f} points may be chance."


def _named(ways: Sequence[str]) -> str:
    return f"{listed(NAMES[way] for way in ways)} {'is' if len(ways) == 1 else 'are'}"


def chance_difference(shares: Sequence[float], count: int) -> float:
    """Up to which difference two accuracies measured on so many images may differ by chance in 95 of 100 cases, for the
    share nearest to a half: twice the variance of a share, by the normal distribution."""
    return max(1.96 * math.sqrt(2 * share * (1 - share) / count) for share in shares)


def _per_cent(share: float) -> str:
    return f"{100 * share:.1f}\u202f%"
