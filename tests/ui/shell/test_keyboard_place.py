"""Where the keyboard is after a workspace is chosen, a name written or the last problem solved: never where letters
would be typed into something."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QAbstractSpinBox, QApplication, QLineEdit, QScrollArea, QWidget
from shiboken6 import Shiboken

from cnnstudio.design.edits import edits
from cnnstudio.ui.data.declaration import DATA as DATA_SPACE
from cnnstudio.ui.evaluate.declaration import EVALUATE as EVALUATE_SPACE
from cnnstudio.ui.learn.lesson_list import LessonList
from cnnstudio.ui.panels.importing.declaration import IMPORTING
from cnnstudio.ui.panels.layers.palette import PaletteRow
from cnnstudio.ui.problems.walked_row import WalkedRow
from cnnstudio.ui.studio.keyboard import stops_of
from cnnstudio.ui.widgets.floating_card import FloatingCard
from cnnstudio.ui.widgets.overlay import Sheet, open_sheets
from cnnstudio.ui.widgets.page import Page
from tests.ui.face import BUILD, EXPLAIN, NAMES, Face

CTRL = Qt.KeyboardModifier.ControlModifier
KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4, Qt.Key.Key_5, Qt.Key.Key_6)


def go(window, qtbot, number: int) -> None:
    qtbot.keyClick(window.focusWidget() or window, KEYS[number], CTRL)
    assert window.workspaces.current == NAMES[number]


@pytest.mark.parametrize("way", ["keys", "mouse"])
def test_a_workspace_gets_the_keyboard_for_its_main_view(window, qtbot, way: str) -> None:
    window.document.select(["conv2d_1"])
    for number in (3, 1, 5, 2, 4, 0, 3, 2, 5, 4, 0, 1):
        if way == "keys":
            go(window, qtbot, number)
        else:
            qtbot.mouseClick(window.topbar.switch.buttons[NAMES[number]], Qt.MouseButton.LeftButton)
        focused = QApplication.focusWidget()
        assert focused is not None and focused.isVisible()
        assert not isinstance(focused, QLineEdit | QAbstractSpinBox)
        data = window.studio.get(DATA_SPACE).main
        evaluated = window.studio.get(EVALUATE_SPACE).main
        main = (data, window.canvas, window.canvas, window.explain.centre, evaluated, window.learn)[number]
        assert main is focused or main.isAncestorOf(focused)
    before = window.document.project.design
    qtbot.keyClick(focused, Qt.Key.Key_F)
    assert window.document.project.design is before


def test_esc_keeps_the_old_name_and_goes_back_to_the_canvas(window, qtbot) -> None:
    window.document.select(["conv2d_1"])
    field = window.inspector.form.name
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    qtbot.keyClicks(field, "Edges")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "Conv 2D" and window.canvas.hasFocus()
    qtbot.mouseClick(window.palette_panel.search, Qt.MouseButton.LeftButton)
    assert window.document.project.design.cards["conv2d_1"].name == "Conv 2D"
    assert window.document.selection == {"conv2d_1"}
    qtbot.mouseClick(field, Qt.MouseButton.LeftButton)
    field.selectAll()
    qtbot.keyClicks(field, "Edges")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert window.document.project.design.cards["conv2d_1"].name == "Edges" and window.canvas.hasFocus()


def test_the_keyboard_goes_to_the_canvas_when_the_last_problem_is_solved(window, qtbot) -> None:
    design = window.document.project.design
    layer = design.graph["conv2d_2"].layer.replace(kernel=(15, 15))
    window.document.edit("Break", edits.configure(design, "conv2d_2", layer))
    window.workspaces.go_to(BUILD)
    button = window.problems.open_row.repairs.rows[0].button
    button.setFocus()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert not window.findings.grave and window.canvas.hasFocus()


def test_tab_comes_to_nothing_that_is_not_seen(open_window, qtbot) -> None:
    window = open_window(size=(1100, 700))
    bar = window.palette_panel.findChild(QScrollArea).verticalScrollBar()
    bar.setValue(bar.maximum())
    window.document.select(["conv2d_2"])
    window.inspector.form.name.setFocus()
    seen = []
    while not window.canvas.hasFocus() and len(seen) < 80:
        seen.append(window.focusWidget())
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
        QApplication.processEvents()
        now = window.focusWidget()
        whole = now is window.canvas or now.visibleRegion().boundingRect() == now.rect()
        assert whole, now.accessibleName()
    assert len(seen) > 10, "through the inspector, the bars and the palette"
    QTest.keyClick(window.canvas, Qt.Key.Key_Tab)
    field = window.canvas.commands.adding.search.field
    assert field.hasFocus()
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert window.canvas.commands.adding.search is None
    assert window.inspector.form.name.hasFocus(), "from the search it goes on as from the canvas"


def test_tab_comes_to_all_that_takes_the_keyboard(open_window, qtbot) -> None:
    """In every workspace, and in Explain with every way to look; backwards where there is a canvas, for on it Tab is
    the key of its layers."""
    window = open_window(size=(1100, 700))
    qtbot.waitUntil(lambda: window.data.dataset is not None)
    ways = [(name, "") for name in NAMES if name != EXPLAIN]
    ways += [(EXPLAIN, mode) for mode in window.explain.modes.buttons]
    passed_by = {}
    for name, mode in ways:
        window.workspaces.go_to(name)
        if mode:
            qtbot.waitUntil(lambda: window.explain.place.ready)
            window.explain.set_mode(mode)
        if mode == "Backward":  # its filters come with the answer
            qtbot.waitUntil(lambda: window.explain.back.answer is not None)
        QApplication.processEvents()
        forwards = (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier)
        backwards = (Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        key = backwards if window.canvas.isVisible() else forwards
        reached = [window.focusWidget()]
        while len(reached) == 1 or reached[-1] is not reached[0]:  # some take it several times, for each of their links
            QTest.keyClick(reached[-1], *key)
            reached.append(window.focusWidget())
            assert len(reached) < 300, (name, mode)
        takes = [each for each in window.findChildren(QWidget) if takes_the_keyboard(each)]
        if missed := [each for each in takes if each not in reached and not one_of_a_choice(each, reached)]:
            passed_by[name, mode] = [(type(each).__name__, each.accessibleName(), each.toolTip()) for each in missed]
        nameless = [each for each in reached if not (each.accessibleName() or isinstance(each, QAbstractButton))]
        nameless += [each for each in reached if isinstance(each, QAbstractButton) and not spoken(each)]
        assert not nameless, [(type(each).__name__, each.toolTip()) for each in nameless]
    assert not passed_by and len(ways) > 10


def spoken(button: QAbstractButton) -> str:
    return button.accessibleName() or button.text()


def takes_the_keyboard(widget: QWidget) -> bool:
    by_tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    return bool(by_tab) and widget.isVisible() and widget.isEnabled() and widget.focusProxy() is None


def one_of_a_choice(widget: QWidget, reached: list[QWidget]) -> bool:
    """Whether it is a button beside one that was reached, from which the arrow keys lead to it."""
    if not isinstance(widget, QAbstractButton) or not widget.isCheckable():
        return False
    return any(isinstance(each, QAbstractButton) and each.parent() is widget.parent() for each in reached)


def test_tab_comes_to_nothing_that_changes_the_design_by_return(window, qtbot) -> None:
    """Palette, problems and repairs are a stop of F6 each, and walked by the arrow keys."""
    design = window.document.project.design
    layer = design.graph["conv2d_2"].layer.replace(kernel=(15, 15))
    window.document.edit("Break", edits.configure(design, "conv2d_2", layer), select=["conv2d_2"])
    window.workspaces.go_to(BUILD)
    assert window.problems.open_row.repairs.rows
    rewriting = (WalkedRow, PaletteRow)
    window.inspector.form.name.setFocus()
    seen = []
    while len(seen) < 200 and not window.canvas.hasFocus():
        seen.append(window.focusWidget())
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Tab)
    assert window.canvas.hasFocus() and not [widget for widget in seen if isinstance(widget, rewriting)]
    for panel in (window.palette_panel, window.problems):
        for _ in stops_of(window.studio):
            qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
            if panel.isAncestorOf(window.focusWidget()):
                break
        rows = {row for row in panel.findChildren(QWidget) if isinstance(row, rewriting) and row.isVisible()}
        walked = {window.focusWidget()}
        for _ in range(len(rows) + 1):
            qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Down)
            assert not window.focusWidget().visibleRegion().isEmpty()
            walked.add(window.focusWidget())
        assert walked >= rows and len(rows) > 2
    assert window.document.project.design.graph["conv2d_2"].layer == layer


def assert_nothing_is_adopted(parts: list[QWidget]) -> None:
    """Python deletes a widget with what it takes for its parent, or when two are each other's: who asks Qt for the
    next in the chain of focus, or a button for its group, makes it take one for the other's."""
    for part in parts:
        parent = re.search(r"^parent\.* <.* at (0x[0-9a-f]+)>", Shiboken.dump(part), re.MULTILINE)
        around, above = part.parentWidget(), set()
        while around is not None:
            above.add(id(around))
            around = around.parentWidget()
        assert parent is None or int(parent[1], 16) in above, (part, parent[1])


