"""Values with settings, drawn by Hypothesis from what the settings say of themselves."""

from __future__ import annotations

from typing import Any, TypeVar

from hypothesis import strategies as st

from cnnstudio.design.value.recipe import Recipe
from cnnstudio.nn.settings import Described, Setting

_AnyDescribed = TypeVar("_AnyDescribed", bound=Described)


def described(kind: type[_AnyDescribed]) -> st.SearchStrategy[_AnyDescribed]:
    """Any value of a kind."""
    return st.builds(kind, **{about.name: values(about) for about in kind.settings()})


def values(about: Setting) -> st.SearchStrategy[Any]:
    """Anything that a setting can be."""
    numbers = st.floats(about.low, about.high) if about.type in ("real", "reals") else st.nothing()
    match about.type:
        case "integer":
            return st.integers(int(about.low), int(about.high))
        case "real":
            return numbers
        case "reals":
            several = st.lists(numbers, min_size=2, max_size=5).map(tuple)
            return several | (st.sampled_from(about.choices) if about.choices else numbers)
        case "switch":
            return st.booleans()
        case "choice":
            return st.sampled_from(about.choices)
        case "kind":
            return st.one_of([described(kind) for kind in about.kinds.values()])
        case "text":
            return st.text(st.characters(codec="utf-8"), max_size=40)
    raise AssertionError(about.type)


def recipes() -> st.SearchStrategy[Recipe]:
    """Any recipe."""
    return described(Recipe)
