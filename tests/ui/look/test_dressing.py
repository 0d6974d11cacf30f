"""A change of theme: what is dressed when it comes into sight looks as if all had been dressed at once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from cnnstudio.ui.look import theme
from cnnstudio.ui.look.labels import label, set_role
from tests.ui.conftest import OpenWindow
from tests.ui.face import BUILD, EXPLAIN, LEARN, TRAIN, Face
from tests.ui.test_layout import at_rest

ROLES = (QPalette.ColorRole.WindowText, QPalette.ColorRole.Window, QPalette.ColorRole.Base, QPalette.ColorRole.Text)


@pytest.fixture(autouse=True)
def _light_again(qapp: QApplication) -> Iterator[None]:
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


@pytest.mark.window
def test_what_was_hidden_wears_what_it_would_have_worn(window: Face, qapp: QApplication) -> None:
    for workspace in (LEARN, EXPLAIN, TRAIN, BUILD):
        window.workspaces.show(workspace)
        at_rest(window)
    theme.apply(qapp, "dark")
    theme.apply(qapp, "light")
    theme.apply(qapp, "dark")
    found = {}
    for workspace in (BUILD, EXPLAIN, TRAIN, LEARN):
        window.workspaces.show(workspace)
        found[workspace] = worn(window)
    dress_all_at_once(qapp)
    for workspace, before in found.items():
        window.workspaces.show(workspace)
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
