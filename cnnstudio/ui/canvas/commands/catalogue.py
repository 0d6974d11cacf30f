"""What can be done on the canvas, in words and with its keys: for menus, command search and the sheet of shortcuts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtGui import QGuiApplication

from cnnstudio.ui.canvas.commands.commands import Commands

REPEATS = (2, 3, 4, 5, 6, 8, 10, 16)
REPEAT = "Repeat the selection × "


@dataclass(frozen=True)
class Command:
    """``keys`` read as on a keyboard, "" where there are none; ``icon`` may be "". ``able`` says whether there is
    anything now that it could act on."""

    section: str
    text: str
    keys: str
    do: Callable[[], object]
    icon: str = ""
    able: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class MouseGesture:
    """Something that only a mouse does."""

    section: str
    text: str
    keys: str


def canvas_commands(commands: Commands) -> tuple[Command, ...]:
    """Every command of the canvas that keys or menus can call."""
    edit, document, scene = commands.editing, commands.view.document, commands.view.canvas_scene

    def layers(least: int = 1) -> Callable[[], bool]:
        return lambda: len(document.selection) >= least

    def anything() -> bool:
        return bool(document.selection or scene.selected_annotations)

    def to_delete() -> bool:
        return anything() or bool(scene.selected_wires)

    def copied() -> bool:
        return bool(QGuiApplication.clipboard().text())

    def block() -> bool:
        return bool(edit.selected_block())

    repeats = (Command("Blocks", f"{REPEAT}{n}", "", partial(edit.repeat, n), "block", layers()) for n in REPEATS)
    return (
        Command("Layers", "Add a layer or a block…", "Tab", commands.search_at_pointer, "plus"),
        Command("Layers", "Edit the settings", "Return", commands.edit_selected, able=layers()),
        Command("Layers", "Rename", "F2", commands.rename_selected, able=anything),
        Command("Layers", "Duplicate", "Ctrl+D", edit.duplicate, "copy", anything),
        Command("Layers", "Copy", "Ctrl+C", edit.copy, "copy", anything),
        Command("Layers", "Cut", "Ctrl+X", edit.cut, able=anything),
        Command("Layers", "Paste", "Ctrl+V", commands.paste, able=copied),
        Command(
            "Layers",
            "Paste with incoming wires",
            "Ctrl+Shift+V",
            partial(commands.paste, incoming=True),
            able=copied,
        ),
        Command("Layers", "Delete", "Del", edit.delete, "trash", to_delete),
        Command("Layers", "Delete and join the neighbours", "Ctrl+Del", edit.delete_and_rejoin, "trash", layers()),
        Command("Layers", "Select everything", "Ctrl+A", edit.select_all),
        Command("Layers", "Select nothing", "Esc", edit.select_none),
        Command("Layers", "What this layer does", "F1", commands.explain_selected, "info", layers()),
        Command("Layers", "Take the layer apart", "E", commands.ask_why, "info", layers()),
        Command("Layers", "Lock while training, or unlock", "K", edit.toggle_lock, "lock", layers()),
        Command("Wires", "Wires from a list…", "W", commands.wiring.open, "link", layers()),
        Command("Wires", "Connect the selection in order", "Ctrl+L", edit.connect_in_order, "link", layers(2)),
        Command("Wires", "Bypass", "Ctrl+B", edit.bypass, able=layers()),
        Command("Blocks", "Group into a block", "Ctrl+Shift+G", edit.group, "block", layers()),
        Command("Blocks", "Collapse or expand the block", "Ctrl+E", edit.toggle_block, "block", block),
        Command("Blocks", "Ungroup", "", edit.ungroup, "block", block),
        Command("Blocks", "Keep the block in the palette", "", edit.keep_block, "block", block),
        *repeats,
        Command("Drawing", "Frame", "Ctrl+G", edit.frame, "frame", anything),
        Command("Drawing", "Write a note", "N", commands.write_note, "note"),
        Command("Drawing", "Align in a row", "", partial(edit.align, "row"), able=layers(2)),
        Command("Drawing", "Align in a column", "", partial(edit.align, "column"), able=layers(2)),
        Command("Drawing", "Space out evenly", "", partial(edit.align, "evenly"), able=layers(3)),
        Command("Drawing", "Tidy layout", "Ctrl+Shift+L", edit.tidy),
        Command("View", "Show the selection", "F", commands.frame_selection, "frame", anything),
        Command("View", "Show the whole network", "Home", commands.frame_all, "frame"),
    )


def mouse_gestures() -> tuple[MouseGesture, ...]:
    """What hands do with the mouse and the arrow keys."""
    return (
        MouseGesture("Layers", "Place; on a wire: insert", "Drag from the palette"),
        MouseGesture("Layers", "Append at the end", "Double-click in the palette"),
        MouseGesture("Layers", "Duplicate", "Alt+drag"),
        MouseGesture("Layers", "Move by one, by ten grid steps", "Arrows, Shift+arrows"),
        MouseGesture("Layers", "Walk along the wires", "Ctrl+arrows"),
        MouseGesture("Wires", "Connect; dropped on nothing: search what fits", "Drag from a port"),
        MouseGesture("Wires", "Disconnect", "Drag a wire's end off"),
        MouseGesture("Wires", "Cut wires with a knife", "Ctrl+right drag"),
        MouseGesture("Blocks", "Collapse, expand", "Double-click on the block"),
        MouseGesture("View", "Move the view", "Middle or right drag, Space+drag"),
        MouseGesture("View", "Zoom at the pointer", "Wheel"),
        MouseGesture("View", "Cancel a drag", "Esc or right button"),
    )
