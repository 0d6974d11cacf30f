"""The command ``compare``: two designs side by side."""

from __future__ import annotations

import json
from argparse import Namespace
from typing import Any

from cnnstudio.cli.console import GOOD, say
from cnnstudio.cli.designs import open_design
from cnnstudio.design.analysis.comparison import Change, Comparison, Row, Side, Totals, compare
from cnnstudio.design.wording.settings import setting_text
from cnnstudio.nn.arrays import shape_text, thousands
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.nn.telling.told import worded

_MARKS = {"same": " ", "changed": "~", "added": "+", "removed": "−"}


def compare_designs(arguments: Namespace) -> int:
    """Say what is different between two designs."""
    first, second = open_design(arguments.first), open_design(arguments.second)
    found = compare(first.design, second.design)
    if arguments.json:
        say(json.dumps(_report(found)))
        return GOOD
    names = (first.design.title or first.name, second.design.title or second.name)
    rows = [("", names[0], "output", "parameters", names[1], "output", "parameters", "")]
    rows += [(_MARKS[row.kind], *_columns(row.first), *_columns(row.second), _words(row)) for row in found.rows]
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    for row in rows:
        cells = [
            text.rjust(width) if place in (3, 6) else text.ljust(width)
            for place, (text, width) in enumerate(zip(row, widths, strict=False))
        ]
        say(("  ".join(cells) + "  " + row[7]).rstrip())
    say("")
    for title, before, after in _sums(found.first, found.second):
        say(f"{title}: {before}" if before == after else f"{title}: {before} → {after}")
    for change in found.recipe:
        say(f"Recipe: {_change(change)}")
    say("The two are equal." if found.equal else _counts(found))
    return GOOD


def _columns(side: Side | None) -> tuple[str, str, str]:
    if side is None:
        return "", "", ""
    shape = "–" if side.shape is None else shape_text(side.shape)
    summary = f" ({worded(side.layer.summary())})"
    return f"{side.name}{summary}", shape, thousands(side.parameters)


def _words(row: Row) -> str:
    parts = [_change(change) for change in row.changes]
    if row.rewired:
        parts.append("reads other layers")
    return ", ".join(parts)


def _change(change: Change) -> str:
    return f"{change.title.lower()} {setting_text(change.before)} → {setting_text(change.after)}"


def _counts(found: Comparison) -> str:
    return f"{found.count('added')} added, {found.count('removed')} removed, {found.count('changed')} changed."


def _sums(first: Totals, second: Totals) -> list[tuple[str, str, str]]:
    return [
        ("Layers", thousands(first.layers), thousands(second.layers)),
        ("Parameters", thousands(first.parameters), thousands(second.parameters)),
        ("MACs for one image", thousands(first.macs), thousands(second.macs)),
        ("Memory while training", bytes_text(first.training_bytes), bytes_text(second.training_bytes)),
        ("Problems", thousands(first.problems), thousands(second.problems)),
    ]


def _report(found: Comparison) -> dict[str, Any]:
    return {
        "equal": found.equal,
        "layers": [
            {
                "change": row.kind,
                "first": _side_report(row.first),
                "second": _side_report(row.second),
                "settings": [{"title": c.title, "first": c.before, "second": c.after} for c in row.changes],
                "rewired": row.rewired,
            }
            for row in found.rows
        ],
        "recipe": [{"title": c.title, "first": c.before, "second": c.after} for c in found.recipe],
        "first": vars(found.first),
        "second": vars(found.second),
    }


def _side_report(side: Side | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "name": side.name,
        "kind": side.layer.kind,
        "output_shape": None if side.shape is None else list(side.shape),
        "parameters": side.parameters,
        "macs": side.macs,
    }
