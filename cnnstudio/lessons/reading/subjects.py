"""What a question asks the engine, as it stands in a file."""

from __future__ import annotations

from cnnstudio.design.format.strict import Checked, meant, quoted
from cnnstudio.lessons.questions.expression import Expression, ExpressionError, expression
from cnnstudio.lessons.questions.subject import FINDS, Given, LayerSpec, OfGradient, OfLayers, OfStep, OfValues, Subject
from cnnstudio.nn.graph.layer import layer_kinds
from cnnstudio.nn.telling.told import Sentence

_MOST_CELLS = 256


def subject(found: Checked, names: frozenset[str]) -> Subject:
    """What is to be found, with formulas over the drawn ``names``.

    Raises:
        FileFormatError: it is nothing that the engine can work out.
    """
    find = found.mapping().get("find")
    if find is None:
        found.refuse("“find” is missing.")
    if find.value == "step":
        fields = found.fields("find", "weight", "gradient", "rate")
        return OfStep(*(given(fields[name], names) for name in ("weight", "gradient", "rate")))
    if find.value == "value":
        fields = found.fields("find", "layer", "pixels", optional=("weights", "bias", "at"))
        at = tuple(item.integer(0, 63) for item in fields["at"].items(3, 3)) if "at" in fields else (0, 0, 0)
        return OfValues(
            _layer(fields["layer"], names),
            given(fields["pixels"], names),
            given(fields["weights"], names) if "weights" in fields else 0,
            given(fields["bias"], names) if "bias" in fields else 0,
            (at[0], at[1], at[2]),
        )
    if find.value == "gradient":
        fields = found.fields("find", "layer", "pixels", "arriving", optional=("weights", "at"))
        place = tuple(item.integer(0, 63) for item in fields["at"].items(6, 1)) if "at" in fields else (0, 0, 0, 0)
        return OfGradient(
            _layer(fields["layer"], names),
            given(fields["pixels"], names),
            given(fields["weights"], names) if "weights" in fields else 0,
            given(fields["arriving"], names),
            place,
        )
    if find.value not in FINDS:
        there = Sentence("It may be {finds:commas}, value, gradient or step.", finds=tuple(FINDS))
        likely = meant(find.value, (*FINDS, "value", "gradient", "step"), there)
        find.refuse("{value} is nothing that can be asked for.{likely}", value=quoted(find.value), likely=likely)
    fields = found.fields("find", "input", "layers")
    fields["input"].entries(3, 3)
    layers = tuple(_layer(item, names) for item in fields["layers"].items(12, 1))
    return OfLayers(find.value, given(fields["input"], names), layers)


def formula(found: Checked, names: frozenset[str]) -> Expression:
    """A formula over these names."""
    try:
        read = expression(found.text(200, 1))
    except ExpressionError as error:
        found.refuse("{error}", error=error)
    if missing := read.names - names:
        found.refuse("{missing} is not drawn.", missing=quoted(sorted(missing)[0]))
    return read


def given(found: Checked, names: frozenset[str], deep: int = 0) -> Given:
    """A number, a formula over the names, or a list of these, at most four deep."""
    if isinstance(found.value, list):
        if deep >= 4:
            found.refuse("Lists may lie within each other four deep.")
        return tuple(given(item, names, deep + 1) for item in found.items(_MOST_CELLS if deep == 0 else 16, 1))
    if isinstance(found.value, str):
        return formula(found, names)
    value = found.number(-1e6, 1e6)
    return int(value) if isinstance(found.value, int) else value


def _layer(found: Checked, names: frozenset[str]) -> LayerSpec:
    fields = found.fields("kind", optional=("settings",))
    kind = fields["kind"].text()
    if kind not in layer_kinds():
        fields["kind"].refuse("There is no layer {kind}.{meant}", kind=quoted(kind), meant=meant(kind, layer_kinds()))
    types = {about.name: about.type for about in layer_kinds()[kind].settings()}
    settings: list[tuple[str, Given]] = []
    for name, item in (fields["settings"].mapping() if "settings" in fields else {}).items():
        if name not in types:
            item.refuse(
                "{title} has no setting {name}.{meant}",
                title=layer_kinds()[kind].title,
                name=quoted(name),
                meant=meant(name, types),
            )
        plain = types[name] in ("choice", "text") or item.value in ("valid", "same")
        settings.append((name, item.text() if plain else given(item, names)))
    return LayerSpec(kind, tuple(settings))
