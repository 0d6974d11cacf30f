"""File ▸ Compare with: the saved file, a template or any other design beside this one."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template, template_names, template_sentence
from cnnstudio.design.value.design import Design
from cnnstudio.files.plain import exists
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.since_training import since_training
from cnnstudio.runs.run import Run
from cnnstudio.ui.commands.command import Listed
from cnnstudio.ui.commands.menus import help_entry
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.labels import plain_tip, plain_title
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.background import Background

if TYPE_CHECKING:
    from cnnstudio.ui.panels.compare.compare_sheet import CompareSheet


class Comparing(QObject):
    """Chooses what to compare with and opens the sheet over ``host``."""

    def __init__(self, document: Document, notices: Notices, host: QWidget) -> None:
        super().__init__(host)
        self._document, self._notices, self._host = document, notices, host
        #: the file that is being read to be compared with
        self._asked: Path | None = None
        self.reading = Background("Reading what is to be compared with", self)
        self.reading.answered.connect(self._show)
        self.menu = QMenu("Compare with", host)
        self.menu.setToolTipsVisible(True)
        self.menu.aboutToShow.connect(self._fill)

    @cached_property
    def sheet(self) -> CompareSheet:
        """Both designs side by side; made when it is first needed."""
        from cnnstudio.ui.panels.compare.compare_sheet import CompareSheet

        return CompareSheet(self._document, self._host)

    def dismiss(self) -> None:
        """Close the sheet, if there is one, and open none for what is still being read."""
        self._asked = None
        if "sheet" in vars(self):
            self.sheet.dismiss()

    def with_file(self, path: Path) -> None:
        """Compare with a file, which is read beside the window; a notice says why if it cannot be."""
        self._asked = path
        self.reading.ask(partial(_read, path))

    def shutdown(self) -> None:
        """Wait for the reader to end. Safe to call twice."""
        self.reading.shutdown()

    def _show(self, found: _Read) -> None:
        if found.path != self._asked:  # it was left, or another is wanted by now
            return
        if isinstance(found.design, FileFormatError):
            self._notices.tell(worded(found.design), "error", about="compare")
        else:
            self._notices.settle("compare")
            self.sheet.show_with(found.design, found.path.name, found.run)

    def _with_saved(self, path: Path, _checked: bool = False) -> None:
        self.with_file(path)

    def with_template(self, name: str) -> None:
        """Compare with a design that comes with the program."""
        self._asked = None
        self.sheet.show_with(template(name), template(name).title or name)

    def choose(self) -> None:
        """Let a file be chosen."""
        from cnnstudio.opening import DESIGNS

        path = self._document.path
        filters = f"Designs, exported figures, ONNX and Keras models (*{' *'.join(DESIGNS)})"
        dialog = QFileDialog(self._host, "Compare with", str(path.parent if path else Path.home()), filters)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.fileSelected.connect(lambda chosen: self.with_file(Path(chosen)))
        dialog.open()

    def listed(self) -> list[Listed]:
        """The same for the search of commands."""
        words = "compare difference beside"
        path = self._document.path
        found = [Listed("compare file", "Compare with a file", self.choose, words=words)]
        if path is not None and exists(path):
            saved = partial(self.with_file, path)
            found.append(Listed("compare saved", "Compare with what is saved", saved, words=words))
        for name in template_names():
            title = template(name).title or name
            do = partial(self.with_template, name)
            found.append(Listed(f"compare {name}", f"Compare with {title}", do, words=words))
        return found

    def _fill(self) -> None:
        self.menu.clear()
        file = self.menu.addAction("A file…")
        help_entry(file, "Lay another design beside this one and see what differs")
        file.triggered.connect(self.choose)
        path = self._document.path
        saved = self.menu.addAction("What is saved")
        help_entry(saved, "See what has changed since the file was last saved")
        saved.setEnabled(path is not None and exists(path))
        if path is not None:
            saved.triggered.connect(partial(self._with_saved, path))
        self.menu.addSeparator()
        for name in template_names():
            action = self.menu.addAction(plain_title(template(name).title or name))
            action.setToolTip(plain_tip(template_sentence(name)))
            action.triggered.connect(lambda _checked, name=name: self.with_template(name))


@dataclass(frozen=True, eq=False)
class _Read:
    """The design in a file and the run it comes from, if the figures of that are its own; or why there is none."""

    path: Path
    design: Design | FileFormatError
    run: Run | None = None


def _read(path: Path) -> _Read:
    from cnnstudio.opening import open_design

    try:
        opened = open_design(path)
    except FileFormatError as error:
        return _Read(path, error)
    project = opened.project
    return _Read(path, opened.design, project.run if project is not None and since_training(project) is None else None)
