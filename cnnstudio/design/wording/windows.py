"""Settings and cells of a sliding window in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnnstudio.design.facts.windows import Fit
from cnnstudio.nn.arrays import Shape, shape_text
from cnnstudio.nn.graph.layer import Layer


def pair_text(value: tuple[int, int]) -> str:
    """Two equal numbers as one: 2, or 2×3."""
    return str(value[0]) if value[0] == value[1] else shape_text(value)


def counted_cells(cells: Sequence[int], word: str, words: str = "") -> str:
    """Cells in words, counted from 1: “columns 3, 6, 9 and 10”, “row 28”, “rows 2, 4, 6 … 28”."""
    numbers = [str(cell + 1) for cell in cells]
    if len(numbers) == 1:
        return f"{word} {numbers[0]}"
    words = words or f"{word}s"
    if len(numbers) > 6:
        return f"{words} {', '.join(numbers[:3])} … {numbers[-1]}"
    return f"{words} {', '.join(numbers[:-1])} and {numbers[-1]}"


def unread_cells(rows: Sequence[int], columns: Sequence[int]) -> str:
    """The rows and columns that a window never reads, in words; "" if it reads all."""
    if rows and tuple(rows) == tuple(columns):
        return counted_cells(rows, "row and column", "rows and columns")
    return " and ".join(counted_cells(c, word) for c, word in ((rows, "row"), (columns, "column")) if c)


def fit_words(layer: Layer, fit: Fit) -> str:
    """Another setting and what comes out then: “stride 2 → 5×5”."""
    return f"{_setting_words(layer, fit.setting, fit.value)} → {_result(fit.output)}"


def changed_words(layer: Layer, changes: Mapping[str, Any]) -> str:
    """What changes in words: “stride 3 → 2”, “kernel 5×5 → 3×3”, “padding “same””."""
    parts = []
    for name, value in changes.items():
        old = getattr(layer, name)
        if name == "padding":
            parts.append(_setting_words(layer, name, value) if value != "valid" else "no padding")
        elif isinstance(value, bool):
            parts.append(_setting_words(layer, name, value))
        elif isinstance(value, tuple):
            show = shape_text if name == "kernel" else pair_text
            parts.append(f"{_title(layer, name)} {show(old)} → {show(value)}")
        else:
            parts.append(f"{_title(layer, name)} {old} → {value}")
    return ", ".join(parts)


def _setting_words(layer: Layer, name: str, value: Any) -> str:
    if isinstance(value, bool):
        return _title(layer, name) if value else f"no {_title(layer, name)}"
    if name == "padding":
        return "padding “same”" if value == "same" else f"padding {', '.join(map(str, value))}"
    return f"{_title(layer, name)} {pair_text(value)}"


def _title(layer: Layer, name: str) -> str:
    return next(about.title for about in layer.settings() if about.name == name).lower()


def _result(output: Shape) -> str:
    return str(output[0]) if output[0] == output[1] else shape_text(output[:2])
