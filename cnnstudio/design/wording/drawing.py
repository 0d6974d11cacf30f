"""Values as the drawing knows them: the nodes among them by their names."""

from __future__ import annotations

from typing import Any, NamedTuple

from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.windows import pair_text
from cnnstudio.nn.telling.phrases import Phrases
from cnnstudio.nn.telling.told import NodeId, Told

PHRASES = Phrases(pair=pair_text)


class Named(NamedTuple):
    """A layer by its name on the canvas and the title of its kind."""

    name: str
    title: str


def named(design: Design, node_id: str) -> Named:
    """A layer of a design."""
    return Named(design.cards[node_id].name, design.graph[node_id].layer.title)


def values_shown(design: Design, what: Told) -> dict[str, Any]:
    """The values of what is told, the nodes among them named."""
    return {name: _shown(design, value) for name, value in what.values}


def _shown(design: Design, value: Any) -> Any:
    if isinstance(value, NodeId):
        return named(design, value)
    return tuple(_shown(design, part) for part in value) if type(value) is tuple else value
