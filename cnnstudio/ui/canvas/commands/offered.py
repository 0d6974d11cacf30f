"""What can be done on the canvas: its part of the table of commands, and what only hands do there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QGuiApplication

from cnnstudio.ui.canvas.commands.commands import Commands
from cnnstudio.ui.commands.command import Command, MouseGesture, Slot, Submenu

REPEATS = (2, 3, 4, 5, 6, 8, 10, 16)
_REPEAT = "Repeat the selection"
#: the menu of the repetitions
REPEATING = Submenu(_REPEAT, Slot("Arrange", 1, 4))

_NOTHING, _NO_LAYER, _NO_BLOCK = (
    "Select something on the canvas first.",
    "Select a layer first.",
    "Select a block first.",
)
_TOO_FEW = {1: _NO_LAYER, 2: "Select two layers or more first.", 3: "Select three layers or more first."}


def canvas_commands(commands: Commands) -> tuple[Command, ...]:
    """Every command of a canvas that its own keys or menus can call."""
    edit, document, scene = commands.editing, commands.view.document, commands.view.canvas_scene
    command = partial(Command, host=commands.view)

    def layers(least: int = 1) -> Callable[[], str]:
        return lambda: "" if len(document.selection) >= least else _TOO_FEW[least]

    def anything() -> str:
        return "" if document.selection or scene.selected_annotations else _NOTHING

    def to_delete() -> str:
        return "" if scene.selected_wires else anything()

    def copied() -> str:
        return "" if QGuiApplication.clipboard().text() else "Nothing has been copied yet."

    def block() -> str:
        return "" if edit.selected_block() else _NO_BLOCK

    return (
        command(
            id="add layer", section="Layers", text="Add a layer or a block…", keys=("Tab",), icon="plus",
            help="Type a name and press Enter; on a wire it is put in there", do=commands.search_at_pointer,
            words="insert find search palette",
        ),
        command(
            id="edit settings", section="Layers", text="Edit the settings", keys=("Return",), why_not=layers(),
            help="Put the keyboard into the layer’s first setting", do=commands.edit_selected,
        ),
        command(
            id="rename selected", section="Layers", text="Rename", keys=("F2",), why_not=anything,
            help="Write another name on the card", do=commands.rename_selected,
        ),
        command(
            id="cut", section="Layers", text="Cut", keys=("Ctrl+X",), why_not=anything, slot=Slot("Edit", 2, 0),
            help="Copy the selected layers and remove them", do=edit.cut,
        ),
        command(
            id="copy", section="Layers", text="Copy", keys=("Ctrl+C",), icon="copy", why_not=anything,
            help="Keep the selected layers, to be pasted here or in another window", do=edit.copy,
            slot=Slot("Edit", 2, 1),
        ),
        command(
            id="paste", section="Layers", text="Paste", keys=("Ctrl+V",), why_not=copied, slot=Slot("Edit", 2, 2),
            help="Put in the copied layers", do=commands.paste,
        ),
        command(
            id="paste wired", section="Layers", text="Paste with incoming wires", keys=("Ctrl+Shift+V",),
            help="Put in the copied layers and wire them to what fed the originals", why_not=copied,
            slot=Slot("Edit", 2, 3), do=partial(commands.paste, incoming=True),
        ),
        command(
            id="duplicate", section="Layers", text="Duplicate", keys=("Ctrl+D",), icon="copy", why_not=anything,
            help="The same layers once more, beside these", do=edit.duplicate, slot=Slot("Edit", 2, 4),
        ),
        command(
            id="delete", section="Layers", text="Delete", keys=("Del",), everywhere=("Del",), icon="trash",
            help="Remove what is selected, and its wires", do=edit.delete, why_not=to_delete, slot=Slot("Edit", 3, 0),
        ),
        command(
            id="delete and rejoin", section="Layers", text="Delete and join the neighbours", keys=("Ctrl+Del",),
            help="Remove the layers and wire what lay before them to what lay behind", icon="trash",
            do=edit.delete_and_rejoin, why_not=layers(),
        ),
        command(
            id="select all", section="Layers", text="Select all", keys=("Ctrl+A",), everywhere=("Ctrl+A",),
            help="Select every layer", do=edit.select_all, words="everything", slot=Slot("Edit", 3, 1),
        ),
        command(
            id="select none", section="Layers", text="Select none", keys=("Esc",), everywhere=("Ctrl+Shift+A",),
            help="Select nothing", do=edit.select_none, words="nothing", slot=Slot("Edit", 3, 2),
        ),
        command(
            id="what it does", section="Layers", text="What this layer does", keys=("F1",), icon="info",
            help="A sheet beside the card with its sentence and its numbers", do=commands.explain_selected,
            why_not=layers(),
        ),
        command(
            id="take apart", section="Layers", text="Take the layer apart", keys=("E",), icon="info",
            help="See in Explain how each of its numbers comes about", do=commands.ask_why, why_not=layers(),
        ),
        command(
            id="lock", section="Layers", text="Lock while training, or unlock", keys=("K",), icon="lock",
            help="A locked layer keeps its weights while the others learn", do=edit.toggle_lock, why_not=layers(),
        ),
        command(
            id="wires", section="Wires", text="Wires from a list…", keys=("W",), icon="link", why_not=layers(),
            help="Choose by keyboard which layers feed this one", do=commands.wiring.open, slot=Slot("Arrange", 0, 0),
        ),
        command(
            id="connect", section="Wires", text="Connect the selection in order", keys=("Ctrl+L",), icon="link",
            help="Wire the selected layers one after the other", do=edit.connect_in_order, why_not=layers(2),
            slot=Slot("Arrange", 0, 1),
        ),
        command(
            id="bypass", section="Wires", text="Bypass", keys=("Ctrl+B",), why_not=layers(), slot=Slot("Arrange", 0, 2),
            help="Lead the data past the layer without removing it", do=edit.bypass,
        ),
        command(
            id="group", section="Blocks", text="Group into a block", keys=("Ctrl+Shift+G",), icon="block",
            help="Put the selected layers under one name", do=edit.group, why_not=layers(), slot=Slot("Arrange", 1, 0),
        ),
        command(
            id="fold block", section="Blocks", text="Collapse or expand the block", keys=("Ctrl+E",), icon="block",
            help="Show the block as one card, or its layers again", do=edit.toggle_block, why_not=block,
            slot=Slot("Arrange", 1, 1),
        ),
        command(
            id="ungroup", section="Blocks", text="Ungroup", icon="block", why_not=block, slot=Slot("Arrange", 1, 2),
            help="Take the block’s name away; its layers stay", do=edit.ungroup,
        ),
        command(
            id="keep block", section="Blocks", text="Keep the block in the palette", icon="block", why_not=block,
            help="Keep the block for other designs", do=edit.keep_block, slot=Slot("Arrange", 1, 3),
        ),
        *(
            command(
                id=f"repeat {times}", section="Blocks", text=f"{_REPEAT} × {times}", short=f"× {times}", icon="block",
                help="The selected layers so many times one after the other", do=partial(edit.repeat, times),
                why_not=layers(), slot=Slot(f"Arrange/{_REPEAT}", 0, times),
            )
            for times in REPEATS
        ),
        command(
            id="frame round", section="Drawing", text="Frame", keys=("Ctrl+G",), icon="frame", why_not=anything,
            help="Draw a frame with a title around the selection", do=edit.frame, slot=Slot("Arrange", 2, 0),
        ),
        command(
            id="note", section="Drawing", text="Write a note", keys=("N",), icon="note", slot=Slot("Arrange", 2, 1),
            help="Put a text onto the canvas", do=commands.write_note,
        ),
        command(
            id="align row", section="Drawing", text="Align in a row", why_not=layers(2), slot=Slot("Arrange", 2, 2),
            help="Bring the selected cards to the same height", do=partial(edit.align, "row"),
        ),
        command(
            id="align column", section="Drawing", text="Align in a column", why_not=layers(2),
            help="Bring the selected cards one exactly below the other", do=partial(edit.align, "column"),
            slot=Slot("Arrange", 2, 3),
        ),
        command(
            id="space out", section="Drawing", text="Space out evenly", why_not=layers(3), slot=Slot("Arrange", 2, 4),
            help="Make the gaps between the selected cards equal", do=partial(edit.align, "evenly"),
        ),
        command(
            id="tidy", section="Drawing", text="Tidy layout", keys=("Ctrl+Shift+L",), slot=Slot("Arrange", 2, 5),
            help="Lay the layers out in order; the network stays the same", do=edit.tidy,
        ),
        command(
            id="frame selection", section="View", text="Show the selection", keys=("F",), icon="frame",
            help="Bring what is selected into sight", do=commands.frame_selection, why_not=anything,
        ),
        command(
            id="frame", section="View", text="Show the whole network", keys=("Home",), icon="frame",
            help="Zoom so that every layer is in sight", do=commands.frame_all, slot=Slot("View", 1, 0),
        ),
    )  # fmt: skip


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
