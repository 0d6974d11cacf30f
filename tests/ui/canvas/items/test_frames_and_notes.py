"""Frames and notes: drawn, moved with what lies in them, resized, written, copied, deleted; each again through undo."""

from __future__ import annotations

import pytest
from canvas_bench import ALT, CTRL, RIGHT, SHIFT, Bench, make_bench
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from cnnstudio.design.edits import frames_and_notes
from cnnstudio.design.templates import template
from cnnstudio.design.value.drawn import Frame

G, N = Qt.Key.Key_G, Qt.Key.Key_N
PART = ("conv2d_1", "relu_1")


@pytest.fixture
def framed(qtbot) -> Bench:
    """A frame around the first convolution and its ReLU, and a note below it."""
    design, _ = frames_and_notes.add_frame(template("lenet5"), (130, -50, 310, 220), "Features")
    design, _ = frames_and_notes.add_note(design, "Small windows first.", (140, 600))
    bench = make_bench(qtbot, design, (1300, 900))
    bench.view.frame_all()
    return bench


def border(bench: Bench, item: str = "frame_1") -> QPointF:
    """A place in the frame's title strip, right of the words."""
    return bench.view.canvas_scene.annotations[item].scene_outline().topRight() + QPointF(-30, 12)


def corner(bench: Bench, item: str) -> QPointF:
    return bench.view.canvas_scene.annotations[item].scene_outline().bottomRight()


def middle(bench: Bench, item: str) -> QPointF:
    return bench.view.canvas_scene.annotations[item].scene_outline().center()


def test_ctrl_g_draws_a_frame_around_the_selection_and_asks_for_its_title(bench: Bench) -> None:
    bench.document.select(PART)
    after = bench.is_one_step(lambda: bench.hands.key(G, CTRL), "Frame 2 layers")
    (frame,) = after.frames.values()
    cards = bench.view.canvas_scene.frame_of(PART)
    assert frame.x < cards.left() and frame.y < cards.top() - 20
    assert frame.x + frame.width > cards.right() and frame.y + frame.height > cards.bottom()


def test_a_frame_and_its_title_are_one_step_however_long_it_takes_to_write(bench: Bench) -> None:
    clock = [0.0]
    bench.document._clock = lambda: clock[0]
    bench.document.select(PART)
    bench.hands.key(G, CTRL)
    QTest.keyClicks(QApplication.focusWidget(), "First stage")
    clock[0] = 600.0
    bench.hands.key(Qt.Key.Key_Return)
    assert [frame.title for frame in bench.design.frames.values()] == ["First stage"]
    bench.document.history.undo()
    assert not bench.design.frames
    bench.document.history.redo()
    assert [frame.title for frame in bench.design.frames.values()] == ["First stage"]


def test_a_title_written_later_is_a_step_of_its_own(bench: Bench) -> None:
    bench.document.select(PART)
    bench.hands.key(G, CTRL)
    bench.hands.key(Qt.Key.Key_Escape)
    assert [frame.title for frame in bench.design.frames.values()] == ["Frame"]
    bench.hands.key(Qt.Key.Key_F2)
    QTest.keyClicks(QApplication.focusWidget(), "Later")
    bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_Return), "Rename frame")


def test_ctrl_g_on_nothing_says_why_not(bench: Bench, qtbot) -> None:
    with qtbot.waitSignal(bench.view.told) as told:
        bench.changes_nothing(lambda: bench.hands.key(G, CTRL))
    assert "frame" in told.args[0]


def test_a_frame_takes_its_cards_along(framed: Bench) -> None:
    before = framed.design
    start = border(framed)
    after = framed.is_one_step(lambda: framed.hands.drag(start, start + QPointF(40, 210)), "Move frame Features")
    by = after.frames["frame_1"].x - before.frames["frame_1"].x, after.frames["frame_1"].y - before.frames["frame_1"].y
    assert by != (0, 0)
    for node in before.cards:
        moved = after.cards[node].x - before.cards[node].x, after.cards[node].y - before.cards[node].y
        assert moved == (by if node in PART else (0, 0))


