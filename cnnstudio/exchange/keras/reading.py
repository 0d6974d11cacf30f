"""A ``.keras`` file as a design with its weights: layers by an allow-list over its JSON. Nothing in it is run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cnnstudio.design.format.strict import Checked
from cnnstudio.exchange.keras.archive import Archive, read_archive
from cnnstudio.exchange.keras.classes import READERS
from cnnstudio.exchange.keras.layer_told import LayerTold, Value
from cnnstudio.exchange.reading.layers_read import MOST_LAYERS, ImportRefused, LayersRead, Picture
from cnnstudio.exchange.reading.nearest import refuse_kind
from cnnstudio.exchange.reading.project import LONGEST_NAME, Imported, project_of, stopped
from cnnstudio.files.printable import printable
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.telling.told import Sentence

_PARTS = 64
#: models, of one chain or of wires, and how many may lie within each other
_MODELS, _DEEPEST = ("Sequential", "Functional"), 8


def read_keras(path: Path) -> Imported:
    """The network in a file.

    Raises:
        FileFormatError: it is no Keras model, or a damaged one.
        ImportRefused: something in it cannot be represented here.
        OSError: it cannot be read.
    """
    archive = read_archive(path)
    model = archive.config.mapping()
    kind, config = _text(model, "class_name"), _inside(model, "config")
    if kind not in _MODELS:
        raise ImportRefused(
            "It is of the class {kind}; models of one chain (Sequential) or of wires (Functional) are read here.",
            kind=kind[:LONGEST_NAME],
        )
    layers = LayersRead(_image([each.mapping() for each in _of(config, "layers").items(2 * MOST_LAYERS)]))
    reached: list[Value] = []
    try:
        end = _end(layers, _answer(layers, kind, config, archive, Picture(), (), reached))
    except ImportRefused as why:
        raise stopped(layers, [value for value in reached if isinstance(value, str)], path.stem, why) from why
    return Imported(project_of(layers, (end,), path.stem, ()), tuple(layers.notes))


def _answer(
    layers: LayersRead, kind: str, config: dict[str, Checked], archive: Archive, shown: Value, modules: tuple[str, ...],
    reached: list[Value],
) -> Value:  # fmt: skip
    """What a model makes of what it is shown; ``modules`` are those it lies in. What its layers make is added to what
    was ``reached``, one by one."""
    made: dict[str, Value] = {}
    last = shown
    for each in _of(config, "layers").items(2 * MOST_LAYERS):
        entry = each.mapping()
        at = _layer(entry, archive, made, last, modules, in_chain=kind == "Sequential")
        if at.kind == "Lambda":
            raise at.refused("It holds code of its own, which is never run here.")
        reader, own = READERS.get(at.kind), _of_keras(entry)
        if not own or (reader is None and at.kind not in _MODELS):
            refuse_kind(at, at.kind, own=own)
        if at.kind == "InputLayer":
            last = shown
        elif reader is not None:
            last = reader(layers, at)
        elif len(modules) >= _DEEPEST or len(at.inputs) != 1:
            raise at.refused("A model within a model reads one input here, and lies in at most {most}.", most=_DEEPEST)
        else:
            inner = archive.inside(at.key)
            last = _answer(layers, at.kind, at.config, inner, at.inputs[0], (*modules, at.name), reached)
        made[at.name] = last
        reached.append(last)
    return last if kind == "Sequential" else _output(config, made)


def _layer(
    entry: dict[str, Checked], archive: Archive, made: dict[str, Value], last: Value, modules: tuple[str, ...], *,
    in_chain: bool,
) -> LayerTold:  # fmt: skip
    kind, config = _text(entry, "class_name"), _inside(entry, "config")
    name = printable(_text(entry, "name") if "name" in entry else _text(config, "name"))[:LONGEST_NAME]
    sources: tuple[Value, ...] = (last,) if in_chain and kind != "InputLayer" else ()
    layer = LayerTold(kind[:LONGEST_NAME], name, config, sources, archive, archive.next_key(kind), modules)
    if in_chain or kind == "InputLayer":
        return layer
    calls = list(_of(entry, "inbound_nodes").items(_PARTS))
    if len(calls) != 1:
        raise layer.refused("It is used {count:# time|# times}; each layer is used once here.", count=len(calls))
    read = [source for part in _of(calls[0].mapping(), "args").items(_PARTS) for source in _histories(part)]
    missing = [source for source in read if source not in made]
    if missing:
        raise layer.refused("It reads “{name}”, which nobody has made before it.", name=missing[0])
    return replace(layer, inputs=tuple(made[source] for source in read))


def _histories(part: Checked, depth: int = 0) -> list[str]:
    """The names of the layers whose tensors an argument holds."""
    if isinstance(part.value, list) and depth < 2:
        return [name for each in part.items(_PARTS) for name in _histories(each, depth + 1)]
    if not isinstance(part.value, dict):
        return []
    history = _inside(part.mapping(), "config").get("keras_history")
    if history is None:
        return []
    return [printable(next(history.items(3, 1)).text())[:LONGEST_NAME]]


def _image(entries: list[dict[str, Checked]]) -> Shape:
    """The shape of the pictures."""
    inputs = [each for each in entries if _text(each, "class_name") == "InputLayer"]
    if len(inputs) != 1:
        raise ImportRefused("It has {count:# input|# inputs}; one picture is read here.", count=len(inputs))
    config = _inside(inputs[0], "config")
    shape = config.get("batch_shape", config.get("batch_input_shape"))
    extents = [each.value for each in shape.items(8)] if shape is not None else []
    if len(extents) != 4 or not all(type(each) is int and 0 < each <= 1 << 16 for each in extents[1:]):
        raise ImportRefused("Its input is no picture (N, H, W, C) of a fixed size.")
    _, height, width, channels = extents
    return height, width, channels


def _output(config: dict[str, Checked], made: dict[str, Value]) -> Value:
    """What the only output names."""
    found = _of(config, "output_layers")
    while isinstance(found.value, list) and len(found.value) == 1:
        found = next(found.items(1))
    parts = list(found.items(3)) if isinstance(found.value, list) else []
    if not parts or not isinstance(parts[0].value, str):
        raise ImportRefused("It has several outputs; one is read here.")
    name = printable(parts[0].text())[:LONGEST_NAME]
    if name not in made:
        raise ImportRefused("Its output “{name}” is no layer of it.", name=name)
    return made[name]


def _end(layers: LayersRead, answer: Value) -> str:
    """The Softmax layer in which it ends; one is put there where it ends in logits."""
    if isinstance(answer, Picture) or len(layers.shapes[answer]) != 1:
        raise ImportRefused("It does not end in one number for each class.")
    if layers.nodes[answer].layer.kind == "softmax":
        return answer
    layers.notes.append(Sentence("It ended in logits; a Softmax layer was put behind them."))
    return layers.add(_Behind(), "softmax", (answer,))


class _Behind:
    """What is put behind the last layer."""

    name, modules = "Softmax", ()

    def refused(self, reason: str, /, **values: object) -> ImportRefused:
        return ImportRefused("It does not end in one number for each class.")


def _of_keras(entry: dict[str, Checked]) -> bool:
    """Whether it is a class of Keras itself, not one of the same name that somebody registered."""
    registered = entry.get("registered_name")
    module = entry.get("module")
    named = "" if module is None or not isinstance(module.value, str) else module.value
    own = (None, *_MODELS)  # a model of wires is registered by its own name
    return (registered is None or registered.value in own) and f"{named}.".startswith("keras.")


def _of(entry: dict[str, Checked], name: str) -> Checked:
    if name not in entry:
        raise ImportRefused("Its part “{name}” is missing.", name=name)
    return entry[name]


def _text(entry: dict[str, Checked], name: str) -> str:
    return _of(entry, name).text()


def _inside(entry: dict[str, Checked], name: str) -> dict[str, Checked]:
    return _of(entry, name).mapping()
