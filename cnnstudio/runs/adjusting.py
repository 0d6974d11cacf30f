"""What a run may change on its way, as its design has it: which commands lead from one to another, and back."""

from __future__ import annotations

from dataclasses import replace

from cnnstudio.design.value.design import Design
from cnnstudio.nn.settings import SettingError, differences
from cnnstudio.nn.training.adjusting import adjusted
from cnnstudio.nn.training.events import (
    BATCH_SIZE,
    CLIPPING,
    EARLY_STOPPING,
    EPOCHS,
    LAYER,
    OPTIMIZER,
    SCHEDULE,
    Commanded,
    Lock,
    Set,
)
from cnnstudio.runs.run import Run

_OF_THE_LOOP = (SCHEDULE, CLIPPING, EARLY_STOPPING, EPOCHS, BATCH_SIZE)


def after(design: Design, command: Set | Lock) -> Design:
    """The design of a run once it has obeyed a command.

    Raises:
        SettingError: a run cannot change that, or not so.
    """
    if isinstance(command, Lock):
        return design if design.locks == command.locks else design.with_changes(locks=command.locks)
    recipe = design.recipe
    if command.name in _OF_THE_LOOP:
        return design.with_changes(recipe=recipe.replace(**{command.name: command.value}))
    graph, optimizer = adjusted(design.graph, recipe.optimizer, command.name, command.value)
    return design.with_changes(graph=graph, recipe=recipe.replace(optimizer=optimizer))


def can_obey(design: Design, command: Set | Lock) -> bool:
    """Whether a run of this design has what a command changes, and can change it so."""
    try:
        after(design, command)
    except SettingError:
        return False
    return True


def between(before: Design, now: Design) -> tuple[Set, ...]:
    """The commands that lead a run from one design to another, as far as a run may go: what it cannot change is left
    out, and so are layers that only one of them has."""
    one, two = before.recipe, now.recipe
    found = [Set(name, getattr(two, name)) for name in _OF_THE_LOOP if getattr(one, name) != getattr(two, name)]
    if type(one.optimizer) is type(two.optimizer):
        found += [Set(each.path, each.after) for each in differences(one.optimizer, two.optimizer, OPTIMIZER)]
    for node in now.graph:
        layer = before.graph[node.id].layer if node.id in before.graph else node.layer
        if layer != node.layer and layer.goes_on_as(node.layer):
            found += [Set(f"{LAYER}{node.id}.{each.path}", each.after) for each in differences(layer, node.layer)]
    return tuple(found)


def going_on(run: Run, design: Design) -> Run:
    """The run, to go on with the settings and the locks of a design: what is another now is on its record, as if it had
    been told so where it stands."""
    commands: list[Set | Lock] = list(between(run.design, design))
    if design.locks != run.design.locks:
        commands.append(Lock(design.locks))
    told = tuple(Commanded(run.step, command, run.place) for command in commands)
    epoch = run.epoch
    if run.place.picture and not epoch.batch_size:
        epoch = epoch._replace(batch_size=run.design.recipe.batch_size)  # it keeps its batches to its end
    history = replace(run.history, commands=(*run.history.commands, *told)) if run.step else run.history
    return run.with_changes(design=design, history=history, epoch=epoch)
