"""What the user does with training: Train, Pause, Stop and Reset for the document, and what becomes of a run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from cnnstudio.data.dataset import DataSet
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.rules.schedules import CONSTANT
from cnnstudio.nn.telling.told import Sentence, worded
from cnnstudio.project.project import Project
from cnnstudio.runs.adjusting import between
from cnnstudio.runs.early_stopping import stopped_early
from cnnstudio.runs.recorder import why_not_resumable
from cnnstudio.runs.restarts import begins_anew, rate_to_hold
from cnnstudio.runs.run import Run
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look.numbers import number_text
from cnnstudio.ui.run.data_source import DataSource
from cnnstudio.ui.run.run_verdict import RunVerdict
from cnnstudio.ui.run.threads import one_thread
from cnnstudio.ui.telling.notices import Notice, Notices
from cnnstudio.worker.training.session import TrainingSession
from cnnstudio.worker.training.until import Until

#: the matter of a notice: the network was edited while it was being trained
EDITED = "edited while training"
#: the matter of a notice: its pictures are others than those it is trained on
OTHER_PICTURES = "other pictures while training"
_HELPER_LOST = (
    "A process that helped with the training has ended by itself. The run goes on without it: more slowly, and to the "
    "same numbers."
)
#: the matter of a notice: the weights are those of another seed
RESEEDED = "another seed"


class RunControl(QObject):
    """Carries what the user wants to the session, and what the session has learned into the document.

    A run goes on with its own design while the document is edited. When it ends, the document takes the arrays
    that still fit.
    """

    #: what can be done now may have changed
    changed = Signal()

    def __init__(
        self,
        document: Document,
        session: TrainingSession,
        data: DataSource,
        notices: Notices,
        parent: QObject | None = None,
        *,
        threads: Callable[[], int] = one_thread,
    ) -> None:
        super().__init__(parent)
        self.document, self.session, self.data, self.notices = document, session, data, notices
        #: how many a new run shares its steps between
        self.threads = threads
        self.verdict = RunVerdict(document, session, data, self)
        self._waiting = False
        self._until: Until | None = None
        self._delivering = False
        self._after_checkpoint: list[Callable[[], object]] = []
        self._said = self._others_said = False
        self._refusal: Notice | None = None
        self._offer: Notice | None = None
        document.changed.connect(self._document_changed)
        document.opened.connect(self._opened)
        data.changed.connect(self._data_changed)
        session.state_changed.connect(self.changed)
        session.state_changed.connect(self._say_what_is_trained)
        session.finished.connect(self._deliver)
        session.recorded.connect(self._recorded)
        session.failed.connect(self._failed)
        session.crashed.connect(self._act)
        session.helper_lost.connect(lambda: notices.tell(_HELPER_LOST, "warning", about="helper lost"))
        session.not_kept.connect(lambda why: notices.tell(worded(why), "warning", about="run not kept"))
        session.show_history(document.project.run)

    @property
    def waiting(self) -> bool:
        """Whether training begins as soon as the data is there."""
        return self._waiting

    #: what it was asked for last; half a dozen parts of the window ask the same at every edit
    _answered: tuple[tuple[Design, tuple[int, ...], int, str], str] | None = None

    def why_not(self) -> str:
        """The one thing that keeps the design from being trained, or "" if nothing does."""
        data = self.data
        key = (self.document.project.design, data.image_shape, len(data.classes), data.missing)
        if self._answered is None or any(a is not b and a != b for a, b in zip(key, self._answered[0], strict=True)):
            self._answered = key, why_not_trainable(*key)
        return self._answered[1]

    def train(self, until: Until | None = None) -> None:
        """Begin, go on after a pause, or say why not; to the end, or until it is to be held. Where the data is still
        being opened, wait for it."""
        if self.session.active:
            self.session.resume(until)
            return
        why = self.why_not()
        if why:
            self._refusal = self.notices.tell(why, "warning", about="train")
            return
        self._waiting, self._until = self.data.dataset is None, until
        if self.data.dataset is None:
            self.data.need_all()
        else:
            run = self.document.project.run
            self.session.start(self.document.project, self.data.dataset, self.threads(), until)
            goes_on = run is not None and self.session.run is not None and self.session.run.id == run.id
            if run is not None and goes_on and begins_anew(run, self.document.project.design.recipe.schedule):
                self._offer_to_hold(run)
            elif run is not None and not goes_on:
                self._tell_new_run(run, self.data.dataset)
        self.changed.emit()

    @property
    def epochs_begun(self) -> int:
        """How many epochs the run under way has begun, or the last one has ended."""
        status = self.session.status.value if self.session.active else None
        run = self.document.project.run
        return status.epoch if status is not None else len(run.history.epochs) if run is not None else 0

    def train_until(self, until: Until) -> None:
        """Train until it is to be held; a run that would end before that epoch gets so many, as one undo step."""
        design = self.document.project.design
        run = self.session.run or self.document.project.run
        goal = design.recipe.epochs if run is None else max(design.recipe.epochs, run.design.recipe.epochs)
        if until.what == "epoch" and until.value > goal:
            recipe = design.recipe.replace(epochs=int(until.value))
            self.document.edit(Sentence("Change {setting}", setting="epochs"), design.with_changes(recipe=recipe))
        self.train(until)

    def _tell_new_run(self, run: Run, data: DataSet) -> None:
        """Why a run does not go on, and what the one that begins in its place has of it."""
        project = self.document.project
        why = why_not_resumable(run, project.design, project.weights, data.fingerprint)
        if why is not None and run.id in project.weights.runs:
            self.notices.tell(
                f"{worded(why)} A new run begins, counted from epoch 1, with what was learned where it still fits.",
                about="new run",
            )

    def _offer_to_hold(self, run: Run) -> None:
        self._offer = self.notices.tell(
            "The schedule begins anew: the learning rate rises again, and the accuracy may fall for a while.",
            action_title=f"Hold the rate at {number_text(rate_to_hold(run))}",
            action=self.hold_rate,
        )

    def why_not_hold(self) -> str:
        """Why there is no learning rate that could be held, or "" if there is one."""
        run = self.session.run or self.document.project.run
        if run is None or not rate_to_hold(run):
            return "No run has had two epochs whose learning rate could be held."
        if self.document.project.design.recipe.schedule == CONSTANT:
            return "The schedule holds the learning rate already."
        return ""

    def hold_rate(self) -> None:
        """Go on with the learning rate that the run had come to before its schedule began anew, as one undo step. A run
        under way is ended for it, and goes on."""
        if self.why_not_hold():
            return
        busy = self.session.active
        if busy:
            self.settle()
        run, design = self.document.project.run, self.document.project.design
        if run is None or self.session.active:
            return
        rate = rate_to_hold(run)
        held = design.recipe.choose(schedule=CONSTANT, learning_rate=rate)
        name = Sentence("Hold the learning rate at {rate:g}", rate=rate)
        self.document.edit(name, design.with_changes(recipe=held))
        if busy:
            self.train()

    def why_not_this(self) -> str:
        """Why there is no use in beginning with the network on the canvas, or "" if there is one."""
        if not self.session.active:
            return "No run is under way: Train trains this network."
        return "" if self._left_behind else "The run under way is one of this network."

    def train_this(self) -> None:
        """End the run under way, which keeps what it has learned, and train the network as it is on the canvas now."""
        if self.why_not_this():
            return
        if why := self.why_not():
            self._refusal = self.notices.tell(why, "warning", about="train")
            self._said = False
            return
        self.settle()
        self.train()

    @property
    def _left_behind(self) -> bool:
        """Whether the run under way is one of another network than the one on the canvas."""
        running = self.session.graph if self.session.active else None
        return running is not None and not running.goes_on_as(self.document.project.design.graph)

    def _say_what_is_trained(self) -> None:
        """A run goes on with network and pictures as they were: each is said once, until that is no longer so."""
        self._say_which_pictures()
        if not self._left_behind:
            self._said = False
            self.notices.settle(EDITED)
        elif not self._said:
            self._said = True
            self.notices.tell(
                "The run goes on with the network as it was: what you change now is not trained by it.",
                action_title="Train this one",
                action=self.train_this,
                about=EDITED,
            )

    def _say_which_pictures(self) -> None:
        run, data = self.session.run, self.document.project.design.recipe.data
        others = run is not None and run.design.recipe.data != data
        if others and not self._others_said:
            self.notices.tell(
                "The run goes on with the pictures as they were: what you change in them counts from the next run on.",
                about=OTHER_PICTURES,
            )
        elif self._others_said and not others:
            self.notices.settle(OTHER_PICTURES)
        self._others_said = others

    def train_or_pause(self) -> None:
        """What the one button and the one key for both do."""
        if self.session.state in ("loading", "running"):
            self.session.pause()
        elif self._waiting:
            self.stop()
        else:
            self.train()

    def stop(self) -> None:
        """End the run; what it has learned stays."""
        self._waiting = False
        self.session.stop()
        self.changed.emit()

    def reset(self, *, new_seed: bool = False) -> None:
        """Fresh weights from the seed, or from the next one, and no figures, as one undo step. A run under way ends and
        leaves nothing."""
        self._waiting = False
        self.session.abandon()
        self.document.reset_weights(new_seed=new_seed)
        if new_seed:
            seed = thousands(self.document.project.design.recipe.seed)
            self.notices.tell(f"The seed is {seed} now, and the weights are fresh.", about=RESEEDED)
        self._act()

    def with_newest_weights(self, action: Callable[[], object]) -> None:
        """Call ``action``, a save for example, once the document holds what the run under way has learned so far; at
        once where there is none. From what is saved then, the run goes on exactly."""
        if self.session.active and self.session.status.value is not None:
            self._after_checkpoint.append(action)
            self.session.checkpoint()
        else:
            action()

    def settle(self) -> None:
        """End the run under way and wait the moment it takes, so that the document has all it learned."""
        ended = self.session.end_now()
        if ended is not None:
            self._deliver(*ended)

    def _deliver(self, run: Run, weights: Snapshot) -> None:
        self._delivering = True
        self.document.trained(run, weights)
        self._delivering = False
        if self._offer is not None and not self.session.active:
            self.notices.dismiss(self._offer)
            self._offer = None
        if not self.session.active and (why := stopped_early(run)) is not None:
            self.notices.tell(worded(why), about="stopped early")
        self._act()

    def _recorded(self, run: Run, weights: Snapshot) -> None:
        self._deliver(run, weights)

    def _act(self) -> None:
        actions, self._after_checkpoint = self._after_checkpoint, []
        for action in actions:
            action()

    def _opened(self) -> None:
        self._waiting = False
        self._after_checkpoint.clear()
        self.session.abandon()

    def _document_changed(self, before: Project, after: Project) -> None:
        design, running = after.design, self.session.graph
        if design.recipe.seed != before.design.recipe.seed:
            self.notices.settle(RESEEDED)
        if design is not before.design:
            self.session.adjust(*between(before.design, design))
        if design.locks != before.design.locks and running is not None and running.goes_on_as(design.graph):
            self.session.set_locks(design.locks)
        if after.run is not before.run and not self._delivering:
            self.session.show_history(after.run)
        self._say_what_is_trained()
        self._take_refusal_back()
        self.changed.emit()

    def _data_changed(self) -> None:
        if self._waiting and self.data.dataset is not None:
            self._waiting = False
            self.train(self._until)
        elif self._waiting and self.data.job is None:
            self._waiting = False
        self._take_refusal_back()
        self.changed.emit()

    def _take_refusal_back(self) -> None:
        """What was said to keep the design from being trained is not left standing when it no longer does."""
        if self._refusal is not None and self.why_not() != self._refusal.text:
            self.notices.dismiss(self._refusal)
            self._refusal = None

    def _failed(self, why: Sentence) -> None:
        self.notices.tell(worded(why), "warning", about="run failed")
        self._act()
