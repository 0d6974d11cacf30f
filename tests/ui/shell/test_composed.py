"""The window is composed: parts declare themselves, and whatever is declared has its place, its keys and its end."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QPushButton, QWidget

from cnnstudio.design.templates import template
from cnnstudio.nn.telling.told import told
from cnnstudio.project.project import untrained
from cnnstudio.resources import resource
from cnnstudio.ui.commands.command import SECTIONS, Command, Slot
from cnnstudio.ui.commands.menus import MENUS
from cnnstudio.ui.shell import window as window_module
from cnnstudio.ui.shell.declared import declared
from cnnstudio.ui.studio.declared import Panel, Part, Stop, Workspace
from cnnstudio.ui.studio.intents import ShowTerm
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.worker.jobs import Job
from tests.ui.face import BUILD, NAMES, Face
from tests.worker.threads import heavy

#: how often a panel may be styled while its window is made and shown: in its seat, on the board, in the window
MOST_STYLED = 3


@pytest.fixture
def studio_of(qtbot, drawn_digits) -> Iterator:
    """A studio of these parts alone, in a bare widget."""
    begun: list[Studio] = []

    def make(*parts: Part) -> Studio:
        host = QWidget()
        qtbot.addWidget(host)
        begun.append(Studio(host, untrained(template("first_conv")), None, parts))
        begun[-1].begin()
        return begun[-1]

    yield make
    for studio in begun:
        studio.shutdown()


def button_space(name: str, made: list[str], ended: list[str], key: str = "Ctrl+F9") -> Workspace[QPushButton]:
    """A workspace of one button, with a command and an end."""

    def make(_studio: Studio) -> QPushButton:
        made.append(name)
        return QPushButton(name)

    return Workspace(
        name=name,
        help=f"The button of {name}",
        make=make,
        when="when needed",
        main=lambda button: button,
        stops=lambda _studio, button: [Stop(button)],
        offers=lambda studio: [
            Command(id=f"press {name}", section="View", text=f"Press {name}", help="It is pressed", keys=(key,),
                    do=lambda: studio.workspaces.go_to(name), slot=Slot("View", 9)),
        ],
        shutdown=lambda button: ended.append(button.text()),
    )  # fmt: skip


def test_every_part_has_a_name_of_its_own() -> None:
    names = [part.name for part in declared()]
    assert len(set(names)) == len(names) > 20


def test_every_command_says_what_it_does_and_has_a_section(window: Face) -> None:
    for command in window.commands.all:
        assert command.help and command.section in SECTIONS, command.id
        assert command.slot is None or command.slot.menu.split("/")[0] in MENUS, command.id


def test_every_command_with_a_place_in_the_menu_is_there(window: Face) -> None:
    def texts(menu: QMenu) -> set[str]:
        inner = [action.menu() for action in menu.actions() if isinstance(action.menu(), QMenu)]
        return {a.text().split("\t")[0] for a in menu.actions()} | {text for m in inner for text in texts(m)}

    wanted = {command.short or command.text for command in window.commands.all if command.slot and not command.now}
    assert wanted <= texts(window.menu)


def test_a_command_that_cannot_be_done_says_why(window: Face) -> None:
    assert "Nothing was done yet." in window.action("undo").toolTip()
    assert "Select a layer first." in window.action("bypass").toolTip()
    window.document.select(["relu_1"])
    bypass = window.action("bypass")
    assert bypass.isEnabled() and "first" not in bypass.toolTip()
    window.commands.run("bypass")
    assert window.commands.action("undo").isEnabled()
    before = window.document.project.design
    window.document.select([])
    window.commands.run("group")
    assert window.document.project.design is before, "what cannot be done is not done"


def test_every_key_that_a_lesson_names_does_something(window: Face) -> None:
    known = {QKeySequence(keys).toString() for command in window.commands.all for keys in command.keys}
    named = set()
    for path in sorted(resource("lessons").glob("*.json")):
        named |= set(re.findall(r"\b(?:Ctrl\+\w|F\d{1,2})\b", json.dumps(json.loads(path.read_text("utf-8")))))
    assert "Ctrl+Z" in named and named <= known


def test_a_new_workspace_is_a_tab_with_keys_a_stop_and_an_end(open_window, qtbot, monkeypatch) -> None:
    made: list[str] = []
    ended: list[str] = []
    extra = button_space("Extra", made, ended)
    parts = (*declared(), extra)
    monkeypatch.setattr(window_module, "declared", lambda: parts)
    window = open_window()
    assert made == [] and list(window.topbar.switch.buttons) == [*NAMES, "Extra"]
    qtbot.keyClick(window, Qt.Key.Key_7, Qt.KeyboardModifier.ControlModifier)
    assert made == ["Extra"] and window.workspaces.current == "Extra" and window.focusWidget().text() == "Extra"
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.focusWidget() is window.training_bar.train_button
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_F6)
    assert window.focusWidget().text() == "Extra"
    window.workspaces.show(BUILD)
    qtbot.keyClick(window, Qt.Key.Key_F9, Qt.KeyboardModifier.ControlModifier)
    assert window.workspaces.current == "Extra" and made == ["Extra"]
    window.discard()
    assert ended == ["Extra"]


class Restyled(QPushButton):
    """Counts how often it was styled anew."""

    times = 0

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        self.times += event.type() == QEvent.Type.StyleChange


def test_a_second_window_is_put_together_from_the_outside(open_window, monkeypatch) -> None:
    """Qt styles all that is in a widget anew whenever that is put into another; without other windows there is no style
    meanwhile."""
    made: list[Restyled] = []

    def make(_studio: Studio) -> Restyled:
        made.append(Restyled("Held"))
        return made[-1]

    held: Panel = Panel(name="Held", make=make, when="at once", place="below", workspaces=(BUILD,))
    monkeypatch.setattr(window_module, "declared", lambda: (*declared(), held))
    open_window()
    made.clear()
    open_window()
    assert made[0].isVisible() and made[0].times <= MOST_STYLED


@pytest.mark.parametrize("size", [(1440, 900), (1100, 700), (900, 600)])
def test_six_tabs_keep_their_names(open_window, monkeypatch, size) -> None:
    of_now = declared()
    others = {part.name: part for part in of_now if isinstance(part, Workspace)}
    others["Evaluate"] = button_space("Evaluate", [], [], "Ctrl+F8")
    six = ("Data", "Build", "Train", "Explain", "Evaluate", "Learn")
    rest = [part for part in of_now if not isinstance(part, Workspace)]
    monkeypatch.setattr(window_module, "declared", lambda: (*rest, *(others[name] for name in six)))
    window = open_window(size=size)
    for workspace in six:
        if workspace in ("Explain", "Learn"):
            continue  # their pages have no part in the bar
        window.workspaces.show(workspace)
        QApplication.processEvents()
        assert (window.width(), window.height()) == size
        bar = window.topbar
        assert list(bar.switch.buttons) == list(six)
        for name, button in bar.switch.buttons.items():
            assert button.text() == name
            assert button.width() >= button.fontMetrics().horizontalAdvance(name) + 8
        spare = bar.width() - bar.layout().sizeHint().width()
        assert spare >= 0, "no part is squeezed"
        assert spare <= 1 or bar.file.width() == 170 or not bar.file.isVisible(), "nor shortened beside empty room"
        right = [part for part in bar.children() if isinstance(part, QWidget) and part.isVisible()]
        assert all(bar.rect().contains(part.geometry()) for part in right)
        assert bar.switch.mapTo(window, QPoint(bar.switch.width(), 0)).x() < window.width()


def test_parts_are_made_once_in_the_order_of_their_needs_and_end_in_reverse(studio_of) -> None:
    ended: list[str] = []
    below = Part(name="below", make=lambda _studio: QLabel("below"), shutdown=lambda made: ended.append(made.text()))
    above = Part(
        name="above",
        make=lambda studio: QLabel(f"above {studio.get(below).text()}"),
        shutdown=lambda made: ended.append(made.text()),
    )
    late = Part(
        name="late", when="when needed", make=lambda _studio: QLabel("late"), shutdown=lambda _: ended.append("!")
    )
    studio = studio_of(above, below, late)
    assert studio.get(above).text() == "above below" and studio.get(above) is studio.get(above)
    assert not studio.made(late)
    studio.shutdown()
    assert ended == ["above below", "below"]


def test_where_one_part_fails_to_end_all_others_end(studio_of) -> None:
    ended: list[str] = []

    faults = [OSError("no")]

    def fail(_made: object) -> None:
        if faults:
            raise faults.pop()

    def part(name: str) -> Part[str]:
        return Part(name=name, make=lambda _studio: name, shutdown=fail if name == "fails" else ended.append)

    def compute(job: Job) -> Iterator[None]:
        while not job.cancelled():
            yield None

    studio = studio_of(part("first"), part("fails"), part("last"))
    job = studio.jobs.submit(told("training", design="a"), compute, run=True)
    with pytest.raises(OSError, match="no"):
        studio.shutdown()
    assert ended == ["last", "first"] and job.cancelled() and not heavy().running


def test_what_is_wrong_with_declarations_is_said(studio_of) -> None:
    def of_itself(studio: Studio) -> object:
        return studio.get(circle)

    circle: Part[object] = Part(name="circle", make=of_itself, when="when needed")
    twice = Part(
        name="twice",
        make=lambda _studio: None,
        offers=lambda _studio: [Command(id="a", section="Help", text="A", help="a", do=list) for _ in range(2)],
        when="when needed",
    )
    studio = studio_of(circle)
    with pytest.raises(RuntimeError, match="“circle” needs itself"):
        studio.get(circle)
    with pytest.raises(LookupError, match="“twice” is no part"):
        studio.get(twice)
    with pytest.raises(LookupError, match="ShowTerm"):
        studio.intents.ask(ShowTerm())
    with pytest.raises(ValueError, match="“a”"):
        studio_of(twice)