def test_a_cancelled_move_of_a_frame_changes_nothing(framed: Bench) -> None:
    start = border(framed)

    def drag() -> None:
        framed.hands.press(start).move(start + QPointF(60, 80)).press(start + QPointF(60, 80), RIGHT)
        framed.hands.release(RIGHT).release()

    framed.changes_nothing(drag)
    assert framed.view.canvas_scene.annotations["frame_1"].pos() == QPointF(130, -50)


def test_the_inside_of_a_frame_is_free_for_the_rubber_band(framed: Bench) -> None:
    rect = framed.view.canvas_scene.annotations["frame_1"].scene_outline()
    framed.hands.drag(QPointF(rect.left() + 12, rect.bottom() - 14), QPointF(rect.right() - 12, rect.top() + 60))
    assert framed.document.selection == set(PART)
    assert not framed.view.canvas_scene.selected_annotations


def test_a_frame_is_resized_at_its_corner(framed: Bench) -> None:
    framed.hands.click(border(framed))
    assert framed.view.canvas_scene.selected_annotations == {"frame_1"}
    at = corner(framed, "frame_1")
    after = framed.is_one_step(lambda: framed.hands.drag(at, at + QPointF(63, 41)), "Resize frame")
    assert after.frames["frame_1"] == Frame("Features", 130, -50, 370, 260)


def test_a_frame_never_becomes_too_small(framed: Bench) -> None:
    framed.hands.click(border(framed))
    at = corner(framed, "frame_1")
    framed.hands.drag(at, at - QPointF(900, 900))
    assert framed.design.frames["frame_1"] == Frame("Features", 130, -50, 60, 60)


def test_f2_and_a_double_click_rename_a_frame(framed: Bench) -> None:
    framed.hands.click(border(framed)).key(Qt.Key.Key_F2)
    QTest.keyClicks(QApplication.focusWidget(), "Eyes")
    framed.is_one_step(lambda: framed.hands.key(Qt.Key.Key_Return), "Rename frame")
    framed.hands.double_click(border(framed))
    QTest.keyClicks(QApplication.focusWidget(), "Ears")
    framed.hands.key(Qt.Key.Key_Return)
    assert framed.design.frames["frame_1"].title == "Ears"


def test_deleting_a_frame_leaves_its_cards(framed: Bench) -> None:
    framed.hands.click(border(framed))
    after = framed.is_one_step(lambda: framed.hands.key(Qt.Key.Key_Delete), "Delete frame Features")
    assert not after.frames and len(after.cards) == len(template("lenet5").cards)


def test_alt_copies_a_frame_with_its_cards(framed: Bench) -> None:
    start = border(framed)
    framed.hands.hold(ALT)
    after = framed.is_one_step(lambda: framed.hands.drag(start, start + QPointF(0, 560)), "Duplicate frame Features")
    assert len(after.frames) == 2 and len(after.cards) == len(template("lenet5").cards) + 2


def test_frames_and_notes_go_over_the_clipboard(framed: Bench, qtbot) -> None:
    framed.hands.key(Qt.Key.Key_A, CTRL).key(Qt.Key.Key_C, CTRL)
    other = make_bench(qtbot, template("first_conv"))
    after = other.is_one_step(lambda: other.hands.key(Qt.Key.Key_V, CTRL), f"Paste {len(framed.design.cards)} layers")
    assert [f.title for f in after.frames.values()] == ["Features"]
    assert [n.text for n in after.notes.values()] == ["Small windows first."]
    frame, note = after.frames["frame_1"], after.notes["note_1"]
    assert (note.x - frame.x, note.y - frame.y) == (10, 650)


def test_a_note_alone_goes_over_the_clipboard(framed: Bench) -> None:
    framed.hands.click(middle(framed, "note_1")).key(Qt.Key.Key_C, CTRL)
    after = framed.is_one_step(lambda: framed.hands.key(Qt.Key.Key_V, CTRL), "Paste note")
    assert len(after.notes) == 2


