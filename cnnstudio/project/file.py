"""Saving and opening projects: the .cnn file.

What is written is read back before it takes the old file's place: an acknowledged save can be opened.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import numpy as np

from cnnstudio.data.preparation.split import Split
from cnnstudio.design.format.design_format import design_from_json, design_to_json, migrate
from cnnstudio.design.format.strict import FileFormatError, dump, parse
from cnnstudio.design.value.design import Design
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.printable import printable
from cnnstudio.files.stamp import Stamp, stamp
from cnnstudio.nn.arrays import Floats
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.parameters import Parameters, Snapshot, layouts
from cnnstudio.nn.rules.optimizers import OptimizerState
from cnnstudio.nn.telling.told import Sentence, WordedError
from cnnstudio.project import archive, history
from cnnstudio.project.archive import ARRAYS, BEST, DESIGN, HISTORY, OPTIMIZER, THUMBNAIL, WEIGHTS
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.tensors import (
    about_weights,
    joined,
    read_tensors,
    read_weights,
    slices,
    write_tensors,
)
from cnnstudio.runs.run import Run

#: what a file is used without where it is damaged, and what is said then
_SPARE = {
    OPTIMIZER: Sentence(
        "What the optimizer remembered is damaged and was left out. The design and its weights are whole; training "
        "goes on from them as a new run."
    ),
    BEST: Sentence(
        "The weights of the best epoch are damaged and were left out. The design and its last weights are whole."
    ),
    THUMBNAIL: Sentence("The small picture of the design is damaged and was left out. Everything else is whole."),
}

T = TypeVar("T")
Members = dict[str, bytes]
#: named arrays and a few remarks about them, by member
Tensors = dict[str, tuple[Mapping[str, Floats], Mapping[str, str]]]

_PNG = b"\x89PNG\r\n\x1a\n"

#: how the names of project files end
SUFFIX = ".cnn"


class SaveError(WordedError):
    """The project was not saved; the file on the disk is as it was. ``str()`` is one line with the reason."""

    def __str__(self) -> str:
        return printable(super().__str__())


def save_project(project: Project, path: str | Path, *, backup: bool = True) -> Stamp:
    """Write the project to a .cnn file, replacing it in one go; the save before stays as ``<name>.bak`` unless
    ``backup`` says otherwise. Gives what the file is now.

    Raises:
        SaveError: it could not be written.
    """
    path = Path(path)
    written: list[Stamp] = []

    def check(file: Path) -> None:
        _load(file, path.name)
        written.append(stamp(file))

    try:
        members, tensors = parts(project)
        members |= {name: write_tensors(arrays, about) for name, (arrays, about) in tensors.items()}
        replace_file(path, lambda file: archive.write_archive(file, members), check, backup=backup)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise SaveError("{path}: It could not be saved ({why}).", path=path, why=why) from error
    except ValueError as error:
        raise SaveError("{path}: It could not be saved. {error}", path=path, error=error) from error
    return written[-1]


def load_project(path: str | Path) -> Project:
    """The project in a .cnn file, all of it.

    Raises:
        FileFormatError: it cannot be read, is damaged or foreign, or comes from a newer version.
    """
    return _load(Path(path), str(path))


def salvage_project(path: str | Path) -> tuple[Project, tuple[Sentence, ...]]:
    """The project in a .cnn file, without those parts that are damaged and can be spared; and a sentence for each of
    these, none where the file is whole.

    Raises:
        FileFormatError: it cannot be read, its design or weights are damaged, or it comes from a newer version.
    """
    found = archive.read_archive(Path(path), str(path), _SPARE)
    lost = list(found.damaged)
    project = _project_of(found.version, found.members, str(path), lost)
    return project, tuple(_SPARE[member] for member in lost)


def parts(project: Project) -> tuple[Members, Tensors]:
    """What a file holds of a project: the small members, and the arrays of the others.

    Raises:
        ValueError: weights are no numbers any more.
    """
    tensors: Tensors = {}
    members = {DESIGN: dump(design_to_json(project.design))}
    weights, design = project.weights, project.design
    begun = project.run is not None or bool(weights.run or weights.step)
    # what the seed gives need not be written
    if (begun or not weights.parameters.untouched(design.recipe.seed, design.locks.filters)) and (
        arrays := _arrays(weights)
    ):
        tensors[WEIGHTS] = arrays, about_weights(weights)
    if project.run is not None:
        if project.run.best is not None and (best := _arrays(project.run.best)):
            tensors[BEST] = best, about_weights(project.run.best)
        run, memory = _storable(project.run)
        members[HISTORY] = dump({"runs": [history.run_to_json(run)]})
        if memory:
            tensors[OPTIMIZER] = memory, {}
    if project.thumbnail:
        members[THUMBNAIL] = project.thumbnail
    return members, tensors


def _arrays(weights: Snapshot) -> Mapping[str, Floats]:
    """The arrays of weights.

    Raises:
        ValueError: some of them are no numbers any more.
    """
    parameters = weights.parameters
    arrays = slices(parameters.layout, parameters.vector) | slices(parameters.state_layout, parameters.state)
    for name, array in arrays.items():
        if not np.isfinite(array).all():
            raise ValueError(f"The weights “{name}” are no numbers any more: undo or reset them first.")
    return arrays


def _storable(run: Run) -> tuple[Run, Mapping[str, Floats]]:
    """The run and its optimizer's arrays; without them if they are not finite: nobody could go on then."""
    if run.optimizer is None:
        return run, {}
    layout, _ = layouts(run.design.graph)
    arrays = history.memory_slices(run.optimizer, layout)
    if not all(np.isfinite(array).all() for array in arrays.values()):
        return run.with_changes(optimizer=None), {}
    return run, arrays


