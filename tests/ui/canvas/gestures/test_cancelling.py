"""Esc and the right button end every drag of the canvas with nothing changed, whatever was under way."""

from __future__ import annotations

import pytest
from canvas_bench import ALT, CTRL, LEFT, MIDDLE, NONE, RIGHT, Bench, make_bench
from PySide6.QtCore import QPointF, Qt

from cnnstudio.design.edits import blocks, frames_and_notes
from cnnstudio.design.templates import template
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.canvas.gestures.band import BandGesture
from cnnstudio.ui.canvas.gestures.knife import KnifeGesture
from cnnstudio.ui.canvas.gestures.move import MoveGesture
from cnnstudio.ui.canvas.gestures.pan import PanGesture
from cnnstudio.ui.canvas.gestures.resize import ResizeGesture
from cnnstudio.ui.canvas.gestures.wire import WireGesture

MOVES = ("card", "several", "copy", "frame", "note", "block")
DRAGS = (*MOVES, "band", "wire", "wire end", "frame corner", "knife", "pan")
GESTURES = {
    "band": BandGesture, "wire": WireGesture, "wire end": WireGesture, "frame corner": ResizeGesture,
    "knife": KnifeGesture, "pan": PanGesture,
}  # fmt: skip


@pytest.fixture
def full(qtbot) -> Bench:
    """A design with everything that can be dragged."""
    design, _ = frames_and_notes.add_frame(template("lenet5"), (130, -50, 310, 230), "Features")
    design, _ = frames_and_notes.add_note(design, "A note", (620, 40))
    design, _ = blocks.group(design, ["conv2d_2", "relu_2"], "Stage")
    bench = make_bench(qtbot, design, (1300, 900))
    bench.view.frame_all()
    return bench


def begin(bench: Bench, drag: str) -> Qt.MouseButton:
    """Press and move on; the drag is under way. Returns the button that is held."""
    hands, scene = bench.hands, bench.view.canvas_scene
    outline = {item: scene.annotations[item].scene_outline() for item in scene.annotations}
    starts = {
        "card": bench.card("conv2d_1"),
        "several": bench.card("dense_1"),
        "copy": bench.card("conv2d_1"),
        "band": QPointF(620, 250),
        "wire": bench.output("conv2d_1"),
        "wire end": bench.input("relu_1"),
        "knife": bench.between("conv2d_1", "relu_1") - QPointF(0, 60),
        "pan": bench.card("relu_1"),
    }
    if drag == "block":
        starts[drag] = next(iter(scene.outlines.values())).title_rect().center()
    elif drag.startswith("frame"):
        frame = outline["frame_1"]
        starts[drag] = frame.bottomRight() if drag == "frame corner" else frame.topRight() + QPointF(-30, 12)
        bench.hands.click(frame.topRight() + QPointF(-30, 12))  # its corner can be had once it is selected
    elif drag == "note":
        starts[drag] = outline["note_1"].center()
    if drag == "several":
        bench.document.select(["dense_1", "relu_3"])
    hands.hold({"copy": ALT, "knife": CTRL}.get(drag, NONE))
    button = {"knife": RIGHT, "pan": MIDDLE}.get(drag, LEFT)
    by = QPointF(0, 110) if drag == "knife" else QPointF(40, 110)
    hands.press(starts[drag], button).move(starts[drag] + by)
    assert isinstance(bench.view.mouse.gesture, GESTURES.get(drag, MoveGesture)), drag
    return button


@pytest.mark.parametrize("how", ["escape", "right button"])
@pytest.mark.parametrize("drag", DRAGS)
def test_a_drag_is_cancelled_and_the_next_one_works(full: Bench, drag: str, how: str) -> None:
    selected, seen = full.document.selection, full.view.camera.seen()

    def cancelled() -> None:
        button = begin(full, drag)
        if how == "escape" or button == RIGHT:
            full.hands.key(Qt.Key.Key_Escape)
        else:
            full.hands.press(full.view.camera.to_scene(full.hands.at), RIGHT).release(RIGHT)
        assert full.view.mouse.gesture is None
        full.hands.hold(NONE).move(full.empty()).release(button)

    full.changes_nothing(cancelled)
    assert full.view.camera.seen().topLeft() == seen.topLeft()
    assert drag in MOVES or full.document.selection == selected
    start = full.card("softmax_1")
    full.is_one_step(lambda: full.hands.drag(start, start + QPointF(0, 80)), "Move Softmax")


@pytest.mark.parametrize("drag", [drag for drag in DRAGS if drag not in ("band", "pan")])
def test_the_same_drag_carried_out_is_one_step_there_and_back(full: Bench, drag: str) -> None:
    texts = {
        "card": "Move Conv 2D", "several": "Move 2 layers", "copy": "Duplicate Conv 2D", "wire": "Connect Max pooling",
        "wire end": "Disconnect ReLU", "frame": "Move frame Features", "frame corner": "Resize frame",
        "note": "Move note", "block": "Move Stage", "knife": "Cut 1 wire",
    }  # fmt: skip

    def carried_out() -> None:
        button = begin(full, drag)
        if drag == "wire":
            full.hands.move(full.input("max_pool2d_1"))
        elif drag == "wire end":
            full.hands.move(full.empty())
        full.hands.release(button).hold(NONE)

    before = full.document.history.count()
    carried_out()
    assert full.document.history.count() == before + 1
    assert worded(full.document.to_undo) == texts[drag]
    after, first = full.design, worded(full.document.to_undo)
    full.document.history.undo()
    full.shows_the_design()
    full.document.history.redo()
    assert full.design == after and worded(full.document.to_undo) == first
    full.shows_the_design()
