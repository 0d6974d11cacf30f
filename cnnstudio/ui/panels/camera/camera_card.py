"""The card of the camera: what it sees, the classes that pictures are collected for, and what the network says."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import platformdirs
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.data.dataset import DataError, Pixels
from cnnstudio.data.importing.target import target_like
from cnnstudio.data.pictures.collected import Collected
from cnnstudio.data.pictures.film import ENDINGS, RATE, Film, why_no_film
from cnnstudio.data.pictures.picture import can_be_fitted, fitted
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.network.network import ends_of
from cnnstudio.nn.telling.told import Told, worded
from cnnstudio.ui.look import pictures, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.look.pictures import image_picture
from cnnstudio.ui.panels.importing.painted import drawn_in
from cnnstudio.ui.panels.maps.class_bars import ClassBars
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.ui.run.samples import Samples, spoken
from cnnstudio.ui.studio.intents import ImportData, Intents
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.floating_card import FloatingCard
from cnnstudio.ui.widgets.focused import keyboard_stays
from cnnstudio.ui.widgets.layouts.flow import FlowLayout
from cnnstudio.worker.background import Background

_VIEW = QSize(264, 198)
#: the matter that notices here are about
MATTER = "camera"


@dataclass(frozen=True, eq=False)
class Seen:
    """A picture uint8 (H, W, 3), as the network takes it, and its probabilities; None where it takes none. Without a
    picture the film is over. ``why`` says why it could not be kept."""

    picture: Pixels | None
    fitted: Pixels | None = None
    said: NDArray[np.float32] | None = None
    now: LookedAt | None = None
    why: str = ""


class LiveView(QWidget):
    """What the camera sees."""

    def __init__(self) -> None:
        super().__init__()
        self.picture: QImage | None = None
        self.collecting = False
        self.setFixedSize(_VIEW)
        self.setAccessibleName("What the camera sees")

    def show_picture(self, picture: QImage | None, *, collecting: bool) -> None:
        """Show another picture, with a frame while it is kept."""
        self.picture, self.collecting = picture, collecting
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, look = QPainter(self), theme.current()
        painter.fillRect(self.rect(), look.background)
        if self.picture is not None:
            drawn_in(painter, self.picture, QRect(0, 0, self.width(), self.height()))
        painter.setPen(look.accent if self.collecting else look.field_border)
        for inset in range(3 if self.collecting else 1):
            painter.drawRect(self.rect().adjusted(inset, inset, -1 - inset, -1 - inset))


class CameraCard(FloatingCard):
    """Takes ten pictures a second while it is seen; of a film in a file once a class was named. Close it with
    ``shutdown`` before it goes."""

    keys = (Qt.Key.Key_Space,)

    def __init__(
        self,
        looking: Looking,
        samples: Samples,
        data: DataSource,
        intents: Intents,
        notices: Notices,
        window: QWidget,
    ) -> None:
        super().__init__("Camera", window)
        self._looking, self._samples, self._data = looking, samples, data
        self._intents, self._notices = intents, notices
        self.film: Film | None = None
        self.collected = Collected(Path())
        self.collecting = False
        self._waits = False
        self._source: int | Path = 0
        self._background = Background("Looking through the camera", self)
        self._background.answered.connect(self._take)
        self._timer = QTimer(self, interval=1000 // RATE)
        self._timer.timeout.connect(self._ask)
        self.view, self.bars = LiveView(), ClassBars()
        self.answer = label("", "title", wrap=True)
        self.again = QPushButton("Play again")
        self.again.setToolTip("The film from its beginning; what was collected stays")
        self.again.clicked.connect(self._play)
        self.classes = QListWidget()
        self.classes.setAccessibleName("Classes")
        self.classes.setToolTip("The class that pictures are collected for")
        self.classes.installEventFilter(self)
        self.name = QLineEdit()
        self.name.setAccessibleName("Name of a class")
        self.name.setPlaceholderText("Name of a class, Return")
        self.name.returnPressed.connect(self._add_class)
        self.collect = QPushButton("Hold to collect")
        self.collect.setToolTip("Hold this, or Space: ten pictures a second of the chosen class")
        self.collect.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.collect.pressed.connect(partial(self._hold, True))
        self.collect.released.connect(partial(self._hold, False))
        self.learn = QPushButton("Learn from them…")
        self.learn.clicked.connect(self._learn)
        self.where = ElidedLabel()
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.view)
        left.addWidget(self.answer)
        left.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeft)
        left.addWidget(self.bars)
        left.addStretch(1)
        both = QWidget()
        buttons = FlowLayout(both, 8, 8)
        buttons.addWidget(self.collect)
        buttons.addWidget(self.learn)
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.name)
        right.addWidget(self.classes, 1)
        right.addWidget(both)
        right.addWidget(self.where)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(left)
        row.addLayout(right)
        self.column.addLayout(row)
        self.setFixedWidth(_VIEW.width() + 300)
        self._show()

    def shutdown(self) -> None:
        """Let the camera go. Safe to call twice."""
        self._timer.stop()
        self._background.shutdown()
        self._waits = False
        self._close_film()

    def choose_film(self) -> None:
        """Let a film be chosen and take it for the camera."""
        dialog = QFileDialog(self._window, "A film in place of the camera", str(Path.home()))
        dialog.setNameFilters([f"Films (*{' *'.join(ENDINGS)})", "All files (*)"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.fileSelected.connect(lambda chosen: self.open(Path(chosen)))
        dialog.open()

    def open(self, source: int | Path = 0, folder: Path | None = None) -> None:
        """Look through a camera, or at a film; pictures are collected in a new folder among those of the user. A notice
        says why there is none."""
        self._notices.settle(MATTER)
        self._source = source
        names = tuple(self.collected.counts)
        fresh = f"{datetime.datetime.now().astimezone():%Y-%m-%d %H.%M.%S}"
        self.collected = Collected(folder or Path(platformdirs.user_pictures_dir()) / "CNN Studio" / fresh)
        for name in names:
            self.collected.add_class(name)
        self.classes.clear()
        self.classes.addItems([self.collected.add_class(name) for name in names])
        self.classes.setCurrentRow(0)
        self.show_up()
        (self.classes if names else self.name).setFocus()
        self._play()

    def dismiss(self) -> None:
        """Take it away and let the camera go; what was collected stays."""
        super().dismiss()
        self._close_film()

    def _play(self) -> None:
        with keyboard_stays(self.again, self.classes):
            self._close_film()
            self._background.ask(partial(_opened, self._source))  # a camera takes its time
            self.answer.setText(f"The {'film' if isinstance(self._source, Path) else 'camera'} is being opened …")
            self.view.show_picture(None, collecting=False)
            self.bars.show_bars((), -1)
            self.again.hide()
            self._show()

    @property
    def running(self) -> bool:
        """Whether picture after picture is taken."""
        return self._timer.isActive()

    def _run(self) -> None:
        """Take picture after picture: of a film once somebody has said what there is to be seen on it."""
        if self.film is not None and (self.collected.counts or isinstance(self._source, int)):
            self._timer.start()

    def _close_film(self) -> None:
        self._timer.stop()
        self._hold(False)
        if self.film is not None:
            film, self.film = self.film, None
            if self._waits:  # it is being read on another thread
                self._waits = False
                self._background.ask(film.close)
            else:
                film.close()

    # pictures

    def _ask(self) -> None:
        if self.film is not None and not self._waits:
            self._waits = True
            choice = self._data.choice or DataChoice()
            kept = (self.collected, self.chosen) if self.collecting and self.chosen else None
            self._background.ask(partial(_seen, self.film, kept, self._looking.now, choice))

    def _take(self, seen: Seen | Film | DataError | None) -> None:
        if isinstance(seen, DataError):
            super().dismiss()
            other = "Choose a film…" if why_no_film() is None else ""
            self._notices.tell(worded(seen), "error", action_title=other, action=self.choose_film, about=MATTER)
            return
        if isinstance(seen, Film):
            self.film = seen
            self.answer.setText("")
            self._show()
            if self.isVisible():
                self._ask()
                self._run()
            else:
                self._close_film()
            return
        if seen is None or self.film is None:
            return
        self._waits = False
        if seen.why:
            self._hold(False)
            self._notices.tell(seen.why, "error", about=MATTER)
        if seen.picture is None:
            self._close_film()
            self.answer.setText("That was all.")
            self.again.setVisible(isinstance(self._source, Path))
            self._show()
            return
        self.view.show_picture(image_picture(seen.picture), collecting=self.collecting)
        if seen.fitted is not None:
            self._samples.show_picture(seen.fitted, "what the camera sees")
        if seen.said is not None and seen.now is not None:
            best = int(np.argmax(seen.said))
            random = " (not trained yet)" if seen.now.snapshot.drawn else ""
            self.answer.setText(f"The network says {spoken(seen.now.classes, best)}{random}")
            self.bars.show_bars(pictures.bars(seen.said, seen.now.classes), -1)
        self._show()

    # collecting

    @property
    def chosen(self) -> str:
        """The class that pictures are collected for; "" for none."""
        item = self.classes.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole) or item.text()) if item is not None else ""

    def _add_class(self) -> None:
        name = self.collected.add_class(self.name.text())
        self.name.clear()
        names = list(self.collected.counts)
        if names:
            self.classes.setFocus()  # where Space collects
        if not name:
            return
        if self.classes.count() < len(names):
            self.classes.addItem(name)
        self.classes.setCurrentRow(names.index(name))
        self._show()
        self._run()

    def _hold(self, collecting: bool) -> None:
        self.collecting = collecting and bool(self.chosen)
        self.collect.setDown(self.collecting)

    def _learn(self) -> None:
        folder = self.collected.folder
        self.dismiss()
        self._intents.ask(ImportData(folder))

    def _show(self) -> None:
        counts = self.collected.counts
        for row, (name, count) in enumerate(counts.items()):
            item: QListWidgetItem = self.classes.item(row)
            item.setData(Qt.ItemDataRole.UserRole, name)
            item.setText(f"{name}   {thousands(count)}" if count else name)
        there = [name for name, count in counts.items() if count]
        self.collect.setEnabled(self.film is not None and bool(counts))
        self.learn.setEnabled(len(there) > 1)
        why = "" if len(there) > 1 else "Collect pictures of two classes first"
        self.learn.setToolTip(why or "Look at what was collected and learn from it")
        where, waits = f"in {self.collected.folder}", isinstance(self._source, Path) and not counts
        self.where.set_text(where if there else "The film begins once a class is named." if waits else "")

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.classes and isinstance(event, QKeyEvent) and self._space(event):
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._space(event):
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if not self._space(event):
            super().keyReleaseEvent(event)

    def _space(self, event: QKeyEvent) -> bool:
        """Collect as long as Space is held."""
        if event.key() != Qt.Key.Key_Space or event.type() == QEvent.Type.ShortcutOverride:
            return False
        if not event.isAutoRepeat():
            self._hold(event.type() == QEvent.Type.KeyPress)
        return True


def _opened(source: int | Path) -> Film | DataError:
    try:
        return Film(source)
    except DataError as error:
        return error


def _seen(film: Film, kept: tuple[Collected, str] | None, now: LookedAt, choice: DataChoice) -> Seen:
    """The next picture, kept under a class where that is wanted, and what the network says to it."""
    picture = film.next()
    if picture is None:
        return Seen(None)
    why = ""
    if kept is not None:
        collected, name = kept
        try:
            collected.add(name, picture)
        except DataError as error:
            why = worded(error)
    entry = next(iter(now.graph.images), "")
    shape = now.graph.inferred[entry].output if entry else None
    if shape is None or not can_be_fitted(shape):
        return Seen(picture, why=why)
    made = fitted(picture, shape, target_like(shape, choice).fit)
    ends = ends_of(now.graph)
    if isinstance(ends, Told):
        return Seen(picture, made, why=why)
    said = inspect(now.graph, now.snapshot, made[None], [ends.softmax])[ends.softmax][0]
    return Seen(picture, made, said, now, why)
