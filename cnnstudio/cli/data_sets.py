"""The command data."""

from __future__ import annotations

from argparse import Namespace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from cnnstudio.cli.console import Refused, emit, remark, say
from cnnstudio.cli.data import advance_to, choices_of, opened_data, progress_bar
from cnnstudio.data.arrays.to_npz import write_npz
from cnnstudio.data.dataset import PARTS, DataError, DataSet
from cnnstudio.data.downloads.fetching import fetch
from cnnstudio.data.downloads.published import PUBLISHED
from cnnstudio.data.library import source_of
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.wording.found import layout_words, remark_words
from cnnstudio.data.wording.left_out import why_left_out
from cnnstudio.nn.arrays import thousands
from cnnstudio.nn.telling.phrases import bytes_text
from cnnstudio.nn.telling.told import worded


def show(arguments: Namespace) -> int:
    """Say what a data set holds, and write it as arrays if wanted."""
    source = arguments.data if arguments.download else source_of(arguments.data)
    if arguments.to and not arguments.to.lower().endswith(".npz"):
        raise Refused(f"{arguments.to} must end in .npz.")
    try:
        if arguments.download:
            _download(arguments.data, arguments.json)
        data = opened_data(DataChoice(source, choices_of(arguments)), arguments.json)
        if arguments.to:
            write_npz(data, Path(arguments.to))
    except DataError as error:
        raise Refused(worded(error)) from error
    if arguments.json:
        emit(_summary(data))
        return 0
    _print(data)
    if arguments.to:
        say(f"Saved {arguments.to}.")
    return 0


def _download(name: str, quiet: bool) -> None:
    """Fetch a published set, with a bar; Ctrl+C keeps what has come.

    Raises:
        Refused: there is none of this name.
        DataError: it cannot be fetched.
    """
    found = PUBLISHED.get(name)
    if found is None:
        sets = ", ".join(f"{each.name} ({bytes_text(each.size)})" for each in PUBLISHED.values())
        raise Refused(f"{name} is none of the sets that can be fetched. These can: {sets}.")
    if not found.is_here:
        remark(f"Fetching {found.title}, {bytes_text(found.size)}, into {found.folder}.")
        with progress_bar("Download", 1.0, quiet) as bar:
            fetch(found, partial(advance_to, bar))


def _summary(data: DataSet) -> dict[str, Any]:
    height, width, _ = data.image_shape
    count = sum(len(part) for part in data.parts.values())
    return {
        "source": data.source,
        "layout": layout_words(data.layout),
        "image_shape": list(data.image_shape),
        "classes": _counts(data),
        "sizes": {f"{high}x{wide}": number for high, wide, number in data.sizes or ((height, width, count),)},
        "fingerprint": data.fingerprint,
        "content": data.content,
        "remarks": [remark_words(remark) for remark in data.remarks],
        "skipped": [
            {"file": each.file, "code": each.why.code, "reason": str(why_left_out(each.why))} for each in data.left_out
        ],
    }


def _counts(data: DataSet) -> dict[str, dict[str, int]]:
    """How many pictures of each class are in each part."""
    classes = len(data.classes)
    parts = {part: np.bincount(found.labels, minlength=classes) for part, found in data.parts.items()}
    none = np.zeros(classes, dtype=np.int64)
    return {
        name: {part: int(parts.get(part, none)[number]) for part in PARTS} for number, name in enumerate(data.classes)
    }


def _print(data: DataSet) -> None:
    height, width, channels = data.image_shape
    layout = f", {layout_words(data.layout)}" if data.layout else ""
    say(f"{data.title}: {height}×{width}×{channels}{layout}")
    counts = _counts(data)
    parts = [part for part in PARTS if part in data.parts]
    wide = max(5, *map(len, counts))
    say("  ".join([" " * wide, *(part.rjust(10) for part in parts)]))
    for name, of_class in counts.items():
        say("  ".join([name.ljust(wide), *(thousands(of_class[part]).rjust(10) for part in parts)]))
    say("  ".join(["all".ljust(wide), *(thousands(len(data.parts[part])).rjust(10) for part in parts)]))
    for each in data.remarks:
        say(remark_words(each))
    for file in data.left_out:
        say(f"left out: {file.file}: {why_left_out(file.why)}")
    say(f"fingerprint {data.fingerprint}")
