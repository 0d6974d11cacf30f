"""How much memory a design takes, in bytes and in words."""

from __future__ import annotations

#: a number in single precision
BYTES = 4


def training_bytes(numbers: int, parameters: int, batch_size: int, slots: int) -> int:
    """About how much a training step holds at once: ``numbers`` outputs for each image and their gradients, the
    parameters, theirs, and the ``slots`` numbers the optimizer keeps for each."""
    return BYTES * (2 * batch_size * numbers + (2 + slots) * parameters)


def bytes_text(count: float) -> str:
    """An amount of memory in words: 640 B, 12.3 kB, 4.56 MB."""
    for unit in ("B", "kB", "MB", "GB"):
        if count < 999.5:
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"
