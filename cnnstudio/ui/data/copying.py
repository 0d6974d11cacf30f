"""Writing a clean copy of the data, as a job: where to is asked for, and what came of it is told."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton

from cnnstudio.data.dataset import DataError
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.clean_copy import write_copy
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import told, worded
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, JobFailed, Jobs, Steps

#: the matter that notices here are about
MATTER = "copy of the data"


class CopyButton(QPushButton):
    """Asks for a name and writes; while it writes a press stops it, which leaves nothing behind."""

    def __init__(self, jobs: Jobs, notices: Notices) -> None:
        super().__init__()
        self._jobs, self._notices = jobs, notices
        self._catalogue: Catalogue | None = None
        self._job: Job | None = None
        self.clicked.connect(self._press)
        self._show()

    def show_catalogue(self, catalogue: Catalogue | None) -> None:
        """The pictures that would be written; None as long as not all are there."""
        self._catalogue = catalogue
        self._show()

    def write(self, folder: Path) -> None:
        """Write all pictures that are not left out into a new folder."""
        if self._catalogue is None:
            return
        self._notices.settle(MATTER)
        title = told("writing-copy", source=self._catalogue.data.title)
        self._job = job = self._jobs.submit(title, _writing(self._catalogue, folder))
        job.done.connect(partial(self._done, folder, self._catalogue))
        job.failed.connect(self._failed)
        job.state_changed.connect(self._ended)
        self._show()

    def _press(self) -> None:
        if self._job is not None:
            self._job.cancel()
            return
        dialog = QFileDialog(self.window(), "Write a clean copy into a new folder", str(Path.home()))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.setLabelText(QFileDialog.DialogLabel.FileName, "New folder")
        dialog.fileSelected.connect(lambda chosen: self.write(Path(chosen)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.open()

    def _done(self, folder: Path, catalogue: Catalogue, count: int) -> None:
        out = int((catalogue.parts == LEFT_OUT).sum())
        without = f", without {amount(out, 'picture')} left out" if out else ""
        self._notices.tell(f"Wrote {amount(count, 'picture')} to {folder}{without}.", "good", about=MATTER)

    def _failed(self, failure: Failure) -> None:
        if not failure.bug:
            self._notices.tell(worded(failure.sentence), "error", about=MATTER)

    def _ended(self, state: str) -> None:
        if state in ("done", "cancelled", "failed"):
            self._job = None
            self._show()

    def _show(self) -> None:
        self.setText("Stop writing" if self._job is not None else "Write a clean copy…")
        self.setEnabled(self._job is not None or self._catalogue is not None)
        self.setToolTip(
            "A new folder with a folder for each class, in which your changes are made. Your own files stay as they are"
        )


def _writing(catalogue: Catalogue, folder: Path) -> Callable[[Job], Steps]:
    def work(job: Job) -> Steps:
        try:
            yield None
            return write_copy(catalogue, folder, job.report, job.cancelled)
        except DataError as error:
            raise JobFailed("{error}", error=error) from error

    return work