def test_f6_leaves_every_part_to_what_it_is_in(window, qtbot) -> None:
    for number in range(len(KEYS)):
        go(window, qtbot, number)
        parts = window.findChildren(QWidget)
        for _ in stops_of(window.studio):
            qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
        assert_nothing_is_adopted(parts)


@pytest.mark.qt_log_ignore("does not support")
def test_a_sheet_keeps_the_keyboard_until_esc_gives_it_back(open_window, qtbot, tmp_path: Path) -> None:
    """Whatever sheet it is: neither Tab nor F6 nor a key of the canvas reaches what it covers."""
    window: Face = open_window(size=(1100, 700))
    for number in range(8):
        (tmp_path / f"class {number % 2}").mkdir(exist_ok=True)
        Image.new("L", (8, 8), 20 * number).save(tmp_path / f"class {number % 2}" / f"{number}.png")
    names = (
        "shortcuts",
        "glossary",
        "gallery",
        "preferences",
        "welcome",
        "until",
        "export",
        "export model",
        "fit to data",
    )
    opening: dict[str, Callable[[], object]] = {name: partial(window.commands.run, name) for name in names}
    opening["compare"] = lambda: window.comparing.with_template("lenet5")
    opening["import"] = lambda: window.studio.get(IMPORTING).open(tmp_path)
    window.document.select(["conv2d_1"])
    design, kinds = window.document.project.design, set()
    for name, open_it in opening.items():
        window.canvas.setFocus()
        open_it()
        (sheet,) = open_sheets(window)
        kinds.add(type(sheet))
        parts = window.findChildren(QWidget)
        for key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_F6):
            for _ in range(12):
                qtbot.keyClick(window.focusWidget(), key)
                assert sheet is window.focusWidget() or sheet.isAncestorOf(window.focusWidget()), (name, key)
        assert_nothing_is_adopted(parts)
        if name != "welcome":  # it lies on the canvas and does not cover it
            window.canvas.setFocus()
            assert sheet is window.focusWidget() or sheet.isAncestorOf(window.focusWidget()), name
            for key, held in ((Qt.Key.Key_A, CTRL), (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier)):
                qtbot.keyClick(window.focusWidget(), key, held)
        qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
        assert not open_sheets(window) and window.canvas.hasFocus(), name
        assert window.document.project.design is design, name
    assert kinds == set(_kinds_of(Sheet)) - {Page}
    open_it()
    qtbot.waitUntil(lambda: window.studio.get(IMPORTING).page.button.isEnabled())
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not open_sheets(window))
    assert window.canvas.hasFocus() and window.document.project.design is not design


