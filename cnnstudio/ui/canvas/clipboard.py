"""Layers as text on the clipboard: a design of its own in the file format's JSON, checked as strictly as a file."""

from __future__ import annotations

from collections.abc import Iterable

from cnnstudio.design.design import Design
from cnnstudio.design.format import FileFormatError, read_design, write_design

#: a text longer than this is not looked at
LONGEST = 8 << 20


def layers_as_text(design: Design, nodes: Iterable[str]) -> str:
    """Some layers of a design with the wires among them."""
    chosen = frozenset(nodes)
    cards = {node_id: design.cards[node_id] for node_id in chosen}
    part = design.with_changes(graph=design.graph.restricted(chosen), cards=cards, title="")
    return write_design(part).decode()


def layers_from_text(text: str) -> Design:
    """The layers that ``layers_as_text`` wrote.

    Raises:
        FileFormatError: the text is anything else.
    """
    if len(text) > LONGEST:
        raise FileFormatError("The clipboard", "", "It holds too much text to be layers.", "Copy layers first.")
    design, _ = read_design(text.encode("utf-8", "surrogatepass"), "The clipboard")
    if not len(design.graph):
        raise FileFormatError("The clipboard", "", "It holds no layers.", "Copy layers first.")
    return design
