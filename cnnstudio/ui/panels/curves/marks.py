"""What was done to a run on its way, as marks on its curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cnnstudio.nn.parameters.locks import NO_LOCKS, Locks
from cnnstudio.nn.telling.phrases import amount
from cnnstudio.nn.training.events import Commanded, EpochDone, Lock, Set
from cnnstudio.runs.restarts import restarts
from cnnstudio.ui.look.numbers import number_text


@dataclass(frozen=True)
class Mark:
    """A moment of a run: after ``step`` steps, in a few words."""

    step: int
    text: str


def marks_of(commands: list[Commanded], names: Mapping[str, str], epochs: Sequence[EpochDone] = ()) -> list[Mark]:
    """The marks of a run's commands, of several of one kind at the same step only the last, and of where its schedule
    began anew. ``names`` are those of the layers."""
    found: dict[tuple[int, type], Mark] = {}
    locks = NO_LOCKS
    for commanded in commands:
        command, step = commanded.command, commanded.step
        if isinstance(command, Set):
            found[step, Set] = Mark(step, f"learning rate {number_text(command.learning_rate)}")
        elif isinstance(command, Lock):
            if text := _change(locks, command.locks, names):
                found[step, Lock] = Mark(step, text)
            locks = command.locks
    anew = [Mark(done.step, "schedule began anew") for done in restarts(epochs, commands)]
    return sorted([*found.values(), *anew], key=lambda mark: mark.step)


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
