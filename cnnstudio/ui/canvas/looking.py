"""How the canvas is looked at: zoom, tint and minimap, as commands of the whole window."""

from __future__ import annotations

from functools import partial

from cnnstudio.ui.canvas.camera import KEY_STEP
from cnnstudio.ui.canvas.items.tint import MEASURES
from cnnstudio.ui.canvas.view import CanvasView
from cnnstudio.ui.commands.command import Command, Slot, Submenu

_TINTS = {
    "parameters": "The more numbers a layer learns, the stronger its card is tinted",
    "macs": "The more a layer multiplies for an image, the stronger its card is tinted",
    "memory": "The more memory a layer needs in training, the stronger its card is tinted",
    "time": "The longer a layer takes for an image, the stronger its card is tinted",
}


def view_commands(view: CanvasView) -> tuple[Command | Submenu, ...]:
    """How the canvas is looked at: these keys hold in the whole window."""
    camera = view.camera

    def zoom(factor: float) -> None:
        camera.zoom_in_middle(camera.zoom * factor)

    tint = partial(Command, section="View", choice="tint")
    return (
        Command(
            id="zoom in", section="View", text="Zoom in", keys=("Ctrl+=", "Ctrl++"), icon="zoom_in",
            help="Make the canvas larger", do=lambda: zoom(KEY_STEP), slot=Slot("View", 1, 1),
        ),
        Command(
            id="zoom out", section="View", text="Zoom out", keys=("Ctrl+-",), icon="zoom_out",
            help="Make the canvas smaller", do=lambda: zoom(1 / KEY_STEP), slot=Slot("View", 1, 2),
        ),
        Command(
            id="zoom 1", section="View", text="Actual size", keys=("Ctrl+0",), slot=Slot("View", 1, 3),
            help="Show the cards in their own size", do=lambda: camera.zoom_in_middle(1.0),
        ),
        Submenu("Tint", Slot("View", 2, 0)),
        tint(
            id="tint none", text="No tint", short="None", help="Cards in their own colours", words="tint by none",
            do=partial(view.set_tint, ""), checked=lambda: not view.canvas_scene.tint, slot=Slot("View/Tint", 0, 0),
        ),
        *(
            tint(
                id=f"tint {key}", text=f"Tint by {words}", short=words[:1].upper() + words[1:], help=_TINTS[key],
                do=partial(view.set_tint, key), checked=partial(_is_tinted, view, key),
                slot=Slot("View/Tint", 0, place),
            )
            for place, (key, words) in enumerate(MEASURES.items(), start=1)
        ),
        Command(
            id="minimap", section="View", text="Minimap", help="Show the whole network in a small map in the corner",
            do=lambda: view.minimap.set_wanted(not view.minimap.wanted), checked=lambda: view.minimap.wanted,
            slot=Slot("View", 2, 1),
        ),
    )  # fmt: skip


def _is_tinted(view: CanvasView, key: str) -> bool:
    return view.canvas_scene.tint == key