def _kinds_of(kind: type[Sheet]) -> Iterator[type[Sheet]]:
    for each in kind.__subclasses__():
        if each.__module__.startswith("cnnstudio."):
            yield each
        yield from _kinds_of(each)


def test_esc_leads_from_everywhere_to_what_the_workspace_is_about(window, qtbot) -> None:
    """What is typed or looked at it takes back first, and from the fields of a lesson it leads by the canvas."""
    workspaces, seen = window.workspaces, 0
    for name in NAMES:
        workspaces.go_to(name)
        if name == EXPLAIN:
            qtbot.waitUntil(lambda: window.explain.place.ready)
        if name == BUILD:
            qtbot.keyClick(window, Qt.Key.Key_F4)  # the list of layers, where the palette was
        while window.notices.by_urgency:
            window.notices.close(window.notices.by_urgency[0])
        for key in (Qt.Key.Key_Backtab, Qt.Key.Key_F6):
            workspaces.take_keyboard()
            stops: list[QWidget] = []
            while len(stops) < 100:
                qtbot.keyClick(window.focusWidget(), key)
                if window.focusWidget() in stops:
                    break
                stops.append(window.focusWidget())
            for stop in stops:
                assert not isinstance(stop, LessonList), "its lessons are walked through, the frame is no stop"
                stop.setFocus(Qt.FocusReason.TabFocusReason)
                qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
                if not workspaces.has_keyboard:
                    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
                assert workspaces.has_keyboard and workspaces.current == name, (name, stop.accessibleName())
            seen += len(stops)
    assert seen > 80


