"""What is noted about a run from outside, in a small file of its own: whoever trains it writes all other files anew."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.project.run_folder import folders_of, summary_of
from cnnstudio.runs.run import Run

NOTES = "notes.json"
#: characters of a name and of a note
LONGEST_NAME, LONGEST_NOTE = 200, 10_000
_LARGEST = 1 << 20

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Notes:
    """A name, a star and a note of somebody's; ``tests`` are accuracies on the test images, from 0 to 1, by the step
    whose weights were tested."""

    name: str = ""
    starred: bool = False
    note: str = ""
    tests: Mapping[int, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        tests = {str(step): accuracy for step, accuracy in sorted(self.tests.items())}
        return {"name": self.name, "starred": self.starred, "note": self.note, "tests": tests}


def notes_of(folder: Path) -> Notes:
    """What is noted about the run of a folder; nothing where nothing can be read."""
    try:
        found = json.loads(read_plain(folder / NOTES, _LARGEST))
        return Notes(
            str(found.get("name", ""))[:LONGEST_NAME],
            found.get("starred") is True,
            str(found.get("note", ""))[:LONGEST_NOTE],
            {int(step): float(accuracy) for step, accuracy in found.get("tests", {}).items()},
        )
    except FileNotFoundError:
        return Notes()
    except (OSError, ValueError, TypeError, AttributeError, RecursionError) as error:
        _log.warning("%s: The notes cannot be read: %s", folder, error)
        return Notes()


def note(folder: Path, **changes: Any) -> Notes:
    """Note something else about the run of a folder, and give all that is noted now.

    Raises:
        OSError: it cannot be written; what was noted before stays.
    """
    now = replace(notes_of(folder), **changes)
    data = json.dumps(now.to_json(), indent=1, allow_nan=False).encode()
    replace_file(folder / NOTES, lambda file: file.write(data), lambda written: None, backup=False)
    return now


def note_test(run: Run | None, weights: Snapshot, data: str, accuracy: float) -> None:
    """Note how well weights do on the test images of a set with this fingerprint, where they are a run's own, which
    learned from that set, and a folder has it."""
    if run is None or weights.run != run.id or data != run.data:
        return
    folder = next(folders_of(run))
    if summary_of(folder) is None:
        return
    try:
        note(folder, tests={**notes_of(folder).tests, weights.step: accuracy})
    except OSError as error:
        _log.warning("The test is not written down: %s", error)
