"""Fuzzy search: letters in order that begin words or go on in them, better where they stand together."""

from __future__ import annotations

import re
from functools import cache

#: a name of so many letters counts half: short ones are abbreviated, of long ones a word is written
_SHORT = 20
_WORD = re.compile(r"[^\W_]+")


def score(query: str, text: str) -> float:
    """How well a query fits a text: 0 where a letter is missing, otherwise more is better."""
    letters, text = query.lower().replace(" ", ""), text.lower()
    if not letters:
        return 1.0
    if not text:
        return 0.0
    whole = text.find(query.lower().strip())
    if whole >= 0:
        at_word = whole == 0 or not text[whole - 1].isalnum()
        return 100.0 + (50.0 if at_word else 0.0) - whole * 0.1 - len(text) * 0.01
    places = _places(letters, text)
    total, last = 0.0, -2
    for place in places:
        total += 8.0 if _begins(text, place) else 4.0 if place == last + 1 else 1.0
        last = place
    return total / len(letters) * _SHORT / (_SHORT + len(text)) if places else 0.0


def told_of(query: str, text: str) -> bool:
    """Whether each word of a query begins a word of a text, in whatever order; one or several of a thing are alike."""
    asked = [word.removesuffix("s") if len(word) > 3 else word for word in _WORD.findall(query.lower())]
    said = _WORD.findall(text.lower())
    return bool(asked) and all(any(word.startswith(each) for word in said) for each in asked)


def _begins(text: str, place: int) -> bool:
    return place == 0 or not text[place - 1].isalnum()


def _places(letters: str, text: str) -> list[int]:
    """Where the letters are: each in the same word as the one before it, or at the beginning of a later one; [] where
    they are not. Letters scattered over a sentence are no abbreviation of it."""

    @cache
    def rest(done: int, last: int) -> tuple[int, ...] | None:
        if done == len(letters):
            return ()
        inside = last >= 0
        for place in range(last + 1, len(text)):
            begins = _begins(text, place)
            inside = inside and not begins
            if text[place] == letters[done] and (begins or inside):
                further = rest(done + 1, place)
                if further is not None:
                    return (place, *further)
        return None

    return list(rest(0, -1) or ())
