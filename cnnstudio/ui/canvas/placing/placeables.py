"""What can be placed on the canvas: every layer kind, and every block that is kept. Both have ``kind``, ``title``,
``category`` and ``most_inputs``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from PySide6.QtCore import QObject, Signal

from cnnstudio.design.format.design_format import read_design
from cnnstudio.design.kept_blocks import KeptBlock, built_in_blocks, file_name, kept_as_file, own_blocks
from cnnstudio.design.value.design import Design
from cnnstudio.files.atomic import replace_file
from cnnstudio.nn.graph.layer import CATEGORY_TITLES, Category, Layer, layer_kinds
from cnnstudio.ui.canvas.items.block_card import BlockCard, BlockFacts
from cnnstudio.ui.canvas.items.card import CardItem
from cnnstudio.ui.canvas.items.layer_card import LayerCard
from cnnstudio.ui.look import preferences

Placeable = Layer | KeptBlock
#: what can be offered: a kind of layer is placed with its default settings
Offered = type[Layer] | Placeable


class _BlockLibrary(QObject):
    """The kept blocks, shared by all windows."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.own: tuple[KeptBlock, ...] = ()
        self.complaints: tuple[str, ...] = ()
        self.folder: Path | None = None

    def read(self) -> None:
        """Look at the folder of the settings again; without it there are only the built-in blocks."""
        self.folder = preferences.folder() / "blocks"
        own, self.complaints = own_blocks(self.folder)
        if [(b.kind, b.title, b.part) for b in own] != [(b.kind, b.title, b.part) for b in self.own]:
            self.own = own
            self.changed.emit()

    def keep(self, design: Design, block_id: str) -> None:
        """Save a block of a design for other designs; one of the same name is replaced.

        Raises:
            OSError: the folder cannot be written.
        """
        self._put(design.blocks[block_id].name, kept_as_file(design, block_id))

    def _put(self, name: str, data: bytes) -> None:
        self.read()
        assert self.folder is not None
        self.folder.mkdir(parents=True, exist_ok=True)
        same = next((block.file for block in self.own if block.title == name), None)
        path = same or self.folder / file_name(name, {path.name for path in self.folder.iterdir()})

        def write(file: BinaryIO) -> None:
            file.write(data)

        replace_file(path, write, lambda written: read_design(written.read_bytes(), path.name))
        self.read()

    def forget(self, block: KeptBlock) -> Callable[[], None]:
        """Delete a block that somebody has saved, and give what brings it back.

        Raises:
            OSError: its file cannot be read or removed.
        """
        assert block.file is not None
        data = block.file.read_bytes()
        block.file.unlink()
        self.read()
        return lambda: self._put(block.title, data)


block_library = _BlockLibrary()


def kept() -> tuple[KeptBlock, ...]:
    """The blocks that come with the program, then those that somebody has saved."""
    if block_library.folder is None:
        block_library.read()
    return (*built_in_blocks(), *block_library.own)


def kept_block(kind: str) -> KeptBlock | None:
    """The kept block of this name, if there is one."""
    return next((block for block in kept() if block.kind == kind), None)


def placeable(kind: str) -> Placeable:
    """A layer with default settings, or a kept block.

    Raises:
        KeyError: there is neither.
    """
    if kind in layer_kinds():
        return layer_kinds()[kind]()
    found = kept_block(kind)
    if found is None:
        raise KeyError(kind)
    return found


def ghost(what: Placeable) -> CardItem:
    """The card that it will have."""
    card: CardItem
    if isinstance(what, KeptBlock):
        card = BlockCard("", what.title)
        card.show_block(what.title, BlockFacts(what.kinds, (None,), 0, True), what.most_inputs, 1)
    else:
        card = LayerCard("", what, what.title)
        card.show_layer(what, what.title, None, 0)
    card.ghost = True
    return card


def category_title(category: str) -> str:
    """The heading over what there is of a category."""
    return "Blocks" if category == "block" else CATEGORY_TITLES[cast(Category, category)]
