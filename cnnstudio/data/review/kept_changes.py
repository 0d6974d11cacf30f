"""Changes to a data set kept beside its cache, so that another design that learns from the same pictures can have them.

A small file for each data set, named by its fingerprint; the design that is saved has them, too.
"""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from cnnstudio.data import cache
from cnnstudio.data.preparation.changes import Changes
from cnnstudio.data.preparation.choice import ChoiceError, DataChoice
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import read_plain

_LARGEST = 8 << 20


def folder() -> Path:
    """Where they are kept; it need not exist."""
    return cache.folder() / "changes"


def keep(changes: Changes) -> None:
    """Keep changes in place of those before to the same data. Where nothing can be written, the design has them all the
    same."""
    file = folder() / f"{changes.data}.json"
    with contextlib.suppress(OSError):
        text = json.dumps(DataChoice(changes=changes).to_json()["changes"]).encode()
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, lambda opened: opened.write(text), lambda written: None, backup=False)


def kept(data: str) -> Changes:
    """The changes kept for the data of this fingerprint; none where there are none that can be read."""
    try:
        text = read_plain(folder() / f"{data}.json", _LARGEST)
        found = DataChoice.from_json({"source": "", "changes": json.loads(text)}).changes
    except (OSError, ValueError, RecursionError, ChoiceError):
        return Changes()
    return found if found.data == data else Changes()
