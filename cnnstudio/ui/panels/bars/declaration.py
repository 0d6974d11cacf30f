"""The bars: training at the top, the data beside it, and the status at the foot."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QMenu

from cnnstudio.ui.board.declaration import BUILD, TRAIN
from cnnstudio.ui.commands.command import Command, Entry, Slot, Submenu
from cnnstudio.ui.document.stale_result import stale_result
from cnnstudio.ui.look.labels import plain_tip
from cnnstudio.ui.panels.bars.data_menu import DataChip, DataMenu
from cnnstudio.ui.panels.bars.status import StatusBar
from cnnstudio.ui.panels.bars.training_bar import TrainingBar
from cnnstudio.ui.problems.declaration import FINDINGS
from cnnstudio.ui.studio.declared import Bar, Panel, Part, Stop
from cnnstudio.ui.studio.keyboard import enter, finish_typing
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.worker.training.until import ONE_BATCH, ONE_EPOCH, Until


def _training(studio: Studio) -> TrainingBar:
    bar, search = TrainingBar(studio.run_control, studio.looking), studio.rate_search
    button = bar.recipe.find_rate
    button.clicked.connect(lambda: studio.commands["find-rate"].carry_out())

    def say_what_it_does() -> None:
        what, why = studio.commands["find-rate"].help, search.why_not()
        button.setToolTip(plain_tip(f"{what}\n{why}" if why else what))

    for signal in (studio.run_control.changed, studio.workspaces.changed):
        signal.connect(lambda *_: say_what_it_does())
    more = ("one-batch", "one-epoch", "until", "", "find-rate", "hold-rate", "train-this")
    _offer(studio, bar.train_more.offered, more)
    _offer(studio, bar.reset_more.offered, ("reset", "reset-anew"))
    return bar


def _offer(studio: Studio, menu: QMenu, ids: tuple[str, ...]) -> None:
    """Let a menu have these commands, with a line for "", and say each time what can be done now."""

    def fill() -> None:
        for name in ids:
            if name:
                studio.commands.refresh_one(name)
            if not menu.property("filled"):
                menu.addAction(studio.commands.action(name)) if name else menu.addSeparator()
        menu.setProperty("filled", True)

    menu.aboutToShow.connect(fill)


def _training_offers(studio: Studio) -> tuple[Entry, ...]:
    run_control = studio.run_control

    def train_or_pause() -> None:
        """With what is being typed."""
        finish_typing(studio.window)
        run_control.train_or_pause()

    def train(until: Until | None = None) -> None:
        finish_typing(studio.window)
        run_control.train(until)

    def ask_until() -> None:
        from cnnstudio.ui.panels.bars.until_sheet import open_until  # only who wants it pays for it

        open_until(studio)

    def why_not_stop() -> str:
        return "" if run_control.session.active or run_control.waiting else "No run is under way."

    return (
        Command(
            id="train", section="Train", text="Train or pause", keys=("F5", "Ctrl+Return"), icon="train",
            help="Let the network learn, hold it, or go on", do=train_or_pause, slot=Slot("Train", 0, 0),
        ),
        Command(
            id="stop", section="Train", text="Stop", keys=("Shift+F5",), icon="stop", slot=Slot("Train", 0, 1),
            help="End the run; what it has learned stays", do=run_control.stop, why_not=why_not_stop,
        ),
        Command(
            id="reset", section="Train", text="Reset weights", icon="reset", slot=Slot("Train", 0, 2),
            help="Fresh weights from the seed; locked layers keep theirs; the figures of the run go",
            do=run_control.reset, keys=("Ctrl+F5",),
        ),
        Command(
            id="reset-anew", section="Train", text="Reset weights to a new seed", slot=Slot("Train", 0, 3),
            help="The next seed gives other first weights and another order: how much of a result is luck",
            do=lambda: run_control.reset(new_seed=True), keys=("Ctrl+Shift+F5",), words="random again initial",
        ),
        Command(
            id="one-batch", section="Train", text="Train one batch", slot=Slot("Train", 0, 4), keys=("F7",),
            help="Let the weights move once, and hold the run there", do=lambda: train(ONE_BATCH), words="step single",
        ),
        Command(
            id="one-epoch", section="Train", text="Train one epoch", slot=Slot("Train", 0, 5), keys=("Shift+F7",),
            help="Train to the end of the epoch, and hold the run there", do=lambda: train(ONE_EPOCH),
        ),
        Command(
            id="until", section="Train", text="Train until…", slot=Slot("Train", 0, 6), keys=("Ctrl+F7",), do=ask_until,
            help="Train to the end of an epoch, or until validation accuracy or loss is good enough, and hold",
            words="target goal stop at accuracy loss epoch",
        ),
        Command(
            id="training settings", section="Train", text="Training settings", slot=Slot("Train", 2, 0),
            help="Epochs, batch size, learning rate and optimizer, in Train", do=lambda: _show_recipe(studio),
            words="epochs recipe options hyperparameters",
        ),
        Command(
            id="train-this", section="Train", text="Train this network", slot=Slot("Train", 0, 9),
            help="End the run under way, which goes on with the network as it was, and train the one on the canvas",
            do=run_control.train_this, why_not=run_control.why_not_this, words="edited changed again",
        ),
        Command(
            id="hold-rate", section="Train", text="Hold the learning rate", slot=Slot("Train", 0, 8),
            help="Go on without the schedule, at the learning rate that the run had come to",
            do=run_control.hold_rate, why_not=run_control.why_not_hold, words="schedule constant restart anew",
        ),
    )  # fmt: skip


def _show_recipe(studio: Studio) -> None:
    studio.workspaces.show(TRAIN.name)
    enter(Stop(studio.get(TRAINING).recipe))


TRAINING = Bar(
    name="training",
    make=_training,
    place="bar",
    offers=_training_offers,
    stop=lambda bar: Stop(bar, first=lambda: bar.train_button),
    row=lambda bar: bar.recipe,
    squeeze=TrainingBar.squeeze,
)


@dataclass(frozen=True, eq=False)
class Data:
    """The chip in the top bar and what its menu does."""

    chip: DataChip
    menu: DataMenu


def _data(studio: Studio) -> Data:
    menu = DataMenu(studio.document, studio.data, studio.get(FINDINGS), studio.notices, studio.intents, studio.window)
    studio.commands.add_list(menu.listed)
    return Data(DataChip(studio.data, menu.menu), menu)


def _data_offers(studio: Studio) -> tuple[Entry, ...]:
    return (Submenu("Data", Slot("File", 3, 0), studio.get(DATA).menu.twin()),)


DATA: Part[Studio, Data] = Panel(
    name="data", make=_data, place="chip", widget=lambda data: data.chip, offers=_data_offers
)


def _status(studio: Studio) -> StatusBar:
    status, findings = StatusBar(studio.document, studio.jobs), studio.get(FINDINGS)
    session, times = studio.session, studio.epoch_time
    status.problems_asked.connect(lambda: studio.workspaces.show(BUILD.name))
    findings.changed.connect(lambda: status.show_problems(findings))
    times.changed.connect(lambda: status.show_epoch_time(times.text, times.reason))
    session.state_changed.connect(lambda: status.show_training(session.active))
    status.show_problems(findings)
    verdict = studio.run_control.verdict

    def judged() -> None:
        """Nothing is said of a run whose figures are those of the network before a change."""
        stale = stale_result(studio.document, studio.data.fingerprint) is not None
        status.show_verdict(None if stale else verdict.now)

    verdict.changed.connect(judged)
    studio.run_control.changed.connect(judged)
    judged()
    return status


STATUS = Panel(name="status", make=_status, place="foot")

#: what this folder declares
DECLARED = (TRAINING, DATA, STATUS)
