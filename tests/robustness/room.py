"""The training room, used without a rest: what can be done to a run and looked at of it while it goes on."""

from __future__ import annotations

from itertools import product

from cnnstudio.nn.telling.told import Sentence
from cnnstudio.ui.board import declaration as board
from cnnstudio.ui.panels.curves.curve_options import WEIGHTS
from cnnstudio.ui.panels.curves.plot_axes import UNITS
from cnnstudio.ui.panels.inside.declaration import INSIDE
from cnnstudio.ui.panels.inside.inside import VIEWS, InsidePanel
from tests.robustness.living import live, wait_until
from tests.ui.face import NAMES, TRAIN, Face

#: epochs that no act comes to the end of; batches that are not, and that are shared with another process
_LONG, _SMALL, _SHARED = 1000, 64, 512


def _under_way(window: Face) -> InsidePanel:
    """A run is under way, and the inside of it is seen."""
    window.workspaces.go_to(TRAIN)
    window.studio.get(board.BOARD).tabs.show_tab(INSIDE.name)
    if window.session.state == "idle":
        _choose(window, epochs=_LONG)
    if window.session.state != "running":
        window.commands.run("train")
        wait_until(lambda: window.session.state == "running")
    return window.studio.get(INSIDE)


def _choose(window: Face, **recipe: object) -> None:
    """Another recipe, as its fields choose it."""
    design = window.document.project.design
    changed = design.recipe.choose(**recipe)
    if changed != design.recipe:
        window.document.edit(Sentence("Change the recipe"), design.with_changes(recipe=changed))


def watch(window: Face) -> None:
    """Every side of the inside, watched, for several layers, with pins."""
    panel = _under_way(window)
    panel.watch.setChecked(True)
    panel.pins.pin_each_class()
    for layer, view in product(("conv2d_1", "dense_1"), VIEWS):
        window.document.select([layer])
        panel.show_view(view)
        live(250)
    panel.pins.unpin_all()
    panel.watch.setChecked(False)
    window.document.select([])


def show_tabs(window: Face) -> None:
    """All that lies below the canvas, and other workspaces, while it trains."""
    _under_way(window)
    tabs = window.studio.get(board.BOARD).tabs
    for panel in window.studio.panels("tab"):
        if TRAIN in panel.workspaces:
            tabs.show_tab(panel.name)
            live(150)
    for name in (*NAMES, TRAIN):
        window.workspaces.go_to(name)
        live(100)


def change_settings(window: Face) -> None:
    """What a run may change on its way, back and forth."""
    _under_way(window)
    for rate in (0.01, 0.001, 0.002):
        _choose(window, learning_rate=rate)
        live(100)


def look_closely(window: Face) -> None:
    """Curves of every kind, with a pointer on them."""
    _under_way(window)
    curves = window.curves
    for weight, unit in product(WEIGHTS, UNITS):
        curves.more.weights[weight].trigger()
        curves.more.units[unit].trigger()
        curves.point_at(5)
        live(60)
    curves.point_at(0)
    curves.more.weights[0.0].trigger()
    curves.more.units[UNITS[0]].trigger()


def hold(window: Face) -> None:
    """Pause, a batch, an epoch, on again."""
    _under_way(window)
    for command in ("train", "one-batch", "one-epoch"):
        window.commands.run(command)
        wait_until(lambda: window.session.state == "paused")
    _under_way(window)


def stop_and_go_on(window: Face) -> None:
    """A run is stopped and goes on; reset, another begins, which has a helper."""
    for batch in (_SMALL, _SHARED, _SMALL):
        _under_way(window)
        _end(window)
        _under_way(window)
        live(300)
        _end(window)
        window.run_control.reset()
        _choose(window, batch_size=batch)
    rest(window)


def rest(window: Face) -> None:
    """No run, nothing to be undone."""
    _end(window)
    window.run_control.reset()
    while window.document.history.can_undo():
        window.document.history.undo()
    live(20)


def _end(window: Face) -> None:
    if window.session.active:
        window.commands.run("stop")
    wait_until(lambda: not window.session.active)


def whole_run(window: Face) -> None:
    """Everything that is done while a run is under way, and its end."""
    for act in (watch, change_settings, look_closely, hold, show_tabs):
        act(window)
    rest(window)


ROOM = (whole_run, stop_and_go_on)
