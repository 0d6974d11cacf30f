"""What lies at a path: one look decides for the window, its menus and the command line alike.

Only files and folders are looked into. A pipe would wait for ever and a device has no end, so they are refused before
anything is opened.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from cnnstudio.data.pictures.picture import ENDINGS as PICTURES
from cnnstudio.data.pictures.picture import OTHER_ENDINGS
from cnnstudio.data.reader import reader_of
from cnnstudio.data.unreadable import why_unreadable
from cnnstudio.design.format.design_format import read_design
from cnnstudio.design.format.strict import LARGEST_JSON, FileFormatError
from cnnstudio.design.value.design import Design
from cnnstudio.exchange.exportable import Exportable
from cnnstudio.exchange.models import MODELS, StoppedModel, read_model
from cnnstudio.export.embedding import ENDINGS as FIGURES
from cnnstudio.export.embedding import holds_design, read_figure
from cnnstudio.files.atomic import backup_path
from cnnstudio.files.plain import is_folder, is_plain, look, read_plain
from cnnstudio.nn.graph.graph import GraphError
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.telling.told import Sentence
from cnnstudio.project.archive import unreadable
from cnnstudio.project.file import SUFFIX, salvage_project
from cnnstudio.project.kept.reopening import reopened
from cnnstudio.project.project import Project
from cnnstudio.project.run_folder import ABOUT, EVENTS

Kind = Literal["project", "design", "figure", "model", "weights", "picture", "data", "lessons", "none"]

#: endings of files with weights alone
WEIGHTS = (".safetensors", ".pt", ".pth")
#: endings of the files that a design can be opened from
DESIGNS = (SUFFIX, ".json", *FIGURES, *MODELS)
_ZIP = b"PK\x03\x04"
#: so much is looked at to see what a file without a telling name begins with
_HEAD = 4096


@dataclass(frozen=True)
class Found:
    """What a path seems to be; reading it says whether it is sound.

    Attributes:
        kind: a project with weights or a run's folder, a design in JSON, a figure with a design in it, another
            program's model, weights alone, a picture, data to learn from, a folder of lessons, or none of these.
        sentence: why it is none; None otherwise.
    """

    kind: Kind
    sentence: Sentence | None = None


@dataclass(frozen=True, eq=False)
class Opened:
    """A design from a file, and the whole project where the file is one, or a model with weights; from any other the
    weights begin anew. ``foreign`` is another program's, which is never written to, ``whole`` or as
    far as it can be represented here; ``notes`` say what was done for that, ``damage`` what of a project's
    file is damaged and was left out. The folder of a run is a project that is never written to, too."""

    design: Design
    project: Project | None = None
    foreign: bool = False
    whole: bool = True
    notes: tuple[Sentence, ...] = ()
    damage: tuple[Sentence, ...] = ()


def what_is(path: Path) -> Found:
    """What lies at a path. It never waits, and nothing is read that could be large."""
    try:
        mode = look(path).st_mode
        if stat.S_ISDIR(mode):
            return _folder(path)
        if not stat.S_ISREG(mode):
            return Found("none", Sentence("{path}: It is neither a file nor a folder. Choose another.", path=path))
        return _file(path)
    except OSError as error:
        return Found("none", unreadable(str(path), error).sentence)


def open_design(path: Path) -> Opened:
    """The design in a project, a design file, an exported figure or another program's model.

    Raises:
        FileFormatError: it is none of them, or cannot be read; the sentence names the file, and its backup where there
            is one.
    """
    try:
        return _opened(path)
    except FileFormatError as error:
        if not error.damaged:
            raise
        backup = backup_of(path)
        remedy = Sentence("Open another copy of it." if backup is None else "Open its backup {path}.", path=backup)
        raise FileFormatError(error.file, error.place, error.reason, remedy) from error


def as_far_as_it_goes(why: StoppedModel) -> Opened:
    """What of another program’s model comes before what cannot be represented here."""
    found = why.so_far
    return Opened(found.project.design, found.project, foreign=True, whole=False, notes=found.notes)


def open_weights(path: Path, project: Project) -> Opened:
    """A project's design with the weights that another program has saved alone; what was trained here is left behind.

    Raises:
        FileFormatError: they are damaged, do not fit, or a package is missing to read them.
    """
    from cnnstudio.exchange.reading.weights import with_weights

    design = project.design
    try:
        network = with_weights(Exportable(design, project.weights.parameters, design.classes), path)
    except OSError as error:
        raise unreadable(str(path), error) from error
    except GraphError as error:
        raise FileFormatError(path.name, "", "{why}", "Open the design of these weights first.", why=error) from error
    return Opened(design, Project(design, Snapshot(network.parameters.frozen())), foreign=True)


def backup_of(path: Path) -> Path | None:
    """The save before the last one, where there is one."""
    backup = backup_path(path)
    return backup if is_plain(backup) else None


def _opened(path: Path) -> Opened:
    kind = what_is(path).kind
    if kind == "design":
        try:
            return Opened(read_design(read_plain(path, LARGEST_JSON), str(path))[0])
        except OSError as error:
            raise unreadable(str(path), error) from error
    if kind in ("figure", "picture") and path.suffix.lower() in FIGURES:
        return Opened(read_figure(path))
    if kind == "model":
        return _model(path)
    if kind == "weights":
        raise FileFormatError(
            str(path), "", "It holds weights alone.",
            "Open their design first and this file from there, or name the design with --design.",
        )  # fmt: skip
    if kind == "project" and is_folder(path):
        project = reopened(path)
        return Opened(project.design, project, foreign=True)
    project, damage = salvage_project(path)  # which says of all else why it is no project
    return Opened(project.design, project, damage=damage)


def _model(path: Path) -> Opened:
    try:
        found = read_model(path)
    except OSError as error:
        raise unreadable(str(path), error) from error
    return Opened(found.project.design, found.project, foreign=True, notes=found.notes)


def _folder(path: Path) -> Found:
    from cnnstudio.lessons.reading.reader import seems_a_course  # the window's first paint does not wait for lessons

    if is_plain(path / ABOUT) and is_plain(path / EVENTS):
        return Found("project")
    return Found("lessons") if seems_a_course(path) else _data(path)


def _file(path: Path) -> Found:
    ending = path.suffix.lower()
    if ending in FIGURES:
        return Found("figure" if holds_design(path) else "picture")
    head = read_plain(path, _HEAD)
    if head.lstrip()[:1] == b"{":
        return Found("design")
    if ending == SUFFIX:
        return Found("project")
    if ending in MODELS:
        return Found("model")
    if ending in WEIGHTS:
        return Found("weights")
    if ending in (*PICTURES, *OTHER_ENDINGS):
        return Found("picture")
    found = _data(path)
    return Found("project") if found.kind == "none" and head.startswith(_ZIP) else found


def _data(path: Path) -> Found:
    if reader_of(path) is not None:
        return Found("data")
    nothing = Sentence(
        "{name} holds no design and no pictures: open a .cnn file, a picture, or a folder with a folder of pictures "
        "for each class.",
        name=path.name,
    )
    return Found("none", why_unreadable(path) or nothing)
