"""Opening whatever lies at a path."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from cnnstudio.files.printable import printable
from cnnstudio.nn.telling.told import worded
from cnnstudio.ui.shell.declaration import FILES
from cnnstudio.ui.shell.files import OPENED
from cnnstudio.ui.studio.intents import ImportData, LookAtPicture, OpenLessons
from cnnstudio.ui.studio.studio import Studio
from cnnstudio.ui.telling.notices import REFUSED

#: the kinds of what is opened as a design
DESIGNS = ("project", "design", "figure", "model")


def open_any(studio: Studio, path: Path) -> None:
    """Open a design, look at a picture, read lessons, or learn from the images at this path; or say what it is not."""
    from cnnstudio.opening import what_is

    studio.notices.settle(OPENED, REFUSED)
    found = what_is(path)
    match found.kind:
        case kind if kind in DESIGNS:
            studio.get(FILES).open_path(path)
        case "weights":
            studio.get(FILES).open_weights(path)
        case "picture":
            studio.intents.ask(LookAtPicture(path))
        case "lessons":
            studio.intents.ask(OpenLessons(path))
        case "data":
            studio.intents.ask(ImportData(Path(os.path.realpath(path))))
        case "none":
            studio.notices.tell(printable(worded(found.sentence)), "error", about=REFUSED)


def may_be_opened(paths: Sequence[Path]) -> bool:
    """Whether so many can be opened together: one of any kind, or several pictures."""
    from cnnstudio.data.pictures.picture import ENDINGS

    return len(paths) == 1 or (len(paths) > 1 and all(path.suffix.lower() in ENDINGS for path in paths))


def open_all(studio: Studio, paths: Sequence[Path]) -> None:
    """Open each of these files, designs in windows of their own, pictures together, of data or lessons the first; and
    say of all the others in one why not."""
    from cnnstudio.opening import what_is

    if len(paths) == 1:
        open_any(studio, paths[0])
        return
    studio.notices.settle(OPENED, REFUSED)
    found = [(path, what_is(path)) for path in paths]
    pictures = [path for path, what in found if what.kind == "picture"]
    refused = [printable(worded(what.sentence)) for _, what in found if what.kind == "none"]
    taught = [path for path, what in found if what.kind in ("data", "lessons")]
    refused += [printable(f"{path}: Data and lessons are opened one at a time.") for path in taught[1:]]
    for path in taught[:1]:
        open_any(studio, path)
    if pictures:
        studio.intents.ask(LookAtPicture(pictures[0], tuple(pictures[1:])))
    studio.get(FILES).open_paths([path for path, what in found if what.kind in DESIGNS], refused)
