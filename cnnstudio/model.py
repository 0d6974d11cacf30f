"""The library for notebooks and scripts: networks as objects that are built, trained and asked in a few lines.

    import cnnstudio as cs

    model = cs.template("lenet5")
    model.fit("digits", epochs=1)
    model.predict(images)

Everything a model is can be saved in a ``.cnn`` file and opened in the window, and the other way round.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cnnstudio.data.arrays.from_arrays import as_data, as_images
from cnnstudio.data.dataset import DataError, DataSet
from cnnstudio.data.importing.one_class import refuse_one_class
from cnnstudio.data.library import open_data
from cnnstudio.data.preparation.choice import DataChoice
from cnnstudio.data.preparation.split import divided
from cnnstudio.design import templates
from cnnstudio.design.edits import edits, locking
from cnnstudio.design.edits.stacking import of_graph, stacked
from cnnstudio.design.facts.answers import answers
from cnnstudio.design.value.design import Design
from cnnstudio.design.wording.problems import why_not_trainable
from cnnstudio.exchange.certificate import Certificate
from cnnstudio.exchange.exportable import Exportable, ExportRefused
from cnnstudio.exchange.models import StoppedModel, read_model
from cnnstudio.exchange.proof import finished
from cnnstudio.exchange.reading.weights import with_weights
from cnnstudio.exchange.targets import TARGETS, in_the_way, target_for
from cnnstudio.exchange.torch.module import module_of
from cnnstudio.export.notebook import html_of
from cnnstudio.nn.arrays import Shape, shape_text, thousands
from cnnstudio.nn.graph.graph import Graph, GraphError
from cnnstudio.nn.graph.layer import Layer
from cnnstudio.nn.looking.inspect import inspect
from cnnstudio.nn.network.network import classifier
from cnnstudio.nn.network.plan import default_plan, default_threads
from cnnstudio.nn.parameters.parameters import Snapshot
from cnnstudio.nn.settings import SettingError
from cnnstudio.nn.telling.told import worded
from cnnstudio.nn.training.evaluation import Evaluation, evaluate
from cnnstudio.nn.training.events import EpochDone, Finished
from cnnstudio.project.file import salvage_project, save_project
from cnnstudio.project.kept.evaluations import keep_test
from cnnstudio.project.project import Project, untrained
from cnnstudio.project.run_folder import RunFolder
from cnnstudio.project.runs_budget import keep_within_budget
from cnnstudio.runs.fallback import Fallback, record_of, watched
from cnnstudio.runs.plans import MOST_THREADS, plan_for
from cnnstudio.runs.recorder import Recorder, new_run, train_by, training_of
from cnnstudio.runs.run import History, Run

#: a built-in set's name, the path of IDX files, a data set, images (N, H, W, C), or a pair of images and labels (N,)
Data = str | Path | DataSet | NDArray[Any] | tuple[NDArray[Any], NDArray[Any]]

#: images that are looked at together
_AT_ONCE = 256


class Model:
    """A network with its weights.

    Args:
        layers: a stack of layers from ``Input`` to ``Softmax``, or a ``Graph`` for networks with branches.
        seed: decides the first weights and, unless ``fit`` says otherwise, every other draw.

    Raises:
        GraphError: a layer does not fit the one before it; the sentence has the numbers.
        TypeError: something is no layer.
    """

    def __init__(self, layers: Iterable[Layer] | Graph, *, seed: int = 0) -> None:
        design = of_graph(layers) if isinstance(layers, Graph) else stacked(layers)
        for node in design.graph:
            try:
                design.graph.shape(node.id)
            except GraphError as error:
                name, misfit = design.cards[node.id].name, design.graph.inferred[node.id].error
                named = misfit is not None and dict(misfit.told.values).get("layer") == name
                raise GraphError("{error}" if named else "{name}: {error}", name=name, error=error) from None
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

    @property
    def classes(self) -> tuple[str, ...]:
        """What its answers are called, in the order of the probabilities; () before it has learned from any data."""
        return self._project.design.classes

    def __repr__(self) -> str:
        """A line for each layer: name, output shape, parameters."""
        rows = [("layer", "output", "parameters")]
        for node_id in self.graph.order:
            specs = self.graph[node_id].layer.parameters(self.graph.inferred[node_id].inputs)
            count = sum(math.prod(spec.shape) for spec in specs)
            name = self._project.design.cards[node_id].name
            rows.append((name, shape_text(self.graph.shape(node_id)), thousands(count)))
        first, second, third = (max(map(len, column)) for column in zip(*rows, strict=True))
        return "\n".join(f"{a:<{first}}  {b:<{second}}  {c:>{third}}" for a, b, c in rows)

    def _repr_html_(self) -> str:
        """The figure of the volumes, as notebooks show it."""
        return html_of(self._project.design)

    def fit(
        self,
        data: Data | None = None,
        labels: NDArray[Any] | None = None,
        *,
        threads: int | None = None,
        progress: Callable[[EpochDone], None] | None = None,
        **recipe: Any,
    ) -> History:
        """Train from the weights there are, and keep the result.

        Args:
            data: what to learn from; by default what the design's recipe names. What the data sets aside for
                validation, or else a tenth of it, the same for every seed, is not learned from. Images (N, H, W, C)
                are uint8 0…255 or floating 0…1; the latter are rounded to 256 steps.
            labels: where ``data`` are images, the class of each, counted from 0: (N,).
            threads: that share each batch; they decide the last bits of the result.
            progress: called with the figures of each epoch.
            recipe: settings to change, for example ``epochs=5, batch_size=32, learning_rate=0.001,
                optimizer="adam", schedule=cs.Cosine(last=0.1)``; see ``cnnstudio.Recipe``. Optimizer, schedule and
                loss are values, or names. Another optimizer by its name brings its own defaults; a learning rate that
                is not the default of the one before stays.

        Returns:
            the figures of this training; also kept as ``history``.

        Raises:
            SettingError: a setting is unknown or out of its limits.
            DataError: the data cannot be read, images and labels make no sense, or all are of one class.
            GraphError: the network is no classifier for this data, or the loss grew beyond all numbers. Then, and
                where Ctrl+C ends it, the model keeps the last weights that were still good, of a second or two before.
        """
        design = self._project.design
        threads = _checked(threads)
        examples = self._open(data if data is not None else design.recipe.data, labels)
        if len(examples.train) < 2:
            raise DataError("Two images are needed at least: one to learn from and one to check with.")
        refuse_one_class(examples)
        if isinstance(data, (str, Path)):
            recipe["data"] = examples.source
        # arrays have no names for their classes: those of the data before stay
        named = data is None or isinstance(data, (DataSet, str, Path)) or len(design.classes) != len(examples.classes)
        classes = examples.classes if named else design.classes
        design = design.with_changes(recipe=design.recipe.choose(**recipe), classes=classes)
        reason = why_not_trainable(design, examples.image_shape, len(examples.classes))
        if reason:
            raise GraphError("{reason}", reason=reason)
        learning, validation = divided(examples, design.recipe.data.split)
        plan = plan_for(design.graph, design.recipe.batch_size, threads)
        run = new_run(design, plan, examples.fingerprint, self._project.run, self._project.weights)
        training, recorder = training_of(run, self._project.weights.parameters), Recorder(run, self._project.weights)
        fallback = Fallback(recorder, design.recipe.optimizer.learning_rate)
        engine = train_by(design.recipe, training, learning, validation)
        folder = RunFolder(run, self._project.weights, fallback)
        try:
            with closing(folder), closing(watched(engine, recorder, fallback, folder)) as events:
                event = next(events)
                while not isinstance(event, Finished):
                    if fallback.sentence:
                        raise GraphError(fallback.sentence)
                    if isinstance(event, EpochDone) and progress is not None:
                        progress(event)
                    event = next(events)
                ended = record_of(events, recorder)
                folder.finish(*ended)
                keep_within_budget()
        except BaseException:
            if fallback.good is not None and fallback.good[0].step:
                self._keep(design, *fallback.good)
            raise
        self._keep(design, *ended)
        return self.history

    def evaluate(self, data: Data | None = None, labels: NDArray[Any] | None = None) -> Evaluation:
        """What it says to each of the data's test images (or of those given), with loss and accuracy.

        Raises:
            DataError: the data cannot be read, or images and labels make no sense.
            GraphError: the network is no classifier, or the data set's images have another shape than its input.
        """
        examples = self._open(data if data is not None else self._project.design.recipe.data, labels)
        reason = why_not_trainable(self._project.design, examples.image_shape)
        if reason:
            raise GraphError("{reason}", reason=reason)
        plan = self._project.run.plan if self._project.run else default_plan(self.graph)
        weights, loss = self._project.weights, self._project.design.recipe.loss
        found = evaluate(self.graph, weights.parameters, examples.test, plan=plan, loss=loss)
        keep_test(self._project.run, self.graph, weights, examples.fingerprint, found)
        return found

    def predict(self, images: NDArray[Any]) -> NDArray[np.int64]:
        """The most probable class of each image, counted from 0: (N, H, W, C) → (N,).

        Raises:
            DataError: the images have another shape than the network's input, or numbers that are no brightness.
            GraphError: the network is no classifier.
        """
        found: NDArray[np.int64] = self.probabilities(images).argmax(1)
        return found

    def probabilities(self, images: NDArray[Any]) -> NDArray[np.float32]:
        """The probability of every class: (N, H, W, C) → (N, classes). Images are uint8 0…255 or floating 0…1.

        Raises:
            DataError, GraphError: as ``predict``.
        """
        return self._look(images, classifier(self.graph).softmax)

    def activations(self, images: NDArray[Any], layer: str) -> NDArray[np.float32]:
        """What a layer, by name, says to images: (N, H, W, C) → (N, rows, columns, maps) or (N, units).

        Raises:
            KeyError: no layer has this name.
            DataError: as ``predict``.
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

    def export(self, path: str | Path, target: str | None = None, *, replace: bool = False) -> Certificate:
        """Write the network for another program and prove that it computes the same there.

        Args:
            path: where to; an ending that says the ``target`` is enough: “.onnx”, “.py” for NumPy, “.h” for C99.
            target: “onnx”, “numpy”, “c”, or “pytorch” or “keras”, which make a folder.
            replace: also what is there and no export to this target.

        Returns:
            what was measured; ``holds`` says whether it is the same, ``checked`` whether anybody could compute it.

        Raises:
            GraphError: the network is no classifier.
            ExportRefused: no such target, a layer that it cannot have, a package missing, something in the way.
            NotComputed: it is written, but could not be computed there.
            OSError: it cannot be written.
        """
        out = Path(path)
        chosen = target_for(out) if target is None else TARGETS.get(target)
        if chosen is None:
            raise ExportRefused("Name one of the targets: {names:listed}.", names=tuple(TARGETS))
        if (missing := chosen.why_not()) is not None:
            raise ExportRefused(missing)
        if not replace and (found := in_the_way(chosen, out)) is not None:
            raise ExportRefused("{found} Choose another place, or say replace=True.", found=found)
        return finished(chosen.exporting(self._exportable(), out, True))

    def load_weights(self, path: str | Path) -> None:
        """Take weights that another program has saved alone: safetensors, or a state of PyTorch (``.pt``), which it
        reads in a process of its own. They are laid in by the names of an export of this network, or else by shapes.

        Raises:
            FileFormatError: they are damaged, do not fit, or PyTorch is missing; the sentence names the layer.
            GraphError, OSError: the network is no classifier, the file cannot be read.
        """
        parameters = with_weights(self._exportable(), Path(path)).parameters
        self._project = Project(self._project.design, Snapshot(parameters.frozen()))

    def to_torch(self) -> Any:
        """The network as a ``torch.nn.Module`` with its weights, ready to answer: float32 (N, C, H, W) from 0 to 1 to
        logits. It is a copy; training it changes nothing here.

        Raises:
            GraphError: the network is no classifier.
            ExportRefused: it holds a layer that PyTorch has not, or PyTorch is missing.
        """
        return module_of(self._exportable())

    def _exportable(self) -> Exportable:
        design = self._project.design
        return Exportable(design, self._project.weights.parameters, answers(design, ()))

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
        shown, snapshot, parts = as_images(images, self._entry), self._project.weights, []
        for start in range(0, len(shown), _AT_ONCE):
            part = shown[start : start + _AT_ONCE]
            parts.append(inspect(self.graph, snapshot, part, [node_id])[node_id])
        if not parts:
            return np.zeros((0, *self.graph.shape(node_id)), np.float32)
        return np.concatenate(parts)

    @property
    def _entry(self) -> Shape:
        """The shape (H, W, C) of the images it takes.

        Raises:
            GraphError: there is not one Input layer.
        """
        entries = self.graph.images
        if len(entries) != 1:
            raise GraphError("The network needs one Input layer, but has {entries}.", entries=len(entries))
        return self.graph.shape(entries[0])

    def _open(self, data: Data | DataChoice, labels: Any) -> DataSet:
        if isinstance(data, (DataSet, DataChoice, str, Path)):
            if labels is not None:
                raise DataError("Labels belong to images that are given as an array; a data set has its own.")
            return data if isinstance(data, DataSet) else open_data(data)
        images: Any = data
        if labels is None:
            if not isinstance(data, (tuple, list)) or len(data) != 2:
                raise DataError("Images need their labels: give them as fit(images, labels).")
            images, labels = data
        return as_data(images, labels, self._entry, self.graph.shape(classifier(self.graph).softmax)[0])

    def _keep(self, design: Design, run: Run, weights: Snapshot) -> None:
        self._project = Project(design, weights, run)


