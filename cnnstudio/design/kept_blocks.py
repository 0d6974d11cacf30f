"""Blocks kept for other designs: those that come with the program, and those that somebody has saved.

A kept block is a design file with one block around everything in it; it is read as strictly as any file.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from cnnstudio.design.edits import blocks
from cnnstudio.design.format.design_format import FileFormatError, read_design, write_design
from cnnstudio.design.value.design import Design
from cnnstudio.files.plain import read_plain
from cnnstudio.resources import resource

#: in the order in which they are shown
BUILT_IN = ("conv_norm_relu", "residual", "inception")
#: a larger file is not read
LARGEST = 1 << 20
MOST_KEPT = 200


@dataclass(frozen=True, eq=False)
class KeptBlock:
    """A block to be placed. ``kind`` names it among layer kinds and blocks; ``file`` is there for somebody's own."""

    kind: str
    title: str
    sentence: str
    part: Design
    file: Path | None = None
    category: str = "block"

    @property
    def most_inputs(self) -> int:
        """Whether it can be wired: 0 or 1."""
        (outer,) = (i for i, block in self.part.blocks.items() if not block.parent)
        return 1 if self.part.folding.entries(outer) else 0

    @property
    def kinds(self) -> tuple[tuple[str, str], ...]:
        """Kind and category of the layers in it, in order."""
        layers = (self.part.graph[node].layer for node in self.part.graph.order)
        return tuple((layer.kind, layer.category) for layer in layers)


@cache
def built_in_blocks() -> tuple[KeptBlock, ...]:
    """The blocks that come with the program."""
    return tuple(_read(resource("blocks", f"{name}.json"), f"block:{name}", own=False) for name in BUILT_IN)


def own_blocks(folder: Path) -> tuple[tuple[KeptBlock, ...], tuple[str, ...]]:
    """The blocks saved in a folder, by name, and one sentence for each file there that cannot be read."""
    found: list[KeptBlock] = []
    complaints: list[str] = []
    for path in sorted(folder.glob("*.json"))[:MOST_KEPT]:
        try:
            found.append(_read(path, f"block:own/{path.stem}", own=True))
        except (FileFormatError, OSError) as error:
            complaints.append(str(error))
    return tuple(sorted(found, key=lambda block: block.title.lower())), tuple(complaints)


def kept_as_file(design: Design, block_id: str) -> bytes:
    """The file for a block of a design."""
    part = blocks.extracted(design, block_id)
    kinds = [part.graph[node].layer.title for node in part.graph.order]
    sentence = " → ".join(kinds[:8]) + (" …" if len(kinds) > 8 else "")
    return write_design(part, sentence[:256])


def file_name(name: str, taken: set[str]) -> str:
    """A file name for a block that is free in its folder: letters and digits alone, never a path."""
    stem = "".join(c if c.isascii() and c.isalnum() else "_" for c in name).strip("_")[:40] or "block"
    number, free = 2, stem
    while f"{free}.json" in taken:
        free, number = f"{stem}_{number}", number + 1
    return f"{free}.json"


def _read(path: Path, kind: str, *, own: bool) -> KeptBlock:
    data = read_plain(path, LARGEST)
    if len(data) > LARGEST:
        raise FileFormatError(path.name, "", "It is too large to be a block.", "Remove it from the folder of blocks.")
    part, sentence = read_design(data, path.name)
    outer = [i for i, block in part.blocks.items() if not block.parent]
    if len(outer) != 1 or part.folding.within[outer[0]] != part.graph.ids:
        raise FileFormatError(path.name, "", "It is no block: one block must hold all its layers.", "Save it anew.")
    return KeptBlock(kind, part.blocks[outer[0]].name, sentence, part, path if own else None)
