"""States of the Build workspace for ``screenshots.py``: each begins with a fresh window and leaves it as it is seen."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from parts import part

Condition = Callable[[], bool]


def pause(seconds: float) -> Iterator[Condition]:
    """Let the event loop run for a while."""
    end = time.monotonic() + seconds
    yield lambda: time.monotonic() >= end


def edit(studio, change: Callable, select: tuple[str, ...] = ()) -> None:
    """Make another design the current one."""
    document = studio.window.studio.document
    document.edit("Change", change(document.project.design), select=select)


def ghosts(studio) -> Iterator[Condition]:
    """A repair that would insert a layer, looked at."""
    from cnnstudio.design.edits import edits

    edit(studio, lambda design: edits.remove(design, ["flatten_1"], rejoin=True), ("dense_1",))
    yield from pause(0.3)
    window = studio.window
    part(window, "canvas").frame_all()
    part(window, "findings").show(part(window, "findings").repairs(part(window, "findings").open)[0])
    yield from pause(0.4)


def ghost_branch(studio) -> Iterator[Condition]:
    """A residual branch that lost its size, and the layers that would bring it back."""
    from cnnstudio.design.edits import edits

    yield from studio.open(studio.look, studio.size, "resnet_mini")

    def shrink(design):
        layer = design.graph["conv2d_3"].layer
        return edits.configure(design, "conv2d_3", layer.replace(padding="valid", filters=24))

    edit(studio, shrink, ("add_1",))
    yield from pause(0.3)
    findings = part(studio.window, "findings")
    findings.show(max(findings.repairs(findings.open), key=lambda repair: len(repair.effect.added)))
    yield from pause(0.4)


def advice(studio) -> Iterator[Condition]:
    """Advice among errors, the list opened at it, its window's positions in the inspector."""
    from cnnstudio.design.edits import edits

    def skip(design):
        design = edits.remove(design, ["relu_3"], rejoin=True)
        layer = design.graph["max_pool2d_1"].layer
        return edits.configure(design, "max_pool2d_1", layer.replace(stride=(3, 3)))

    edit(studio, skip, ("max_pool2d_1",))
    studio.window.studio.commands.run("next problem")
    yield from pause(0.4)


def volumes(studio) -> Iterator[Condition]:
    """The volumes as large as they get, turned, a layer selected."""
    window = studio.window
    window.studio.document.select(["conv2d_2"])
    part(window, "board").setSizes([240, 560])
    part(window, "board").below.setSizes([240, 0, 960])
    yield from pause(0.3)
    part(window, "Volumes").view.fit()
    yield from pause(0.3)


def volumes_branches(studio) -> Iterator[Condition]:
    """The volumes of a network with branches."""
    yield from studio.open(studio.look, studio.size, "inception_mini")
    yield from volumes(studio)


def export_volumes(studio) -> Iterator[Condition]:
    """The export sheet with the volumes."""
    part(studio.window, "exporting").open()
    yield from pause(0.4)


def export_cards(studio) -> Iterator[Condition]:
    """The export sheet with the cards and their maps."""
    part(studio.window, "exporting").open()
    sheet = part(studio.window, "exporting").sheet
    sheet.view.buttons["Cards"].click()
    sheet.format.buttons["PNG"].click()
    yield from pause(0.6)


def compare(studio) -> Iterator[Condition]:
    """Another template beside this one."""
    part(studio.window, "comparing").with_template("vgg_digits")
    yield from pause(0.4)


def blocks(studio) -> Iterator[Condition]:
    """A collapsed block with a problem inside, an expanded one, a frame and a note."""
    from cnnstudio.design.edits import blocks, edits, frames_and_notes

    def dress(design):
        layer = design.graph["conv2d_2"].layer
        design = edits.configure(design, "conv2d_2", layer.replace(kernel=(17, 17)))
        design, stage = blocks.group(design, ["conv2d_2", "relu_2"], "Second stage")
        design = blocks.toggle(design, stage)
        design, _ = blocks.group(design, ["conv2d_1", "relu_1", "max_pool2d_1"], "First stage")
        design, _ = frames_and_notes.add_note(design, "Where pixels become lines and lines become parts.", (620, 20))
        design, _ = frames_and_notes.add_frame(design, (-20, 330, 620, 230), "Classifier")
        return design

    edit(studio, dress)
    part(studio.window, "canvas").commands.editing.tidy()
    studio.window.studio.commands.run("next problem")
    yield from pause(0.2)
    part(studio.window, "canvas").frame_all()
    yield from pause(0.4)


def tint(studio) -> Iterator[Condition]:
    """Cards tinted by what they compute."""
    part(studio.window, "canvas").set_tint("macs")
    yield from pause(0.4)


def wire(studio) -> Iterator[Condition]:
    """A wire in the hand over a layer that it does not fit."""
    from cnnstudio.ui.canvas.gestures.gesture import Pointer
    from cnnstudio.ui.canvas.gestures.wire import WireGesture

    view = part(studio.window, "canvas")
    start, end = view.canvas_scene.output_point("flatten_1"), view.canvas_scene.cards["conv2d_2"].input_point()
    view.mouse.start(WireGesture(view, "flatten_1", forward=True), Pointer(view.camera.to_pixel(start), start))
    view.mouse.drag_to(Pointer(view.camera.to_pixel(end), end))
    yield from pause(0.3)


def search(studio) -> Iterator[Condition]:
    """The search palette over the canvas."""
    from PySide6.QtCore import QPointF

    part(studio.window, "canvas").commands.adding.at(QPointF(650, 40))
    part(studio.window, "canvas").commands.adding.search.field.setText("po")
    yield from pause(0.3)


def commands(studio) -> Iterator[Condition]:
    """The command search."""
    studio.window.studio.commands.action("commands").trigger()
    yield from pause(0.3)


def shortcuts(studio) -> Iterator[Condition]:
    """The sheet of shortcuts."""
    studio.window.studio.commands.action("shortcuts").trigger()
    yield from pause(0.3)


def gallery(studio) -> Iterator[Condition]:
    """The gallery of templates."""
    studio.window.studio.commands.action("gallery").trigger()
    yield from pause(0.5)


def tidy_branches(studio) -> Iterator[Condition]:
    """Branches and skips, laid out by Tidy."""
    yield from studio.open(studio.look, studio.size, "inception_mini")
    part(studio.window, "canvas").commands.editing.tidy()
    yield from pause(0.4)


STATES: dict[str, Callable[..., Iterator[Condition]]] = {
    "ghosts": ghosts,
    "ghost-branch": ghost_branch,
    "advice": advice,
    "volumes": volumes,
    "volumes-branches": volumes_branches,
    "export-volumes": export_volumes,
    "export-cards": export_cards,
    "compare": compare,
    "blocks": blocks,
    "tint": tint,
    "wire": wire,
    "search": search,
    "commands": commands,
    "shortcuts": shortcuts,
    "gallery": gallery,
    "tidy-branches": tidy_branches,
}
