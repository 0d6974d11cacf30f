"""Which pictures a design learns from, and how: as one value that files keep and every opening of data starts from."""

from __future__ import annotations

import base64
import math
import zlib
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Self, TypeAlias, cast

from cnnstudio.data.dataset import PARTS, Part
from cnnstudio.data.preparation.changes import Added, Changes
from cnnstudio.data.preparation.split import APART, Split
from cnnstudio.nn.settings import Described, SettingError, registry, setting
from cnnstudio.nn.telling.told import Sentence

#: what a choice of an import can be; a pair is (height, width)
Value: TypeAlias = str | int | float | bool | tuple[int, ...]

#: limits of what is read: characters of a source and of a text, choices of an import, changed pictures
LONGEST_SOURCE, LONGEST_TEXT, MOST_CHOICES, MOST_CHANGES = 4096, 256, 32, 100_000
_FURTHEST = 1 << 40


class ChoiceError(SettingError):
    """JSON that is no choice of data. ``place`` is where, such as ``split.seed``, ``reason`` one sentence."""

    def __init__(self, place: str, reason: str | Sentence, /, **values: Hashable) -> None:
        self.place, self.reason = place, Sentence(reason, **values)
        placed = Sentence("{place}: {reason}", place=place, reason=self.reason)
        super().__init__(placed if place else self.reason)


def size_setting(sentence: str, largest: int) -> Any:
    """The choice ``size`` of a kind of data: height and width of every picture, 0 where that is left open."""
    return setting((0, 0), "Size", sentence, type="pair", low=0, high=largest, unit="pixels")


def colour_setting(sentence: str) -> Any:
    """The choice ``colour`` of a kind of data."""
    return setting("auto", "Colour", sentence, type="choice", choices=("auto", "grey", "rgb"))


@dataclass(frozen=True)
class DataChoice(Described):
    """The data of a design; hashable and never changed.

    Attributes:
        source: a built-in set's name, or a path.
        choices: what was chosen as the files were imported, such as size and colour, by name and in its order; the
            reader that opens the path checks it against the settings it describes. May be given as a mapping.
        changes: labels, exclusions and moves between the parts.
        split: what validation gets.
    """

    kind: ClassVar[str] = "pictures"
    title: ClassVar[str] = "Data"

    source: str = setting(
        "digits",
        "Source",
        "The images to learn from: a built-in set or a path.",
        type="text",
        high=LONGEST_SOURCE,
    )
    choices: tuple[tuple[str, Value], ...] = ()
    changes: Changes = field(default_factory=Changes)
    split: Split = setting(
        Split(),
        "Validation split",
        "Which pictures validation gets where the data sets none aside.",
        type="kind",
        kinds=registry(Split),
    )

    def __post_init__(self) -> None:
        super().__post_init__()
        given: Any = self.choices
        pairs = given.items() if isinstance(given, Mapping) else given
        frozen = ((name, tuple(value) if isinstance(value, list) else value) for name, value in pairs)
        object.__setattr__(self, "choices", tuple(sorted(frozen, key=lambda pair: pair[0])))

    @classmethod
    def before_it_was_a_value(cls, source: str, run_seed: int) -> DataChoice:
        """What a recipe meant that named its data by a text and split it by the seed of the run."""
        return cls(source, split=Split.before_it_had_a_seed(run_seed))

    @property
    def made(self) -> tuple[int, ...]:
        """Height, width and channels that pictures in files are made to have; () where that is left open, or the data
        are none."""
        chosen = dict(self.choices)
        size, channels = chosen.get("size"), {"rgb": 3, "grey": 1}.get(str(chosen.get("colour")))
        if not isinstance(size, tuple) or len(size) != 2 or not all(size) or channels is None:
            return ()
        return (*size, channels)

    def making(self, shape: tuple[int, ...]) -> DataChoice:
        """The same pictures, made to have this height, width and channels (1 or 3)."""
        chosen = {**dict(self.choices), "size": tuple(shape[:2]), "colour": "rgb" if shape[2] == 3 else "grey"}
        return self.replace(choices=tuple(chosen.items()))

    @property
    def pictures(self) -> DataChoice:
        """The same without what validation gets: what decides which pictures there are."""
        return self.replace(split=Split())

    @property
    def unchanged(self) -> DataChoice:
        """The same pictures as they are in their files."""
        return self.pictures.replace(changes=Changes())

    def taken_from(self, source: str) -> DataChoice:
        """Other data, of which validation gets as much by the same seed; what was chosen and changed belongs to the
        data before."""
        return self if source == self.source else DataChoice(source, split=self.split)

    def to_json(self) -> dict[str, Any]:
        """JSON values; choices and changes are named only where there are any."""
        written: dict[str, Any] = {"source": self.source, "split": self.split.to_json()}
        if self.choices:
            written["choices"] = {
                name: list(value) if isinstance(value, tuple) else value for name, value in self.choices
            }
        if self.changes:
            written["changes"] = {
                "data": self.changes.data,
                "labels": [list(entry) for entry in self.changes.labels],
                "excluded": [list(entry) for entry in self.changes.excluded],
                "moved": [list(entry) for entry in self.changes.moved],
            }
            if self.changes.added:
                written["changes"]["added"] = [
                    [each.part, each.label, list(each.shape), _packed(each.pixels)] for each in self.changes.added
                ]
        return written

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """The choice that ``to_json`` wrote, with every value checked.

        Raises:
            ChoiceError: anything in it is not as it should be.
        """
        found = _fields(value, "", ("source",), ("split", "choices", "changes"))
        source = _text(found["source"], "source", LONGEST_SOURCE)
        split = _fields(found.get("split", {"share": 10, "seed": 0}), "split", ("share", "seed"), ("equal",))
        try:
            parted = Split(**{"equal": APART, **split})  # as it was before anybody was asked
        except SettingError as error:
            raise ChoiceError("split", "{error}", error=error) from error
        return cls(source, _choices(found.get("choices", {})), _changes(found.get("changes")), parted)


