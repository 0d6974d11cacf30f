"""A design: an immutable value that the canvas shows, the engine runs and the file stores."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from cnnstudio.design.recipe import Recipe
from cnnstudio.nn.graph import Graph


@dataclass(frozen=True)
class Card:
    """How one layer lies on the canvas: its name and the position of its top left corner in scene units."""

    name: str
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True)
class Design:
    """Graph, layout and recipe. Every edit makes a new one; see ``cnnstudio.design.edits``.

    Raises:
        ValueError: the cards are not exactly the graph's nodes (a bug in the caller).
    """

    graph: Graph = field(default_factory=Graph)
    cards: Mapping[str, Card] = field(default_factory=dict)
    recipe: Recipe = field(default_factory=Recipe)
    title: str = ""

    def __post_init__(self) -> None:
        if set(self.cards) != {node.id for node in self.graph}:
            raise ValueError("every node of a design has one card")
        object.__setattr__(self, "cards", MappingProxyType(dict(self.cards)))

    def with_changes(self, **changes: Any) -> Design:
        """The same design with some fields replaced."""
        return replace(self, **changes)
