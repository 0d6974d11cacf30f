"""Frames, notes and blocks as JSON, and back again with every value checked. Designs without any do not name them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from cnnstudio.design.format.strict import Checked
from cnnstudio.design.value.design import block_fault
from cnnstudio.design.value.drawn import LONGEST_NOTE, SMALLEST, Block, Frame, Note
from cnnstudio.nn.graph.graph import Graph

#: the optional entries of a design
DRAWN = ("frames", "notes", "blocks")
MOST_FRAMES, MOST_NOTES, MOST_BLOCKS = 500, 500, 500
#: how far from the origin anything may lie, in scene units
FARTHEST = 1e6

_ID = re.compile(r"[A-Za-z0-9_]{1,64}", re.ASCII)


def is_id(text: str) -> bool:
    """Whether a text can be an id: letters, digits and underscores, at most 64."""
    return _ID.fullmatch(text) is not None


def drawn_to_json(
    frames: Mapping[str, Frame], notes: Mapping[str, Note], blocks: Mapping[str, Block]
) -> dict[str, Any]:
    """The entries of a design's JSON for what it has."""
    written: dict[str, Any] = {}
    if frames:
        written["frames"] = [
            {"id": i, "title": f.title, "position": [f.x, f.y], "size": [f.width, f.height]} for i, f in frames.items()
        ]
    if notes:
        written["notes"] = [
            {"id": i, "text": n.text, "position": [n.x, n.y], "width": n.width} for i, n in notes.items()
        ]
    if blocks:
        written["blocks"] = [
            {"id": i, "name": b.name, "members": sorted(b.members), "parent": b.parent, "collapsed": b.collapsed}
            for i, b in blocks.items()
        ]
    return written


def drawn_from_json(
    found: Checked, fields: Mapping[str, Checked], graph: Graph
) -> tuple[dict[str, Frame], dict[str, Note], dict[str, Block]]:
    """What ``drawn_to_json`` wrote.

    Raises:
        FileFormatError: anything in it is not as it should be.
    """
    taken = set(graph.ids)
    frames: dict[str, Frame] = {}
    notes: dict[str, Note] = {}
    blocks: dict[str, Block] = {}
    for item in _items(fields, "frames", MOST_FRAMES):
        parts = item.fields("id", "title", "position", "size")
        width, height = (size.number(SMALLEST, 2 * FARTHEST) for size in parts["size"].items(2, 2))
        frames[_id(parts["id"], taken)] = Frame(parts["title"].text(), *_position(parts), width, height)
    for item in _items(fields, "notes", MOST_NOTES):
        parts = item.fields("id", "text", "position", "width")
        width = parts["width"].number(SMALLEST, 2 * FARTHEST)
        notes[_id(parts["id"], taken)] = Note(parts["text"].text(LONGEST_NOTE), *_position(parts), width)
    for item in _items(fields, "blocks", MOST_BLOCKS):
        parts = item.fields("id", "name", "members", "parent", "collapsed")
        members = [member.text(64, 1) for member in parts["members"].items(len(graph))]
        if len(set(members)) != len(members):
            parts["members"].refuse("A layer is named twice.")
        name, parent = parts["name"].text(256, 1), parts["parent"].text(64)
        blocks[_id(parts["id"], taken)] = Block(name, frozenset(members), parent, _flag(parts["collapsed"]))
    if blocks and (fault := block_fault(graph, blocks)):
        fields["blocks"].refuse(fault)
    return frames, notes, blocks


def _items(fields: Mapping[str, Checked], name: str, most: int) -> Iterator[Checked]:
    return fields[name].items(most) if name in fields else iter(())


def _id(found: Checked, taken: set[str]) -> str:
    text = found.text(64, 1)
    if not is_id(text):
        found.refuse("An id is made of letters, digits and underscores.")
    if text in taken:
        found.refuse("The id “{text}” is used twice.", text=text)
    taken.add(text)
    return text


def _position(parts: Mapping[str, Checked]) -> tuple[float, float]:
    x, y = (part.number(-FARTHEST, FARTHEST) for part in parts["position"].items(2, 2))
    return x, y


def _flag(found: Checked) -> bool:
    if not isinstance(found.value, bool):
        found.refuse("Expected true or false.")
    return found.value
