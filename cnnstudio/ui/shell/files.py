"""Opening, saving and closing, without ever losing what is not saved and without a dialog of our own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QMessageBox

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.design.templates import template, template_names
from cnnstudio.design.value.design import Design
from cnnstudio.files.atomic import BACKUP, backup_path
from cnnstudio.files.stamp import Stamp, stamp
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.file import SUFFIX, SaveError, save_project
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.trained import trained
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.document.naming import name_design
from cnnstudio.ui.look import preferences
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.shell import windows
from cnnstudio.ui.shell.windows import StudioWindow
from cnnstudio.ui.studio.intents import ExplainNetwork
from cnnstudio.ui.studio.keyboard import finish_typing
from cnnstudio.ui.telling.notices import REFUSED, Kind, Notice, Notices
from cnnstudio.worker.background import Background

if TYPE_CHECKING:
    from cnnstudio.opening import Opened

_FILTER = f"CNN Studio designs (*{SUFFIX})"
#: the matters that notices here are about: what came of opening a file, and of saving
OPENED, SAVED = "file opened", "file saved"

#: milliseconds of reading after which the window says what it waits for
LONG = 300


class Files(QObject):
    """What the File menu does to one document."""

    def __init__(self, document: Document, run_control: RunControl, notices: Notices, window: StudioWindow) -> None:
        super().__init__(window)
        self._document, self._run_control, self._notices, self._window = document, run_control, notices, window
        #: what is being read, in the order in which it was asked for
        self._opening: list[Path] = []
        self._told: Notice | None = None
        self._background = Background("Reading the file", self)
        self._background.answered.connect(self._opened)
        self._long = QTimer(self, interval=LONG, singleShot=True)
        self._long.timeout.connect(self._tell_opening)

    @property
    def name(self) -> str:
        """What to call the document."""
        path = self._document.path
        return path.name if path is not None else self._document.project.design.title or "Untitled"

    def new(self, name: str = "") -> None:
        """Begin with a template, or with nothing where no name is given: here if nothing has been done here yet,
        otherwise in a window of its own."""
        _in_build(self._show_project(untrained(template(name) if name else Design()), None))

    def see_trained(self, name: str) -> None:
        """Look into one of the trained networks that come with the program: here if nothing has been done here yet,
        otherwise in a window of its own."""
        self._show_project(trained(name), None).studio.intents.ask(ExplainNetwork())

    def new_window(self) -> None:
        """Begin with the first template in a window of its own."""
        windows.open_window(self._window, untrained(template(template_names()[0])), None)

    def open(self) -> None:
        """Let a file be chosen, and do with it what is done with one that is dropped."""
        from cnnstudio.data.pictures.picture import ENDINGS as PICTURES
        from cnnstudio.data.reader import file_patterns
        from cnnstudio.opening import DESIGNS, WEIGHTS

        designs = f"Designs, exported figures, ONNX and Keras models, weights (*{' *'.join((*DESIGNS, *WEIGHTS))})"
        files = dict.fromkeys((*(f"*{ending}" for ending in (*DESIGNS, *WEIGHTS, *PICTURES)), *file_patterns()))
        everything = f"Designs, pictures and data ({' '.join(files)})"
        dialog = QFileDialog(self._window, "Open", self._folder())
        dialog.setNameFilters([everything, designs, "All files (*)"])
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda chosen: self._window.open_any(Path(chosen)))
        self._show(dialog)

    def open_path(self, path: Path) -> None:
        """Read this file beside the window and open it: here if nothing has been done here yet, otherwise in a window
        of its own. If it cannot be read, a notice says why and nothing else happens."""
        self.open_paths((path,))

    def open_paths(self, paths: Iterable[Path], refused: Sequence[str] = ()) -> None:
        """Read these files and open each of them likewise. What cannot be read is told together, after what was
        ``refused`` before."""
        # another path each time it is asked for: ``_opened`` tells them apart
        asked = [Path(path.absolute()) for path in paths if not windows.come_forward(path.absolute())]
        if asked:
            self._ask(asked, lambda: [_read(path) for path in asked], refused)
        elif refused:
            self._notices.tell(" ".join(refused), "error", about=REFUSED)

    def open_weights(self, path: Path) -> None:
        """The same with weights that another program has saved alone, for the design that is open here."""
        path, project = Path(path.absolute()), self._document.project
        self._ask([path], lambda: [_read_weights(path, project)])

    def _ask(self, paths: list[Path], read: Callable[[], list[_Read]], refused: Sequence[str] = ()) -> None:
        self._opening += paths
        self._long.start()
        self._background.ask(lambda: (read(), refused))

    def show(self, project: Project, said: str, *, train: bool = False) -> None:
        """Show a project that has no file, say there what it is, and let it go on training where that is wanted."""
        studio = self._show_project(project, None).studio
        studio.notices.tell(said)
        if train:
            studio.workspaces.show(studio.workspaces.of_runs)
            studio.run_control.train()

    @property
    def opening(self) -> tuple[Path, ...]:
        """The files that are being read."""
        return tuple(self._opening)

    def cancel_opening(self) -> None:
        """Open nothing of what is still being read."""
        self._opening.clear()
        self._tell_opening()

    def shutdown(self) -> None:
        """Wait for the reader to end, and open nothing more. Safe to call twice."""
        self._opening.clear()
        self._long.stop()
        self._background.shutdown()

    def _opened(self, answer: tuple[list[_Read], Sequence[str]]) -> None:
        found, refused = answer
        last = found[-1].path
        place = next((place for place, asked in enumerate(self._opening) if asked is last), None)
        if place is None:  # cancelled
            return
        del self._opening[: place + 1]  # what was asked for before and passed over is not coming
        self._tell_opening()
        self._notices.settle(OPENED, REFUSED)
        unread = [(each.path, each.opened) for each in found if isinstance(each.opened, FileFormatError)]
        if len(unread) == 1 and not refused:
            self._refuse(*unread[0])
        elif unread or refused:
            words = [*refused, *(worded(error) for _, error in unread)]
            self._notices.tell(" ".join(words), "error", about=REFUSED)
        for each in found:
            if not isinstance(each.opened, FileFormatError):
                self._show_opened(each.path, each.opened, each.on_disk)

    def _show_opened(self, path: Path, opened: Opened, on_disk: Stamp | None) -> None:
        if windows.come_forward(path):  # asked for twice while it was read
            return
        if opened.project is not None and opened.foreign:
            notices = self._show_project(opened.project, None).studio.notices
            said = " ".join(worded(note) for note in opened.notes)
            words = f"{path.name} is open with its weights; saving asks for a file of its own. {said}".rstrip()
            notices.tell(words, "info" if opened.whole else "warning")
        elif opened.project is not None and path.suffix == BACKUP:
            notices = self._show_project(opened.project, None).studio.notices
            notices.tell(f"{path.name} is the save before the last one. Saving asks for a file of its own.")
        elif opened.project is not None:
            notices = self._show_project(opened.project, path, on_disk).studio.notices
            if opened.damage:
                said = " ".join(worded(sentence) for sentence in opened.damage)
                self._offer_backup(notices, path, f"{path.name}: {said}", "warning")
        else:  # a copy of the design: saving asks for a file of its own
            notices = self._show_project(untrained(opened.design), None).studio.notices
            notices.tell(f"{path.name} holds the design only: the weights begin anew. Train, or F5, lets them learn.")
        preferences.remember_file(path)

    def _refuse(self, path: Path, why: FileFormatError) -> None:
        from cnnstudio.exchange.models import StoppedModel
        from cnnstudio.opening import as_far_as_it_goes

        if isinstance(why, StoppedModel):
            found = as_far_as_it_goes(why)
            self._notices.tell(
                worded(why), "error", action_title="Look at what comes before it",
                action=lambda: self._show_opened(path, found, None), about=REFUSED,
            )  # fmt: skip
            return
        self._offer_backup(self._notices, path, worded(why), "error")

    def _offer_backup(self, notices: Notices, path: Path, text: str, kind: Kind) -> None:
        """Say what is wrong with a file, and offer the save before it where there is one."""
        from cnnstudio.opening import backup_of

        backup, about = backup_of(path), REFUSED if kind == "error" else OPENED
        if backup is None:
            notices.tell(text, kind, about=about)
        else:
            notices.tell(text, kind, action_title="Open the backup", action=lambda: self.open_path(backup), about=about)

    def _tell_opening(self) -> None:
        """Say what is being read where that takes long, and how to do without it."""
        if self._told is not None:
            self._notices.dismiss(self._told)
            self._told = None
        if self._opening and not self._long.isActive():
            names = [path.name for path in self._opening]
            text = f"Reading {names[-1] if len(names) == 1 else amount(len(names), 'file')} …"
            self._told = self._notices.tell(text, action_title="Cancel", action=self.cancel_opening)

    def save(self, then: Callable[[], None] | None = None) -> None:
        """Save to the document's file, or ask for one. ``then`` is called once it is on the disk."""
        finish_typing(self._window)  # what is being typed belongs to what is saved
        if self._document.path is None:
            self.save_as(then)
        else:
            self.save_to(self._document.path, then)

    def save_as(self, then: Callable[[], None] | None = None) -> None:
        """Ask where to save."""
        finish_typing(self._window)
        start = str(Path(self._folder()) / f"{Path(self.name).stem}{SUFFIX}")
        dialog = QFileDialog(self._window, "Save the design", start, _FILTER)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(SUFFIX[1:])
        dialog.fileSelected.connect(lambda chosen: self.save_to(Path(chosen), then))
        self._show(dialog)

    def when_settled(self, when: str, go_on: Callable[[], None]) -> None:
        """Call ``go_on`` once nothing can be lost any more: at once, or after a question to the user. A run
        under way ends first; the question says so."""
        if not self._document.modified and not self._run_control.session.active:
            go_on()
            return
        box = self._box("unsaved", QMessageBox.Icon.Question, f"Save “{self.name}” {when}?")
        if self._run_control.session.active:
            box.setInformativeText("Training is under way and ends here. What it has learned is saved with it.")
        elif self._document.guest_kept:
            box.setInformativeText("Otherwise its file stays as it was; the lesson keeps the changes.")
        else:
            box.setInformativeText("Otherwise the changes since the last save are lost.")
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        box.setDefaultButton(button.Save)
        box.finished.connect(lambda answer: self._answered(button(answer), go_on))
        box.open()

    def _answered(self, answer: QMessageBox.StandardButton, go_on: Callable[[], None]) -> None:
        if answer == QMessageBox.StandardButton.Cancel:
            return
        self._run_control.settle()
        if answer == QMessageBox.StandardButton.Discard:
            go_on()
        else:
            self.save(go_on)

    @property
    def pristine(self) -> bool:
        """Whether nothing has been done in this window yet: another design may take its place unasked."""
        document, stack = self._document, self._document.history
        untouched = document.path is None and not (document.guest or document.modified or stack.count())
        return untouched and not self._run_control.session.active

    def _show_project(self, project: Project, path: Path | None, on_disk: Stamp | None = None) -> StudioWindow:
        """Show it here or beside, and say in which window: what there is to say about it belongs to its notices."""
        if self.pristine:
            self._document.open(project, path, on_disk)
            return self._window
        return windows.open_window(self._window, project, path, on_disk)

    def save_to(self, path: Path, then: Callable[[], None] | None = None) -> None:
        """Save to a file, from now on the document's; where somebody else has changed it since it was opened or saved
        here, after a question. ``then`` is called once it is on the disk."""
        if self._still(path):
            self._run_control.with_newest_weights(lambda: self._write(path, then))
            return
        words = f"“{path.name}” was changed on the disk since it was opened or saved here."
        box = self._box("changed elsewhere", QMessageBox.Icon.Warning, words)
        kept = backup_path(path).name
        box.setInformativeText(f"If you save anyway, what is on the disk now stays beside it as “{kept}”.")
        anyway = box.addButton("Save anyway", QMessageBox.ButtonRole.AcceptRole)
        other = box.addButton("Save under another name…", QMessageBox.ButtonRole.ActionRole)
        box.setDefaultButton(other)
        box.addButton(QMessageBox.StandardButton.Cancel)
        anyway.clicked.connect(lambda: self._run_control.with_newest_weights(lambda: self._write(path, then)))
        other.clicked.connect(lambda: self.save_as(then))
        box.open()

    def _still(self, path: Path) -> bool:
        """Whether nobody else has written to the document's file, as far as can be known."""
        document = self._document
        if path != document.path or document.on_disk is None:
            return True  # where another file is replaced, whoever chose it was asked
        try:
            return document.on_disk.still(path)
        except OSError:
            return True  # saving will say what is wrong with it

    def _write(self, path: Path, then: Callable[[], None] | None) -> None:
        if not self._document.project.design.title:
            name_design(self._document, path.stem)
        project = self._document.project
        try:
            on_disk = save_project(project, path)
        except SaveError as error:
            self._notices.tell(worded(error), "error", about=SAVED)
            return
        self._notices.settle(SAVED)
        self._document.saved(project, path, on_disk)
        preferences.remember_file(path)
        if then is not None:
            then()

    def _folder(self) -> str:
        if self._document.path is not None:
            return str(self._document.path.parent)
        recent = preferences.recent_files()
        return str(recent[0].parent if recent else Path.home())

    def _box(self, name: str, icon: QMessageBox.Icon, text: str) -> QMessageBox:
        """A question over this window alone; its buttons and the rest are the asker's, and so is opening it."""
        box = QMessageBox(icon, "", text, parent=self._window)
        box.setObjectName(name)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowModality(Qt.WindowModality.WindowModal)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        return box

    def _show(self, dialog: QFileDialog) -> None:
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.open()


def _in_build(window: StudioWindow) -> None:
    """What is new is first drawn."""
    window.studio.workspaces.go_to(window.studio.workspaces.of_designs)


@dataclass(frozen=True, eq=False)
class _Read:
    """What a file holds, or why it cannot be read; and what it was before it was read, where that is known."""

    path: Path
    opened: Opened | FileFormatError
    on_disk: Stamp | None


def _read_weights(path: Path, project: Project) -> _Read:
    """The design of a project with the weights of a file."""
    from cnnstudio.opening import open_weights

    try:
        return _Read(path, open_weights(path, project), None)
    except FileFormatError as error:
        return _Read(path, error, None)


def _read(path: Path) -> _Read:
    from cnnstudio.opening import open_design

    try:
        on_disk = stamp(path)
    except OSError:
        on_disk = None  # reading says what is wrong with it
    try:
        return _Read(path, open_design(path), on_disk)
    except FileFormatError as error:
        return _Read(path, error, on_disk)
