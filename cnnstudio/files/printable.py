"""What files and their names say, as a line that can be shown."""


def printable(text: str) -> str:
    """The text as one line without control characters, which could write to a terminal what they like."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