def template(name: str) -> Model:
    """A model that comes with the program, untrained; ``cnnstudio.templates()`` names them.

    Raises:
        KeyError: there is none of this name.
    """
    if name not in templates.template_names():
        raise KeyError(f"no template is called “{name}”; there are {', '.join(templates.template_names())}")
    return Model.of(untrained(templates.template(name)))


def load(path: str | Path) -> Model:
    """The model in a ``.cnn`` file. What of it is damaged and can be spared, such as the optimizer's state, is left
    out with a ``UserWarning``.

    Raises:
        FileFormatError: the file is missing, of a newer version, or its design or weights are damaged; the sentence
            says where and what to do.
    """
    project, damage = salvage_project(Path(path))
    for sentence in damage:
        warnings.warn(f"{path}: {worded(sentence)}", stacklevel=2)
    return Model.of(project)


def from_onnx(path: str | Path, *, as_far_as_it_goes: bool = False) -> Model:
    """The network in an ONNX model; what was done to represent it here is told as a ``UserWarning``.
    ``as_far_as_it_goes`` gives of one that cannot be represented what comes before that, to be looked at.

    Raises:
        FileFormatError: it is damaged or cannot be represented; the sentence names operator and node.
        OSError: it cannot be read.
    """
    return _foreign(Path(path), ".onnx", as_far_as_it_goes)


def from_keras(path: str | Path, *, as_far_as_it_goes: bool = False) -> Model:
    """The network in a ``.keras`` file, of which nothing is run; otherwise as ``from_onnx``."""
    return _foreign(Path(path), ".keras", as_far_as_it_goes)


def _foreign(path: Path, ending: str, in_part: bool) -> Model:
    try:
        found = read_model(path, ending)
    except StoppedModel as error:
        if not in_part:
            raise
        found = error.so_far
    for note in found.notes:
        warnings.warn(f"{path}: {worded(note)}", stacklevel=3)
    return Model.of(found.project)


def _checked(threads: int | None) -> int:
    if threads is None:
        return default_threads()
    if not isinstance(threads, int) or not 1 <= threads <= MOST_THREADS:
        raise SettingError(
            "Threads must be a whole number from 1 to {most}, not {threads}.",
            most=MOST_THREADS,
            threads=threads,
        )
    return threads
