"""Designs as JSON, and back again with every value checked.

One node is ``{"id", "kind", "name", "position": [x, y], "inputs": [ids], "settings": {…}}``; a design file
wraps the design with its format's name and version.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, TypeVar

from cnnstudio.design.format.data_format import SPLIT, split_from_json, split_to_json
from cnnstudio.design.format.drawn_format import DRAWN, FARTHEST, drawn_from_json, drawn_to_json, is_id
from cnnstudio.design.format.locks_format import locks_from_json
from cnnstudio.design.format.strict import Checked, FileFormatError, dump, meant, parse, quoted
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph import Graph, Node
from cnnstudio.nn.layer import Layer, layer_kinds
from cnnstudio.nn.locks import LOCKED, MUTED
from cnnstudio.nn.settings import Described, SettingError, check

FORMAT = "cnnstudio design"
VERSION = 1
MOST_NODES, MOST_EDGES = 2_000, 10_000
MOST_PARAMETERS = 1 << 29

_UPDATE = "Install a newer CNN Studio to open it."
_AnyDescribed = TypeVar("_AnyDescribed", bound=Described)

__all__ = [
    "FARTHEST", "FileFormatError", "design_from_json", "design_to_json", "dump", "parse", "read_design", "write_design",
]  # fmt: skip


def design_to_json(design: Design) -> dict[str, Any]:
    """The design as JSON values, nodes in the order of its graph."""
    return {
        "title": design.title,
        "recipe": design.recipe.to_json(),
        "nodes": [_node_to_json(node, design.cards[node.id]) for node in design.graph],
        **drawn_to_json(design.frames, design.notes, design.blocks),
        **design.locks.to_json(),
        **split_to_json(design.split, design.recipe.seed),
    }


def design_from_json(found: Checked) -> Design:
    """The design that ``design_to_json`` wrote.

    Raises:
        FileFormatError: anything in it is not as it should be.
    """
    fields = found.fields("title", "recipe", "nodes", optional=(*DRAWN, LOCKED, MUTED, SPLIT))
    nodes: list[Node] = []
    cards: dict[str, Card] = {}
    for item in fields["nodes"].items(MOST_NODES):
        node, card = _node(item)
        if node.id in cards:
            item.refuse(f"The id “{node.id}” is used twice.")
        nodes.append(node)
        cards[node.id] = card
    _check_wires(nodes, fields["nodes"])
    recipe = settings_from_json(Recipe, fields["recipe"])
    graph = Graph(tuple(nodes))
    frames, notes, blocks = drawn_from_json(found, fields, graph)
    locks, split = locks_from_json(fields, graph), split_from_json(fields, recipe.seed)
    design = Design(graph, cards, recipe, fields["title"].text(), frames, notes, blocks, locks, split)
    _check_size(design, fields["nodes"])
    return design


def write_design(design: Design, sentence: str = "") -> bytes:
    """A design file: the design alone, without weights."""
    document = {"format": FORMAT, "format_version": VERSION, "design": design_to_json(design)}
    return dump({**document, "sentence": sentence})


def read_design(data: bytes, file: str) -> tuple[Design, str]:
    """The design in a design file and the sentence about it ("" if there is none).

    Raises:
        FileFormatError: the file is damaged, foreign or from a newer version.
    """
    document = parse(data, file)
    if not isinstance(document.value, dict) or document.value.get("format") != FORMAT:
        remedy = "Choose a .cnn file or a design in JSON."
        raise FileFormatError(file, "", "It is not a CNN Studio design.", remedy)
    check_version(document.mapping().get("format_version"), document, VERSION)
    fields = document.fields("format", "format_version", "design", optional=("sentence",))
    sentence = fields["sentence"].text() if "sentence" in fields else ""
    return design_from_json(fields["design"]), sentence


def check_version(found: Checked | None, document: Checked, newest: int) -> int:
    """The format version a file claims.

    Raises:
        FileFormatError: it has none, or one that this program does not know yet.
    """
    if found is None:
        document.refuse("“format_version” is missing.")
    version = found.integer(1, 2**31)
    if version > newest:
        found.refuse(f"It has format version {version}, this program reads up to {newest}.", _UPDATE)
    return version


def settings_from_json(kind: type[_AnyDescribed], found: Checked) -> _AnyDescribed:
    """A described value; settings that are not there keep their defaults.

    Raises:
        FileFormatError: with the place of the setting that is wrong.
    """
    known = {about.name: about for about in kind.settings()}
    values: dict[str, Any] = {}
    for name, item in found.mapping().items():
        if name not in known:
            item.refuse(f"{kind.title} has no setting {quoted(name)}.{meant(name, known)}")
        if isinstance(item.value, str):
            item.text(int(known[name].high) if known[name].type == "text" else 256)
        value = tuple(item.entries(16)) if isinstance(item.value, list) else item.value
        try:
            values[name] = check(known[name], value, kind.title)
        except (SettingError, OverflowError) as error:
            item.refuse(str(error))
    try:
        return kind(**values)
    except SettingError as error:
        found.refuse(str(error))


def _node_to_json(node: Node, card: Card) -> dict[str, Any]:
    return {
        "id": node.id,
        "kind": node.layer.kind,
        "name": card.name,
        "position": [card.x, card.y],
        "inputs": list(node.inputs),
        "settings": node.layer.to_json(),
    }


def _node(item: Checked) -> tuple[Node, Card]:
    fields = item.fields("id", "kind", "name", "position", "inputs", "settings")
    node_id = fields["id"].text(64, 1)
    if not is_id(node_id):
        fields["id"].refuse("An id is made of letters, digits and underscores.")
    kind: type[Layer] | None = layer_kinds().get(fields["kind"].text(64))
    if kind is None:
        fields["kind"].refuse(f"There is no layer of the kind “{fields['kind'].value}”.", _UPDATE)
    layer = settings_from_json(kind, fields["settings"])
    inputs = tuple(source.text(64, 1) for source in fields["inputs"].items(layer.most_inputs))
    x, y = (part.number(-FARTHEST, FARTHEST) for part in fields["position"].items(2, 2))
    return Node(node_id, layer, inputs), Card(fields["name"].text(256, 1), x, y)


def _check_wires(nodes: Iterable[Node], place: Checked) -> None:
    known = {node.id for node in nodes}
    edges = 0
    for item, node in zip(place.items(MOST_NODES), nodes, strict=True):
        edges += len(node.inputs)
        for source in node.inputs:
            if source not in known:
                item.refuse(f"It reads from “{source}”, which is not there.")
    if edges > MOST_EDGES:
        place.refuse(f"There are {edges:,} wires; at most {MOST_EDGES:,} are allowed.")


def _check_size(design: Design, place: Checked) -> None:
    """Nobody could hold more parameters in memory, and a file of a few bytes must not ask for them."""
    total = sum(
        math.prod(spec.shape)
        for node in design.graph.computable
        for spec in node.layer.parameters(design.graph.inferred[node.id].inputs)
    )
    if total > MOST_PARAMETERS:
        place.refuse(f"The network has more than {MOST_PARAMETERS:,} parameters.")
