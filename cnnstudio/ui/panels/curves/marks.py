"""What was done to a run on its way, or before it, as marks on its curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cnnstudio.design.analysis.comparison import compare
from cnnstudio.design.value.design import Design
from cnnstudio.nn.parameters.locks import NO_LOCKS, Locks
from cnnstudio.nn.rules.schedules import Schedule
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.training.events import BATCH_SIZE, EPOCHS, LAYER, OPTIMIZER, Commanded, EpochDone, Lock, Set
from cnnstudio.runs.early_stopping import ends_early
from cnnstudio.runs.restarts import restarts
from cnnstudio.ui.look.numbers import number_text


@dataclass(frozen=True)
class Mark:
    """A moment of a run: after ``step`` steps, in a few words."""

    step: int
    text: str


def marks_of(commands: list[Commanded], names: Mapping[str, str], epochs: Sequence[EpochDone] = ()) -> list[Mark]:
    """The marks of a run's commands where they took effect, of several of one kind at the same step only the last, and
    of where its schedule began anew. ``names`` are those of the layers."""
    found: dict[tuple[int, str], Mark] = {}
    locks, ends = NO_LOCKS, {done.epoch: done.step for done in epochs}
    for commanded in commands:
        command, step, place = commanded.command, commanded.step, commanded.place
        if isinstance(command, Set) and command.name == BATCH_SIZE and place.picture:
            if place.epoch + 1 not in ends:
                continue  # the epoch under way keeps its batches
            step = ends[place.epoch + 1]
        if isinstance(command, Set):
            found[step, command.name] = Mark(step, _said(commanded, command, names))
        elif isinstance(command, Lock):
            if text := _change(locks, command.locks, names):
                found[step, "locks"] = Mark(step, text)
            locks = command.locks
    anew = [Mark(done.step, "schedule began anew") for done in restarts(epochs, commands)]
    return sorted([*found.values(), *anew], key=lambda mark: mark.step)


def _said(commanded: Commanded, command: Set, names: Mapping[str, str]) -> str:
    """What was set, in a few words: “momentum 0.5”, “batch size 32”, “Dropout: rate 0.2”."""
    name, value = command.name, command.value
    if isinstance(value, Schedule):
        return f"schedule: {value.title.lower()}"
    said = ("off", "on")[value] if isinstance(value, bool) else number_text(value)
    if ends_early(commanded):
        return "stopped early"
    if name == EPOCHS:
        return f"{amount(int(value), 'epoch')} in all"
    if name.startswith(LAYER):
        node, _, setting = name.removeprefix(LAYER).rpartition(".")
        return f"{names.get(node, node)}: {setting} {said}"
    return f"{name.removeprefix(OPTIMIZER).replace('_', ' ')} {said}"


def _change(before: Locks, after: Locks, names: Mapping[str, str]) -> str:
    """What another set of locks locks or sets free."""
    parts = []
    for word, layers, filters in (
        ("locked", after.layers - before.layers, after.filters - before.filters),
        ("unlocked", before.layers - after.layers, before.filters - after.filters),
    ):
        if len(layers) == 1:
            node = next(iter(layers))
            parts.append(f"{names.get(node, node)} {word}")
        elif layers:
            parts.append(f"{amount(len(layers), 'layer')} {word}")
        if filters:
            parts.append(f"{amount(len(filters), 'filter')} {'muted' if word == 'locked' else 'no longer muted'}")
    return ", ".join(parts)


def edit_words(before: Design | None, now: Design) -> str:
    """What was changed between two runs: “Conv 2D 2 changed”, “3 layers changed”, “learning rate changed”, or that it
    was trained anew."""
    if before is None:
        return "the run before"
    found = compare(before, now)
    rows = [row for row in found.rows if row.kind != "same"]
    if len(rows) == 1:
        side = rows[0].second or rows[0].first
        return f"{side.name} {rows[0].kind}" if side is not None else "network changed"
    if rows:
        return f"{amount(len(rows), 'layer')} changed"
    if len(found.recipe) == 1:
        return f"{found.recipe[0].title.lower()} changed"
    return f"{amount(len(found.recipe), 'setting')} changed" if found.recipe else "trained anew"
