"""The command classify: what a trained network takes pictures for."""

from __future__ import annotations

import csv
import io
from argparse import Namespace
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

import numpy as np

from cnnstudio.cli.console import BAD_INPUT, GOOD, Refused, emit, percent, remark, say
from cnnstudio.cli.designs import open_design
from cnnstudio.data.arrays.unlabelled import holds_numbers, pictures_of
from cnnstudio.data.dataset import DataError, Examples, Pixels
from cnnstudio.data.importing.layout import is_picture
from cnnstudio.data.importing.listing import list_folder, showable
from cnnstudio.data.importing.target import Target, target_like
from cnnstudio.data.pictures.picture import (
    OTHER_ENDINGS,
    PictureError,
    fitted,
    in_silence,
    read_picture,
)
from cnnstudio.data.wording.left_out import why_left_out
from cnnstudio.design.facts.answers import answers
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.files.plain import exists, is_folder, is_plain
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.project.project import Project
from cnnstudio.runs.run import plan_of

#: pictures that are looked at together
_AT_ONCE = 256


@dataclass(frozen=True, eq=False)
class _Read:
    """A picture uint8 (H, W, C), or why there is none."""

    file: str
    pixels: Pixels | None = None
    error: str = ""


def classify(arguments: Namespace) -> int:
    """Say what each picture is taken for; all are made to fit the Input layer as those of the data were."""
    opened = open_design(arguments.file)
    if opened.project is None:
        raise Refused(f"{opened.name}: It holds no weights. First: cnnstudio train {opened.name} --out FILE.cnn")
    project, design = opened.project, opened.design
    if reason := why_not_trainable(design):
        raise Refused(f"{opened.name}: {reason}")
    shape = design.graph.shape(design.graph.images[0])
    if shape[2] not in (1, 3):
        raise Refused(f"{opened.name}: The Input layer takes neither grey images nor colours, so no picture fits it.")
    if project.fresh:
        remark("The network is not trained: its weights are the first ones, drawn at random.")
    how = target_like(shape, design.recipe.data)
    names = _names(project)
    if arguments.csv:
        say(_row("file", "class", "probability", *names, "error"))
    found, pictures = 0, chain.from_iterable(_pictures(name, how) for name in arguments.pictures)
    with in_silence():
        while some := list(islice(pictures, _AT_ONCE)):
            images = [each.pixels for each in some if each.pixels is not None]
            found += len(images)
            shares = iter(_probabilities(project, images))
            for each in some:
                _tell(each, None if each.pixels is None else next(shares), names, arguments)
    return GOOD if found else BAD_INPUT


def _names(project: Project) -> tuple[str, ...]:
    """What the answers are called; their numbers where nobody has said."""
    graph = project.design.graph
    (count,) = graph.shape(classifier(graph).softmax)
    return answers(project.design, tuple(map(str, range(count))))


def _pictures(name: str, how: Target) -> Iterator[_Read]:
    """Those of a file or folder, made to fit; of a table or array each by its number from 1."""
    path = Path(name)
    if not is_plain(path) or not holds_numbers(path):
        yield from (_read(file, how) for file in _files(name))
        return
    try:
        for array, pictures in pictures_of(path):
            whole = ":".join(filter(None, (showable(name), array)))
            for number, pixels in enumerate(pictures, 1):
                yield _Read(f"{whole}:{number}", fitted(pixels, how.shape, how.fit))
    except DataError as error:
        yield _Read(showable(name), error=worded(error))


def _files(name: str) -> Iterator[tuple[str, Path | None, str]]:
    """Each picture by its name, its path, and why it is not to be read, "" if it is: what a folder holds, eight deep,
    or the file itself."""
    path = Path(name)
    if not is_folder(path):
        yield name, path if exists(path) else None, "" if exists(path) else "There is no such file."
        return
    try:
        listing = list_folder(path)
    except DataError as error:
        yield name, None, worded(error)
        return
    for file in listing.files:
        if is_picture(file) or file.ending in OTHER_ENDINGS:
            yield f"{name.rstrip('/')}/{file.path}", Path(file.key), ""
    for left in listing.left_out:
        yield f"{name.rstrip('/')}/{left.file}", None, str(why_left_out(left.why))


def _read(file: tuple[str, Path | None, str], how: Target) -> _Read:
    name, path, why = file
    if path is None:
        return _Read(showable(name), error=why)
    try:
        return _Read(showable(name), read_picture(path, how.shape, fit=how.fit, ground=how.ground).pixels)
    except PictureError as error:
        return _Read(showable(name), error=str(why_left_out(error.why)))
    except DataError as error:
        return _Read(showable(name), error=worded(error))


def _probabilities(project: Project, images: list[Pixels]) -> Floats:
    """Those of every class for each picture (N, classes)."""
    if not images:
        return np.zeros((0, 0), np.float32)
    graph = project.design.graph
    plan = plan_of(project.run, graph)
    examples = Examples(np.stack(images), np.zeros(len(images), np.int64))
    return evaluate(graph, project.weights.parameters, examples, plan=plan).probabilities


def _tell(each: _Read, shares: Floats | None, names: tuple[str, ...], arguments: Namespace) -> None:
    best = None if shares is None else int(shares.argmax())
    if shares is None or best is None:
        if arguments.json:
            emit({"file": each.file, "error": each.error})
        elif arguments.csv:
            say(_row(each.file, "", "", *("" for _ in names), each.error))
        else:
            remark(f"{each.file}: {each.error}")
        return
    figures = [float(f"{share:.6g}") for share in shares]
    if arguments.json:
        by_name = dict(zip(names, figures, strict=True))
        emit({"file": each.file, "class": names[best], "probability": figures[best], "probabilities": by_name})
    elif arguments.csv:
        say(_row(each.file, names[best], figures[best], *figures, ""))
    else:
        say(f"{each.file}: {names[best]}, {percent(figures[best])}")


def _row(*cells: object) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(cells)
    return line.getvalue()
