"""Designs as JSON, and back again with every value checked.

One node is ``{"id", "kind", "name", "position": [x, y], "inputs": [ids], "settings": {…}}``; a design file
wraps the design with its format's name and version.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.design.format.data_format import choice_from_json
from cnnstudio.design.format.drawn_format import DRAWN, FARTHEST, drawn_from_json, drawn_to_json, is_id
from cnnstudio.design.format.locks_format import locks_from_json
from cnnstudio.design.format.migrations import VERSION, Stored, migrated
from cnnstudio.design.format.strict import Checked, FileFormatError, dump, meant, parse, quoted
from cnnstudio.design.value.design import Card, Design
from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.graph.graph import Graph, Node
from cnnstudio.nn.graph.layer import Layer, layer_kinds
from cnnstudio.nn.parameters.locks import LOCKED, MUTED
from cnnstudio.nn.settings import Described, Setting, SettingError, check
from cnnstudio.nn.telling.told import Sentence

FORMAT = "cnnstudio design"
MOST_NODES, MOST_EDGES = 2_000, 10_000
MOST_PARAMETERS = 1 << 29

MOST_CLASSES = 10_000

_UPDATE = Sentence("Install a newer CNN Studio to open it.")
_AnyDescribed = TypeVar("_AnyDescribed", bound=Described)

__all__ = [
    "FARTHEST", "FileFormatError", "design_from_json", "design_to_json", "dump", "parse", "read_design", "write_design",
]  # fmt: skip


def design_to_json(design: Design) -> dict[str, Any]:
    """The design as JSON values, nodes in the order of its graph."""
    return {
        "title": design.title,
        "recipe": design.recipe.to_json(),
        **({"classes": list(design.classes)} if design.classes else {}),
        "nodes": [_node_to_json(node, design.cards[node.id]) for node in design.graph],
        **drawn_to_json(design.frames, design.notes, design.blocks),
        **design.locks.to_json(),
    }


def design_from_json(found: Checked) -> Design:
    """The design that ``design_to_json`` wrote.

    Raises:
        FileFormatError: anything in it is not as it should be.
    """
    fields = found.fields("title", "recipe", "nodes", optional=("classes", *DRAWN, LOCKED, MUTED))
    nodes: list[Node] = []
    cards: dict[str, Card] = {}
    for item in fields["nodes"].items(MOST_NODES):
        node, card = _node(item)
        if node.id in cards:
            item.refuse("The id “{id}” is used twice.", id=node.id)
        nodes.append(node)
        cards[node.id] = card
    _check_wires(nodes, fields["nodes"])
    recipe = settings_from_json(Recipe, fields["recipe"])
    graph = Graph(tuple(nodes))
    frames, notes, blocks = drawn_from_json(found, fields, graph)
    locks = locks_from_json(fields, graph)
    classes = tuple(item.text() for item in fields["classes"].items(MOST_CLASSES)) if "classes" in fields else ()
    design = Design(graph, cards, recipe, fields["title"].text(), frames, notes, blocks, locks, classes)
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
        remedy = Sentence("Choose a .cnn file or a design in JSON.")
        raise FileFormatError(file, "", "It is not a CNN Studio design.", remedy)
    version = check_version(document.mapping().get("format_version"), document)
    fields = document.fields("format", "format_version", "design", optional=("sentence",))
    sentence = fields["sentence"].text() if "sentence" in fields else ""
    return design_from_json(migrate("design", fields["design"], version)), sentence


def migrate(stored: Stored, found: Checked, version: int) -> Checked:
    """The same as the newest format has it; its places are those of the newest format."""
    return replace(found, value=migrated(stored, found.value, version))


def check_version(found: Checked | None, document: Checked) -> int:
    """The format version a file claims.

    Raises:
        FileFormatError: it has none, or one that this program does not know yet.
    """
    if found is None:
        document.refuse("“format_version” is missing.")
    version = found.integer(1, 2**31)
    if version > VERSION:
        found.refuse(
            "It was made by a newer version of CNN Studio: its format is {version}, this one reads up to {known}.",
            _UPDATE,
            version=version,
            known=VERSION,
        )
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
            item.refuse(
                "{kind} has no setting {name}.{meant}", kind=kind.title, name=quoted(name), meant=meant(name, known)
            )
        if known[name].kinds:
            values[name] = _kind_from_json(known[name], item)
            continue
        if isinstance(item.value, str):
            item.text(int(known[name].high) if known[name].type == "text" else 256)
        most = MOST_CLASSES if known[name].type == "reals" else 16
        value = tuple(item.entries(most)) if isinstance(item.value, list) else item.value
        try:
            values[name] = check(known[name], value, kind.title)
        except (SettingError, OverflowError) as error:
            item.refuse("{error}", error=error)
    try:
        return kind(**values)
    except SettingError as error:
        found.refuse("{error}", error=error)


def _kind_from_json(about: Setting, found: Checked) -> Described:
    """The value of a setting that is one of several kinds: its ``kind`` and its settings; where there is only one kind
    it has no name."""
    if len(about.kinds) == 1:
        (kind,) = about.kinds.values()
        return choice_from_json(found) if issubclass(kind, DataChoice) else settings_from_json(kind, found)
    fields = found.mapping()
    if "kind" not in fields:
        found.refuse("“kind” is missing.")
    name = fields["kind"].text(64)
    if name not in about.kinds:
        there = meant(name, about.kinds, Sentence("There are {kinds:commas}.", kinds=tuple(about.kinds)))
        fields["kind"].refuse(
            "There is no {about} {name}.{there}", about=about.title.lower(), name=quoted(name), there=there
        )
    settings = {name: value for name, value in found.value.items() if name != "kind"}
    return settings_from_json(about.kinds[name], replace(found, value=settings))


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
        fields["kind"].refuse("There is no layer of the kind “{value}”.", _UPDATE, value=fields["kind"].value)
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
                item.refuse("It reads from “{source}”, which is not there.", source=source)
    if edges > MOST_EDGES:
        place.refuse(
            "There are {edges:# wire|# wires}; at most {most:thousands} are allowed.", edges=edges, most=MOST_EDGES
        )


def _check_size(design: Design, place: Checked) -> None:
    """Nobody could hold more parameters in memory, and a file of a few bytes must not ask for them."""
    total = sum(
        math.prod(spec.shape)
        for node in design.graph.computable
        for spec in node.layer.parameters(design.graph.inferred[node.id].inputs)
    )
    if total > MOST_PARAMETERS:
        place.refuse("The network has more than {most:thousands} parameters.", most=MOST_PARAMETERS)
