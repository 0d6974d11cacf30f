"""Events and commands as plain values, so that an engine may run in another process or its run lie in a file.

``to_json`` gives a dict that says its ``kind``; ``arrays_of`` the flat vectors that belong to it, in the layouts of the
graph (``layouts`` of ``cnnstudio.nn.parameters.parameters``): ``parameters``, ``state`` and, of a whole state,
``memory.…`` for each vector that the optimizer keeps. ``from_json`` puts both together again and takes nothing that is
not exactly so. Numbers that JSON does not have are written as “nan”, “inf” and “-inf”. A command looks the same
wherever it is kept, between two processes and in the record of a run.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, get_type_hints

import numpy as np

from cnnstudio.nn.arrays import Floats, Shape
from cnnstudio.nn.parameters.locks import LOCKED, MUTED, Locks
from cnnstudio.nn.parameters.parameters import Layout, Parameters, Snapshot
from cnnstudio.nn.rules.optimizers import OPTIMIZERS, OptimizerState
from cnnstudio.nn.rules.schedules import SCHEDULES, Schedule
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.training.events import (
    BATCH_SIZE,
    EARLY_STOPPING,
    EPOCHS,
    OPTIMIZER,
    SCHEDULE,
    Command,
    Commanded,
    Diverged,
    EpochDone,
    EpochSoFar,
    Event,
    Finished,
    HelperLost,
    Lock,
    MeasureStep,
    Place,
    Set,
    SnapshotTaken,
    Started,
    StateTaken,
    StepDone,
    Stop,
    TakeSnapshot,
    TakeState,
    TrainingState,
    Value,
)
from cnnstudio.nn.training.measured import SHARES, SPREADS, Figures, Measured
from cnnstudio.nn.training.plain import entries, integer, mapping, names, real, refuse, text, truth

_COMMANDS: dict[str, type[Command]] = {
    "set": Set,
    "lock": Lock,
    "stop": Stop,
    "take_snapshot": TakeSnapshot,
    "take_state": TakeState,
    "measure_step": MeasureStep,
}
_EVENTS: dict[str, type[Event]] = {
    "started": Started,
    "step_done": StepDone,
    "epoch_done": EpochDone,
    "commanded": Commanded,
    "diverged": Diverged,
    "helper_lost": HelperLost,
    "finished": Finished,
    "snapshot_taken": SnapshotTaken,
    "state_taken": StateTaken,
}
_KIND = {made: kind for kind, made in (*_COMMANDS.items(), *_EVENTS.items())}
_MEMORY, _CHOSEN, _SPREAD = "memory.", "chosen.", "spread"
#: what every step says
_STEP = ("step", "epoch", "loss", "accuracy")
#: settings of optimizers that are on or off
_SWITCHES = {f"{OPTIMIZER}{a.name}" for kind in OPTIMIZERS.values() for a in kind.settings() if a.type == "switch"}


def to_json(message: Event | Command) -> dict[str, Any]:
    """A message as JSON values, without its arrays."""
    match message:
        case Set():
            value = message.value
            told = {"kind": value.kind, **value.to_json()} if isinstance(value, Schedule) else _plain(value)
            values: dict[str, Any] = {"settings": {message.name: told}}
        case Lock():
            values = {"locks": message.locks.to_json()}
        case Commanded():
            values = {"step": message.step, "command": to_json(message.command), "place": _placed(message.place)}
        case Started():
            values = {field.name: getattr(message, field.name) for field in fields(message)}
            values["place"] = _placed(message.place)
        case StepDone():
            values = {name: _plain(getattr(message, name)) for name in _STEP}
            if message.measured is not None:
                values["measured"] = _measured_to_json(message.measured)
        case SnapshotTaken():
            values = {"run": message.snapshot.run, "step": message.snapshot.step}
        case StateTaken(state):
            values = {
                "run": state.snapshot.run,
                "step": state.snapshot.step,
                "optimizer_steps": state.optimizer.step,
                "epoch": {name: _plain(value) for name, value in state.epoch._asdict().items()},
            }
        case _:
            values = {field.name: _plain(getattr(message, field.name)) for field in fields(message)}
    return {"kind": _KIND[type(message)], **values}


def arrays_of(message: Event | Command) -> dict[str, Floats]:
    """The flat vectors that belong to a message, by name; most have none."""
    match message:
        case SnapshotTaken(snapshot):
            return {"parameters": snapshot.parameters.vector, "state": snapshot.parameters.state}
        case StateTaken(state):
            memory = {f"{_MEMORY}{name}": vector for name, vector in state.optimizer.vectors.items()}
            return {**arrays_of(SnapshotTaken(state.snapshot)), **memory}
        case StepDone(measured=Measured() as measured) if measured.spread.size:
            return {_SPREAD: measured.spread, **{f"{_CHOSEN}{name}": a for name, a in measured.arrays.items()}}
        case _:
            return {}


def command_from_json(found: object) -> Command:
    """The command that ``to_json`` wrote.

    Raises:
        MessageError: it is none.
    """
    values = mapping(found)
    made = _made(values, _COMMANDS)
    if made is Set:
        names(values, "settings")
        settings = mapping(values["settings"])
        if len(settings) != 1:
            refuse("A command sets one setting.")
        ((name, value),) = settings.items()
        return Set(name, _value(value, name))
    if made is Lock:
        names(values, "locks")
        return Lock(locks_from_json(values["locks"]))
    command: Command = _flat(made, values)
    return command


def event_from_json(
    found: object, arrays: Mapping[str, Floats] | None = None, layouts: tuple[Layout, Layout] | None = None
) -> Event:
    """The event that ``to_json`` and ``arrays_of`` wrote; ``layouts`` are those of the graph that is trained.

    Raises:
        MessageError: it is none, or its arrays are not those of the graph.
    """
    values, arrays = mapping(found), dict(arrays or {})
    made = _made(values, _EVENTS)
    if made is Commanded:
        names(values, "step", "command", "place")
        command = command_from_json(values["command"])
        return Commanded(integer(values["step"], "step"), command, place_from_json(values["place"]))
    if made is Started:
        names(values, "step", "steps_per_epoch", "epochs", "batch_size", "place")
        step, steps, epochs = (integer(values[name], name) for name in ("step", "steps_per_epoch", "epochs"))
        return Started(
            step, steps, epochs, integer(values["batch_size"], "batch_size"), place_from_json(values["place"])
        )
    if made is SnapshotTaken:
        names(values, "run", "step")
        event: Event = SnapshotTaken(_snapshot(values, arrays, layouts))
    elif made is StepDone:
        event = _step_done(values, arrays, layouts)
    elif made is StateTaken:
        event = StateTaken(_state(values, arrays, layouts))
    else:
        event = _flat(made, values)
    if arrays:
        refuse("An array “{arrays}” is not expected.", arrays=min(arrays))
    return event


def place_from_json(found: object) -> Place:
    """A place in a run.

    Raises:
        MessageError: it is none.
    """
    values = mapping(found)
    names(values, "epoch", "picture")
    return Place(*(integer(values[name], name) for name in ("epoch", "picture")))


def locks_from_json(found: object) -> Locks:
    """What ``Locks.to_json`` wrote.

    Raises:
        MessageError: it is nothing of the kind.
    """
    values = mapping(found)
    if surplus := values.keys() - {LOCKED, MUTED}:
        refuse("There is an unknown entry “{surplus}”.", surplus=min(surplus))
    layers = [text(node, LOCKED) for node in entries(values.get(LOCKED, []), LOCKED)]
    muted = mapping(values.get(MUTED, {})).items()
    filters = [(node, integer(number, MUTED)) for node, numbers in muted for number in entries(numbers, MUTED)]
    return Locks(frozenset(layers), frozenset(filters))


def _measured_to_json(measured: Measured) -> dict[str, Any]:
    """Without its arrays; a file keeps no more."""
    layers = {node: [_plain(figure) for figure in figures] for node, figures in measured.figures.items()}
    return {"seconds": _plain(measured.seconds), "chosen": measured.chosen, "layers": layers}


def _step_done(values: dict[str, Any], arrays: dict[str, Floats], layouts: tuple[Layout, Layout] | None) -> StepDone:
    told = {"measured": values.pop("measured")} if "measured" in values else None
    names(values, *_STEP)
    measured = None if told is None else _measured(mapping(told["measured"]), arrays, layouts)
    step, epoch = (integer(values[name], name) for name in ("step", "epoch"))
    return StepDone(step, epoch, real(values["loss"], "loss"), real(values["accuracy"], "accuracy"), measured)


def _measured(values: dict[str, Any], arrays: dict[str, Floats], layouts: tuple[Layout, Layout] | None) -> Measured:
    names(values, "seconds", "chosen", "layers")
    figures = {}
    for node, found in mapping(values["layers"]).items():
        told = [real(figure, "layers") for figure in entries(found, "layers")]
        if len(told) != len(Figures._fields):
            refuse("“layers” has {count:# figure|# figures} of each.", count=len(Figures._fields))
        figures[node] = Figures(*told)
    seconds, chosen = real(values["seconds"], "seconds"), text(values["chosen"], "chosen")
    if _SPREAD not in arrays:
        return Measured(seconds, figures, np.empty((len(SPREADS), 0, len(SHARES)), np.float32), chosen)
    spread = _array(arrays, _SPREAD, (len(SPREADS), len(figures), len(SHARES)))
    own = [name for name in arrays if name.startswith(_CHOSEN)]
    weights = None if layouts is None else layouts[0].find(chosen, "weights")
    if own and weights is None:
        refuse("“{chosen}” is no layer with weights.", chosen=chosen)
    shapes = {name: (*arrays[name].shape[:1], *weights.spec.shape[1:]) for name in own} if weights is not None else {}
    return Measured(
        seconds,
        figures,
        spread,
        chosen,
        {name.removeprefix(_CHOSEN): _array(arrays, name, shapes[name]) for name in own},
    )


def _state(values: dict[str, Any], arrays: dict[str, Floats], layouts: tuple[Layout, Layout] | None) -> TrainingState:
    names(values, "run", "step", "optimizer_steps", "epoch")
    snapshot = _snapshot(values, arrays, layouts)
    size = snapshot.parameters.vector.size
    memory = {
        name.removeprefix(_MEMORY): _vector(arrays, name, size) for name in list(arrays) if name.startswith(_MEMORY)
    }
    epoch = mapping(values["epoch"])
    names(epoch, *EpochSoFar._fields)
    return TrainingState(
        snapshot,
        OptimizerState(integer(values["optimizer_steps"], "optimizer_steps"), memory),
        EpochSoFar(
            real(epoch["loss"], "loss"),
            integer(epoch["correct"], "correct"),
            integer(epoch["images"], "images"),
            integer(epoch["batch_size"], "batch_size"),
        ),
    )


def _snapshot(values: dict[str, Any], arrays: dict[str, Floats], layouts: tuple[Layout, Layout] | None) -> Snapshot:
    if layouts is None:
        refuse("Weights need the layouts of a graph.")
    learned, kept = layouts
    parameters = Parameters(
        learned, _vector(arrays, "parameters", learned.size), kept, _vector(arrays, "state", kept.size)
    )
    return Snapshot(parameters, text(values["run"], "run"), integer(values["step"], "step"))


def _vector(arrays: dict[str, Floats], name: str, size: int) -> Floats:
    """Take an array out of those that came: float32, read-only."""
    return _array(arrays, name, (size,))


def _array(arrays: dict[str, Floats], name: str, shape: Shape) -> Floats:
    """Take one of this shape: float32, read-only."""
    found = arrays.pop(name, None)
    if found is None:
        refuse("The array “{name}” is missing.", name=name)
    if found.dtype != np.float32 or found.shape != shape:
        refuse("The array “{name}” must have the shape {shape:shape}, as float32.", name=name, shape=shape)
    found = found.view()
    found.flags.writeable = False
    return found


def _flat(made: type[Any], values: dict[str, Any]) -> Any:
    """A message that holds plain values only."""
    hints = get_type_hints(made)
    names(values, *hints)
    return made(**{name: _PLAIN[hint](values[name], name) for name, hint in hints.items()})


def _made(values: dict[str, Any], kinds: Mapping[str, type[Any]]) -> type[Any]:
    kind = values.get("kind")
    if not isinstance(kind, str) or kind not in kinds:
        refuse("“kind” must be one of {kinds:commas}.", kinds=tuple(kinds))
    return kinds[kind]


def _placed(place: Place) -> dict[str, int]:
    return {"epoch": place.epoch, "picture": place.picture}


def _value(found: object, name: str) -> Value:
    """What a setting is set to."""
    if name == SCHEDULE:
        schedule = mapping(found)
        kind = SCHEDULES.get(text(schedule.get("kind"), "kind"))
        if kind is None:
            refuse("“kind” must be one of {kinds:commas}.", kinds=tuple(SCHEDULES))
        try:
            return kind.from_json({key: value for key, value in schedule.items() if key != "kind"})
        except SettingError as error:
            refuse("{error}", error=error)
    if name in _SWITCHES:
        return truth(found, name)
    return integer(found, name) if name in (BATCH_SIZE, EPOCHS, EARLY_STOPPING) else real(found, name)


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value


_PLAIN: dict[type, Callable[[object, str], Any]] = {int: integer, float: real, str: text, bool: truth}
