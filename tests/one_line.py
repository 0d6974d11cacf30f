"""What a terminal may be given."""


def is_one_line(text: str) -> bool:
    """Whether it is one line without control characters; a thin space between thousands may be in it."""
    return text.replace("\u202f", " ").isprintable()
