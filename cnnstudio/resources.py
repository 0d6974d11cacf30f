"""Where icons, designs and colours lie, in a checkout and in an installed package alike."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def resource(*parts: str) -> Path:
    """The path of a file or folder under ``resources``.

    A wheel carries the folder inside the package; in a checkout it lies beside it. A checkout wins over a copy
    that an editable install may have left, because there the package folder itself holds none.
    """
    inside = _PACKAGE / "resources"
    root = inside if inside.is_dir() else _PACKAGE.parent / "resources"
    return root.joinpath(*parts)
