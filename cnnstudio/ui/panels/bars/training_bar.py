"""The training bar: Train, Pause, Stop and Reset, and how far the run is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.telling.told import Told
from cnnstudio.runs.verdicts.rules import BAD, GOOD
from cnnstudio.runs.verdicts.wording import verdict_text, verdict_words
from cnnstudio.ui.document.stale_result import StaleResult, stale_result
from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import plain_tip, set_role
from cnnstudio.ui.panels.bars.recipe_bar import RecipeBar
from cnnstudio.ui.run.looked_at import LookedAt, Looking
from cnnstudio.ui.run.run_control import RunControl
from cnnstudio.ui.widgets.elided_label import ElidedLabel
from cnnstudio.ui.widgets.focused import keyboard_stays
from cnnstudio.worker.training.pace import Status
from cnnstudio.worker.wording import job_words

#: milliseconds between two looks at a run under way: words that change more often cannot be read
POLL = 250
#: width of the progress in pixels, and where there is little room
PROGRESS, TIGHT_PROGRESS = 212, 96
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class TrainingBar(QWidget):
    """At the right end of the top bar, in every workspace. ``recipe`` is what Train shows of it below: the recipe’s
    numbers, and in whole sentences what there is room here for in brief."""

    def __init__(self, run_control: RunControl, looking: Looking, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._run_control, self._looking = run_control, looking
        self._squeezed, self._spare = False, 0
        self.train_button = QPushButton("Train")
        self.train_button.setProperty("role", "primary")
        self.train_button.clicked.connect(run_control.train_or_pause)
        self.stop_button = QPushButton("Stop")
        self.stop_button.clicked.connect(run_control.stop)
        self.reset_button = QPushButton("Reset")
        self.reset_button.clicked.connect(lambda: run_control.reset())
        self.train_more, self.reset_more = _More("Other ways to train"), _More("Ways to reset")
        self.recipe = RecipeBar(run_control.document)
        self.fields = self.recipe.fields
        self.fields.refused.connect(self._refuse)
        self._refusal = ""
        self._stale: StaleResult | None = None
        self._best = False
        self.text = ElidedLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setRange(0, 1000)
        self.bar.setAccessibleName("Training progress")
        self.progress = QWidget()
        column = self._progress_column = QVBoxLayout(self.progress)
        column.setContentsMargins(0, 0, 0, 2)
        column.setSpacing(4)
        column.addStretch()
        self._line = QHBoxLayout()
        self._line.addWidget(self.text, 1)
        self.accuracy = _Accuracy()
        self._line.addWidget(self.accuracy)  # over the bar: nothing moves when the first figure comes
        column.addLayout(self._line)
        column.addWidget(self.bar)
        column.addStretch()
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        pairs = ((self.train_button, self.train_more), (self.stop_button,), (self.reset_button, self.reset_more))
        self._pairs = [QHBoxLayout() for _ in pairs]
        for widgets, pair in zip(pairs, self._pairs, strict=True):
            pair.setSpacing(1)
            for widget in widgets:
                widget.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
                pair.addWidget(widget, 0, _MIDDLE)
            row.addLayout(pair)
        row.addSpacing(4)
        row.addWidget(self.progress, 1)
        self._timer = QTimer(self, interval=POLL)
        self._timer.timeout.connect(self._follow)
        run_control.changed.connect(self._show)
        run_control.document.history_changed.connect(self._show_way_back)
        run_control.verdict.changed.connect(self._follow)
        looking.changed.connect(self._looked)
        dressing.follow(self, self._dress)
        self.squeeze(False)
        self._dress()
        self._measure()

    def squeeze(self, squeezed: bool, spare: int = 0) -> None:
        """Take as little room as it can: icons without words and a shorter bar, longer by up to ``spare`` pixels."""
        self._squeezed, self._spare = squeezed, spare
        self._give_room()
        for button, word in ((self.stop_button, "Stop"), (self.reset_button, "Reset")):
            button.setText("" if squeezed else word)
            button.setAccessibleName(word)
        for pair in self._pairs:
            pair.invalidate()  # a button tells the outer layout alone that it needs another size

    def _give_room(self) -> None:
        """Where there is little room, the epochs and the accuracy still fit side by side."""
        words = self.text.fontMetrics().horizontalAdvance("20 epochs")
        # as a label reckons, which is a pixel more in some fonts
        figure = self.accuracy.fontMetrics().size(Qt.TextFlag.TextSingleLine, "98.8\u202f%").width() + 1
        tight = max(TIGHT_PROGRESS, words + self._line.spacing() + figure)
        longer = max(tight, min(PROGRESS, tight + self._spare))
        self.progress.setFixedWidth(longer if self._squeezed else PROGRESS)

    def _dress(self) -> None:
        self.stop_button.setIcon(icons.icon("stop"))
        self.reset_button.setIcon(icons.icon("reset"))
        for button in (self.train_button, self.stop_button, self.reset_button):
            button.setIconSize(QSize(14, 14))
        self.accuracy.dress()
        self._face = ("", "")
        self._show()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self.layout() is not None:
            self._measure()
            self._give_room()

    def _measure(self) -> None:
        """Give the button the width of its longest word, in the style there is now and as bold as it gets."""
        shown, role, widths = self.train_button.text(), self.train_button.property("role"), []
        set_role(self.train_button, "primary")
        for face in ("Train", "Pause", "Resume", "Waiting"):
            self.train_button.setText(face)
            widths.append(self.train_button.sizeHint().width())
        self.train_button.setFixedWidth(max(widths))  # or its neighbours would jump
        self.train_button.setText(shown)
        set_role(self.train_button, role)

    def _show(self) -> None:
        """Everything that depends on what can be done now."""
        session, run_control = self._run_control.session, self._run_control
        busy = session.active or run_control.waiting
        why = "" if busy else run_control.why_not()
        self._stale = None if busy else stale_result(run_control.document, run_control.data.fingerprint)
        self._show_train(why)
        with keyboard_stays(self.train_button, self.stop_button):
            self.stop_button.setEnabled(busy and session.state != "stopping")
        self.stop_button.setToolTip(
            "Stop: end the run and keep what it has learned" if busy else "No run is under way."
        )
        now = self._looking.now
        fresh = now.run is None and not now.step and not busy
        self.reset_button.setEnabled(not fresh)
        self.reset_button.setToolTip(
            "The weights are fresh already."
            if fresh
            else "Reset: fresh weights from the seed, and no figures; locked layers keep theirs; can be undone"
        )
        self.fields.lock("Fixed while a run is under way; stop it to change this." if busy else "")
        moving = busy or run_control.data.job is not None
        if moving and not self._timer.isActive():
            self._timer.start()
        elif not moving:
            self._timer.stop()
        self._follow()

    def _looked(self, now: LookedAt) -> None:
        """What Train does depends on whether the best weights are looked at; newer ones of a run change nothing."""
        if now.best != self._best:
            self._best = now.best
            self._show()

    def _show_way_back(self) -> None:
        """How many steps it is has changed after the document itself."""
        if self._stale is not None:
            self._show()

    def _show_train(self, why: str) -> None:
        run_control = self._run_control
        state = run_control.session.state
        face = {"running": "Pause", "loading": "Pause", "paused": "Resume"}.get(state, "Train")
        if run_control.waiting:
            face = "Waiting"
        set_role(self.train_button, "blocked" if why else "primary")
        self.train_button.setEnabled(state != "stopping")
        if (face, why) != self._face:
            self._face = (face, why)
            self.train_button.setText(face)
            colours = theme.current()
            tint = colours.secondary if why else colours.on_accent
            self.train_button.setIcon(icons.icon("pause" if face in ("Pause", "Waiting") else "train", tint))
        tips = {"Pause": "Pause after the step under way", "Resume": "Go on with the run", "Waiting": "Do not train"}
        self.train_button.setToolTip(why or tips.get(face, self._what_train_does()))
        self.train_button.setAccessibleDescription(why)

    def _what_train_does(self) -> str:
        run, epochs = self._run_control.document.project.run, self._run_control.document.project.design.recipe.epochs
        if self._stale is not None:
            return self._stale.long
        if run is None or not run.history.epochs:
            return f"Train for {amount(epochs, 'epoch')}"
        if self._best:
            return "Train: goes on from the last weights, not from the best"
        return "Train: goes on with these weights"

    def _follow(self) -> None:
        """What moves: read from the lanes."""
        words, share, busy = self._progress()
        tip = ""
        if self._stale is not None and words[0] == self._stale.short:
            words, tip = (words[0], *self._stale.briefer), self._stale.long
        elif self._stale is None and share >= 0 and self._verdict is not None:
            tip = verdict_text(self._verdict)
        self.text.set_text(*words, tip=tip)
        self.recipe.said.set_text(*words, tip=tip)
        set_role(self.bar, "busy" if busy else "")
        self.bar.setValue(round(1000 * max(0.0, share)))
        self.bar.setVisible(share >= 0)
        stale = self._stale.long if self._stale is not None else ""
        self.accuracy.show_share(self._accuracy(), stale, self._verdict)

    def _refuse(self, sentence: str) -> None:
        """Say what is wrong with what is being typed into a field; "" when nothing is any more."""
        self._refusal = sentence
        self._follow()

    def _progress(self) -> tuple[tuple[str, ...], float, bool]:
        """The line of text and briefer ones, the share done (-1: no bar), and whether it is not training yet."""
        run_control, session = self._run_control, self._run_control.session
        if self._refusal:
            return (self._refusal,), -1.0, False
        status = session.status.value if session.active else None
        if status is not None:
            at = f"{status.epoch} of {thousands(status.epochs)}"
            parts = [f"epoch {at}"]
            if session.state == "paused":
                parts.append("paused")
            elif session.state == "stopping":
                parts.append("stopping")
            elif status.seconds_left >= 0:
                parts += [self._pace(status), left(status.seconds_left)]
            return (" · ".join(parts), " · ".join(parts[:2]), parts[0], at), status.step / max(1, status.steps), False
        if session.begun:
            return ("finding the fastest algorithms", "finding algorithms", "starting"), 0.0, True
        if session.active:
            ahead = session.waits_for
            return (f"waits for: {job_words(ahead)}" if ahead is not None else "starting",), 0.0, True
        job = run_control.data.job
        if job is not None and run_control.waiting:  # otherwise the status bar tells of it
            share = job.progress.value.fraction if job.progress.value is not None else 0.0
            figure = f"{share:.0%}".replace("%", "\u202f%")
            return (f"{job_words(job.title)} · {figure}", job_words(job.title)), max(0.0, share), True
        problems = len(analyse(run_control.document.project.design.graph).problems)
        if problems:
            return (f"{amount(problems, 'problem')} to solve first", amount(problems, "problem")), -1.0, False
        why = run_control.why_not()
        return ((why, "not ready to train", "not ready"), -1.0, False) if why else self._rest()

    @property
    def _verdict(self) -> Told | None:
        return self._run_control.verdict.now

    def _pace(self, status: Status) -> str:
        """How fast a run is, or what is more worth knowing: what it shares its time with, or that it goes wrong."""
        other, verdict = self._run_control.session.beside, self._verdict
        if other is not None:
            return f"in turns with: {job_words(other)}"
        if verdict is not None and verdict.code in BAD:
            return verdict_words(verdict).title
        return f"{thousands(round(status.images_per_second))} img/s"

    def _rest(self) -> tuple[tuple[str, ...], float, bool]:
        """What is to be said when nothing is under way."""
        project = self._run_control.document.project
        run = project.run
        if run is None or run.step == 0:
            return ("not trained yet" if project.fresh else "not trained here",), 0.0, False
        if self._stale is not None:
            return (self._stale.short,), -1.0, False
        done, goal = len(run.history.epochs), run.design.recipe.epochs
        if done >= goal:
            verdict = self._verdict
            trained = f"{amount(done, 'epoch')} trained"
            judged = f" · {verdict_words(verdict).title}" if verdict is not None else ""
            return (trained + judged, trained, amount(done, "epoch")), 1.0, False
        status = self._run_control.session.status.value
        if run.history.epochs:
            first = run.history.epochs[0]
            share = (done + run.place.picture / max(1, first.step * first.batch_size)) / goal
        elif status is not None and status.step == run.step:
            share = run.step / status.steps
        else:
            share = 0.0
        at = f"stopped in epoch {done + 1} of {goal}"
        return (f"{at}, step {thousands(run.step)}", at, "stopped"), share, False

    def _accuracy(self) -> float:
        """The newest validation accuracy 0…1, or -1 where there is none."""
        status = self._run_control.session.status.value if self._run_control.session.active else None
        if status is not None and status.validation_accuracy >= 0:
            return status.validation_accuracy
        run = self._looking.now.run
        return run.history.epochs[-1].validation_accuracy if run is not None and run.history.epochs else -1.0


_VALIDATION = "Accuracy on the validation images, which the network does not learn from, after the last epoch"


class _More(QToolButton):
    """The arrow beside a button: what else can be done there. Commands fill its menu when it is opened."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.offered = QMenu(self)
        self.offered.setToolTipsVisible(True)
        self.setMenu(self.offered)
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.setIconSize(QSize(10, 10))
        self.setFixedWidth(22)
        self.setProperty("role", "more")
        dressing.follow(self, self._dress)
        self._dress()

    def _dress(self) -> None:
        self.setIcon(icons.icon("chevron_down"))


