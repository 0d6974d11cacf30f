"""The conditions of tasks as they stand in a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnnstudio.design.format.strict import Checked, meant, quoted
from cnnstudio.lessons.condition import Condition, Every, HasLayer, HasPath, IsClassifier, Shown, Trained
from cnnstudio.lessons.questions.expression import ExpressionError, expression
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.settings import Setting, SettingError, check


def condition(found: Checked) -> Condition:
    """A condition: one of ``layer``, ``path``, ``trained``, ``view``, ``classifier`` and ``all``.

    Raises:
        FileFormatError: it is none, or names what is not there.
    """
    keys = found.mapping()
    if "layer" in keys:
        return _layer(found)
    if "path" in keys:
        fields = found.fields("path", optional=("direct",))
        return HasPath(tuple(kind_of_layer(item) for item in fields["path"].items(40, 1)), _flag(fields, "direct"))
    if "trained" in keys:
        fields = found.fields("trained")["trained"].fields(optional=("steps", "epochs", "accuracy"))
        return Trained(
            fields["steps"].integer(0, 10**9) if "steps" in fields else 0,
            fields["epochs"].integer(0, 10**6) if "epochs" in fields else 0,
            fields["accuracy"].number(0, 1) if "accuracy" in fields else 0.0,
        )
    if "view" in keys:
        holds = found.fields("view")["view"]
        try:
            return Shown(expression(holds.text(200, 1)))
        except ExpressionError as error:
            holds.refuse("{error}", error=error)
    if "classifier" in keys:
        _flag(found.fields("classifier"), "classifier")
        return IsClassifier()
    if "all" not in keys:
        likely = tuple(meant(key, ("layer", "path", "trained", "view", "classifier", "all")) for key in keys)
        found.refuse(
            "A condition is one of layer, path, trained, view, classifier and all.{likely:joined}",
            likely=likely,
        )
    return Every(tuple(_plain(item) for item in found.fields("all")["all"].items(12, 1)))


def _plain(found: Checked) -> Condition:
    if "all" in found.mapping():
        found.refuse("“all” may not lie within “all”.")
    return condition(found)


def kind_of_layer(found: Checked) -> str:
    """A kind of layer that there is.

    Raises:
        FileFormatError: there is none of that name.
    """
    kind = found.text()
    if kind not in layer_kinds():
        found.refuse("There is no layer {kind}.{meant}", kind=quoted(kind), meant=meant(kind, layer_kinds()))
    return kind


def _layer(found: Checked) -> HasLayer:
    fields = found.fields("layer", optional=("settings", "input", "output", "same_size", "count"))
    kind = kind_of_layer(fields["layer"])
    known = {about.name: about for about in layer_kinds()[kind].settings()}
    settings: list[tuple[str, Any]] = []
    for name, item in (fields["settings"].mapping() if "settings" in fields else {}).items():
        if name not in known:
            item.refuse(
                "{title} has no setting {name}.{meant}",
                title=layer_kinds()[kind].title,
                name=quoted(name),
                meant=meant(name, known),
            )
        settings.append((name, _setting(known[name], item)))
    return HasLayer(
        kind,
        tuple(settings),
        _shape(fields["input"]) if "input" in fields else None,
        _shape(fields["output"]) if "output" in fields else None,
        fields["count"].integer(1, 2000) if "count" in fields else 1,
        _flag(fields, "same_size"),
    )


def _flag(fields: Mapping[str, Checked], name: str) -> bool:
    """Whether something is true, which may be left out and cannot be false."""
    if name in fields and fields[name].value is not True:
        fields[name].refuse("“{name}” is true or not there.", name=name)
    return name in fields


def _setting(about: Setting, item: Checked) -> Any:
    value = tuple(item.entries(16)) if isinstance(item.value, list) else item.value
    try:
        return check(about, value, about.title)
    except (SettingError, OverflowError) as error:
        item.refuse("{error}", error=error)


def _shape(found: Checked) -> tuple[int, ...]:
    return tuple(item.integer(1, 10**9) for item in found.items(3, 1))
