"""What a network said to every test image, kept in the folder of the run whose weights it has."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from cnnstudio.design.format.strict import FileFormatError
from cnnstudio.files.atomic import replace_file
from cnnstudio.files.plain import read_plain
from cnnstudio.nn.graph.graph import Graph
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.training.evaluation import Evaluation
from cnnstudio.project.kept.looks import note_look
from cnnstudio.project.kept.notes import note_test
from cnnstudio.project.run_folder import folders_of, summary_of
from cnnstudio.project.tensors import read_tensors, remarks_of, write_tensors
from cnnstudio.runs.run import Run

#: the largest file that is read, and the most images and classes
_LARGEST, _MOST = 1 << 30, 1 << 24
_PREFIX = "test-"

_log = logging.getLogger(__name__)


def keep_test(run: Run | None, graph: Graph, weights: Snapshot, data: str, found: Evaluation) -> None:
    """All test images of a set with this fingerprint have been shown to a network: that is counted, and what it said
    is kept where the weights are a run's own and a folder has it, in the place of what was kept of this step."""
    note_look(data)
    note_test(run, weights, data, found.accuracy)
    path = _path(run, graph, weights, data)
    if path is None or not (np.isfinite(found.probabilities).all() and np.isfinite(found.losses).all()):
        return
    arrays = {
        "labels": found.labels.astype(np.float32), "predictions": found.predictions.astype(np.float32),
        "probabilities": found.probabilities, "losses": found.losses,
    }  # fmt: skip
    images, classes = found.probabilities.shape
    told = {"data": data, "weights": _digest(weights), "images": str(images), "classes": str(classes)}
    content = write_tensors(arrays, told)
    try:
        replace_file(path, lambda file: file.write(content), lambda written: None, backup=False)
    except OSError as error:
        _log.warning("The test is not kept: %s", error)


def kept_evaluation(run: Run | None, graph: Graph, weights: Snapshot, data: str) -> Evaluation | None:
    """What these very weights said to the test images of the set, as far as it was kept."""
    path = _path(run, graph, weights, data)
    found = None if path is None else _read(path)
    return found[1] if found is not None and found[0] == {"data": data, "weights": _digest(weights)} else None


def evaluations_in(folder: Path, data: str) -> Iterator[tuple[int, Evaluation]]:
    """What is kept in a run's folder about the test images of a set, with the step of the weights, in their order."""
    names = ((path.stem.removeprefix(_PREFIX), path) for path in folder.glob(f"{_PREFIX}*.safetensors"))
    steps = sorted((int(name), path) for name, path in names if name.isascii() and name.isdigit())
    for step, path in steps:
        found = _read(path)
        if found is not None and found[0]["data"] == data:
            yield step, found[1]


def _path(run: Run | None, graph: Graph, weights: Snapshot, data: str) -> Path | None:
    """Where it is kept; None where the weights are no run's own, or that learned from other images."""
    if run is None or weights.run != run.id or data != run.data or not run.design.graph.goes_on_as(graph):
        return None
    folder = next(folders_of(run))
    return None if summary_of(folder) is None else folder / f"{_PREFIX}{weights.step}.safetensors"


def _digest(weights: Snapshot) -> str:
    """What tells these weights from all others: a run that was gone on with otherwise has others of the same step."""
    parameters = weights.parameters
    return hashlib.sha256(parameters.vector.tobytes() + parameters.state.tobytes()).hexdigest()


def _read(path: Path) -> tuple[dict[str, str], Evaluation] | None:
    """What a file tells and holds; None where there is none that can be read."""
    try:
        data = read_plain(path, _LARGEST)
        fields = remarks_of(data, str(path), "").fields("data", "weights", "images", "classes")
        images, classes = (_number(fields[name].text(16, 1)) for name in ("images", "classes"))
        one = (images,)
        shapes = {"labels": one, "predictions": one, "losses": one, "probabilities": (images, classes)}
        arrays, _ = read_tensors(data, shapes, str(path), "")
        labels, predictions = (arrays[name].astype(np.int64) for name in ("labels", "predictions"))
        for numbers in (labels, predictions):
            if images and not 0 <= numbers.min() <= numbers.max() < classes:
                raise ValueError("a class that there is not")
        told = {name: fields[name].text(200) for name in ("data", "weights")}
        return told, Evaluation(labels, predictions, arrays["probabilities"], arrays["losses"])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, FileFormatError) as error:
        _log.warning("%s: The test that was kept cannot be read: %s", path, error)
        return None


def _number(text: str) -> int:
    number = int(text)
    if not 0 <= number <= _MOST:
        raise ValueError("a number beyond all sense")
    return number
