"""A picture of one's own: every card shows what it makes of it, and a notice says what the network takes it for."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PySide6.QtCore import QBuffer, QByteArray, QMimeData, QObject, Qt
from PySide6.QtGui import QGuiApplication, QImageWriter
from PySide6.QtWidgets import QFileDialog, QWidget

from cnnstudio.data.arrays.pixel_table import ENDINGS as TABLES
from cnnstudio.data.arrays.unlabelled import holds_numbers, pictures_of
from cnnstudio.data.dataset import DataError, Pixels
from cnnstudio.data.importing.target import Target, target_like
from cnnstudio.data.pictures.picture import ENDINGS, Picture, fitted, picture_in, read_picture
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.nn.arrays import Floats, shape_text, thousands
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.looked_at import Looking
from cnnstudio.ui.run.samples import Samples, spoken
from cnnstudio.ui.telling.notices import REFUSED, Notices
from cnnstudio.worker.background import Background

#: images of the data whose ground is looked at
_SOME = 50
#: pictures that are looked at together
MOST = 200
_NONE: Pixels = np.zeros((0, 0, 0), np.uint8)
#: the matter that notices here are about
MATTER = "own picture"
#: reads a picture in a shape, like some images of the data, made to fit as these were
_Read = Callable[[tuple[int, ...], Pixels | None, Target], Picture]


class OwnPicture(QObject):
    """Close it with ``shutdown`` before it goes."""

    def __init__(
        self,
        looking: Looking,
        samples: Samples,
        data: DataSource,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._looking, self._samples = looking, samples
        self._data, self._notices = data, notices
        self._background = Background("Looking at the picture", self)
        self._background.answered.connect(lambda told: told())

    def choose(self, window: QWidget) -> None:
        """Let a picture be chosen and look at it, or at those of a table or array, with labels or without."""
        kinds = f"Pictures (*{' *'.join((*ENDINGS, *TABLES, '.npz', '.npy'))})"
        dialog = QFileDialog(window, "Look at a picture", str(Path.home()), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.fileSelected.connect(lambda chosen: self.show_many([Path(chosen)]))
        dialog.open()

    def paste(self) -> None:
        """Look at the picture that was copied, itself or as a file; a notice says so where none was."""
        copied = _copied()
        files = [Path(url.toLocalFile()) for url in copied.urls() if url.isLocalFile()]
        if copied.hasImage():
            held = QBuffer()
            held.open(QBuffer.OpenModeFlag.WriteOnly)
            QImageWriter(held, QByteArray(b"png")).write(QGuiApplication.clipboard().image())
            content = io.BytesIO(held.data().data())
            self._show("The copied picture", lambda shape, like, how: picture_in(
                content, "The copied picture", shape, like, fit=how.fit, ground=how.ground))  # fmt: skip
        elif files:
            self.show_many(files)
        else:
            self._notices.tell("No picture has been copied yet: copy one, or a file of one.", "warning", about=MATTER)

    def show(self, path: Path) -> None:
        """Look at the picture in a file; a notice says what it is taken for, or why it cannot be shown."""
        self._show(path.name, lambda shape, like, how: read_picture(path, shape, like, fit=how.fit, ground=how.ground))

    def show_many(self, paths: Sequence[Path]) -> None:
        """Look at the pictures in files, also in tables of pixels and arrays: they are gone through one by one,
        and a notice says what all of them are taken for."""
        if len(paths) == 1 and not holds_numbers(paths[0]):
            self.show(paths[0])
            return
        now, shape = self._looking.now, self._shape(amount(len(paths), "picture"))
        if shape is None:
            return
        try:
            softmax = classifier(now.graph).softmax
        except GraphError as error:
            self._notices.tell(worded(error), "warning", about=MATTER)
            return
        like, how = self._like(), target_like(shape, self._data.choice or DataChoice())

        def look() -> Callable[[], object]:
            said: Counter[int] = Counter()
            shown, broken, count = list[tuple[Pixels, str]](), list[str](), 0
            for count, (name, pixels) in enumerate(_all_of(paths, shape, like, how), 1):
                if count > MOST:
                    continue
                if isinstance(pixels, DataError):
                    broken.append(worded(pixels))
                    continue
                shown.append((pixels, f"“{name}”"))
                found = inspect(now.graph, now.snapshot, pixels[None], [softmax])[softmax][0]
                said[int(np.argmax(found))] += 1
            return lambda: self._tell_many(count, said, now.classes, shown, broken)

        self._background.ask(look)

    def _tell_many(
        self,
        count: int,
        said: Counter[int],
        classes: tuple[str, ...],
        shown: Sequence[tuple[Pixels, str]],
        broken: Sequence[str],
    ) -> None:
        if shown:
            self._samples.show_pictures(shown)
        answers = ", ".join(f"{thousands(number)} {spoken(classes, label)}" for label, number in said.most_common())
        words = [f"The network takes {amount(said.total(), 'picture')} for: {answers}."] if answers else []
        if count > MOST:
            words.append(f"Of {amount(count, 'picture')} the first {MOST} were looked at.")
        if broken:
            more = f", and {amount(len(broken) - 1, 'other')}" if len(broken) > 1 else ""
            words.append(f"Left out: {broken[0].rstrip('.')}{more}.")
        self._notices.tell(" ".join(words), "warning" if broken else "info", about=MATTER)

    def _shape(self, name: str) -> tuple[int, ...] | None:
        """Height, width and channels that the Input takes; None, and a notice, where there is none."""
        graph = self._looking.now.graph
        entries = graph.images
        if not entries:
            self._notices.tell(
                f"{name}: Add an Input layer first, then pictures can be shown to it.", "warning", about=MATTER
            )
            return None
        try:
            return graph.shape(entries[0])
        except GraphError as error:
            self._notices.tell(f"{name}: {graph[entries[0]].layer.title}: {worded(error)}", "warning", about=MATTER)
            return None

    def _like(self) -> Pixels | None:
        """Some images of the data, whose ground others get."""
        sample = self._data.sample
        return sample.test.read(slice(0, _SOME)) if sample is not None else None

    def _show(self, name: str, read: _Read) -> None:
        shape = self._shape(name)
        if shape is None:
            return
        try:
            how = target_like(shape, self._data.choice or DataChoice())
            picture = read(shape, self._like(), how)
        except DataError as error:
            self._notices.tell(worded(error), "error", about=REFUSED)
            return
        self._notices.settle(REFUSED)
        self._samples.show_picture(picture.pixels, f"“{name}”")
        self._classify(name, picture)

    def shutdown(self) -> None:
        """Wait for the worker to end."""
        self._background.shutdown()

    def _classify(self, name: str, picture: Picture) -> None:
        now = self._looking.now
        taken = f"{name}, taken as {shape_text(picture.pixels.shape)}{' and inverted' if picture.inverted else ''}"
        try:
            softmax = classifier(now.graph).softmax
        except GraphError as error:
            self._notices.tell(f"{taken}, is on the cards. {worded(error)}", about=MATTER)
            return

        def look() -> Callable[[], object]:
            found = inspect(now.graph, now.snapshot, picture.pixels[None], [softmax])
            answer = _answer(found[softmax][0], now.classes, now.snapshot.drawn)
            return lambda: self._notices.tell(f"{taken}: {answer}", about=MATTER)

        self._background.ask(look)


def _all_of(
    paths: Sequence[Path], shape: tuple[int, ...], like: Pixels | None, how: Target
) -> Iterator[tuple[str, Pixels | DataError]]:
    """The pictures of files by their names, in a shape and made to fit, or why there is none; of what is more than
    ``MOST`` only that it is there. Those of a table or array go by their number from 1."""
    done = 0
    for path in paths:
        try:
            if not holds_numbers(path):
                done += 1
                more = done > MOST
                yield (
                    path.name,
                    _NONE if more else read_picture(path, shape, like, fit=how.fit, ground=how.ground).pixels,
                )
                continue
            for array, pictures in pictures_of(path):
                whole = ":".join(filter(None, (path.name, array)))
                for number, pixels in enumerate(pictures, 1):
                    done += 1
                    yield f"{whole}:{number}", _NONE if done > MOST else fitted(pixels, how.shape, how.fit)
        except DataError as error:
            yield path.name, error


def _copied() -> QMimeData:
    """What was copied; before anything was, some systems have nothing to say."""
    return QGuiApplication.clipboard().mimeData() or QMimeData()


def _answer(probabilities: Floats, classes: tuple[str, ...], untrained: bool) -> str:
    """What a network says, in a sentence; before it has learned anything that is but a guess."""
    best = int(np.argmax(probabilities))
    sure = f"{probabilities[best]:.0%}".replace("%", "\u202f%")
    said = f"the network says {spoken(classes, best)}, {sure} sure."
    return f"{said} It is not trained yet, so this is only a guess." if untrained else said
