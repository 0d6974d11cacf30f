"""File ▸ Export figure: what it will look like, and the few choices there are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
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
from cnnstudio.nn.told import worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import preferences, theme
from cnnstudio.ui.look.labels import label
from cnnstudio.ui.panels.volumes.card_pictures import card_pictures
from cnnstudio.ui.panels.volumes.painting import paint_figure
from cnnstudio.ui.panels.volumes.rendering import FORMATS, PDF, PNG, SVG, file_of
from cnnstudio.ui.panels.volumes.view import VolumesView
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.overlay import Overlay

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


class Switch(QFrame):
    """One of a few, side by side; the choice is remembered."""

    changed = Signal(str)

    def __init__(self, name: str, choices: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "switch")
        self.setAccessibleName(name)
        self._key = f"export/{name.lower()}"
        line = QHBoxLayout(self)
        line.setContentsMargins(2, 2, 2, 2)
        line.setSpacing(2)
        group = QButtonGroup(self)
        self.buttons: dict[str, QPushButton] = {}
        for choice in choices:
            button = QPushButton(choice)
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setProperty("tight", "true")
            button.clicked.connect(lambda _checked, choice=choice: self._choose(choice))
            group.addButton(button)
            line.addWidget(button, 1)
            self.buttons[choice] = button
        remembered = preferences.text(self._key)
        self.buttons[remembered if remembered in self.buttons else choices[0]].setChecked(True)

    @property
    def choice(self) -> str:
        """What is chosen."""
        return next(name for name, button in self.buttons.items() if button.isChecked())

    def _choose(self, choice: str) -> None:
        preferences.remember(self._key, choice)
        self.changed.emit(choice)


class Preview(QWidget):
    """A figure, as large as it fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumSize(240, 160)
        self.setAccessibleName("Preview")
        self._figure: Figure | None = None

    def show_figure(self, figure: Figure) -> None:
        """Show another figure."""
        self._figure = figure
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        look = theme.current()
        painter.setPen(look.line)
        painter.setBrush(look.background)
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), theme.RADIUS, theme.RADIUS)
        figure = self._figure
        if figure is None:
            return
        scale = min((self.width() - 24) / figure.width, (self.height() - 24) / figure.height, 1.5)
        painter.translate((self.width() - figure.width * scale) / 2, (self.height() - figure.height * scale) / 2)
        painter.scale(scale, scale)
        paint_figure(painter, figure)


class ExportSheet(QWidget):
    """The content of the sheet. ``exported`` says where the figure lies."""

    exported = Signal(object)

    def __init__(
        self, document: Document, view: VolumesView, notices: Notices, class_names: Callable[[], tuple[str, ...]]
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
        self.button = QPushButton("Export…")
        self.button.setProperty("role", "primary")
        self.button.clicked.connect(self.choose_file)
        form = QVBoxLayout()
        form.setSpacing(6)
        for field in (self.view, self.shows, self.format, self.colours):
            form.addWidget(label(field.accessibleName(), "section"))
            form.addWidget(field)
            form.addSpacing(4)
            field.changed.connect(self.refresh)
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
        self.scale.valueChanged.connect(self.refresh)
        document.changed.connect(self.refresh)
        theme.changed.connect(self.refresh)
        self._shown_maps = len(view.inspection.maps)
        view.inspection.maps_changed.connect(self._maps_came)
        self.refresh()

    def _maps_came(self) -> None:
        """Those of cards out of sight come when the sheet is opened; training does not make it restless."""
        if len(self._view.inspection.maps) != self._shown_maps:
            self._shown_maps = len(self._view.inspection.maps)
            self.refresh()

    def figure(self) -> Figure:
        """What would be exported: the volumes as they are turned now, without what is selected."""
        seen = self._view.seen()
        view = View(seen.camera, 1.0, broken=seen.broken, probabilities=seen.probabilities)
        name, colours = _VIEWS[self.view.choice], _COLOURS[self.colours.choice]
        design, shown = self._document.project.design, None
        if name == "cards" and self.shows.choice == MAPS:
            look = theme.load("dark" if colours == "dark" else "light")
            shown = card_pictures(design.graph, self._view.inspection, look, self._class_names())
        return figure_of(design, name, colours, view, shown)

    def refresh(self, *_: object) -> None:
        """Show what would be exported now."""
        figure, scale = self.figure(), _SCALES[self.scale.value()]
        self.preview.show_figure(figure)
        width, height = figure.width * scale, figure.height * scale
        percent = f"{scale:.0%}".replace("%", "\u202f%")
        if self.format.choice == PDF:
            size = f"{width * 25.4 / 96:.0f} × {height * 25.4 / 96:.0f} mm"
        else:
            size = f"{width:.0f} × {height:.0f} px"
        self.size_text.setText(f"{percent} · {size}")
        self.holds.setText(_HOLDS[self.format.choice])
        self.shows.setEnabled(_VIEWS[self.view.choice] == "cards")
        self.button.setEnabled(bool(figure.marks))

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
        """Write it; a notice says where it lies, or why it does not."""
        design = self._document.project.design
        try:
            data = file_of(design, self.figure(), self.format.choice, _SCALES[self.scale.value()])
            write_figure(path, data, design)
        except ExportError as error:
            self._notices.tell(worded(error), "error")
            return
        preferences.remember("export/folder", str(path.parent))
        self._notices.tell(f"{path.name} is written.", "good")
        self.exported.emit(path)


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
        self.sheet: ExportSheet | None = None
        self.overlay: Overlay | None = None

    def open(self) -> None:
        """Show the sheet."""
        if self.overlay is not None:
            return
        self.sheet = ExportSheet(*self._parts)
        self.overlay = Overlay(self._window, "Export figure", self.sheet, QSize(860, 520))
        self.sheet.exported.connect(self.overlay.dismiss)
        self.overlay.closed.connect(self._closed)
        self.opened.emit()

    def _closed(self) -> None:
        self.sheet = self.overlay = None
