"""Another text size while the window runs: all is as in a window that was opened with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication, QSplitterHandle, QWidget

from cnnstudio.ui.explain.pictures.volume_view import VolumeView
from cnnstudio.ui.look import dressing, theme
from cnnstudio.ui.shell.topbar import FileName
from cnnstudio.ui.widgets.focused import Ring
from tests.ui.face import EXPLAIN, NAMES, Face

#: what is as large as the room it is given, the ring, and what has no words at all
GIVEN = (VolumeView, FileName, Ring, QSplitterHandle)
#: what each widget that has none in it wants: its hint, and the least it takes
Wants = dict[tuple[str, str], tuple[object, ...]]


@pytest.fixture(autouse=True)
def _usual_size(qapp) -> Iterator[None]:
    yield
    theme.set_text_size(qapp, 100)


def path_of(widget: QWidget, window: QWidget) -> str:
    """Where a widget is in its window, in words that are the same in another one."""
    steps = []
    while widget is not window:
        around = widget.parentWidget()
        alike = [each for each in around.children() if type(each) is type(widget)]
        steps.append(f"{type(widget).__name__} {alike.index(widget)}")
        widget = around
    return " / ".join(reversed(steps))


def wants(window: Face, place: str, found: Wants) -> None:
    """Add what all that is seen wants, by what it says: pages are filled by workers, in their own time."""
    QApplication.processEvents()
    for widget in window.findChildren(QWidget):
        inside = any(isinstance(child, QWidget) for child in widget.children())
        if inside or not widget.isVisible() or widget.isWindow() or isinstance(widget, GIVEN):
            continue
        words = str(widget.text()) if callable(getattr(widget, "text", None)) else ""
        least = widget.minimumSizeHint().expandedTo(widget.minimumSize()).toTuple()
        wished = widget.sizeHint().expandedTo(widget.minimumSize()).boundedTo(widget.maximumSize())
        found[f"{place}: {path_of(widget, window)}", words] = (wished.toTuple(), least)


def walked(window: Face, qtbot) -> Wants:
    """What is wanted in every workspace, in each tab below the canvas and in each way to explain a layer."""
    found: Wants = {}
    page = window.explain
    for name in NAMES[:-1]:  # a lesson would bring another network
        window.workspaces.go_to(name)
        qtbot.waitUntil(lambda: window.studio.jobs.idle and bool(window.inspection.maps))
        if name == EXPLAIN:
            page.go_to("conv2d_1")
            qtbot.waitUntil(lambda: page.place.ready and page.place.node == "conv2d_1" and page.film.possible)
            for mode in page.modes.buttons:
                page.set_mode(mode)
                wants(window, mode, found)
        elif window.below.isVisible():
            for tab in [tab for tab, button in window.below.buttons.items() if button.isVisible()]:
                window.below.show_tab(tab)
                wants(window, f"{name}, {tab}", found)
        else:
            wants(window, name, found)
    return found


def test_what_runs_is_as_what_is_opened_with_another_text_size(open_window, qapp, qtbot) -> None:
    running = open_window()
    walked(running, qtbot)
    theme.set_text_size(qapp, 150)
    qtbot.waitUntil(dressing.all_dressed)
    changed, opened = walked(running, qtbot), walked(open_window(), qtbot)
    both = changed.keys() & opened.keys()
    assert len(both) > 400 and len(both) > 0.8 * len(opened)
    assert not {where: (changed[where], opened[where]) for where in both if changed[where] != opened[where]}
