"""Exporting the network on the canvas, and verifying what was exported: each a job that can be stopped."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from cnnstudio.design.facts.answers import answers
from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.exchange.certificate import Certificate
from cnnstudio.exchange.code.apart import NotComputed
from cnnstudio.exchange.code.spelling import identifier
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.proof import Proving
from cnnstudio.exchange.targets import TARGETS, Target, in_the_way
from cnnstudio.files.plain import exists, expanded
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.parameters.parameters import carried_over
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Sentence, Told, told, worded
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import preferences
from cnnstudio.ui.panels.export.certificate_card import rows_of
from cnnstudio.ui.panels.export.export_page import ExportPage
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.worker.background import Background
from cnnstudio.worker.failures import Failure
from cnnstudio.worker.jobs import Job, JobCancelled, JobFailed, Jobs, Steps

#: milliseconds between two looks at how far an export is
_PAUSE = 100
_REMEMBERED = "export/target"
_ONNX = (
    "One file, net.onnx: a graph of ONNX operators with the names on the canvas, one input from 0 to 1, outputs "
    "“logits” and “probabilities”.\n\nNormalisation, class names and the certificate are in it."
)


class ModelExport(QObject):
    """Opens the page over ``host`` and carries out what is asked for on it."""

    def __init__(self, document: Document, looking: Looking, jobs: Jobs, host: QWidget) -> None:
        super().__init__(host)
        self._document, self._looking, self._jobs, self._host = document, looking, jobs, host
        self.page: ExportPage | None = None
        self.certificate: Certificate | None = None
        self._target = TARGETS["onnx"]
        self._out = Path()
        self._classes: tuple[str, ...] = ()
        self._refused = ""  # why the network cannot be written for the target
        self._job: Job | None = None
        self._texts = Background("Writing the code", self)
        self._texts.answered.connect(self._show_code)
        self._timer = QTimer(self)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._tell_progress)
        document.changed.connect(self._follow)
        looking.changed.connect(self._look)

    def shutdown(self) -> None:
        """Nothing is written or computed any more. Safe to call twice."""
        self._timer.stop()
        self._texts.shutdown()

    def open(self) -> None:
        """Show the page, with the target of the last time."""
        self.dismiss()
        self.page = page = ExportPage(TARGETS.values(), self._host)
        page.target_chosen.connect(self.choose)
        page.place_changed.connect(self._place)
        page.export_asked.connect(self.export)
        page.card.stop_asked.connect(self.stop)
        page.card.check_asked.connect(self.verify)
        page.dismissed.connect(self._forget)
        remembered = preferences.text(_REMEMBERED)
        self.choose(remembered if remembered in TARGETS else "pytorch")
        page.buttons[self._target.name].setFocus()

    def dismiss(self) -> None:
        """Close the page, if there is one; what is under way ends."""
        if self.page is not None:
            self.page.dismiss()

    def choose(self, name: str) -> None:
        """Another target, and the place that goes with it."""
        if self.page is None:
            return
        self._target = target = TARGETS[name]
        preferences.remember(_REMEMBERED, name)
        design, path = self._document.project.design, self._document.path
        folder = path.parent if path is not None else Path.home()
        stem = identifier(design.title, "network", ())
        self._out = folder / (f"{stem}{target.ending}" if target.ending else f"{stem}_{target.name}")
        why = target.why_unchecked()
        self.page.show_target(name, str(self._out), worded(why) if why else "", target.always_checked)
        self._show_nothing_yet()
        self._follow()

    def export(self) -> None:
        """Write it, and check it if that is wanted."""
        if self.page is None or self._job is not None or not self.page.button.isEnabled():
            return
        network, out, checks = self._network(), self._out, self.page.checks.isChecked()
        title = told("exporting-model", target=self._target.title)
        exporting = partial(self._target.exporting, network, out, checks)
        self._begin(title, exporting, self._exported, "Nothing was written.")

    def verify(self) -> None:
        """Check once more what was written."""
        if self.page is not None and self._job is None:
            title = told("verifying-model", target=self._target.title)
            verifying = partial(self._target.verifying, self._out, False)
            self._begin(title, verifying, self._measured, "Nothing is proven.")

    def stop(self) -> None:
        """End what is under way: an export writes nothing."""
        if self._job is not None:
            self._job.cancel()

    def _network(self) -> Exportable:
        """The design with the weights that are looked at, as far as they fit where another network trains."""
        design, now = self._document.project.design, self._looking.now
        parameters = carried_over(now.snapshot.parameters, design.graph, design.recipe.seed)
        return Exportable(design, parameters, answers(design, now.classes))

    def _look(self, now: LookedAt) -> None:
        """Other weights, or names of the classes."""
        if self.page is not None:
            self._show_network()
            if now.classes != self._classes:
                self._follow()

    def _follow(self) -> None:
        if self.page is None:
            return
        self._classes = self._looking.now.classes
        self._show_network()
        self._texts.ask(partial(_texts_of, self._target, self._network()))
        self._show_place()

    def _show_network(self) -> None:
        assert self.page is not None
        design, snapshot = self._document.project.design, self._looking.now.snapshot
        parameters = amount(snapshot.parameters.layout.size, "parameter")
        learned = f"weights of step {snapshot.step}" if snapshot.step else "the first weights: nothing was learned yet"
        weights = "weights that were brought along" if not (snapshot.step or snapshot.drawn) else learned
        self.page.show_network(design.title or "the network", f"{parameters}, {weights}")

    def _place(self, text: str) -> None:
        self._out = expanded(text.strip())
        if self.page is not None and self._job is None:
            self._show_nothing_yet()
            self._follow()

    def _show_place(self) -> None:
        if self.page is None:
            return
        missing = self._target.why_not()
        why = worded(missing) if missing else self._refused or self._why_not_there()
        files = self._target.files(self._out)
        replaced = any(exists(path) for path in files)
        words = f"Writes {', '.join(path.name for path in files)}" + (", replacing what is there." if replaced else ".")
        self.page.show_files(words, why)

    def _why_not_there(self) -> str:
        if not self._out.name:
            return "Name a file to write to." if self._target.ending else "Name a folder to write to."
        if not self._out.parent.is_dir():
            return f"There is no folder {self._out.parent}."
        if self._target.ending and self._out.suffix.lower() != self._target.ending:
            return f"The name must end in {self._target.ending}."
        if (found := in_the_way(self._target, self._out)) is not None:
            return f"{worded(found)} Choose another place."
        return ""

    def _show_code(self, answer: tuple[Target, Mapping[str, str] | Sentence]) -> None:
        target, found = answer
        if self.page is None or target is not self._target:
            return
        self._refused = worded(found) if isinstance(found, Sentence) else ""
        self._show_place()
        if isinstance(found, Sentence):
            self.page.code.show_words(self._refused)
        elif found:
            self.page.code.show_code(
                {path.name: found[name] for name, path in target.named(self._out) if name in found},
                abridged=target.abridged,
            )
        else:
            self.page.code.show_words(_ONNX.replace("net.onnx", self._out.name))

    def _show_nothing_yet(self) -> None:
        assert self.page is not None
        self.certificate = None
        self.page.show_written("")
        missing, why = self._target.why_not(), self._target.why_unproven()
        if missing is not None:
            self.page.card.show_waiting("It can be neither written nor checked here", worded(missing))
            return
        later = "The copy can be checked later, where it is." if why else ""
        words = "Once it is written, it is run there on 256 pictures, and its answers are laid beside this program’s."
        self.page.card.show_waiting("Not checked yet", f"{worded(why)} {later}" if why else words)

    # jobs

    def _begin(
        self, title: Told, begin: Callable[[], Proving], ended: Callable[[Certificate], None], stopped: str
    ) -> None:
        assert self.page is not None
        self._job = job = self._jobs.submit(title, _work(begin, self._out))
        job.done.connect(partial(self._done, job, ended))
        job.failed.connect(partial(self._failed, job))
        job.state_changed.connect(partial(self._ended, job, stopped))
        self.page.set_busy(True)
        self._timer.start()
        self._tell_progress()

    def _tell_progress(self) -> None:
        if self.page is None or self._job is None:
            self._timer.stop()
            return
        progress = self._job.progress.value
        share = progress.fraction if progress is not None else 0.0
        words = (
            "Waiting for other work"
            if self._job.state == "queued"
            else f"Computing, {100 * max(0.0, share):.0f}\u202f%"
        )
        self.page.card.show_progress(words, share)

    def _done(self, job: Job, ended: Callable[[Certificate], None], found: Certificate) -> None:
        if job is self._job and self.page is not None:
            self._rest()
            ended(found)

    def _failed(self, job: Job, failure: Failure) -> None:
        if job is self._job and self.page is not None:
            self._rest()
            title = "Nothing is proven" if exists(self._out) else "Nothing is written"
            self.page.card.show_refused(title, worded(failure.sentence))

    def _ended(self, job: Job, stopped: str, state: str) -> None:
        if job is self._job and state == "cancelled" and self.page is not None:
            self._rest()
            self.page.card.show_waiting("Stopped", stopped)
            self._offer_later()

    def _rest(self) -> None:
        assert self.page is not None
        self._job = None
        self._timer.stop()
        self.page.set_busy(False)
        self._show_place()

    def _exported(self, certificate: Certificate) -> None:
        assert self.page is not None
        self.page.show_written(f"written {time.strftime('%H:%M:%S')}")
        self._measured(certificate)

    def _measured(self, certificate: Certificate) -> None:
        assert self.page is not None
        self.certificate = certificate
        if certificate.checked:
            self.page.card.show_certificate(certificate, self._target.title, rows_of(certificate))
        else:
            why = self._target.why_unproven()
            self.page.card.show_waiting("Written, not checked", worded(why) if why else "It was not to be checked.")
        self._offer_later()

    def _offer_later(self) -> None:
        assert self.page is not None
        if not all(exists(path) for path in self._target.files(self._out)):
            return
        why = self._target.why_unchecked()
        place = f'"{self._out}"' if " " in str(self._out) else str(self._out)
        self.page.card.show_command(f"cnnstudio verify {place}", worded(why) if why else "")

    def _forget(self) -> None:
        self._timer.stop()
        self.stop()
        self.page = self._job = None


def _texts_of(target: Target, network: Exportable) -> tuple[Target, Mapping[str, str] | Sentence]:
    try:
        return target, target.code(network)
    except (GraphError, ExportRefused) as error:
        return target, error.sentence


def _work(begin: Callable[[], Proving], out: Path) -> Callable[[Job], Steps]:
    """A job that goes through the steps of a proof; whoever stops it ends what they have begun."""

    def work(job: Job) -> Steps:
        try:
            with closing(begin()) as steps:
                while True:
                    try:
                        job.report(next(steps))
                    except StopIteration as ended:
                        return ended.value
                    if job.cancelled():
                        raise JobCancelled
                    yield None
        except NotComputed as error:
            raise JobFailed("It is written, but nothing is proven. {error}", error=error) from error
        except (GraphError, ExportRefused, FileFormatError) as error:
            raise JobFailed("{error}", error=error) from error
        except OSError as error:
            raise JobFailed(
                "{path} cannot be read or written ({why}).", path=out, why=error.strerror or type(error).__name__
            ) from error

    return work