def test_esc_takes_back_first_what_a_repair_would_do(window, qtbot) -> None:
    design = window.document.project.design
    layer = design.graph["conv2d_2"].layer.replace(kernel=(15, 15))
    window.document.edit("Break", edits.configure(design, "conv2d_2", layer))
    window.notices.tell("Something else", "info")
    qtbot.keyClick(window, Qt.Key.Key_Period, CTRL)
    assert window.findings.preview is not None
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Escape)
    assert window.findings.preview is None and window.canvas.hasFocus() and window.notices.by_urgency


def test_keys_of_the_canvas_do_nothing_where_it_is_not_in_sight(window, qtbot) -> None:
    window.document.select(["conv2d_1"])
    design = window.document.project.design
    go(window, qtbot, NAMES.index(EXPLAIN))
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Delete)
    assert window.document.project.design is design and not window.action("delete").isEnabled()
    go(window, qtbot, NAMES.index(BUILD))
    window.below.setFocus()
    qtbot.keyClick(window.below, Qt.Key.Key_Delete)
    assert "conv2d_1" not in window.document.project.design.graph


@pytest.mark.parametrize("hidden", ["the panels", "all but the canvas"])
@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_F4])
def test_what_gets_the_keyboard_is_seen(open_window, hidden, key) -> None:
    """The settings of a layer and the list of layers come back where they were hidden: nobody types unseen."""
    window = open_window()
    window.document.select(["conv2d_1"])
    window.canvas.setFocus()
    for name in ("alone",) if hidden == "all but the canvas" else ("left panel", "right panel"):
        window.commands.run(name)
    QTest.keyClick(window.canvas, key)
    QApplication.processEvents()
    now = window.focusWidget()
    assert now is not window.canvas and not now.visibleRegion().isEmpty()


def test_f6_comes_to_a_card_that_lies_over_the_window(open_window) -> None:
    window = open_window()
    window.canvas.setFocus()
    window.commands.run("draw")
    card = next(card for card in window.findChildren(FloatingCard) if card.isVisible())
    window.canvas.setFocus()
    reached = []
    for _ in range(12):
        QTest.keyClick(window.focusWidget(), Qt.Key.Key_F6)
        reached.append(card.isAncestorOf(window.focusWidget()))
    assert any(reached) and not all(reached)
