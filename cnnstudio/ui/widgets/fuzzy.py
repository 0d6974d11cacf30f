"""Fuzzy search: letters in order, better where they begin words or stand together."""

from __future__ import annotations


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
    total, place, last = 0.0, 0, -2
    for letter in letters:
        found = _next(letter, text, place, last)
        if found < 0:
            return 0.0
        begins = found == 0 or not text[found - 1].isalnum()
        total += 8.0 if begins else 4.0 if found == last + 1 else 1.0
        last, place = found, found + 1
    return total / len(letters) - len(text) * 0.001


def _next(letter: str, text: str, place: int, last: int) -> int:
    """The next place of a letter: the very next one, else the next beginning of a word, else any."""
    if 0 <= last + 1 < len(text) and text[last + 1] == letter and last >= 0:
        return last + 1
    for index in range(place, len(text)):
        if text[index] == letter and (index == 0 or not text[index - 1].isalnum()):
            return index
    return text.find(letter, place)
