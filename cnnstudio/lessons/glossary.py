"""The terms of the field: one sentence each for a tooltip, and a longer text for the glossary's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cnnstudio.design.strict import parse
from cnnstudio.resources import resource

_FORMAT = "cnnstudio-glossary"


@dataclass(frozen=True)
class Term:
    """``also`` holds other words for it, plurals among them."""

    name: str
    sentence: str
    text: str
    also: tuple[str, ...] = ()


@cache
def glossary() -> tuple[Term, ...]:
    """All terms by name.

    Raises:
        FileFormatError: the file is damaged.
    """
    path = resource("glossary.json")
    fields = parse(path.read_bytes(), path.name).fields("format", "format_version", "terms")
    if fields["format"].value != _FORMAT or fields["format_version"].integer(1, 1) != 1:
        fields["format"].refuse("It is not the glossary.", "Install CNN Studio again.")
    terms = []
    for item in fields["terms"].items(1000, 1):
        entry = item.fields("term", "sentence", "text", optional=("also",))
        also = tuple(word.text(60, 1) for word in entry["also"].items(12)) if "also" in entry else ()
        terms.append(
            Term(entry["term"].text(60, 1), entry["sentence"].text(300, 1), entry["text"].text(2000, 1), also)
        )
    return tuple(sorted(terms, key=lambda term: term.name.casefold()))


def term(word: str) -> Term | None:
    """The term a word stands for, whatever its case; None for other words."""
    return _by_word().get(word.casefold().strip())


@cache
def _by_word() -> Mapping[str, Term]:
    return {word.casefold(): found for found in glossary() for word in (found.name, *found.also)}
