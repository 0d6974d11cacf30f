"""Choosing the images to learn from: the menu behind the data chip, and the offer to fit the Input layer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QPushButton, QWidget

from cnnstudio.data.downloads.published import PUBLISHED
from cnnstudio.data.drawn.flaws import FLAWS
from cnnstudio.data.library import BUILTIN
from cnnstudio.data.reader import file_patterns
from cnnstudio.design.analysis.repairs import Repair
from cnnstudio.design.value.problem import Problem
from cnnstudio.design.wording.repairs import repair_title
from cnnstudio.nn.arrays import shape_text
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.ui.commands.command import Listed
from cnnstudio.ui.commands.menus import help_entry
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import dressing, icons
from cnnstudio.ui.look.labels import plain_title
from cnnstudio.ui.problems.findings import Findings
from cnnstudio.ui.run.data_source import DataSource, flawed_title, title_of
from cnnstudio.ui.studio.intents import FetchData, ImportData, Intents, ReviseData
from cnnstudio.ui.telling.notices import Notice, Notices


class DataChip(QPushButton):
    """Names the data and opens their menu."""

    def __init__(self, data: DataSource, menu: QMenu) -> None:
        super().__init__()
        self._data = data
        self.setToolTip("The images this design learns from")
        self.setIconSize(QSize(16, 16))
        self.setMenu(menu)
        data.changed.connect(self._name)
        dressing.follow(self, self._tint)
        self._tint()

    def _name(self) -> None:
        self.setText(plain_title(self._data.title))

    def _tint(self) -> None:
        self.setIcon(icons.icon("data"))


class DataMenu(QObject):
    """Edits ``recipe.data``. Where images and Input layer differ it offers, never decides."""

    def __init__(
        self,
        document: Document,
        data: DataSource,
        findings: Findings,
        notices: Notices,
        intents: Intents,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._intents, self._findings = intents, findings
        self._document, self._data, self._notices, self._window = document, data, notices, window
        self._offer: Notice | None = None
        self._offered: tuple[str, tuple[int, ...]] | None = None
        self._taken: tuple[int, ...] = ()
        self.menu = QMenu(window)
        self.menu.setToolTipsVisible(True)
        for name, kind in BUILTIN.items():
            action = self.menu.addAction(f"{kind.title} (built-in)")
            action.setToolTip(kind.sentence)
            action.setData(name)
            action.setCheckable(True)
            action.triggered.connect(lambda _checked, name=name: data.choose(name))
        flawed = self.menu.addMenu("Sets with a flaw")
        flawed.setToolTipsVisible(True)
        for name in BUILTIN:
            for number, flaw in enumerate(FLAWS, 1):
                action = flawed.addAction(f"{flawed_title(name)}, {number}")
                action.setToolTip("Something is wrong with these images: find it in Data, by a test and in Explain")
                action.triggered.connect(lambda _checked, name=name, flaw=flaw: data.choose_flawed(name, flaw))
        self._downloads = self.menu.addMenu("Download")
        self._downloads.setToolTipsVisible(True)
        for name, found in PUBLISHED.items():
            action = self._downloads.addAction(found.title)
            action.setData(name)
            action.setToolTip(found.sentence)
            action.triggered.connect(partial(self.fetch, name))
        self._own = self.menu.addAction("")
        self._own.setCheckable(True)
        self.menu.addSeparator()
        folder, file = self.menu.addAction("Open a folder of images…"), self.menu.addAction("Open images in a file…")
        help_entry(folder, "Learn from a folder with a folder for each class, or with the files of MNIST or CIFAR")
        help_entry(file, "Learn from images in a zip, an .npz, a CSV of pixels or an IDX file")
        folder.triggered.connect(self.open_folder)
        file.triggered.connect(self.open_file)
        self._own.setToolTip("The images this design learns from now")
        self.menu.aboutToShow.connect(self._mark)
        data.place_asked.connect(self.find)
        findings.changed.connect(self._compare)
        self._mark()

    def twin(self) -> QMenu:
        """The same entries in another menu."""
        menu = QMenu(self._window)
        menu.setToolTipsVisible(True)
        menu.addActions(self.menu.actions())
        menu.aboutToShow.connect(self._mark)
        return menu

    def listed(self) -> list[Listed]:
        """The same for the search of commands."""
        words = "data dataset images"
        kept = [
            Listed(f"data {name}", f"Learn from {kind.title}", partial(self._data.choose, name), "data", words)
            for name, kind in BUILTIN.items()
        ]
        kept += [
            Listed(
                f"data {name} {flaw}", f"Learn from {flawed_title(name)}, {number}",
                partial(self._data.choose_flawed, name, flaw), "data", f"{words} mistake wrong puzzle",
            )
            for name, kind in BUILTIN.items()
            for number, flaw in enumerate(FLAWS, 1)
        ]  # fmt: skip
        kept += [
            Listed(
                f"data {name}", f"Learn from {found.title}{_size_of(name)}", partial(self.fetch, name), "data",
                f"{words} download fetch published internet",
            )
            for name, found in PUBLISHED.items()
        ]  # fmt: skip
        words += " import load learn"
        return [
            *kept,
            Listed("data folder", "Open a folder of images", self.open_folder, "data", f"{words} mnist idx pictures"),
            Listed("data file", "Open images in a file", self.open_file, "data", f"{words} mnist idx zip csv npz"),
        ]

    def fetch(self, name: str) -> None:
        """Learn from a published set, which is fetched if it is not here."""
        self._intents.ask(FetchData(name))

    def open_folder(self) -> None:
        """Let a folder of images be chosen."""
        dialog = QFileDialog(self._window, "Open a folder of images", str(Path.home()))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        self._show(dialog)

    def open_file(self) -> None:
        """Let one file that holds images be chosen."""
        kinds = f"Images ({' '.join(file_patterns())});;All files (*)"
        dialog = QFileDialog(self._window, "Open images in a file", str(Path.home()), kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        self._show(dialog)

    def find(self, lost: str) -> None:
        """Let the new place of images be chosen that are not where they were, or fetch them."""
        if lost in PUBLISHED:
            self.fetch(lost)
            return
        was = Path(lost)
        near = next((folder for folder in was.parents if folder.is_dir()), Path.home())
        dialog = QFileDialog(self._window, f"Find {title_of(lost)}", str(near))
        file = bool(was.suffix)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile if file else QFileDialog.FileMode.Directory)
        dialog.rejected.connect(lambda: self._data.ask_for(lost))  # its button took the question away
        self._show(dialog, lambda place: self._data.find(lost, place))

    def _show(self, dialog: QFileDialog, then: Callable[[str], object] | None = None) -> None:
        dialog.fileSelected.connect(then or (lambda chosen: self._intents.ask(ImportData(Path(chosen)))))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.open()

    def _mark(self) -> None:
        source = self._document.project.design.recipe.data.source
        for action in self.menu.actions():
            if action.data():
                action.setChecked(action.data() == source)
        for action in self._downloads.actions():
            action.setText(f"{PUBLISHED[action.data()].title}{_size_of(action.data())}")
        self._own.setVisible(source not in BUILTIN)
        self._own.setText(plain_title(title_of(source)))
        self._own.setChecked(True)

    @property
    def _misfit(self) -> Problem | None:
        """That images and Input layer differ, where they do."""
        return next((found for found in self._findings.all if found.code == "image-size"), None)

    def _compare(self) -> None:
        """Offer what is likely meant when images of another size have come, once for each."""
        shape, misfit = self._data.image_shape, self._misfit
        if not shape or misfit is None or misfit.node is None:
            self._withdraw()
            return
        taken = self._document.project.design.graph.shape(misfit.node)
        stands = self._offer in self._notices.current and self._taken != taken  # and says what was before
        if self._offered == (self._data.source, shape) and not stands:
            return
        self._withdraw()
        self._offered, self._taken = (self._data.source, shape), taken
        first = self._likely(misfit)
        title, action = self._named(first, shape), self._show_repairs if first is None else partial(self._repair, first)
        if first is not None and first.what.code == "change" and self._came_without_a_look():
            title, action = "Fit the network…", partial(self._intents.ask, ReviseData())
        self._offer = self._notices.tell(
            f"{self._data.title} has images of {shape_text(shape)}, but the Input layer takes {shape_text(taken)}.",
            "warning",
            about="size of the images",
            action_title=title,
            action=action,
        )

    def _came_without_a_look(self) -> bool:
        """Whether these are somebody's own data that no sheet has shown: more than their size may not fit."""
        data = self._document.project.design.recipe.data
        return data.source not in BUILTIN and not data.made

    def _likely(self, misfit: Problem) -> Repair | None:
        """The first repair, if one press may do it: whoever has chosen images does not want others, and what was
        learned is not lost without a look at what else there is."""
        first = next(iter(self._findings.repairs(misfit)), None)
        looked_at_first = ("other-data", "images-as-they-are-anew")
        return None if first is None or {first.what.code, first.means.code} & set(looked_at_first) else first

    def _named(self, repair: Repair | None, shape: tuple[int, ...]) -> str:
        if repair is None:
            return "See what can be done"
        change = repair.what.code == "change"
        return f"Set Input to {shape_text(shape)}" if change else repair_title(self._findings.design, repair.what)

    def _repair(self, offered: Repair) -> None:
        """The same in the design as it is now, if it still removes the problem there."""
        misfit = self._misfit
        now = self._findings.repairs(misfit) if misfit is not None else ()
        repair = next((each for each in now if each.what.code == offered.what.code), None)
        if repair is not None:
            self._findings.apply(repair)
        else:
            self._show_repairs()

    def _show_repairs(self) -> None:
        misfit = self._misfit
        if misfit is not None:
            self._findings.choose(misfit)
            self._findings.repairs_asked.emit()

    def _withdraw(self) -> None:
        self._offered = None
        if self._offer is not None:
            self._notices.dismiss(self._offer)
            self._offer = None


def _size_of(name: str) -> str:
    """What fetching a published set takes, to go on its title with; nothing where it is here."""
    found = PUBLISHED[name]
    return "" if found.is_here else f" ({bytes_text(found.size)})"
