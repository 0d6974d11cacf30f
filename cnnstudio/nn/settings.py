"""Values that describe their own settings.

A layer kind, an optimizer and a recipe are frozen dataclasses whose fields say what they are: title,
limits, unit and one sentence. A field can itself be such a value, one of several kinds: a recipe's optimizer is one of
the optimizers there are. Forms, files, command line and library read it from there.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, ClassVar, Literal, Self, TypeVar

import numpy as np

from cnnstudio.nn.telling.told import Sentence, WordedError

type_of_setting = Literal["integer", "real", "reals", "switch", "choice", "pair", "padding", "text", "kind"]

#: one number, or one for each of several things, such as channels
Reals = float | tuple[float, ...]

#: "valid", "same", or the zeros added at (top, bottom, left, right)
Padding = str | tuple[int, int, int, int]


#: kinds of values by their names
Kinds = Mapping[str, "type[Described]"]


class SettingError(WordedError, ValueError):
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
    #: what a setting of type ``reals`` has a number for, each one: "channel"
    per: str = ""
    #: of a setting of type ``kind``: the kinds of values that it can be, by name
    kinds: Kinds = field(default_factory=dict, compare=False)
    #: whether a value that is not the default stays where another kind of the owner is chosen
    stays: bool = False
    #: what each of the choices means, in a sentence, where there are choices
    meanings: Mapping[str, str] = field(default_factory=dict, compare=False)
    #: by how much an arrow key changes it; 0 where its kind says so
    step: float = 0


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
    per: str = "",
    kinds: Kinds | None = None,
    stays: bool = False,
    meanings: Mapping[str, str] | None = None,
    step: float = 0,
) -> Any:
    """A dataclass field that describes itself. ``low`` and ``high`` are inclusive; they hold for each of ``reals``.
    ``meanings`` says in a sentence what each of the choices means, as ``kinds`` do of themselves; choices that are not
    named are those that it names."""
    about = {"title": title, "sentence": sentence, "type": type, "low": low, "high": high, "unit": unit, "per": per}
    meant = meanings or {name: kind.about for name, kind in (kinds or {}).items()}
    known = {
        "choices": choices or tuple(kinds or ()) or (tuple(meant) if type == "choice" else ()),
        "kinds": kinds or {},
        "stays": stays,
        "meanings": meant,
        "step": step,
    }
    return dataclasses.field(default=default, metadata={**about, **known})


@dataclass(frozen=True)
class Described:
    """Base of every value with settings. Construction checks each of them, and every kind's docstring lists them.

    Raises:
        SettingError: a value has the wrong type or lies outside its limits.
    """

    title: ClassVar[str] = ""
    #: its name among the values of its sort
    kind: ClassVar[str] = ""
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
    @cache
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
        """Settings as JSON values; tuples become lists, and values with settings of their own objects, with their
        ``kind`` where there are several."""
        return {about.name: _to_json(about, getattr(self, about.name)) for about in self.settings()}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Self:
        """The value that ``to_json`` wrote; settings it does not name keep their defaults.

        Raises:
            SettingError: an unknown name, a wrong type or a value outside its limits.
        """
        known = {about.name for about in cls.settings()}
        for name in values:
            if name not in known:
                raise unknown(name, cls, known)
        return cls(**{name: tuple(v) if isinstance(v, list) else v for name, v in values.items()})

    def choose(self, **settings: Any) -> Self:
        """The value with these settings, named as people do: ``optimizer``, ``optimizer.nesterov``, or the setting of
        one of its values alone, ``nesterov``.

        Another kind of a value, by its name, brings its own defaults; what ``stays`` is kept where it is not the
        default of the kind before. A kind chosen beside one of its settings is chosen first.

        Raises:
            SettingError: a setting is unknown or out of its limits.
        """
        own = {about.name: about for about in self.settings()}
        whole = {name: value for name, value in settings.items() if name in own}
        whole = {name: _chosen(own[name], getattr(self, name), value) for name, value in whole.items()}
        changed = self.replace(**whole) if whole else self
        inner: dict[str, dict[str, Any]] = {}
        for path, value in settings.items():
            if path not in own:
                name, rest = changed._place(path)
                inner.setdefault(name, {})[rest] = value
        parts = {name: getattr(changed, name).choose(**values) for name, values in inner.items()}
        return changed.replace(**parts) if parts else changed

    def setting_at(self, path: str) -> Setting:
        """What a setting says of itself, named as ``choose`` takes it.

        Raises:
            SettingError: there is none.
        """
        for about in self.settings():
            if about.name == path:
                return about
        name, rest = self._place(path)
        value: Described = getattr(self, name)
        return value.setting_at(rest)

    def _place(self, path: str) -> tuple[str, str]:
        """Which of its values a setting belongs to, and what it is called there."""
        head, _, rest = path.partition(".")
        valued = {about.name: about for about in self.settings() if about.kinds}
        within, wanted = ({head: valued[head]}, rest) if rest and head in valued else (valued, path)
        known: dict[str, list[str]] = {name: _names(type(getattr(self, name))) for name in within}
        for name, names in known.items():
            if wanted.partition(".")[0] in names:
                return name, wanted
        for name, about in within.items():
            having = [kind for kind in about.kinds.values() if wanted in _names(kind)]
            if having:
                raise SettingError(
                    "{title} has no setting called “{wanted}”, but {titles:listed} {having:has|have}: choose "
                    "{name}={kind}.",
                    title=getattr(self, name).title,
                    wanted=wanted,
                    titles=tuple(kind.title for kind in having),
                    having=len(having),
                    name=name,
                    kind=having[0].kind,
                )
        if within is not valued:
            raise unknown(wanted, type(getattr(self, head)), known[head])
        raise unknown(path, type(self), [*_names(type(self)), *(name for names in known.values() for name in names)])


def _names(kind: type[Described]) -> list[str]:
    return [about.name for about in kind.settings()]


_AnyDescribed = TypeVar("_AnyDescribed", bound=Described)


def registry(*kinds: type[_AnyDescribed]) -> Mapping[str, type[_AnyDescribed]]:
    """Kinds of values by their names."""
    return {kind.kind: kind for kind in kinds}


def unknown(name: str, kind: type[Described], known: Iterable[str]) -> SettingError:
    """What is wrong with a setting that there is not: what is meant, or what there is."""
    from difflib import get_close_matches  # only where it is needed: the program starts with this module

    names = list(known)
    meant = get_close_matches(name, names, 1)
    if meant:
        there = Sentence("did you mean “{name}”?", name=meant[0])
    else:
        there = Sentence("there are {names:commas}." if names else "there are none.", names=tuple(names))
    return SettingError("{kind} has no setting called “{name}”: {there}", kind=kind.title, name=name, there=there)


@dataclass(frozen=True)
class Difference:
    """A setting in which two values are different: its title, its path ("optimizer.momentum"), what it was and is; of
    another kind of value the name of the kind."""

    title: str
    path: str
    before: Any
    after: Any


def differences(one: Described, two: Described, path: str = "") -> Iterator[Difference]:
    """Where two values are different, in the order of their settings; of other kinds in those that both have."""
    known = {about.name for about in two.settings()}
    for about in one.settings():
        if about.name not in known:
            continue
        before, after, place = getattr(one, about.name), getattr(two, about.name), f"{path}{about.name}"
        if before == after:
            continue
        if not about.kinds:
            yield Difference(about.title, place, before, after)
            continue
        if type(before) is not type(after):
            yield Difference(about.title, place, before.kind, after.kind)
        yield from differences(before, after, f"{place}.")


def _chosen(about: Setting, before: Any, value: Any) -> Any:
    """What a setting becomes: another kind, by its name, is taken as it is by itself, with what stays."""
    if not isinstance(value, str) or value not in about.kinds:
        return value
    if value == before.kind:
        return before
    now = about.kinds[value]()
    known = {other.name for other in now.settings()}
    kept = {
        other.name: getattr(before, other.name)
        for other in before.settings()
        if other.stays and other.name in known and getattr(before, other.name) != other.default
    }
    return now.replace(**kept)


def _to_json(about: Setting, value: Any) -> Any:
    if isinstance(value, Described):
        return {**({"kind": value.kind} if len(about.kinds) > 1 else {}), **value.to_json()}
    return list(value) if isinstance(value, tuple) else value


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
        case "reals":
            if isinstance(value, str) and value in about.choices:
                return value
            if _is_number(value) and not about.choices:
                value = (value,)
            value = _as_tuple(value)
            if (
                isinstance(value, tuple)
                and value
                and all(_is_number(v) and about.low <= v <= about.high for v in value)
            ):
                return float(value[0]) if len(value) == 1 and not about.choices else tuple(map(float, value))
        case "switch":
            if isinstance(value, bool):
                return value
        case "choice":
            if isinstance(value, str) and value in about.choices:
                return value
        case "kind":
            if type(value) in about.kinds.values():
                return value
            if isinstance(value, str) and value in about.kinds:
                return about.kinds[value]()
            if isinstance(value, Mapping):
                name = value.get("kind", about.choices[0] if len(about.choices) == 1 else None)
                if name in about.choices:
                    return about.kinds[name].from_json({n: v for n, v in value.items() if n != "kind"})
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
    raise SettingError(
        "{owner}: {setting} must be {wanted}, not {value}.",
        owner=owner,
        setting=about.title.lower(),
        wanted=_wanted(about),
        value=_shown(value),
    )


def refused_as_typed(about: Setting, text: str) -> SettingError:
    """Why a text that somebody has typed into the field of a setting is none of its values, with the text as it is."""
    value = text if any(sign.isdigit() for sign in text) else f"“{text}”"
    return SettingError(
        "{setting} must be {wanted}, not {value}.", setting=about.title, wanted=_wanted(about), value=value
    )


def _told(about: Setting) -> str:
    """A line of a docstring."""
    unit = f" {about.unit}" if about.unit else ""
    default = about.default.kind if about.kinds else about.default
    return f"{about.name}: {_wanted(about)}{unit}; {default!r} unless said. {about.sentence}"


def _wanted(about: Setting) -> Sentence:
    """What it can be: “a whole number from 1 to 64”."""
    match about.type:
        case "integer":
            return Sentence("a whole number {limits}", limits=_limits(about))
        case "real":
            return Sentence("a number {limits}", limits=_limits(about))
        case "reals":
            one = Sentence("a number {limits}", limits=_limits(about))
            if about.choices:
                return Sentence("{names:commas} or {one} for each {per}", names=about.choices, one=one, per=about.per)
            return Sentence("{one}, or one for each {per}", one=one, per=about.per)
        case "switch":
            return Sentence("true or false")
        case "choice" | "kind":
            return Sentence("one of {names:commas}", names=about.choices)
        case "pair":
            return Sentence("two whole numbers (height, width) {limits}", limits=_limits(about))
        case "padding":
            four = "“valid”, “same” or four whole numbers (top, bottom, left, right) up to {high:number}"
            return Sentence(four, high=about.high)
        case "text":
            return Sentence("a text of at most {high:# character|# characters}", high=int(about.high))


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    return (_is_whole(value) or isinstance(value, float)) and math.isfinite(value)


def _as_tuple(value: Any) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 1:
        value = value.tolist()
    if not isinstance(value, list | tuple):
        return value
    return tuple(item.item() if isinstance(item, np.generic) else item for item in value)


def _is_tuple(value: Any, length: int) -> bool:
    return isinstance(value, tuple) and len(value) == length


def _limits(about: Setting) -> Sentence:
    limits = "of at least {low:number}" if math.isinf(about.high) else "from {low:number} to {high:number}"
    return Sentence(limits, low=about.low, high=about.high)


def _shown(value: Any) -> str:
    text = f"“{value}”" if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