def _choices(value: Any) -> tuple[tuple[str, Value], ...]:
    if not isinstance(value, dict) or len(value) > MOST_CHOICES:
        raise ChoiceError("choices", "Expected an object with at most {most} entries.", most=MOST_CHOICES)
    found: list[tuple[str, Value]] = []
    for name, item in value.items():
        place = f"choices.{_text(name, 'choices', LONGEST_TEXT)[:60]}"
        match item:
            case str():
                found.append((name, _text(item, place, LONGEST_TEXT)))
            case bool() | int():
                found.append((name, item))
            case float() if math.isfinite(item):
                found.append((name, item))
            case list() if len(item) <= 4 and all(type(part) is int for part in item):
                found.append((name, tuple(item)))
            case _:
                raise ChoiceError(place, "Expected a text, a number, true, false or up to four whole numbers.")
    return tuple(found)


def _changes(value: Any) -> Changes:
    if value is None:
        return Changes()
    found = _fields(value, "changes", ("data", "labels", "excluded", "moved"), ("added",))
    labels = [
        (_part(part, place), _whole(index, place), _whole(label, place))
        for place, (part, index, label) in _entries(found, "labels", 3)
    ]
    excluded = [(_part(part, place), _whole(index, place)) for place, (part, index) in _entries(found, "excluded", 2)]
    moved = [
        (_part(part, place), _whole(index, place), _part(target, place))
        for place, (part, index, target) in _entries(found, "moved", 3)
    ]
    added = [_added(entry, place) for place, entry in _entries({"added": [], **found}, "added", 4)]
    try:
        mark = _text(found["data"], "changes.data", LONGEST_TEXT)
        return Changes(mark, tuple(labels), tuple(excluded), tuple(moved), tuple(added))
    except ValueError as error:
        if isinstance(error, ChoiceError):
            raise
        raise ChoiceError("changes", "{error}", error=error) from error


def _packed(pixels: bytes) -> str:
    return base64.b64encode(zlib.compress(pixels, 9)).decode()


def _added(entry: list[Any], place: str) -> Added:
    part, label, shape, packed = entry
    if not isinstance(shape, list) or len(shape) != 3 or not all(type(n) is int and 0 < n <= 4096 for n in shape):
        raise ChoiceError(place, "Expected height, width and channels of a picture.")
    size = math.prod(shape)
    try:
        unpacked = zlib.decompressobj()
        pixels = unpacked.decompress(base64.b64decode(packed, validate=True), size)
        if len(pixels) != size or not unpacked.eof:
            raise ValueError
    except (TypeError, ValueError, zlib.error) as error:
        raise ChoiceError(place, "The pixels of the picture are damaged.") from error
    return Added(_part(part, place), _whole(label, place), (shape[0], shape[1], shape[2]), pixels)


def _fields(value: Any, place: str, needed: tuple[str, ...], allowed: tuple[str, ...] = ()) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ChoiceError(place, "Expected an object {{…}}.")
    for name in value:
        if name not in needed and name not in allowed:
            raise ChoiceError(place, "There is an unknown entry “{name}”.", name=str(name)[:60])
    for name in needed:
        if name not in value:
            raise ChoiceError(place, "“{name}” is missing.", name=name)
    return value


def _entries(found: dict[str, Any], name: str, length: int) -> list[tuple[str, list[Any]]]:
    value = found[name]
    if not isinstance(value, list) or len(value) > MOST_CHANGES:
        raise ChoiceError(f"changes.{name}", "Expected a list of at most {most:thousands} entries.", most=MOST_CHANGES)
    for number, entry in enumerate(value):
        if not isinstance(entry, list) or len(entry) != length:
            raise ChoiceError(
                f"changes.{name}[{number}]", "Expected a list of {length:# entry|# entries}.", length=length
            )
    return [(f"changes.{name}[{number}]", entry) for number, entry in enumerate(value)]


def _text(value: Any, place: str, longest: int) -> str:
    if not isinstance(value, str) or len(value) > longest:
        raise ChoiceError(place, "Expected a text of at most {longest:thousands} characters.", longest=longest)
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ChoiceError(place, "The text holds half a character (a lone surrogate).") from error
    return value


def _part(value: Any, place: str) -> Part:
    if value not in PARTS:
        raise ChoiceError(place, "Expected one of {parts:commas}.", parts=tuple(PARTS))
    return cast(Part, value)


def _whole(value: Any, place: str) -> int:
    if type(value) is not int or not 0 <= value <= _FURTHEST:
        raise ChoiceError(place, "Expected a whole number from 0 to {furthest:thousands}.", furthest=_FURTHEST)
    return value


#: the one kind of data there is
DATA: Mapping[str, type[DataChoice]] = registry(DataChoice)