def test_n_writes_a_note_at_the_pointer_in_one_step(bench: Bench) -> None:
    place = bench.empty()
    bench.hands.move(place).key(N)
    QTest.keyClicks(bench.view.commands.writing.editor, "Two lines:")
    bench.hands.key(Qt.Key.Key_Return)
    QTest.keyClicks(bench.view.commands.writing.editor, "this is the second; a and w and n write, too")
    after = bench.is_one_step(lambda: bench.hands.key(Qt.Key.Key_Return, CTRL), "Add note")
    (note,) = after.notes.values()
    assert note.text.startswith("Two lines:\nthis is") and abs(note.x - place.x()) <= 5
    assert bench.view.hasFocus()


def test_a_note_without_text_was_never_there(bench: Bench) -> None:
    bench.changes_nothing(lambda: bench.hands.move(bench.empty()).key(N).key(Qt.Key.Key_Escape))
    bench.changes_nothing(lambda: bench.hands.move(bench.empty()).key(N).key(Qt.Key.Key_Return, CTRL))
    assert bench.view.commands.writing.editor is None


def test_a_double_click_writes_on_and_leaving_keeps_it(framed: Bench) -> None:
    framed.hands.double_click(middle(framed, "note_1"))
    framed.view.commands.writing.editor.moveCursor(framed.view.commands.writing.editor.textCursor().MoveOperation.End)
    QTest.keyClicks(framed.view.commands.writing.editor, " Then larger ones.")
    after = framed.is_one_step(lambda: framed.hands.click(framed.empty()), "Write note")
    assert after.notes["note_1"].text == "Small windows first. Then larger ones."


def test_a_note_that_is_emptied_goes(framed: Bench) -> None:
    framed.hands.double_click(middle(framed, "note_1")).key(Qt.Key.Key_A, CTRL).key(Qt.Key.Key_Delete)
    after = framed.is_one_step(lambda: framed.hands.key(Qt.Key.Key_Return, CTRL), "Delete note")
    assert not after.notes


def test_a_note_holds_ten_thousand_characters(framed: Bench) -> None:
    framed.hands.double_click(middle(framed, "note_1"))
    framed.view.commands.writing.editor.setPlainText("x" * 10_050)
    framed.hands.key(Qt.Key.Key_Return, CTRL)
    assert len(framed.design.notes["note_1"].text) == 10_000


def test_a_note_is_moved_and_made_wider(framed: Bench) -> None:
    at = middle(framed, "note_1")
    after = framed.is_one_step(lambda: framed.hands.drag(at, at + QPointF(52, 38)), "Move note")
    assert (after.notes["note_1"].x, after.notes["note_1"].y) == (190, 640)
    height = framed.view.canvas_scene.annotations["note_1"].scene_outline().height()
    at = corner(framed, "note_1")
    after = framed.is_one_step(lambda: framed.hands.drag(at, at - QPointF(120, 0)), "Resize note")
    assert after.notes["note_1"].width == 100
    assert framed.view.canvas_scene.annotations["note_1"].scene_outline().height() > height


def test_markup_in_notes_and_titles_is_text(framed: Bench) -> None:
    text = "<b>bold</b> & <img src=x>"
    framed.document.edit("x", frames_and_notes.write(framed.design, "note_1", text))
    assert framed.view.canvas_scene.annotations["note_1"].text == text
    assert framed.view.canvas_scene.annotations["note_1"]._lines.text() == text


def test_cards_and_notes_move_and_are_nudged_together(framed: Bench) -> None:
    framed.hands.click(framed.card("relu_1")).hold(SHIFT).click(middle(framed, "note_1")).hold(Qt.KeyboardModifier(0))
    assert framed.document.selection == {"relu_1"} and framed.view.canvas_scene.selected_annotations == {"note_1"}
    before = framed.design
    after = framed.is_one_step(lambda: framed.hands.key(Qt.Key.Key_Down), "Move ReLU")
    assert after.cards["relu_1"].y == before.cards["relu_1"].y + 10
    assert after.notes["note_1"].y == before.notes["note_1"].y + 10


def test_escape_and_a_click_on_nothing_select_nothing(framed: Bench) -> None:
    framed.hands.click(border(framed)).key(Qt.Key.Key_Escape)
    assert not framed.view.canvas_scene.selected_annotations
    framed.hands.click(border(framed)).click(framed.empty())
    assert not framed.view.canvas_scene.selected_annotations
