"""The keys of the canvas. They are its own, not the window's, so they never fire while someone types elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent

from cnnstudio.ui.canvas.camera import KEY_STEP

if TYPE_CHECKING:
    from cnnstudio.ui.canvas.view import CanvasView

Key, Mod = Qt.Key, Qt.KeyboardModifier
NONE, CTRL, SHIFT = Mod.NoModifier, Mod.ControlModifier, Mod.ShiftModifier

_ARROWS = {Key.Key_Left: (-1, 0), Key.Key_Right: (1, 0), Key.Key_Up: (0, -1), Key.Key_Down: (0, 1)}


def commands(view: CanvasView) -> dict[tuple[int, int], Callable[[], object]]:
    """What each key does, by modifiers and key."""
    editing, camera = view.editing, view.camera
    table: dict[tuple[Mod, Key], Callable[[], object]] = {
        (NONE, Key.Key_Delete): editing.delete,
        (NONE, Key.Key_Backspace): editing.delete,
        (CTRL, Key.Key_Delete): editing.delete_and_rejoin,
        (CTRL, Key.Key_Backspace): editing.delete_and_rejoin,
        (CTRL, Key.Key_A): editing.select_all,
        (CTRL | SHIFT, Key.Key_A): editing.select_none,
        (NONE, Key.Key_Escape): view.dismiss,
        (CTRL, Key.Key_C): editing.copy,
        (CTRL, Key.Key_X): editing.cut,
        (CTRL, Key.Key_V): lambda: editing.paste(view.paste_place()),
        (CTRL | SHIFT, Key.Key_V): lambda: editing.paste(view.paste_place(), incoming=True),
        (CTRL, Key.Key_D): editing.duplicate,
        (CTRL, Key.Key_L): editing.connect_in_order,
        (CTRL, Key.Key_B): editing.bypass,
        (CTRL | SHIFT, Key.Key_L): editing.tidy,
        (CTRL, Key.Key_G): editing.frame,
        (CTRL | SHIFT, Key.Key_G): editing.group,
        (CTRL, Key.Key_E): editing.toggle_block,
        (NONE, Key.Key_K): editing.toggle_lock,
        (NONE, Key.Key_N): view.write_note,
        (NONE, Key.Key_W): view.wiring.open,
        (NONE, Key.Key_Return): view.edit_selected,
        (NONE, Key.Key_Enter): view.edit_selected,
        (NONE, Key.Key_F1): view.explain_selected,
        (NONE, Key.Key_F2): view.rename_selected,
        (NONE, Key.Key_F): view.frame_selection,
        (NONE, Key.Key_E): view.ask_why,
        (NONE, Key.Key_Home): view.frame_all,
        (CTRL, Key.Key_Equal): lambda: camera.zoom_in_middle(camera.zoom * KEY_STEP),
        (CTRL, Key.Key_Plus): lambda: camera.zoom_in_middle(camera.zoom * KEY_STEP),
        (CTRL | SHIFT, Key.Key_Plus): lambda: camera.zoom_in_middle(camera.zoom * KEY_STEP),
        (CTRL, Key.Key_Minus): lambda: camera.zoom_in_middle(camera.zoom / KEY_STEP),
        (CTRL, Key.Key_0): lambda: camera.zoom_in_middle(1.0),
        (NONE, Key.Key_Tab): view.search_at_pointer,
        (SHIFT, Key.Key_A): view.search_at_pointer,
    }
    for key, (x, y) in _ARROWS.items():
        table[NONE, key] = lambda x=x, y=y: editing.nudge(x, y)
        table[SHIFT, key] = lambda x=x, y=y: editing.nudge(10 * x, 10 * y)
        table[CTRL, key] = lambda x=x, y=y: view.walk(QPointF(x, y))
    return {(mods.value, key.value): command for (mods, key), command in table.items()}


def combination(event: QKeyEvent) -> tuple[int, int]:
    """The modifiers and key of an event, as ``commands`` names them; the keypad counts as its keys."""
    mods = event.modifiers() & ~(Mod.KeypadModifier | Mod.GroupSwitchModifier)
    return mods.value, event.key()


_MODIFIERS = {
    Key.Key_Shift: SHIFT,
    Key.Key_Control: CTRL,
    Key.Key_Alt: Mod.AltModifier,
    Key.Key_AltGr: NONE,
}


def press_key(view: CanvasView, table: dict[tuple[int, int], Callable[[], object]], event: QKeyEvent) -> None:
    """A key goes down over the canvas. Keys it does not know are left to the window."""
    mouse = view.mouse
    if event.key() == Key.Key_Escape and mouse.gesture is not None:
        mouse.cancel()
    elif event.key() in _MODIFIERS:
        mouse.keys_changed(event.modifiers() | _MODIFIERS[Key(event.key())])
    elif event.key() == Key.Key_Space and event.modifiers() == NONE:
        if not event.isAutoRepeat():
            mouse.hold_space()
    else:
        command = table.get(combination(event))
        if command is None:
            event.ignore()
        elif mouse.gesture is None:
            command()


def release_key(view: CanvasView, event: QKeyEvent) -> None:
    """A key goes up. The space bar, tapped, searches; held, it was for panning."""
    if event.key() in _MODIFIERS:
        view.mouse.keys_changed(event.modifiers() & ~_MODIFIERS[Key(event.key())])
    elif event.key() == Key.Key_Space and not event.isAutoRepeat():
        if view.mouse.release_space():
            view.search_at_pointer()
    else:
        event.ignore()
