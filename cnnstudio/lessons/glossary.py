"""The terms of the field: one sentence each for a tooltip, and a longer text for the glossary's page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from cnnstudio.design.format.strict import parse
from cnnstudio.resources import resource

_FORMAT = "cnnstudio-glossary"


@dataclass(frozen=True)
class Term:
    """``also`` holds other words for it, plurals among them; ``example`` names a drawn or live one, "" for none."""

    name: str
    sentence: str
    text: str
    also: tuple[str, ...] = ()
    example: str = ""


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
        entry = item.fields("term", "sentence", "text", optional=("also", "example"))
        also = tuple(word.text(60, 1) for word in entry["also"].items(12)) if "also" in entry else ()
        name, sentence, text = entry["term"].text(60, 1), entry["sentence"].text(300, 1), entry["text"].text(2000, 1)
        terms.append(Term(name, sentence, text, also, entry["example"].text(60) if "example" in entry else ""))
    return tuple(sorted(terms, key=lambda term: term.name.casefold()))


def term(word: str) -> Term | None:
    """The term a word stands for, whatever its case; None for other words."""
    return _by_word().get(word.casefold().strip())


def terms_named(text: str) -> Iterator[tuple[int, int, Term]]:
    """The terms a text names, from its beginning: where each begins and ends; of several at one place the longest."""
    for found in _any_word().finditer(text):
        known = term(found[0])
        assert known is not None
        yield found.start(), found.end(), known


@cache
def _any_word() -> re.Pattern[str]:
    words = sorted(_by_word(), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word) for word in words) + r")(?!\w)", re.IGNORECASE)


@cache
def _by_word() -> Mapping[str, Term]:
    return {word.casefold(): found for found in glossary() for word in (found.name, *found.also)}
