"""The keys of the canvas. They are its own, not the window's, so they never fire while someone types elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence

from cnnstudio.ui.canvas.commands.commands import Commands
from cnnstudio.ui.canvas.commands.offered import canvas_commands
from cnnstudio.ui.canvas.viewport.camera import KEY_STEP

Key = Qt.Key
NONE, CTRL, SHIFT = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)

#: commands by modifiers and key
Table = dict[tuple[int, int], Callable[[], object]]

_ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}


def keys_of(commands: Commands) -> Table:
    """What each key does, by modifiers and key: the commands by theirs, and what has no words of its own."""
    editing, camera = commands.editing, commands.view.camera
    table: dict[tuple[Qt.KeyboardModifier, Qt.Key], Callable[[], object]] = {}
    for command in canvas_commands(commands):
        for keys in (*command.keys, *command.everywhere):
            combination = QKeySequence(keys)[0]  # type: ignore[index]  # PySide’s stubs leave it out
            table[combination.keyboardModifiers(), combination.key()] = command.do
    table |= {
        (NONE, Key.Key_Backspace): editing.delete,
        (CTRL, Key.Key_Backspace): editing.delete_and_rejoin,
        (NONE, Key.Key_Escape): commands.dismiss,
        (NONE, Key.Key_Enter): commands.edit_selected,
        (SHIFT, Key.Key_A): commands.search_at_pointer,
        (CTRL, Key.Key_Equal): lambda: camera.zoom_in_middle(camera.zoom * KEY_STEP),
        (CTRL, Key.Key_Plus): lambda: camera.zoom_in_middle(camera.zoom * KEY_STEP),
        (CTRL | SHIFT, Key.Key_Plus): lambda: camera.zoom_in_middle(camera.zoom * KEY_STEP),
        (CTRL, Key.Key_Minus): lambda: camera.zoom_in_middle(camera.zoom / KEY_STEP),
        (CTRL, Key.Key_0): lambda: camera.zoom_in_middle(1.0),
    }
    for key, (x, y) in _ARROWS.items():
        table[NONE, key] = partial(editing.nudge, x, y)
        table[SHIFT, key] = partial(editing.nudge, 10 * x, 10 * y)
        table[CTRL, key] = partial(commands.walk, QPointF(x, y))
    return {(mods.value, key.value): command for (mods, key), command in table.items()}


def keys_beside(table: Table) -> Table:
    """Those of them that a list of the same layers takes, too: letters find a name in it, arrows go through it."""
    arrows = {key.value for key in _ARROWS}
    functions = range(Key.Key_F1.value, Key.Key_F12.value + 1)
    return {
        (mods, key): do
        for (mods, key), do in table.items()
        if (mods & CTRL.value and key not in arrows) or key in functions
    }


def combination(event: QKeyEvent) -> tuple[int, int]:
    """The modifiers and key of an event, as ``keys_of`` names them; the keypad counts as its keys."""
    mods = event.modifiers() & ~(Qt.KeyboardModifier.KeypadModifier | Qt.KeyboardModifier.GroupSwitchModifier)
    return mods.value, event.key()


_MODIFIERS = {
    Key.Key_Shift: SHIFT,
    Key.Key_Control: CTRL,
    Key.Key_Alt: Qt.KeyboardModifier.AltModifier,
    Key.Key_AltGr: NONE,
}


def press_key(commands: Commands, table: Table, event: QKeyEvent) -> None:
    """A key goes down over the canvas. Keys it does not know or has no use for are left to the window."""
    mouse = commands.mouse
    if event.key() == Key.Key_Escape and mouse.gesture is not None:
        mouse.cancel()
    elif event.key() in _MODIFIERS:
        mouse.keys_changed(event.modifiers() | _MODIFIERS[Key(event.key())])
    elif event.key() == Key.Key_Space and event.modifiers() == NONE:
        if not event.isAutoRepeat():
            mouse.hold_space()
    else:
        command = table.get(combination(event))
        if command is None or (event.key() == Key.Key_Escape and not commands.dismissible):
            event.ignore()
        elif mouse.gesture is None:
            command()


def release_key(commands: Commands, event: QKeyEvent) -> None:
    """A key goes up. The space bar, tapped, searches; held, it was for panning."""
    if event.key() in _MODIFIERS:
        commands.mouse.keys_changed(event.modifiers() & ~_MODIFIERS[Key(event.key())])
    elif event.key() == Key.Key_Space and not event.isAutoRepeat():
        if commands.mouse.release_space():
            commands.search_at_pointer()
    else:
        event.ignore()
