"""A change of theme: what is dressed when it comes into sight looks as if all had been dressed at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint
from PySide6.QtGui import QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QDialog,
    QDoubleSpinBox,
    QLineEdit,
    QListWidget,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolTip,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from cnnstudio.ui.look import dressing, icons, theme
from cnnstudio.ui.look.labels import label, set_role
from cnnstudio.ui.look.living import living_windows
from tests.ui.conftest import OpenWindow
from tests.ui.face import BUILD, DATA, EXPLAIN, LEARN, TRAIN, Face
from tests.ui.test_layout import at_rest

ROLES = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Window, QPalette.ColorRole.Base, QPalette.ColorRole.Text)


@pytest.fixture(autouse=True)
def _light_again(qapp: QApplication) -> Iterator[None]:
    if not qapp.styleSheet():
        theme.apply(qapp, "light")  # a theme that is changed is another thing than the first one
    yield
    theme.apply(qapp, "light")


def worn(window: QWidget) -> dict[str, tuple[str, ...]]:
    """Font, colours and place of everything that is seen."""
    at_rest(window)
    return {
        f"{id(widget)} {type(widget).__name__} {widget.property('role')}": (
            widget.font().toString(),
            *(widget.palette().color(role).name() for role in ROLES),
            str(widget.geometry().getRect()),
        )
        for widget in window.findChildren(QWidget)
        if widget.isVisible()
    }


def dress_all_at_once(app: QApplication) -> None:
    sheet = app.styleSheet()
    app.setStyleSheet("")
    app.setStyleSheet(sheet)


def filled(window: Face, qtbot: QtBot) -> None:
    """Pages are filled by workers, in their own time, and have another layout then."""
    ready = window.explain.place
    qtbot.waitUntil(lambda: window.studio.jobs.idle and bool(window.inspection.maps))
    qtbot.waitUntil(lambda: window.workspaces.current != EXPLAIN or ready.ready)
    at_rest(window)


def test_what_was_hidden_wears_what_it_would_have_worn(window: Face, qapp: QApplication, qtbot: QtBot) -> None:
    for workspace in (LEARN, EXPLAIN, TRAIN, BUILD):
        window.workspaces.show(workspace)
        filled(window, qtbot)
    theme.apply(qapp, "dark")
    theme.apply(qapp, "light")
    theme.apply(qapp, "dark")
    found = {}
    for workspace in (BUILD, EXPLAIN, TRAIN, LEARN):
        window.workspaces.show(workspace)
        filled(window, qtbot)
        found[workspace] = worn(window)
    dress_all_at_once(qapp)
    for workspace, before in found.items():
        window.workspaces.show(workspace)
        filled(window, qtbot)
        after = worn(window)
        different = {name: (before[name], now) for name, now in after.items() if before.get(name, now) != now}
        assert different == {}, workspace


def test_other_windows_follow_without_being_asked(open_window: OpenWindow, qapp: QApplication) -> None:
    first, second = open_window(), open_window()
    theme.apply(qapp, "dark")
    ground = theme.current().panel.name()
    assert second.topbar.palette().color(QPalette.ColorRole.WindowText).name() == theme.current().text.name()
    at_rest(second)
    for window in (first, second):
        assert window.topbar.grab().toImage().pixelColor(3, 3).name() == ground
        assert worn(window.topbar)


def test_a_role_that_changes_out_of_sight_is_seen_when_it_is_shown(qapp: QApplication, qtbot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    fold = QWidget(around)
    words = label("Wrong", "error", parent=fold)
    around.show()
    assert words.palette().windowText().color() == theme.current().error
    words.hide()
    fold.hide()
    theme.apply(qapp, "dark")
    set_role(words, "soft")
    fold.show()
    words.show()
    at_rest(around)
    assert words.palette().windowText().color() == theme.current().secondary
    set_role(words, "")
    assert words.palette().windowText().color() == theme.current().text


def test_what_is_hidden_in_what_is_hidden_is_dressed_when_it_is_shown(qapp: QApplication, qtbot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    fold = QWidget(around)
    words = label("Wrong", "error", parent=fold)
    around.show()
    words.hide()
    fold.hide()
    theme.apply(qapp, "dark")
    fold.show()
    words.show()
    assert words.palette().windowText().color() == theme.current().error


def seen_of(widget: QWidget) -> QImage:
    """The first frame of what has just been shown."""
    return widget.grab().toImage()


def grounds(look: theme.Theme) -> set[int]:
    """The colours of surfaces and lines, as pixels have them."""
    return {colour.rgb() for colour in (look.background, look.panel, look.card, look.hover, look.line)}


def pixels(image: QImage) -> set[int]:
    image = image.convertToFormat(QImage.Format.Format_ARGB32)
    return set(memoryview(image.constBits()).cast("I"))


@pytest.mark.window
def test_the_first_frame_has_nothing_of_the_look_before(window: Face, qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    for workspace in (DATA, LEARN, EXPLAIN, TRAIN, BUILD):
        window.workspaces.show(workspace)
        at_rest(window)
    old = grounds(theme.current())
    assert len(pixels(seen_of(window)) & old) >= 4
    theme.apply(qapp, "light")
    assert not pixels(seen_of(window)) & old
    for workspace in (DATA, LEARN, EXPLAIN, TRAIN):
        window.workspaces.show(workspace)
        assert not pixels(seen_of(window)) & old, workspace


def dialog() -> QDialog:
    made = QDialog()
    column = QVBoxLayout(made)
    box = QComboBox()
    box.addItem("Adam")
    checked, listed, bar = QCheckBox("Shuffle"), QListWidget(), QProgressBar()
    checked.setChecked(True)
    listed.addItems(["Digits", "Shapes"])
    bar.setValue(40)
    for widget in (label("Wrong", "error"), QPushButton("Train"), QLineEdit("lenet5"), QDoubleSpinBox(), box, checked):
        column.addWidget(widget)
    column.addWidget(listed)
    column.addWidget(bar)
    return made


def menu() -> QMenu:
    made = QMenu()
    made.addAction("Rename")
    made.addAction("Delete").setEnabled(False)
    made.addSeparator()
    made.addMenu("Compare with")
    return made


@pytest.mark.qt_log_ignore("does not support")
@pytest.mark.parametrize("make", [dialog, menu])
def test_a_window_that_was_hidden_looks_as_one_that_is_new(qapp: QApplication, qtbot, make) -> None:
    theme.apply(qapp, "dark")
    old = make()
    qtbot.addWidget(old)
    old.show()
    at_rest(old)
    dark = seen_of(old)
    old.hide()
    theme.apply(qapp, "light")
    old.show()
    found = seen_of(old)
    old.hide()
    new = make()
    qtbot.addWidget(new)
    new.show()
    assert found == seen_of(new)
    assert found.size() == dark.size()
    assert found != dark


@pytest.mark.qt_log_ignore("does not support")
def test_a_tooltip_looks_as_the_theme_that_there_is(qapp: QApplication, qtbot) -> None:
    around = QWidget()
    qtbot.addWidget(around)
    around.show()
    for name in ("dark", "light", "dark"):
        theme.apply(qapp, name)
        QToolTip.showText(QPoint(20, 20), f"Learning rate, {name}", around)
        tip = next(one for one in living_windows() if one.inherits("QTipLabel") and one.isVisible())
        assert theme.current().card.rgb() in pixels(seen_of(tip))
        assert not pixels(seen_of(tip)) & grounds(theme.load("light" if name == "dark" else "dark"))
        QToolTip.hideText()
        qtbot.waitUntil(lambda tip=tip: not isValid(tip) or not tip.isVisible())


class _Painted(QObject):
    """The colours of a widget's words whenever it is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.inks: list[str] = []
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.inks.append(watched.palette().color(QPalette.ColorRole.WindowText).name())
        return False