def _load(path: Path, name: str) -> Project:
    found = archive.read_archive(path, name)
    return project_of(found.version, found.members, name)


def project_of(version: int, members: Members, name: str) -> Project:
    """The project that the members of a file of some version of the format hold.

    Raises:
        FileFormatError: they are not what they should be.
    """
    return _project_of(version, members, name, None)


def _project_of(version: int, members: Members, name: str, lost: list[str] | None) -> Project:
    """The same; where there is a list of what is lost, members that can be spared and are damaged are put there."""
    if ARRAYS in members:
        raise FileFormatError(name, ARRAYS, "It is the journal of a project, which does not hold all of it.")
    if DESIGN not in members:
        raise FileFormatError(name, "", "It holds no {design}.", design=DESIGN)
    design = design_from_json(migrate("design", parse(members[DESIGN], name, DESIGN), version))
    run = _run(members, version, design, name, lost)
    if WEIGHTS in members or HISTORY in members:
        weights, told = _weights(members, WEIGHTS, design.graph, name)
        if not told and run is not None:
            weights = _compared(weights, run, design)
    else:  # those that its seed gives
        weights = untrained(design).weights
    if version == 1 and run is not None and not (_has_own_split(design) or _has_own_split(run.design)):
        # The seed may have been changed since: what the weights have learned from is what the run was given.
        data = design.recipe.data.replace(split=run.design.recipe.data.split)
        design = design.with_changes(recipe=design.recipe.replace(data=data))
    thumbnail = _spared(THUMBNAIL, lost, lambda: _thumbnail(members, name)) or b""
    return Project(design, weights, run, thumbnail)


def _spared(member: str, lost: list[str] | None, read: Callable[[], T]) -> T | None:
    """What a member holds, or None where it is lost and one does without it."""
    if lost is not None and member in lost:
        return None
    try:
        return read()
    except FileFormatError:
        if lost is None:
            raise
        lost.append(member)
        return None


def _thumbnail(members: Members, name: str) -> bytes:
    thumbnail = members.get(THUMBNAIL, b"")
    if thumbnail and not thumbnail.startswith(_PNG):
        raise FileFormatError(name, THUMBNAIL, "It is not a PNG picture.")
    return thumbnail


def _weights(members: Members, member: str, graph: Graph, name: str) -> tuple[Snapshot, bool]:
    """The weights in a member, and whether it tells where each layer's come from.

    Raises:
        FileFormatError: it is not there though there are some, damaged, or for another graph.
    """
    learned, kept = layouts(graph)
    if not (learned.slots or kept.slots or member in members):
        return Snapshot(Parameters(learned, joined(learned, {}), kept, joined(kept, {}))), False
    read = read_weights(_needed(members, member, name), graph, name, member)
    return read.weights, read.told


def _compared(weights: Snapshot, run: Run, design: Design) -> Snapshot:
    """Weights of a file that does not tell where each layer's come from: what the seed gives to the bit is from the
    seed, the rest from the last run."""
    if weights.run == run.id and run.design.graph.goes_on_as(design.graph):
        return weights
    seed = design.recipe.seed
    firsts = weights.parameters.layout.firsts
    found = {slot.node: "" if weights.parameters.begins(slot, seed) else run.id for slot in firsts}
    return replace(weights, origins={node: origin for node, origin in found.items() if origin != weights.run})


def _run(members: Members, version: int, design: Design, name: str, lost: list[str] | None) -> Run | None:
    if HISTORY not in members:
        for member in (OPTIMIZER, BEST):
            if member in members:
                raise FileFormatError(name, member, "It is there without {history}.", history=HISTORY)
        return None
    fields = migrate("history", parse(members[HISTORY], name, HISTORY), version).fields("runs")
    (found,) = fields["runs"].items(1, 1)
    run = history.run_from_json(found, design)
    graph = run.design.graph
    if BEST in members:
        best = _spared(BEST, lost, lambda: _weights(members, BEST, graph, name)[0])
        run = run.with_changes(best=best)
    if run.optimizer is None:
        return run
    return run.with_changes(optimizer=_spared(OPTIMIZER, lost, lambda: _memory(members, run, name)))


def _memory(members: Members, run: Run, name: str) -> OptimizerState:
    """The optimizer's state after the steps of a run.

    Raises:
        FileFormatError: its arrays are not there, damaged, or another optimizer's.
    """
    assert run.optimizer is not None
    layout, _ = layouts(run.design.graph)
    expected = history.memory_shapes(run, layout)
    if not expected:
        return run.optimizer
    arrays, _ = read_tensors(_needed(members, OPTIMIZER, name), expected, name, OPTIMIZER)
    return OptimizerState(run.optimizer.step, history.memory_joined(run, layout, arrays))


def _has_own_split(design: Design) -> bool:
    """Whether its split is another than the seed of its run decides, as it did once."""
    return design.recipe.data.split != Split.before_it_had_a_seed(design.recipe.seed)


def _needed(members: Members, member: str, name: str) -> bytes:
    if member not in members:
        raise FileFormatError(name, "", "It holds no {member}, which this design needs.", member=member)
    return members[member]
