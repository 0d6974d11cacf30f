"""Values that describe their own settings.

A layer kind, an optimizer and a recipe are frozen dataclasses whose fields say what they are: title,
limits, unit and one sentence. The inspector, the file format and the command line read it from there.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal, Self

import numpy as np

type_of_setting = Literal["integer", "real", "choice", "pair", "padding", "text"]

#: "valid", "same", or the zeros added at (top, bottom, left, right)
Padding = str | tuple[int, int, int, int]


class SettingError(ValueError):
    """A setting has a value it cannot take. ``str()`` is one sentence with the limits."""


@dataclass(frozen=True)
class Setting:
    """What one field says of itself."""

    name: str
    title: str
    type: type_of_setting
    default: Any
    low: float
    high: float
    unit: str
    sentence: str
    choices: tuple[str, ...]
    #: what each of the choices means, in a sentence, where there are choices
    meanings: Mapping[str, str] = field(default_factory=dict, compare=False)


def setting(
    default: Any,
    title: str,
    sentence: str,
    *,
    type: type_of_setting = "integer",
    low: float = -math.inf,
    high: float = math.inf,
    unit: str = "",
    choices: tuple[str, ...] = (),
    meanings: Mapping[str, str] | None = None,
) -> Any:
    """A dataclass field that describes itself. ``low`` and ``high`` are inclusive. ``meanings`` says in a sentence what
    each of the choices means; choices that are not named are those that it names."""
    about = {"title": title, "sentence": sentence, "type": type, "low": low, "high": high, "unit": unit}
    return dataclasses.field(
        default=default,
        metadata={
            **about,
            "choices": choices or (tuple(meanings or ()) if type == "choice" else ()),
            "meanings": meanings or {},
        },
    )


@dataclass(frozen=True)
class Described:
    """Base of every value with settings. Construction checks each of them, and every kind's docstring lists them.

    Raises:
        SettingError: a value has the wrong type or lies outside its limits.
    """

    title: ClassVar[str] = ""
    #: what it does, in a sentence, where it is one of several to choose from
    about: ClassVar[str] = ""

    def __init_subclass__(cls, **rest: Any) -> None:
        super().__init_subclass__(**rest)
        fields: dict[str, Any] = {}
        for base in reversed(cls.__mro__[1:]):
            fields |= getattr(base, "__dataclass_fields__", {})
        fields |= {name: item for name, item in vars(cls).items() if isinstance(item, dataclasses.Field)}
        told = [_told(Setting(name=n, default=f.default, **f.metadata)) for n, f in fields.items() if f.metadata]
        if cls.__doc__ and told:
            cls.__doc__ = "\n        ".join([f"{cls.__doc__.rstrip()}\n\n    Settings:", *told])

    def __post_init__(self) -> None:
        for about in self.settings():
            value = getattr(self, about.name)
            checked = check(about, value, self.title)
            if checked is not value:
                object.__setattr__(self, about.name, checked)

    @classmethod
    def settings(cls) -> tuple[Setting, ...]:
        """The settings in the order in which they are declared."""
        return tuple(
            Setting(name=field.name, default=field.default, **field.metadata)
            for field in dataclasses.fields(cls)
            if field.metadata
        )

    def replace(self, **changes: Any) -> Self:
        """The same value with some settings changed (checked again)."""
        return dataclasses.replace(self, **changes)

    def to_json(self) -> dict[str, Any]:
        """Settings as JSON values; tuples become lists."""
        values = {about.name: getattr(self, about.name) for about in self.settings()}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The value that ``to_json`` wrote; settings it does not name keep their defaults.

        Raises:
            SettingError: an unknown name, a wrong type or a value outside its limits.
        """
        known = [about.name for about in cls.settings()]
        for name in values:
            if name not in known:
                from difflib import get_close_matches  # only where it is needed: the program starts with this module

                meant = get_close_matches(name, known, 1)
                there = f"did you mean “{meant[0]}”?" if meant else f"there are {', '.join(known) or 'none'}."
                raise SettingError(f"{cls.title} has no setting called “{name}”: {there}")
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})


def check(about: Setting, value: Any, owner: str) -> Any:
    """``value`` as the setting stores it: NumPy's numbers become Python's, lists tuples, and one number for a pair
    holds in both directions.

    Raises:
        SettingError: with one sentence that names owner, setting, limits and value.
    """
    if isinstance(value, np.generic):
        value = value.item()
    match about.type:
        case "integer":
            if _is_whole(value) and about.low <= value <= about.high:
                return value
        case "real":
            if _is_number(value) and about.low <= value <= about.high:
                return float(value)
        case "choice":
            if isinstance(value, str) and value in about.choices:
                return value
        case "pair":
            value = (value, value) if _is_whole(value) else _as_tuple(value)
            if _is_tuple(value, 2) and all(_is_whole(v) and about.low <= v <= about.high for v in value):
                return value
        case "padding":
            if isinstance(value, str) and value in ("valid", "same"):
                return value
            value = _as_tuple(value)
            if _is_tuple(value, 4) and all(_is_whole(v) and 0 <= v <= about.high for v in value):
                return value
        case "text":
            if isinstance(value, str) and len(value) <= about.high:
                return value
    raise SettingError(f"{owner}: {about.title.lower()} must be {_wanted(about)}, not {_shown(value)}.")


def _told(about: Setting) -> str:
    """A line of a docstring."""
    unit = f" {about.unit}" if about.unit else ""
    return f"{about.name}: {_wanted(about)}{unit}; {about.default!r} unless said. {about.sentence}"


def _wanted(about: Setting) -> str:
    """What it can be: “a whole number from 1 to 64”."""
    match about.type:
        case "integer":
            return f"a whole number {_limits(about)}"
        case "real":
            return f"a number {_limits(about)}"
        case "choice":
            return "one of " + ", ".join(about.choices)
        case "pair":
            return f"two whole numbers (height, width) {_limits(about)}"
        case "padding":
            return f"“valid”, “same” or four whole numbers (top, bottom, left, right) up to {about.high:g}"
        case "text":
            return f"a text of at most {about.high:g} characters"


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return (_is_whole(value) or isinstance(value, float)) and math.isfinite(value)


def _as_tuple(value: Any) -> Any:
    if not isinstance(value, list | tuple):
        return value
    return tuple(item.item() if isinstance(item, np.generic) else item for item in value)


def _is_tuple(value: Any, length: int) -> bool:
    return isinstance(value, tuple) and len(value) == length


def _limits(about: Setting) -> str:
    if math.isinf(about.high):
        return f"of at least {about.low:g}"
    return f"from {about.low:g} to {about.high:g}"


def _shown(value: Any) -> str:
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
