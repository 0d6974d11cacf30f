"""Sentences with places for values: “The data has {classes} classes”."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from cnnstudio.nn.arrays import shape_text, thousands

#: a sentence with places, or a function of the values where numbers decide how it is built
Phrase = str | Callable[[Mapping[str, Any]], str]


class Words(NamedTuple):
    """A heading and a sentence."""

    title: str
    sentence: str


class Wording(NamedTuple):
    """The phrases of which both are made, and whether the sentence is understood without the name of its layer."""

    title: Phrase
    sentence: Phrase
    alone: bool = False


def listed(names: list[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


class Phrases(string.Formatter):
    """Fills the places of a phrase. A place says how its value is written: ``{input:shape}`` as 28×28×1,
    ``{held:thousands}`` as 61 706, ``{count:layer|layers}`` with the word that belongs to the number."""

    def __init__(self, **writers: Callable[[Any], str]) -> None:
        self._writers: dict[str, Callable[[Any], str]] = {"shape": shape_text, "thousands": thousands, **writers}

    def said(self, phrase: Phrase, values: Mapping[str, Any]) -> str:
        """The words of a phrase with these values."""
        return self.vformat(phrase, (), values) if isinstance(phrase, str) else phrase(values)

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec in self._writers:
            return self._writers[format_spec](value)
        one, both, many = format_spec.partition("|")
        if both:
            return f"{thousands(value)} {one if value == 1 else many}"
        return str(super().format_field(value, format_spec))
