"""A button that writes the report on the newest test; while it is written a press stops it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QPushButton

from cnnstudio.cli.reporting.found import find
from cnnstudio.cli.reporting.page import html
from cnnstudio.files.atomic import replace_file
from cnnstudio.nn.telling.told import Sentence, told, worded
from cnnstudio.project.project import Project
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.evaluate.one_job import OneJob
from cnnstudio.ui.evaluate.pace import Pace
from cnnstudio.ui.evaluate.report.printed import printed
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.run.evaluation import EvaluationResult, Evaluator
from cnnstudio.ui.telling.notices import Notices
from cnnstudio.worker.jobs import Job, JobFailed, Jobs, Steps

#: the matter that notices here are about, and milliseconds between two looks at how far it is
MATTER, _POLL = "report", 100
_TIP = "Write down what the test found, what it gets wrong and where it looked: one page, as HTML or PDF"
ENDINGS = (".html", ".pdf")


class ReportButton(QPushButton):
    """Follows the evaluator."""

    def __init__(self, document: Document, evaluator: Evaluator, jobs: Jobs, notices: Notices) -> None:
        super().__init__("Report…")
        self._document, self._evaluator, self._notices = document, evaluator, notices
        self._pace, self._trial = Pace(), OneJob(jobs, self)
        self._timer = QTimer(self, interval=_POLL)
        self._timer.timeout.connect(self._follow)
        self._trial.changed.connect(self._follow)
        self._trial.done.connect(lambda path: self._notices.tell(f"Wrote the report to {path}.", "good", about=MATTER))
        evaluator.changed.connect(self._follow)
        self.clicked.connect(self._press)
        self._follow()

    @property
    def busy(self) -> bool:
        """Whether one is being written."""
        return self._trial.job is not None

    def why_not(self) -> str:
        """What keeps it from being written, or ""."""
        if self._evaluator.result is None or not self._evaluator.current:
            return "Evaluate the network as it is now first."
        return ""

    def choose(self) -> None:
        """Ask where it goes."""
        dialog = QFileDialog(self.window(), "Write a report", str(Path.home() / f"{self._name()} report.html"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilters(["Web page (*.html)", "PDF (*.pdf)"])
        dialog.setDefaultSuffix("html")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("pdf" if "pdf" in chosen else "html"))
        dialog.fileSelected.connect(lambda chosen: self.write(Path(chosen)))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.open()

    def write(self, path: Path) -> None:
        """Write it; a notice says so, or why not."""
        result = self._evaluator.result
        if path.suffix.lower() not in ENDINGS:
            self._notices.tell("A report is a file that ends in .html or .pdf.", "warning", about=MATTER)
        elif result is not None:
            self._notices.settle(MATTER)
            project = replace(self._document.project, weights=result.of.snapshot)
            self._trial.begin(told("writing-report"), _writing(project, result, path))
            if (job := self._trial.job) is not None:
                job.failed.connect(
                    lambda failure: failure.bug or self._notices.tell(worded(failure.sentence), "error", about=MATTER)
                )

    def _name(self) -> str:
        return self._document.project.design.title or "Network"

    def _press(self) -> None:
        if self.busy:
            self._trial.stop()
        else:
            self.choose()

    def _follow(self) -> None:
        job, why = self._trial.job, self.why_not()
        self._timer.start() if job is not None else self._timer.stop()
        self.setText(f"Stop · {self._pace.words(job)}" if job is not None else "Report…")
        self.setEnabled(job is not None or not why)
        self.setToolTip(plain_tip(why or _TIP))


def _writing(project: Project, result: EvaluationResult, path: Path) -> Callable[[Job], Steps]:
    def work(job: Job) -> Steps:
        yield None
        page = html(find(project, result.data, result.confusion, job.report, job.cancelled))
        yield None
        content = printed(page) if path.suffix.lower() == ".pdf" else page.encode()
        try:
            replace_file(path, lambda file: file.write(content), lambda written: None, backup=False)
        except OSError as error:
            why = error.strerror or type(error).__name__
            raise JobFailed(Sentence("{path} cannot be written: {why}.", path=str(path), why=why)) from error
        return path

    return work
