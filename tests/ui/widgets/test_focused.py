"""What has the keyboard: its ring, its own keys, and the way into a group of choices."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSlider,
    QSpinBox,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from cnnstudio.ui.look import theme
from cnnstudio.ui.panels.export.target_button import TargetButton
from cnnstudio.ui.widgets import focused
from cnnstudio.ui.widgets.choosing.segments import Segments
from cnnstudio.ui.widgets.focused import Ring, keyboard_stays
from cnnstudio.ui.widgets.overlay import Overlay
from cnnstudio.ui.widgets.page import Page
from tests.ui.face import EXPLAIN, NAMES

Key = Qt.Key
SPACE, RETURN, ENTER, TAB, BACKTAB = Key.Key_Space, Key.Key_Return, Key.Key_Enter, Key.Key_Tab, Key.Key_Backtab
BY_TAB = Qt.FocusReason.TabFocusReason


def press(key: Qt.Key, times: int = 1) -> QWidget:
    """Press a key where the keyboard is, and say where it is then."""
    for _ in range(times):
        QTest.keyClick(QApplication.focusWidget(), key)
        QApplication.processEvents()
    return QApplication.focusWidget()


@pytest.fixture
def host(qapp, qtbot) -> Iterator[QWidget]:
    """A window with a field in it, in which the keyboard begins."""
    if not qapp.styleSheet():
        theme.apply(qapp, "light")
    focused.follow(qapp)
    made = QWidget()
    made.resize(600, 500)
    made.column = QVBoxLayout(made)
    made.field = QLineEdit()
    made.column.addWidget(made.field)
    made.show()
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    made.field.setFocus()
    yield made
    made.close()
    made.deleteLater()


def put(host: QWidget, *widgets: QWidget) -> None:
    for widget in widgets:
        host.column.addWidget(widget)
        widget.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    QApplication.processEvents()


@pytest.mark.parametrize("key", [SPACE, RETURN, ENTER])
@pytest.mark.parametrize("kind", [QPushButton, QToolButton, QCheckBox])
@pytest.mark.parametrize("where", ["window", "panel", "sheet"])
def test_a_button_is_pressed_by_return_as_by_space(host, kind, key, where: str) -> None:
    button = kind()
    if where == "window":
        put(host, button)
    elif where == "panel":
        area = QScrollArea()
        area.setWidget(button)
        put(host, area)
    else:
        Overlay(host, "A sheet", button, QSize(200, 200))
    heard = []
    button.clicked.connect(lambda: heard.append(1))
    button.setFocus(BY_TAB)
    press(key)
    assert heard == [1]


@pytest.mark.qt_log_ignore("does not support")
def test_return_opens_the_menu_of_a_button(host, qtbot) -> None:
    button, menu = QPushButton("More"), QMenu(host)
    menu.addAction("One")
    opened = []
    menu.aboutToShow.connect(lambda: opened.append(1))
    menu.aboutToShow.connect(menu.close)
    button.setMenu(menu)
    put(host, button)
    button.setFocus(BY_TAB)
    press(RETURN)
    assert opened


def test_a_dialog_keeps_its_own_return(host, qtbot) -> None:
    dialog, heard = QDialog(host), []
    column = QVBoxLayout(dialog)
    box, other, default = QCheckBox("Choice"), QPushButton("Other"), QPushButton("OK")
    for widget in (box, other, default):
        column.addWidget(widget)
    default.setDefault(True)
    other.clicked.connect(lambda: heard.append("other"))
    default.clicked.connect(lambda: heard.append("ok"))
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    for widget in (box, other):
        widget.setFocus(BY_TAB)
        press(RETURN)
    assert heard == ["ok", "other"] and not box.isChecked()
    dialog.close()


class _Setup(Page):
    def __init__(self, host: QWidget) -> None:
        super().__init__("Set up", "info", host)
        self.done, self.left = 0, 0
        self.choices, self.cancel = Segments("Kind", ("one", "two"), "one"), QPushButton("Cancel")
        self.cancel.clicked.connect(self._cancelled)
        for widget in (self.choices, self.cancel):
            self.column.addWidget(widget)

    def go_on(self) -> None:
        self.done += 1

    def _cancelled(self) -> None:
        self.left += 1


def test_on_a_page_return_at_a_choice_goes_on_and_at_a_button_presses_it(host) -> None:
    page = _Setup(host)
    page.open()
    page.choices.buttons["two"].setFocus(BY_TAB)
    press(RETURN)
    assert (page.done, page.left) == (1, 0)
    page.cancel.setFocus(BY_TAB)
    press(RETURN)
    assert (page.done, page.left) == (1, 1)


@pytest.mark.parametrize(
    ("make", "keys"),
    [
        (QPushButton, (SPACE, RETURN)),
        (QCheckBox, (SPACE, RETURN)),
        (QSlider, (Key.Key_Left, Key.Key_Up, Key.Key_PageUp, Key.Key_Home)),
        (QSpinBox, (Key.Key_Up, Key.Key_PageDown, Key.Key_Home, Key.Key_7)),
        (QComboBox, (Key.Key_Down, Key.Key_End, Key.Key_L)),
        (QLineEdit, (SPACE, Key.Key_Left, Key.Key_L)),
    ],
)
def test_the_keys_of_a_control_are_no_shortcuts_of_what_is_around_it(host, make, keys) -> None:
    heard, control = [], make()
    if isinstance(control, QComboBox):
        control.addItems(["a", "b", "left"])
    put(host, control)
    for key in (*keys, Key.Key_F3):
        shortcut = QShortcut(QKeySequence(key), host, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(lambda key=key: heard.append(key))
        control.setFocus(BY_TAB)
        press(key)
    assert heard == [Key.Key_F3]


@pytest.mark.qt_log_ignore("does not support")
def test_from_a_list_that_a_box_has_opened_keys_choose(host, qtbot) -> None:
    box = QComboBox()
    box.addItems(["one", "two", "three"])
    put(host, box)
    box.setFocus(BY_TAB)
    for key, chosen in ((RETURN, "two"), (ENTER, "three"), (Key.Key_Escape, "three")):
        press(SPACE)
        opened = box.view()
        qtbot.waitUntil(opened.hasFocus)
        qtbot.keyClick(opened, Key.Key_Up if key == Key.Key_Escape else Key.Key_Down)
        qtbot.keyClick(opened, key)
        qtbot.waitUntil(lambda opened=opened: not opened.isVisible())
        assert box.currentText() == chosen and box.hasFocus()


def _targets() -> tuple[QWidget, list[QWidget]]:
    around = QWidget()
    column = QVBoxLayout(around)
    buttons: list[QWidget] = [TargetButton(name, "code", True) for name in ("one", "two", "three")]
    for button in buttons:
        column.addWidget(button)
    buttons[1].setChecked(True)
    return around, buttons


def _segments() -> tuple[QWidget, list[QWidget]]:
    made = Segments("Kind", ("one", "two", "three"), "two")
    return made, list(made.buttons.values())


@pytest.mark.parametrize(("make", "arrow"), [(_segments, Key.Key_Right), (_targets, Key.Key_Down)])
def test_tab_enters_a_group_at_what_is_chosen_and_leaves_it_by_the_next(host, make, arrow) -> None:
    around, (first, second, third) = make()
    after = QPushButton("After")
    host.column.addWidget(around)
    put(host, after)
    assert press(TAB) is second
    assert press(TAB) is after
    assert press(BACKTAB) is second
    assert press(arrow) is third and third.isChecked()
    assert press(TAB) is after
    first.click()  # somebody else has chosen
    assert press(BACKTAB) is first
    assert press(BACKTAB) is host.field


def test_a_group_that_the_keyboard_was_in_is_still_there(host) -> None:
    choice = QWidget()
    column = QVBoxLayout(choice)
    group = QButtonGroup(choice)
    for name in ("one", "two", "three"):
        button = QPushButton(name, checkable=True, checked=name == "two")
        group.addButton(button)
        column.addWidget(button)
    host.column.addWidget(choice)
    QApplication.processEvents()
    assert press(TAB).text() == "two"
    del button, group, column  # as where nobody needs them by name
    gc.collect()
    assert [left.text() for left in choice.findChildren(QPushButton)] == ["one", "two", "three"]
    assert choice.findChild(QButtonGroup) is not None


def ring_in(window: QWidget) -> Ring | None:
    return next((ring for ring in window.findChildren(Ring) if ring.isVisible()), None)


def test_the_ring_is_where_keys_have_led_and_follows_what_it_is_around(host, qtbot) -> None:
    first, second = QPushButton("First"), QPushButton("Second")
    put(host, first, second)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    assert host.focusWidget() is first and ring_in(host) is None, "the mouse shows where it is itself"
    assert press(TAB) is second
    ring = ring_in(host)
    assert ring is not None and ring.geometry().contains(second.geometry())
    assert host.childAt(second.geometry().center()) is second, "it is no obstacle"
    second.setFixedHeight(90)
    qtbot.waitUntil(lambda: ring.geometry().contains(second.geometry()) and second.height() == 90)
    second.hide()
    assert ring.geometry().contains(host.focusWidget().geometry()), "on to where the keyboard goes then"


def test_the_ring_is_as_far_out_on_every_side(host) -> None:
    around, card = QWidget(), QPushButton("Card")
    put(host, around)
    column = QVBoxLayout(around)
    column.setContentsMargins(0, 0, 0, 20)
    column.addWidget(card)
    QApplication.processEvents()
    assert press(TAB, 2) is card
    for margin, out in ((0, 0), (8, 2)):
        column.setContentsMargins(margin, margin, margin, 20)
        QApplication.processEvents()
        place = card.geometry().adjusted(-out, -out, out, out)
        assert ring_in(host).geometry() == place


def test_of_what_is_larger_than_the_area_that_scrolls_it_the_area_has_the_ring(host) -> None:
    area, pictures = QScrollArea(), QWidget()
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    pictures.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    pictures.setFixedSize(100, 3000)
    area.setWidget(pictures)
    host.column.addWidget(area)
    QApplication.processEvents()
    assert press(TAB) is pictures
    for height in (150, 90):
        area.setFixedHeight(height)
        QApplication.processEvents()
        ring = ring_in(host)
        assert ring.geometry().contains(area.geometry()) and ring.visibleRegion().boundingRect() == ring.rect()
    area.hide()
    assert ring_in(host) is None or not ring_in(host).geometry().contains(area.geometry())


def test_no_ring_where_what_had_the_keyboard_is_hidden_or_switched_off(host, qtbot) -> None:
    first, second, third = QPushButton("First"), QPushButton("Second"), QPushButton("Third")
    put(host, first, second, third)
    qtbot.mouseClick(first, Qt.MouseButton.LeftButton)
    first.hide()
    assert host.focusWidget() is second and ring_in(host) is None
    second.setEnabled(False)
    assert host.focusWidget() is third and ring_in(host) is None


def picture(widget: QWidget):
    """What is seen of a widget and close around it."""
    window = widget.window()
    place = QRect(widget.mapTo(window, QPoint()), widget.size()).adjusted(-4, -4, 4, 4)
    return window.grab(place).toImage()


@pytest.mark.parametrize("look", theme.NAMES)
def test_whatever_tab_and_f6_come_to_shows_that_it_has_the_keyboard(window, qtbot, look: str) -> None:
    theme.apply(QApplication.instance(), look)
    unseen, seen = [], set()
    for name in NAMES:
        window.workspaces.go_to(name)
        if name == EXPLAIN:
            qtbot.waitUntil(lambda: window.explain.place.ready)
        for key in (BACKTAB, Key.Key_F6):  # Tab on the canvas is the key of its layers
            stops: list[QWidget] = []
            while (here := press(key)) not in stops:
                stops.append(here)
            for stop in set(stops) - seen:
                stop.setFocus(BY_TAB)
                QApplication.processEvents()
                with_it = picture(stop)
                stop.clearFocus()
                if with_it == picture(stop):
                    unseen.append((name, type(stop).__name__, stop.accessibleName()))
            seen |= set(stops)
            stops[-1].setFocus(BY_TAB)
    theme.apply(QApplication.instance(), "light")
    assert not unseen and len(seen) > 60


def test_space_on_a_button_beside_the_film_presses_it(window, qtbot) -> None:
    window.workspaces.go_to(EXPLAIN)
    qtbot.waitUntil(lambda: window.explain.place.ready)
    film = window.explain.film
    qtbot.waitUntil(film.isVisible)
    shown = []
    film.ledger_asked.connect(lambda: shown.append(1))
    ledger = next(b for b in film.findChildren(QPushButton) if b.text() == "Ledger")
    ledger.setFocus(BY_TAB)
    press(SPACE)
    assert shown and not film.playing


def test_the_keyboard_stays_where_a_button_gives_its_place_to_another(host) -> None:
    """As a search begins and ends: Qt would send it to whatever comes next."""
    begin, stop, after = QPushButton("Begin"), QPushButton("Stop"), QPushButton("After")
    put(host, begin, stop, after)
    stop.hide()
    begin.setFocus()
    for gone, come in ((begin, stop), (stop, begin)):
        with keyboard_stays(stop, begin):
            gone.hide()
            come.show()
        assert QApplication.focusWidget() is come
    after.setFocus()
    with keyboard_stays(stop, begin):
        begin.hide()
    assert QApplication.focusWidget() is after, "nothing is taken from what has it"


def test_arrows_on_a_button_go_to_one_like_it_and_change_no_choice(host) -> None:
    """Qt leads on to whatever comes next, and there a choice of several is another one at the second press."""
    row = QWidget()
    line = QVBoxLayout(row)
    first, second = QPushButton("first"), QPushButton("second")
    line.addWidget(first)
    line.addWidget(second)
    choice = Segments("how", ["a", "b", "c"], "b")
    put(host, choice, row)
    first.setFocus(BY_TAB)
    assert press(Key.Key_Left, 3) is first and choice.choice == "b"
    assert press(Key.Key_Down, 2) is second
    assert press(Key.Key_Up) is first
    QTest.keyClick(first, Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert first.hasFocus()
    choice.buttons["b"].setFocus(BY_TAB)
    assert press(Key.Key_Right) is choice.buttons["c"], "among choices they choose"
