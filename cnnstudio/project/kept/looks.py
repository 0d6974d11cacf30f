"""How often the test images of a set were looked at: whoever chooses by them what to keep no longer learns from them
what to expect of new images."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from pathlib import Path

from cnnstudio.files.plain import read_plain
from cnnstudio.project.run_folder import runs_folder

_LARGEST = 1 << 22

_log = logging.getLogger(__name__)


def note_look(data: str) -> None:
    """Some network has been tested on test images of the set with this fingerprint."""
    path = _path(data)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="ascii") as file:  # a line at once: several windows may write
            file.write(datetime.now(UTC).isoformat(timespec="seconds") + "\n")
    except OSError as error:
        _log.warning("That the test images were looked at is not written down: %s", error)


def looks_at(data: str) -> int:
    """How often networks have been tested on the test images of a set, on this computer."""
    try:
        return read_plain(_path(data), _LARGEST).count(b"\n")
    except OSError:
        return 0


def _path(data: str) -> Path:
    safe = "".join(letter for letter in data if letter.isalnum())[:80]
    return runs_folder().parent / "looks" / f"{safe}.txt"
