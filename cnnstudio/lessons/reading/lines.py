"""In which line of a JSON text a place such as ``items[2].when`` begins."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+')


def line_of(text: str, place: str) -> int:
    """The line, from 1, in which the value at ``place`` begins, or the nearest one around it that is there. The text
    is valid JSON."""
    found = dict(_places(text))
    while place and place not in found:
        place = place[: max(place.rfind("."), place.rfind("["), 0)]
    return text.count("\n", 0, found.get(place, 0)) + 1


def _places(text: str) -> Iterator[tuple[str, int]]:
    """Every value's place and where it begins."""
    stack: list[tuple[str, int]] = []  # the place of what is open, and its next index, or -1 for an object
    key, waiting = "", False
    for token in _TOKEN.finditer(text):
        mark = token[0]
        if mark in "}]":
            stack.pop()
        elif mark == ",":
            if stack[-1][1] >= 0:
                stack[-1] = (stack[-1][0], stack[-1][1] + 1)
        elif mark == ":":
            waiting = True
        elif stack and stack[-1][1] < 0 and not waiting:
            key = json.loads(mark)
        else:
            outer, index = stack[-1] if stack else ("", -1)
            own = f"{outer}[{index}]" if index >= 0 else f"{outer}.{key}" if outer else key if stack else ""
            waiting = False
            yield own, token.start()
            if mark in "{[":
                stack.append((own, 0 if mark == "[" else -1))
