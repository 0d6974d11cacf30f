"""File ▸ Export figure: what it will look like, and the few choices there are.

A figure of two thousand layers takes its seconds to draw and to write, so both are done beside the window.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.export.figure import Figure
from cnnstudio.export.inks import InkName
from cnnstudio.export.volume_figure import View
from cnnstudio.export.writing import ExportError, ViewName, figure_of, write_figure
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing, preferences, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.volumes.card_pictures import card_pictures
from cnnstudio.ui.panels.volumes.painting import paint_figure
from cnnstudio.ui.panels.volumes.rendering import DPI, FORMATS, PDF, PNG, SVG, file_of
from cnnstudio.ui.panels.volumes.view import VolumesView
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.overlay import Overlay
from cnnstudio.worker.background import Background
from cnnstudio.worker.failures import Failure, tell

#: what the switches say, and what it is called elsewhere
_VIEWS: dict[str, ViewName] = {"Volumes": "volumes", "Cards": "cards"}
_COLOURS: dict[str, InkName] = {"Print": "print", "Light": "light", "Dark": "dark"}
_HOLDS = {
    SVG: "Lines and text for papers and slides. It holds the design: open or drop it here to go on with it.",
    PDF: "Lines and text for papers. A PDF cannot be opened as a design again.",
    PNG: "Pixels, for wherever nothing else is taken. It holds the design: open or drop it here to go on with it.",
}
MAPS, VOLUMES = "Feature maps", "Volumes"
_SCALES = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
_CHOOSE = "Choose a file…"


class Switch(Segments):
    """One of a few; the choice is remembered."""

    def __init__(self, name: str, choices: tuple[str, ...], parent: QWidget | None = None) -> None:
        key = f"export/{name.lower()}"
        remembered = preferences.text(key)
        super().__init__(name, choices, remembered if remembered in choices else choices[0], parent)
        self.changed.connect(partial(preferences.remember, key))


@dataclass(frozen=True, eq=False)
class Drawn:
    """A figure, and its picture for the preview; ``asked`` says who asked for it, and when."""

    asked: object
    figure: Figure
    picture: QImage


def drawn(asked: object, draw: Callable[[], Figure], room: QSize, density: float) -> Drawn:
    """Draw a figure, and paint it as large as it fits into so many pixels of the window."""
    found = draw()
    scale = min(room.width() / found.width, room.height() / found.height, 1.5)
    size = max(1, round(found.width * scale * density)), max(1, round(found.height * scale * density))
    picture = QImage(*size, QImage.Format.Format_ARGB32_Premultiplied)
    picture.fill(0)
    painter = QPainter(picture)
    painter.scale(scale * density, scale * density)
    paint_figure(painter, found)
    painter.end()
    picture.setDevicePixelRatio(density)
    return Drawn(asked, found, picture)


class Preview(QWidget):
    """A figure, as large as it fits."""

    resized = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(240, 160)
        self.setAccessibleName("Preview")
        self._picture = QImage()

    @property
    def room(self) -> QSize:
        """How large a figure may be."""
        return QSize(self.width() - 24, self.height() - 24)

    def show_picture(self, picture: QImage) -> None:
        """Show another picture."""
        self._picture = picture
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.resized.emit()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        painter.setPen(look.line)
        painter.setBrush(look.background)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)
        size = self._picture.deviceIndependentSize()
        painter.drawImage(
            QPointF((self.width() - size.width()) / 2, (self.height() - size.height()) / 2), self._picture
        )


@dataclass(frozen=True, eq=False)
class Written:
    """A file, or why there is none."""

    asked: object
    path: Path
    trouble: Sentence | None


class ExportSheet(QWidget):
    """The content of the sheet. ``exported`` says where the figure lies; ``figure`` is what has been chosen, None until
    it is drawn."""

    exported = Signal(object)

    def __init__(
        self,
        document: Document,
        view: VolumesView,
        notices: Notices,
        class_names: Callable[[], tuple[str, ...]],
        drawing: Background,
        writing: Background,
    ) -> None:
        super().__init__()
        self._document, self._view, self._notices, self._class_names = document, view, notices, class_names
        self.preview = Preview()
        self.view = Switch("View", tuple(_VIEWS))
        self.shows = Switch("On the cards", (MAPS, VOLUMES))
        self.format = Switch("Format", FORMATS)
        self.colours = Switch("Colours", tuple(_COLOURS))
        self.scale = QSlider(Qt.Orientation.Horizontal)
        self.scale.setRange(0, len(_SCALES) - 1)
        self.scale.setPageStep(1)
        self.scale.setValue(_SCALES.index(1.0))
        self.scale.setAccessibleName("Size")
        self.size_text = label("", "secondary")
        self.size_text.setFont(theme.tabular(self.size_text.font()))
        self.holds = label("", "soft", wrap=True)
        self.button = QPushButton(_CHOOSE)
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(self.choose_file)
        form = QVBoxLayout()
        form.setSpacing(6)
        self._headings = {}
        for field in (self.view, self.shows, self.format, self.colours):
            self._headings[field] = label(field.accessibleName(), "section")
            form.addWidget(self._headings[field])
            form.addWidget(field)
            form.addSpacing(4)
            field.changed.connect(self._show_format if field is self.format else self.refresh)
        form.addWidget(label("Size", "section"))
        form.addWidget(self.scale)
        form.addWidget(self.size_text)
        form.addSpacing(8)
        form.addWidget(self.holds)
        form.addStretch(1)
        form.addWidget(self.button)
        side = QWidget()
        side.setLayout(form)
        side.setFixedWidth(232)
        form.setContentsMargins(0, 0, 0, 0)
        line = QHBoxLayout(self)
        line.setContentsMargins(24, 8, 24, 24)
        line.setSpacing(24)
        line.addWidget(self.preview, 1)
        line.addWidget(side)
        self.scale.valueChanged.connect(self._show_size)
        document.changed.connect(self.refresh)
        dressing.follow(self, self.refresh)
        self.figure: Figure | None = None
        self._drawing, self._writing = drawing, writing
        #: what was asked for last
        self._asked = object()
        #: set once nobody waits for the file any more
        self._given_up = threading.Event()
        self._busy = False
        self.preview.resized.connect(self.refresh)
        self._shown_maps = len(view.inspection.maps)
        view.inspection.maps_changed.connect(self._maps_came)
        self._show_format()
        self.refresh()

    def _maps_came(self) -> None:
        """Those of cards out of sight come when the sheet is opened; training does not make it restless."""
        if len(self._view.inspection.maps) != self._shown_maps:
            self._shown_maps = len(self._view.inspection.maps)
            self.refresh()

    def give_up(self) -> None:
        """What is not written yet will not be."""
        self._given_up.set()

    def _chosen(self) -> Callable[[], Figure]:
        """What makes the figure: the volumes as they are turned now, without what is selected."""
        seen = self._view.seen()
        view = View(seen.camera, 1.0, broken=seen.broken, probabilities=seen.probabilities)
        name, colours = _VIEWS[self.view.choice], _COLOURS[self.colours.choice]
        design, shown = self._document.project.design, None
        if name == "cards" and self.shows.choice == MAPS:
            look = theme.load("dark" if colours == "dark" else "light")
            shown = card_pictures(design.graph, self._view.inspection, look, self._class_names())
        return partial(figure_of, design, name, colours, view, shown)

    def refresh(self, *_: object) -> None:
        """Show what would be exported now."""
        self.figure = None
        cards = _VIEWS[self.view.choice] == "cards"
        for part in (self.shows, self._headings[self.shows]):
            part.setEnabled(cards)
            part.setToolTip("" if cards else "Choose the view Cards first: volumes have no cards")
        self._show_button()
        self._asked = object()
        room, density = self.preview.room, self.devicePixelRatioF()
        self._drawing.ask(partial(drawn, self._asked, self._chosen(), room, density))

    def show_drawn(self, found: Drawn) -> None:
        """Show a figure, if it is the one that was asked for last."""
        if found.asked is not self._asked:
            return
        self.figure = found.figure
        self.preview.show_picture(found.picture)
        self._show_size()
        self._show_button()

    def _show_format(self, *_: object) -> None:
        self.holds.setText(_HOLDS[self.format.choice])
        self._show_size()

    def _show_size(self) -> None:
        figure, scale = self.figure, _SCALES[self.scale.value()]
        if figure is None:
            return
        width, height = figure.width * scale, figure.height * scale
        percent = f"{scale:.0%}".replace("%", "\u202f%")
        if self.format.choice == PDF:
            size = f"{width * 25.4 / DPI:.0f} × {height * 25.4 / DPI:.0f} mm"
        elif self.format.choice == PNG:
            size = f"{width:.0f} × {height:.0f} px, {scale * DPI:.0f} dpi"
        else:
            size = f"{width:.0f} × {height:.0f} px"
        self.size_text.setText(f"{percent} · {size}")

    def _show_button(self) -> None:
        self.button.setText("Writing…" if self._busy else _CHOOSE)
        self.button.setEnabled(not self._busy and self.figure is not None and bool(self.figure.marks))

    def choose_file(self) -> None:
        """Ask where to put it."""
        ending = f".{self.format.choice.lower()}"
        folder = preferences.text("export/folder") or str(Path.home())
        title = self._document.project.design.title or "network"
        stem = "".join(c if c.isalnum() or c in " -_" else "-" for c in title).strip() or "network"
        dialog = QFileDialog(self, "Export the figure", str(Path(folder) / f"{stem}{ending}"), f"*{ending}")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(ending[1:])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.fileSelected.connect(lambda chosen: self.export(Path(chosen)))
        dialog.open()

    def export(self, path: Path) -> None:
        """Write what is shown; a notice says where it lies, or why it does not. Closing the sheet gives it up."""
        if self.figure is None or self._busy:
            return
        self._busy = True
        self._show_button()
        design, figure, given_up = self._document.project.design, self.figure, self._given_up
        format_name, scale = self.format.choice, _SCALES[self.scale.value()]

        def work() -> Written:
            try:
                data = file_of(design, figure, format_name, scale)
                if not given_up.is_set():
                    write_figure(path, data, design)
            except ExportError as error:
                return Written(given_up, path, error.sentence)
            return Written(given_up, path, None)

        self._writing.ask(work)

    def let_go(self) -> None:
        """Nothing is being written any more."""
        self._busy = False
        self._show_button()

    def tell_written(self, found: Written) -> None:
        """Say where the file lies, or why it does not."""
        if found.asked is not self._given_up:
            return
        self.let_go()
        if found.trouble is not None:
            self._notices.tell(worded(found.trouble), "error", about="export")
            return
        preferences.remember("export/folder", str(found.path.parent))
        self._notices.tell(f"{found.path.name} is written.", "good", about="export")
        self.exported.emit(found.path)


class Exporting(QObject):
    """Opens the sheet over a window, one at a time."""

    opened = Signal()

    def __init__(
        self,
        document: Document,
        view: VolumesView,
        notices: Notices,
        window: QWidget,
        class_names: Callable[[], tuple[str, ...]] = tuple,
    ) -> None:
        super().__init__(window)
        self._parts, self._window = (document, view, notices, class_names), window
        self._drawing = Background("Drawing the figure", self)
        self._drawing.answered.connect(self._drawn)
        self._writing = Background("Writing the figure", self, failed=self._writing_failed)
        self._writing.answered.connect(self._written)
        self.sheet: ExportSheet | None = None
        self.overlay: Overlay | None = None

    def shutdown(self) -> None:
        """Nothing is drawn or written any more. Safe to call twice."""
        if self.sheet is not None:
            self.sheet.give_up()
        self._drawing.shutdown()
        self._writing.shutdown()

    def open(self) -> None:
        """Show the sheet."""
        if self.overlay is not None:
            return
        self.sheet = ExportSheet(*self._parts, self._drawing, self._writing)
        self.overlay = Overlay(self._window, "Export figure", self.sheet, QSize(860, 520))
        self.sheet.exported.connect(self.overlay.dismiss)
        self.overlay.closed.connect(self._closed)
        self.opened.emit()

    def _drawn(self, found: Drawn) -> None:
        if self.sheet is not None:
            self.sheet.show_drawn(found)

    def _written(self, found: Written) -> None:
        if self.sheet is not None:
            self.sheet.tell_written(found)

    def _writing_failed(self, failure: Failure) -> None:
        tell(failure, self)
        if self.sheet is not None:
            self.sheet.let_go()

    def _closed(self) -> None:
        if self.sheet is not None:
            self.sheet.give_up()
        self.sheet = self.overlay = None
