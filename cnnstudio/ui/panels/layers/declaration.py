"""At the left: the palette, and behind it the layers as a list."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from cnnstudio.design.kept_blocks import KeptBlock
from cnnstudio.ui.canvas.commands.keys import keys_beside
from cnnstudio.ui.canvas.declaration import CANVAS
from cnnstudio.ui.canvas.placing.placeables import block_library
from cnnstudio.ui.commands.command import Command, Entry, Slot
from cnnstudio.ui.panels.layers.layers_tree import LayersTree
from cnnstudio.ui.panels.layers.palette import Palette
from cnnstudio.ui.panels.layers.side_panel import LAYERS, SidePanel
from cnnstudio.ui.studio.declared import Panel, Part, Stop
from cnnstudio.ui.studio.studio import Studio


@dataclass(frozen=True, eq=False)
class Side:
    """The two tabs and what they lie in."""

    palette: Palette
    layers: LayersTree
    panel: SidePanel

    def first(self) -> QWidget:
        """What is used most in the tab that is shown."""
        return self.layers.view if self.panel.tab == LAYERS else self.palette.search


def append(studio: Studio, kind: str) -> None:
    """Add a layer or a kept block at the end of the stack and select it."""
    studio.get(CANVAS).commands.adding.append(kind)


def _make(studio: Studio) -> Side:
    canvas, palette = studio.get(CANVAS), Palette()
    layers = LayersTree(studio.document, keys_beside(canvas.keys))
    palette.drag_began.connect(canvas.begin_palette_drag)
    palette.drag_moved.connect(canvas.palette_drag_moved)
    palette.drag_dropped.connect(canvas.palette_drag_dropped)
    palette.drag_cancelled.connect(canvas.palette_drag_cancelled)
    palette.chosen.connect(lambda kind: append(studio, kind))
    palette.forget_asked.connect(lambda block: _forget(studio, block))
    layers.picked.connect(canvas.show_card)
    layers.told.connect(studio.notices.tell)
    layers.wires_asked.connect(canvas.commands.wiring.open)
    return Side(palette, layers, SidePanel(palette, layers))


def _forget(studio: Studio, block: KeptBlock) -> None:
    """Take an own block out of the palette, with a way back."""
    try:
        bring_back = block_library.forget(block)
    except OSError as error:
        studio.notices.tell(f"{block.title} could not be removed ({error.strerror or error}).", "error", about="block")
        return

    def undo() -> None:
        try:
            bring_back()
        except OSError as error:
            why = f"{block.title} could not be brought back ({error.strerror or error})."
            studio.notices.tell(why, "error", action_title="Try again", action=undo, about="block")

    studio.notices.tell(f"{block.title} is no longer in the palette.", action_title="Undo", action=undo, about="block")


def _offers(studio: Studio) -> tuple[Entry, ...]:
    return (
        Command(
            id="layers", section="View", text="Layers as a list", keys=("F4",), slot=Slot("View", 3, 2),
            help="The layers in their order, to be edited by keyboard",
            do=lambda: studio.get(SIDE).panel.show_layers(),
        ),
    )  # fmt: skip


SIDE: Part[Studio, Side] = Panel(
    name="layers",
    make=_make,
    place="left",
    widget=lambda side: side.panel,
    stop=lambda side: Stop(side.panel, first=side.first),
    offers=_offers,
)

#: what this folder declares
DECLARED = (SIDE,)