def test_a_window_behind_is_not_painted_before_its_turn(qapp: QApplication, qtbot) -> None:
    front, behind = QWidget(), label("Wrong", "error")
    for one in (behind, front):
        qtbot.addWidget(one)
        one.show()
    front.activateWindow()
    qtbot.waitUntil(front.isActiveWindow)
    at_rest(behind)
    painted = _Painted(behind)
    theme.apply(qapp, "dark")
    assert behind.palette().windowText().color() == theme.load("light").error, "it has a turn of its own"
    behind.update()
    qapp.sendPostedEvents()
    qtbot.waitUntil(lambda: bool(painted.inks))
    assert set(painted.inks) == {theme.current().error.name()}


def test_a_window_that_is_closed_before_its_turn_is_dressed_when_it_comes_back(qapp: QApplication, qtbot) -> None:
    front, behind = QWidget(), label("Wrong", "error")
    for one in (behind, front):
        qtbot.addWidget(one)
        one.show()
    front.activateWindow()
    qtbot.waitUntil(front.isActiveWindow)
    theme.apply(qapp, "dark")
    behind.hide()
    at_rest(front)
    qtbot.waitUntil(behind.updatesEnabled)
    behind.show()
    assert behind.palette().windowText().color() == theme.current().error


def test_a_follower_is_told_when_it_is_seen_and_not_kept_alive(qapp: QApplication, qtbot) -> None:
    class Icon(QPushButton):
        def __init__(self, parent: QWidget | None = None) -> None:
            super().__init__(parent)
            self.told: list[str] = []
            dressing.follow(self, self.tint)

        def tint(self) -> None:
            self.told.append(theme.current().name)
            self.setIcon(icons.icon("close"))

    around = QWidget()
    qtbot.addWidget(around)
    shown, hidden = Icon(around), Icon(around)
    hidden.hide()
    around.show()
    theme.apply(qapp, "dark")
    assert (shown.told, hidden.told) == (["dark"], [])
    hidden.show()
    assert (shown.told, hidden.told) == (["dark"], ["dark"])
    theme.set_text_size(qapp, 125)
    try:
        assert hidden.told == ["dark", "dark"]
    finally:
        theme.set_text_size(qapp, 100)
