"""Problems on the canvas and in their panel, with repairs that are looked at and applied, by real events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QEnterEvent, QHelpEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QLabel, QScrollArea, QWidget

from cnnstudio.design.analysis.analysis import analyse
from cnnstudio.design.edits import blocks, chain, edits
from cnnstudio.design.edits.locking import lock
from cnnstudio.design.templates import template
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.wording.repairs import repair_words
from cnnstudio.nn.graph.graph import Edge, Graph, Node
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import worded
from cnnstudio.project.project import untrained
from cnnstudio.ui.canvas.card_words import card_tip
from cnnstudio.ui.document.document import Document
from cnnstudio.ui.look import motion, theme
from cnnstudio.ui.problems.findings import LARGE
from cnnstudio.ui.problems.floating import _Shadow
from cnnstudio.ui.problems.problem_bubble import ProblemBubble
from cnnstudio.ui.problems.problems_panel import MOST_LISTED, ProblemsPanel
from cnnstudio.ui.widgets import focused
from cnnstudio.ui.widgets.reasons.why_card import WhyCard
from tests.ui.face import BUILD, DATA
from tests.ui.screen import hover


def configured(design, node, **settings):
    return edits.configure(design, node, design.graph[node].layer.replace(**settings))


@pytest.fixture
def broken(open_window):
    """LeNet-5 whose second convolution has too large a kernel, and whose first pooling skips pixels."""
    window = open_window()
    design = configured(window.document.project.design, "conv2d_2", kernel=(15, 15))
    window.document.edit("Change kernel", configured(design, "max_pool2d_1", kernel=(2, 2), stride=(3, 3)))
    QApplication.processEvents()
    return window


def repair_rows(window):
    return window.problems.open_row.repairs.rows


def test_the_open_problem_shows_its_repairs_the_best_at_hand(broken):
    assert [row.problem.code for row in broken.problems.rows] == ["window", "dropped"]
    rows = repair_rows(broken)
    assert len(rows) >= 3
    assert [row.button.text() for row in rows] == ["Apply"] + ["Preview"] * (len(rows) - 1)
    assert broken.problems.rows[1].repairs is None


def test_a_row_that_says_what_it_said_stays(broken):
    window, dropped = broken.problems.rows
    said, document = window.accessibleName(), broken.document
    document.edit("Change kernel", configured(document.project.design, "conv2d_2", kernel=(16, 16)))
    assert broken.problems.rows[0] is not window and broken.problems.rows[1] is dropped
    assert broken.problems.rows[0].accessibleName() != said and dropped.isVisible()
    document.edit("Change kernel", configured(document.project.design, "conv2d_2", kernel=(3, 3)))
    assert {row.problem.code for row in broken.problems.rows} == {"dropped"}


def test_what_stands_beside_the_count_is_whole_or_not_there(qtbot):
    broken = edits.remove(template("lenet5"), ["flatten_1"], rejoin=True)
    panel = ProblemsPanel(Document(untrained(broken)))
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    panel.show()
    qtbot.waitUntil(lambda: panel.open_row is not None and bool(panel.open_row.repairs.rows))
    (hint,) = (part for part in panel.findChildren(QLabel) if "undo step" in part.text())
    seen = set()
    for width in range(600, 219, -20):
        panel.resize(width, 300)
        QApplication.processEvents()
        assert not hint.isVisible() or hint.width() >= hint.sizeHint().width()
        seen.add(hint.isVisible())
    assert seen == {True, False}


def test_a_repair_at_hand_wears_the_ring_only_while_it_has_the_keyboard(qapp, qtbot):
    if not qapp.styleSheet():
        theme.apply(qapp, "light")
    focused.follow(qapp)
    panel = ProblemsPanel(Document(untrained(edits.remove(template("lenet5"), ["flatten_1"], rejoin=True))))
    qtbot.addWidget(panel)
    panel.resize(600, 300)
    panel.show()
    panel.activateWindow()
    qtbot.waitUntil(lambda: panel.isActiveWindow() and bool(panel.open_row.repairs.rows))
    for look in theme.NAMES:
        theme.apply(qapp, look)
        QApplication.processEvents()  # the rows are made anew
        row, second, *_ = panel.open_row.repairs.rows
        for keyboard in (True, False):
            second.setFocus()
            qtbot.keyClick(second, Qt.Key.Key_Up)
            assert row.hasFocus() and row.at_hand
            if not keyboard:
                row.clearFocus()
            QApplication.processEvents()
            left = row.mapTo(panel, QPoint(0, row.height() // 2))  # the middle of its left side
            side = panel.grab(QRect(left.x() - 3, left.y(), 8, 1)).toImage()
            colours = {side.pixelColor(x, 0).name() for x in range(side.width())}
            assert (theme.current().accent.name() in colours) == keyboard, (look, colours)
    theme.apply(qapp, "light")


def test_of_many_problems_the_first_are_listed_and_the_open_one(qtbot):
    image, dense = template("lenet5").graph["input_1"], layer_kinds()["dense"](units=10)
    graph = Graph((image, *(Node(f"d{k}", dense, (image.id,)) for k in range(MOST_LISTED + 9))))
    panel = ProblemsPanel(Document(untrained(Design(graph, {node.id: Card(node.id) for node in graph}))))
    qtbot.addWidget(panel)
    found = panel.findings.all
    assert [row.problem for row in panel.rows] == list(found[:MOST_LISTED]) and len(found) > MOST_LISTED + 1

    def told() -> list[str]:
        return [part.text() for part in panel.findChildren(QLabel) if " more: F8" in part.text()]

    assert told() == [f"{len(found) - MOST_LISTED} more: F8 leads to each of them."]
    panel.findings.choose(found[-1])
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert panel.open_row is panel.rows[-1] and panel.open_row.problem == found[-1]
    assert told() == [f"{len(found) - MOST_LISTED - 1} more: F8 leads to each of them."]


def test_apply_is_one_step_and_removes_the_problem(broken, qtbot):
    document, before = broken.document, broken.document.project.design
    steps = document.history.count()
    repair = repair_rows(broken)[0].repair
    qtbot.mouseClick(repair_rows(broken)[0].button, Qt.MouseButton.LeftButton)
    assert document.history.count() == steps + 1
    assert document.project.design == repair.edit(before)
    assert not analyse(document.project.design.graph).problems
    assert worded(document.to_undo) == repair_words(before, repair).title
    document.history.undo()
    assert document.project.design == before
    assert broken.problems.rows[0].problem.code == "window"


@pytest.mark.parametrize("how", ["full", "less"])
def test_what_a_repair_has_changed_is_brought_into_view_and_nothing_is_zoomed(open_window, qtbot, how):
    window = open_window()
    motion.choose(how)
    canvas, camera = window.canvas, window.canvas.camera
    design = edits.remove(window.document.project.design, ["flatten_1"], rejoin=True)
    window.document.edit("Remove", design, select=["dense_1"])
    camera.zoom_in_middle(1.0)
    camera.pan(-4000, -2000)
    QApplication.processEvents()
    zoom, before = camera.zoom, set(design.graph.ids)
    row = repair_rows(window)[0]
    assert row.button.text() == "Apply"
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    changed = [node.id for node in window.document.project.design.graph if node.id not in before]
    assert changed
    assert canvas.glide.moving == (how == "full")
    qtbot.waitUntil(lambda: not canvas.glide.moving)
    for node in changed:
        card = canvas.canvas_scene.cards[node].scene_outline()
        assert camera.seen().contains(card)
        corner = camera.to_pixel(card.bottomRight())
        assert not camera.keep_free.contains(corner)
    assert camera.zoom == zoom
    window.document.history.undo()
    corner = camera.corner
    findings = window.findings
    findings.apply(findings.repairs(findings.open)[0])
    qtbot.waitUntil(lambda: not canvas.glide.moving)
    assert camera.corner == corner, "what is in sight already stays where it is"


def test_preview_puts_a_repair_at_hand_and_shows_it_on_the_canvas(broken, qtbot):
    before = broken.document.project.design
    row = next(row for row in repair_rows(broken)[1:] if not row.repair.effect.removed)
    qtbot.mouseClick(row.button, Qt.MouseButton.LeftButton)
    assert row.button.text() == "Apply"
    assert repair_rows(broken)[0].button.text() == "Preview"
    after = analyse(row.repair.edit(before).graph).layers
    ghosts = broken.ghosts.items
    assert "conv2d_2" in ghosts
    for node, ghost in ghosts.items():
        assert ghost.text == "×".join(map(str, after[node].shape))
        assert ghost.scene() is broken.canvas.canvas_scene
    assert broken.document.project.design == before
    bubble, canvas = broken.problem_bubble, broken.canvas
    seen = [canvas.mapFromScene(mark).boundingRect() for mark in broken.ghosts.drawn()]
    assert not bubble.isVisible() or not any(bubble.geometry().intersects(mark) for mark in seen)
    broken.document.edit("Other", configured(before, "conv2d_1", filters=7))
    assert not broken.ghosts.items


def test_pointing_at_a_repair_shows_it_and_leaving_takes_it_away(broken):
    row = repair_rows(broken)[0]
    middle = QPointF(row.rect().center())
    QApplication.sendEvent(row, QEnterEvent(middle, middle, middle))
    assert broken.findings.preview is row.repair
    assert broken.ghosts.items
    QApplication.sendEvent(row, QEvent(QEvent.Type.Leave))
    assert not broken.ghosts.items


def test_repairs_by_keyboard_alone(broken, qtbot):
    qtbot.keyClick(broken, Qt.Key.Key_F8)
    assert broken.document.selection == {"conv2d_2"}
    broken.findings.repairs_asked.emit()
    first = repair_rows(broken)[0]
    assert first.hasFocus()
    assert broken.ghosts.items
    qtbot.keyClick(first, Qt.Key.Key_Down)
    second = repair_rows(broken)[1]
    assert second.hasFocus()
    assert second.at_hand
    wanted = second.repair.edit(broken.document.project.design)
    qtbot.keyClick(second, Qt.Key.Key_Return)
    assert broken.document.project.design == wanted


def test_f8_walks_through_all_problems_and_back(broken, qtbot):
    seen = []
    for _ in range(3):
        qtbot.keyClick(broken, Qt.Key.Key_F8)
        seen.append(broken.findings.open.code)
    assert seen == ["window", "dropped", "window"]
    qtbot.keyClick(broken, Qt.Key.Key_F8, Qt.KeyboardModifier.ShiftModifier)
    assert broken.findings.open.code == "dropped"
    assert broken.document.selection == {"max_pool2d_1"}


def test_the_bubble_says_what_is_wrong_and_leads_to_the_repairs(broken, qtbot):
    broken.document.select(["conv2d_2"])
    bubble = broken.problem_bubble
    assert bubble.isVisible()
    assert "15×15" in bubble.title.text()
    assert bubble.height() >= bubble.layout().heightForWidth(bubble.width())
    assert bubble.title.height() >= bubble.title.heightForWidth(bubble.title.width())
    card = broken.canvas.canvas_scene.cards["conv2d_2"].scene_outline()
    assert not bubble.geometry().intersects(broken.canvas.mapFromScene(card).boundingRect())
    broken.workspaces.show("Train")
    qtbot.mouseClick(bubble.link, Qt.MouseButton.LeftButton)
    assert broken.workspaces.current == "Build"
    assert repair_rows(broken)[0].hasFocus()
    broken.findings.apply(repair_rows(broken)[0].repair)
    assert not bubble.isVisible()


def test_advice_shows_its_bubble_only_on_the_selected_layer(open_window):
    window = open_window()
    window.document.edit("Stride", configured(window.document.project.design, "max_pool2d_1", stride=(3, 3)))
    assert not window.problem_bubble.isVisible()
    window.document.select(["max_pool2d_1"])
    assert window.problem_bubble.isVisible()
    assert window.status.problems.text() == "✓ No problems · 2 pieces of advice"
    assert "Advice: " in card_tip(window.document.project.design, "max_pool2d_1")
    window.document.select(["softmax_1"])
    assert not window.problem_bubble.isVisible()


def why_card(window):
    *_, newest = window.inspector.form.findChildren(WhyCard)  # the one before it may not be deleted yet
    return newest


def test_why_this_size_is_drawn_and_what_fits_is_picked_in_one_step(broken, qtbot):
    broken.document.select(["max_pool2d_1"])
    card = why_card(broken)
    (strip,) = card.strips
    assert strip.side.unread == (2, 5, 8, 11, 14, 17, 20, 23, 26, 27)
    assert "never read" in strip.words
    texts = [link.text() for link in card.links]
    assert "stride 2 → 14" in texts
    steps = broken.document.history.count()
    qtbot.mouseClick(card.links[texts.index("stride 2 → 14")], Qt.MouseButton.LeftButton)
    assert broken.document.project.design.graph["max_pool2d_1"].layer.stride == (2, 2)
    assert broken.document.history.count() == steps + 1
    assert not why_card(broken).links
    broken.document.history.undo()
    assert broken.document.project.design.graph["max_pool2d_1"].layer.stride == (3, 3)


def test_a_long_row_is_cut_in_the_middle_and_pointing_names_a_position(open_window, qtbot):
    window = open_window()
    window.document.edit("Size", configured(window.document.project.design, "input_1", height=28, width=224))
    window.document.select(["conv2d_1"])
    rows, columns = why_card(window).strips
    assert None in columns.cells()
    assert None not in rows.cells()
    assert columns.cells()[0] == -columns.side.before
    window.inspector.findChild(QScrollArea).ensureWidgetVisible(rows)
    first = rows.boxes()[rows.side.cells(0)[0]].center()
    where = QPointF(first.x(), first.y())
    none, still = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
    move = QMouseEvent(QEvent.Type.MouseMove, where, QPointF(rows.mapToGlobal(where.toPoint())), none, none, still)
    QApplication.sendEvent(rows, move)
    assert rows.pointed_at == 0
    QApplication.sendEvent(rows, QEvent(QEvent.Type.Leave))
    assert rows.pointed_at is None


def test_resting_on_a_wire_explains_the_layer_it_leaves(broken, qtbot):
    canvas, popover = broken.canvas, broken.wire_popover
    edge = Edge("conv2d_1", "relu_1", 0)
    at = canvas.mapFromScene(canvas.canvas_scene.wires[edge].point_at(0.5))
    tip = QHelpEvent(QEvent.Type.ToolTip, at, canvas.viewport().mapToGlobal(at))
    QApplication.sendEvent(canvas.viewport(), tip)
    assert popover.isVisible()
    assert popover.edge == edge
    assert popover.why.strips[0].side.extent == 28
    assert broken.canvas.viewport().rect().contains(popover.geometry())
    far = popover.geometry().bottomRight() + QPoint(80, 60)
    hover(canvas.viewport(), far)
    qtbot.waitUntil(lambda: not popover.isVisible(), timeout=2000)


def test_a_selected_wire_keeps_its_popover_and_repairs_from_there(broken, qtbot):
    canvas, popover = broken.canvas, broken.wire_popover
    edge = Edge("max_pool2d_1", "conv2d_2", 0)
    at = canvas.mapFromScene(canvas.canvas_scene.wires[edge].point_at(0.5))
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert popover.isVisible()
    link = next(link for link in popover.why.links if link.text().startswith("stride 2"))
    qtbot.mouseClick(link, Qt.MouseButton.LeftButton)
    assert broken.document.project.design.graph["max_pool2d_1"].layer.stride == (2, 2)
    assert popover.isVisible()
    assert not popover.why.links
    canvas.setFocus()
    qtbot.keyClick(canvas, Qt.Key.Key_Escape)
    assert not popover.isVisible()


@pytest.mark.qt_log_ignore("does not support (raise|grabbing)")  # popups, without a screen
def test_the_menu_of_a_wire_comes_without_the_popover(broken, qtbot):
    canvas = broken.canvas
    canvas.setFocus()
    at = canvas.mapFromScene(canvas.canvas_scene.wires[Edge("max_pool2d_1", "conv2d_2", 0)].point_at(0.5))
    qtbot.mouseClick(canvas.viewport(), Qt.MouseButton.RightButton, pos=at)
    menu = QApplication.activePopupWidget()
    assert menu is not None and not broken.wire_popover.isVisible()
    qtbot.keyClick(menu, Qt.Key.Key_Escape)
    assert not broken.wire_popover.isVisible()


def test_a_layer_without_a_window_is_explained_on_its_wire(open_window):
    window = open_window()
    window.wire_popover.open(Edge("flatten_1", "dense_1", 0), QPoint(300, 200))
    assert window.wire_popover.isVisible()
    assert window.wire_popover.why is None


def test_advice_that_needs_the_data_is_listed_once(open_window, qtbot):
    window = open_window()
    qtbot.waitUntil(lambda: bool(window.data.image_shape))
    window.document.edit("Units", configured(window.document.project.design, "dense_3", units=12))
    assert [row.problem.code for row in window.problems.rows] == ["classes"]
    best = window.findings.repairs(window.problems.rows[0].problem)[0]
    window.findings.choose(window.problems.rows[0].problem)
    window.findings.apply(best)
    assert window.document.project.design.graph["dense_3"].layer.units == 10
    assert window.problems.rows == []


def test_what_would_be_inserted_is_a_ghost_card_and_the_bubble_makes_way(open_window):
    window = open_window()
    window.document.edit("Delete", edits.remove(template("lenet5"), ["flatten_1"], rejoin=True))
    window.document.select(["dense_1"])
    QApplication.processEvents()
    assert window.problem_bubble.isVisible()
    repair = window.findings.repairs(window.findings.open)[0]
    window.findings.show(repair)
    (card,) = window.ghosts.cards.values()
    assert card.name == layer_kinds()["flatten"].title in repair_words(window.document.project.design, repair).title
    assert not window.problem_bubble.isVisible()
    window.findings.show(None)
    assert window.problem_bubble.isVisible()


def test_a_large_design_tries_its_repairs_out_once_the_hand_rests(open_window, qtbot):
    window = open_window()
    design = window.document.project.design
    for _ in range(LARGE):
        design, _ = chain.add_after(design, "relu_1", layer_kinds()["relu"]())
    design = edits.remove(design, ["flatten_1"], rejoin=True)
    window.document.edit("Grow", design)
    assert window.problems.open_row.problem.code == "unflattened"
    assert not repair_rows(window)
    qtbot.waitUntil(lambda: bool(repair_rows(window)))
    assert window.problem_bubble.link.text() == "3 repairs ↓"


def test_the_keyboard_reaches_the_repairs_from_anywhere(broken, qtbot):
    broken.canvas.setFocus()
    qtbot.keyClick(broken, Qt.Key.Key_Period, Qt.KeyboardModifier.ControlModifier)
    assert repair_rows(broken)[0].hasFocus()
    assert broken.ghosts.items
    qtbot.keyClick(repair_rows(broken)[0], Qt.Key.Key_Return)
    assert not analyse(broken.document.project.design.graph).problems


def test_a_problem_inside_a_collapsed_block_marks_the_block_and_expands_it(open_window, qtbot):
    design = configured(template("lenet5"), "conv2d_2", kernel=(15, 15))
    design, block = blocks.group(design, ["conv2d_2", "relu_2"], "Stage")
    window = open_window(blocks.toggle(design, block))
    QApplication.processEvents()
    qtbot.mouseClick(window.problems.open_row, Qt.MouseButton.LeftButton, pos=QPoint(40, 10))
    card = window.canvas.canvas_scene.cards[block]
    assert window.document.selection == {"conv2d_2"}
    assert card.holds_selected and not card.selected
    assert window.canvas.camera.seen().contains(card.scene_outline())
    bubble = window.problem_bubble
    assert bubble.isVisible() and bubble.title.text().startswith("Conv 2D 2: ")
    assert bubble.expand.text() == "Expand Stage"
    qtbot.mouseClick(bubble.expand, Qt.MouseButton.LeftButton)
    assert not window.document.project.design.blocks[block].collapsed
    assert window.canvas.canvas_scene.cards["conv2d_2"].selected
    assert not bubble.expand.isVisible() and not bubble.title.text().startswith("Conv 2D 2")
    window.commands.run("undo")
    assert window.canvas.canvas_scene.cards[block].holds_selected
    window.document.select(window.document.project.design.folding.within[block])
    card = window.canvas.canvas_scene.cards[block]
    assert card.selected and not card.holds_selected


def test_a_layer_selected_in_the_list_marks_the_collapsed_block_around_it(open_window):
    design, block = blocks.group(template("lenet5"), ["conv2d_2", "relu_2"], "Stage")
    window = open_window(blocks.toggle(design, block))
    window.document.select(["relu_2"])
    assert window.canvas.canvas_scene.cards[block].holds_selected
    window.document.select(["relu_1"])
    assert not window.canvas.canvas_scene.cards[block].holds_selected


@pytest.mark.parametrize("spoilt", ["no answer", "classes", "size", "locked"])
def test_what_disables_train_is_counted_listed_in_full_and_repaired(window, qtbot, spoilt: str) -> None:
    qtbot.waitUntil(lambda: window.data.sample is not None)
    design = window.document.project.design
    behind = design.graph.ids - {"input_1", "conv2d_1"}
    changed = {
        "no answer": lambda: edits.remove(design, behind),
        "classes": lambda: configured(design, "dense_3", units=64),
        "size": lambda: configured(design, "input_1", height=32, width=32),
        "locked": lambda: lock(design, design.graph.ids),
    }[spoilt]()
    window.document.edit("Spoil", changed)
    why = window.run_control.why_not()
    assert why
    assert window.status.problems.text() == "⚠ 1 problem" and window.problems.count.text().startswith("1")
    row = window.problems.rows[0]
    said = row.accessibleName()
    sentence = window.findings.words(row.problem).sentence
    assert sentence in said and why.endswith(sentence), "the whole sentence, not what fits into a bar"
    assert window.problems.open_row is row and row.repairs.rows
    qtbot.mouseClick(row.repairs.rows[0].button, Qt.MouseButton.LeftButton)
    assert window.run_control.why_not() == ""
    assert window.status.problems.text().startswith("✓ No problems")
    assert window.training_bar.train_button.property("role") == "primary"


def test_rows_have_the_height_their_words_take_at_once_and_in_every_width(broken, qtbot):
    panel = broken.problems

    def fits() -> bool:
        taken = [(row.height(), row.layout().totalHeightForWidth(row.width())) for row in panel.rows]
        return all(height == needed for height, needed in taken)

    assert len(panel.rows) == 2 and fits()
    broken.resize(1000, 640)
    qtbot.waitUntil(fits)
    panel.findings.choose(panel.rows[1].problem)
    QApplication.processEvents()
    assert panel.open_row is panel.rows[1] and fits()


def test_an_empty_canvas_is_no_error_and_offers_its_first_layer(open_window):
    window = open_window(Design())
    assert (window.status.problems.text(), window.status.problems.property("tone")) == ("Nothing drawn yet", "")
    (problem,) = window.findings.all
    window.findings.apply(window.findings.repairs(problem)[0])
    assert [node.layer.kind for node in window.document.project.design.graph] == ["input"]
    assert window.status.problems.text() != "Nothing drawn yet"


def test_the_bubble_is_placed_once_an_edit(broken, monkeypatch):
    placed: list[object] = []
    free = ProblemBubble._free_place

    def counted(bubble: ProblemBubble, *asked: object) -> object:
        placed.append(bubble)
        return free(bubble, *asked)

    monkeypatch.setattr(ProblemBubble, "_free_place", counted)
    broken.document.edit("Another", configured(broken.document.project.design, "conv2d_2", kernel=(17, 17)))
    assert len(placed) == 1


def test_the_bubble_is_painted_and_nothing_that_is_hidden_is_laid_out(broken, qtbot):
    class Hidden(QWidget):
        laid_out = 0

        def resizeEvent(self, event: QResizeEvent) -> None:
            super().resizeEvent(event)
            self.laid_out += 1

    hidden = Hidden(broken)
    hidden.resize(300, 200)  # it hears of that once it is shown
    broken.document.select(["conv2d_2"])
    qtbot.waitUntil(broken.problem_bubble.isVisible)
    broken.canvas.repaint()
    broken.problem_bubble.repaint()
    assert hidden.laid_out == 0


def test_the_shadow_of_the_bubble_stays_with_it(broken, qtbot):
    bubble = broken.problem_bubble
    broken.document.select(["conv2d_2"])
    qtbot.waitUntil(bubble.isVisible)
    (shadow,) = (
        child for child in bubble.parentWidget().children() if isinstance(child, _Shadow) and child.isVisible()
    )

    def stays() -> bool:
        siblings = bubble.parentWidget().children()
        around = bubble.geometry().adjusted(-20, -20, 20, 24) & bubble.parentWidget().rect()
        return siblings.index(shadow) < siblings.index(bubble) and shadow.geometry() == around

    assert stays() and shadow.geometry().contains(bubble.geometry())
    before = bubble.pos()
    broken.canvas.camera.pan(-23, 11)
    QApplication.processEvents()
    assert bubble.pos() != before and stays() and shadow.geometry().contains(bubble.geometry())
    pressed = QPoint(shadow.width() // 2, 4)
    assert bubble.parentWidget().childAt(shadow.mapToParent(pressed)) is not shadow
    broken.workspaces.show(DATA)
    assert not shadow.isVisible()
    broken.workspaces.show(BUILD)
    QApplication.processEvents()
    assert shadow.isVisible() == bubble.isVisible() and stays()
    bubble.hide()
    assert not shadow.isVisible()