class _Accuracy(QLabel):
    """98.8 %, as high as a line of small text; the tooltip says of what."""

    def __init__(self) -> None:
        super().__init__("–")
        self.setTextFormat(Qt.TextFormat.PlainText)
        theme.wear(self, "strong-small-figures")
        self._shown: tuple[str, str, str] | None = None
        self.dress()

    def dress(self) -> None:
        """Take the colours of the current theme with the next figure, and the height of a line at once."""
        self.setFixedHeight(self.fontMetrics().height())
        self._shown = None

    def show_share(self, share: float, stale: str, verdict: Told | None) -> None:
        """``stale`` says why the figure is not that of the network as it is now; "" if it is. Only a good ``verdict``
        makes it green."""
        text = f"{100 * share:.1f}\u202f%" if share >= 0 else ""
        code = verdict.code if verdict is not None else ""
        if (text, stale, code) != self._shown:
            self._shown = (text, stale, code)
            self.setText(text or "–")
            look = theme.current()
            tone = look.good if code in GOOD else look.warning if code in BAD else look.text
            self.setStyleSheet(f"color: {(look.secondary if stale else tone).name()}")
            self.setToolTip(plain_tip(stale) if stale else _VALIDATION)
        self.setVisible(bool(text))


def left(seconds: float) -> str:
    """How long it still takes: 12 s left, 3 min left, 1 h 20 min left."""
    whole = round(seconds)
    if whole < 90:
        return f"{whole}\u202fs left"
    minutes = round(seconds / 60)
    if minutes < 90:
        return f"{minutes}\u202fmin left"
    return f"{minutes // 60}\u202fh {minutes % 60}\u202fmin left"
