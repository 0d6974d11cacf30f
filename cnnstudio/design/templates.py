"""The designs that come with the program: one file each in ``resources/designs``."""

from __future__ import annotations

from functools import cache

from cnnstudio.design.format.design_format import read_design
from cnnstudio.design.value.design import Design
from cnnstudio.resources import resource

#: in the order in which they are shown; further files follow by name
_FIRST = (
    "lenet5",
    "article",
    "first_conv",
    "vgg_digits",
    "vgg_mini",
    "resnet_mini",
    "inception_mini",
    "mobile_mini",
)


@cache
def template_names() -> tuple[str, ...]:
    """The name of every template, the usual start first."""
    further = {path.stem for path in resource("designs").glob("*.json")} - set(_FIRST)
    return (*_FIRST, *sorted(further))


def template(name: str) -> Design:
    """The design of a template.

    Raises:
        KeyError: there is none of this name.
    """
    return _read(name)[0]


def template_sentence(name: str) -> str:
    """What a template is, in one sentence.

    Raises:
        KeyError: there is none of this name.
    """
    return _read(name)[1]


@cache
def _read(name: str) -> tuple[Design, str]:
    if name not in template_names():
        raise KeyError(name)
    path = resource("designs", f"{name}.json")
    return read_design(path.read_bytes(), path.name)
