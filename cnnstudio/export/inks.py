"""The colours of a figure: those of the window, or plain ones for paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from cnnstudio.resources import resource

InkName = Literal["light", "dark", "print"]
INK_NAMES: tuple[InkName, ...] = ("light", "dark", "print")


@dataclass(frozen=True)
class Inks:
    """Colours as “#rrggbb”."""

    name: str
    background: str
    card: str
    line: str
    text: str
    secondary: str
    accent: str
    error: str
    categories: Mapping[str, str]

    def category(self, category: str) -> str:
        """The colour of a layer category."""
        return self.categories.get(category, self.secondary)


@cache
def inks(name: InkName) -> Inks:
    """The colours called “light”, “dark” or “print”."""
    values = json.loads(resource("look", f"{'light' if name == 'print' else name}.json").read_text(encoding="utf-8"))
    fields = ("card", "line", "text", "secondary", "accent", "error")
    chosen = {field: values[field] for field in fields}
    background = values["panel"]
    if name == "print":
        background = "#ffffff"
        chosen |= {"card": "#ffffff", "line": "#b4b9c2", "text": "#000000", "secondary": "#4a4f59"}
    return Inks(name, background, categories=dict(values["categories"]), **chosen)


@lru_cache(maxsize=4096)
def blended(first: str, second: str, share: float) -> str:
    """``share`` (0…1) of the first colour laid over the second."""
    pairs = zip(_parts(first), _parts(second), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
