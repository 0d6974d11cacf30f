"""What networks say to pictures that they were not trained on: a second opinion on every label.

The pictures are divided into folds, and each fold is shown to a network that has learned from the others. The network
is a small one of its own, whatever the design is, so that the opinion takes a minute or two and does not depend on it.
Large pictures are made smaller before.

Those that learn with a picture say something of its label, too: a wrong one agrees with nothing else that is learned,
so its loss falls late or not at all (Pleiss and others, “Identifying mislabeled data using the area under the margin
ranking”, 2020, and Arpit and others, “A closer look at memorization in deep networks”, 2017).
"""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from cnnstudio.data.dataset import Cancelled, Examples, Labels, keyed
from cnnstudio.data.preparation.measured import brightness
from cnnstudio.data.reader import Cancel, Progress
from cnnstudio.data.review.catalogue import LEFT_OUT, Catalogue
from cnnstudio.data.review.thumbnails import thumbnails
from cnnstudio.data.review.wrong_labels import margins, suspected
from cnnstudio.nn.graph.graph import Graph, chain
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.layers.activation.relu import ReLU
from cnnstudio.nn.layers.convolution.conv2d import Conv2D
from cnnstudio.nn.layers.dense.dense import Dense
from cnnstudio.nn.layers.input import Input
from cnnstudio.nn.layers.normalization.batch_norm import BatchNorm
from cnnstudio.nn.layers.pooling.global_average_pool import GlobalAveragePool
from cnnstudio.nn.layers.pooling.max_pool2d import MaxPool2D
from cnnstudio.nn.layers.softmax import Softmax
from cnnstudio.nn.network.plan import default_plan
from cnnstudio.nn.network.shard import Abandoned, never
from cnnstudio.nn.parameters.parameters import initial_parameters
from cnnstudio.nn.rules.optimizers import Adam
from cnnstudio.nn.rules.schedules import OneCycle
from cnnstudio.nn.training.evaluation import evaluate
from cnnstudio.nn.training.events import EpochDone, StepDone
from cnnstudio.nn.training.trainer import Training, train

#: into how many parts the pictures are divided, and of how many at least
FOLDS, FEWEST = 4, 20
#: the larger side of pictures as the network sees them, and images of a batch
_SIDE, _BATCH = 32, 64
#: steps that each network learns for, within so many epochs
_STEPS, _EPOCHS, _MOST = 1000, 3, 30
_RATE, _FILTERS = 0.02, (12, 24, 48)
#: pictures that are made smaller at once
_BLOCK = 256
#: after how many epochs at most it is asked what it makes of those that it learns with; a probability of 0 is this one
_LOOKS, _LEAST = 6, 1e-30
#: a label is shown where its margin is no more: another class is likelier by 0.6 at least
_SURE = 0.2


@dataclass(frozen=True, eq=False)
class SecondOpinion:
    """What was said of N pictures.

    Attributes:
        rows: int64 (N,), their rows in the catalogue.
        labels: int64 (N,), the classes they had.
        probabilities: float32 (N, classes).
        course: float32 (N, looks), the loss of each picture, in the mean of the networks that learned with it, after
            some of their epochs.
    """

    rows: Labels
    labels: Labels
    probabilities: npt.NDArray[np.float32]
    course: npt.NDArray[np.float32]

    @property
    def accuracy(self) -> float:
        """How often the opinion is the label, 0…1."""
        return float((self.probabilities.argmax(1) == self.labels).mean())

    @cached_property
    def suspected(self) -> Labels:
        """The rows int64 of pictures whose labels look wrong, see ``wrong_labels.suspected``."""
        return self.rows[self._suspected]

    def worth_a_look(self, catalogue: Catalogue) -> tuple[tuple[int, ...], ...]:
        """Of those the rows where the network is sure, by the class they have: as many groups as there are classes with
        any, in each the surest first. What was relabelled or left out since is none any more."""
        groups: dict[int, list[int]] = {}
        for row, label in self._sure:
            if catalogue.labels[row] == label and catalogue.parts[row] != LEFT_OUT:
                groups.setdefault(label, []).append(row)
        return tuple(tuple(groups[label]) for label in sorted(groups))

    @cached_property
    def _suspected(self) -> Labels:
        return suspected(self.probabilities, self.labels)

    @cached_property
    def _sure(self) -> list[tuple[int, int]]:
        """The rows of suspected labels where the network is sure of another, the surest first, with their labels."""
        places = self._suspected
        places = places[margins(self.probabilities, self.labels)[places] <= _SURE]
        return list(zip(self.rows[places].tolist(), self.labels[places].tolist(), strict=True))

    def slower_than(self, row: int) -> float:
        """Of how many pictures, 0…1, the loss was lower while networks learned with them; 0 where none did."""
        place = int(np.searchsorted(self.rows, row))
        known = place < len(self.rows) and self.rows[place] == row
        return float((self._losses < self._losses[place]).mean()) if known else 0.0

    @cached_property
    def _losses(self) -> npt.NDArray[np.float32]:
        found: npt.NDArray[np.float32] = self.course.mean(1)
        return found

    def of(self, row: int) -> npt.NDArray[np.float32] | None:
        """The probabilities (classes,) of a picture; None where none were asked for."""
        place = int(np.searchsorted(self.rows, row))
        return self.probabilities[place] if place < len(self.rows) and self.rows[place] == row else None


