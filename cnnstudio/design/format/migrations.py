"""From every format there has been to the one that is written: one chain for all that is stored.

A step is a pure function on JSON, kept for ever. It takes what anybody may have written, so it moves what it knows and
leaves the rest as it is: whoever reads the result checks all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal

#: the format that is written: of projects, designs, blocks, figures and lessons alike
VERSION = 2

#: a design, the ``history.json`` of a project, or a lesson
Stored = Literal["design", "history", "lesson"]


def migrated(stored: Stored, value: Any, version: int) -> Any:
    """``value``, written in format ``version``, as the newest format has it."""
    for older in range(version, VERSION):
        value = _STEPS[older][stored](value)
    return value


def _changed(value: Any, **changes: Callable[[Any], Any]) -> Any:
    """An object with some of its entries changed, where they are there."""
    if not isinstance(value, dict):
        return value
    return {key: changes[key](item) if key in changes else item for key, item in value.items()}


def _each(change: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: [change(item) for item in value] if isinstance(value, list) else value


# From 1 to 2: optimizer, schedule, loss, augmentation and data are values with settings of their own; commands are told
# by their kind; a run knows the one before it.

#: what a recipe of format 1 means where it says nothing, by where it goes
_RECIPE_1: Mapping[str, Any] = {"batch_size": 64, "epochs": 3, "clipping": 0.0, "seed": 0}
_AUGMENTATION_1: Mapping[str, Any] = {
    "flip": "none", "shift": 0, "rotation": 0.0, "crop": 0.0, "brightness": 0.0, "cutout": 0,
}  # fmt: skip


def _recipe_1(recipe: Any) -> Any:
    if not isinstance(recipe, dict):
        return recipe
    left = dict(recipe)

    def taken(defaults: Mapping[str, Any]) -> dict[str, Any]:
        return {name: left.pop(name, default) for name, default in defaults.items()}

    seed = recipe.get("seed", 0)  # of the split, too, before that had its own
    kind = left.pop("optimizer", "adam")
    # a decay of 0 was what AdamW had unless someone said otherwise
    optimizer = taken({"learning_rate": 0.001, "weight_decay": 0.0})
    momentum = left.pop("momentum", 0.9)
    schedule = {"kind": left.pop("schedule", "constant"), **taken({"warm_up": 0})}
    loss, smoothing = left.pop("loss", "cross_entropy"), left.pop("label_smoothing", 0.0)
    return {
        **taken(_RECIPE_1),
        "data": {"source": left.pop("data", "digits"), "split": {"share": 10, "seed": seed}},
        "optimizer": {"kind": kind, **optimizer, **({"momentum": momentum} if kind == "sgd" else {})},
        "schedule": schedule,
        "loss": {"kind": loss, **({"label_smoothing": smoothing} if loss == "cross_entropy" else {})},
        "augmentation": taken(_AUGMENTATION_1),
        **left,
    }


def _design_1(design: Any) -> Any:
    changed = _changed(design, recipe=_recipe_1)
    if not isinstance(changed, dict) or "split" not in changed or not isinstance(changed.get("recipe"), dict):
        return changed
    split, recipe = changed.pop("split"), changed["recipe"]
    return {**changed, "recipe": {**recipe, "data": {**recipe["data"], "split": split}}}


def _command_1(command: Any) -> Any:
    if not isinstance(command, dict):
        return command
    if "learning_rate" in command:
        left = {key: item for key, item in command.items() if key != "learning_rate"}
        return {"kind": "set", "settings": {"optimizer.learning_rate": command["learning_rate"]}, **left}
    return {"kind": "lock", **command} if "locks" in command else command


def _run_1(run: Any) -> Any:
    changed = _changed(run, design=_design_1, commands=_each(_command_1))
    if not isinstance(changed, dict):
        return changed
    return {"parent": "", "began": {"epoch": 0, "picture": 0}, "commands": [], **changed}


_STEPS: Mapping[int, Mapping[Stored, Callable[[Any], Any]]] = {
    1: {
        "design": _design_1,
        "history": lambda history: _changed(history, runs=_each(_run_1)),
        "lesson": lambda lesson: _changed(lesson, network=_design_1),
    },
}
