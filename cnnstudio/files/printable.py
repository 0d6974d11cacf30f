"""What files and their names say, as a line that can be shown."""

import re

#: a thin space, which sets thousands apart
_THIN = "\u202f"
_SPACES = re.compile(rf"[^\S{_THIN}]+")


def printable(text: str) -> str:
    """The text as one line without control characters, which could write to a terminal what they like."""
    return "".join(c if c.isprintable() or c == _THIN else "?" for c in _SPACES.sub(" ", text).strip())
