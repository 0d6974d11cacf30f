"""Layers as text on the clipboard: a design of its own in the file format's JSON, checked as strictly as a file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from cnnstudio.design.format.design_format import FileFormatError, read_design, write_design
from cnnstudio.design.value.design import Design

#: a text longer than this is not looked at
LONGEST = 8 << 20


def layers_as_text(design: Design, nodes: Iterable[str], annotations: Iterable[str] = ()) -> str:
    """Some layers of a design with the wires among them and the blocks that are whole; some of its frames and notes."""
    chosen, extras = frozenset(nodes), frozenset(annotations)
    whole = {i: block for i, block in design.blocks.items() if design.folding.within[i] <= chosen}
    part = design.with_changes(
        graph=design.graph.restricted(chosen),
        cards={node_id: design.cards[node_id] for node_id in chosen},
        title="",
        frames={i: frame for i, frame in design.frames.items() if i in extras},
        notes={i: note for i, note in design.notes.items() if i in extras},
        blocks={i: b if b.parent in whole else replace(b, parent="") for i, b in whole.items()},
    )
    return write_design(part).decode()


def layers_from_text(text: str) -> Design:
    """The layers that ``layers_as_text`` wrote.

    Raises:
        FileFormatError: the text is anything else.
    """
    if len(text) > LONGEST:
        raise FileFormatError("The clipboard", "", "It holds too much text to be layers.", "Copy layers first.")
    design, _ = read_design(text.encode("utf-8", "surrogatepass"), "The clipboard")
    if not (len(design.graph) or design.frames or design.notes):
        raise FileFormatError("The clipboard", "", "It holds no layers.", "Copy layers first.")
    return design
