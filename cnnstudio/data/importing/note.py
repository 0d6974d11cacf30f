"""All of an import but its pixels, as a value that can be kept as JSON: what is told of it as codes with their values,
which get their words where they are shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, cast

import numpy as np

from cnnstudio.data.dataset import PARTS, DataSet, Examples, LeftOut, Part, Pixels, fingerprint
from cnnstudio.data.wording.found import layout_words, remark_words
from cnnstudio.data.wording.left_out import why_left_out
from cnnstudio.nn.telling.told import Told
from cnnstudio.nn.training.plain import entries, integer, mapping, names, text


@dataclass(frozen=True)
class Note:
    """All of an import but its pixels, which are those of training, validation and test one after the other."""

    name: str
    source: str
    layout: Told
    classes: tuple[str, ...]
    shape: tuple[int, int, int]
    labels: dict[Part, list[int]]
    sizes: tuple[tuple[int, int, int], ...]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[Told, ...]
    files: dict[Part, list[str]] = field(default_factory=dict)
    fingerprint: str = ""

    def to_json(self) -> dict[str, Any]:
        """It as JSON values."""
        return asdict(self)

    def assembled(self, pixels: Pixels) -> DataSet:
        """The data set over its pixels uint8 (N, H, W, C), those of all parts one after the other."""
        parts: dict[Part, Pixels] = {}
        start = 0
        for part in PARTS:
            if part in self.labels:
                parts[part] = pixels[start : start + len(self.labels[part])]
                start += len(self.labels[part])
        return self.over(parts)

    def over(self, pixels: dict[Part, Pixels]) -> DataSet:
        """The data set over the pixels of its parts, each uint8 (N, H, W, C)."""
        parts = {part: Examples(found, self.labels[part]) for part, found in pixels.items()}
        train, validation, test = parts["train"], parts.get("validation"), parts["test"]
        return DataSet(
            name=self.name,
            title=self.name,
            classes=self.classes,
            train=train,
            test=test,
            fingerprint=fingerprint(self.classes, train, test, validation),
            source=self.source,
            validation=validation,
            layout=self.layout,
            left_out=self.left_out,
            remarks=self.remarks,
            sizes=self.sizes,
            files=self.files,
        )


def note_from_json(found: object) -> Note:
    """The note that ``to_json`` gave.

    Raises:
        ValueError: it is none, or tells what there are no words for.
    """
    values = mapping(found)
    names(values, *Note.__dataclass_fields__)
    classes = _texts(values["classes"])
    return Note(
        name=text(values["name"], "name"),
        source=text(values["source"], "source"),
        layout=_told(values["layout"], layout_words),
        classes=classes,
        shape=_three(values["shape"]),
        labels={part: _labels(places, len(classes)) for part, places in _parts(values["labels"])},
        sizes=tuple(_three(each) for each in entries(values["sizes"], "sizes")),
        left_out=tuple(_left_out(each) for each in entries(values["left_out"], "left_out")),
        remarks=tuple(_told(each, remark_words) for each in entries(values["remarks"], "remarks")),
        files={part: list(_texts(files)) for part, files in _parts(values["files"])},
        fingerprint=text(values["fingerprint"], "fingerprint"),
    )


def _parts(found: object) -> list[tuple[Part, object]]:
    values = mapping(found)
    if values.keys() - set(PARTS):
        raise ValueError("there is no such part")
    return [(part, values[part]) for part in PARTS if part in values]


def _texts(found: object) -> tuple[str, ...]:
    return tuple(text(each, "a name") for each in entries(found, "names"))


def _three(found: object) -> tuple[int, int, int]:
    first, second, third = (integer(each, "a size") for each in entries(found, "sizes"))
    return first, second, third


def _labels(found: object, classes: int) -> list[int]:
    labels = np.array(entries(found, "labels") or [0])
    if labels.dtype.kind != "i" or labels.ndim != 1 or labels.min() < 0 or labels.max() >= classes:
        raise ValueError("labels are places of classes")
    return cast(list[int], found)


def _left_out(found: object) -> LeftOut:
    values = mapping(found)
    names(values, "file", "why")
    return LeftOut(text(values["file"], "file"), _told(values["why"], why_left_out))


def _told(found: object, words: Callable[[Told], object]) -> Told:
    """What is told, if there are words for it."""
    values = mapping(found)
    names(values, "code", "values")
    pairs = [entries(pair, "values") for pair in entries(values["values"], "values")]
    what = Told(text(values["code"], "code"), tuple((text(name, "a name"), _value(value)) for name, value in pairs))
    try:
        str(words(what))
    except (ArithmeticError, AttributeError, LookupError, TypeError) as error:  # a code or values that nobody knows
        raise ValueError("there are no words for it") from error
    return what


def _value(found: Any) -> Any:
    if isinstance(found, list):
        return tuple(map(_value, found))
    if isinstance(found, dict):
        raise ValueError("an object is no value of what is told")
    return found
