"""The preferences: one sheet, whatever is chosen holds at once and is remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cnnstudio.data import cache
from cnnstudio.data.importing import stored
from cnnstudio.nn.network.plan import default_threads
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.project import runs_budget
from cnnstudio.project.run_folder import runs_folder
from cnnstudio.ui.look import dressing, motion, preferences, theme
from cnnstudio.ui.look.labels import label, rule
from cnnstudio.ui.run import threads
from cnnstudio.ui.shell import appearance, windows
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.overlay import Overlay

_SIZE = QSize(760, 800)
_TITLES = 132
_MOTION = {"As the system": "system", "Less": "less", "Full": "full"}
#: what imports may take, in bytes
_LIMITS = {f"{size}\u202fGB": size * 10**9 for size in (1, 2, 5, 10, 20, 50)}


def open_preferences(studio: Studio) -> Overlay:
    """Look, text size, motion, threads, folders and budgets."""
    page = PreferencesPage(studio.notices)
    page.changed = studio.commands.refresh  # the menu marks the same choice
    wanted = QSize(theme.scaled(_SIZE.width()), theme.scaled(_SIZE.height()))
    sheet = Overlay(studio.window, "Preferences", page, wanted)
    page.look.buttons[page.look.choice].setFocus(Qt.FocusReason.PopupFocusReason)
    return sheet


class PreferencesPage(QWidget):
    """The content of the sheet."""

    def __init__(self, notices: Notices) -> None:
        super().__init__()
        self._notices = notices
        self.changed: Callable[[], object] = bool
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(24, 4, 24, 24)
        self._column.setSpacing(10)
        self._add_appearance()
        self._add_computing()
        self._add_folders()
        self._column.addStretch(1)
        dressing.follow(self, self._show_look)
        self._show_taken()

    # what is on it

    def _add_appearance(self) -> None:
        self.look = Segments("Look", tuple(appearance.THEMES), _key(appearance.THEMES, appearance.chosen_theme()))
        self.look.changed.connect(self._choose_look)
        sizes = {f"{percent}\u202f%": percent for percent in theme.TEXT_SIZES}
        self.text_size = Segments("Text size", tuple(sizes), _key(sizes, theme.text_size()))
        self.text_size.changed.connect(lambda words: appearance.choose_text_size(sizes[words]))
        self.motion = Segments("Motion", tuple(_MOTION), _key(_MOTION, motion.chosen()))
        self.motion.changed.connect(lambda words: motion.choose(_MOTION[words]))
        grid = self._section("Appearance")
        _add_row(grid, self.look, "Dark, light, or whichever the desktop is.")
        _add_row(
            grid,
            self.text_size,
            "Of words, fields and tables. The canvas has its own zoom, drawings keep their size.",
        )
        _add_row(grid, self.motion, "With less of it films go row by row, and nothing glides or flies.")

    def _add_computing(self) -> None:
        grid = self._section("Training")
        now = threads.chosen_threads()
        counts = sorted({1, 2, 4, 8, 16, 32, now, threads.most_threads()})
        offered = [str(count) for count in counts if count <= threads.most_threads()]
        self.threads = Segments("Threads", offered, str(now))
        self.threads.changed.connect(self._choose_threads)
        usual = default_threads()
        _add_row(
            grid,
            self.threads,
            f"How many share each step of the next run. {usual} {'is' if usual == 1 else 'are'} usual here; "
            "another number changes the last digits of what is learned.",
        )

    def _add_folders(self) -> None:
        grid = self._section("Folders")
        self.open_settings = self._add_folder(
            grid, "Settings", preferences.folder, "These preferences, and copies of designs and runs not saved yet."
        )
        self.open_pictures = self._add_folder(
            grid,
            "Data",
            cache.folder,
            "Drawn data sets, and pictures made ready from your files.",
        )
        grid = self._section("Budgets")
        self.taken = label("", "soft")
        self.clear = QPushButton("Clear")
        self.clear.setAccessibleName("Clear the pictures made ready")
        self.clear.clicked.connect(self._clear)
        self.limit = self._limit("Pictures", stored.budget(), stored.set_budget, stored.folder)
        _add_row(
            grid,
            self.limit,
            "What pictures made ready may take on disk. Beyond it those that were used longest ago go; "
            "what is needed again is made again from your files.",
        )
        line = QHBoxLayout()
        line.setSpacing(10)
        line.addWidget(self.taken)
        line.addWidget(self.clear)
        line.addStretch(1)
        grid.addLayout(line, grid.rowCount(), 1)
        self.runs_limit = self._limit("Runs", runs_budget.budget(), runs_budget.set_budget, runs_folder)
        _add_row(
            grid,
            self.runs_limit,
            f"What kept runs may take on disk; they take {bytes_text(runs_budget.taken())} now. Beyond it the weights "
            "of those go that ended longest ago and have no star. Their curves stay, and project files keep what they "
            "have.",
        )

    def _limit(self, name: str, now: int, choose: Callable[[int], object], folder: Callable[[], Path]) -> Segments:
        """What a folder may take, to choose from."""
        limits = _LIMITS | {bytes_text(now): now for _ in range(now not in _LIMITS.values())}
        field = Segments(name, tuple(limits), _key(limits, now))
        field.changed.connect(lambda words: self._set_limit(choose, limits[words], folder()))
        return field

    def _section(self, title: str) -> QGridLayout:
        if self._column.count():
            self._column.addSpacing(2)
            self._column.addWidget(rule())
        self._column.addWidget(label(title, "section"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self._column.addLayout(grid)
        return grid

    def _add_folder(self, grid: QGridLayout, name: str, folder: Callable[[], Path], sentence: str) -> QPushButton:
        button = QPushButton("Open")
        button.setAccessibleName(f"Open the folder of {name.lower()}")
        button.setToolTip("Show this folder in the program for files")
        button.clicked.connect(lambda: self._open(folder()))
        where = ElidedLabel()
        where.set_text(str(folder()))
        field = QWidget()
        field.setAccessibleName(name)
        line = QHBoxLayout(field)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(10)
        line.addWidget(where, 1)
        line.addWidget(button)
        _add_row(grid, field, sentence, whole=True)
        return button

    # what it does

    def _choose_look(self, words: str) -> None:
        appearance.choose_theme(appearance.THEMES[words])
        self.changed()

    def _show_look(self) -> None:
        """It may have been chosen in the menu."""
        self.look.show_choice(_key(appearance.THEMES, appearance.chosen_theme()))

    def _choose_threads(self, words: str) -> None:
        threads.choose_threads(int(words))
        for window in windows.shown():
            window.studio.epoch_time.follow()

    def _open(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            self._notices.tell(f"{folder} cannot be made ({error.strerror}).", "error", about="preferences")
            return
        if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
            QApplication.clipboard().setText(str(folder))
            self._notices.tell(
                f"Nothing here shows folders. {folder} is in the clipboard now.", "warning", about="preferences"
            )

    def _set_limit(self, choose: Callable[[int], object], size: int, folder: Path) -> None:
        try:
            choose(size)
        except OSError as error:
            self._notices.tell(
                f"The limit cannot be written to {folder} ({error.strerror}).", "error", about="preferences"
            )

    def _clear(self) -> None:
        stored.forget_all()
        self._show_taken()

    def _show_taken(self) -> None:
        taken = stored.taken()
        self.taken.setText(f"{bytes_text(taken)} now" if taken else "Nothing is kept now.")
        self.clear.setEnabled(bool(taken))
        self.clear.setToolTip("Remove all of them" if taken else "There is nothing to remove.")


def _add_row(grid: QGridLayout, field: QWidget, sentence: str, *, whole: bool = False) -> None:
    """What it is called, the field, and a sentence below."""
    row = grid.rowCount()
    title = label(field.accessibleName(), "title")
    theme.fix_width(title, _TITLES)
    grid.addWidget(title, row, 0)
    if whole:
        grid.addWidget(field, row, 1)
    else:
        grid.addWidget(field, row, 1, Qt.AlignmentFlag.AlignLeft)
    grid.addWidget(label(sentence, "soft", wrap=True), row + 1, 1)
    grid.setRowMinimumHeight(row + 2, 6)


def _key(table: Mapping[str, object], value: object) -> str:
    return next(key for key, other in table.items() if other == value)
