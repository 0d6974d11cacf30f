"""The library for notebooks and scripts: networks as objects that are built, trained and asked in a few lines.

    import cnnstudio as cs

    model = cs.template("lenet5")
    model.fit("digits", epochs=1)
    model.predict(images)

Everything a model is can be saved in a ``.cnn`` file and opened in the window, and the other way round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data.dataset import DataError, DataSet, Examples, fingerprint, split_validation
from cnnstudio.data.library import open_data
from cnnstudio.design import edits, locking, templates
from cnnstudio.design.design import Card, Design
from cnnstudio.design.trainable import why_not_trainable
from cnnstudio.nn.arrays import Shape
from cnnstudio.nn.graph import Graph, GraphError
from cnnstudio.nn.inspect import inspect
from cnnstudio.nn.layer import Layer
from cnnstudio.nn.network import classifier
from cnnstudio.nn.plan import default_plan, default_threads
from cnnstudio.nn.trainer import Diverged, EpochDone, Evaluation, evaluate
from cnnstudio.project.file import load_project, save_project
from cnnstudio.project.project import Project, untrained
from cnnstudio.runs.plans import plan_for
from cnnstudio.runs.recorder import Recorder, loss_of, new_run, train_by, training_of
from cnnstudio.runs.run import History

#: a built-in set's name, the path of IDX files, a data set, or images (N, H, W, C) uint8 with labels (N,)
Data = str | Path | DataSet | tuple[NDArray[Any], NDArray[Any]]

#: images that are looked at together
_AT_ONCE = 256


class Model:
    """A network with its weights.

    Args:
        layers: a stack of layers from ``Input`` to ``Softmax``, or a ``Graph`` for networks with branches.
        seed: decides the first weights and, unless ``fit`` says otherwise, every other draw.

    Raises:
        GraphError: a layer does not fit the one before it; the sentence has the numbers.
    """

    def __init__(self, layers: Iterable[Layer] | Graph, *, seed: int = 0) -> None:
        design = _of_graph(layers) if isinstance(layers, Graph) else _stacked(layers)
        for node in design.graph:
            design.graph.shape(node.id)
        recipe = design.recipe.replace(seed=seed)
        self._project = untrained(design.with_changes(recipe=recipe))

    @classmethod
    def of(cls, project: Project) -> Model:
        """The model of a project, as files and templates hold it."""
        model = cls.__new__(cls)
        model._project = project
        return model

    @property
    def project(self) -> Project:
        """Design, weights and last run, as the window holds them."""
        return self._project

    @property
    def graph(self) -> Graph:
        """The layers and their wires."""
        return self._project.design.graph

    @property
    def names(self) -> tuple[str, ...]:
        """The layers' names, in the order in which they are computed."""
        return tuple(self._project.design.cards[node_id].name for node_id in self.graph.order)

    @property
    def shapes(self) -> dict[str, Shape]:
        """Every layer's output shape by its name: (height, width, channels) or (units,)."""
        return {self._project.design.cards[i].name: self.graph.shape(i) for i in self.graph.order}

    @property
    def history(self) -> History:
        """The figures of the last training: losses and accuracies by step, and ``epochs``. Empty before the first."""
        return self._project.run.history if self._project.run else History()

    def fit(
        self,
        data: Data | None = None,
        *,
        threads: int | None = None,
        progress: Callable[[EpochDone], None] | None = None,
        **recipe: Any,
    ) -> History:
        """Train from the weights there are, and keep the result.

        Args:
            data: what to learn from; by default what the design's recipe names. The last tenth of it, chosen by the
                seed, is kept for validation.
            threads: that share each batch; they decide the last bits of the result.
            progress: called with the figures of each epoch.
            recipe: settings to change, for example ``epochs=5, batch_size=32, learning_rate=0.001,
                optimizer="adam", schedule="cosine"``; see ``cnnstudio.Recipe``.

        Returns:
            the figures of this training; also kept as ``history``.

        Raises:
            SettingError: a setting is unknown or out of its limits.
            DataError: the data cannot be read.
            GraphError: the network is no classifier for this data, or the loss grew beyond all numbers.
        """
        design = self._project.design
        settings = design.recipe.to_json() | recipe
        examples = self._open(data if data is not None else design.recipe.data)
        if isinstance(data, (str, Path)):
            settings["data"] = examples.source
        design = design.with_changes(recipe=design.recipe.from_json(settings))
        reason = why_not_trainable(design, examples.image_shape, len(examples.classes))
        if reason:
            raise GraphError(reason)
        learning, validation = split_validation(examples.train, design.recipe.seed)
        plan = plan_for(design.graph, design.recipe.batch_size, threads or default_threads())
        run = new_run(design, plan, examples.fingerprint)
        training, recorder = training_of(run, self._project.weights.parameters), Recorder(run)
        for event in train_by(design.recipe, training, learning, validation):
            recorder.hear(event)
            if isinstance(event, Diverged):
                raise GraphError(event.sentence)
            if isinstance(event, EpochDone) and progress is not None:
                progress(event)
        run, weights = recorder.record(training)
        self._project = Project(design, weights, run)
        return run.history

    def evaluate(self, data: Data | None = None) -> Evaluation:
        """Loss, accuracy, predictions and probabilities on the data's test images (or on the images given).

        Raises:
            DataError: the data cannot be read.
            GraphError: the network is no classifier, or the images have another shape than its input.
        """
        examples = self._open(data if data is not None else self._project.design.recipe.data)
        reason = why_not_trainable(self._project.design, examples.image_shape)
        if reason:
            raise GraphError(reason)
        plan = self._project.run.plan if self._project.run else default_plan(self.graph)
        return evaluate(
            self.graph,
            self._project.weights.parameters,
            examples.test,
            plan=plan,
            loss=loss_of(self._project.design.recipe),
        )

    def predict(self, images: NDArray[Any]) -> NDArray[np.int64]:
        """The most probable class of each image, counted from 0: (N, H, W, C) → (N,).

        Raises:
            GraphError: the network is no classifier, or the images have another shape than its input.
        """
        found: NDArray[np.int64] = self.probabilities(images).argmax(1)
        return found

    def probabilities(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """The probability of every class: (N, H, W, C) → (N, classes). Images are uint8 0…255 or floating 0…1.

        Raises:
            GraphError: as ``predict``.
        """
        return self._look(images, classifier(self.graph).softmax)

    def activations(self, images: NDArray[Any], layer: str) -> NDArray[np.float32]:
        """What a layer, by name, says to images: (N, H, W, C) → (N, rows, columns, maps) or (N, units).

        Raises:
            KeyError: no layer has this name.
            GraphError: the images have another shape than the network's input.
        """
        return self._look(images, self._node(layer))

    def replace(self, name: str, layer: Layer) -> None:
        """Put another layer, or the same with other settings, in the place of one. All weights whose shapes still fit
        are kept, the others begin anew; the layer keeps its name.

        Raises:
            KeyError: no layer has this name.
            GraphError: a layer does not fit any more; nothing has changed then.
        """
        node_id = self._node(name)
        design = edits.configure(self._project.design, node_id, layer)
        for node in design.graph:
            design.graph.shape(node.id)
        self._project = self._project.edited(design)

    def lock(self, *layers: str) -> None:
        """Keep layers, by name, as they are in every further ``fit``; a batch norm keeps its running figures too.

        Raises:
            KeyError: no layer has one of these names.
            EditRefused: none of them learns anything.
        """
        self._set_locked(layers, True)

    def unlock(self, *layers: str) -> None:
        """Let layers, by name, learn again; without any name all of them.

        Raises:
            KeyError: no layer has one of these names.
            EditRefused: none of them learns anything.
        """
        cards, locked = self._project.design.cards, self._project.design.locks.layers
        if layers or locked:
            self._set_locked(layers or tuple(cards[node_id].name for node_id in locked), False)

    @property
    def locked(self) -> tuple[str, ...]:
        """The names of the locked layers, in the order in which they are computed."""
        design = self._project.design
        return tuple(design.cards[i].name for i in self.graph.order if i in design.locks.layers)

    @property
    def trainable_parameters(self) -> int:
        """How many parameters ``fit`` may move."""
        return locking.trainable_parameters(self._project.design)

    def weights(self, layer: str) -> dict[str, NDArray[np.float32]]:
        """Copies of what a layer, by name, has learned: “weights” (filters, kernel height, kernel width, C) or
        (units, inputs), “bias” …

        Raises:
            KeyError: no layer has this name.
        """
        node_id = self._node(layer)
        return {name: array.copy() for name, array in self._project.weights.parameters.arrays(node_id).items()}

    def save(self, path: str | Path) -> None:
        """Write design, weights and history to a ``.cnn`` file, atomically.

        Raises:
            SaveError: the file cannot be written; one that was there is as it was.
        """
        save_project(self._project, Path(path))

    def _node(self, name: str) -> str:
        cards = self._project.design.cards
        found = [node_id for node_id in self.graph.order if cards[node_id].name == name]
        if not found:
            raise KeyError(f"no layer is called “{name}”; there are {', '.join(self.names)}")
        return found[0]

    def _set_locked(self, layers: tuple[str, ...], locked: bool) -> None:
        design = locking.lock(self._project.design, [self._node(name) for name in layers], locked)
        self._project = self._project.edited(design)

    def _look(self, images: NDArray[Any], node_id: str) -> NDArray[np.float32]:
        snapshot, parts = self._project.weights, []
        for start in range(0, len(images), _AT_ONCE):
            found = inspect(self.graph, snapshot, images[start : start + _AT_ONCE], [node_id])
            if not found:
                raise GraphError(f"The network's input does not take images of shape {images.shape[1:]}.")
            parts.append(found[node_id])
        if not parts:
            return np.zeros((0, *self.graph.shape(node_id)), np.float32)
        return np.concatenate(parts)

    def _open(self, data: Data) -> DataSet:
        if isinstance(data, DataSet):
            return data
        if isinstance(data, (str, Path)):
            return open_data(data)
        images, labels = data
        classes = self.graph.shape(classifier(self.graph).softmax)[0]
        return _given(np.asarray(images), np.asarray(labels), classes)


def template(name: str) -> Model:
    """A model that comes with the program, untrained; ``cnnstudio.templates()`` names them.

    Raises:
        KeyError: there is none of this name.
    """
    return Model.of(untrained(templates.template(name)))


def load(path: str | Path) -> Model:
    """The model in a ``.cnn`` file.

    Raises:
        FileFormatError: the file is missing, damaged or of a newer version; the sentence says where and what to do.
    """
    return Model.of(load_project(Path(path)))


def _stacked(layers: Iterable[Layer]) -> Design:
    design = Design()
    for layer in layers:
        design, _ = edits.append(design, layer)
    return design


def _of_graph(graph: Graph) -> Design:
    cards = {node.id: Card(node.id, edits.COLUMN * place, 0.0) for place, node in enumerate(graph)}
    return Design(graph, cards)


def _given(images: NDArray[Any], labels: NDArray[Any], classes: int) -> DataSet:
    """Arrays as a data set, whose test images are the same ones.

    Raises:
        DataError: they are not uint8 images with one label each.
    """
    if images.ndim != 4 or images.dtype != np.uint8:
        raise DataError(f"Images must be uint8 (N, H, W, C), not {images.dtype} {images.shape}.")
    if labels.shape != images.shape[:1] or labels.dtype.kind not in "iu":
        raise DataError(f"There must be one whole number for each of the {len(images)} images, not {labels.shape}.")
    if not len(labels) or labels.min() < 0 or labels.max() >= classes:
        raise DataError(f"Labels must lie between 0 and {classes - 1}, the classes the network tells apart.")
    names = tuple(str(number) for number in range(classes))
    examples = Examples(images, labels.astype(np.int64))
    mark = fingerprint(names, examples, examples)
    return DataSet("given", "Given images", names, examples, examples, mark, "", "Images given as arrays.")