def second_opinion(catalogue: Catalogue, progress: Progress = None, cancelled: Cancel = None) -> SecondOpinion:
    """That on all pictures that are not left out; the same data give the same.

    Raises:
        ValueError: there are fewer pictures than ``FEWEST``.
        Cancelled: ``cancelled`` answered yes.
    """
    *_, last = opinions(catalogue, progress, cancelled)
    assert last is not None
    return last


def opinions(
    catalogue: Catalogue, progress: Progress = None, cancelled: Cancel = None
) -> Generator[SecondOpinion | None, None, None]:
    """The same in steps, after each of which something else may have its turn; the opinion comes last.

    Raises:
        ValueError, Cancelled: as ``second_opinion``.
    """
    rows = np.flatnonzero(catalogue.parts != LEFT_OUT)
    if len(rows) < FEWEST:
        raise ValueError(f"a second opinion needs {FEWEST} pictures")
    examples = Examples(_small(catalogue, rows, cancelled), catalogue.labels[rows])
    folds = _folds(examples.labels)
    graph = _network(examples, len(catalogue.data.classes))
    found = np.zeros((len(rows), len(catalogue.data.classes)), np.float32)
    per_epoch = math.ceil(len(rows) * (FOLDS - 1) / FOLDS / _BATCH)
    epochs = min(_MOST, max(_EPOCHS, round(_STEPS / per_epoch)))
    looks = np.unique(np.linspace(1, epochs, min(epochs, _LOOKS)).round().astype(int)).tolist()
    course = np.zeros((len(rows), len(looks)), np.float32)
    for fold in range(FOLDS):
        learning, asked = (np.flatnonzero(chosen) for chosen in (folds != fold, folds == fold))
        training = Training.begin(graph, initial_parameters(graph, fold), Adam(_RATE), plan=default_plan(graph))
        for epoch in _trained(training, examples.take(learning), fold, epochs, progress, cancelled):
            if epoch in looks:
                said = _answers(training, examples.take(learning), cancelled)
                given = said[np.arange(len(learning)), examples.labels[learning]]
                course[learning, looks.index(epoch)] -= np.log(np.maximum(given, _LEAST)) / (FOLDS - 1)
            yield None
        found[asked] = _answers(training, examples.take(asked), cancelled)
    if progress:
        progress(1.0)
    yield SecondOpinion(rows, examples.labels, found, course)


def _answers(training: Training, examples: Examples, cancelled: Cancel) -> npt.NDArray[np.float32]:
    try:
        found = evaluate(training.graph, training.parameters, examples, cancelled=cancelled or never)
    except Abandoned as abandoned:
        raise Cancelled from abandoned
    return found.probabilities


def _trained(
    training: Training, examples: Examples, fold: int, epochs: int, progress: Progress, cancelled: Cancel
) -> Generator[int, None, None]:
    """Train; yields 0 after a step and the number of an epoch after that."""
    per_epoch = math.ceil(len(examples) / _BATCH)
    events = train(
        training, examples, examples.take(slice(0, 1)), batch_size=_BATCH, epochs=epochs, seed=fold,
        schedule=OneCycle(), cancelled=cancelled or never,
    )  # fmt: skip
    with closing(events):
        for event in events:
            if cancelled and cancelled():
                raise Cancelled
            if isinstance(event, StepDone | EpochDone):
                if progress:
                    progress((fold + event.step / (epochs * per_epoch)) / FOLDS)
                yield event.epoch if isinstance(event, EpochDone) else 0
    if cancelled and cancelled():  # whose last step was given up
        raise Cancelled


def _folds(labels: Labels) -> npt.NDArray[np.int64]:
    """To which fold each picture belongs; the pictures of a class are divided evenly."""
    mixed = keyed(len(labels), "folds").permutation(len(labels))
    in_class = mixed[np.argsort(labels[mixed], kind="stable")]
    folds = np.empty(len(labels), np.int64)
    folds[in_class] = np.arange(len(labels)) % FOLDS
    return folds


def _small(catalogue: Catalogue, rows: Labels, cancelled: Cancel) -> npt.NDArray[np.uint8]:
    """The pictures as the network sees them, uint8 (N, H, W, C)."""
    blocks = []
    large = max(catalogue.data.image_shape[:2]) > _SIDE
    for start in range(0, len(rows), _BLOCK):
        if cancelled and cancelled():
            raise Cancelled
        pixels = catalogue.read(rows[start : start + _BLOCK])
        blocks.append(thumbnails(pixels, _SIDE) if large else pixels)
    return np.concatenate(blocks)


def _network(examples: Examples, classes: int) -> Graph:
    """Three convolutions, halved in between as often as there is something to halve."""
    height, width, channels = examples.image_shape
    measured = brightness(examples)
    entry = Input(height, width, channels, measured.mean, measured.deviation)
    layers: list[tuple[str, Layer]] = [("input", entry)]
    for number, filters in enumerate(_FILTERS):
        layers += [
            (f"conv_{number}", Conv2D(filters, (3, 3), padding="same")),
            (f"norm_{number}", BatchNorm()),
            (f"relu_{number}", ReLU()),
        ]
        if number < 2 and min(height, width) >= 2 << number:
            layers.append((f"pool_{number}", MaxPool2D()))
    return chain(*layers, ("means", GlobalAveragePool()), ("dense", Dense(classes)), ("softmax", Softmax()))
