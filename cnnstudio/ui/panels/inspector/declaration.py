"""The inspector, at the right."""

from __future__ import annotations

from cnnstudio.nn.arrays import thousands
from cnnstudio.ui.board.declaration import TRAIN
from cnnstudio.ui.canvas.declaration import CANVAS
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.panels.inspector.inspector import Inspector
from cnnstudio.ui.studio.declared import Panel, Stop
from cnnstudio.ui.studio.intents import ExplainLayer
from cnnstudio.ui.studio.studio import Studio


def _make(studio: Studio) -> Inspector:
    inspector, canvas = Inspector(studio.document, studio.looking), studio.get(CANVAS)
    data, session = studio.data, studio.session

    def progressed() -> None:
        now = session.status.value if session.active else None
        inspector.show_epoch(f"Epoch {now.epoch} of {thousands(now.epochs)}" if now is not None else "")

    canvas.settings_requested.connect(inspector.focus_first)
    inspector.left.connect(canvas.setFocus)
    inspector.explain_requested.connect(lambda node: studio.intents.ask(ExplainLayer(node)))
    data.changed.connect(
        lambda: inspector.show_data(data.image_shape, len(data.classes), data.missing, data.fingerprint)
    )
    session.state_changed.connect(lambda: inspector.show_state(session.state))
    verdict = studio.run_control.verdict
    verdict.changed.connect(lambda: inspector.show_verdict(verdict.now))
    inspector.show_verdict(verdict.now)
    studio.looking.changed.connect(progressed)
    studio.inspection.maps_changed.connect(inspector.weights_made)
    return inspector


def _offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="all training settings", section="Train", text="More training settings…", slot=Slot("Train", 2, 1),
            help="How it learns and how its images are varied: loss, schedule, augmentation, validation and more",
            do=lambda: _show_recipe(studio), words="recipe options data hyperparameters split seed decay weight",
        ),
    )  # fmt: skip


def _show_recipe(studio: Studio) -> None:
    inspector, panels = studio.get(INSPECTOR), studio.side_panels
    if not inspector.isVisible():
        studio.workspaces.show(TRAIN.name)
    if panels.hidden("right"):
        panels.toggle("right")
    inspector.show_recipe()


INSPECTOR = Panel(
    name="inspector",
    make=_make,
    place="right",
    stop=lambda inspector: Stop(inspector, enter=inspector.focus_first),
    offers=_offers,
)

#: what this folder declares
DECLARED = (INSPECTOR,)
